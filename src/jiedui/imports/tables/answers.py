"""What the sender answered once for all rows: what a word means, which cells stay empty."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from jiedui.engines import words
from jiedui.imports.columns.declarations import Field
from jiedui.imports.reading.cells import Cell
from jiedui.imports.values.choices import Choice, Choices
from jiedui.imports.values.parsers import Bad, Value, YesNo, plain, tidy

# field key → text of a cell → what to read instead; None: read the cell as it is, although
# another answer is remembered from an earlier list
Words = Mapping[str, Mapping[str, str | None]]

EMPTY = ""  # what to read instead of a cell that is left empty


@dataclass(frozen=True)
class Answers:
    """The answers of one list.

    `words` were given for this list, `remembered` for an earlier one; `empty` are the columns whose
    wrong cells are left empty; `filled` is what a new record gets where the list says nothing.
    """

    words: Words = field(default_factory=dict)
    remembered: Words = field(default_factory=dict)
    empty: frozenset[str] = frozenset()
    filled: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, text: str, *, remembered: Words) -> Answers:
        """The answers kept with an upload, as `written` made them."""
        kept: dict[str, Any] = json.loads(text) if text else {}
        return cls(
            words=kept.get("words", {}),
            remembered=remembered,
            empty=frozenset(kept.get("empty", ())),
            filled=kept.get("filled", {}),
        )

    def written(self) -> str:
        kept = {"words": self.words, "empty": sorted(self.empty), "filled": self.filled}
        return json.dumps(kept, ensure_ascii=False)

    def with_words(self, words: Words) -> Answers:
        merged = {key: dict(replacements) for key, replacements in self.words.items()}
        for key, replacements in words.items():
            merged.setdefault(key, {}).update(replacements)
        return replace(self, words=merged)

    def with_filled(self, filled: Mapping[str, str]) -> Answers:
        merged = {**self.filled, **filled}
        return replace(self, filled={key: value for key, value in merged.items() if value})

    def replacement(self, key: str, cell: Cell, *, sheet: str) -> str | None:
        """What to read instead of a cell; None when there is no answer for it."""
        for known in (self.words.get(key), self.remembered.get(key)):
            for name in _names(cell, sheet) if known else ():
                if known and name in known:
                    return known[name]
        return None

    def replacement_by_name(self, key: str, name: str) -> str | None:
        """As `replacement`, for the name of a cell (see `cell_key`)."""
        names = (name, name[1:]) if name.startswith("#") else (name,)
        for known in (self.words.get(key, {}), self.remembered.get(key, {})):
            for one in names:
                if one in known:
                    return known[one]
        return None


def _names(cell: Cell, sheet: str) -> tuple[str, ...]:
    name = cell_key(cell, sheet=sheet)
    return (name, name[1:]) if name.startswith("#") else (name,)


_NOTHING = "\n"  # begins the name of an empty cell; no other name holds a line break


def cell_key(cell: Cell, *, sheet: str) -> str:
    """The name of a cell in answers.

    A number is another cell than the same digits as text; what an empty cell means is answered
    for each sheet.
    """
    text = tidy(plain(cell))
    if not text:
        return f"{_NOTHING}{sheet}"
    return text if isinstance(cell, str) else f"#{text}"


def as_written(name: str) -> str:
    """What a cell with this name says; "" when it is empty."""
    return "" if name.startswith(_NOTHING) else name.removeprefix("#")


def sheet_of(name: str) -> str:
    """The sheet whose empty cells this name means."""
    return name.removeprefix(_NOTHING) if name.startswith(_NOTHING) else ""


def is_closed(column: Field) -> bool:
    """Whether a column knows all its values, so that a word can be mapped to one of them."""
    return column.choices is not None or isinstance(column.parser, YesNo)


def read_cell(column: Field, cell: Cell, answers: Answers, *, sheet: str) -> Value | Bad:
    """A cell as its column and the answers of the sender understand it."""
    replacement = _instead(column, cell, answers, sheet)
    if replacement == EMPTY and not column.required:
        return _left_empty()
    value = column.parser(replacement or cell)
    if isinstance(value, Bad) and _may_go(column, value, answers):
        return _left_empty()
    return value


def _instead(column: Field, cell: Cell, answers: Answers, sheet: str) -> str | None:
    """What is read instead of a cell; of several words in one cell each by itself."""
    whole = answers.replacement(column.key, cell, sheet=sheet)
    if whole is not None or not isinstance(column.parser, Choice | Choices):
        return whole
    parts = words.enumerated(plain(cell))
    replacements = [answers.replacement(column.key, part, sheet=sheet) for part in parts]
    if len(parts) < 2 or all(one is None for one in replacements):
        return None
    read = [part if one is None else one for part, one in zip(parts, replacements, strict=True)]
    return "、".join(word for word in read if word != EMPTY)


def _may_go(column: Field, bad: Bad, answers: Answers) -> bool:
    return column.key in answers.empty and not column.required and bad.value is None


def _left_empty() -> Bad:
    return Bad(
        _("This cell is left empty, as you said."),
        _("Choose something else in the list of what can be put right."),
        severity="warning",
        is_settled=True,
    )
