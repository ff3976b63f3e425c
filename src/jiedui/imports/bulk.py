"""Many rows in one statement each: what `bulk_update` does with a CASE of a megabyte."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models


def insert(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows whose values stand in the order of `names`; all other columns must be given."""
    fields = [model._meta.get_field(name) for name in names]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    table = quote(model._meta.db_table)
    statement = f"INSERT INTO {table} ({columns}) VALUES ({marks})"  # noqa: S608
    _many(statement, ([_ready(f, v) for f, v in zip(fields, row, strict=True)] for row in rows))


def update(
    model: type[models.Model],
    names: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    raised: str = "",
) -> None:
    """Set `names` of many rows; each row is its new values and then its key.

    `raised` names a counter that grows by one.
    """
    fields = [model._meta.get_field(name) for name in names]
    quote = connection.ops.quote_name
    sets = [f"{quote(field.column)} = %s" for field in fields]
    if raised:
        sets.append(f"{quote(raised)} = {quote(raised)} + 1")
    pk = quote(model._meta.pk.column)
    table = quote(model._meta.db_table)
    statement = f"UPDATE {table} SET {', '.join(sets)} WHERE {pk} = %s"  # noqa: S608
    _many(
        statement,
        ([*(_ready(f, v) for f, v in zip(fields, row[:-1], strict=True)), row[-1]] for row in rows),
    )


def _ready(field: Any, value: Any) -> Any:
    return field.get_db_prep_save(value, connection)


def _many(statement: str, rows: Iterable[list[Any]]) -> None:
    ready = list(rows)
    if ready:
        with connection.cursor() as cursor:
            cursor.executemany(statement, ready)
