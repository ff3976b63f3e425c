"""Refuse a packed workbook that would fill the memory, before any parser opens it.

Two traps: a small archive that unpacks to gigabytes, and a lone cell in the last row and column,
for which a parser reserves the whole rectangle.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib

from jiedui.imports.reading.refused_file import BadWorkbook
from jiedui.imports.reading.refused_file import msgid as _

# Only cells with content count: office programs style empty cells far to the right.
_FAR_COLUMN = re.compile(rb' r="([A-Za-z]{2,3})\d+"[^>]*(?<!/)>')
_FAR_ROW = re.compile(rb' r="[A-Za-z]{1,3}(\d{5,7})"[^>]*(?<!/)>')
# A parser accepts any blank and either quote; one spelling keeps the search fast.
_ONE_SPELLING = bytes.maketrans(b"\t\r\n'", b'   "')
_NEAR_COLUMNS = 26
_NEAR_ROWS = 9_999


def check(content: bytes, *, unpacked: int, ratio: int, cells: int) -> None:
    """Unpack every part once, counting.

    Raises BadWorkbook for a broken archive, an archive of something else, an encrypted part, more
    than `unpacked` bytes or `ratio` times the packed size, or a rectangle of more than `cells`.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_kind(archive)
            _check_size(archive, packed=len(content), unpacked=unpacked, ratio=ratio)
            _check_parts(archive, cells=cells)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise BadWorkbook(
            _("This file is damaged: it was perhaps not copied or downloaded to its end."),
            _("Open it in Excel or WPS, save it again, and send that file."),
        ) from error


def is_open_document(content: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "content.xml" in archive.namelist()


def is_locked_document(content: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        manifest = "META-INF/manifest.xml"
        return manifest in archive.namelist() and b"encryption-data" in archive.read(manifest)


def _check_kind(archive: zipfile.ZipFile) -> None:
    names = {name.replace("\\", "/").lstrip("/").lower(): name for name in archive.namelist()}
    types = names.get("[content_types].xml")
    is_excel = types and re.search(rb"spreadsheetml|ms-excel", archive.read(types)[:1_000_000])
    if not is_excel and not any(n.startswith("xl/") for n in names) and "content.xml" not in names:
        raise BadWorkbook(
            _("This file is packed (ZIP or another office document), not a spreadsheet."),
            _("Unpack it and send the .xlsx, .xls or .csv inside."),
        )


def _check_size(archive: zipfile.ZipFile, *, packed: int, unpacked: int, ratio: int) -> None:
    total = sum(part.file_size for part in archive.infolist())
    # Small files may be packed very tightly without harm.
    if total > unpacked or (total > 10 * 1024**2 and total > packed * ratio):
        raise BadWorkbook(
            _("This file would unpack to %(size)d MB, which is too much."),
            _("Copy only the rows of the list into a new workbook and send that."),
            {"size": total // 1024**2},
        )


def _check_parts(archive: zipfile.ZipFile, *, cells: int) -> None:
    for part in archive.infolist():
        # Reading to the end makes zipfile compare length and checksum: a header cannot lie.
        content = archive.read(part)
        if b"sheetData" in content or b"s\0h\0e\0e\0t\0D\0a\0t\0a" in content:
            _check_rectangle(content, cells=cells)


def _check_rectangle(xml: bytes, *, cells: int) -> None:
    if xml[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in xml[:100]:
        raise BadWorkbook(
            _("This file is written in an unusual encoding."),
            _("Open it in Excel or WPS, save it as .xlsx, and send that file."),
        )
    xml = xml.translate(_ONE_SPELLING)
    columns = {_column_number(letters) for letters in set(_FAR_COLUMN.findall(xml))}
    rows = {int(number) for number in set(_FAR_ROW.findall(xml))}
    height, width = max(rows, default=_NEAR_ROWS), max(columns, default=_NEAR_COLUMNS)
    if height * width > cells:
        raise too_wide(height, width)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def too_wide(height: int, width: int) -> BadWorkbook:
    return BadWorkbook(
        _("A sheet reaches to row %(height)d and column %(width)d, which is too much."),
        _("Delete stray cells far below or to the right, or split the list into several files."),
        {"height": height, "width": width},
    )
