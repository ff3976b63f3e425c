from datetime import date
from pathlib import Path

import lists
import pytest

from jiedui.imports.columns.schemas import HOUSEHOLDS, MEMBERS, ORGANISATIONS
from jiedui.imports.reading.workbook import BadWorkbook, read
from jiedui.imports.tables.parsing import parse

CASES = Path(__file__).parent / "cases"


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
        ["", "乡镇长（签字）：", "", "经办人：韦某"],
    ]
    parsed = parse(read(lists.xlsx(rows, merged=["A1:D1"])), HOUSEHOLDS)
    assert [(row.number, row.values["name"]) for row in parsed.rows] == [(5, "张三"), (9, "李四")]
    assert parsed.mistakes == []
    reasons = dict(parsed.skipped["表1"])
    assert reasons == {
        6: "blank",
        7: "total",
        8: "heading",
        10: "total",
        11: "remark",
        12: "remark",
    }


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


def test_a_heading_of_two_rows_keeps_both():
    book = read(CASES / "units-with-villages-in-charge.xlsx")
    fields = _fields(parse(book, ORGANISATIONS), "县直单位")
    assert (fields["B"], fields["C"]) == ("name", "unit_kind")
    assert (fields["E"], fields["F"]) == (None, None)  # villages in charge, not its own place


def test_what_stands_below_a_helper_is_not_the_households():
    rows = [
        ["村", "户主", "家庭情况", "", "包保干部", "", ""],
        ["", "", "联系电话", "人口", "姓名", "联系电话", "出生日期"],
        ["柳树村", "张三", "13900000002", 3, "周文清", "13900000001", "1980-01-02"],
    ]
    merged = ["A1:A2", "B1:B2", "C1:D1", "E1:G1"]
    parsed = parse(read(lists.xlsx(rows, merged=merged)), HOUSEHOLDS)
    assert list(_fields(parsed).values()) == ["village", "name", "phone", "size", None, None, None]


def test_two_lists_beside_each_other_are_both_read():
    parsed = parse(read(CASES / "two-lists-side-by-side.xlsx"), HOUSEHOLDS)
    names = [row.values["name"] for row in parsed.rows]
    assert names == [side + sign for side in "左右" for sign in "甲乙丙丁戊"]
    assert [(b.key, b.area, b.rows) for b in parsed.blocks] == [
        ("Sheet", "A1:D6", 5),
        ("Sheet:E1", "E1:H6", 5),
    ]


def test_a_short_list_beside_a_long_one_is_read_as_well():
    parsed = parse(read(CASES / "two-sheets.xlsx"), HOUSEHOLDS)
    assert [(b.key, b.rows, b.is_read) for b in parsed.blocks] == [
        ("良利", 3, True),
        ("林兰", 30, True),
    ]
    assert len(parsed.rows) == 33


def test_a_list_below_another_has_its_own_headings():
    rows = [
        ["村", "户主", "人口"], ["柳树村", "张三", 3], [], ["二、分散供养"],
        ["户主", "村", "电话", "人口"], ["李四", "柳树村", "13900000002", 2],
    ]  # fmt: skip
    parsed = parse(read(lists.xlsx(rows)), HOUSEHOLDS)
    assert [(r.sheet, r.number, r.values["name"], r.values["size"]) for r in parsed.rows] == [
        ("表1", 2, "张三", 3),
        ("表1:A3", 6, "李四", 2),
    ]


def test_what_is_left_out_has_its_reason_and_can_be_read_all_the_same():
    head = ["村", "户主", "电话", "人口"]
    notes = [["村", "写全称"], ["电话", "手机"]]
    book = read(lists.xlsx([head, ["东村", "张三", "", 1]], 说明=notes, 空白=[[]], 图=[[5]]))
    parsed = parse(book, HOUSEHOLDS)
    assert [(b.key, b.is_read, b.reason) for b in parsed.blocks] == [
        ("表1", True, ""),
        ("说明", False, "few_headings"),
        ("图", False, "few_headings"),
    ]
    said = parse(book, HOUSEHOLDS, layout={"read 说明": "yes", "read 表1": "no"})
    assert [(b.key, b.is_read, b.reason) for b in said.blocks][:2] == [
        ("表1", False, "chosen"),
        ("说明", True, ""),
    ]
