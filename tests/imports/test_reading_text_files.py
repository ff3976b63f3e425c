"""Text files as programs and people write them: quotes, line breaks, encodings, other formats."""

from pathlib import Path

import pytest

from jiedui.imports.parsing import parse
from jiedui.imports.schemas import HOUSEHOLDS
from jiedui.imports.workbook import BadWorkbook, read

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
