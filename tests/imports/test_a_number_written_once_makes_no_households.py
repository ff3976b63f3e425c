"""Families whose number is written once, in lists that say no relation or only the heads'."""

import io

import lists
import openpyxl
import pytest
from registers import done, send

from jiedui.households.models import Household
from jiedui.imports import actions

pytestmark = pytest.mark.django_db
NAMES = ("李安平", "王秀英", "李小军", "赵铁柱", "孙桂兰")
NUMBERS = (1, None, None, 2, None)
MISSING = "The relation to the head of the household is missing."


def _list(*, sizes=True, relations=None, merged=(), head="姓名"):
    heading = ["村", "户编号", head, "出生日期", "家庭人口"]
    rows = [
        ["柳树村", number, name, f"19{50 + n}-01-02", {1: 3, 2: 2}.get(number) if sizes else None]
        for n, (name, number) in enumerate(zip(NAMES, NUMBERS, strict=True))
    ]
    if relations is not None:
        heading = [*heading, "与户主关系"]
        rows = [[*row, said] for row, said in zip(rows, relations, strict=True)]
    return lists.xlsx([heading, *rows], merged=merged)


def _outcomes(upload):
    return [row.outcome for row in upload.rows.order_by("number")]


@pytest.mark.parametrize("merged", [(), ("B2:B4", "B5:B6")])
@pytest.mark.parametrize("relations", [None, ["户主", None, None, "户主", None]])
def test_members_are_told_to_say_their_relation(office, willow_village, relations, merged):
    upload = send("households", _list(relations=relations, merged=merged), by=office)
    assert not upload.unanswered
    told = upload.flaws.filter(message=MISSING)
    assert sorted(told.values_list("row", flat=True)) == [3, 4, 6]
    assert upload.counts["new"] == 2


@pytest.mark.parametrize("relations", [None, ["户主", None, None, "户主", None]])
def test_where_no_size_decides_the_sender_is_asked(office, willow_village, relations):
    upload = send("households", _list(sizes=False, relations=relations), by=office)
    (question,) = upload.layout_questions
    assert (question["key"], question["rows"]) == ("members", 3)
    upload = done(actions.lay_out(upload, {"members": "above"}, by=office), upload)
    assert upload.counts["new"] == 2
    assert upload.flaws.filter(message=MISSING).count() == 3
    upload = done(actions.lay_out(upload, {"members": "own"}, by=office), upload)
    assert not upload.unanswered
    assert done(actions.apply(upload, by=office), upload).counts["new"] == 5


def test_rows_of_heads_are_households_without_a_question(office, willow_village):
    upload = send("households", _list(sizes=False, head="户主姓名"), by=office)
    assert not upload.layout_questions
    assert upload.counts["new"] == 5


def test_a_size_that_is_not_the_rows_is_told(office, willow_village):
    rows = [
        ["村", "户编号", "姓名", "家庭人口"],
        ["柳树村", 1, "李安平", 5],
        ["柳树村", None, "王秀英", None],
    ]
    upload = send("households", lists.xlsx(rows, merged=["B2:B3"]), by=office)
    assert upload.flaws.filter(field="size", row=2).exists()


@pytest.mark.parametrize("merged", [(), ("B2:B3",)])
def test_a_relation_left_empty_makes_nobody_a_head(office, willow_village, merged):
    rows = [
        ["村", "户编号", "户主姓名", "与户主关系", "出生日期"],
        ["柳树村", "H1", "李安平", "户主", "1950-01-01"],
        ["柳树村", None, "王秀英", "义母", "1951-01-01"],
        ["柳树村", "H2", "赵大山", "户主", "1952-01-01"],
    ]
    upload = send("households", lists.xlsx(rows, merged=merged), by=office)
    upload = done(actions.settle(upload, empty=["relation"], by=office), upload)
    if not merged:
        upload = done(actions.lay_out(upload, {"families": "above"}, by=office), upload)
    done(actions.apply(upload, by=office), upload)
    home = Household.objects.get(number="H1")
    assert Household.objects.count() == 2
    assert dict(home.people.values_list("name", "relation"))["王秀英"] == ""


def _with_hidden(row):
    book = openpyxl.Workbook()
    page = book.active
    for cells in (
        ["村", "户编号", "姓名", "与户主关系", "出生日期"],
        ["柳树村", 1, "李安平", "户主", "1950-01-02"],
        ["柳树村", None, "王秀英", "配偶", "1951-01-02"],
        ["柳树村", 2, "赵大山", "户主", "1952-01-02"],
        ["柳树村", None, "赵小山", "子", "1980-01-02"],
        ["柳树村", None, "孙桂兰", "配偶", "1953-01-02"],
    ):
        page.append(cells)
    page.merge_cells("B2:B3")
    page.merge_cells("B4:B6")
    page.row_dimensions[row].hidden = True
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_merged_number_outlives_its_first_row(office, willow_village):
    upload = send("households", _with_hidden(4), by=office)
    upload = done(actions.lay_out(upload, {"hidden Sheet": "no"}, by=office), upload)
    assert not upload.layout_questions
    told = upload.flaws.filter(message="No row of this household is its head (户主).")
    assert sorted(told.values_list("row", flat=True)) == [5, 6]
    done(actions.apply(upload, by=office), upload)
    assert {person.name for person in Household.objects.get().people.all()} == {"李安平", "王秀英"}
