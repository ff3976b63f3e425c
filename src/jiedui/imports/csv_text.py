"""Comma- or tab-separated text in any of the usual Chinese encodings."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter

from django.utils.translation import gettext as _

from jiedui.imports.refused_file import BadWorkbook

_DELIMITERS = ",\t;，|；"
# Excel writes ="0123" so that a number stays text.
_KEPT_TEXT = re.compile(r'^="(.*)"$')
_LONGEST_CELL = 100_000


def rows(content: bytes) -> list[list[str]]:
    """Split a text file into cells.

    Raises BadWorkbook when the bytes are no text.
    """
    text = decode(content)
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter(text))
    try:
        return [[_KEPT_TEXT.sub(r"\1", cell) for cell in row] for row in reader]
    except csv.Error as error:
        raise BadWorkbook(
            _("Line %(line)d of this text file cannot be split into cells.")
            % {"line": reader.line_num},
            _("Open it in Excel or WPS, save it as .xlsx, and send that file."),
        ) from error


def decode(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decoded(content, "utf-16")
    if b"\x00" in content:
        raise _no_text()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # GB18030 is the superset of what Excel and WPS write in China.
        return _decoded(content, "gb18030")


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
