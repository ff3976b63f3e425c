"""What an .xlsx package says beside its cells, and packages whose parts have unusual names.

The reader of cells looks for the parts under their usual names; other writers use backslashes,
other letters or other folders, and say in their relations where everything is.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from jiedui.imports.reading import failed_formulas
from jiedui.imports.reading.refused_file import BadWorkbook
from jiedui.imports.reading.refused_file import msgid as _

BOOK = "xl/workbook.xml"
_TARGETS = {"sharedStrings": "xl/sharedStrings.xml", "styles": "xl/styles.xml"}
_ROW = re.compile(rb"<(?:\w+:)?row(?:\s[^<>]*)?>")
_NUMBER = re.compile(rb"\sr\s*=\s*[\"'](\d{1,7})[\"']")
_HIDDEN = re.compile(rb"\shidden\s*=\s*[\"'](?:1|true)[\"']")
_FAILED = re.compile(
    rb"<(?P<prefix>(?:\w+:)?)c(?P<before>\s[^<>]*?\bt\s*=\s*[\"'])e(?P<after>[\"'][^<>]*?)"
    rb"(?:/>|>(?P<inside>.{0,10000}?)</(?P=prefix)c\s*>)",
    re.DOTALL,
)
_PLACE = re.compile(rb"\sr\s*=\s*[\"']([A-Za-z]{1,3})(\d{1,7})[\"']")
_VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^<>]*)?>([^<]*)</")
# At any other word the reader of cells gives up the whole file.
_READABLE = frozenset(b"#REF! #DIV/0! #VALUE! #NAME? #N/A #NULL! #NUM!".split())


@dataclass
class Found:
    """One sheet; places are (row, column) from zero."""

    failed: list[tuple[int, int, str]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)


def usual(content: bytes) -> bytes:
    """The package with its parts under their usual names; the same bytes when they are so."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {_plain(name): name for name in archive.namelist() if not name.endswith("/")}
        names = _renamed(archive, parts)
        if all(name == names.get(key, key) for key, name in parts.items()):
            return content
        return _packed(archive, parts, names)


def readable(content: bytes) -> bytes:
    """The package with failed formulas as text where the reader of cells cannot read or place them.

    The same bytes when it can.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {_plain(name): name for name in archive.namelist()}
        sheets = {parts[part] for part in _sheets(archive, parts) if part in parts}
        odd = {name for name in sheets if _is_odd(archive.read(name))}
        if not odd:
            return content
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as packed:
            for name in parts.values():
                part = archive.read(name)
                packed.writestr(name, _FAILED.sub(_as_text, part) if name in odd else part)
        return out.getvalue()


def _is_odd(xml: bytes) -> bool:
    return any(
        not _place(cell) or (_word(cell) and _word(cell) not in _READABLE)
        for cell in _FAILED.finditer(xml)
    )


def _as_text(cell: re.Match[bytes]) -> bytes:
    prefix, word = cell["prefix"], failed_formulas.known(_word(cell).decode(errors="replace"))
    start = b"<%sc%sstr%s>" % (prefix, cell["before"], cell["after"])
    return b"%s<%sv>%s</%sv></%sc>" % (start, prefix, word.encode(), prefix, prefix)


def _plain(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def _packed(archive: zipfile.ZipFile, parts: dict[str, str], names: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as packed:
        for key, name in parts.items():
            part = archive.read(name)
            if key.endswith(".rels"):
                part = _relinked(part, key, names)
            packed.writestr(names.get(key, name.replace("\\", "/").lstrip("/")), part)
    return out.getvalue()


def _renamed(archive: zipfile.ZipFile, parts: dict[str, str]) -> dict[str, str]:
    """Plain name → the name a reader of cells looks for, of the parts that hold cells."""
    names = {"_rels/.rels": "_rels/.rels", "[content_types].xml": "[Content_Types].xml"}
    book = next((t for kind, t in _links(archive, parts, "") if kind == "officeDocument"), "")
    if book not in parts or not book.endswith(".xml"):
        return names
    names[book] = BOOK
    names[_rels_of(book)] = _rels_of(BOOK)
    sheets = 0
    for kind, target in _links(archive, parts, book):
        if kind == "worksheet" and target in parts:
            sheets += 1
            names[target] = _sheet_name(parts[target], sheets)
        elif kind in _TARGETS:
            names[target] = _TARGETS[kind]
    return names


def _sheet_name(name: str, number: int) -> str:
    is_usual = re.fullmatch(r"xl/worksheets/[^/]+\.xml", name)
    return name if is_usual else f"xl/worksheets/part{number}.xml"


def _rels_of(part: str) -> str:
    folder, name = posixpath.split(part)
    return f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"


def _links(archive: zipfile.ZipFile, parts: dict[str, str], part: str) -> Iterator[tuple[str, str]]:
    """Kind and target (plain name) of everything a part refers to."""
    rels = _rels_of(part) if part else "_rels/.rels"
    if rels not in parts:
        return
    for link in _parsed(archive.read(parts[rels])):
        if link.get("TargetMode") != "External":
            yield posixpath.basename(link.get("Type", "")), _target(part, link.get("Target", ""))


def _target(part: str, reference: str) -> str:
    reference = reference.replace("\\", "/")
    joined = (
        reference
        if reference.startswith("/")
        else posixpath.join("/", posixpath.dirname(part), reference)
    )
    return posixpath.normpath(joined).lstrip("/").lower()


def _relinked(part: bytes, key: str, names: dict[str, str]) -> bytes:
    """A relations part whose links lead to the new names."""
    root = _parsed(part)
    of = "" if key == "_rels/.rels" else key.replace("_rels/", "").removesuffix(".rels")
    for link in root:
        target = _target(of, link.get("Target", ""))
        if link.get("TargetMode") != "External" and target in names:
            link.set("Target", "/" + names[target])
    return bytes(etree.tostring(root))


def _parsed(part: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        return etree.fromstring(part, parser)
    except etree.XMLSyntaxError as error:
        raise BadWorkbook(
            _("This file is damaged or is not a spreadsheet."),
            _("Open it in Excel or WPS, save it as .xlsx, and send that file."),
        ) from error


# What the sheets say beside their cells


def scan(content: bytes) -> dict[str, Found]:
    """Sheet → its failed formulas and hidden rows, in a package with the usual names."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {_plain(name): name for name in archive.namelist()}
        return {
            name: _sheet(archive.read(parts[part]))
            for part, name in _sheets(archive, parts).items()
            if part in parts
        }


def _sheets(archive: zipfile.ZipFile, parts: Mapping[str, str]) -> dict[str, str]:
    """Plain name of a part → the name of its sheet."""
    book, rels = BOOK, _rels_of(BOOK)
    if book not in parts or rels not in parts:
        return {}
    targets = {
        link.get("Id"): _target(book, link.get("Target", ""))
        for link in _parsed(archive.read(parts[rels]))
    }
    found = {}
    for sheet in _parsed(archive.read(parts[book])).iter("{*}sheet"):
        ids = (value for key, value in sheet.attrib.items() if key.endswith("}id"))
        found[targets.get(next(ids, None), "")] = sheet.get("name", "")
    return found


def _sheet(xml: bytes) -> Found:
    found = Found()
    if _HIDDEN.search(xml):
        found.hidden_rows = set(_hidden(xml))
    for cell in _FAILED.finditer(xml):
        if place := _place(cell):
            row, column = int(place[2]) - 1, column_number(place[1]) - 1
            found.failed.append((row, column, _word(cell).decode(errors="replace")))
    return found


def _place(cell: re.Match[bytes]) -> re.Match[bytes] | None:
    return _PLACE.search(b"%s %s" % (cell["before"], cell["after"]))


def _word(cell: re.Match[bytes]) -> bytes:
    value = _VALUE.search(cell["inside"] or b"")
    return value[1].strip() if value else b""


def _hidden(xml: bytes) -> Iterator[int]:
    row = -1
    for tag in _ROW.finditer(xml):
        number = _NUMBER.search(tag[0])
        row = int(number[1]) - 1 if number else row + 1
        if _HIDDEN.search(tag[0]):
            yield row


def column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
