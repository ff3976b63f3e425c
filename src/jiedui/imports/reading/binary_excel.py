"""What the reader of .xlsb does not tell: failed formulas, merged and hidden rows ([MS-XLSB])."""

from __future__ import annotations

import io
import posixpath
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from jiedui.imports.reading import ooxml
from jiedui.imports.reading.cells import Range

BOOK = "xl/workbook.bin"
_RELS = "xl/_rels/workbook.bin.rels"
_ROW, _ERROR_CELL, _FAILED_FORMULA, _SHEET, _MERGED = 0, 3, 11, 156, 176
_HIDDEN = 0x10  # of the second byte of flags in the record of a row
_WORDS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}


@dataclass
class Found(ooxml.Found):
    merged: list[Range] = field(default_factory=list)


def is_binary(content: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return BOOK in archive.namelist()


def scan(content: bytes) -> dict[str, Found]:
    """Sheet → what was found in it; what is damaged here the reader of cells refuses itself."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        try:
            targets = _targets(archive.read(_RELS))
            sheets = list(_sheets(archive.read(BOOK)))
        except (KeyError, struct.error, UnicodeDecodeError, etree.XMLSyntaxError):
            return {}
        parts = {name: targets.get(link, "") for link, name in sheets}
        known = set(archive.namelist())
        return {name: _sheet(archive.read(part)) for name, part in parts.items() if part in known}


def _targets(rels: bytes) -> dict[str, str]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    return {
        link.get("Id", ""): posixpath.join("/xl", link.get("Target", "")).lstrip("/")
        for link in etree.fromstring(rels, parser)
    }


def _sheets(part: bytes) -> Iterator[tuple[str, str]]:
    """The link and the name of every sheet."""
    for kind, start, _end in _records(part):
        if kind == _SHEET:
            link, after = _text(part, start + 8)
            yield link, _text(part, after)[0]


def _text(part: bytes, start: int) -> tuple[str, int]:
    (length,) = struct.unpack_from("<I", part, start)
    end = start + 4 + 2 * length
    return part[start + 4 : end].decode("utf-16-le"), end


def _records(part: bytes) -> Iterator[tuple[int, int, int]]:
    """Kind, start and end of every record: its kind takes one or two bytes, its size up to four."""
    at = 0
    while at + 1 < len(part):
        kind, at = part[at], at + 1
        if kind & 0x80:
            kind, at = kind & 0x7F | part[at] << 7, at + 1
        size = shift = 0
        more = 0x80
        while more and at < len(part) and shift < 28:
            more = part[at] & 0x80
            size |= (part[at] & 0x7F) << shift
            at, shift = at + 1, shift + 7
        yield kind, at, at + size
        at += size


def _sheet(part: bytes) -> Found:
    found, row = Found(), 0
    for kind, start, end in _records(part):
        if end > len(part):
            break
        if kind == _ROW and end - start >= 13:
            (row,) = struct.unpack_from("<I", part, start)
            if part[start + 11] & _HIDDEN:
                found.hidden_rows.add(row)
        elif kind in (_ERROR_CELL, _FAILED_FORMULA) and end - start >= 9:
            (column,) = struct.unpack_from("<I", part, start)
            found.failed.append((row, column, _WORDS.get(part[start + 8], "#VALUE!")))
        elif kind == _MERGED and end - start >= 16:
            top, bottom, left, right = struct.unpack_from("<4I", part, start)
            found.merged.append(((top, left), (bottom, right)))
    return found
