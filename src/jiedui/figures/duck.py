"""Running expressions on DuckDB over the Parquet files of a snapshot."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from jiedui.figures import schemas, store
from jiedui.figures.models import Snapshot

OPEN = 3  # snapshots held open at a time; an open one costs a few hundred kB
TEXTS = 4096  # queries whose SQL is kept, a few kB each
lock = threading.RLock()
_texts: "OrderedDict[str, str]" = OrderedDict()
_backends: "OrderedDict[str, tuple[Any, set[str]]]" = OrderedDict()


def run(
    snapshot: Snapshot,
    build: Callable[[], Any],
    *,
    tables: Iterable[str],
    key: str = "",
    schema: str = "",
) -> list[tuple[Any, ...]]:
    """The rows that the expression which `build` makes gives over these tables of the snapshot.

    Its SQL is kept under the `key`, if one is given: to write it takes longer than to run it.
    Tables that were `put` into the `schema` stand in for those of the snapshot.
    Raises FileNotFoundError when one of its files is gone.
    """
    with lock:
        backend, known = _open(snapshot)
        for table in tables:
            _show_once(backend, known, snapshot, table)
        sql = _texts.get(key) or backend.compile(build())
        if key:
            _texts[key] = sql
            if len(_texts) > TEXTS:
                _texts.popitem(last=False)
        with _searching(backend.con, schema):
            return list(backend.con.execute(sql).fetchall())


def put(snapshot: Snapshot, schema: str, table: str, rows: Any) -> str:
    """Hold an Arrow table beside the files of a snapshot, for `run`; returns the schema.

    What the schema holds once stays, as long as the snapshot is held open.
    """
    with lock:
        backend, known = _open(snapshot)
        if f"{schema}.{table}" in known:
            return schema
        own = backend.con
        own.execute(f'CREATE SCHEMA IF NOT EXISTS "{schema}"')
        own.register("rows_to_put", rows)
        own.execute(f'CREATE TABLE "{schema}"."{table}" AS SELECT * FROM rows_to_put')  # noqa: S608
        own.unregister("rows_to_put")
        known.add(f"{schema}.{table}")
    return schema


def hold(
    snapshot: Snapshot,
    schema: str,
    table: str,
    build: Callable[[], Any],
    *,
    tables: Iterable[str],
) -> None:
    """Hold what an expression over these tables of the snapshot gives, for `run`, as `put` does."""
    with lock:
        backend, known = _open(snapshot)
        if f"{schema}.{table}" in known:
            return
        for name in tables:
            _show_once(backend, known, snapshot, name)
        sql = backend.compile(build())
        backend.con.execute(f'CREATE SCHEMA IF NOT EXISTS "{schema}"')
        backend.con.execute(f'CREATE TABLE "{schema}"."{table}" AS {sql}')
        known.add(f"{schema}.{table}")


def rows_with(snapshot: Snapshot, table: str, column: str, values: Any) -> Any:
    """The rows, as an Arrow table, in whose column one of the values (an Arrow array) stands."""
    import pyarrow as pa

    with lock:
        backend, known = _open(snapshot)
        _show_once(backend, known, snapshot, table)
        own = backend.con
        own.register("values_wanted", pa.table({"value": values}))
        rows = f'SELECT * FROM "{table}" WHERE "{column}" IN (SELECT value FROM values_wanted)'  # noqa: S608
        found = own.sql(rows).to_arrow_table()
        own.unregister("values_wanted")
        return found


@contextmanager
def _searching(own: Any, schema: str) -> Iterator[None]:
    """Tables of this schema are found before those of the snapshot."""
    if not schema:
        yield
        return
    own.execute(f"SET search_path = '{schema},main'")
    try:
        yield
    finally:
        own.execute("RESET search_path")


def prepare() -> None:
    """Import what is needed ahead of the first query: one to three seconds a process."""
    with lock:
        _connect().disconnect()


def forget() -> None:
    """Close every snapshot held open."""
    with lock:
        while _backends:
            _backends.popitem()[1][0].disconnect()


def _open(snapshot: Snapshot) -> tuple[Any, set[str]]:
    place = f"{store.folder()}:{snapshot.key}"
    if place not in _backends:
        _backends[place] = (_connect(), set())
        if len(_backends) > OPEN:
            _backends.popitem(last=False)[1][0].disconnect()
    _backends.move_to_end(place)
    return _backends[place]


def _connect() -> Any:
    import ibis

    # Nothing is fetched from anywhere: the parts we use are built in.
    return ibis.duckdb.connect(
        autoinstall_known_extensions=False, autoload_known_extensions=False, memory_limit="1GB"
    )


def _show_once(backend: Any, known: set[str], snapshot: Snapshot, table: str) -> None:
    if table not in known:
        _show(backend, snapshot, table)
        known.add(table)


def _show(backend: Any, snapshot: Snapshot, table: str) -> None:
    paths = [store.path(file["sha256"]) for file in snapshot.files(table)]
    for path in paths:
        if not path.exists():
            raise FileNotFoundError(path)
    files = ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)
    source = f"read_parquet([{files}])"
    kept = {row[0] for row in backend.con.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()}  # noqa: S608
    # Columns that came after an older snapshot was written are empty in it.
    later = [f'NULL AS "{name}"' for name in schemas.types(table) if name not in kept]
    columns = ", ".join(["*", *later])
    backend.con.execute(f'CREATE VIEW "{table}" AS SELECT {columns} FROM {source}')  # noqa: S608
