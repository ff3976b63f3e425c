from datetime import date

import lists
import pytest

from jiedui.imports.columns.schemas import HOUSEHOLDS, PEOPLE
from jiedui.imports.reading.workbook import read
from jiedui.imports.tables.parsing import parse

UNLIKELY = ["户类型", "饮水安全", "在校生状况", "务工时间"]
TODAY = date(2026, 6, 1)


def _parsed(rows, schema=HOUSEHOLDS):
    return parse(read(lists.xlsx(rows)), schema, today=TODAY)


def _said(parsed):
    return {(mistake.cell, mistake.severity): mistake.message for mistake in parsed.mistakes}


def test_all_mistakes_are_named_at_once_with_their_cells():
    parsed = _parsed([
        ["村", "户主", "人口", "致贫原因"],
        ["柳树村", "张三", "几口人", "因懒"],
        ["", "李四", 2, "因病"],
        ["柳树村", "王五", 2, "因病"],
    ])  # fmt: skip
    assert [(m.cell, m.field) for m in parsed.errors] == [
        ("C2", "size"),
        ("D2", "cause"),
        ("A3", "village"),
    ]
    assert all(mistake.message and mistake.mend for mistake in parsed.mistakes)
    assert [row.values["name"] for row in parsed.good_rows] == ["王五"]


def test_a_list_without_a_required_column_says_which():
    parsed = _parsed([["户主", "电话", "人口"], ["张三", "", 1]])
    (mistake,) = parsed.errors
    assert (mistake.field, mistake.row, mistake.column) == ("village", 1, "")


def test_one_identity_number_in_two_households_is_a_warning_at_the_second():
    number = lists.identity(5)
    parsed = _parsed([
        ["户编号", "村", "户主", "身份证号"],
        ["H1", "柳树村", "张三", number],
        ["H2", "柳树村", "李四", number],
    ])  # fmt: skip
    assert "another household (row 2)" in _said(parsed)["D3", "warning"]
    assert len(parsed.good_rows) == 2


def test_two_heads_under_one_household_number_are_doubtful():
    parsed = _parsed([["户编号", "村", "户主"], ["H1", "柳树村", "张三"], ["H1", "柳树村", "李四"]])
    assert "another head (row 2)" in _said(parsed)["A3", "warning"]


def test_birth_and_gender_must_agree_with_the_number():
    parsed = _parsed([
        ["村", "户主", "身份证号", "性别", "出生日期"],
        ["柳树村", "张三", lists.identity(1, birth="19580312"), "女", "1959-03-12"],
    ])  # fmt: skip
    assert {cell for cell, _severity in _said(parsed)} == {"D2", "E2"}


@pytest.mark.parametrize(
    ("written", "born", "is_doubtful"),
    [
        ("195803", date(1958, 3, 12), False),
        ("1958年3月", date(1958, 3, 12), False),
        ("1958", date(1958, 3, 12), False),
        ("1958-03-12", date(1958, 3, 12), False),
        ("1958-03-15", date(1958, 3, 15), True),
        ("195804", date(1958, 4, 1), True),
        ("1959", date(1959, 1, 1), True),
    ],
)
def test_the_number_tells_the_day_of_a_birth_it_agrees_with(written, born, is_doubtful):
    parsed = _parsed([
        ["村", "户主", "身份证号", "出生日期"],
        ["柳树村", "张三", lists.identity(1, birth="19580312"), written],
    ])  # fmt: skip
    assert (parsed.rows[0].values["birth"], type(parsed.rows[0].values["birth"])) == (born, date)
    assert bool(parsed.mistakes) == is_doubtful
    assert not parsed.rows[0].derived & {"birth"}


def test_a_month_of_birth_without_a_sound_number_stays_its_first_day_and_a_doubt():
    sound = lists.identity(1, birth="19580312")
    wrong = sound[:17] + ("1" if sound[17] != "1" else "2")
    parsed = _parsed([
        ["村", "户主", "身份证号", "出生日期"],
        ["柳树村", "张三", wrong, "195803"],
        ["柳树村", "李四", "", "1958"],
    ])  # fmt: skip
    assert [row.values["birth"] for row in parsed.rows] == [date(1958, 3, 1), date(1958, 1, 1)]
    assert {("D2", "warning"), ("D3", "warning")} <= set(_said(parsed))


def test_unlikely_rows_are_warned_of():
    parsed = _parsed([
        ["村", "户主", "出生日期", "公益岗位", "工资性收入", *UNLIKELY],
        ["柳树村", "张三", "1950-01-01", "是", 55, "脱贫户", "否", "初中", 3],
        ["柳树村", "李四", "1990-01-01", "是", 5500, "脱贫户", "是", "非在校生", 3],
    ])  # fmt: skip
    assert {cell for cell, _severity in _said(parsed)} == {"D2", "E2", "G2", "I2"}


def test_monitored_households_are_checked_as_the_national_rules_do():
    parsed = _parsed([
        ["村", "户主", "监测对象类别", "风险识别时间", "风险消除时间", "消除方式", "人均纯收入"],
        ["柳树村", "张三", "边缘易致贫户", "", "", "", ""],
        ["柳树村", "李四", "边缘易致贫户", "202601", "202602", "帮扶消除", 25000],
        ["柳树村", "王五", "边缘易致贫户", "202506", "202605", "自然消除", 8000],
        ["柳树村", "赵六", "", "202506", "", "", 8000],
    ])  # fmt: skip
    assert {cell for cell, _severity in _said(parsed)} == {"D2", "G2", "E3", "G3", "C5"}


def test_a_list_of_persons_is_counted_against_the_size_of_the_household():
    parsed = _parsed([
        ["户编号", "村", "姓名", "与户主关系", "人数"],
        ["H1", "柳树村", "张三", "户主", 3],
        ["H1", "柳树村", "李芳", "配偶", 3],
        ["H2", "柳树村", "王五", "户主", 1],
    ])  # fmt: skip
    assert list(_said(parsed)) == [("E2", "warning")]


def test_people_need_a_name_and_a_relation():
    parsed = _parsed([["户主姓名", "姓名", "与户主关系"], ["张三", "", "子"]], PEOPLE)
    assert [m.field for m in parsed.errors] == ["name"]
