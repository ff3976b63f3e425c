"""Making and changing records of the registers: a page writes one, a list thousands, both alike."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Protocol

from django.db import models

from jiedui.core import audit, bulk, changes, inside
from jiedui.core.changes import Action, Change, Values
from jiedui.core.derived import Derived
from jiedui.core.faults import Fault, Rules, days_of, refuse
from jiedui.core.models import Versioned
from jiedui.core.trees import TreeNode, give_paths
from jiedui.core.users import User


class Amend(Protocol):
    """An action that changes records. Raises `Refused`, and `Stale` for what changed meanwhile.

    `is_undo` says that they become what they were before: that is not asked whether it may be.
    """

    def __call__(
        self, found: Sequence[Change], /, *, by: User | None, is_undo: bool = False
    ) -> None: ...


def create_many(
    model: type[models.Model], rows: Sequence[Values], *, rules: Rules, action: str, by: User | None
) -> list[int]:
    """Write new records with all that follows from their values; returns their keys in order.

    `rows` are values by column (`place_id` holds a key). Each record gets the columns that are
    derived from others, in a tree its path, and an entry in the audit chain that says its values.
    Raises `Refused` for the first rule that is broken. For use inside a transaction.
    """
    for row in rows:
        refuse(rules(row))
    ready = [dict(row) for row in rows]
    if issubclass(model, TreeNode):
        give_paths(model, ready)
    if issubclass(model, Derived):
        ready = [row | model.derived(row) for row in ready]
    keys = bulk.make(model, ready)
    kind = model._meta.label_lower
    entries = (
        audit.Entry(action, kind, str(key), before={}, after=changes.audit_values(model, row))
        for key, row in zip(keys, rows, strict=True)
    )
    audit.record_many(entries, by=by)
    return keys


def amend_many(
    model: type[models.Model],
    found: Sequence[Change],
    *,
    rules: Rules,
    action: Action,
    by: User | None,
    is_undo: bool,
) -> None:
    """Change records with all that follows from their values, and record each.

    Raises `Stale` when one of them was changed meanwhile, and `Refused` for a rule that a change
    breaks or for days that would leave out what lies inside them. For use inside a transaction.
    """
    check_many(model, found, rules=rules, by=by, is_undo=is_undo)
    changes.write_many(model, found, action=action, by=by)


def check_many(
    model: type[models.Model],
    found: Sequence[Change],
    *,
    rules: Rules,
    by: User | None,
    is_undo: bool,
) -> None:
    """Hold these records. Raises `Stale` and `Refused` as `amend_many` does; nothing is written."""
    now = changes.hold_unchanged(model, found, more=days_of(model))
    if is_undo:
        return
    for one in found:
        refuse(_broken(one, now[one.key], rules))
    ends, begins = new_ends(found), later_begins(found)
    inside.check_ends(model, ends, by=by)
    inside.check_begins(model, begins, by=by)


def _broken(change: Change, now: Values, rules: Rules) -> Iterator[Fault]:
    """What was broken before is no reason to refuse a change of something else."""
    for fault in rules({**now, **change.after}):
        if any(name in change.after for name in fault.fields):
            yield fault


def new_ends(found: Sequence[Change]) -> dict[int, date]:
    """Record → the day on which it is to end."""
    return {one.key: one.after["ended"] for one in found if one.after.get("ended")}


def later_begins(found: Sequence[Change]) -> dict[int, date]:
    """Record → its first day, where that is to be later; who comes back begins anew."""
    return {
        one.key: one.after["since"]
        for one in found
        if one.after.get("since") and one.after.get("ended", "") is not None
        if not one.before["since"] or one.after["since"] > one.before["since"]
    }


def amend(row: models.Model, values: Values, *, through: Amend, by: User | None) -> bool:
    """Change the values of one record that differ, by this action; False when none do."""
    change = changes.change_of(row, values)
    if change is None:
        return False
    through([change], by=by)
    changes.take_over(row, change)
    if isinstance(row, Versioned):  # `through` may have raised it more than once
        row.refresh_from_db(fields=[changes.VERSION])
    return True
