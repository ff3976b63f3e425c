"""Rows of the database as Arrow tables: plain columns through a cursor, no model objects."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
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
        # Django's own transactions begin IMMEDIATE here: nobody could write for seconds.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
    else:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield


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
    pieces = []
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        while chunk := cursor.fetchmany(CHUNK):
            arrays = [pa.array(values) for values in zip(*chunk, strict=True)]
            pieces.append(pa.Table.from_arrays(arrays, names=list(columns)))
    if not pieces:
        return nothing
    return pa.concat_tables(pieces, promote_options="permissive").combine_chunks()


def look_up(keys: Any, index: Any, values: Any) -> Any:
    """For every key the value standing beside it in the index; null where it is not found."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if len(index) == 0 or pa.types.is_null(keys.type):
        return pa.nulls(len(keys), type=values.type)
    return pc.take(values, pc.index_in(keys.cast(index.type), value_set=index, skip_nulls=True))


def hex_of(array: Any) -> Any:
    """UUIDs written without dashes: SQLite has none, PostgreSQL has them."""
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.replace_substring(array.cast(pa.string()), pattern="-", replacement="")


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
