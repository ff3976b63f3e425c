"""A formula that failed is a mistake at its cell, whatever program saved it and in what format."""

import io
import struct
import zipfile
from contextlib import suppress
from pathlib import Path

import lists
import pytest
from registers import HEAD, bring_in, home

from jiedui.households.models import Household
from jiedui.imports.columns.schemas import HOUSEHOLDS
from jiedui.imports.reading.workbook import BadWorkbook, read
from jiedui.imports.tables.parsing import parse

CASES = Path(__file__).parent / "cases"
ROWS = [["村", "户主", "家庭人口"], ["柳树村", "秦安", 3], ["柳树村", "秦和", 2]]


def _packed(sound, **parts):
    """The package with the parts whose names end so changed by a function."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(sound)) as archive, zipfile.ZipFile(out, "w") as packed:
        for name in archive.namelist():
            part = archive.read(name)
            for end, change in parts.items():
                part = change(part) if name.replace(".", "_").endswith(end) else part
            packed.writestr(name, part)
    return out.getvalue()


def _with_cell(xml):
    sound = b'<c r="C2"><v>3</v></c>'
    assert sound in _part(lists.xlsx(ROWS))
    return _packed(lists.xlsx(ROWS), sheet1_xml=lambda part: part.replace(sound, xml))


def _part(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read("xl/worksheets/sheet1.xml")


def _mistakes(content):
    parsed = parse(read(content), HOUSEHOLDS)
    return [(m.cell, m.value) for m in parsed.errors if "formula" in m.message]


@pytest.mark.parametrize(
    ("xml", "word"),
    [
        (b'<c r="C2" t="e"><f>A1.B</f><v>#FIELD!</v></c>', "#FIELD!"),
        (b'<c r="C2" t="e"><v>#BUSY!</v></c>', "#BUSY!"),
        (b"<c t='e' r='C2'><v>#TOMORROW!</v></c>", "#VALUE!"),
        (b'<c r="C2" t="e"><v>#SPILL!</v></c>', "#SPILL!"),
        (b'<c r="C2" t="e"/>', "#VALUE!"),
        (b'<c r="C2" t="e"></c>', "#VALUE!"),
        (b'<c t="e"><v>#N/A</v></c>', "#N/A"),
        (b'<c t="e"/>', "#VALUE!"),
    ],
)
def test_any_word_of_a_failed_formula_is_a_mistake_at_its_cell(xml, word):
    assert _mistakes(_with_cell(xml)) == [("C2", word)]


def test_a_failed_cell_without_a_word_takes_none_from_the_next():
    content = _with_cell(b'<c r="C2" t="e"/><c r="D2"><v>9</v></c>')
    assert read(content).sheets[0].rows[1][2:] == ["#VALUE!", 9.0]


def _record(kind, data=b""):
    number = [kind] if kind < 128 else [kind & 127 | 128, kind >> 7]
    return bytes([*number, len(data)]) + data


def _binary(rows, *, hidden=(), merged=()):
    """An .xlsb of texts, numbers and, as bytes, codes of errors."""
    part = _record(129) + _record(148, struct.pack("<4I", 0, len(rows) - 1, 0, 9)) + _record(145)
    for row, cells in enumerate(rows):
        flags = bytes([0, 0x10 if row in hidden else 0, 0])
        part += _record(0, struct.pack("<IIH", row, 0, 300) + flags + bytes(4))
        for column, cell in enumerate(cells):
            place = struct.pack("<II", column, 0)
            if isinstance(cell, bytes):
                part += _record(3, place + cell) if column % 2 else _record(11, place + cell * 11)
            elif isinstance(cell, int):
                part += _record(5, place + struct.pack("<d", cell))
            elif cell:
                text = struct.pack("<I", len(cell)) + cell.encode("utf-16-le")
                part += _record(6, place + text)
    part += _record(146) + b"".join(_record(176, struct.pack("<4I", *one)) for one in merged)
    part += _record(130)
    return _packed((CASES / "xlsb_far.xlsb").read_bytes(), sheet1_bin=lambda _far: part)


def test_a_binary_workbook_tells_its_failed_formulas_and_hidden_rows():
    rows = [ROWS[0], ["柳树村", b"\x2a", b"\x07"], *ROWS[1:], ["柳树村", "秦顺", 1]]
    content = _binary(rows, hidden=[3])
    assert _mistakes(content) == [("B2", "#N/A"), ("C2", "#DIV/0!")]
    parsed = parse(read(content), HOUSEHOLDS)
    assert [(m.row, m.column) for m in parsed.warnings] == [(4, "")]


def test_merged_cells_of_a_binary_workbook_are_merged():
    content = _binary([ROWS[0], ROWS[1], ["", "秦和", 2]], merged=[(1, 2, 0, 0)])
    assert [row.values["village"] for row in parse(read(content), HOUSEHOLDS).rows] == [
        "柳树村",
        "柳树村",
    ]


@pytest.mark.parametrize("cut", [1, 60, 200, 300])
def test_a_binary_workbook_cut_short_is_read_or_refused(cut):
    short = _packed(_binary(ROWS), sheet1_bin=lambda part: part[:cut])
    with suppress(BadWorkbook):
        assert read(short).sheets


def test_failed_cells_of_an_open_document_are_mistakes_wherever_they_are_repeated():
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("table", "office", "text")
    )
    calc = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"
    cell = '<table:table-cell office:value-type="string"{}><text:p>{}</text:p></table:table-cell>'
    failed = ' table:number-columns-repeated="2" calcext:value-type="error"'
    rows = [
        [cell.format("", text) for text in ("村", "户主", "家庭人口", "户编号")],
        [*(cell.format("", text) for text in ("柳树村", "秦安")), cell.format(failed, "错误：502")],
    ]
    table = "".join(f"<table:table-row>{''.join(row)}</table:table-row>" for row in rows)
    content = (
        f'<office:document-content {names} xmlns:calcext="{calc}"><office:body><office:spreadsheet>'
        f'<table:table table:name="S">{table}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    packed = _packed((CASES / "err_src.ods").read_bytes(), content_xml=lambda _: content.encode())
    assert _mistakes(packed) == [("C2", "#VALUE!"), ("D2", "#VALUE!")]


@pytest.mark.django_db
def test_a_failed_formula_of_libreoffice_is_nobodys_name(office, willow_village):
    rows = [HEAD, home(), home(name="Err:502", number="H8")]
    upload = bring_in("households", lists.xlsx(rows), by=office)
    assert upload.flaws.filter(is_error=True).count() == 1
    assert list(Household.objects.values_list("head", flat=True)) == ["李安平"]
