"""Sending last year's list again does not raise the dead: who left is said, never new."""

from datetime import date

import lists
import pytest
from registers import bring_in, done, everything, home, send, sheet

from jiedui.core import codes
from jiedui.households import actions as households
from jiedui.households.models import Household, Need, Person
from jiedui.imports import actions
from jiedui.orgs import actions as orgs
from jiedui.orgs.models import Member, Organisation, Team
from jiedui.places import actions as places
from jiedui.places.models import Place

pytestmark = pytest.mark.django_db

WITH_IDENTITY = ["村", "户编号", "户主姓名", "证件号码", "与户主关系", "人口数"]


def _family(*rows):
    return lists.xlsx([WITH_IDENTITY, *rows])


def _strike(number, today):
    row = Household.objects.get(number=number)
    Household.objects.filter(pk=row.pk).update(since=date(2024, 1, 1))
    Person.objects.filter(household=row).update(since=date(2024, 1, 1))
    row.refresh_from_db()
    households.strike(row, on=date(2025, 5, 6), reason="household_left", by=None)


def _all_are_asked(upload):
    """Nothing is new or changed; every row says on what day somebody left."""
    assert upload.counts["new"] == upload.counts["changed"] == 0
    for row in upload.rows.all():
        said = f"{row.reason} {row.drafts} {[f.message for f in upload.flaws.all()]}"
        assert "2025-05-06" in said, (row, row.outcome)
    return upload


def test_a_household_that_left_is_not_new_by_name(office, willow_village, today):
    content = sheet(home(number=""))
    bring_in("households", content, by=office)
    _strike(Household.objects.get().number, today)
    upload = _all_are_asked(send("households", content, by=office))
    assert upload.counts["duplicates"] == 1
    before = everything()
    actions.decide(upload, [upload.rows.get().pk], "same", by=office)
    done(actions.apply(upload, by=office), upload)
    assert everything() == before
    upload.refresh_from_db()
    assert upload.rows.get().reason.startswith("李安平 211104100200-0001 left on 2025-05-06")


def test_a_household_that_left_is_not_new_by_identity_or_number(office, willow_village, today):
    row = ["柳树村", "H7", "李安平", lists.identity(1), "户主", 1]
    bring_in("households", _family(row), by=office)
    _strike("H7", today)
    _all_are_asked(send("households", _family(["柳树村", "", "李安萍", *row[3:]]), by=office))
    _all_are_asked(send("households", _family(row), by=office))


def test_somebody_else_of_that_name_can_still_come(office, willow_village, today):
    content = sheet(home(number=""))
    bring_in("households", content, by=office)
    _strike(Household.objects.get().number, today)
    upload = send("households", content, by=office)
    actions.decide(upload, [upload.rows.get().pk], "new", by=office)
    done(actions.apply(upload, by=office), upload)
    assert Household.objects.on_register().count() == 1


def _one_left(office, name, identity=""):
    """A family of three of whom one left."""
    rows = [
        ["柳树村", "H7", "李安平", lists.identity(1), "户主", 3],
        ["柳树村", "H7", "王秀英", "", "配偶", ""],
        ["柳树村", "H7", "李小满", "", "子", ""],
    ]
    bring_in("households", _family(*rows), by=office)
    Person.objects.filter(name=name).update(since=date(2024, 1, 1), ended=date(2025, 5, 6))
    return rows


def test_a_person_who_left_is_not_added_again(office, willow_village):
    rows = _one_left(office, "李小满")
    upload = send("households", _family(*rows), by=office)
    assert (upload.counts["new"], upload.counts["changed"]) == (0, 0)
    row = upload.rows.get(number=4)
    assert row.outcome == "doubtful"
    assert "left on 2025-05-06" in str(row.drafts)


def test_a_dead_head_does_not_come_back_as_head(office, willow_village):
    rows = _one_left(office, "李安平")
    Household.objects.update(head="王秀英")
    Person.objects.filter(name="王秀英").update(relation="head")
    rows = [rows[0], rows[2]]
    upload = send("households", _family(*rows), by=office)
    assert upload.rows.get(number=2).outcome == "doubtful"
    actions.decide(upload, [upload.rows.get(number=2).pk], "same", by=office)
    before = everything()
    done(actions.apply(upload, by=office), upload)
    assert everything() == before
    upload.refresh_from_db()
    assert upload.rows.get(number=3).outcome == "same"  # the others are still found


def test_a_list_of_people_by_number(office, qin_family, today):
    head = ["户编号", "人编号", "姓名", "与户主关系", "性别"]
    row = ["H1", "H1-02", "秦小雨", "孙女", "女"]
    bring_in("people", lists.xlsx([head, row]), by=office)
    Person.objects.update(since=date(2024, 1, 1), ended=date(2025, 5, 6))
    before = everything()
    row[4] = "男"
    upload = send("people", lists.xlsx([head, row]), by=office)
    assert upload.rows.get().reason == "秦小雨 left on 2025-05-06."
    done(actions.apply(upload, by=office), upload)
    assert everything() == before


def test_nothing_is_added_to_a_household_that_left(office, qin_family, today):
    _strike("H1", today)
    people = lists.xlsx([["户编号", "姓名", "与户主关系"], ["H1", "秦小雨", "孙女"]])
    _all_are_asked(send("people", people, by=office))
    needs = lists.xlsx([["户编号", "需求类型", "需求内容"], ["H1", "住房", "修屋顶"]])
    _all_are_asked(send("needs", needs, by=office))


def test_a_need_that_was_met_is_not_raised_again(office, qin_family, today):
    content = lists.xlsx([["户编号", "需求类型", "需求内容"], ["H1", "住房", "修屋顶"]])
    bring_in("needs", content, by=office)
    Need.objects.update(since=date(2025, 1, 1), met_on=date(2025, 5, 6))
    _all_are_asked(send("needs", content, by=office))
    head = ["户编号", "需求类型", "需求内容", "提出时间"]
    later = lists.xlsx([head, ["H1", "住房", "修屋顶", "2026-02-03"]])
    assert send("needs", later, by=office).counts["new"] == 1


def test_members_who_left_by_number_identity_and_name(office, zhou):
    head = ["编号", "姓名", "单位", "身份证号"]
    rows = [["M1", "周明", "农业局机关党支部", lists.identity(1)]]
    bring_in("members", lists.xlsx([head, *rows]), by=office)
    orgs.leave(Member.objects.get(), on=date(2025, 5, 6), reason="retired", by=None)
    for row in ([*rows[0][:3], ""], ["", *rows[0][1:]], ["", "周明", "农业局机关党支部", ""]):
        row = [row[0], row[1], row[2], row[3]]
        before = everything()
        upload = _all_are_asked(send("members", lists.xlsx([head, row]), by=office))
        assert "Left through retirement" in f"{upload.rows.get().reason}{upload.rows.get().drafts}"
        assert everything() == before


def test_a_team_that_was_disbanded_and_who_left_one(office, zhou, he):
    head = ["编号", "队伍名称", "所属组织", "队长", "队员"]
    rows = [["T1", "柳树劝导队", "农业局机关党支部", "周明", "何静"]]
    bring_in("teams", lists.xlsx([head, *rows]), by=office)
    team = Team.objects.get()
    team.places_in.update(since=date(2024, 1, 1))
    orgs.part(team.places_in.get(member=he), on=date(2025, 5, 6), by=None)
    _all_are_asked(send("teams", lists.xlsx([head, *rows]), by=office))
    orgs.disband(team, on=date(2025, 5, 6), by=None)
    _all_are_asked(send("teams", lists.xlsx([head, *rows]), by=office))
    rows[0][0] = ""
    _all_are_asked(send("teams", lists.xlsx([head, *rows]), by=office))


def test_an_organisation_and_a_place_that_ended(office, bureau, willow_village):
    head = ["编号", "名称", "上级"]
    rows = [["U7", "林业局", "盘锦市"]]
    bring_in("organisations", lists.xlsx([head, *rows]), by=office)
    Organisation.objects.filter(number="U7").update(ended=date(2025, 5, 6))
    _all_are_asked(send("organisations", lists.xlsx([head, *rows]), by=office))
    rows[0][0] = ""
    _all_are_asked(send("organisations", lists.xlsx([head, *rows]), by=office))

    head = ["村", "小区", "楼栋"]
    rows = [["柳树村", "柳园", "1号楼"], ["柳树村", "柳园", "2号楼"]]
    bring_in("places", lists.xlsx([head, *rows]), by=office)
    Place.objects.filter(level__in=("building", "estate")).update(since=date(2024, 1, 1))
    for place in Place.objects.filter(level__in=("building", "estate")).order_by("-path"):
        places.close(place, on=date(2025, 5, 6), by=None)
    upload = send("places", lists.xlsx([head, *rows]), by=office)
    assert (upload.counts["new"], upload.counts["doubtful"]) == (0, 1)
    actions.decide(upload, [upload.rows.get(is_doubtful=True).pk], "new", by=office)
    done(actions.apply(upload, by=office), upload)
    assert Place.objects.standing().filter(level="building").count() == 2


@pytest.mark.parametrize("reason", codes.STRIKE_REASON.by_key)
def test_the_reason_of_a_household_is_told_in_words(office, willow_village, reason):
    content = sheet(home(number=""))
    bring_in("households", content, by=office)
    Household.objects.update(since=date(2024, 1, 1))
    Person.objects.update(since=date(2024, 1, 1))
    households.strike(Household.objects.get(), on=date(2025, 5, 6), reason=reason, by=None)
    said = str(send("households", content, by=office).rows.get().drafts)
    assert f"because: {codes.STRIKE_REASON.name(reason)}." in said


def test_the_reason_of_a_person_is_told_in_words(office, willow_village):
    rows = _one_left(office, "李小满")
    Person.objects.filter(name="李小满").update(end_reason="married")
    row = send("households", _family(*rows), by=office).rows.get(number=4)
    assert "because: Married into another household." in str(row.drafts)
