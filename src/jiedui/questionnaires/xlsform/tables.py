"""The sheets of an XLSForm as rows of named cells, whatever a spreadsheet made of them."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from jiedui.questionnaires.xlsform.columns import OTHER_NAMES

MOST_ROWS = 2_000
LANGUAGES = {
    "zh": ("zh", "中文", "chinese", "汉语", "简体中文"), "en": ("en", "english", "英文", "英语"),
}  # fmt: skip
CODE = re.compile(r"\(([a-z]{2,3})(?:[-_][a-z]+)?\)$")


@dataclass(frozen=True)
class Remark:
    """Something that could not be taken as it stands: sheet, row from 1 (0: all of it), what."""

    sheet: str
    row: int
    text: str


@dataclass
class Line:
    """One row: its number in the sheet, and its cells by the name of their column."""

    number: int
    cells: Mapping[str, str]
    read: set[str] = field(default_factory=set)

    def take(self, column: str) -> str:
        """The cell of a column, which counts as read then; "" where there is none."""
        self.read.add(column)
        return self.cells.get(column, "").strip()

    def whole(self, column: str) -> str:
        """The same with the blanks around it."""
        return self.cells.get(column, "") if self.take(column) else ""

    def take_text(self, base: str) -> dict[str, str]:
        """The texts of `label` or `hint` by language; "" is one without a language."""
        found: dict[str, str] = {}
        for column, text in self.cells.items():
            name, _colons, language = column.partition("::")
            if name == base and (known := _language(language)) is not None and text.strip():
                self.read.add(column)
                found.setdefault(known, text)
        return found

    def left(self) -> Iterator[tuple[str, str]]:
        """Columns that nothing has read, and what stands in them."""
        for column, text in self.cells.items():
            if column not in self.read and text.strip():
                yield column, text.strip()


def _language(name: str) -> str | None:
    """`zh`, `en`, or "" where none is named; None for any other."""
    plain = name.strip().casefold()
    if not plain:
        return ""
    code = CODE.search(plain)
    word = code[1] if code else plain
    return next((key for key, words in LANGUAGES.items() if word in words), None)


def lines(rows: Sequence[Sequence[Any]]) -> Iterator[Line]:
    """The rows below the first that says something; empty ones are left out."""
    texts = ((number, [cell_text(cell) for cell in row]) for number, row in enumerate(rows, 1))
    filled = ((number, row) for number, row in texts if any(cell.strip() for cell in row))
    _number, heads = next(filled, (0, []))
    names = list(_names(heads))
    for number, row in filled:
        cells: dict[str, str] = {}
        for name, cell in zip(names, [*row, *[""] * len(names)], strict=False):
            if name and cell.strip():
                cells.setdefault(name, cell)
        beyond = [cell for cell in row[len(names) :] if cell.strip()]
        if beyond:
            cells["?"] = " ".join(beyond)
        yield Line(number, cells)


def _names(heads: Iterable[str]) -> Iterator[str]:
    for head in heads:
        name, colons, language = head.strip().partition(":")
        name = name.strip().casefold()
        yield OTHER_NAMES.get(name, name) + ("::" + language.strip(": ") if colons else "")


def cell_text(cell: Any) -> str:
    """A cell as text: whole numbers without a point, days as in 2020-05-01."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 10**15:
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return str(cell)
