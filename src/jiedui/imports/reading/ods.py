"""What the reader of .ods does not tell: failed formulas, merged and hidden rows, repetitions."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from jiedui.imports.reading.cells import Range

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_EXTENDED = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_HIDDEN = ("collapse", "filter")
# Cells that say something and are written only once in the file: nobody repeats names and numbers.
MOST_REPEATED = 200_000


@dataclass
class Found:
    """One sheet; places are (row, column) from zero. `repeated` are cells written only once."""

    name: str
    failed: list[tuple[int, int, str]] = field(default_factory=list)
    merged: list[Range] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    height: int = 0
    width: int = 0
    repeated: int = 0


def scan(content: bytes) -> list[Found]:
    """Every sheet in order; nothing that is repeated is ever written out here."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open("content.xml") as part:
        return list(_sheets(part))


def _sheets(part: object) -> Iterator[Found]:
    found, row = Found(""), 0
    tags = (f"{_TABLE}table", f"{_TABLE}table-row")
    walk = etree.iterparse(
        part, events=("start", "end"), tag=tags, resolve_entities=False, huge_tree=True
    )
    for event, element in walk:
        if element.tag == tags[0]:
            if event == "start":
                found, row = Found(element.get(f"{_TABLE}name", "")), 0
            else:
                yield found
        elif event == "end":
            row += _row(found, element, row)
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]


def _row(found: Found, element: etree._Element, row: int) -> int:
    """Note one row, which stands for as many as it is repeated."""
    times = _times(element, "number-rows-repeated")
    column = 0
    for cell in element.iterchildren(*_CELLS):
        column += _cell(found, cell, (row, column), times)
    is_hidden = element.get(f"{_TABLE}visibility") in _HIDDEN
    if is_hidden and found.height == row + times:  # empty rows below the list hide nothing
        found.hidden_rows.update(range(row, row + min(times, 1_000_000)))
    return times


def _cell(found: Found, cell: etree._Element, place: tuple[int, int], rows: int) -> int:
    row, column = place
    times = _times(cell, "number-columns-repeated")
    down, right = _times(cell, "number-rows-spanned"), _times(cell, "number-columns-spanned")
    if down * right > 1 and rows == 1:
        found.merged.append(((row, column), (row + down - 1, column + right - 1)))
    if _has_content(cell):
        found.height = max(found.height, row + rows)
        found.width = max(found.width, column + times)
        found.repeated += rows * times - 1
        if cell.get(f"{_EXTENDED}value-type") == "error" and found.repeated <= MOST_REPEATED:
            word = _text(cell)
            found.failed += [
                (row + down, column + right, word) for down in range(rows) for right in range(times)
            ]
    return times


def _has_content(cell: etree._Element) -> bool:
    return cell.get(f"{_OFFICE}value-type") is not None or cell.find(f"{_TEXT}p") is not None


def _text(cell: etree._Element) -> str:
    paragraph = cell.find(f"{_TEXT}p")
    return "".join(paragraph.itertext()) if paragraph is not None else ""


def _times(element: etree._Element, name: str) -> int:
    count = element.get(f"{_TABLE}{name}", "1")
    return max(1, int(count)) if count.isascii() and count.isdigit() and len(count) < 10 else 1
