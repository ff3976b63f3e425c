"""Read the `where` of a figure: simple conditions on columns of its table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from jiedui.campaigns.playbook.mistakes import nearest
from jiedui.campaigns.playbook.positions import Path
from jiedui.campaigns.playbook.publishing import Filter, figure_problems
from jiedui.campaigns.playbook.reading import BROKEN, Reader
from jiedui.campaigns.playbook.tables import Column, columns

RANGE = ("from", "to", "empty", "window", "phase")
WANTED = {
    "flag": bool,
    "whole": int,
    "day": date,
    "word": str,
    "id": str,
}


def read_filters(reader: Reader, raw: Any, path: Path) -> Any:
    """`where = { column = word | [words] | { from, to, empty, window, phase } }`."""
    if not isinstance(raw, dict):
        return reader.add_type_mistake(path, raw, _("A table in { }."))
    known = columns(str(reader.owners[-1].get("over")))
    if not known:
        return ()  # the unknown table has been named already
    found = [_read_filter(reader, n, value, (*path, n), known) for n, value in raw.items()]
    return BROKEN if BROKEN in found else tuple(found)


def _read_filter(
    reader: Reader, name: str, raw: Any, path: Path, known: Mapping[str, Column]
) -> Any:
    if name not in known:
        problem = _("The table has no column “%(name)s”.") % {"name": name}
        return reader.add_mistake(path, problem, nearest(name, known))
    if isinstance(raw, dict):
        return _read_range(reader, raw, path, known[name])
    values = raw if isinstance(raw, list) else [raw]
    if not values or BROKEN in [_checked(reader, v, path, known[name]) for v in values]:
        return BROKEN if values else reader.add_type_mistake(path, raw, _("At least one word."))
    if known[name].type == "day":
        return Filter(column=name, low=min(values), high=max(values))
    return Filter(column=name, words=tuple(values))


def _checked(reader: Reader, value: Any, path: Path, column: Column) -> Any:
    if not _fits(value, WANTED[column.type]):
        wanted = {
            "flag": _("true or false."), "whole": _("A whole number."),
            "day": _("A day such as 2018-03-01, without quotes."),
        }.get(column.type, _("A text in quotes."))  # fmt: skip
        return reader.add_type_mistake(path, value, wanted)
    if column.ref:
        return reader.check_ref(value, column.ref, path)
    if column.words:
        return reader.read_word(value, column.words, path)
    return value


def _fits(value: Any, wanted: type) -> bool:
    if isinstance(value, (bool, datetime)):
        return wanted is type(value)
    return isinstance(value, wanted)


def _read_range(reader: Reader, raw: Mapping[str, Any], path: Path, column: Column) -> Any:
    wrong = False
    for name in raw.keys() - set(RANGE):
        problem = _("Unknown key “%(key)s”.") % {"key": name}
        wrong = reader.add_mistake((*path, name), problem, nearest(name, RANGE)) is BROKEN
    for name, value in raw.items():
        if name in RANGE:
            wrong |= _wrong_bound(reader, name, value, (*path, name), column)
    if wrong or not raw:
        return BROKEN if wrong else reader.add_type_mistake(path, raw, nearest("", RANGE))
    return Filter(
        column=str(path[-1]), low=raw.get("from"), high=raw.get("to"), empty=raw.get("empty"),
        window=raw.get("window"), phase=raw.get("phase"),
    )  # fmt: skip


def _wrong_bound(reader: Reader, name: str, value: Any, path: Path, column: Column) -> bool:
    if name == "empty":
        good = isinstance(value, bool)
        return not good and reader.add_type_mistake(path, value, _("true or false.")) is BROKEN
    if name in ("window", "phase"):
        if column.type == "day":
            return reader.check_ref(value, f"{name}s", path) is BROKEN
        return reader.add_type_mistake(path, value, _("Only a column of days has this.")) is BROKEN
    if column.type not in ("day", "whole"):
        return (
            reader.add_type_mistake(path, value, _("Only days and numbers have a range.")) is BROKEN
        )
    return _checked(reader, value, path, column) is BROKEN


def check_columns(reader: Reader, raw: Mapping[str, Any], path: Path) -> None:
    """Say which column of a figure its table does not have."""
    for field, name, known in figure_problems(raw):
        problem = _("The table has no column “%(name)s”.") % {"name": name}
        reader.add_mistake((*path, field), problem, nearest(name, known))
