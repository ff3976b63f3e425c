"""Changes of rows: compared, written and recorded; of sensitive values no content is recorded.

A page changes one record, a list thousands: both the same way.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from jiedui.core import audit, bulk, readings
from jiedui.core.derived import Derived
from jiedui.core.fields import EncryptedText, Sealed
from jiedui.core.locking import hold
from jiedui.core.models import Versioned
from jiedui.core.personal import HIDDEN as HIDDEN
from jiedui.core.refusals import Refused
from jiedui.core.users import User

Values = Mapping[str, Any]
VERSION = "version"
MORE = "more."  # before the name of an entry of the column `more`


class Stale(Refused):
    """The row is no longer the one this change started from."""

    def __init__(self) -> None:
        super().__init__(_("Somebody else changed this meanwhile. Look at it again, then save."))


@dataclass(frozen=True)
class Change:
    """New values of one record beside those before, by column; `more.x` is an entry of `more`.

    `version` is that of the record this change started from, where its model has versions.
    """

    key: Any
    before: Values
    after: Values
    version: int | None = None

    def fills(self, name: str) -> bool:
        """Whether a column that was empty gets a value."""
        return bool(self.after.get(name)) and not self.before[name]

    def without(self, *names: str) -> "Change":
        """What is left of it when these columns are written already; the version has risen."""
        before = {name: value for name, value in self.before.items() if name not in names}
        after = {name: value for name, value in self.after.items() if name not in names}
        return Change(self.key, before, after)


Action = str | Callable[[Change], str]  # what the audit chain calls a change


def by_column(model: type[models.Model], values: Values) -> dict[str, Any]:
    """Values as columns hold them: of another record only its key."""
    found = {}
    for name, value in values.items():
        field = None if name.startswith(MORE) else model._meta.get_field(name)
        column = field.attname if isinstance(field, models.ForeignKey) else name
        found[column] = value.pk if isinstance(value, models.Model) else value
    return found


def change_of(row: models.Model, values: Values) -> Change | None:
    """What these values change of a row; None when nothing."""
    wanted = by_column(type(row), values)
    with readings.unseen():  # compared only
        before = {name: getattr(row, name) for name in wanted}
    after = {name: value for name, value in wanted.items() if value != before[name]}
    if not after:
        return None
    version = row.version if isinstance(row, Versioned) else None
    return Change(row.pk, {name: before[name] for name in after}, after, version)


def take_over(row: models.Model, change: Change | None) -> None:
    """The row in memory as this change has left it."""
    if change is None:
        return
    for name, value in (dict(change.after) | derived(type(row), change.after)).items():
        setattr(row, name, value)
    if isinstance(row, Versioned):
        row.version += 1


@transaction.atomic
def apply(row: models.Model, values: Values, *, action: str, by: User | None) -> bool:
    """Set the values that differ and what follows from them, save and record; False when none do.

    Raises `Stale` when somebody changed the row since it was read: nothing is overwritten unseen.
    """
    change = change_of(row, values)
    if change is None:
        return False
    write_many(type(row), [change], action=action, by=by)
    take_over(row, change)
    return True


def write_many(
    model: type[models.Model], found: Sequence[Change], *, action: Action, by: User | None
) -> None:
    """Write changes of records with what follows from them, in any order, and record each.

    Raises `Stale`, and nothing is written, when one of these records is no longer what its change
    started from. For use inside a transaction.
    """
    put_many(model, found)
    audit.record_many((entry(model, one, action) for one in found), by=by)


def put_many(model: type[models.Model], found: Sequence[Change]) -> None:
    """As `write_many` without the entries: the caller records what was done."""
    now = hold_unchanged(model, found)
    groups: dict[tuple[str, ...], list[list[Any]]] = defaultdict(list)
    for one in found:
        ready = _gathered(one.after, now[one.key].get("more")) | derived(model, one.after)
        groups[tuple(ready)].append([*ready.values(), one.key])
    raised = VERSION if issubclass(model, Versioned) else ""
    for names, rows in groups.items():
        bulk.update(model, names, rows, raised=raised)


def entry(model: type[models.Model], change: Change, action: Action) -> audit.Entry:
    """The entry of a change in the audit chain."""
    before, after = audit_values(model, change.before), audit_values(model, change.after)
    action = action if isinstance(action, str) else action(change)
    return audit.Entry(action, model._meta.label_lower, str(change.key), before, after)


def derived(model: type[models.Model], values: Values) -> dict[str, str]:
    """The columns that follow from these values."""
    return model.derived(values) if issubclass(model, Derived) else {}


def hold_unchanged(
    model: type[models.Model], found: Sequence[Change], *, more: Collection[str] = ()
) -> dict[Any, Values]:
    """Hold the records of these changes until the transaction ends, as they are.

    Returns key → column → value, of the columns that change and of `more`. Raises `Stale` where a
    record is no longer what its change started from.
    """
    names = dict.fromkeys((*more, *(name for one in found for name in one.before)))
    if issubclass(model, Versioned):
        names[VERSION] = None
    now: dict[Any, Values] = {**stored(model, {one.key for one in found}, names, is_held=True)}
    for one in found:
        here = now.get(one.key)
        if here is None or (one.version is not None and here[VERSION] != one.version):
            raise Stale
        if any(entry_of(here, name) != value for name, value in one.before.items()):
            raise Stale
    return now


def stored(
    model: type[models.Model], keys: Collection[Any], names: Collection[str], *, is_held: bool
) -> dict[Any, dict[str, Any]]:
    """Key → column → what the database says now, what is encrypted opened only to be compared."""
    columns = list(dict.fromkeys(name.partition(".")[0] for name in names))
    found: dict[Any, dict[str, Any]] = {}
    for rows in _chunks(model, keys):
        rows = hold(rows).order_by("pk") if is_held else rows
        for pk, *cells in rows.values_list("pk", *columns):
            pairs = zip(columns, cells, strict=True)
            found[pk] = {name: _opened(model, name, cell, pk) for name, cell in pairs}
    return found


def entry_of(here: Values, name: str) -> Any:
    """A column of a record, or an entry of its `more`."""
    return (here["more"] or {}).get(name[len(MORE) :]) if name.startswith(MORE) else here[name]


def _chunks(model: type[models.Model], keys: Collection[Any]) -> Iterator[models.QuerySet[Any]]:
    ordered = sorted(keys)
    for start in range(0, len(ordered), bulk.AT_ONCE):
        yield model._default_manager.filter(pk__in=ordered[start : start + bulk.AT_ONCE])


def _opened(model: type[models.Model], name: str, cell: Any, pk: Any) -> Any:
    field = model._meta.get_field(name) if isinstance(cell, Sealed) else None
    return field.opened(cell, key=pk) if isinstance(field, EncryptedText) else cell


def _gathered(values: Values, more: Any) -> dict[str, Any]:
    """Values by column; entries of `more` among the others there are, without those that go."""
    ready = {name: value for name, value in values.items() if not name.startswith(MORE)}
    entries = {n[len(MORE) :]: value for n, value in values.items() if n.startswith(MORE)}
    if entries:
        kept = {**(more or {}), **entries}
        ready["more"] = {name: value for name, value in kept.items() if value is not None}
    return ready


def raise_version(row: Versioned) -> None:
    """The lock of a change: of two who started from one version, the second finds no row."""
    same = type(row)._default_manager.filter(pk=row.pk, version=row.version)
    if not same.update(version=models.F(VERSION) + 1):
        raise Stale
    row.version += 1


def audit_values(model: type[models.Model], values: Values) -> dict[str, Any]:
    """Values as the audit chain may keep them: of encrypted fields only whether there is one."""
    encrypted = _encrypted(model)
    return {
        name: (HIDDEN if value else "") if name in encrypted else _key_or_value(value)
        for name, value in values.items()
    }


@cache
def _encrypted(model: type[models.Model]) -> frozenset[str]:
    fields = model._meta.concrete_fields
    return frozenset(field.attname for field in fields if isinstance(field, EncryptedText))


def _key_or_value(value: Any) -> Any:
    return value.pk if isinstance(value, models.Model) else value
