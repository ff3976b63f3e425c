"""The sender's own workbook back, with every wrong cell coloured and a list of all mistakes."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

from django.utils.translation import pgettext

from jiedui.core.xlsx import LONGEST_NAME, workbook
from jiedui.imports.reading import reader
from jiedui.imports.reading.cells import Cell
from jiedui.imports.reading.sheets import Sheet
from jiedui.imports.reading.workbook import Limits
from jiedui.imports.tables.rows import Mistake

_RED, _YELLOW, _HEAD = "#F8CBAD", "#FFF2CC", "#D9E2F3"
_WIDEST = 60
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")


def annotate(
    source: Path | bytes,
    mistakes: Iterable[Mistake],
    out: Path | IO[bytes],
    *,
    limits: Limits | None = None,
) -> None:
    """Write a copy of all visible sheets with a first sheet that leads to each mistake.

    Values are copied, the sender's styles are not. Raises BadWorkbook as reading does.
    """
    sheets = reader.read(source, limits=limits).visible
    names = _names([sheet.name for sheet in sheets])
    mistakes = [replace(m, sheet=_sheet_of(m, names)) for m in mistakes]
    with workbook(out, row_by_row=False) as book:
        formats = _formats(book)
        title = _free_name(pgettext("sheet", "Mistakes"), set(names.values()))
        _list(book.add_worksheet(title), mistakes, formats)
        for sheet in sheets:
            here = [mistake for mistake in mistakes if mistake.sheet == names[sheet.name]]
            _copy(book.add_worksheet(names[sheet.name]), sheet, here, formats)


def _sheet_of(mistake: Mistake, names: dict[str, str]) -> str:
    """The sheet in the copy; a second list of a sheet is called SHEET:CELL."""
    sheet = mistake.sheet
    return names.get(sheet) or names.get(sheet.rpartition(":")[0], sheet)


def _names(sheets: list[str]) -> dict[str, str]:
    """Sheet → its name in the copy: .xlsx allows fewer characters than other formats do."""
    names: dict[str, str] = {}
    for sheet in sheets:
        allowed = _FORBIDDEN.sub("_", sheet)[:LONGEST_NAME].strip("'") or "_"
        names[sheet] = _free_name(allowed, set(names.values()))
    return names


def _formats(book: Any) -> dict[str, Any]:
    wrap = {"text_wrap": True, "valign": "top"}
    return {
        "head": book.add_format({"bold": True, "bg_color": _HEAD, "border": 1}),
        "error": book.add_format({"bg_color": _RED}),
        "warning": book.add_format({"bg_color": _YELLOW}),
        "wrap": book.add_format(wrap),
        "link": book.add_format({"font_color": "#0563C1", "underline": 1, "valign": "top"}),
        "day": book.add_format({"num_format": "yyyy-mm-dd"}),
        "error day": book.add_format({"num_format": "yyyy-mm-dd", "bg_color": _RED}),
        "warning day": book.add_format({"num_format": "yyyy-mm-dd", "bg_color": _YELLOW}),
    }


def _free_name(wanted: str, taken: set[str]) -> str:
    used = {name.lower() for name in taken}
    names = [wanted, *(f"{wanted[: LONGEST_NAME - 3]} {number}" for number in range(2, 100))]
    return next(name for name in names if name.lower() not in used)


def _list(page: Any, mistakes: list[Mistake], formats: dict[str, Any]) -> None:
    heads = (
        pgettext("sheet", "Sheet"),
        pgettext("sheet", "Cell"),
        pgettext("sheet", "Kind"),
        pgettext("sheet", "Found"),
        pgettext("sheet", "What is wrong"),
        pgettext("sheet", "How to mend it"),
    )
    for column, (head, width) in enumerate(zip(heads, (16, 10, 8, 24, 50, 60), strict=True)):
        page.write_string(0, column, head, formats["head"])
        page.set_column(column, column, width)
    kinds = {"error": pgettext("sheet", "Error"), "warning": pgettext("sheet", "Warning")}
    for number, mistake in enumerate(mistakes, 1):
        page.write_string(number, 0, mistake.sheet)
        place = f"{mistake.column or 'A'}{mistake.row}"
        _link(page, number, mistake, place, formats)
        page.write_string(number, 2, kinds[mistake.severity], formats[mistake.severity])
        page.write_string(number, 3, mistake.value)
        page.write_string(number, 4, mistake.message, formats["wrap"])
        page.write_string(number, 5, mistake.mend, formats["wrap"])
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, max(1, len(mistakes)), len(heads) - 1)


# More links than this in one sheet a spreadsheet program refuses to open.
_MOST_LINKS = 65_000


def _link(page: Any, number: int, mistake: Mistake, place: str, formats: dict[str, Any]) -> None:
    if number > _MOST_LINKS:
        page.write_string(number, 1, mistake.cell)
        return
    quoted = mistake.sheet.replace("'", "''")
    page.write_url(number, 1, f"internal:'{quoted}'!{place}", formats["link"], mistake.cell)


def _copy(page: Any, sheet: Sheet, mistakes: list[Mistake], formats: dict[str, Any]) -> None:
    marks = _marks(mistakes)
    for number, row in enumerate(sheet.rows):
        for column, cell in enumerate(row):
            severity = marks[number, column][0].severity if (number, column) in marks else ""
            _write(page, number, column, cell, severity, formats)
    for (top, left), (bottom, right) in sheet.merged:
        if (bottom, right) != (top, left):
            _merge(page, sheet, (top, left, bottom, right), formats)
    for (number, column), found in marks.items():
        text = "\n".join(f"{mistake.message} {mistake.mend}" for mistake in found)
        page.write_comment(number, column, text[:2000], {"x_scale": 2, "y_scale": 1.2})
    for column, width in _widths(sheet).items():
        page.set_column(column, column, width)


def _marks(mistakes: list[Mistake]) -> dict[tuple[int, int], list[Mistake]]:
    """The mistakes of each cell, errors first; those of a whole row go to its first cell."""
    marks: dict[tuple[int, int], list[Mistake]] = defaultdict(list)
    for mistake in sorted(mistakes, key=lambda mistake: mistake.severity):
        marks[mistake.row - 1, _column_number(mistake.column or "A")].append(mistake)
    return marks


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _merge(
    page: Any, sheet: Sheet, area: tuple[int, int, int, int], formats: dict[str, Any]
) -> None:
    top, left, _bottom, _right = area
    row = sheet.rows[top] if top < len(sheet.rows) else []
    cell = row[left] if left < len(row) else ""
    if isinstance(cell, str):  # merged numbers and dates stay in their first cell
        page.merge_range(*area, cell)


def _write(
    page: Any, row: int, column: int, cell: Cell, severity: str, formats: dict[str, Any]
) -> None:
    style = formats.get(severity)
    if cell in ("", None):
        if style:
            page.write_blank(row, column, None, style)
    elif isinstance(cell, bool):
        page.write_boolean(row, column, cell, style)
    elif isinstance(cell, int | float):
        page.write_number(row, column, cell, style)
    elif isinstance(cell, date | datetime):
        page.write_datetime(row, column, cell, formats[f"{severity} day".strip()])
    else:
        page.write_string(row, column, str(cell)[:32_000], style)


def _widths(sheet: Sheet) -> dict[int, int]:
    """Wide enough for most cells; a Chinese character takes two."""
    widths: dict[int, int] = {}
    for row in sheet.rows[:200]:
        for column, cell in enumerate(row):
            if isinstance(cell, str) and len(cell) < _WIDEST:
                width = sum(1 if char.isascii() else 2 for char in cell) + 2
                widths[column] = min(_WIDEST, max(widths.get(column, 9), width))
    return widths
