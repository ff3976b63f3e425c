"""Packages and old files of other writers: failed formulas, hidden rows, odd names of parts."""

import io
import zipfile
from pathlib import Path

import lists
import openpyxl
import pytest

from jiedui.imports.columns.schemas import HOUSEHOLDS
from jiedui.imports.reading.workbook import BadWorkbook, read
from jiedui.imports.tables.parsing import parse

CASES = Path(__file__).parent / "cases"
ROWS = [
    ["村", "户主", "家庭人口"],
    ["柳树村", "秦安", 3],
    ["柳树村", "秦和", 2],
    ["柳树村", "秦顺", 1],
]


def _renamed(change, *, inside=None):
    """A sound workbook whose parts are called otherwise."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(lists.xlsx(ROWS))) as sound, zipfile.ZipFile(out, "w") as odd:
        for name in sound.namelist():
            part = sound.read(name)
            for old, new in (inside or {}).items():
                part = part.replace(old, new)
            odd.writestr(change(name), part)
    return out.getvalue()


@pytest.mark.parametrize("name", ["err_src.xlsx", "err_src.xls", "err_src.ods"])
def test_failed_formulas_are_mistakes_in_every_format(name):
    parsed = parse(read(CASES / name), HOUSEHOLDS)
    found = [(m.cell, m.value) for m in parsed.errors]
    assert found == [("G2", "#DIV/0!"), ("H2", "#N/A"), ("H3", "#NAME?"), ("H4", "#REF!")]


@pytest.mark.parametrize(
    "content",
    [
        _renamed(lambda name: name.replace("/", "\\")),
        _renamed(lambda name: name.upper() if name.startswith("xl/w") else name),
        _renamed(
            lambda name: name.replace("xl/worksheets/sheet1", "xl/blätter/eins"),
            inside={b"worksheets/sheet1.xml": "blätter/eins.xml".encode()},
        ),
        _renamed(
            lambda name: name.replace("xl/", "book/").replace("workbook.xml", "wb.xml"),
            inside={b"xl/workbook.xml": b"book/wb.xml", b"/xl/": b"/book/"},
        ),
    ],
    ids=["backslashes", "capitals", "other folder of sheets", "other folder of everything"],
)
def test_parts_with_unusual_names_are_read(content):
    parsed = parse(read(content), HOUSEHOLDS)
    assert [row.values["name"] for row in parsed.rows] == ["秦安", "秦和", "秦顺"]


def test_hidden_rows_are_read_and_said_and_can_be_left_out():
    book = openpyxl.load_workbook(io.BytesIO(lists.xlsx(ROWS)))
    book.worksheets[0].row_dimensions[3].hidden = True
    out = io.BytesIO()
    book.save(out)
    sheet = read(out.getvalue())
    parsed = parse(sheet, HOUSEHOLDS)
    assert [row.values["name"] for row in parsed.rows] == ["秦安", "秦和", "秦顺"]
    assert parsed.blocks[0].hidden_rows == 1
    assert [(m.row, m.severity) for m in parsed.mistakes] == [(3, "warning")]
    said = parse(sheet, HOUSEHOLDS, layout={"hidden 表1": "no"})
    assert [row.values["name"] for row in said.rows] == ["秦安", "秦顺"]
    assert said.blocks[0].skipped == {"hidden": 1}


def test_merged_cells_of_an_open_document_are_merged():
    table = (
        "<table:table-row>"
        '<table:table-cell table:number-rows-spanned="2" office:value-type="string">'
        '<text:p>柳树村</text:p></table:table-cell><table:table-cell office:value-type="string">'
        "<text:p>秦安</text:p></table:table-cell></table:table-row>"
        '<table:table-row><table:covered-table-cell/><table:table-cell office:value-type="string">'
        "<text:p>秦和</text:p></table:table-cell></table:table-row>"
        '<table:table-row table:visibility="collapse"><table:table-cell office:value-type="string">'
        '<text:p>杨村</text:p></table:table-cell><table:table-cell office:value-type="string">'
        "<text:p>秦顺</text:p></table:table-cell></table:table-row>"
    )
    parsed = parse(read(_ods(table)), HOUSEHOLDS)
    found = [(row.values["village"], row.values["name"]) for row in parsed.rows]
    assert found == [("柳树村", "秦安"), ("柳树村", "秦和"), ("杨村", "秦顺")]
    assert parsed.blocks[0].hidden_rows == 1


def _ods(rows):
    names = {"table": "table", "office": "office", "text": "text"}
    spaces = " ".join(
        f'xmlns:{key}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for key, name in names.items()
    )
    head = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'
        for text in ("村", "户主")
    )
    content = (
        f'<?xml version="1.0"?><office:document-content {spaces}><office:body>'
        f'<office:spreadsheet><table:table table:name="S"><table:table-row>{head}'
        f"</table:table-row>{rows}</table:table></office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr("content.xml", content)
        packed.writestr("META-INF/manifest.xml", _MANIFEST)
    return out.getvalue()


_MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml">{}'
    "</manifest:file-entry></manifest:manifest>"
).format


_MANIFEST, _LOCKED = _MANIFEST(""), _MANIFEST("<manifest:encryption-data/>")


def test_a_protected_open_document_is_called_protected():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr("content.xml", b"\x93\x01\x02 nothing anybody can read")
        packed.writestr("META-INF/manifest.xml", _LOCKED)
    with pytest.raises(BadWorkbook, match="protected by a password"):
        read(out.getvalue())


def test_a_protected_old_workbook_is_called_protected():
    content = (CASES / "err_src.xls").read_bytes()
    start = content.index(bytes.fromhex("09081000"))  # the first record of the workbook
    after = start + 20
    locked = content[:after] + bytes.fromhex("2f00") + content[after + 2 :]
    with pytest.raises(BadWorkbook, match="protected by a password"):
        read(locked)


def test_a_merge_listed_twice_breaks_nothing():
    content = lists.xlsx(ROWS, merged=["A2:A3"])
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as sound, zipfile.ZipFile(out, "w") as odd:
        for name in sound.namelist():
            part = sound.read(name).replace(
                b'<mergeCell ref="A2:A3"/>',
                b'<mergeCell ref="A2:A3"/><mergeCell ref="A2:A3"/><mergeCell ref="A3:A4"/>',
            )
            odd.writestr(name, part)
    assert read(out.getvalue()).sheets[0].merged == [((1, 0), (2, 0))]


def test_a_heading_that_is_only_an_apostrophe_breaks_nothing():
    for head in (["'", "村", "户主"], ["'", "'", "'"], ["'"]):
        book = read(lists.xlsx([head, ["1", "柳树村", "秦安"]]))
        try:
            parse(book, HOUSEHOLDS)
        except BadWorkbook as bad:
            assert "No row of column headings" in str(bad)
