"""Rows of the database as Arrow tables: plain columns through a cursor, no model objects."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import chain
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import F, QuerySet, TextField
from django.db.models.functions import Cast

CHUNK = 5_000  # rows; small enough that they stay in the processor's cache
Columns = Mapping[str, Any]  # snapshot column → field path or expression


@contextmanager
def one_state() -> Iterator[None]:
    """Everything read inside is of one moment, without keeping anybody from writing."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "sqlite":
        with connection.cursor() as cursor, _not_mapped(cursor):
            # Django's own transactions begin IMMEDIATE here: nobody could write for seconds.
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
    else:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield


@contextmanager
def _not_mapped(cursor: Any) -> Iterator[None]:
    """SQLite reads its file as it goes: a map of it would count as memory, and saves no time."""
    cursor.execute("PRAGMA mmap_size")
    size = cursor.fetchone()
    cursor.execute("PRAGMA mmap_size=0")
    try:
        yield
    finally:
        if size:  # a database in memory has none
            cursor.execute(f"PRAGMA mmap_size={size[0]}")


def text(field: Any) -> Cast:
    """A day or a UUID as text: SQLite's driver would build a Python object for each value."""
    return Cast(field, TextField())


def fetch(rows: QuerySet[Any], columns: Columns) -> Any:
    """The columns of these rows as an Arrow table, in no particular order."""
    import pyarrow as pa

    # Aliases, because a column of the snapshot may be called like a field of the model.
    named = {f"x_{name}": F(of) if isinstance(of, str) else of for name, of in columns.items()}
    query = rows.order_by().annotate(**named).values_list(*named).query
    nothing = pa.table({name: pa.nulls(0) for name in columns})
    try:
        sql, params = query.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:  # a condition that no row can meet is not asked
        return nothing
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        pieces = [
            pa.Table.from_arrays(arrays, names=list(columns))
            for arrays in _arrays(cursor, len(columns))
        ]
    if not pieces:
        return nothing
    return pa.concat_tables(pieces, promote_options="permissive").combine_chunks()


def _arrays(cursor: Any, width: int) -> Iterator[list[Any]]:
    """The columns of what a cursor has found, a portion of rows at a time."""
    import pyarrow as pa

    kinds: list[Any] = [None] * width  # those of the values before: to find them out takes time
    # A portion as one list of values, of which a column is a slice: to turn rows into columns with
    # zip takes half as long again.
    while values := list(chain.from_iterable(cursor.fetchmany(CHUNK))):
        arrays = [_array(values[at::width], kinds[at]) for at in range(width)]
        kinds = [None if pa.types.is_null(one.type) else one.type for one in arrays]
        yield arrays


def _array(values: list[Any], kind: Any) -> Any:
    import pyarrow as pa

    try:
        return pa.array(values, type=kind)
    except (pa.ArrowInvalid, pa.ArrowTypeError):  # a number with more digits than those before it
        return pa.array(values)


def give_back() -> None:
    """Let the system have the memory that Arrow keeps for tables to come."""
    import pyarrow as pa

    pa.default_memory_pool().release_unused()


def look_up(keys: Any, index: Any, values: Any) -> Any:
    """For every key the value standing beside it in the index; null where it is not found."""
    import pyarrow.compute as pc

    return pc.take(values, positions(keys, index))


def positions(keys: Any, index: Any) -> Any:
    """For every key where it stands in the index; null where it is not found."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if len(index) == 0 or pa.types.is_null(keys.type):
        return pa.nulls(len(keys), type=pa.int32())
    return pc.index_in(keys.cast(index.type), value_set=index, skip_nulls=True)


def hex_of(array: Any) -> Any:
    """UUIDs written without dashes: SQLite has none, PostgreSQL has them."""
    import pyarrow as pa
    import pyarrow.compute as pc

    words = array.cast(pa.string())
    if not connection.features.has_native_uuid_field:
        return words
    return pc.replace_substring(words, pattern="-", replacement="")


def hundredths(array: Any) -> Any:
    """Whole hundredths as decimals with two places, without passing through floats."""
    from decimal import Decimal

    import pyarrow as pa
    import pyarrow.compute as pc

    whole = array.cast(pa.int64()).cast(pa.decimal128(19, 0))
    return pc.multiply(whole, pa.scalar(Decimal("0.01"), pa.decimal128(3, 2)))


def shape(table: Any, schema: Any) -> Any:
    """The table with exactly these columns and types, blank words as nothing, sorted by the first.

    So that SQLite and PostgreSQL, and every way of reading, give the same bytes.
    """
    import pyarrow as pa

    arrays = [_as_type(whole(table[field.name]), field.type) for field in schema]
    shaped = pa.Table.from_arrays(arrays, schema=schema)
    return shaped.sort_by([(schema.field(0).name, "ascending")])


def whole(column: Any) -> Any:
    """A column in one piece."""
    return column.combine_chunks() if hasattr(column, "combine_chunks") else column


def _as_type(array: Any, wanted: Any) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_null(array.type):
        return pa.nulls(len(array), type=wanted)
    if pa.types.is_string(wanted):
        words = array.cast(pa.string())
        return pc.if_else(pc.equal(words, ""), pa.scalar(None, pa.string()), words)
    return array.cast(wanted)
