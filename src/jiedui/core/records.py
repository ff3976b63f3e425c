"""New records of the registers: a page writes one, a list writes thousands, both the same way."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import models

from jiedui.core import audit, bulk, changes
from jiedui.core.derived import Derived
from jiedui.core.trees import TreeNode, give_paths

Values = Mapping[str, Any]


def create_many(
    model: type[models.Model], rows: Sequence[Values], *, action: str, by: Any
) -> list[int]:
    """Write new records with all that follows from their values; returns their keys in order.

    `rows` are values by column (`place_id` holds a key). Each record gets the columns that are
    derived from others, in a tree its path, and an entry in the audit chain that says its values.
    For use inside a transaction.
    """
    ready = [dict(row) for row in rows]
    if issubclass(model, TreeNode):
        give_paths(model, ready)
    if issubclass(model, Derived):
        ready = [row | model.derived(row) for row in ready]
    keys = bulk.make(model, ready)
    kind = model._meta.label_lower
    entries = (
        audit.Entry(action, kind, str(key), before={}, after=changes.said(model, row))
        for key, row in zip(keys, rows, strict=True)
    )
    audit.record_many(entries, by=by)
    return keys


def by_column(model: type[models.Model], values: Values) -> dict[str, Any]:
    """Values as columns hold them: of another record only its key."""
    found = {}
    for name, value in values.items():
        field = model._meta.get_field(name)
        column = field.attname if isinstance(field, models.ForeignKey) else name
        found[column] = value.pk if isinstance(value, models.Model) else value
    return found
