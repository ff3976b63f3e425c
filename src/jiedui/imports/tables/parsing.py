"""From a workbook to rows of values and *all* its mistakes at once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from jiedui.engines import words
from jiedui.imports.columns.declarations import Field, Match, Schema, letter, match
from jiedui.imports.reading import failed_formulas
from jiedui.imports.reading.cells import Cell
from jiedui.imports.reading.sheets import Mark, Workbook
from jiedui.imports.tables import blocks, derived, filling, joining, quality
from jiedui.imports.tables.answers import Answers, cell_key, read_cell
from jiedui.imports.tables.blocks import Found
from jiedui.imports.tables.headers import Table
from jiedui.imports.tables.rows import (
    LayoutQuestion,
    Mistake,
    Parsed,
    Row,
    Values,
    add_question,
    with_field,
)
from jiedui.imports.values.parsers import Bad, Value, plain

__all__ = ["Corrections", "Mistake", "Parsed", "Row", "parse"]

Corrections = Mapping[str, Mapping[int, str]]


def parse(
    workbook: Workbook,
    schema: Schema,
    *,
    corrections: Corrections | None = None,
    remembered: Mapping[str, str] | None = None,
    answers: Answers | None = None,
    layout: Mapping[str, str] | None = None,
    found: Found | None = None,
    today: date | None = None,
) -> Parsed:
    """Read every list of this kind in the workbook and name all its mistakes.

    `corrections` holds for each sheet name the columns a person has put right, `answers` what
    the sender answered once for all rows, `layout` the answers on how the list is laid out, `found`
    its blocks where they are known. Raises BadWorkbook when no list is found.
    """
    corrections, answers, layout = corrections or {}, answers or Answers(), layout or {}
    parsed = Parsed(schema.kind, {}, filled=dict(answers.filled))
    found = found or blocks.find(workbook, schema, layout=layout)
    parsed.blocks = found.blocks
    for table in found.tables:
        matches = match(
            schema,
            table.headings,
            corrections=corrections.get(table.sheet),
            remembered=remembered,
            samples=table.samples(),
        )
        parsed.matches[table.sheet] = matches
        parsed.skipped[table.sheet] = list(table.skipped)
        parsed.read[table.sheet] += len(table.rows) + len(table.skipped)
        parsed.titles[table.sheet] = _titles(workbook, table)
        rows = _Reading(parsed, schema, table, matches, answers, layout).run()
        joining.join(parsed, table, rows, layout=layout)
    joining.check(parsed)
    quality.check(parsed, today=today or timezone.localdate())
    derived.fill(parsed, schema)
    _sort(parsed)
    return parsed


def _titles(workbook: Workbook, table: Table) -> tuple[str, ...]:
    """What stands above the headings, then the names of the sheet and of the file."""
    name = table.sheet.partition(":")[0]  # a second list of a sheet is called SHEET:CELL
    sheet = next((one for one in workbook.sheets if one.name == name), None)
    above = sheet.rows[: table.header_row - 1] if sheet else []
    cells = [plain(cell) for row in above for cell in row if isinstance(cell, str) and cell.strip()]
    return (" ".join(cells), table.sheet, workbook.name)


def _sort(parsed: Parsed) -> None:
    sheets = {name: number for number, name in enumerate(parsed.matches)}
    parsed.mistakes.sort(key=lambda m: (sheets[m.sheet], m.row, len(m.column), m.column))


# Control characters: they come from broken files and other programs, and are invisible.
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069]")


def _read(field: Field, cell: Cell, answers: Answers, *, sheet: str) -> Value | Bad:
    is_settled = answers.replacement(field.key, cell, sheet=sheet) is not None
    if isinstance(cell, str) and not is_settled and (unseen := _UNSEEN.search(cell)):
        return Bad(
            _("There is a control character in this cell (U+%(code)s).")
            % {"code": f"{ord(unseen[0]):04X}"},
            _("Type the text again instead of copying it."),
        )
    if cell in failed_formulas.WORDS and not is_settled:
        return Bad(
            _("The formula in this cell failed (%(word)s).") % {"word": cell},
            _("Correct the formula, or type the value."),
        )
    return read_cell(field, cell, answers, sheet=sheet)


def _once(cell: Cell, value: Value | Bad) -> Value | Bad:
    """A value that is the cell itself, as the same object: numbers of persons never repeat."""
    return cell if value.__class__ is str and value == cell else value


_NOWHERE = -1  # the column of a field that the sheet lacks and the sender answered


def _cell(row: list[Cell], column: int) -> Cell:
    return row[column] if 0 <= column < len(row) else None


class _Reading:
    """One table being read column by column: distinct cells are few, so each is parsed once."""

    def __init__(
        self,
        parsed: Parsed,
        schema: Schema,
        table: Table,
        matches: list[Match],
        answers: Answers,
        layout: Mapping[str, str],
    ) -> None:
        self.parsed, self.schema, self.table, self.answers = parsed, schema, table, answers
        self.layout = layout
        self._place_of: dict[int, int] = {}
        self.columns = [
            (schema.by_key[found.field], found.column)
            for found in matches
            if found.field and schema.by_key[found.field].is_kept
        ]
        self.columns += self._answered_columns()

    def _answered_columns(self) -> list[tuple[Field, int]]:
        """Required columns the sheet lacks and the sender answered for all its rows."""
        found = {field.key for field, _column in self.columns}
        absent = [f for f in self.schema.fields if f.required and f.key not in found]
        return [
            (f, _NOWHERE)
            for f in absent
            if self.answers.replacement(f.key, None, sheet=self.table.sheet)
        ]

    def run(self) -> list[Row]:
        if not self._has_required():
            self._pass_over("unread", [number for number, _row in self.table.rows])
            return []
        samples = {number for number, row in self.table.rows if self._is_sample(row)}
        self._pass_over("sample", samples)
        entries = [entry for entry in self.table.rows if entry[0] not in samples]
        self._above: dict[str, set[int]] = {}  # field → which entries take the value above
        read = [self._column(field, column, entries) for field, column in self.columns]
        keys = [field.key for field, _column in self.columns]
        sheet = self.table.sheet
        columns = dict(zip(keys, read, strict=True))
        rows = [Row(sheet, number, Values(columns, n)) for n, (number, _row) in enumerate(entries)]
        for key, places in self._above.items():
            for place in places:
                rows[place].above = with_field(rows[place].above, key)
        self._fill_answered(rows)
        self.parsed.rows += rows
        for row in rows:
            if row.number in self.table.hidden:
                self._add(row.number, "", "", _hidden())
        return rows

    def _fill_answered(self, rows: list[Row]) -> None:
        """Fill the columns the list lacks and the sender answered for all its rows."""
        for field in self.schema.lacking([field.key for field, _column in self.columns]):
            answer = self.parsed.filled.get(field.key)
            value = field.parser(answer) if answer else None
            value = value.value if isinstance(value, Bad) else value
            for row in rows if value is not None else ():
                row.values[field.key] = value
                row.answered = with_field(row.answered, field.key)

    def _pass_over(self, reason: str, numbers: Iterable[int]) -> None:
        self.parsed.skipped[self.table.sheet] += [(number, reason) for number in numbers]

    def _has_required(self) -> bool:
        found = {field.key for field, _column in self.columns}
        missing = [f for f in self.schema.fields if f.required and f.key not in found]
        for absent in missing:
            self._add(
                self.table.header_row,
                "",
                absent.key,
                Bad(
                    _("No column for “%(title)s” was found.") % {"title": absent.title},
                    _("Choose the column in the list of columns, or add it to the file."),
                ),
            )
        if not self.columns:
            self._add(self.table.header_row, "", "", _nothing_kept())
        return bool(self.columns) and not missing

    def _is_sample(self, row: list[Cell]) -> bool:
        """Whether this is the sample line of our template, left in by mistake."""
        filled = 0
        for field, column in self.columns:
            text = plain(_cell(row, column))
            if text != plain(field.example):
                return False
            filled += bool(text)
        return filled > 2

    def _column(
        self, field: Field, column: int, entries: list[tuple[int, list[Cell]]]
    ) -> list[Value]:
        cells = filling.filled(self.table, field, column, entries)
        cells = self._continued(field, cells, entries)
        sheet, answers = self.table.sheet, self.answers
        read = {cell: _once(cell, _read(field, cell, answers, sheet=sheet)) for cell in set(cells)}
        self._note_settled(field, cells)
        bad = {cell: value for cell, value in read.items() if isinstance(value, Bad)}
        if bad or (field.required and None in read.values()):
            self._complain(field, column, entries, cells, read)
            read |= {cell: value.value for cell, value in bad.items()}
        found = [read[cell] for cell in cells]
        for (row, at), mark in self.table.marks.items():
            if at == column or (mark == "quote" and self._is_elsewhere(at, column)):
                self._mark(field, column, entries, found, row=row, mark=mark)
        return found

    def _places(self, entries: list[tuple[int, list[Cell]]]) -> dict[int, int]:
        """Row number → which entry that is."""
        if not self._place_of:
            self._place_of = {number: n for n, (number, _row) in enumerate(entries)}
        return self._place_of

    def _is_elsewhere(self, at: int, column: int) -> bool:
        """Whether a doubtful cell stands in no column that is read; the first column reports it."""
        read = [column for _field, column in self.columns]
        return at not in read and column == min(read)

    def _continued(
        self, field: Field, cells: list[Cell], entries: list[tuple[int, list[Cell]]]
    ) -> list[Cell]:
        """Empty cells get the value above, where the sender answered that it is meant."""
        if not filling.may_repeat(field) or not (below := filling.below_a_value(cells)):
            return cells
        self._add_question_about_empty(field, sorted(below), entries)
        if not filling.means_value_above(field, self.layout):
            return cells
        self._above[field.key] = set(below)
        return [below.get(n, cell) for n, cell in enumerate(cells)]

    def _add_question_about_empty(
        self, field: Field, empty: list[int], entries: list[tuple[int, list[Cell]]]
    ) -> None:
        """Ask where the list cannot be read without an answer; offer it in every other column."""
        question_key = filling.WRITTEN_ONCE.get(field.key, "")
        shown = [(entries[n][0], filling.shown(entries[n][1])) for n in empty[:3]]
        examples = tuple(f"{number}: {cells}" for number, cells in shown)
        if field.key == question_key and field.required:
            if self.answers.replacement(question_key, None, sheet=self.table.sheet) is None:
                answer = self.layout.get(question_key, "")
                add_question(
                    self.parsed.layout, LayoutQuestion(question_key, len(empty), examples, answer)
                )
        elif self.layout.get(question_key) != "above":
            key = filling.ABOVE + field.key
            answer = self.layout.get(key, "")
            add_question(self.parsed.offers, LayoutQuestion(key, len(empty), examples, answer))

    def _mark(
        self,
        field: Field,
        column: int,
        entries: list[tuple[int, list[Cell]]],
        found: list[Value],
        *,
        row: int,
        mark: Mark,
    ) -> None:
        place = self._places(entries).get(row + 1)
        if place is not None and mark != "formula":  # a failed formula is reported already
            found[place] = None
            cells = entries[place][1]
            self._add(row + 1, letter(column), field.key, _marked(mark), cells[column])

    def _note_settled(self, field: Field, cells: list[Cell]) -> None:
        """Remember how often something was read instead of what the cells say."""
        sheet = self.table.sheet
        if field.key not in self.answers.words and field.key not in self.answers.remembered:
            return
        for cell, times in Counter(cells).items():
            for part in dict.fromkeys((cell, *words.enumerated(plain(cell)))):
                if self.answers.replacement(field.key, part, sheet=sheet) is not None:
                    self.parsed.settled[field.key, cell_key(part, sheet=sheet)] += times

    def _complain(
        self,
        field: Field,
        column: int,
        entries: list[tuple[int, list[Cell]]],
        cells: list[Cell],
        read: dict[Cell, Value],
    ) -> None:
        for (number, _row), cell in zip(entries, cells, strict=True):
            value = read[cell]
            if isinstance(value, Bad):
                self._add(number, letter(column), field.key, value, cell)
            elif value is None and field.required:
                self._add(number, letter(column), field.key, _missing(field), cell)

    def _add(self, row: int, column: str, field: str, bad: Bad, cell: Cell = None) -> None:
        self.parsed.mistakes.append(
            Mistake(
                sheet=self.table.sheet,
                row=row,
                column=column,
                field=field,
                message=bad.message,
                mend=bad.mend,
                severity=bad.severity,
                value=plain(cell)[:100],
                key=cell_key(bad.part or cell, sheet=self.table.sheet),
                offers=bad.offers,
                is_open=bool(field) and bad.value is None and not bad.is_settled,
            )
        )


def _hidden() -> Bad:
    return Bad(
        _("This row is hidden in the file, and was read."),
        _("If it does not belong to the list, leave the hidden rows out on the page of sheets."),
        severity="warning",
    )


def _marked(mark: Mark) -> Bad:
    if mark == "quote":
        return Bad(
            _("A quotation mark is opened in this line of the file and never closed."),
            _("Take the quotation mark away, or close it, and send the file again."),
        )
    return Bad(
        _("There is a line break in this cell."),
        _("Write the cell in one line: in a text file a line break ends the row."),
    )


def _nothing_kept() -> Bad:
    return Bad(
        _("No column of this sheet is one that is kept."),
        _("Choose the columns in the list of columns, or take our template."),
    )


def _missing(field: Field) -> Bad:
    return Bad(
        _("“%(title)s” is missing.") % {"title": field.title},
        _("Write it, or delete the row if it is not an entry."),
    )
