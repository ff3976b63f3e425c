"""Reading .xlsx, .xls and .csv as people send them: every sheet, every cell, or a clear sentence.

The content decides what a file is, never its name: "list.xls" is often a web page or plain text.
"""

from __future__ import annotations

import io
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import python_calamine as calamine
from lxml import etree

from jiedui.imports.reading import (
    binary_excel,
    csv_text,
    failed_formulas,
    ods,
    old_excel,
    ooxml,
    zip_guard,
)
from jiedui.imports.reading.cells import Cell, Range, Texts
from jiedui.imports.reading.refused_file import BadWorkbook
from jiedui.imports.reading.refused_file import msgid as _
from jiedui.imports.reading.sheets import Sheet, Workbook

__all__ = ["BadWorkbook", "Cell", "Limits", "Sheet", "Workbook", "read"]


@dataclass(frozen=True)
class Limits:
    """The largest file taken in; all sizes in bytes, the ratio is unpacked to packed.

    `memory` and `seconds` (of processor time) are for the process that reads it.
    """

    size: int = 30 * 1024 * 1024
    unpacked: int = 400 * 1024 * 1024
    ratio: int = 200
    cells: int = 6_000_000
    sheets: int = 60
    memory: int = 1024**3
    seconds: int = 120


def read(source: Path | bytes, *, name: str = "", limits: Limits | None = None) -> Workbook:
    """Read a whole workbook in this process; what people send is read by `reader.read`.

    Raises BadWorkbook, whose text says what is wrong and how to mend it.
    """
    limits = limits or Limits()
    content = content_of(source, limits=limits)
    name = name or (source.name if isinstance(source, Path) else "")
    workbook = Workbook(name, _reader(content, limits=limits)(content))
    if not workbook.visible:
        raise BadWorkbook(
            _("This file has no rows."), _("Check that the right file was chosen and was saved.")
        )
    return workbook


def content_of(source: Path | bytes, *, limits: Limits) -> bytes:
    """The bytes of a file. Raises BadWorkbook when it is missing, empty or too large."""
    if isinstance(source, Path) and not source.is_file():
        raise BadWorkbook(
            _("The file that was sent is not here any more."), _("Send the list again.")
        )
    size = source.stat().st_size if isinstance(source, Path) else len(source)
    if size > limits.size:
        raise BadWorkbook(
            _("This file has %(size)d MB; at most %(most)d MB are taken."),
            _("Remove pictures, or split the list into several files."),
            {"size": size // 1024**2, "most": limits.size // 1024**2},
        )
    if not size:
        raise BadWorkbook(
            _("This file is empty (0 bytes)."), _("Save it again, then send it again.")
        )
    return source.read_bytes() if isinstance(source, Path) else source


def _reader(content: bytes, *, limits: Limits) -> Callable[[bytes], list[Sheet]]:
    if content.startswith(b"PK"):
        zip_guard.check(content, unpacked=limits.unpacked, ratio=limits.ratio, cells=limits.cells)
        if zip_guard.is_open_document(content):
            return lambda packed: _ods_sheets(packed, limits=limits)
        if binary_excel.is_binary(content):
            return lambda packed: _xlsb_sheets(packed, limits=limits)
        return lambda packed: _xlsx_sheets(ooxml.usual(packed), limits=limits)
    if content.startswith(_OLE):
        _refuse_locked(content)
        return lambda packed: _xls_sheets(packed, limits=limits)
    _refuse_strangers(content)
    return lambda plain: _text_sheet(plain, limits=limits)


def _xlsx_sheets(content: bytes, *, limits: Limits) -> list[Sheet]:
    scanned = ooxml.scan(content)
    content = ooxml.readable(content)
    return [_with(scanned, sheet) for sheet in _calamine_sheets(content, limits=limits)]


def _xlsb_sheets(content: bytes, *, limits: Limits) -> list[Sheet]:
    scanned = binary_excel.scan(content)
    sheets = [_with(scanned, sheet) for sheet in _calamine_sheets(content, limits=limits)]
    merged = {name: found.merged for name, found in scanned.items()}
    return [
        replace(sheet, merged=sheet.merged or apart(merged.get(sheet.name, ()), len(sheet.rows)))
        for sheet in sheets
    ]


def _xls_sheets(content: bytes, *, limits: Limits) -> list[Sheet]:
    try:
        sheets = _calamine_sheets(content, limits=limits)
    except BadWorkbook:
        if old_excel.is_locked(content):
            raise _locked() from None
        raise
    scanned = old_excel.scan(content)
    return [_with(scanned, sheet) for sheet in sheets]


_Scanned = (
    Mapping[str, ooxml.Found] | Mapping[str, binary_excel.Found] | Mapping[str, old_excel.Found]
)


def _with(scanned: _Scanned, sheet: Sheet) -> Sheet:
    found = scanned.get(sheet.name, ooxml.Found())
    failed_formulas.put_back(sheet, found.failed)
    return replace(sheet, hidden_rows=frozenset(found.hidden_rows))


def _ods_sheets(content: bytes, *, limits: Limits) -> list[Sheet]:
    if zip_guard.is_locked_document(content):
        raise _locked()
    try:
        scanned = {found.name: found for found in ods.scan(content)}
    except (etree.XMLSyntaxError, KeyError) as error:
        raise damaged() from error
    for found in scanned.values():
        if found.height * found.width > limits.cells or found.repeated > ods.MOST_REPEATED:
            raise zip_guard.too_wide(found.height, found.width)
    return [_completed(sheet, scanned) for sheet in _calamine_sheets(content, limits=limits)]


def _completed(sheet: Sheet, scanned: Mapping[str, ods.Found]) -> Sheet:
    found = scanned.get(sheet.name, ods.Found(sheet.name))
    failed_formulas.put_back(sheet, found.failed)
    merged = apart(found.merged, len(sheet.rows))
    return replace(sheet, merged=merged, hidden_rows=frozenset(found.hidden_rows))


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
                _("This is a %(kind)s file, not a spreadsheet."),
                _("Send the list as .xlsx, .xls or .csv."),
                {"kind": kind},
            )
    if problem := _markup(content[:4000]):
        raise BadWorkbook(
            problem, _("Open it in Excel or WPS, choose “Save as”, type .xlsx, and send that file.")
        )


_TAGS = (
    "html|head|body|title|meta|link|style|script|base|table|caption|colgroup|col|thead|tbody|tfoot|"
    "tr|th|td|div|span|center|form|input|font|p|br|hr|b|i|u|strong|em|h[1-6]|a|img|ul|ol|li|pre"
)
_MARKUP = (
    (
        # Whatever headers a program writes first; a long one goes on in the next line.
        re.compile(
            r"\A(?:[\w-]++:[^\n]*+\n(?:[ \t][^\n]*+\n)*+)*?"
            r"(mime-version:|content-type:\s*multipart)"
        ),
        _("This file is a web archive (MHTML) that was only named like a spreadsheet."),
    ),
    (
        re.compile(r"<(?:\?xml|(?:\w+:)?workbook\s)[\s\S]*?(excel\.sheet|office:spreadsheet)"),
        _("This file is an XML spreadsheet of Excel 2003 that was only named .xls."),
    ),
    (
        re.compile(rf"(?:<\?xml[^>]*>\s*)?<(?:!--|!doctype html|(?:{_TAGS})[\s/>])"),
        _("This file is a web page (HTML) that was only named like a spreadsheet."),
    ),
    (
        re.compile(r"<\?xml|<!doctype|<[a-z][\w.-]*(?::[\w.-]+)?(?:\s[^<>]*)?>"),
        _("This file is XML that was only named like a spreadsheet."),
    ),
)


def _markup(head: bytes) -> str:
    """What a file of marked-up text is, as a sentence; systems like to name such a file .xls."""
    wide = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}.get(head[:2], "latin-1")
    text = head.decode(wide, errors="replace").lstrip("\ufeff\xef\xbb\xbf \r\n\t").lower()
    return next((problem for start, problem in _MARKUP if start.match(text)), "")


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
            _("This file has %(count)d sheets; at most %(most)d are taken."),
            _("Split it into several files."),
            {"count": count, "most": limits.sheets},
        )


def _sheet(
    book: calamine.CalamineWorkbook, meta: calamine.SheetMetadata, *, limits: Limits
) -> Sheet:
    page = book.get_sheet_by_name(meta.name)
    if page.total_height * page.total_width > limits.cells:
        raise zip_guard.too_wide(page.total_height, page.total_width)
    rows = _rows(page) if page.height else []
    hidden = meta.visible != calamine.SheetVisibleEnum.Visible
    return Sheet(meta.name, rows, apart(page.merged_cell_ranges or [], len(rows)), hidden)


def _rows(page: calamine.CalamineSheet) -> list[list[Cell]]:
    """Row by row, as all its texts at once would be several times larger than the sheet."""
    texts, (_top, left) = Texts(), page.start or (0, 0)
    return [texts.shared([""] * left + row) for row in page.iter_rows()]


def apart(merged: Iterable[Range], height: int) -> list[Range]:
    """Merged ranges within the rows there are, without those that overlap an earlier one.

    Office programs keep one of two that overlap; some writers list the same range twice.
    """
    taken: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    kept: list[Range] = []
    for (top, left), (bottom, right) in merged:
        rows = range(top, min(bottom, height - 1) + 1)
        if not rows or (top, left) == (bottom, right) or _is_taken(taken, rows, left, right):
            continue
        for row in rows:
            taken[row].append((left, right))
        kept.append(((top, left), (rows[-1], right)))
    return kept


def _is_taken(
    taken: Mapping[int, list[tuple[int, int]]], rows: range, left: int, right: int
) -> bool:
    return any(
        left <= there_right and there_left <= right
        for row in rows
        for there_left, there_right in taken.get(row, ())
    )


def _text_sheet(content: bytes, *, limits: Limits) -> list[Sheet]:
    text = csv_text.read(content)
    if sum(map(len, text.rows)) > limits.cells:
        raise zip_guard.too_wide(len(text.rows), max(map(len, text.rows)))
    return [Sheet("CSV", [list(row) for row in text.rows], marks=text.marks)]
