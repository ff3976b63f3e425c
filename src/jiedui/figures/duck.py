"""Running expressions on DuckDB over the Parquet files of a snapshot."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Any

from jiedui.figures import schemas, store
from jiedui.figures.models import Snapshot

OPEN = 3  # snapshots held open at a time; an open one costs a few hundred kB
TEXTS = 4096  # queries whose SQL is kept, a few kB each
_lock = threading.RLock()
_texts: "OrderedDict[str, str]" = OrderedDict()
_backends: "OrderedDict[str, tuple[Any, set[str]]]" = OrderedDict()


def run(
    snapshot: Snapshot, build: Callable[[], Any], *, tables: Iterable[str], key: str = ""
) -> list[tuple[Any, ...]]:
    """The rows that the expression which `build` makes gives over these tables of the snapshot.

    Its SQL is kept under the `key`, if one is given: to write it takes longer than to run it.
    Raises FileNotFoundError when one of its files is gone.
    """
    with _lock:
        backend, known = _open(snapshot)
        for table in tables:
            if table not in known:
                _show(backend, snapshot, table)
                known.add(table)
        sql = _texts.get(key) or backend.compile(build())
        if key:
            _texts[key] = sql
            if len(_texts) > TEXTS:
                _texts.popitem(last=False)
        return list(backend.con.execute(sql).fetchall())


def prepare() -> None:
    """Import what is needed ahead of the first query: one to three seconds a process."""
    with _lock:
        _connect().disconnect()


def forget() -> None:
    """Close every snapshot held open."""
    with _lock:
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
