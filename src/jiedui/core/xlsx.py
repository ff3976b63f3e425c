"""Workbooks (.xlsx) for download: nothing typed becomes a formula or a link in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import IO, Any

from django.utils import timezone

TRAPS = ("=", "+", "-", "@", "\t", "\r")
LONGEST_NAME = 31  # characters of a sheet's name
A4 = 9
# How cells of a kind are shown; dates, times and numbers are known by their values too.
FORMATS = {
    "yuan": {"num_format": "#,##0.00"},
    "count": {"num_format": "#,##0.##"},
    "day": {"num_format": "yyyy-mm-dd"},
    "moment": {"num_format": "yyyy-mm-dd hh:mm"},
}
_MARK = {"font_color": "#808080", "italic": True}
_GROUP = {"bold": True, "align": "center", "bottom": 1}
_HEAD = {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula (CSV injection)."""
    return f"'{text}" if text.startswith(TRAPS) else text


@contextmanager
def workbook(out: Path | IO[bytes], *, row_by_row: bool = True) -> Iterator[Any]:
    """A workbook of xlsxwriter, whole when the block ends.

    `row_by_row` keeps one row in memory: rows are then written from the top down.
    """
    import xlsxwriter

    options = {
        "constant_memory": row_by_row,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": True,
    }
    book = xlsxwriter.Workbook(str(out) if isinstance(out, Path) else out, options)
    yield book
    book.close()


@dataclass(frozen=True)
class Head:
    """A column: its heading, its width in characters, and the kind of its cells (`FORMATS`).

    `group` stands once above neighbouring columns of the same.
    """

    title: str
    width: int = 18
    kind: str = ""
    group: str = ""


class Table:
    """A sheet of rows under headings, to be read on a screen and printed on A4.

    `above` is a line over the headings: who took the rows out and when.
    """

    def __init__(
        self, book: Any, name: str, heads: Sequence[Head], *, above: str = "", frame: bool = False
    ) -> None:
        self.sheet = book.add_worksheet(name[:LONGEST_NAME])
        self.kinds = [head.kind for head in heads]
        border = {"border": 1} if frame else {}
        self.formats = {kind: book.add_format(one | border) for kind, one in FORMATS.items()}
        wrap = {"text_wrap": True, "valign": "top"}
        self.formats[""] = book.add_format(wrap | border) if frame else None
        self.line = 0
        if above:
            self.sheet.write_string(0, 0, above, book.add_format(_MARK))
            self.line = 1
        if any(head.group for head in heads):
            self._put_groups([head.group for head in heads], book.add_format(_GROUP | border))
        style = book.add_format(_HEAD | border)
        for at, head in enumerate(heads):
            self.sheet.set_column(at, at, head.width)
            self.sheet.write_string(self.line, at, head.title, style)
        self.sheet.set_landscape()
        self.sheet.set_paper(A4)
        self.sheet.repeat_rows(0, self.line)
        self.sheet.freeze_panes(self.line + 1, 0)

    def _put_groups(self, groups: list[str], style: Any) -> None:
        """A row of headings over the headings, each across the columns of its group."""
        start = 0
        for group, same in groupby(groups):
            stop = start + len(list(same))
            if group and stop - start > 1:
                self.sheet.merge_range(
                    self.line, start, self.line, stop - 1, harmless(group), style
                )
            elif group:
                self.sheet.write_string(self.line, start, harmless(group), style)
            start = stop
        self.line += 1

    def add(self, row: Sequence[Any]) -> None:
        """The next row: days, times and numbers as such, everything else as text."""
        self.line += 1
        for at, value in enumerate(row):
            self._put(at, value)

    def note(self, text: str) -> None:
        """A line of text below the rows."""
        self.line += 1
        self.sheet.write_string(self.line, 0, text)

    def _put(self, at: int, value: Any) -> None:
        style = self.formats.get(self.kinds[at])
        if value is None or value == "":
            if style is not None and self.formats[""] is not None:
                self.sheet.write_blank(self.line, at, None, style)
        elif isinstance(value, datetime):
            local = timezone.localtime(value) if timezone.is_aware(value) else value
            moment = style or self.formats["moment"]
            self.sheet.write_datetime(self.line, at, local.replace(tzinfo=None), moment)
        elif isinstance(value, date):
            self.sheet.write_datetime(self.line, at, value, style or self.formats["day"])
        elif isinstance(value, bool) or not isinstance(value, int | float):
            self.sheet.write_string(self.line, at, harmless(str(value)), self.formats[""])
        else:
            self.sheet.write_number(self.line, at, value, style)
