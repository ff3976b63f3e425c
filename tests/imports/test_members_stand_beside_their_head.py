"""Lists of people with a column for the head beside the one for the member."""

import lists
import pytest
from registers import bring_in

from jiedui.households.models import Household
from jiedui.imports.columns.schemas import HOUSEHOLDS
from jiedui.imports.reading.workbook import read
from jiedui.imports.tables.parsing import parse

FAMILY = (("李安平", "户主"), ("王秀英", "老伴儿"), ("李小军", "子"))


def _fields(*headings):
    rows = [headings, ["柳树村"] + ["甲"] * (len(headings) - 1)]
    parsed = parse(read(lists.xlsx(rows), name="a.xlsx"), HOUSEHOLDS)
    return [found.field for found in parsed.matches["表1"]]


@pytest.mark.django_db
@pytest.mark.parametrize("member", ["姓名", "成员姓名", "家庭成员姓名"])
@pytest.mark.parametrize("head", ["户主姓名", "户主"])
def test_every_member_keeps_the_own_name(office, willow_village, head, member):
    rows = [["村", "户编号", head, "家庭人口", member, "与户主关系"]]
    rows += [["柳树村", "H1", "李安平", 3, name, relation] for name, relation in FAMILY]
    bring_in("households", lists.xlsx(rows), by=office)
    home = Household.objects.get()
    assert home.head == "李安平"
    assert set(home.people.values_list("name", flat=True)) == {"王秀英", "李小军"}


def test_headings_over_two_rows_tell_the_head_from_the_members():
    rows = [
        ["基本情况", None, None, "家庭成员", None],
        ["村", "户编号", "户主姓名", "姓名", "与户主关系"],
        ["柳树村", "H1", "李安平", "王秀英", "配偶"],
    ]
    found = parse(read(lists.xlsx(rows, merged=["A1:C1", "D1:E1"]), name="a.xlsx"), HOUSEHOLDS)
    assert [row.values["name"] for row in found.rows] == ["王秀英"]


def test_the_heads_number_is_no_members():
    headings = ("村", "户主姓名", "户主身份证号", "姓名", "与户主关系", "身份证号")
    assert _fields(*headings) == ["village", "head", None, "name", "relation", "identity"]


def test_without_a_relation_the_name_of_the_head_is_the_entrys():
    assert _fields("村", "户主姓名", "姓名", "电话") == ["village", "name", None, "phone"]


@pytest.mark.parametrize("word", ["老伴", "老伴儿", "老婆"])
def test_words_of_the_country_for_a_spouse_are_known(word):
    rows = [["村", "户编号", "姓名", "与户主关系"], ["柳树村", "1", "李安平", "户主"]]
    found = parse(
        read(lists.xlsx([*rows, ["柳树村", "1", "王秀英", word]]), name="a.xlsx"), HOUSEHOLDS
    )
    assert found.rows[1].values["relation"] in ("spouse", "wife")
