"""Drafts: the records of a row as they would be written, compared with the registers.

Values of a draft are plain (text, numbers, lists), as they are stored in JSON: a day is
`2026-03-01`, a month `2026-03`, a year `2026`, an amount `8600.00`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from django.db import models

from jiedui.core.changes import MORE, Change, entry_of, stored
from jiedui.core.faults import Rules, days_of
from jiedui.core.models import Versioned
from jiedui.core.records import Amend
from jiedui.core.users import User
from jiedui.imports.tables.rows import Row
from jiedui.imports.values.dates import precision
from jiedui.imports.values.parsers import Value, tidy


class Make(Protocol):
    """An action that writes new records; returns their keys in order."""

    def __call__(self, rows: Sequence[Mapping[str, Any]], /, *, by: User | None) -> list[int]: ...


@dataclass(frozen=True)
class Part:
    """One register a kind of list writes to.

    `fields` leads from the columns of the list to the fields of the model (`more.x` is an entry
    of its `more`). `make` and `amend` are the actions for new records and for changes, which the
    forms use as well; `rules` check the values; `noun` is the prefix of audit actions.
    """

    name: str
    model: type[models.Model]
    fields: Mapping[str, str]
    make: Make
    amend: Amend
    rules: Rules
    noun: str
    links: tuple[str, ...] = ()

    @property
    def counter(self) -> str:
        """The column that grows by one with every change, where the register has one."""
        return "version" if issubclass(self.model, Versioned) else ""

    def key_of(self, name: str) -> str:
        """The column a field of the model came from."""
        return next((key for key, field in self.fields.items() if field == name), name)


@dataclass(slots=True)
class Draft:
    """One record as the file has it.

    `target` is the key of the matching record; without one it is new, unless `candidates` (key,
    reason) wait for a decision. Other drafts of this file refer to it by `ref`; `links` maps
    fields to the refs of drafts whose keys they will get.
    """

    part: str
    values: dict[str, Any]
    ref: str = ""
    links: dict[str, str] = field(default_factory=dict)
    target: int | None = None
    candidates: list[tuple[int, str]] = field(default_factory=list)
    gone: dict[int, str] = field(default_factory=dict)  # candidates that left, and why
    # Candidates that are no records but rows of this list: key → sheet and row.
    twins: dict[int, tuple[str, int]] = field(default_factory=dict)
    left: str = ""  # the sentence about a certain match that has ended
    differences: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    # What the program adds to a new record, and which values follow from other cells.
    added: dict[str, Any] = field(default_factory=dict)
    derived: list[str] = field(default_factory=list)
    answered: list[str] = field(default_factory=list)  # once for all rows, as the list lacks it
    followed: list[str] = field(default_factory=list)  # what follows from other rows: a size
    # Columns whose cells are empty in the list and take the value above, with that value.
    above: dict[str, str] = field(default_factory=dict)
    version: int | None = None  # of the target, when it was compared
    days: dict[str, Any] = field(
        default_factory=dict
    )  # those of the target, also where the list has none

    @property
    def is_new(self) -> bool:
        return self.target is None

    def facts(self) -> dict[str, Any]:
        """What is stored of it for the preview."""
        return {
            "part": self.part,
            "values": self.values,
            "target": self.target,
            "candidates": self.candidates,
            "gone": list(self.gone),
            "twins": self.twins,
            "differences": self.differences,
            "added": self.added,
            "derived": self.derived,
            "said": self.answered,  # the stored key
            "above": self.above,
        }


@dataclass(slots=True)
class Staged:
    """A row with its drafts; the first is the main one of the row."""

    row: Row
    title: str
    where: str = ""
    drafts: list[Draft] = field(default_factory=list)
    outcome: str = ""
    reason: str = ""
    is_doubtful: bool = False
    is_targeted: bool | None = None
    is_gone: bool = False  # left out because the record it is about has ended

    @property
    def place(self) -> tuple[str, int]:
        return self.row.place


def plain(value: Value) -> Any:
    """A value as it is stored in JSON; a day that stands for a month or year stays so."""
    if value.__class__ is str:
        return value
    if isinstance(value, date):
        return value.isoformat()[: {"day": 10, "month": 7, "year": 4}[precision(value)]]
    if isinstance(value, tuple):
        return list(value)
    return str(value) if isinstance(value, Decimal) else value


def read(part: Part, row: Row) -> dict[str, Any]:
    """The values of one part in a row, without empty cells."""
    fields = part.fields
    return {
        fields[key]: plain(value)
        for key, value in row.values.items()
        if value is not None and key in fields
    }


def defaults(part: Part) -> dict[str, Any]:
    """The model's default values for the fields that lists can fill."""
    found = {}
    for name in part.fields.values():
        if name.startswith(MORE) or name.endswith("_id"):
            continue
        column: Any = part.model._meta.get_field(name)
        if column.has_default() and column.get_default() not in ("", None, [], {}):
            found[name] = column.get_default()
    return found


def same(old: Any, new: Any) -> bool:
    """Whether file and register agree; a month agrees with every day in it."""
    if old == new:
        return True
    if isinstance(old, list) and isinstance(new, list):
        return sorted(map(str, old)) == sorted(map(str, new))
    if not (isinstance(old, str) and isinstance(new, str)):
        return False
    if len(new) in (4, 7) and len(old) == 10 and old[4] == "-":
        return old.startswith(new)
    return tidy(old) == tidy(new)  # reading a cell normalises blanks and wide digits


def compare(current: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Field → (old, new) of what differs."""
    return {
        name: (current.get(name), value)
        for name, value in values.items()
        if not same(current.get(name), value)
    }


def settle(drafts: Iterable[Draft], parts: Mapping[str, Part]) -> None:
    """Compute the differences of all drafts that have a target, in a few queries."""
    by_part: dict[str, list[Draft]] = {}
    for draft in drafts:
        if draft.target is not None:
            by_part.setdefault(draft.part, []).append(draft)
    for name, found in by_part.items():
        fields = {key for draft in found for key in draft.values}
        counter = parts[name].counter
        days = days_of(parts[name].model)
        fields |= {counter, *days} if counter else {*days}
        now = current(parts[name], {d.target for d in found if d.target is not None}, fields)
        for draft in found:
            known = now.get(draft.target or 0, {})
            draft.version = known.get(counter)
            draft.days = {day: known.get(day) for day in days}
            draft.differences = compare(known, draft.values)


def current(part: Part, keys: set[int], fields: Iterable[str]) -> dict[int, dict[str, Any]]:
    """The present values in the register: key → field → plain value."""
    wanted = list(fields)
    found = stored(part.model, keys, wanted, is_held=False)
    return {pk: {name: _cell(here, name) for name in wanted} for pk, here in found.items()}


def _cell(here: Mapping[str, Any], name: str) -> Any:
    value = entry_of(here, name)
    return value.isoformat() if isinstance(value, date) else value


def changes_of(part: Part, drafts: Iterable[Draft]) -> list[Change]:
    """The changes that drafts make to their targets."""
    return [
        change_of(
            part,
            draft.target or 0,
            {name: before for name, (before, _after) in draft.differences.items()},
            {name: after for name, (_before, after) in draft.differences.items()},
            version=draft.version,
        )
        for draft in drafts
    ]


def change_of(
    part: Part,
    key: int,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    *,
    version: int | None,
) -> Change:
    """A change of a record from plain values to others."""
    return Change(key, typed(part.model, before), typed(part.model, after), version)


def written(model: type[models.Model], values: Mapping[str, Any]) -> dict[str, Any]:
    """Plain values as the model takes them; entries of `more` gathered."""
    ready = typed(model, values)
    if entries := [name for name in ready if name.startswith(MORE)]:
        ready["more"] = {name.removeprefix(MORE): ready.pop(name) for name in entries}
    return ready


def typed(model: type[models.Model], values: Mapping[str, Any]) -> dict[str, Any]:
    """Plain values as the columns of the model hold them; an entry of `more` stays one."""
    ready = dict(values)
    for name in days_of(model):
        if isinstance(value := ready.get(name), str):
            ready[name] = day(value)
    return ready


def day(text: str) -> date:
    """The first day of what is meant: 2026-03 is 2026-03-01."""
    return date.fromisoformat(f"{text}-01-01"[:10] if len(text) == 4 else f"{text}-01"[:10])
