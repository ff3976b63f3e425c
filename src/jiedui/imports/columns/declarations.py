"""Which column is which: declared fields, their usual names, and the match between them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from django.utils.translation import get_language, override
from rapidfuzz import fuzz, process

from jiedui.core.changes import MORE
from jiedui.engines import words
from jiedui.imports.values import parsers
from jiedui.imports.values.choices import Choice, Choices

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from jiedui.core.codelist import CodeList
    from jiedui.imports.reading.cells import Cell

_BY_PEOPLE = ("chosen", "remembered")  # what a person said, the surest first
EXACT, NORMALISED, LAST_PART, LEAST = 100, 95, 85, 80
_BRACKETS = re.compile(r"[(（\[【<〈].{0,100}?[)）\]】>〉]")
_NOISE = re.compile(r"[\s*＊:：、,，.。_\-—/\\|“”\"'’?？!！#]+")
_UNITS = re.compile(r"(?<=..)(万元|元|岁|必填|选填)$")
# 2025年人均纯收入 is 人均纯收入, 2025年收入 is 年收入.
_OF_YEAR = re.compile(r"^(?P<year>(?:19|20)\d{2})(?=年)")


_TEXT = parsers.Text()


def named(aliases: str) -> tuple[str, ...]:
    """The usual names of a column, written as one text with blanks between them."""
    return tuple(aliases.split())


@dataclass(frozen=True)
class Field:
    """One value of a kind of list. The first alias is the name official Chinese forms print."""

    key: str
    label: StrOrPromise
    aliases: tuple[str, ...]
    parser: parsers.Parser = _TEXT
    required: bool = False
    example: str = ""
    note: StrOrPromise = ""
    why_not: StrOrPromise = ""  # why a column that is recognised is not kept
    # The field that shares its usual names with this one: where two columns are that field, the
    # one called by a name of this field is this one.
    beside: str = ""
    # The column without which that cannot be told: 户主姓名 and 姓名 are head and member only where
    # a relation is written.
    beside_with: str = ""
    # Whether it says something of one entry alone, so that it never stands for the rows below.
    is_own: bool = False
    # Columns beside which the list needs this one; where it is not there, it may be said once.
    needed_beside: tuple[str, ...] = ()
    # Where it is kept: "household.kind" is a field of that register, "household.more" the entry of
    # its `more` with this key. Several where a row speaks for several registers.
    into: tuple[str, ...] = ()

    @property
    def choices(self) -> CodeList | None:
        return self.parser.codes if isinstance(self.parser, Choice | Choices) else None

    @property
    def is_kept(self) -> bool:
        return not self.why_not

    @property
    def title(self) -> str:
        """The heading in the user's language; in Chinese the word of the official form."""
        if (get_language() or "").startswith("zh"):
            return self.aliases[0]
        return str(self.label)

    @property
    def names(self) -> tuple[str, ...]:
        with override(None):
            english = str(self.label)
        return (*self.aliases, english, self.key)


@dataclass(frozen=True)
class Schema:
    """A kind of list: its fields in the order of the template."""

    kind: str
    title: StrOrPromise
    sheet: str
    fields: tuple[Field, ...]

    @cached_property
    def by_key(self) -> dict[str, Field]:
        return {field.key: field for field in self.fields}

    @cached_property
    def exact(self) -> dict[str, str]:
        """Folded names and the field each one means."""
        return self._spelled(_folded)

    @cached_property
    def normalised(self) -> dict[str, str]:
        return self._spelled(normalise)

    def lacking(self, found: Collection[str]) -> list[Field]:
        """The fields a list with these columns needs and does not have."""
        return [
            field
            for field in self.fields
            if field.key not in found and any(key in found for key in field.needed_beside)
        ]

    def _spelled(self, spelling: Callable[[str], str]) -> dict[str, str]:
        found: dict[str, str] = {}
        for field in self.fields:
            for name in field.names:
                found.setdefault(spelling(name), field.key)
        return found


def kept_in(register: str, fields: Iterable[Field]) -> dict[str, str]:
    """Column → field of the model, of one register; `more.x` is an entry of its `more`."""
    return {
        field.key: f"{MORE}{field.key}" if name == "more" else name
        for field in fields
        for place, _dot, name in (into.partition(".") for into in field.into)
        if place == register
    }


@dataclass(frozen=True)
class Heading:
    """The heading of one column: its words from the top row to the bottom row."""

    column: int
    parts: tuple[str, ...]

    @property
    def text(self) -> str:
        return " ".join(self.parts)


@dataclass(frozen=True)
class Match:
    """What is believed about one column; `field` None means the column is left out.

    `confidence` is 0 to 100; `by` tells why: exact, normalised, part, similar, chosen, remembered;
    taken means that a surer column has the field already, others that it may be somebody else's.
    """

    column: int
    heading: str
    field: str | None
    confidence: int
    by: str
    samples: tuple[str, ...] = ()

    @property
    def letter(self) -> str:
        return letter(self.column)


def letter(column: int) -> str:
    """The spreadsheet's name of a column counted from zero: 0 is A, 26 is AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def _folded(text: str) -> str:
    return re.sub(r"\s+", "", words.comparable(text)).lower()


def normalise(text: str) -> str:
    """A heading without width, blanks, brackets, units and marks, e.g. 人均纯收入."""
    folded = words.comparable(text)
    bare = _NOISE.sub("", _BRACKETS.sub("", folded)).lower()
    return _UNITS.sub("", bare) or _NOISE.sub("", folded).lower()


def guess(schema: Schema, parts: Sequence[str]) -> tuple[str | None, int, str]:
    """The field a heading names, how sure that is, and why.

    Under a word for somebody else (包扶村 over 乡镇, 帮扶人 over 电话) a column is only what both
    words together name.
    """
    lower = () if is_of_others(schema, parts) else tuple(reversed(parts))
    for text in dict.fromkeys(("".join(parts), *lower)):
        penalty = 0 if len(parts) == 1 or text == "".join(parts) else EXACT - LAST_PART
        if key := schema.exact.get(_folded(text)):
            return key, EXACT - penalty, "part" if penalty else "exact"
        if key := schema.normalised.get(normalise(text)):
            return key, NORMALISED - penalty, "part" if penalty else "normalised"
        if key := _without_year(schema, text):
            return key, LAST_PART, "part"
    return _similar(schema, parts)


# Upper headings that speak of others than the entries of a list; what they mean in which list.
_OTHERS = re.compile(
    r"包扶|包联|包村|包户|包保|联包|帮包|帮扶|结对|联系(村|人|户|干部|领导|单位)|对口|挂点|挂钩|挂联"
    r"|驻村|第一书记|责任(人|单位|领导|干部)|分管|监护人|经办人|紧急联系"
)
_OWN = {
    "households": re.compile(r"对象|困难户|低保户|贫困户|情况|措施|成效"),
    "people": re.compile(r"对象|困难户|低保户|贫困户|情况|措施|成效"),
    "needs": re.compile(r"对象|困难户|低保户|贫困户|需求|情况|措施|成效"),
    "organisations": re.compile(r"单位$|单位(基本)?(情况|信息)|支部|组织"),
    "members": re.compile(
        r"帮扶(责任)?人|帮扶(联系)?干部|责任人|党员|队员|帮扶责任人|干部(基本)?(情况|信息)?$"
    ),
    "teams": re.compile(r"队|组"),
}


def is_of_others(schema: Schema, parts: Sequence[str]) -> bool:
    """Whether the words above the lowest one name somebody else than the list is about."""
    own = _OWN.get(schema.kind)
    return any(
        _OTHERS.search(part) and not (own and own.search(part))
        for part in map(words.comparable, parts[:-1])
    )


_PERSON = re.compile(r"干部|书记|主任|负责|[员人长]$")


def is_somebody_else(schema: Schema, text: str) -> bool:
    """Whether an unknown heading names a person who is no entry of the list: 村干部, 监护人."""
    return is_of_others(schema, (text, "")) or bool(_PERSON.search(words.comparable(text)))


def _without_year(schema: Schema, text: str) -> str | None:
    folded = normalise(text)
    bare = _OF_YEAR.sub("", folded)
    if bare == folded:
        return None
    shorter = re.sub("^年(度|底|末)?", "", bare)
    return schema.normalised.get(bare) or schema.normalised.get(shorter)


def _similar(schema: Schema, parts: Sequence[str]) -> tuple[str | None, int, str]:
    text = normalise("".join(parts))
    if len(text) < 3:  # of two characters one wrong is another word
        return None, 0, ""
    best = process.extractOne(text, list(schema.normalised), scorer=fuzz.ratio, score_cutoff=LEAST)
    if best is None:
        return None, 0, ""
    return schema.normalised[best[0]], min(LAST_PART - 1, int(best[1] * 0.85)), "similar"


def match(
    schema: Schema,
    headings: Iterable[Heading],
    *,
    corrections: Mapping[int, str] | None = None,
    remembered: Mapping[str, str] | None = None,
    samples: Mapping[int, Sequence[Cell]] | None = None,
) -> list[Match]:
    """Every column with its field; no field is given to two columns.

    `corrections` (column → field key, "" leaves a column out) wins over `remembered` (heading →
    field key), that over guesses; of two guesses the surer one, then the one further left.
    """
    corrections, remembered, samples = corrections or {}, remembered or {}, samples or {}
    guesses = []
    for heading in headings:
        key, confidence, by = _chosen(schema, heading, corrections, remembered)
        shown = tuple(parsers.plain(cell) for cell in samples.get(heading.column, ()))
        guesses.append(Match(heading.column, heading.text, key, confidence, by, shown))
    return _without_doubles(_without_others(schema, _parted(schema, guesses)))


def _chosen(
    schema: Schema, heading: Heading, corrections: Mapping[int, str], remembered: Mapping[str, str]
) -> tuple[str | None, int, str]:
    for key, by in (
        (corrections.get(heading.column), "chosen"),
        (remembered.get(heading.text), "remembered"),
    ):
        if key is not None and (key == "" or key in schema.by_key):
            return key or None, EXACT, by
    return guess(schema, heading.parts)


def _parted(schema: Schema, guesses: list[Match]) -> list[Match]:
    """Columns of one field that the schema can tell apart when both are there: 单位 and 党支部."""
    for field in (one for one in schema.fields if one.beside):
        names = {normalise(name) for name in field.aliases}
        rivals = [found for found in guesses if found.field == field.beside]
        lower = [
            found
            for found in rivals
            if found.by not in _BY_PEOPLE
            and names & {normalise(found.heading), normalise(found.heading.rpartition(" ")[2])}
        ]
        known = {found.field for found in guesses}
        if field.beside_with and field.beside_with not in known:
            continue
        if lower and len(lower) < len(rivals):
            guesses = [replace(one, field=field.key) if one in lower else one for one in guesses]
            guesses = _of_members(schema, guesses) if field.beside_with else guesses
    return guesses


def _of_members(schema: Schema, guesses: list[Match]) -> list[Match]:
    """Where rows are members, 户主身份证号 is the head's in each of them: it is nobody's own."""
    return [
        replace(one, field=None, confidence=0, by="taken") if _is_of_the_head(schema, one) else one
        for one in guesses
    ]


def _is_of_the_head(schema: Schema, found: Match) -> bool:
    if found.field in (None, "relation") or found.by in _BY_PEOPLE:
        return False
    into = schema.by_key[found.field or ""].into
    is_own = bool(into) and all(place.startswith("person.") for place in into)
    return is_own and normalise(found.heading.rpartition(" ")[2]).startswith("户主")


# What a column of one word says of the person named to its left.
_OF_A_PERSON = ("phone", "person_phone", "identity", "gender", "birth")


def _without_others(schema: Schema, guesses: list[Match]) -> list[Match]:
    """A bare 电话 right of 帮扶责任人 or 村干部 may be theirs: a person says whose it is."""
    if "helper" not in schema.by_key:
        return guesses
    found = sorted(guesses, key=lambda one: one.column)
    return [
        replace(one, field=None, confidence=0, by="others")
        if one.field in _OF_A_PERSON
        and one.by not in _BY_PEOPLE
        and not normalise(one.heading).startswith("户")
        and _is_behind_others(schema, found[:n])
        else one
        for n, one in enumerate(found)
    ]


def _is_behind_others(schema: Schema, before: list[Match]) -> bool:
    for one in reversed(before):
        if one.by in _BY_PEOPLE and not one.field:
            continue
        if one.field or one.by == "taken":
            return (one.field or "").startswith("helper")
        if one.heading and is_somebody_else(schema, one.heading):
            return True
    return False


def _without_doubles(guesses: list[Match]) -> list[Match]:
    taken: set[str] = set()
    kept: dict[int, Match] = {}
    for found in sorted(guesses, key=_surest_first):
        if found.field and found.field in taken:
            found = Match(found.column, found.heading, None, 0, "taken", found.samples)
        elif found.field:
            taken.add(found.field)
        kept[found.column] = found
    return [kept[column] for column in sorted(kept)]


def _surest_first(found: Match) -> tuple[int, int, int, int]:
    by_people = _BY_PEOPLE.index(found.by) if found.by in _BY_PEOPLE else len(_BY_PEOPLE)
    year = _OF_YEAR.match(normalise(found.heading))  # of two years the later one
    return by_people, -found.confidence, -int(year["year"]) if year else 0, found.column
