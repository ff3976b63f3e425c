"""Workbooks that are hostile or only strange: read, or answered with a sentence."""

import io
import zipfile
from datetime import date

import lists
import openpyxl
import pytest
import xlsxwriter
from django.urls import reverse
from registers import bring_in, home, send, sheet

from jiedui.households.models import Household
from jiedui.imports.columns.schemas import HOUSEHOLDS
from jiedui.imports.models import Upload
from jiedui.imports.reading.workbook import BadWorkbook, Limits, read
from jiedui.imports.tables.parsing import parse

ROWS = [["村", "户主", "出生日期"], ["柳树村", "张三", "1958-03-12"]]


def _with(content: bytes, **parts: bytes) -> bytes:
    """The workbook with some of its parts replaced or added."""
    out = io.BytesIO()
    given = {name.replace("__", "/").replace("_xml", ".xml"): text for name, text in parts.items()}
    with zipfile.ZipFile(io.BytesIO(content)) as sound, zipfile.ZipFile(out, "w") as archive:
        for name in sound.namelist():
            if name not in given:
                archive.writestr(name, sound.read(name))
        for name, text in given.items():
            archive.writestr(name, text)
    return out.getvalue()


def test_entities_of_another_file_are_never_opened(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("topsecret")
    evil = (
        f'<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY x SYSTEM "file://{secret}">]>'
        '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="1">'
        "<si><t>&x;</t></si><si><t>&x;</t></si><si><t>&x;</t></si></sst>"
    )
    content = _with(lists.xlsx(ROWS), xl__sharedStrings_xml=evil.encode())
    try:
        cells = str(read(content).sheets)
    except BadWorkbook as refused:
        cells = str(refused)
    assert "topsecret" not in cells


def test_entities_that_multiply_fill_no_memory():
    lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    evil = (
        f'<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY l0 "lol">{lol}]><sst xmlns='
        '"http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>&l9;</t></si></sst>'
    )
    content = _with(lists.xlsx(ROWS), xl__sharedStrings_xml=evil.encode())
    try:
        assert len(str(read(content).sheets)) < 10_000
    except BadWorkbook as refused:
        assert refused.mend


def test_links_to_other_workbooks_are_left_alone():
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    page = book.add_worksheet("表1")
    for column, text in enumerate(ROWS[0]):
        page.write_string(0, column, text)
    page.write_formula(1, 0, "='[//evil.example/x.xlsx]Sheet1'!A1", None, "柳树村")
    page.write_formula(1, 1, '=WEBSERVICE("http://evil.example")', None, "张三")
    book.close()
    parsed = parse(read(out.getvalue()), HOUSEHOLDS)
    assert parsed.rows[0].values["name"] == "张三"


def test_a_million_rows_with_a_format_only_are_no_entries():
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    page = book.add_worksheet("表1")
    grey = book.add_format({"bg_color": "#eeeeee"})
    for number, row in enumerate(ROWS):
        page.write_row(number, 0, row)
    page.write_blank(1_048_575, 0, None, grey)
    page.set_column(0, 16_383, 12, grey)
    book.close()
    assert len(parse(read(out.getvalue()), HOUSEHOLDS).rows) == 1


def test_sixteen_thousand_columns_are_refused():
    wide = [*ROWS[0], *[f"列{n}" for n in range(16_381)]]
    with pytest.raises(BadWorkbook, match="column 16384"):
        read(lists.xlsx([wide, ROWS[1]]))


def test_the_name_of_a_file_says_nothing_about_it(office, willow_village):
    from pathlib import Path

    old = (Path(__file__).parent / "old_format.xls").read_bytes()
    assert send("households", old, by=office, name="名单.xlsx").state == Upload.State.CHECKED
    assert send("households", sheet(home()), by=office, name="a.xls").counts["new"] == 1
    page = b"<html><body><table><tr><td>1</td></tr></table></body></html>"
    assert "web page" in send("households", page, by=office, name="a.xls").problem


@pytest.mark.parametrize(
    ("encoding", "is_read"),
    [("gbk", True), ("gb18030", True), ("utf-16", True), ("utf-16-le", False)],
)
def test_texts_of_every_encoding_are_read_or_refused(encoding, is_read):
    text = "村,户主\n柳,李文\n".encode(encoding)
    if is_read:
        assert read(text).visible
    else:
        with pytest.raises(BadWorkbook, match="not readable text"):
            read(text)


def test_what_is_mostly_nul_is_no_text():
    with pytest.raises(BadWorkbook, match="not readable text"):
        read(b"a\x00b\x00c\x00d\x00e\x00")


def test_a_workbook_with_hidden_sheets_only_has_no_rows():
    book = openpyxl.Workbook()
    book.active.append(["说明"])
    book.active["A1"].value = None
    hidden = book.create_sheet("藏")
    for row in ROWS:
        hidden.append(row)
    hidden.sheet_state = "veryHidden"
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(BadWorkbook, match="no rows"):
        read(out.getvalue())


def test_everything_merged_into_one_cell_gets_a_sentence():
    content = lists.xlsx([["大洼区困难户台账"], [""], [""]], merged=["A1:Z200"])
    parsed = parse(read(content), HOUSEHOLDS)
    assert parsed.rows == []
    assert "was found" in parsed.errors[0].message


def test_a_formula_that_failed_is_a_mistake_of_its_cell():
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    page = book.add_worksheet("表1")
    for column, text in enumerate(["村", "户主", "人口"]):
        page.write_string(0, column, text)
    page.write_string(1, 0, "柳树村")
    page.write_formula(1, 1, "=X1", None, "张三")
    page.write_formula(1, 2, "=1/0", None, "#DIV/0!")
    page.write_formula(2, 0, "=#REF!", None, "#REF!")
    page.write_string(2, 1, "李四")
    book.close()
    parsed = parse(read(out.getvalue()), HOUSEHOLDS)
    assert {m.cell: "formula" in m.message for m in parsed.errors} == {"C2": True, "A3": True}


@pytest.mark.parametrize("is_1904", [False, True])
def test_days_are_right_in_both_systems_of_counting(is_1904):
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"date_1904": is_1904})
    page = book.add_worksheet("表1")
    for column, text in enumerate(ROWS[0]):
        page.write_string(0, column, text)
    page.write_row(1, 0, ["柳树村", "张三"])
    page.write_datetime(1, 2, date(1958, 3, 12), book.add_format({"num_format": "yyyy-mm-dd"}))
    book.close()
    assert parse(read(out.getvalue()), HOUSEHOLDS).rows[0].values["birth"] == date(1958, 3, 12)


@pytest.mark.django_db
def test_an_identity_number_kept_as_a_number_is_a_clear_mistake(office, willow_village):
    head = ["村", "户主姓名", "证件号码"]
    content = lists.xlsx([head, ["柳树村", "张三", 2.11104195803120e17]])
    flaw = send("households", content, by=office).flaws.get()
    assert (flaw.cell, flaw.is_error) == ("C2", True)
    assert "lost its last digits" in flaw.message


def test_a_file_of_300_megabytes_is_refused_by_its_size_alone(tmp_path):
    path = tmp_path / "huge.xlsx"
    with path.open("wb") as file:
        file.truncate(300 * 2**20)
    with pytest.raises(BadWorkbook, match="300 MB"):
        read(path, limits=Limits())


@pytest.mark.django_db
def test_a_stored_file_that_is_gone_gets_a_sentence(client, office, willow_village):
    upload = send("households", sheet(home()), by=office)
    upload.path.unlink()
    client.force_login(office)
    for step in ("apply", "columns"):
        page = client.post(reverse(f"imports:{step}", args=[upload.pk]), follow=True)
        assert page.status_code in (200, 409)
        assert not Household.objects.exists()
    assert client.get(reverse("imports:annotated", args=[upload.pk])).status_code == 404


@pytest.mark.django_db
def test_a_number_no_database_holds_decides_nothing(client, office, willow_village):
    bring_in("households", sheet(home(number="", name="张红军", born="")), by=office)
    upload = send("households", sheet(home(number="", name="张宏军", born="")), by=office)
    client.force_login(office)
    row, huge = upload.rows.get().pk, "9" * 5000
    answers = {f"row-{row}": f"same:{huge}", f"row-{huge}": "new", "next": huge}
    page = client.post(reverse("imports:doubles", args=[upload.pk]), answers, follow=True)
    assert page.status_code in (200, 400)  # the door refuses so long a name of a field


@pytest.mark.django_db
def test_what_a_register_says_is_never_a_formula_in_a_spreadsheet(office, qin_family):
    from jiedui.households.models import Need
    from jiedui.imports.workbooks import exporting

    said = ["=1+1", "+1", "-1度", "@x"]
    for text in said:
        Need.objects.create(household=qin_family, kind="job", text=text, since=date(2026, 1, 1))
    out = io.BytesIO()
    exporting.write("needs", out, by=None)
    page = openpyxl.load_workbook(io.BytesIO(out.getvalue())).worksheets[0]
    cells = [cell for row in page.iter_rows() for cell in row if cell.value]
    assert {cell.data_type for cell in cells} == {"s"}
    assert not any(str(cell.value).startswith(("=", "+", "-", "@")) for cell in cells)
    upload = send("needs", out.getvalue(), by=office)
    assert upload.counts["same"] == len(said)
