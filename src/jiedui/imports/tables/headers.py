"""Where the list begins: title rows above, headings over one to three rows, totals below."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from jiedui.engines import words
from jiedui.imports.columns.declarations import Heading, Schema, guess, normalise
from jiedui.imports.reading.cells import Cell, Range
from jiedui.imports.reading.refused_file import BadWorkbook
from jiedui.imports.reading.refused_file import msgid as _
from jiedui.imports.reading.sheets import Mark, Sheet
from jiedui.imports.values.parsers import plain

_SEARCHED_ROWS = 40
_MOST_HEADER_ROWS = 3
# 合计：35户 is a total, 合计不清 is somebody's words: only numbers and units may stand behind it.
_TOTAL = re.compile(
    r"(合\s*计|总\s*计|小\s*计|共\s*计|汇\s*总|[Tt]otal|TOTAL)\s*+[:：]?"
    r"[\s\d,，.()（）户人次个元万条项名村组%]*"
)
_REMARK = re.compile(
    r"(填报人|填表人|填报单位|填报日期|审核人|审核|复核人|制表人?|负责人|单位负责人|经办人|联系人|备注|说明|填表说明|注)"
    r"\s*[:：]|注\s*[:：]|\S{0,10}[（(]?(签字|签名|签章|盖章)[)）]?\s*[:：]|说明\s*[:：]|^\d+[、.．]\s*(本表|此表|请|填)"
)
_FEW = 2


@dataclass(frozen=True)
class Table:
    """A list found in a sheet; row numbers count from one, as the spreadsheet shows them.

    `skipped` tells which rows below the heading are no entries, and why: blank, total, remark,
    hidden, sample, heading (repeated on a printed page). `merged` are ranges of cells, `marks`
    cells that failed, both counted from zero as the sheet has them.
    """

    sheet: str
    headings: list[Heading]
    header_row: int
    rows: list[tuple[int, list[Cell]]]
    skipped: list[tuple[int, str]]
    score: int
    merged: list[Range] = field(default_factory=list)
    marks: dict[tuple[int, int], Mark] = field(default_factory=dict)
    hidden: frozenset[int] = frozenset()  # numbers of rows that are read though nobody sees them
    # The first cells of the merged ranges, which may stand in rows that are left out.
    tops: dict[tuple[int, int], Cell] = field(default_factory=dict)

    def samples(self, most: int = 3) -> dict[int, list[Cell]]:
        """Up to `most` different values of each column, to recognise it by."""
        found: dict[int, list[Cell]] = {heading.column: [] for heading in self.headings}
        for _number, row in self.rows[:50]:
            for column, seen in found.items():
                cell = row[column] if column < len(row) else ""
                if cell not in ("", None) and len(seen) < most and cell not in seen:
                    seen.append(cell)
        return found


def no_headings() -> BadWorkbook:
    return BadWorkbook(
        _("No row of column headings was found in this file."),
        _("Put the headings in one row above the list, or start from the template."),
    )


def find_table(sheet: Sheet, schema: Schema, *, with_hidden: bool = False) -> Table | None:
    """The list in one sheet, or None when no row looks like headings."""
    top = _Top(sheet, schema)
    place = top.best()
    if place is None:
        return None
    first, depth, score = place
    headings = top.headings(first, depth)
    start = top.begin + first + depth
    if not headings or (not score and _looks_like_an_entry(sheet.rows[start - 1], sheet, start)):
        return None
    return _table(sheet, headings, (top.begin + first, start, score), with_hidden=with_hidden)


def headless(sheet: Sheet, *, with_hidden: bool = False) -> Table:
    """The list in a sheet without headings: every row is an entry, columns are chosen by hand."""
    begin = next((n for n, row in enumerate(sheet.rows) if _used(row)), 0)
    columns = _columns_in_use([row for row in sheet.rows if row])
    headings = [Heading(column, ("",)) for column in columns]
    return _table(sheet, headings, (begin, begin, 0), with_hidden=with_hidden)


def with_unheaded(table: Table) -> Table:
    """Also the columns that hold something below no heading, so that nobody overlooks them."""
    known = frozenset(heading.column for heading in table.headings)
    more = _columns_in_use([row for _number, row in table.rows], known)
    found = [*table.headings, *(Heading(column, ("",)) for column in more)]
    return replace(table, headings=sorted(found, key=lambda heading: heading.column))


def _columns_in_use(rows: list[list[Cell]], known: frozenset[int] = frozenset()) -> list[int]:
    width = max(map(len, rows), default=0)
    return [
        column
        for column in range(width)
        if column not in known and any(len(row) > column and plain(row[column]) for row in rows)
    ]


def _looks_like_an_entry(row: list[Cell], sheet: Sheet, start: int) -> bool:
    """Whether a row of unknown words says what rows below it say: no heading is its own value."""
    return any(
        isinstance(cell, str) and cell.strip() and n < len(below) and below[n] == cell
        for below in sheet.rows[start : start + _SEARCHED_ROWS]
        for n, cell in enumerate(row)
    )


def _table(
    sheet: Sheet, headings: list[Heading], place: tuple[int, int, int], *, with_hidden: bool
) -> Table:
    """The list whose headings begin in the first row of `place` and whose rows in the second."""
    first, start, score = place
    rows, skipped = _body(sheet, start, headings, frozenset() if with_hidden else sheet.hidden_rows)
    merged = [area for area in sheet.merged if area[0][0] >= start]
    tops = {(row, left): sheet.rows[row][left : left + 1] for (row, left), _end in merged
            if row < len(sheet.rows)}  # fmt: skip
    return Table(
        sheet.name,
        headings,
        first + 1,
        rows,
        skipped,
        score,
        merged,
        sheet.marks,
        frozenset(number for number, _row in rows if number - 1 in sheet.hidden_rows),
        {place: cell[0] for place, cell in tops.items() if cell},
    )


class _Top:
    """The first rows of a sheet that say something, with merged cells filled."""

    def __init__(self, sheet: Sheet, schema: Schema) -> None:
        self.schema = schema
        self.begin = next((n for n, row in enumerate(sheet.rows) if _used(row)), 0)
        end = self.begin + _SEARCHED_ROWS
        self.grid = [list(row) for row in sheet.rows[self.begin : end]]
        # Formatting often reaches hundreds of empty columns to the right.
        self.width = max((_used(row) for row in self.grid), default=0)
        self.banners = set[tuple[int, int]]()
        self.groups = set[int]()  # rows with a heading over several columns
        self.reached = set[int]()  # rows a heading of the row above reaches into
        for (above, left), (below, right) in sheet.merged:
            top, bottom = above - self.begin, below - self.begin
            if 0 <= top < len(self.grid) and left < len(self.grid[top]):
                self._fill(top, left, min(bottom, len(self.grid) - 1), min(right, self.width - 1))
        self._known: dict[tuple[str, ...], tuple[str | None, int]] = {}

    def _fill(self, top: int, left: int, bottom: int, right: int) -> None:
        # A title merged over most of the sheet is not the upper part of any heading.
        if right - left + 1 > max(6, self.width * 0.6):
            self.banners.update((row, left) for row in range(top, bottom + 1))
            return
        if right > left:
            self.groups.add(top)
        self.reached.update(range(top + 1, bottom + 1))
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
        best = max(self._first(places), key=lambda place: (place[2], -place[1], -place[0]))
        return self._whole(*best) if best[2] else self._widest(places)

    def _first(self, places: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
        """Where several rows head a list of their own, those of the first list."""
        required = {field.key for field in self.schema.fields if field.required}
        heads = [p[0] for p in places if required and required <= self._fields(p[0], p[1])]
        near = min(heads, default=len(self.grid)) + _MOST_HEADER_ROWS - 1
        return [place for place in places if place[0] <= near]

    def _whole(self, first: int, depth: int, score: int) -> tuple[int, int, int]:
        """With the row above where headings reach into it: it says whom the lower ones mean."""
        while depth < _MOST_HEADER_ROWS and first in self.reached and first - 1 in self.groups:
            first, depth = first - 1, depth + 1
        return first, depth, score // 100

    def _fields(self, first: int, depth: int) -> set[str]:
        found = {self._guess(heading.parts)[0] for heading in self.headings(first, depth)}
        return {key for key in found if key}

    def _widest(self, places: list[tuple[int, int, int]]) -> tuple[int, int, int]:
        # No heading is known, so people will choose by hand from the fullest row.
        first = max((place[0] for place in places), key=lambda row: (_filled(self.grid[row]), -row))
        return first, 1, 0

    def _is_worded(self, first: int, depth: int) -> bool:
        rows = self.grid[first : first + depth]
        texts = [[c for c in row if plain(c)] for row in rows]
        if not all(texts) or len(texts[-1]) < _FEW:
            return len(texts) == 1 and len(texts[0]) == 1 and self.width == 1
        return all(map(self._are_words, texts))

    def _are_words(self, cells: list[Cell]) -> bool:
        """Whether a row has headings only, or well-known ones beside a year or a dash."""
        worded = [cell for cell in cells if isinstance(cell, str) and not _is_entry(cell)]
        if len(worded) == len(cells):
            return True
        known = {key for cell in worded if (key := self._name(cell))}
        return len(known) >= _FEW and len(known) * 2 >= len(worded)

    def _name(self, cell: str) -> str | None:
        return self.schema.normalised.get(normalise(plain(cell)))

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
    sheet: Sheet, start: int, headings: list[Heading], hidden: frozenset[int]
) -> tuple[list[tuple[int, list[Cell]]], list[tuple[int, str]]]:
    rows: list[tuple[int, list[Cell]]] = []
    skipped: list[tuple[int, str]] = []
    title = [heading.parts[-1] for heading in headings]
    for index in range(start, len(sheet.rows)):
        row = sheet.rows[index]
        reason = _no_entry(row, headings, title)
        if index == start and _numbers_columns(row):
            reason = "heading"
        if index in hidden and reason != "blank":
            reason = "hidden"
        if reason:
            skipped.append((index + 1, reason))
            continue
        rows.append((index + 1, row))
    return rows, _without_trailing_blanks(skipped, rows)


# The row below the headings that numbers the columns: 1 2 3, (1) (2) (3), 甲 乙 1 2.
_COLUMN_NUMBER = re.compile(r"[(（\[]?(?:(\d{1,2})|[甲乙丙丁A-Z])[)）\]]?")


def _numbers_columns(row: list[Cell]) -> bool:
    found = [_COLUMN_NUMBER.fullmatch(text) for cell in row if (text := plain(cell))]
    numbers = [int(one[1]) for one in found if one and one[1]]
    if len(numbers) < 3 or not all(found):
        return False
    begins = (0, 1, len(found) - len(numbers) + 1)
    return any(numbers == list(range(at, at + len(numbers))) for at in begins)


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
    text = words.fold_variants(first.strip())
    if not text:
        return "" if any(str(c).strip() for c in row if c is not None) else "blank"
    # The word stands in the first column, or behind a running number or a village name.
    if any(isinstance(cell, str) and _is_total(cell) for cell in row[:4]):
        return "total"
    if _REMARK.match(text):
        return "remark"
    if (
        first.strip() == title[0]
        and [plain(row[h.column]) for h in headings if h.column < len(row)] == title
    ):
        return "heading"
    return ""


def _is_total(cell: str) -> bool:
    return bool(_TOTAL.fullmatch(words.fold_variants(cell.strip())))
