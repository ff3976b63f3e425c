"""Where the list begins: title rows above, headings over one to three rows, totals below."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from jiedui.imports.cells import Cell
from jiedui.imports.columns import Heading, Schema, guess
from jiedui.imports.refused_file import BadWorkbook
from jiedui.imports.values import plain
from jiedui.imports.workbook import Sheet, Workbook

_SEARCHED_ROWS = 40
_MOST_HEADER_ROWS = 3
# 合计：35户 is a total, 合计不清 is somebody's words: only numbers and units may stand behind it.
_TOTAL = re.compile(
    r"(合\s*计|总\s*计|小\s*计|共\s*计|汇\s*总|[Tt]otal|TOTAL)\s*+[:：]?"
    r"[\s\d,，.()（）户人次个元万条项名村组%]*"
)
_REMARK = re.compile(
    r"(填报人|填表人|填报单位|填报日期|审核人|审核|复核人|制表人?|负责人|单位负责人|经办人|联系人|备注|说明|填表说明|注)"
    r"\s*[:：]|注\s*[:：]|说明\s*[:：]|^\d+[、.．]\s*(本表|此表|请|填)"
)
_FEW = 2


@dataclass(frozen=True)
class Table:
    """A list found in a sheet; row numbers count from one, as the spreadsheet shows them.

    `skipped` tells which rows below the heading are no entries, and why: blank, total, remark,
    heading (repeated on a printed page).
    """

    sheet: str
    headings: list[Heading]
    header_row: int
    rows: list[tuple[int, list[Cell]]]
    skipped: list[tuple[int, str]]
    score: int

    def samples(self, most: int = 3) -> dict[int, list[Cell]]:
        """Up to `most` different values of each column, to recognise it by."""
        found: dict[int, list[Cell]] = {heading.column: [] for heading in self.headings}
        for _number, row in self.rows[:50]:
            for column, seen in found.items():
                cell = row[column] if column < len(row) else ""
                if cell not in ("", None) and len(seen) < most and cell not in seen:
                    seen.append(cell)
        return found


def tables(workbook: Workbook, schema: Schema) -> list[Table]:
    """The lists of this kind in all visible sheets; sheets of explanations are passed over.

    Raises BadWorkbook when no sheet has a row of headings.
    """
    found = [table for sheet in workbook.visible if (table := find(sheet, schema))]
    best = max((table.score for table in found), default=0)
    # A sheet with far fewer known headings than the best one is a note, not a list.
    kept = [table for table in found if table.score * 2 >= best and table.score >= min(best, _FEW)]
    if not kept:
        raise BadWorkbook(
            _("No row of column headings was found in this file."),
            _("Put the headings in one row above the list, or start from the template."),
        )
    return kept


def find(sheet: Sheet, schema: Schema) -> Table | None:
    """The list in one sheet, or None when no row looks like headings."""
    top = _Top(sheet, schema)
    place = top.best()
    if place is None:
        return None
    first, depth, score = place
    headings = top.headings(first, depth)
    rows, skipped = _body(sheet, first + depth, headings)
    return Table(sheet.name, headings, first + 1, rows, skipped, score)


class _Top:
    """The first rows of a sheet with merged cells filled."""

    def __init__(self, sheet: Sheet, schema: Schema) -> None:
        self.schema = schema
        self.grid = [list(row) for row in sheet.rows[:_SEARCHED_ROWS]]
        # Formatting often reaches hundreds of empty columns to the right.
        self.width = max((_used(row) for row in self.grid), default=0)
        self.banners = set[tuple[int, int]]()
        for (top, left), (bottom, right) in sheet.merged:
            if top < len(self.grid) and self.grid[top] and left < len(self.grid[top]):
                self._fill(top, left, min(bottom, len(self.grid) - 1), min(right, self.width - 1))
        self._known: dict[tuple[str, ...], tuple[str | None, int]] = {}

    def _fill(self, top: int, left: int, bottom: int, right: int) -> None:
        # A title merged over most of the sheet is not the upper part of any heading.
        if right - left + 1 > max(6, self.width * 0.6):
            self.banners.update((row, left) for row in range(top, bottom + 1))
            return
        cell = self.grid[top][left]
        for row in range(top, bottom + 1):
            self.grid[row] += [""] * (right + 1 - len(self.grid[row]))
            self.grid[row][left : right + 1] = [cell] * (right + 1 - left)

    def best(self) -> tuple[int, int, int] | None:
        """First row, depth and number of known headings of the likeliest header."""
        places = [
            (first, depth, self._score(first, depth))
            for first in range(len(self.grid))
            for depth in range(1, _MOST_HEADER_ROWS + 1)
            if first + depth <= len(self.grid) and self._is_worded(first, depth)
        ]
        if not places:
            return None
        best = max(places, key=lambda place: (place[2], -place[1], -place[0]))
        return (best[0], best[1], best[2] // 100) if best[2] else self._widest(places)

    def _widest(self, places: list[tuple[int, int, int]]) -> tuple[int, int, int]:
        # No heading is known, so people will choose by hand from the fullest row.
        first = max((place[0] for place in places), key=lambda row: (_filled(self.grid[row]), -row))
        return first, 1, 0

    def _is_worded(self, first: int, depth: int) -> bool:
        rows = self.grid[first : first + depth]
        texts = [[c for c in row if c not in ("", None)] for row in rows]
        if not all(texts) or len(texts[-1]) < _FEW:
            return len(texts) == 1 and len(texts[0]) == 1 and self.width == 1
        return all(isinstance(c, str) and not _is_entry(c) for row in texts for c in row)

    def _score(self, first: int, depth: int) -> int:
        known: dict[str, int] = {}
        for heading in self.headings(first, depth):
            key, confidence = self._guess(heading.parts)
            if key:
                known[key] = max(known.get(key, 0), confidence)
        # Hundreds count the fields, the rest prefers surer names.
        return len(known) * 100 + (sum(known.values()) // len(known) - 1 if known else 0)

    def _guess(self, parts: tuple[str, ...]) -> tuple[str | None, int]:
        if parts not in self._known:
            self._known[parts] = guess(self.schema, parts)[:2]
        return self._known[parts]

    def headings(self, first: int, depth: int) -> list[Heading]:
        found = []
        for column in range(self.width):
            parts = dict.fromkeys(self._words(first, depth, column))
            if parts:
                found.append(Heading(column, tuple(parts)))
        return found

    def _words(self, first: int, depth: int, column: int) -> Iterator[str]:
        for number in range(first, first + depth):
            row = self.grid[number]
            if column >= len(row) or (number, column) in self.banners:
                continue
            if text := plain(row[column]):
                yield text.replace(" ", "") if _is_han(text) else text


def _is_han(text: str) -> bool:
    return bool(re.search(r"[\u4e00-\u9fff]", text))


def _is_entry(text: str) -> bool:
    """Whether a text is data rather than a heading: numbers, dates, long sentences."""
    return len(text) > 60 or bool(re.fullmatch(r"[\d\s.,:/\-年月日Xx*]+", text))


def _filled(row: list[Cell]) -> int:
    return sum(cell not in ("", None) for cell in row)


def _used(row: list[Cell]) -> int:
    return next((n for n in range(len(row), 0, -1) if row[n - 1] not in ("", None)), 0)


def _body(
    sheet: Sheet, start: int, headings: list[Heading]
) -> tuple[list[tuple[int, list[Cell]]], list[tuple[int, str]]]:
    rows: list[tuple[int, list[Cell]]] = []
    skipped: list[tuple[int, str]] = []
    title = [heading.parts[-1] for heading in headings]
    merged = _merged_texts(sheet, start)
    for index in range(start, len(sheet.rows)):
        row = sheet.rows[index]
        reason = _no_entry(row, headings, title)
        if reason:
            skipped.append((index + 1, reason))
            continue
        if index in merged:
            row = list(row)
            for column, text in merged[index].items():
                row[column] = text
        rows.append((index + 1, row))
    return rows, _without_trailing_blanks(skipped, rows)


def _without_trailing_blanks(
    skipped: list[tuple[int, str]], rows: list[tuple[int, list[Cell]]]
) -> list[tuple[int, str]]:
    last = rows[-1][0] if rows else 0
    return [(number, why) for number, why in skipped if why != "blank" or number < last]


def _no_entry(row: list[Cell], headings: list[Heading], title: list[str]) -> str:
    first = next((cell for cell in row if cell != "" and cell is not None), None)
    if first is None:
        return "blank"
    if not isinstance(first, str):
        return ""
    text = first.strip()
    if not text:
        return "" if any(str(c).strip() for c in row if c is not None) else "blank"
    # The word stands in the first column, or behind a running number or a village name.
    if any(isinstance(cell, str) and _TOTAL.fullmatch(cell.strip()) for cell in row[:4]):
        return "total"
    if _REMARK.match(text):
        return "remark"
    if (
        text == title[0]
        and [plain(row[h.column]) for h in headings if h.column < len(row)] == title
    ):
        return "heading"
    return ""


def _merged_texts(sheet: Sheet, start: int) -> dict[int, dict[int, Cell]]:
    """Texts merged down over several entries (a village name); numbers would count twice."""
    filled: dict[int, dict[int, Cell]] = {}
    for (top, left), (bottom, right) in sheet.merged:
        if top < start or left != right or bottom >= len(sheet.rows) or top == bottom:
            continue
        cell = sheet.rows[top][left] if left < len(sheet.rows[top]) else ""
        if isinstance(cell, str) and cell:
            for row in range(top + 1, bottom + 1):
                filled.setdefault(row, {})[left] = cell
    return filled
