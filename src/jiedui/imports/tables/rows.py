"""What reading a workbook gives: rows of values and mistakes with their places."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

from jiedui.imports.columns.declarations import Match
from jiedui.imports.tables.blocks import Block
from jiedui.imports.values.parsers import Severity, Value


@dataclass(frozen=True)
class Row:
    """One entry: where it stands and what it says; `values` has a key for every matched field.

    `derived` are the fields that the list does not have, and that follow from others.
    """

    sheet: str
    number: int
    values: dict[str, Value]
    derived: set[str] = field(default_factory=set)
    answered: set[str] = field(default_factory=set)  # not in the list, answered once for all
    above: set[str] = field(default_factory=set)  # empty in the list, and taken from a row above


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
