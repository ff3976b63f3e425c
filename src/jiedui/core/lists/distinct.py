"""The different values of a column of which a large table has few, such as the names of goods."""

# ruff: noqa: S608 — the names in these queries are those of our own tables and columns.

from typing import Any

from django.db import connection, models

MOST = 300  # different values; a column with more is looked through row by row


def distinct_values(model: type[models.Model], within: str, column: str) -> list[str] | None:
    """All values of a text column, or None where there are more than `MOST`.

    Needs an index that begins with `within`, a foreign key, and the column: the database jumps from
    one value to the next, which takes as long as there are values, not as there are rows (a loose
    index scan; neither SQLite nor PostgreSQL does it for SELECT DISTINCT).
    """
    quote = connection.ops.quote_name
    owner, field = (_field(model, name) for name in (within, column))
    table, above = quote(model._meta.db_table), quote(owner.related_model._meta.db_table)
    key, value = quote(owner.column), quote(field.column)
    next_one = f"SELECT MIN({value}) FROM {table} WHERE {key} = %s"
    first = f"SELECT above.id, ({next_one % 'above.id'}) FROM {above} AS above"
    step = f"SELECT owner, ({next_one % 'found.owner'} AND {value} > found.value) FROM found"
    known = "value IS NOT NULL"
    sql = (
        f"WITH RECURSIVE found(owner, value) AS ({first} UNION ALL {step} WHERE {known})"
        f" SELECT value FROM found WHERE {known} LIMIT {MOST + 1}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql)
        values = [value for (value,) in cursor.fetchall()]
    return sorted(set(values)) if len(values) <= MOST else None


def _field(model: type[models.Model], name: str) -> Any:
    return model._meta.get_field(name)
