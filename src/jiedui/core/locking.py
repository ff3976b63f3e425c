"""Rows held until a transaction ends, so that two who write at the same moment see each other.

Hold rows before anything is recorded: the audit chain is written by one transaction at a time.
"""

from typing import Any, TypeVar

from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)
Rows = TypeVar("Rows", bound="QuerySet[Any]")


def held(row: Row) -> Row:
    """The row as it is now, and nobody else's to change until the transaction ends."""
    found: Row = hold(type(row)._default_manager.all()).get(pk=row.pk)
    return found


def hold(rows: Rows) -> Rows:
    """These rows, for ourselves. On PostgreSQL whoever only writes a row that points at one of them
    does not wait for it (`FOR NO KEY UPDATE`): two such could wait for each other for ever.
    """
    return rows.select_for_update(no_key=True)
