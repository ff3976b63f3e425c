"""Drafts for display: labels of columns, names of codes, old and new values side by side."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from jiedui.core.changes import MORE
from jiedui.core.doors import may
from jiedui.core.fields import EncryptedText
from jiedui.core.users import User
from jiedui.imports.columns.schemas import HOUSEHOLDS
from jiedui.imports.matching import matches
from jiedui.imports.matching.comparisons import COMPARISONS
from jiedui.imports.matching.drafts import Part, current, same
from jiedui.imports.matching.people import URGENCY
from jiedui.imports.models import StagedRow
from jiedui.imports.values.choices import in_words
from jiedui.imports.values.parsers import Money

_OPENED_BY = {"phone": "sensitive.read", "address": "sensitive.read"}
_KEYS = (
    *("team_id", "member_id", "place_id", "household_id", "organisation_id"),
    *("also_at_id", "parent_id"),
)
_URGENCY = {number: key for key, number in URGENCY.items()}


@dataclass(frozen=True)
class Line:
    """One field with its values in the register and in the list; `is_other` when they differ.

    `by` is the source of the new value: the list (""), the program ("added"), other cells of the
    row ("derived"), an answer for the whole list ("said"), the cell above an empty one ("above").
    """

    label: str
    old: str
    new: str
    is_other: bool = True
    by: str = ""


@dataclass(frozen=True)
class Side:
    """One candidate of a doubtful row."""

    pk: int
    reason: str
    title: str
    url: str
    cells: list[tuple[str, bool]]
    is_gone: bool = False  # it has ended: the decision “the same” changes nothing
    is_twin: bool = False  # a row of the same list: “the same” leaves the doubtful row out


def drafts(row: StagedRow) -> list[dict[str, Any]]:
    return list(json.loads(str(row.drafts))) if row.drafts else []


def changes(row: StagedRow) -> list[Line]:
    """The changes of a row field by field; a record it adds is one line."""
    kind, lines = row.upload.kind, []
    above = _above(row)
    for draft in drafts(row):
        part = COMPARISONS[kind].parts[draft["part"]]
        if draft["target"] is None and row.outcome == StagedRow.Outcome.CHANGED:
            lines += _added(kind, part, draft["values"])
            lines += [
                one for one in _brought(kind, part, draft, above) if one.by not in ("", ABOVE)
            ]
        for name, (old, new) in draft["differences"].items():
            lines.append(
                Line(label(kind, part, name), text(kind, part, name, old, is_old=True),
                     text(kind, part, name, new), by=_from_above(part, name, above))
            )  # fmt: skip
    return lines


ABOVE = "above"


def _above(row: StagedRow) -> dict[str, str]:
    """Columns of a row whose empty cells took the value above, with that value."""
    return dict(next((draft.get("above") or {} for draft in drafts(row)), {}))


def _from_above(part: Part, name: str, above: Mapping[str, str]) -> str:
    return ABOVE if part.key_of(name) in above else ""


def _added(kind: str, part: Part, values: dict[str, Any]) -> list[Line]:
    """A record added by a changed row: its name, or its fields if it has no name."""
    for key in ("member_id", "team_id"):
        if values.get(key):
            return [Line(_("New in it"), "", _name(part.model, key, values[key]))]
    if "name" in values:
        return [Line(_("New in it"), "", str(values["name"]))]
    return [
        Line(label(kind, part, name), "", text(kind, part, name, value))
        for name, value in values.items()
        if name not in _KEYS
    ]


def values(row: StagedRow) -> list[Line]:
    """The values of a new row, field by field."""
    kind, above = row.upload.kind, _above(row)
    parts = [(draft, COMPARISONS[kind].parts[draft["part"]]) for draft in drafts(row)]
    kept = {
        part.key_of(name) for draft, part in parts for name in draft["values"] if name not in _KEYS
    }
    return [
        *(
            line
            for draft, part in parts
            for line in (
                _brought(kind, part, draft, above)
                if draft["target"] is None
                else _follows(kind, part, draft)
            )
        ),
        # Values above in columns that lead to other records, e.g. the village.
        *(
            Line(COMPARISONS[kind].schema.by_key[key].title, "", value, by=ABOVE)
            for key, value in above.items()
            if key not in kept
        ),
    ]


def _follows(kind: str, part: Part, draft: dict[str, Any]) -> list[Line]:
    """Changes that a new record makes to an existing one: the size of its household."""
    return [
        Line(
            label(kind, part, name),
            "",
            f"{text(kind, part, name, old, is_old=True)} → {text(kind, part, name, new)}",
            by="added",
        )
        for name, (old, new) in draft["differences"].items()
    ]


def _brought(kind: str, part: Part, draft: dict[str, Any], above: Mapping[str, str]) -> list[Line]:
    """The fields of a new record, followed by values that are not from the list."""
    given = draft["values"]
    ours = dict.fromkeys(draft.get("derived", []), "derived")
    ours |= dict.fromkeys(draft.get("said", []), "said")
    lines = [
        Line(
            label(kind, part, name),
            "",
            text(kind, part, name, value),
            by=ours.get(name) or _from_above(part, name, above),
        )
        for name, value in given.items()
        if name not in _KEYS
    ]
    return lines + [
        Line(label(kind, part, name), "", text(kind, part, name, value), by="added")
        for name, value in draft.get("added", {}).items()
    ]


def label(kind: str, part: Part, name: str) -> str:
    """The heading of the column that fills a field."""
    key = part.key_of(name)
    field = COMPARISONS[kind].schema.by_key.get(key) or HOUSEHOLDS.by_key.get(key)
    if field is None and name == "household_id":
        return _("Household")
    return field.title if field else name


def text(kind: str, part: Part, name: str, value: Any, *, is_old: bool = False) -> str:
    """A value as text; the register's value of a sensitive field is never shown."""
    if value in (None, "", []):
        return ""
    if is_old and is_secret(part, name):
        return _("(confidential)")
    if name in _KEYS:
        return _name(part.model, name, int(value))
    key = part.key_of(name)
    field = COMPARISONS[kind].schema.by_key.get(key) or HOUSEHOLDS.by_key.get(key)
    codes = field.choices if field else None
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if codes:
        return "、".join(in_words(codes, _key(name, key)) for key in _list(value))
    if known := _choices(part, name):
        return "、".join(str(known.get(key, key)) for key in _list(value))
    if name.endswith("_fen"):
        return f"{int(value) / 100:,.2f}"
    if field and isinstance(field.parser, Money):
        return f"{float(value):,.2f}"
    return "、".join(map(str, _list(value)))


def is_secret(part: Part, name: str) -> bool:
    if name.startswith(MORE) or name in _KEYS:
        return False
    return isinstance(part.model._meta.get_field(name), EncryptedText)


def _list(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list) else [value]


def _key(name: str, value: Any) -> Any:
    """The key in the code list for a value that the register stores as a number."""
    return _URGENCY.get(value, value) if name == "urgency" else value


def _choices(part: Part, name: str) -> dict[Any, Any]:
    if name.startswith(MORE):
        return {}
    field: Any = part.model._meta.get_field(name)
    return dict(field.flatchoices)


def _name(model: type[models.Model], name: str, key: int) -> str:
    related: Any = model._meta.get_field(name).related_model
    return str(related._base_manager.filter(pk=key).first() or "")


def sides(row: StagedRow, *, by: User | None) -> tuple[list[Line], list[Side]]:
    """A doubtful row and its candidates: the lines, and a column for each candidate."""
    kind = row.upload.kind
    draft = matches.doubtful(row)
    if draft is None:
        return [], []
    part = matches.part(kind, draft)
    given = draft["values"]
    lines = [
        Line(label(kind, part, name), "", text(kind, part, name, value))
        for name, value in given.items()
    ]
    offered = matches.within_reach(kind, [row], by=by)[row.pk]
    records = {pk: reason for pk, reason in offered.items() if pk > 0}
    now = current(part, set(records), list(given))
    rows = part.model._default_manager.in_bulk(records)
    gone = set(draft.get("gone", ()))
    found = [
        Side(pk, reason, str(rows[pk]), _url(rows[pk]), cells, is_gone=pk in gone)
        for pk, reason in records.items()
        if pk in rows
        for cells in [_cells(kind, part, now[pk], given, by)]
    ]
    return lines, [*_twin_sides(row, part, given, offered), *found]


def _twin_sides(
    row: StagedRow, part: Part, given: dict[str, Any], offered: dict[int, str]
) -> list[Side]:
    """Candidates that are rows above in the same list."""
    kind, sides = row.upload.kind, []
    for key, one in matches.twins(row).items():
        values: dict[str, Any] = next(
            (d["values"] for d in drafts(one) if d["part"] == part.name), {}
        )
        cells = [
            (text(kind, part, name, values.get(name)), same(values.get(name), value))
            for name, value in given.items()
        ]
        title = _("row %(row)d") % {"row": one.number}
        sides.append(Side(key, offered.get(key, ""), title, "", cells, is_twin=True))
    return sides


def _url(row: Any) -> str:
    home = getattr(row, "household", None)
    target = row if hasattr(row, "get_absolute_url") else home
    return target.get_absolute_url() if target else ""


def _cells(
    kind: str, part: Part, now: dict[str, Any], given: dict[str, Any], by: User | None
) -> list[tuple[str, bool]]:
    return [
        (text(kind, part, name, now.get(name), is_old=True), _agrees(part, name, now, value, by))
        for name, value in given.items()
    ]


def _agrees(part: Part, name: str, now: dict[str, Any], value: Any, by: User | None) -> bool:
    """Whether both values agree; not disclosed for values the reader may not open."""
    if is_secret(part, name) and not may(by, _OPENED_BY.get(name, "identity.read")):
        return False
    return same(now.get(name), value)
