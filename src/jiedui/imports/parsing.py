"""From a workbook to rows of values and *all* its mistakes at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from jiedui.imports import answers as said
from jiedui.imports import derived, failed_formulas, headers, quality
from jiedui.imports.answers import Answers, cell_key
from jiedui.imports.cells import Cell
from jiedui.imports.columns import Field, Match, Schema, letter, match
from jiedui.imports.headers import Table
from jiedui.imports.rows import Mistake, Parsed, Row
from jiedui.imports.values import Bad, Value, plain, split
from jiedui.imports.workbook import Workbook

__all__ = ["Corrections", "Mistake", "Parsed", "Row", "parse"]

Corrections = Mapping[str, Mapping[int, str]]


def parse(
    workbook: Workbook,
    schema: Schema,
    *,
    corrections: Corrections | None = None,
    remembered: Mapping[str, str] | None = None,
    answers: Answers | None = None,
    today: date | None = None,
) -> Parsed:
    """Read every list of this kind in the workbook and name all its mistakes.

    `corrections` holds for each sheet name the columns a person has put right, `answers` what was
    said once for all rows. Raises BadWorkbook when no list is found.
    """
    corrections, answers = corrections or {}, answers or Answers()
    parsed = Parsed(schema.kind, {}, filled=dict(answers.filled))
    for table in headers.tables(workbook, schema):
        matches = match(
            schema,
            table.headings,
            corrections=corrections.get(table.sheet),
            remembered=remembered,
            samples=table.samples(),
        )
        parsed.matches[table.sheet] = matches
        # Two lists of one sheet share its account.
        parsed.skipped.setdefault(table.sheet, []).extend(table.skipped)
        parsed.read[table.sheet] += len(table.rows) + len(table.skipped)
        parsed.titles[table.sheet] = _titles(workbook, table)
        _Reading(parsed, schema, table, matches, answers).run()
    quality.check(parsed, today=today or timezone.localdate())
    derived.fill(parsed, schema)
    _sort(parsed)
    return parsed


def _titles(workbook: Workbook, table: Table) -> tuple[str, ...]:
    """What stands above the headings, then the names of the sheet and of the file."""
    sheet = next((one for one in workbook.sheets if one.name == table.sheet), None)
    above = sheet.rows[: table.header_row - 1] if sheet else []
    cells = [plain(cell) for row in above for cell in row if isinstance(cell, str) and cell.strip()]
    return (" ".join(cells), table.sheet, workbook.name)


def _sort(parsed: Parsed) -> None:
    sheets = {name: number for number, name in enumerate(parsed.matches)}
    parsed.mistakes.sort(key=lambda m: (sheets[m.sheet], m.row, len(m.column), m.column))


def _read(field: Field, cell: Cell, answers: Answers, *, sheet: str) -> Value | Bad:
    if cell in failed_formulas.WORDS and answers.said(field.key, cell, sheet=sheet) is None:
        return Bad(
            _("The formula in this cell failed (%(word)s).") % {"word": cell},
            _("Correct the formula, or type the value."),
        )
    return said.read(field, cell, answers, sheet=sheet)


_NOWHERE = -1  # the column of what was said for the whole list


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
    ) -> None:
        self.parsed, self.schema, self.table, self.answers = parsed, schema, table, answers
        self.columns = [
            (schema.by_key[found.field], found.column)
            for found in matches
            if found.field and schema.by_key[found.field].is_kept
        ]
        self.columns += self._said_for_all()

    def _said_for_all(self) -> list[tuple[Field, int]]:
        """Required columns the sheet does not have, of which the sender said what they hold."""
        found = {field.key for field, _column in self.columns}
        absent = [f for f in self.schema.fields if f.required and f.key not in found]
        return [
            (f, _NOWHERE) for f in absent if self.answers.said(f.key, None, sheet=self.table.sheet)
        ]

    def run(self) -> None:
        if not self._has_required():
            self._pass_over("unread", [number for number, _row in self.table.rows])
            return
        samples = {number for number, row in self.table.rows if self._is_sample(row)}
        self._pass_over("sample", samples)
        entries = [entry for entry in self.table.rows if entry[0] not in samples]
        read = [self._column(field, column, entries) for field, column in self.columns]
        keys = [field.key for field, _column in self.columns]
        sheet = self.table.sheet
        self.parsed.rows += [
            Row(sheet, number, dict(zip(keys, cells, strict=True)))
            for (number, _row), cells in zip(entries, zip(*read, strict=True), strict=True)
        ]

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
        cells = [_cell(row, column) for _number, row in entries]
        sheet, answers = self.table.sheet, self.answers
        read = {cell: _read(field, cell, answers, sheet=sheet) for cell in set(cells)}
        self._note_settled(field, cells)
        bad = {cell: value for cell, value in read.items() if isinstance(value, Bad)}
        if bad or (field.required and None in read.values()):
            self._complain(field, column, entries, cells, read)
            read |= {cell: value.value for cell, value in bad.items()}
        return [read[cell] for cell in cells]

    def _note_settled(self, field: Field, cells: list[Cell]) -> None:
        """Remember how often something was read instead of what the cells say."""
        sheet = self.table.sheet
        if field.key not in self.answers.words and field.key not in self.answers.remembered:
            return
        for cell, times in Counter(cells).items():
            for part in dict.fromkeys((cell, *split(plain(cell)))):
                if self.answers.said(field.key, part, sheet=sheet) is not None:
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
