"""Turn a TOML document into the declared sections and name everything that does not fit.

Driven by the types and marks of the dataclasses alone. A value that cannot be read becomes BROKEN
and is left out, so that one mistake does not hide the next.
"""

from __future__ import annotations

import re
import types
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction
from functools import cache
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints

from django.utils.translation import gettext as _

from jiedui.campaigns.playbook import lengths
from jiedui.campaigns.playbook.declare import MonthDay, Text
from jiedui.campaigns.playbook.mistakes import RULES, Mistake, nearest, show_path
from jiedui.campaigns.playbook.positions import Path, Positions
from jiedui.engines import words
from jiedui.engines.seasons import FIRST_YEAR, LAST_YEAR

BROKEN: Final = object()
KEY = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")
SHARE = re.compile(r"\d{1,9}(/\d{1,9}|\.\d{1,9})?%?")
Marks = Mapping[str, Any]
Extra = Callable[["Reader", Mapping[str, Any], Path], None]


@cache
def hints(section: type) -> dict[str, Any]:
    return get_type_hints(section)


def without_none(kind: Any) -> Any:
    """`X | None` as `X`; TOML cannot write None, a missing key means it."""
    if get_origin(kind) not in (Union, types.UnionType):
        return kind
    rest = [arg for arg in get_args(kind) if arg is not type(None)]
    return rest[0] if len(rest) == 1 else Union[tuple(rest)]  # noqa: UP007


class Reader:
    """Reads one document; `mistakes` fills as it goes.

    `extras` are further checks of a section's raw table, by its class; `special` are readers for
    types this module does not know. `is_new`: lengths are looked at as well.
    """

    def __init__(
        self,
        document: Mapping[str, Any],
        *,
        positions: Positions,
        extras: Mapping[type, Extra],
        special: Mapping[Any, Callable[[Reader, Any, Path], Any]],
        is_new: bool = True,
    ) -> None:
        self.document = document
        self.positions = positions
        self.extras = extras
        self.special = special
        self.is_new = is_new
        self.mistakes: list[Mistake] = []
        self.owners: list[Mapping[str, Any]] = []

    # What went wrong

    def add_mistake(
        self, path: Path, problem: str, expected: str, *, line: int | None = None
    ) -> Any:
        where = line or self.positions.line(path)
        shown = show_path(path, self.document) or "playbook"
        self.mistakes.append(Mistake(where, shown, problem, expected))
        return BROKEN

    def add_rule_mistake(self, path: Path, rule: str) -> Any:
        problem, expected = RULES[rule]
        return self.add_mistake(path, str(problem), str(expected))

    def add_type_mistake(self, path: Path, raw: Any, expected: str) -> Any:
        return self.add_mistake(
            path, _("%(value)s does not fit here.") % {"value": _shown(raw)}, expected
        )

    # Keys of other sections

    def keys_of(self, section: str) -> list[str]:
        """Keys declared in a section, whether or not the rest of the entry can be read."""
        entries = self.document.get(section)
        rows = entries if isinstance(entries, list) else [entries]
        found = [row.get("key") for row in rows if isinstance(row, dict)]
        return [key for key in found if isinstance(key, str)]

    def check_ref(self, word: Any, ref: str, path: Path) -> Any:
        known = [key for section in ref.split("|") for key in self.keys_of(section)]
        if word in known:
            return word
        place = _(" or ").join(f"[[{section}]]" for section in ref.split("|"))
        problem = _("“%(word)s” is not a key of %(place)s.") % {"word": word, "place": place}
        return self.add_mistake(path, problem, nearest(str(word), known))

    # Values

    def read(self, kind: Any, raw: Any, path: Path, marks: Marks) -> Any:
        kind = without_none(kind)
        if kind in self.special:
            return self.special[kind](self, raw, path)
        if get_origin(kind) is tuple:
            return self.read_list(get_args(kind)[0], raw, path, marks)
        if get_origin(kind) in (Mapping, dict):
            return self.read_mapping(get_args(kind)[1], raw, path, marks)
        if get_origin(kind) in (Union, types.UnionType):
            return self.read_variant(get_args(kind), raw, path)
        if get_origin(kind) is Literal:
            return self.read_word(raw, get_args(kind), path)
        if is_dataclass(kind) and kind not in SCALARS:
            return self.read_table(kind, raw, path)
        value = SCALARS[kind](self, raw, path)
        return value if value is BROKEN else self.check_marks(value, path, marks)

    def check_marks(self, value: Any, path: Path, marks: Marks) -> Any:
        if marks.get("ref"):
            return self.check_ref(value, marks["ref"], path)
        if marks.get("one_of"):
            return self.read_word(value, marks["one_of"], path)
        low, high = marks.get("low"), marks.get("high")
        if isinstance(value, int) and not isinstance(value, bool):
            if low is not None and value < low:
                return self.add_type_mistake(
                    path, value, _("A number from %(low)s on.") % {"low": low}
                )
            if high is not None and value > high:
                return self.add_type_mistake(path, value, _("At most %(high)s.") % {"high": high})
        return value

    def read_word(self, raw: Any, words: Iterable[str], path: Path) -> Any:
        if raw in words:
            return raw
        if not isinstance(raw, str):
            return self.add_type_mistake(path, raw, nearest("", words))
        return self.add_mistake(
            path, _("Unknown word “%(word)s”.") % {"word": raw}, nearest(raw, words)
        )

    def read_list(self, kind: Any, raw: Any, path: Path, marks: Marks) -> Any:
        if not isinstance(raw, list):
            entry = f"[[{path[-1]}]]" if self._is_section(kind) else _("a list in [ ]")
            return self.add_type_mistake(path, raw, _("Expected: %(what)s.") % {"what": entry})
        values = [self.read(kind, r, (*path, i), marks) for i, r in enumerate(raw)]
        self._check_twice(raw, path)
        return tuple(value for value in values if value is not BROKEN)

    def _is_section(self, kind: Any) -> bool:
        return is_dataclass(without_none(kind)) and kind not in SCALARS

    def _check_twice(self, raw: list[Any], path: Path) -> None:
        seen: dict[str, int] = {}
        for index, entry in enumerate(raw):
            key = entry.get("key", entry.get("rule")) if isinstance(entry, dict) else entry
            if not isinstance(key, str):
                continue
            if isinstance(entry, dict) and "key" not in entry and path != ("quality",):
                continue
            if key in seen:
                first = self.positions.line((*path, seen[key]))
                problem = _("“%(key)s” stands here twice.") % {"key": key}
                expected = _("Another key; the first is on line %(line)s.") % {"line": first}
                self.add_mistake((*path, index), problem, expected)
            seen.setdefault(key, index)

    def read_mapping(self, kind: Any, raw: Any, path: Path, marks: Marks) -> Any:
        if not isinstance(raw, dict):
            return self.add_type_mistake(path, raw, _("A table in { }."))
        values = {}
        for name, item in raw.items():
            here = (*path, name)
            if marks.get("keys"):
                self.check_ref(name, marks["keys"], here)
            elif marks.get("one_of"):
                self.read_word(name, marks["one_of"], here)
            inner = {
                "low": marks.get("low"),
                "high": marks.get("high"),
                "one_of": marks.get("values"),
            }
            values[name] = self.read(kind, item, here, inner)
        return {name: value for name, value in values.items() if value is not BROKEN}

    def read_variant(self, kinds: tuple[type, ...], raw: Any, path: Path) -> Any:
        """One of several tables, told apart by their `rule`."""
        by_rule = {get_args(hints(kind)["rule"])[0]: kind for kind in kinds}
        if not isinstance(raw, dict):
            return self.add_type_mistake(path, raw, _("A table."))
        if "rule" not in raw:
            return self.add_mistake(path, _("“rule” is missing."), nearest("", by_rule))
        rule = self.read_word(raw["rule"], tuple(by_rule), (*path, "rule"))
        return rule if rule is BROKEN else self.read_table(by_rule[rule], raw, path)

    # Tables

    def read_table(self, kind: Any, raw: Any, path: Path) -> Any:
        if not isinstance(raw, dict):
            return self.add_type_mistake(path, raw, _("A table with keys, [%(name)s] or { }.") % {
                "name": show_path(path, {}) or kind.__name__.lower(),
            })  # fmt: skip
        known = {field.name: field for field in fields(kind)}
        meant = self._unknown_keys(raw, known, path)
        self.owners.append(raw)
        values = {
            name: BROKEN if name in meant else self._read_field(kind, field, raw, path)
            for name, field in known.items()
        }
        self.owners.pop()
        if kind in self.extras:
            self.extras[kind](self, raw, path)
        if BROKEN in values.values():
            return BROKEN
        return self._checked(kind(**values), path)

    def _unknown_keys(
        self, raw: Mapping[str, Any], known: Mapping[str, Any], path: Path
    ) -> set[str]:
        """Say which keys are unknown; give back the missing ones they were probably meant for."""
        meant: set[str] = set()
        for name in raw.keys() - known.keys():
            problem = _("Unknown key “%(key)s”.") % {"key": name}
            self.add_mistake((*path, name), problem, nearest(name, known))
            meant |= set(get_close_matches(name, known, n=1, cutoff=0.6)) - raw.keys()
        return meant

    def _read_field(self, kind: type, field: Field[Any], raw: Mapping[str, Any], path: Path) -> Any:
        here = (*path, field.name)
        if field.name in raw:
            value = self.read(hints(kind)[field.name], raw[field.name], here, field.metadata)
            if field.name == "key" and value is not BROKEN:
                value = self._check_key(value, here)
            return self._check_lengths(field, value, here) if self.is_new else value
        if field.default is not MISSING:
            return field.default
        if field.default_factory is not MISSING:
            return field.default_factory()
        problem = _("“%(key)s” is missing.") % {"key": field.name}
        return self.add_mistake(path, problem, self._wanted(hints(kind)[field.name]))

    def _check_lengths(self, field: Field[Any], value: Any, path: Path) -> Any:
        for below, length, most in lengths.too_long(field, value):
            problem = _("This text has %(length)s characters.") % {"length": length}
            self.add_mistake(
                (*path, *below), problem, _("At most %(most)s characters.") % {"most": most}
            )
            value = BROKEN
        return value

    def _check_key(self, key: str, path: Path) -> Any:
        if KEY.fullmatch(key):
            return key
        return self.add_type_mistake(
            path, key, _("Small letters, digits and _, such as spring_visit.")
        )

    def _wanted(self, kind: Any) -> str:
        kind = without_none(kind)
        if get_origin(kind) is Literal:
            return nearest("", get_args(kind))
        return {
            Text: _both(),
            date: _("A day such as 2018-03-01."),
            int: _("A whole number."),
        }.get(kind, _("This key must be given."))

    def _checked(self, value: Any, path: Path) -> Any:
        wrongs = list(value.wrong()) if hasattr(value, "wrong") else []
        for field, rule in wrongs:
            self.add_rule_mistake((*path, field), rule)
        return BROKEN if wrongs else value


def _shown(raw: Any) -> str:
    if isinstance(raw, bool):
        return str(raw).lower()
    if isinstance(raw, dict):
        return "{ }"
    if isinstance(raw, list):
        return "[ ]"
    text = f"“{raw}”" if isinstance(raw, str) else str(raw)
    return text if len(text) <= 40 else f"{text[:39]}…"


def _is_fit(reader: Reader, text: str, path: Path) -> bool:
    """Whether a text holds nothing that no text may hold; otherwise it is said."""
    if not (character := words.unfit(text)):
        return True
    problem = _("The text has a character that cannot be shown (%(sign)s).")
    reader.add_mistake(path, problem % {"sign": f"U+{ord(character):04X}"}, _("A text without it."))
    return False


def read_str(reader: Reader, raw: Any, path: Path) -> Any:
    if isinstance(raw, str):
        return raw if _is_fit(reader, raw, path) else BROKEN
    return reader.add_type_mistake(path, raw, _("A text in quotes."))


def read_bool(reader: Reader, raw: Any, path: Path) -> Any:
    return raw if isinstance(raw, bool) else reader.add_type_mistake(path, raw, _("true or false."))


def read_int(reader: Reader, raw: Any, path: Path) -> Any:
    if isinstance(raw, int) and not isinstance(raw, bool) and abs(raw) < 10**12:
        return raw
    return reader.add_type_mistake(path, raw, _("A whole number."))


def read_date(reader: Reader, raw: Any, path: Path) -> Any:
    if not isinstance(raw, date) or isinstance(raw, datetime):
        return reader.add_type_mistake(path, raw, _("A day such as 2018-03-01, without quotes."))
    if not FIRST_YEAR <= raw.year <= LAST_YEAR:
        years = {"first": FIRST_YEAR, "last": LAST_YEAR}
        expected = _("A day from %(first)d to %(last)d: for these years festivals are known.")
        return reader.add_type_mistake(path, raw, expected % years)
    return raw


def read_month_day(reader: Reader, raw: Any, path: Path) -> Any:
    try:
        month, day = (int(part) for part in raw.split("-"))
        date(2024, month, day)  # a leap year: 02-29 is a day
    except (AttributeError, ValueError):
        return reader.add_type_mistake(path, raw, _('A day of the year such as "04-30".'))
    return MonthDay(month, day)


def read_share(reader: Reader, raw: Any, path: Path) -> Any:
    text = str(raw) if isinstance(raw, (str, Decimal)) or type(raw) is int else ""
    if not SHARE.fullmatch(text) or re.search(r"/0+%?$", text):
        return reader.add_type_mistake(path, raw, _('A share such as "1/10", "10%" or 0.1.'))
    return Fraction(text.rstrip("%")) / (100 if text.endswith("%") else 1)


def read_decimal(reader: Reader, raw: Any, path: Path) -> Any:
    is_number = isinstance(raw, (int, Decimal)) and not isinstance(raw, bool)
    if is_number and Decimal(raw).is_finite() and abs(raw) < 10**12:
        return Decimal(raw)
    return reader.add_type_mistake(path, raw, _("A number such as 120 or 3.50."))


def _both() -> str:
    return _('A text in both languages: { zh = "…", en = "…" }.')


def read_text(reader: Reader, raw: Any, path: Path) -> Any:
    if not isinstance(raw, dict):
        return reader.add_type_mistake(path, raw, _both())
    for name in raw.keys() - {"zh", "en"}:
        problem = _("Unknown key “%(key)s”.") % {"key": name}
        reader.add_mistake((*path, name), problem, nearest(name, ("zh", "en")))
    texts = [raw.get(name) for name in ("zh", "en")]
    if not all(isinstance(text, str) and text.strip() for text in texts):
        missing = ("zh", "en")[0 if not (isinstance(texts[0], str) and texts[0].strip()) else 1]
        problem = _("The text lacks “%(language)s”.") % {"language": missing}
        return reader.add_mistake(path, problem, _both())
    fit = [_is_fit(reader, raw[name], (*path, name)) for name in ("zh", "en")]
    if not all(fit):
        return BROKEN
    return Text(zh=raw["zh"], en=raw["en"])


SCALARS: Mapping[Any, Callable[[Reader, Any, Path], Any]] = {
    str: read_str, bool: read_bool, int: read_int, date: read_date, MonthDay: read_month_day,
    Fraction: read_share, Decimal: read_decimal, Text: read_text,
}  # fmt: skip
