"""Reading .xlsx, .xls and .csv as people send them: every sheet, every cell, or a clear sentence.

The content decides what a file is, never its name: "list.xls" is often a web page or plain text.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import python_calamine as calamine
from django.utils.translation import gettext as _

from jiedui.imports import csv_text, failed_formulas, zip_guard
from jiedui.imports.cells import Cell, Range
from jiedui.imports.refused_file import BadWorkbook

__all__ = ["BadWorkbook", "Cell", "Limits", "Sheet", "Workbook", "read"]


@dataclass(frozen=True)
class Limits:
    """The largest file taken in; all sizes in bytes, the ratio is unpacked to packed."""

    size: int = 30 * 1024 * 1024
    unpacked: int = 400 * 1024 * 1024
    ratio: int = 200
    cells: int = 6_000_000
    sheets: int = 60


@dataclass(frozen=True)
class Sheet:
    """One sheet; `rows[0][0]` is always cell A1, merged ranges are (row, column) from zero."""

    name: str
    rows: list[list[Cell]]
    merged: list[Range] = field(default_factory=list)
    hidden: bool = False

    @property
    def is_empty(self) -> bool:
        return not any(_says_something(cell) for row in self.rows for cell in row)


def _says_something(cell: Cell) -> bool:
    return bool(cell.strip()) if isinstance(cell, str) else cell is not None


@dataclass(frozen=True)
class Workbook:
    name: str
    sheets: list[Sheet]

    @property
    def visible(self) -> list[Sheet]:
        return [sheet for sheet in self.sheets if not sheet.hidden and not sheet.is_empty]


def read(source: Path | bytes, *, name: str = "", limits: Limits | None = None) -> Workbook:
    """Read a whole workbook into memory.

    Raises BadWorkbook, whose text says what is wrong and how to mend it.
    """
    limits = limits or Limits()
    content = _content(source, limits=limits)
    name = name or (source.name if isinstance(source, Path) else "")
    workbook = Workbook(name, _reader(content, limits=limits)(content))
    if not workbook.visible:
        raise BadWorkbook(
            _("This file has no rows."), _("Check that the right file was chosen and was saved.")
        )
    return workbook


def _content(source: Path | bytes, *, limits: Limits) -> bytes:
    if isinstance(source, Path) and not source.is_file():
        raise BadWorkbook(
            _("The file that was sent is not here any more."), _("Send the list again.")
        )
    size = source.stat().st_size if isinstance(source, Path) else len(source)
    if size > limits.size:
        raise BadWorkbook(
            _("This file has %(size)d MB; at most %(most)d MB are taken.")
            % {"size": size // 1024**2, "most": limits.size // 1024**2},
            _("Remove pictures, or split the list into several files."),
        )
    if not size:
        raise BadWorkbook(
            _("This file is empty (0 bytes)."), _("Save it again, then send it again.")
        )
    return source.read_bytes() if isinstance(source, Path) else source


def _reader(content: bytes, *, limits: Limits) -> Callable[[bytes], list[Sheet]]:
    if content.startswith(b"PK"):
        failed = zip_guard.check(
            content, unpacked=limits.unpacked, ratio=limits.ratio, cells=limits.cells
        )
        return lambda packed: _with_failed(_calamine_sheets(packed, limits=limits), packed, failed)
    if content.startswith(_OLE):
        _refuse_locked(content)
        return lambda packed: _calamine_sheets(packed, limits=limits)
    _refuse_strangers(content)
    return lambda plain: _text_sheet(plain, limits=limits)


def _with_failed(sheets: list[Sheet], content: bytes, parts: list[str]) -> list[Sheet]:
    failed = failed_formulas.find(content, parts) if parts else {}
    for sheet in sheets:
        failed_formulas.put_back(sheet.rows, failed.get(sheet.name, ()))
    return sheets


_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_STRANGERS = {
    b"%PDF": "PDF",
    b"Rar!": "RAR",
    b"7z\xbc\xaf": "7z",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"\x1f\x8b": "gzip",
    b"{\\rtf": "RTF",
    b"MZ": "EXE",
    b"\x7fELF": "ELF",
    b"SQLite format 3": "SQLite",
}


def _refuse_locked(content: bytes) -> None:
    # An encrypted .xlsx is an OLE container holding one stream of this name.
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise _locked()


def _locked() -> BadWorkbook:
    return BadWorkbook(
        _("This file is protected by a password, so it cannot be read."),
        _("Open it, remove the password (File → Info → Protect), save it and send it again."),
    )


def _refuse_strangers(content: bytes) -> None:
    for start, kind in _STRANGERS.items():
        if content.startswith(start):
            raise BadWorkbook(
                _("This is a %(kind)s file, not a spreadsheet.") % {"kind": kind},
                _("Send the list as .xlsx, .xls or .csv."),
            )
    head = content[:2000].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if head.startswith((b"<html", b"<!doctype", b"<table", b"<meta", b"<?xml")):
        raise BadWorkbook(
            _("This file is a web page or XML that was only named like a spreadsheet."),
            _("Open it in Excel or WPS, choose “Save as”, type .xlsx, and send that file."),
        )


def _calamine_sheets(content: bytes, *, limits: Limits) -> list[Sheet]:
    try:
        with calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            metadata = [
                m for m in book.sheets_metadata if m.typ == calamine.SheetTypeEnum.WorkSheet
            ]
            _refuse_many_sheets(len(metadata), limits=limits)
            return [_sheet(book, meta, limits=limits) for meta in metadata]
    except calamine.PasswordError as error:
        raise _locked() from error
    except BadWorkbook:
        raise
    except BaseException as error:  # a panic of the Rust parser is no Exception
        if isinstance(error, KeyboardInterrupt | SystemExit | MemoryError):
            raise
        raise damaged() from error


def damaged() -> BadWorkbook:
    return BadWorkbook(
        _("This file is damaged or is not a spreadsheet."),
        _("Open it in Excel or WPS, save it as .xlsx, and send that file."),
    )


def _refuse_many_sheets(count: int, *, limits: Limits) -> None:
    if count > limits.sheets:
        raise BadWorkbook(
            _("This file has %(count)d sheets; at most %(most)d are taken.")
            % {"count": count, "most": limits.sheets},
            _("Split it into several files."),
        )


def _sheet(
    book: calamine.CalamineWorkbook, meta: calamine.SheetMetadata, *, limits: Limits
) -> Sheet:
    page = book.get_sheet_by_name(meta.name)
    if page.total_height * page.total_width > limits.cells:
        raise zip_guard.too_wide(page.total_height, page.total_width)
    rows: list[Any] = page.to_python(skip_empty_area=False) if page.height else []
    hidden = meta.visible != calamine.SheetVisibleEnum.Visible
    return Sheet(meta.name, rows, page.merged_cell_ranges or [], hidden)


def _text_sheet(content: bytes, *, limits: Limits) -> list[Sheet]:
    rows = csv_text.rows(content)
    if sum(map(len, rows)) > limits.cells:
        raise zip_guard.too_wide(len(rows), max(map(len, rows)))
    return [Sheet("CSV", [list(row) for row in rows])]
