from datetime import date
from pathlib import Path

import lists
import pytest

from jiedui.imports.parsing import parse
from jiedui.imports.schemas import HOUSEHOLDS, MEMBERS
from jiedui.imports.workbook import BadWorkbook, read


def _fields(parsed, sheet="表1"):
    return {match.letter: match.field for match in parsed.matches[sheet]}


def test_titles_above_and_totals_below_are_no_entries():
    rows = [
        ["大洼区困难户台账"],
        ["填报单位：田家街道", "", "2026年3月"],
        [],
        ["序号", "村", "户主", "家庭人口"],
        [1, "柳树村", "张三", 3],
        [],
        ["", "小计", "", 3],
        ["序号", "村", "户主", "家庭人口"],
        [2, "柳树村", "李四", 2],
        ["合计", "", "", 5],
        ["填报人：王五", "", "审核人：赵六"],
    ]
    parsed = parse(read(lists.xlsx(rows, merged=["A1:D1"])), HOUSEHOLDS)
    assert [(row.number, row.values["name"]) for row in parsed.rows] == [(5, "张三"), (9, "李四")]
    assert parsed.mistakes == []
    reasons = dict(parsed.skipped["表1"])
    assert reasons == {6: "blank", 7: "total", 8: "heading", 10: "total", 11: "remark"}


def test_headings_over_two_rows_are_joined():
    rows = [
        ["结对帮扶台账"],
        ["序号", "行政村", "户主", "", "帮扶责任人", "", ""],
        ["", "", "姓名", "证件号码", "姓名", "单位", "联系电话"],
        [1, "柳树村", "张三", lists.identity(1), "周文清", "水利局", "13900000001"],
    ]
    merged = ["A1:G1", "A2:A3", "B2:B3", "C2:D2", "E2:G2"]
    parsed = parse(read(lists.xlsx(rows, merged=merged)), HOUSEHOLDS)
    assert _fields(parsed) == {
        "A": "order", "B": "village", "C": "name", "D": "identity",
        "E": "helper", "F": "helper_unit", "G": "helper_phone",
    }  # fmt: skip
    assert parsed.rows[0].values["helper_unit"] == "水利局"


def test_a_village_merged_down_belongs_to_every_row_but_a_number_does_not():
    rows = [["村", "户主", "低保金"], ["柳树村", "张三", 300], ["", "李四", ""]]
    parsed = parse(read(lists.xlsx(rows, merged=["A2:A3", "C2:C3"])), HOUSEHOLDS)
    second = parsed.rows[1].values
    assert (second["village"], second["allowance_amount"]) == ("柳树村", None)


def test_sheets_of_explanations_are_passed_over_and_sheets_of_lists_are_joined():
    head = ["村", "户主", "电话", "人口"]
    book = lists.xlsx(
        [head, ["东村", "张三", "", 1]],
        [head, ["西村", "李四", "", 2]],
        说明=[["村", "写全称"], ["电话", "手机"]],
    )
    parsed = parse(read(book), HOUSEHOLDS)
    assert list(parsed.matches) == ["表1", "表2"]
    assert [row.values["village"] for row in parsed.rows] == ["东村", "西村"]


def test_unknown_headings_can_be_put_right_by_hand():
    book = read(lists.xlsx([["甲", "乙"], ["张三", "水利局"]]))
    assert "“Name” was found" in parse(book, MEMBERS).errors[0].message
    parsed = parse(book, MEMBERS, corrections={"表1": {0: "name", 1: "organisation"}})
    assert parsed.rows[0].values == {"name": "张三", "organisation": "水利局"}


def test_remembered_headings_are_used_again_and_a_correction_wins():
    book = read(lists.xlsx([["甲", "乙"], ["张三", "水利局"]]))
    remembered = {"甲": "organisation", "乙": "name"}
    by = [m.by for m in parse(book, MEMBERS, remembered=remembered).matches["表1"]]
    assert by == ["remembered", "remembered"]
    again = parse(book, MEMBERS, remembered=remembered, corrections={"表1": {0: "name"}})
    assert _fields(again) == {"A": "name", "B": None}


def test_numbers_alone_have_no_headings():
    with pytest.raises(BadWorkbook, match="No row of column headings"):
        parse(read(lists.xlsx([[1, 2, 3], [4, 5, 6]])), HOUSEHOLDS)


def test_the_national_column_order_is_known_in_full():
    book = read(lists.xlsx([lists.NATIONAL, *lists.national(3)]))
    matches = parse(book, HOUSEHOLDS).matches["表1"]
    assert [m.heading for m in matches if m.field is None] == []
    assert {m.by for m in matches} == {"exact"}


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("户主姓名（必填）*", "name"),
        ("户 主\n姓 名", "name"),
        ("人均纯收入（元）", "income_per_head"),
        ("家庭人口数(人)", "size"),
        ("户主的姓名", "name"),
        ("Telephone", "phone"),
        ("户主联系电话号码", "phone"),
        ("天气", None),
    ],
)
def test_headings_are_understood_however_they_are_written(heading, field):
    book = read(lists.xlsx([[heading, "村", "地址"], ["张三", "柳树村", "1号"]]))
    assert _fields(parse(book, HOUSEHOLDS))["A"] == field


def test_the_old_excel_format_is_read_with_its_merged_cells_and_dates():
    parsed = parse(read(Path(__file__).with_name("old_format.xls")), HOUSEHOLDS)
    assert [row.values for row in parsed.rows] == [
        {"village": "柳树村", "name": "张三", "birth": date(1958, 3, 12), "size": 3},
        {"village": "柳树村", "name": "李四", "birth": date(1949, 10, 1), "size": 2},
    ]
    assert parsed.mistakes == []


def test_a_heading_with_its_year_is_known_and_of_two_the_later_one_is_taken():
    rows = [
        ["村", "户主", "2024年人均纯收入(元)", "2025年人均纯收入(元)", "2025年工资性收入"],
        ["柳树村", "张三", 1, 2, 3],
    ]
    parsed = parse(read(lists.xlsx(rows)), HOUSEHOLDS)
    assert _fields(parsed) == {
        "A": "village",
        "B": "name",
        "C": None,
        "D": "income_per_head",
        "E": "wage_income",
    }
