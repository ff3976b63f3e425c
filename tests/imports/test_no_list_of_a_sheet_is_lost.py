"""Lists beside each other, lists without headings, headings with strange cells beside them."""

from datetime import date

import lists
import pytest
from django.urls import reverse
from registers import done, send

from jiedui.imports import actions
from jiedui.imports.columns.schemas import HOUSEHOLDS
from jiedui.imports.reading.workbook import read
from jiedui.imports.staging import row_counts
from jiedui.imports.tables.parsing import parse

HEAD = ["村", "户主姓名", "户属性", "家庭人口"]
GIVEN = "平伟芳敏静丽"


def _left(n):
    return ["柳树村", f"李安{GIVEN[n]}", "低保户", 2]


def _right(n):
    return ["榆树村", f"赵大{GIVEN[n]}", "特困户", 1]


def _read(*sheets, **layout):
    return parse(read(lists.xlsx(*sheets), name="a.xlsx"), HOUSEHOLDS, layout=layout)


def _names(parsed):
    return sorted(str(row.values["name"]) for row in parsed.rows)


def test_a_list_beside_another_may_begin_lower():
    rows = [[*HEAD], _left(0), [*_left(1), None, *HEAD]]
    rows += [[*_left(n), None, *_right(n)] for n in (2, 3, 4)]
    parsed = _read(rows)
    assert len(parsed.rows) == 8
    assert [block.area for block in parsed.blocks] == ["A1:D6", "F3:I6"]


def test_a_list_beside_another_may_begin_higher():
    rows = [[*[None] * 5, *HEAD], [*HEAD, None, *_right(0)], [*_left(0), None, *_right(1)]]
    assert len(_read(rows).rows) == 3


def test_a_list_beside_another_may_have_other_words():
    rows = [["低保户名单", *[None] * 4, "脱贫户名单"]]
    rows += [[*HEAD, None, "所在村", "姓名", "户类型", "人数"]]
    rows += [[*_left(n), None, *_right(n)] for n in range(4)]
    assert len(_read(rows).rows) == 8


def test_three_lists_beside_each_other_are_three():
    rows = [[*HEAD], [*_left(0), None, "所在村", "姓名", "人数", None, *HEAD]]
    rows += [[*_left(1), None, "榆树村", "赵大平", 1, None, *_right(1)]]
    assert len(_read(rows).rows) == 4


@pytest.mark.parametrize("who", ["村干部", "网格员", "姓名"])
def test_the_telephones_of_officials_are_no_households(who):
    rows = [[*HEAD, None, who, "电话"]]
    rows += [[*_left(n), None, f"钱三{GIVEN[n]}", f"1390000000{n}"] for n in range(3)]
    parsed = _read(rows)
    assert not any(row.values.get("phone") for row in parsed.rows)
    assert sorted(row.values["name"] for row in parsed.rows) == ["李安伟", "李安平", "李安芳"]
    assert who == "姓名" or [block.is_read for block in parsed.blocks] == [True, False]


@pytest.mark.parametrize(
    ("above", "heading"),
    [
        ([], [*HEAD, "帮扶责任人", "电话"]),
        ([], [*HEAD, None, "帮扶责任人", "联系电话"]),
        ([], [*HEAD, "村干部", "电话"]),
        ([], [*HEAD, "帮扶责任人", "单位", "手机号"]),
        ([*HEAD, "帮扶责任人", None, None], [*[None] * 4, "姓名", "单位", "电话"]),
    ],
)
def test_a_telephone_behind_somebody_else_is_left_to_the_sender(above, heading):
    row = ["13900000001" if "电" in str(h) or "手" in str(h) else "某某" for h in heading]
    parsed = _read([*([above] if above else []), heading, [*_left(0), *row[4:]]])
    (found,) = [one for one in parsed.matches["表1"] if one.by == "others"]
    assert found.samples == ("13900000001",)
    assert not parsed.rows[0].values.get("phone")
    parsed = parse(
        read(lists.xlsx([*([above] if above else []), heading, [*_left(0), *row[4:]]])),
        HOUSEHOLDS,
        corrections={"表1": {found.column: "phone"}},
    )
    assert parsed.rows[0].values["phone"] == "13900000001"


def test_a_telephone_of_the_household_stays_its_own():
    rows = [[*HEAD, "联系电话", "帮扶责任人", "电话"]]
    rows += [[*_left(0), "13900000001", "钱三", "13900000002"]]
    assert _read(rows).rows[0].values["phone"] == "13900000001"


def test_an_empty_column_alone_does_not_divide_a_list():
    rows = [["村", "户主姓名", None, "户属性", "联系电话"]]
    rows += [["柳树村", f"李安{GIVEN[n]}", None, "低保户", f"1390000000{n}"] for n in range(3)]
    parsed = _read(rows)
    assert len(parsed.blocks) == 1
    assert parsed.rows[0].values["phone"] == "13900000000"


def test_a_column_without_a_heading_is_among_the_columns():
    rows = [HEAD, [*_left(0), "东头"], _left(1)]
    (found,) = [one for one in _read(rows).matches["表1"] if one.column == 4]
    assert (found.field, found.samples) == (None, ("东头",))


@pytest.mark.parametrize(
    "cell", [" ", "\u3000", 2025, "2025", date(2025, 1, 1), "-", "2025-01", 3.5]
)
def test_one_strange_cell_beside_headings_refuses_no_file(cell):
    head = ["序号", "村", "户主姓名", "户属性", "家庭人口", "联系电话"]
    rows = [[1, *_left(0), "13900000001"], [2, *_left(1), "13900000002"]]
    parsed = _read([["台账"], [*head, cell], *rows])
    assert _names(parsed) == ["李安伟", "李安平"]
    assert parsed.rows[0].number == 3
    assert _names(_read([[cell, *head], *[["", *row] for row in rows]])) == _names(parsed)


def test_years_as_headings_are_headings():
    rows = [["村", "户主姓名", 2023, 2024, 2025], ["柳树村", "李安平", 1, 2, 3]]
    assert [m.heading for m in _read(rows).matches["表1"]][2:] == ["2023", "2024", "2025"]


@pytest.mark.parametrize(
    "row", [[1, 2, 3, 4], ["1", "2", "3", "4"], ["（1）", "(2)", "(3)", "(4)"], ["甲", "乙", 1, 2]]
)
def test_numbers_of_columns_are_no_entry(row):
    more = [None] if row[0] == "甲" else []
    parsed = _read([[*HEAD, *more, "联系电话"], [*row, *more, 3 if more else 5], _left(0)])
    assert _names(parsed) == ["李安平"]
    assert parsed.skipped["表1"] == [(2, "heading")]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("first", "said"),
    [
        ([["柳树村", "赵大山", "低保户"], ["柳树村", "赵小山", "低保户"]], "yes"),
        ([[1, "柳树村", "赵大山"], [2, "柳树村", "赵小山"]], "yes"),
        ([["柳树村", "赵大山", "低保户"], ["榆树村", "赵小山", "特困户"]], "headless"),
    ],
)
def test_a_sheet_without_headings_keeps_its_first_person(
    client, office, willow_village, first, said
):
    client.force_login(office)
    upload = send("households", lists.xlsx([HEAD, _left(0)], first), by=office)
    page = client.get(reverse("imports:layout", args=[upload.pk])).content.decode()
    assert f'name="read 表2" value="{said}"' in page
    upload = done(actions.lay_out(upload, {"read 表2": said}, by=office), upload)
    fields = {n: "village" if "村" in str(c) else "" for n, c in enumerate(first[0])}
    name = first[0].index("赵大山")
    upload = done(actions.correct(upload, {"表2": fields | {name: "name"}}, by=office), upload)
    rows = upload.rows.filter(sheet="表2")
    told = upload.flaws.filter(sheet="表2", field="village")
    assert {*rows.values_list("number", flat=True), *told.values_list("row", flat=True)} == {1, 2}
    account = next(one for one in row_counts.read(upload.accounts) if one.sheet == "表2")
    assert account.rows == account.accounted_for == 2
