"""A row that is only like somebody who left is asked about, with the day and the reason."""

from datetime import date

import lists
import pytest
from registers import bring_in, done, home, send, sheet

from jiedui.households import actions as households
from jiedui.households.models import Household, Person
from jiedui.imports import actions
from jiedui.orgs import actions as orgs
from jiedui.orgs.models import Member, Team

pytestmark = pytest.mark.django_db

FAMILY = ["村", "户编号", "户主姓名", "出生日期", "与户主关系", "人口数"]


def _asked(upload, *, number=None):
    """The one row in question: asked about, with the day it ended."""
    rows = upload.rows.filter(number=number) if number else upload.rows.all()
    row = rows.get()
    assert row.outcome == "doubtful", (row.outcome, [f.message for f in upload.flaws.all()])
    assert "2025-05-06" in str(row.drafts)
    return row


def _struck(office, name, born="1950-01-02"):
    bring_in("households", sheet(home(name=name, born=born, number="")), by=office)
    Household.objects.update(since=date(2024, 1, 1))
    Person.objects.update(since=date(2024, 1, 1))
    households.strike(
        Household.objects.get(), on=date(2025, 5, 6), reason="household_left", by=None
    )


@pytest.mark.parametrize(
    ("known", "said", "born"),
    [
        ("孙有才", "孙友才", "1950-01-02"),
        ("孙有才", "孙有才", "1950-02-01"),  # month and day swapped
        ("张红军", "张宏军", ""),
        ("欧阳修文", "欧阳文修", "1950-01-02"),
        ("王凤兰", "王鳳蘭", "1950-01-02"),
    ],
)
def test_a_household_like_one_that_left(office, willow_village, known, said, born):
    _struck(office, known)
    upload = send("households", sheet(home(name=said, born=born, number="")), by=office)
    row = _asked(upload)
    actions.decide(upload, [row.pk], "same", by=office)
    done(actions.apply(upload, by=office), upload)
    assert Household.objects.count() == 1
    assert "left on 2025-05-06" in upload.rows.get().reason


def test_it_may_be_somebody_else(office, willow_village):
    _struck(office, "孙有才")
    upload = send("households", sheet(home(name="孙友才", number="")), by=office)
    actions.decide(upload, [_asked(upload).pk], "new", by=office)
    done(actions.apply(upload, by=office), upload)
    assert Household.objects.on_register().get().head == "孙友才"


def test_nobody_is_asked_about_a_stranger(office, willow_village):
    _struck(office, "孙有才")
    for other in (
        home(name="李大山", number=""),
        home(name="孙友才", born="1991-11-20", number=""),
    ):
        assert send("households", sheet(other), by=office).counts["new"] == 1


def test_a_household_elsewhere_like_one_that_left(office, willow_village, other_village):
    _struck(office, "孙有才")
    _asked(send("households", sheet(home("榆树村", name="孙有才", number="")), by=office))


def test_who_left_outside_the_area_is_not_told(lu, office, willow_village):
    _struck(office, "孙有才")
    content = sheet(home("榆树村", name="孙有才", number=""))
    upload = send("households", content, by=lu)
    assert (upload.counts["new"], upload.counts["duplicates"]) == (1, 0)


def _family_of_three(office, *, gone, relation="head"):
    rows = [
        ["柳树村", "H7", "李安平", "1950-01-02", "户主", 3],
        ["柳树村", "H7", "王秀英", "1952-03-04", "配偶", ""],
        ["柳树村", "H7", "李小满", "1980-05-06", "子", ""],
    ]
    bring_in("households", lists.xlsx([FAMILY, *rows]), by=office)
    someone = Person.objects.filter(name=gone)
    someone.update(since=date(2024, 1, 1), ended=date(2025, 5, 6), end_reason="death")
    if gone == "李安平":
        Household.objects.update(head="王秀英")
        Person.objects.filter(name="王秀英").update(relation="head")
    return rows


@pytest.mark.parametrize("said", ["李小曼", "李曉滿"])
def test_a_person_like_one_who_left_the_family(office, willow_village, said):
    rows = _family_of_three(office, gone="李小满")
    rows[2][2] = said
    upload = send("households", lists.xlsx([FAMILY, *rows]), by=office)
    row = _asked(upload, number=4)
    actions.decide(upload, [row.pk], "same", by=office)
    done(actions.apply(upload, by=office), upload)
    assert Person.objects.count() == 3
    people = [["户编号", "姓名", "出生日期", "与户主关系"], ["H7", said, "1980-05-06", "子"]]
    _asked(send("people", lists.xlsx(people), by=office))


@pytest.mark.parametrize("number", ["H7", ""])
@pytest.mark.parametrize("said", ["李安平", "李安萍"])
def test_a_dead_head_written_a_little_otherwise(office, willow_village, number, said):
    row = [*_family_of_three(office, gone="李安平")[0]]
    row[1:3] = [number, said]
    upload = send("households", lists.xlsx([FAMILY, row]), by=office)
    row = _asked(upload)
    actions.decide(upload, [row.pk], "same", by=office)
    done(actions.apply(upload, by=office), upload)
    assert Household.objects.get().head == "王秀英"
    assert Person.objects.filter(ended=None).count() == 2


def test_a_list_of_needs_of_a_dead_head_says_so(office, willow_village):
    _family_of_three(office, gone="李安平")
    head = ["村", "户主姓名", "需求类型", "需求内容"]
    upload = send("needs", lists.xlsx([head, ["柳树村", "李安平", "住房", "修屋顶"]]), by=office)
    assert "left on 2025-05-06" in upload.flaws.get(is_error=True).message


def test_a_member_like_one_who_left(office, zhou):
    orgs.leave(zhou, on=date(2025, 5, 6), reason="retired", by=None)
    head = ["姓名", "单位"]
    upload = send("members", lists.xlsx([head, ["周鸣", "农业局机关党支部"]]), by=office)
    row = _asked(upload)
    assert "Left through retirement" in str(row.drafts)
    actions.decide(upload, [row.pk], "same", by=office)
    done(actions.apply(upload, by=office), upload)
    assert Member.objects.count() == 1


def test_a_team_like_one_that_ended_or_stands(office, zhou):
    head = ["队伍名称", "所属组织"]
    bring_in("teams", lists.xlsx([head, ["柳树劝导队", "农业局机关党支部"]]), by=office)
    like = lists.xlsx([head, ["柳树劝岛队", "农业局机关党支部"]])
    assert send("teams", like, by=office).counts["doubtful"] == 1
    orgs.disband(Team.objects.get(), on=date(2025, 5, 6), by=None)
    _asked(send("teams", like, by=office))
    other = lists.xlsx([head, ["第二劝导队", "农业局机关党支部"]])
    assert send("teams", other, by=office).counts["new"] == 1


def test_a_team_decided_to_be_the_same_keeps_who_is_in_it(office, zhou, he):
    head = ["队伍名称", "所属组织", "队长", "队员"]
    rows = [["柳树劝导队", "农业局机关党支部", "周明", "何静"]]
    bring_in("teams", lists.xlsx([head, *rows]), by=office)
    rows[0][0], rows[0][2:] = "柳树劝岛队", ["何静", "周明"]
    upload = send("teams", lists.xlsx([head, *rows]), by=office)
    actions.decide(upload, [upload.rows.get().pk], "same", by=office)
    done(actions.apply(upload, by=office), upload)
    team = Team.objects.get()
    assert team.name == "柳树劝岛队"
    seats = team.places_in.order_by("member").values_list("member", "is_head", "ended")
    assert list(seats) == [(zhou.pk, False, None), (he.pk, True, None)]
