"""Comma- or tab-separated text in any of the usual Chinese encodings."""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass, field

from jiedui.imports.reading.refused_file import BadWorkbook
from jiedui.imports.reading.refused_file import msgid as _
from jiedui.imports.reading.sheets import Mark

_DELIMITERS = ",\t;，|；"
# Excel writes ="0123" so that a number stays text.
_KEPT_TEXT = re.compile(r'^="(.*)"$', re.DOTALL)
_LONGEST_CELL = 100_000
_LINE = re.compile(r"\r\n|\r|\n")
# A row rarely runs over more lines than this; what does is a quote somebody forgot to close.
_MOST_LINES = 100
_END = "\x1e"


@dataclass
class Text:
    """The cells of a text file, and those a line break or an open quote has made doubtful."""

    rows: list[list[str]] = field(default_factory=list)
    marks: dict[tuple[int, int], Mark] = field(default_factory=dict)


def read(content: bytes) -> Text:
    """Split a text file into cells. Raises BadWorkbook when the bytes are no text.

    A quote that is never closed would swallow every row below it: its line is taken as it stands
    and marked. So is a row that runs over several lines: a marked cell is never read on.
    """
    text = decode(content)
    return _Splitting(_LINE.split(text), delimiter(text)).run()


class _Splitting:
    def __init__(self, lines: list[str], sign: str) -> None:
        csv.field_size_limit(_LONGEST_CELL)
        self.lines, self.sign = lines, sign
        self.found = Text()
        self.usual = _usual(lines, sign)
        self.stray = -1  # the line in which a quote ends that would swallow rows

    def run(self) -> Text:
        at = 0
        while at < len(self.lines):
            at += self._row(at)
        while self.found.rows and not any(self.found.rows[-1]):
            self.found.rows.pop()
        return self.found

    def _row(self, at: int) -> int:
        """Read the row that begins in this line; returns how many lines it takes."""
        line = self.lines[at]
        if '"' not in line:
            self.found.rows.append(line.split(self.sign) if line else [])
            return 1
        closed = self._end(at)
        if closed is None or at == self.stray:
            self._as_it_stands(line)
            return 1
        row, last = closed
        self._keep(row)
        return last - at + 1

    def _end(self, at: int) -> tuple[list[str], int] | None:
        """The cells of a row and its last line, or None when its quote swallows other rows."""
        for last in range(at, min(at + _MOST_LINES, len(self.lines))):
            if last > at and '"' not in self.lines[last]:
                continue
            row = self._cells("\n".join(self.lines[at : last + 1]), at=at)
            if row is None:
                continue
            if not self._is_swallowed(at, last):
                return row, last
            self.stray = last
            return None
        return None

    def _cells(self, text: str, *, at: int) -> list[str] | None:
        """The cells of one row; None when a quote in it is still open."""
        # A line of its own tells an open quote from a closed one: it would become part of the cell.
        try:
            rows = list(csv.reader([text, _END], delimiter=self.sign))
        except csv.Error as error:
            raise BadWorkbook(
                _("Line %(line)d of this text file cannot be split into cells."),
                _("Open it in Excel or WPS, save it as .xlsx, and send that file."),
                {"line": at + 1},
            ) from error
        return rows[0] if rows[-1] == [_END] else None

    def _is_swallowed(self, at: int, last: int) -> bool:
        """Whether lines look like rows of their own: they have as many signs as rows have."""
        if last == at or not self.usual:
            return False
        first, *between, end = (line.count(self.sign) for line in self.lines[at : last + 1])
        # A cell of several lines takes its row apart: it begins in one line and ends in another.
        return max(between, default=0) >= self.usual or min(first, end) >= self.usual

    def _as_it_stands(self, line: str) -> None:
        row = line.split(self.sign)
        column = next(n for n, cell in enumerate(row) if '"' in cell)
        self.found.marks[len(self.found.rows), column] = "quote"
        self.found.rows.append(row)

    def _keep(self, row: list[str]) -> None:
        cells = [_KEPT_TEXT.sub(r"\1", cell) for cell in row]
        for column, cell in enumerate(cells):
            if "\n" in cell:
                self.found.marks[len(self.found.rows), column] = "break"
        self.found.rows.append(cells)


def _usual(lines: list[str], sign: str) -> int:
    """How many signs most lines have."""
    counts = Counter(line.count(sign) for line in lines if sign in line)
    return counts.most_common(1)[0][0] if counts else 0


def decode(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decoded(content, "utf-16")
    # A few are mistakes in cells; many are no text at all.
    if content.count(b"\x00") > 2 + len(content) // 100:
        raise _no_text()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # GB18030 is the superset of what Excel and WPS write in China, Big5 what they write in
        # Hong Kong, Macao and Taiwan; each reads the other without complaint, as nonsense.
        return _decoded(content, "big5hkscs" if _is_big5(content) else "gb18030")


_DOUBLE = re.compile(rb"[\x81-\xfe][\x40-\xfe]")


def _is_big5(content: bytes) -> bool:
    """Whether nearly all double bytes are usual characters of Big5, and few are of GB 2312."""
    pairs = Counter(_DOUBLE.findall(content[:200_000]))
    total = pairs.total()
    big5 = sum(n for pair, n in pairs.items() if _is_usual_big5(pair))
    gb = sum(n for pair, n in pairs.items() if 0xA1 <= pair[0] <= 0xF7 and pair[1] >= 0xA1)
    return total > 0 and big5 > total * 0.95 and gb < total * 0.9 and _decodes(content, "big5hkscs")


def _is_usual_big5(pair: bytes) -> bool:
    return 0xA1 <= pair[0] <= 0xC6 and (0x40 <= pair[1] <= 0x7E or pair[1] >= 0xA1)


def _decodes(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _decoded(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise _no_text() from error


def _no_text() -> BadWorkbook:
    return BadWorkbook(
        _("This file is not a spreadsheet and not readable text."),
        _("Send the list as .xlsx, .xls or .csv."),
    )


def delimiter(text: str) -> str:
    """The sign that splits most of the first lines into the same number of cells."""
    lines = [line for line in text.splitlines()[:50] if line.strip()]
    return max(_DELIMITERS, key=lambda sign: _evenness(lines, sign=sign))


def _evenness(lines: list[str], *, sign: str) -> tuple[int, int]:
    counts = Counter(line.count(sign) for line in lines if sign in line)
    if not counts:
        return 0, 0
    cells, agreeing = max(counts.items(), key=lambda pair: pair[0] * pair[1])
    return agreeing * cells, -_DELIMITERS.index(sign)
