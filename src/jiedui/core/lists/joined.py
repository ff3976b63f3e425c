"""Rows with what a list shows of their foreign keys, and no more of them."""

from typing import Any

from django.db.models import QuerySet


def joined(rows: QuerySet[Any], **shown: tuple[str, ...]) -> QuerySet[Any]:
    """Join these foreign keys, each with the fields named here: `household__place=("name",)`.

    A whole joined row is up to forty columns to read and to put into an object, most of which no
    list shows; encrypted ones stay where they are. A field that is not named is read by a query of
    its own: the number of queries of every list is tested.
    """
    own = [field.name for field in rows.model._meta.concrete_fields]
    fields = [f"{path}__{name}" for path, names in shown.items() for name in names]
    return rows.select_related(*shown).only(*own, *fields)
