"""Cells whose formula failed (#REF!, #DIV/0!): the reader shows them empty, so they are read here.

Without it such a cell would look empty, and an empty cell changes nothing and is no mistake.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from posixpath import join, normpath

from jiedui.imports.cells import Cell

MARK = b't="e"'
WORDS = frozenset(
    ("#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#N/A", "#NULL!", "#NUM!", "#SPILL!", "#CALC!")
)
_CELL = re.compile(
    rb'<c\s[^>]*?r="([A-Z]{1,3})(\d{1,7})"[^>]*?\st="e"[^>]*>(?:(?!</c>).)*?<v>([^<]*)</v>',
    re.DOTALL,
)
_SHEET = re.compile(r"<sheet\s[^>]*>")
_LINK = re.compile(r"<Relationship\s[^>]*>")
_BOOK, _LINKS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"


def find(content: bytes, parts: Sequence[str]) -> dict[str, list[tuple[int, int, str]]]:
    """Sheet → (row, column, word) of its failed cells, from zero; `parts` are those to look at."""
    found: dict[str, list[tuple[int, int, str]]] = {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = _names(archive)
        for part in parts:
            if part in names:
                cells = _CELL.findall(archive.read(part))
                found[names[part]] = [
                    (int(row) - 1, _column(letters), word.decode()) for letters, row, word in cells
                ]
    return found


def _names(archive: zipfile.ZipFile) -> dict[str, str]:
    """Part → the name of its sheet."""
    if not {_BOOK, _LINKS} <= set(archive.namelist()):
        return {}
    targets = {
        _attribute(link, "Id"): normpath(join("/xl", _attribute(link, "Target"))).lstrip("/")
        for link in _LINK.findall(archive.read(_LINKS).decode(errors="replace"))
    }
    sheets = _SHEET.findall(archive.read(_BOOK).decode(errors="replace"))
    return {
        targets.get(_attribute(one, "r:id"), ""): _unescaped(_attribute(one, "name"))
        for one in sheets
    }


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf'\s{name}="([^"]*)"', tag)
    return found[1] if found else ""


def _unescaped(text: str) -> str:
    for entity, sign in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&")):
        text = text.replace(entity, sign)
    return text


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def put_back(rows: list[list[Cell]], failed: Sequence[tuple[int, int, str]]) -> None:
    """Write the words of failed cells into the rows that were read; cells outside are left."""
    for row, column, word in failed:
        if row < len(rows) and column < len(rows[row]) and rows[row][column] in ("", None):
            rows[row][column] = word
