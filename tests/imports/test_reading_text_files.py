"""Text files as programs and people write them: quotes, line breaks, encodings, other formats."""

import time
from pathlib import Path

import pytest

from jiedui.imports.columns.schemas import HOUSEHOLDS
from jiedui.imports.reading import csv_text
from jiedui.imports.reading.workbook import BadWorkbook, read
from jiedui.imports.tables.parsing import parse

CASES = Path(__file__).parent / "cases"
HEAD = "村,户主,备注\n"


def _parsed(text):
    return parse(read(text.encode()), HOUSEHOLDS)


def test_an_open_quote_is_a_mistake_in_its_line_and_swallows_no_row():
    parsed = parse(read(CASES / "unclosed-quote.csv"), HOUSEHOLDS)
    assert len(parsed.rows) == 300
    assert [m.cell for m in parsed.errors] == ["E51"]
    assert "never closed" in parsed.errors[0].message


def test_a_quote_closed_by_another_rows_quote_swallows_no_row_either():
    parsed = _parsed(HEAD + '柳树村,秦安,"甲\n柳树村,秦和,\n柳树村,秦顺,"乙\n柳树村,秦康,\n')
    assert [row.values["name"] for row in parsed.rows] == ["秦安", "秦和", "秦顺", "秦康"]
    assert [m.cell for m in parsed.errors] == ["C2", "C4"]


def test_an_open_quote_in_a_column_nobody_reads_is_told_as_well():
    parsed = _parsed('村,户主,别的\n柳树村,秦安,"甲\n柳树村,秦和,\n')
    assert [(m.row, "never closed" in m.message) for m in parsed.errors] == [(2, True)]


def test_a_line_break_in_a_cell_is_a_mistake_at_its_place():
    parsed = _parsed(HEAD + '柳树村,秦安,"第一行\n第二行"\n柳树村,秦和,\n')
    assert [row.values["name"] for row in parsed.rows] == ["秦安", "秦和"]
    assert [m.cell for m in parsed.errors] == ["C2"]
    assert "line break" in parsed.errors[0].message


def test_quotes_that_are_closed_are_no_mistake():
    parsed = _parsed(HEAD + '"柳树村","秦安","他说""好"", 行"\n柳树村,秦和,五"寸\n')
    assert [row.values["note"] for row in parsed.rows] == ['他说"好", 行', '五"寸']
    assert parsed.errors == []


@pytest.mark.parametrize("sign", ["\x00", "\x07", "\x1f", "\x7f", "\u202e"])
def test_control_characters_are_mistakes_with_their_place(sign):
    parsed = _parsed(HEAD + f"柳树村,秦{sign}安,\n柳树村,秦和,\n")
    assert [m.cell for m in parsed.errors] == ["B2"]
    assert "control character" in parsed.errors[0].message


def test_big5_is_recognised():
    text = "村,户主,備註\n柳樹村,秦安平,獨居老人需要照顧\n楊槐村,李和順,子女在外務工\n"
    book = read(text.replace("户", "戶").encode("big5"))
    assert book.sheets[0].rows[1] == ["柳樹村", "秦安平", "獨居老人需要照顧"]


def test_gb18030_stays_gb18030():
    book = read(CASES / "low-income-gb18030.csv")
    assert book.sheets[0].rows[2][:3] == ["1", "合运村", "潘建国"]
    assert book.sheets[0].rows[4][2] == "罗𬭎"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"<html><body><table><tr><td>1</td></tr></table></body></html>", "HTML"),
        ("\ufeff<table>".encode("utf-16"), "HTML"),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related", "MHTML"),
        (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>', "Excel 2003"),
        (b'<?xml version="1.0"?><list/>', "is XML"),
    ],
)
def test_what_is_only_named_like_a_spreadsheet_is_called_what_it_is(content, kind):
    with pytest.raises(BadWorkbook, match=kind):
        read(content, name="list.xls")


WIDE = "村,户主姓名,户属性,家庭人口,户编号,联系电话,家庭住址"


def _line(n, *, short=False):
    bare = f"柳树村,李安{chr(0x5E73 + n)},低保户,2,H{n}"
    return bare if short else f"{bare},13900000001,柳树村"


@pytest.mark.parametrize("short", [False, True])
@pytest.mark.parametrize("apart", [1, 2, 6])
@pytest.mark.parametrize("closed", ["低保户", "李安", "H"])
def test_two_stray_quotes_make_one_row_of_no_two_lines(short, apart, closed):
    lines = [_line(n, short=short) for n in range(12)]
    lines[3] = lines[3].replace("村,李", '村,"李', 1)
    row = lines[3 + apart].split(",")
    column = {"李安": 1, "低保户": 2, "H": 4}[closed]
    row[column] += '"'
    lines[3 + apart] = ",".join(row)
    parsed = _parsed("\r\n".join([WIDE, *lines]))
    assert [one.number for one in parsed.rows] == list(range(2, 14))
    assert {m.row for m in parsed.errors} >= {5, 5 + apart}


def test_a_cell_of_several_lines_is_one_row_with_its_mistake():
    text = "\r\n".join([WIDE, _line(0).replace("柳树村,", '"柳树\r\n村",', 1), _line(1)])
    assert len(_parsed(text).rows) == 2


def test_many_open_quotes_take_no_long_time():
    content = (HEAD + '"a,b\n' * 100_000).encode()
    began = time.perf_counter()
    assert len(csv_text.read(content).rows) == 100_001
    assert time.perf_counter() - began < 20
