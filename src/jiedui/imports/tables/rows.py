"""What reading a workbook gives: rows of values and mistakes with their places."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from jiedui.imports.columns.declarations import Match
from jiedui.imports.tables.blocks import Block
from jiedui.imports.values.parsers import Severity, Value

_ABSENT: Any = object()


class Values(MutableMapping[str, Value]):
    """What one entry says, by field. It is kept by column, as `columns` share equal values.

    `columns` lead from fields to the values of all entries of a list; `at` is which of them it is.
    """

    __slots__ = ("_at", "_columns")

    def __init__(self, columns: dict[str, list[Value]], at: int) -> None:
        self._columns, self._at = columns, at

    def __getitem__(self, key: str) -> Value:
        value = self._columns[key][self._at]
        if value is _ABSENT:
            raise KeyError(key)
        return value

    def get(self, key: str, default: Any = None) -> Any:
        column = self._columns.get(key)
        value = _ABSENT if column is None else column[self._at]
        return default if value is _ABSENT else value

    def __setitem__(self, key: str, value: Value) -> None:
        if key not in self._columns:
            entries = len(next(iter(self._columns.values())))
            self._columns[key] = [_ABSENT] * entries
        self._columns[key][self._at] = value

    def __delitem__(self, key: str) -> None:
        self[key] = _ABSENT

    def __iter__(self) -> Iterator[str]:
        return iter(self.whole())

    def __len__(self) -> int:
        return len(self.whole())

    def whole(self) -> dict[str, Value]:
        at = self._at
        return {
            key: column[at] for key, column in self._columns.items() if column[at] is not _ABSENT
        }


_NO_FIELDS = frozenset[str]()


@cache  # as few as there are columns: rows share them
def with_field(fields: frozenset[str], key: str) -> frozenset[str]:
    return fields | {key}


@dataclass(slots=True)
class Row:
    """One entry: where it stands and what it says; `values` has a key for every matched field.

    `derived` are the fields that the list does not have, and that follow from others.
    """

    sheet: str
    number: int
    values: MutableMapping[str, Value]
    derived: frozenset[str] = _NO_FIELDS
    answered: frozenset[str] = _NO_FIELDS  # not in the list, answered once for all
    above: frozenset[str] = _NO_FIELDS  # empty in the list, and taken from a row above

    @property
    def place(self) -> tuple[str, int]:
        return self.sheet, self.number

    def whole(self) -> Row:
        """The row with values of its own, which are read faster."""
        values = self.values
        return replace(self, values=values.whole()) if isinstance(values, Values) else self


@dataclass(frozen=True)
class Mistake:
    """One wrong or doubtful cell; `column` is a letter, "" when the whole row is meant."""

    sheet: str
    row: int
    column: str
    field: str
    message: str
    mend: str
    severity: Severity = "error"
    value: str = ""
    # The name of the cell in answers, and what may be meant; "" when no answer holds for all rows.
    key: str = ""
    offers: tuple[str, ...] = ()
    is_open: bool = False  # nothing was understood, and nobody has answered what is meant

    @property
    def cell(self) -> str:
        return f"{self.column}{self.row}" if self.column else str(self.row)


@dataclass(frozen=True)
class LayoutQuestion:
    """What only the sender knows of how a list is laid out: asked once, for all its rows.

    `key` is `families` or the field whose empty cells may mean the value above; `examples` are
    some of the `rows` concerned, as they stand in the file.
    """

    key: str
    rows: int
    examples: tuple[str, ...] = ()
    answer: str = ""


def add_question(questions: list[LayoutQuestion], question: LayoutQuestion) -> None:
    """Add a question of a sheet; one of the same key on another sheet is added to the first."""
    for n, known in enumerate(questions):
        if known.key == question.key:
            questions[n] = replace(known, rows=known.rows + question.rows)
            return
    questions.append(question)


@dataclass
class Parsed:
    """Everything a preview needs; nothing here has touched the database.

    `families` holds, for each row of a list of people, the name of its household within the file;
    "" where nobody can tell.
    """

    kind: str
    matches: dict[str, list[Match]]
    rows: list[Row] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)
    skipped: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    # (field, how answers call the cell) → in how many rows something else was read instead
    settled: Counter[tuple[str, str]] = field(default_factory=Counter)
    read: Counter[str] = field(default_factory=Counter)  # sheet → rows below its headings
    # What stands above each list, on its tab and on the file: it may say of whom the list is.
    titles: dict[str, tuple[str, ...]] = field(default_factory=dict)
    # Column → what new records get where the list says nothing, as the sender answered.
    filled: dict[str, str] = field(default_factory=dict)
    families: dict[tuple[str, int], str] = field(default_factory=dict)
    layout: list[LayoutQuestion] = field(default_factory=list)
    # Columns of which the sender may say that empty cells mean the value above; nobody has to.
    offers: list[LayoutQuestion] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)

    @property
    def errors(self) -> list[Mistake]:
        return [mistake for mistake in self.mistakes if mistake.severity == "error"]

    @property
    def warnings(self) -> list[Mistake]:
        return [mistake for mistake in self.mistakes if mistake.severity == "warning"]

    @property
    def good_rows(self) -> list[Row]:
        """Rows without an error; a warning does not hold a row back."""
        bad = {(mistake.sheet, mistake.row) for mistake in self.errors}
        return [row for row in self.rows if (row.sheet, row.number) not in bad]

    def column(self, sheet: str, key: str) -> str:
        """The letter of the column a field was read from, "" when there is none."""
        return next((m.letter for m in self.matches.get(sheet, ()) if m.field == key), "")
