"""A list is a door like any other: days that a page refuses are mistakes of their row."""

from datetime import date, timedelta

import lists
import pytest
from registers import bring_in, done, home, send, sheet

from jiedui.core.refusals import Refused
from jiedui.households import actions as households
from jiedui.households.models import Household, Income, Person
from jiedui.imports import actions
from jiedui.imports.models import Flaw
from jiedui.orgs import actions as orgs
from jiedui.orgs.models import Member, Organisation, TeamMember
from jiedui.places import actions as places

pytestmark = pytest.mark.django_db
FUTURE = "This day lies in the future."
ORDER = "It cannot end before it began, on 1 Jan 2020."
BORN = "Nobody lives in a household before the day of birth."


def told(upload):
    """Row, column and sentence of every mistake."""
    rows = Flaw.objects.filter(upload=upload, is_error=True).order_by("row", "pk")
    return list(rows.values_list("row", "field", "message"))


@pytest.fixture
def soon(today):
    return (today + timedelta(days=3)).isoformat()


def people(family, *rows):
    head = ["户编号", "姓名", "与户主关系", "出生日期", "纳入时间", "减少时间"]
    return lists.xlsx([head, *([family.number, *row] for row in rows)])


def test_people(office, qin_family, soon):
    data = people(
        qin_family,
        ["秦一", "子", soon, "", ""],
        ["秦二", "子", "2020-01-01", soon, ""],
        ["秦三", "子", "2020-01-01", "2019-01-01", ""],
        ["秦四", "子", "2019-01-01", "2020-01-01", "2019-06-01"],
        ["秦五", "子", "2020-01-01", "2021-01-01", soon],
        ["秦六", "子", "2020-01-01", "", ""],
    )
    upload = send("people", data, by=office)
    assert told(upload) == [
        (2, "birth", FUTURE),
        (3, "since", FUTURE),
        (4, "since", BORN),
        (5, "ended", ORDER),
        (6, "ended", FUTURE),
    ]
    assert (upload.counts["bad"], upload.counts["new"]) == (5, 1)
    for born, since, sentence in (
        (date.fromisoformat(soon), date(2020, 1, 1), FUTURE),
        (date(2020, 1, 1), date(2019, 1, 1), BORN),
    ):
        values = {"name": "秦七", "relation": "son", "born": born, "since": since}
        with pytest.raises(Refused, match=sentence):
            households.add_person(qin_family, values, by=office)


def test_a_child_is_listed_since_its_birth_where_its_household_is_older(office, willow_village):
    head = ["村", "户编号", "姓名", "户主姓名", "与户主关系", "出生日期", "户属性", "纳入时间"]
    rows = [
        ["柳树村", "H7", "李安平", "李安平", "户主", "1950-01-02", "低保户", "2014-06-01"],
        ["柳树村", "H7", "李小平", "李安平", "孙子", "2020-03-04", "低保户", "2014-06-01"],
    ]
    upload = bring_in("households", lists.xlsx([head, *rows]), by=office)
    assert upload.counts["new"] == 2
    assert Household.objects.get(number="H7").since == date(2014, 6, 1)
    listed = dict(Person.objects.filter(household__number="H7").values_list("name", "since"))
    assert listed == {"李安平": date(2014, 6, 1), "李小平": date(2020, 3, 4)}


def test_households_and_incomes(office, willow_village, soon, today):
    head = ["村", "户编号", "户主姓名", "户属性", "纳入时间", "工资性收入", "收入年度"]
    rows = [
        ["柳树村", "H7", "李安平", "低保户", soon, "", ""],
        ["柳树村", "H8", "王安平", "低保户", "2014-06-01", "100", today.year + 1],
        ["柳树村", "H9", "赵安平", "低保户", "2014-06-01", "100", today.year],
    ]
    upload = bring_in("households", lists.xlsx([head, *rows]), by=office)
    assert told(upload) == [
        (2, "since", FUTURE),
        (3, "income_year", "This year has not begun yet."),
    ]
    assert list(Income.objects.values_list("household__number", "year")) == [("H9", today.year)]
    assert not Household.objects.filter(number__in=["H7", "H8"]).exists()


def test_needs(office, qin_family, soon):
    head = ["户编号", "需求类型", "需求内容", "提出时间", "解决日期"]
    number = qin_family.number
    rows = [
        [number, "看病", "药", soon, ""],
        [number, "看病", "床", "1998-01-01", ""],
        [number, "看病", "车", "2026-03-01", "2026-02-01"],
        [number, "看病", "椅", "2026-03-01", "2026-03-02"],
    ]
    upload = send("needs", lists.xlsx([head, *rows]), by=office)
    assert [(row, field) for row, field, _sentence in told(upload)] == [
        (2, "raised_on"),
        (3, "raised_on"),
        (4, "met_on"),
    ]
    assert upload.counts["new"] == 1


def test_organisations_members_and_teams(office, bureau, branch, soon):
    head = ["组织名称", "上级组织", "成立时间", "撤销时间"]
    rows = [["甲支部", bureau.name, soon, ""], ["乙支部", bureau.name, "2020-01-01", "2019-01-01"]]
    upload = send("organisations", lists.xlsx([head, *rows]), by=office)
    assert told(upload) == [(2, "since", FUTURE), (3, "ended", ORDER)]
    head = ["姓名", "所在组织", "入党日期", "任职时间", "离任时间"]
    rows = [
        ["甲一", branch.name, soon, "", ""],
        ["乙二", branch.name, "", soon, ""],
        ["丙三", branch.name, "", "2020-01-01", soon],
    ]
    upload = send("members", lists.xlsx([head, *rows]), by=office)
    assert told(upload) == [(2, "joined", FUTURE), (3, "since", FUTURE), (4, "ended", FUTURE)]
    head = ["队伍名称", "所属组织", "成立时间", "解散时间"]
    rows = [["甲队", bureau.name, soon, ""], ["乙队", bureau.name, "2020-01-01", "2019-01-01"]]
    upload = send("teams", lists.xlsx([head, *rows]), by=office)
    assert told(upload) == [(2, "since", FUTURE), (3, "ended", ORDER)]


def test_what_was_wrong_before_is_not_the_mistake_of_a_list(office, qin_family):
    head = ["户编号", "姓名", "与户主关系", "出生日期", "文化程度"]
    values = {"name": "秦一", "relation": "son", "since": date(2021, 1, 1)}
    child = households.add_person(qin_family, values, by=office)
    Person.objects.filter(pk=child.pk).update(born=date(2023, 1, 1))
    row = [qin_family.number, "秦一", "子", "2023-01-01", "小学"]
    upload = bring_in("people", lists.xlsx([head, row]), by=office)
    assert told(upload) == []
    child.refresh_from_db()
    assert child.education == "primary"
    row = [qin_family.number, "秦一", "子", "2024-01-01", "小学"]
    assert told(send("people", lists.xlsx([head, row]), by=office)) == [(2, "birth", BORN)]
    # Nor is it a mistake of a page.
    households.amend_person(child, {"education": "junior"}, by=office)
    with pytest.raises(Refused, match=BORN):
        households.amend_person(child, {"since": date(2022, 1, 1)}, by=office)


def test_nobody_sits_in_a_team_before_they_serve(office, bureau, branch):
    values = {"name": "何新", "number": "M77", "organisation": branch, "since": date(2024, 5, 1)}
    member = orgs.enrol(values, by=office)
    head = ["队伍名称", "所属组织", "成立时间", "队员"]
    row = ["甲队", bureau.name, "2020-01-01", "何新"]
    bring_in("teams", lists.xlsx([head, row]), by=office)
    assert TeamMember.objects.get(member=member).since == date(2024, 5, 1)


def test_a_list_of_teams_says_of_whom_it_names_that_they_left(office, bureau, branch):
    since = date(2020, 1, 1)
    for number, name in (("M77", "何新"), ("M78", "何旧")):
        values = {"name": name, "number": number, "organisation": branch, "since": since}
        orgs.enrol(values, by=office)
    gone = Member.objects.get(number="M78")
    orgs.leave(gone, on=date(2024, 5, 1), reason="retirement", by=office)
    head = ["队伍名称", "所属组织", "队长", "队员"]
    for leader, members in (("何旧", "何新"), ("何新", "何新、何旧"), ("M78", "何新")):
        row = [f"队{leader}{members}", bureau.name, leader, members]
        upload = bring_in("teams", lists.xlsx([head, row]), by=office)
        [said] = Flaw.objects.filter(upload=upload).values_list("message", flat=True)
        assert said.startswith("何旧 left on 2024-05-01 because: ")
    assert TeamMember.objects.count() == 3
    assert not TeamMember.objects.filter(member=gone).exists()


def test_who_has_left_joins_no_team(office, bureau, branch):
    team = orgs.form_team(
        {"name": "甲队", "number": "T1", "kind": "volunteers", "organisation": bureau}, by=office
    )
    head = ["姓名", "所在组织", "任职时间", "离任时间", "志愿服务队"]
    row = ["何旧", branch.name, "2020-01-01", "2021-01-01", team.name]
    bring_in("members", lists.xlsx([head, row]), by=office)
    assert Member.objects.get(name="何旧").ended == date(2021, 1, 1)
    assert not TeamMember.objects.exists()


def test_a_place_that_ends_while_a_list_waits_takes_nobody_in(office, willow_village, today):
    upload = send("households", sheet(home()), by=office)
    places.close(willow_village, on=today, by=office)
    with pytest.raises(Refused):
        done(actions.apply(upload, by=office), upload)
    assert not Household.objects.filter(number="H7").exists()


def test_a_list_of_teams_of_today_keeps_nobody_from_leaving(office, zhou, bureau, today):
    head = ["队伍名称", "所属组织", "队员"]
    bring_in("teams", lists.xlsx([head, ["甲队", bureau.name, zhou.name]]), by=office)
    orgs.leave(zhou, on=today - timedelta(days=10), reason="retirement", by=None)
    assert TeamMember.objects.get(member=zhou).ended is not None


def test_needs_that_were_met_come_in_without_the_day_they_were_raised(office, qin_family):
    head = ["户编号", "需求类型", "需求内容", "解决日期"]
    row = [qin_family.number, "看病", "修屋顶", "2026-06-01"]
    upload = bring_in("needs", lists.xlsx([head, row]), by=office)
    assert upload.counts["new"] == 1
    need = qin_family.needs.get()
    assert need.since == need.met_on == date(2026, 6, 1)


def test_who_left_comes_in_without_the_day_they_came(office, qin_family):
    head = ["户编号", "姓名", "与户主关系", "减少时间"]
    row = [qin_family.number, "秦老", "父亲", "2026-06-01"]
    bring_in("people", lists.xlsx([head, row]), by=office)
    person = qin_family.people.get(name="秦老")
    assert person.since == person.ended == date(2026, 6, 1)


def test_parts_of_an_organisation_that_ended_came_to_their_end_before(office, bureau):
    head = ["编号", "组织名称", "上级组织", "成立时间", "撤销时间"]
    rows = [
        ["X1", "旧总支", bureau.name, "2010-01-01", "2019-06-01"],
        ["X2", "旧支部", "旧总支", "2010-01-01", "2019-05-01"],
        ["X3", "旧小组", "旧总支", "2010-01-01", ""],
        ["X4", "晚小组", "旧总支", "2010-01-01", "2020-01-01"],
    ]
    upload = bring_in("organisations", lists.xlsx([head, *rows]), by=office)
    said = "旧总支 ended on 2019-06-01."
    assert told(upload) == [(4, "parent", said), (5, "parent", said)]
    assert upload.counts["new"] == 2


def test_nothing_new_stands_below_what_the_same_list_ends(office, bureau):
    head = ["编号", "组织名称", "上级组织", "成立时间", "撤销时间"]
    bring_in("organisations", lists.xlsx([head, ["X1", "总支", bureau.name, "", ""]]), by=office)
    rows = [["X1", "总支", bureau.name, "", "2026-06-01"], ["X2", "新支部", "总支", "", ""]]
    Organisation.objects.filter(number="X1").update(since=date(2010, 1, 1))
    upload = bring_in("organisations", lists.xlsx([head, *rows]), by=office)
    assert told(upload) == [(3, "parent", "总支 ended on 2026-06-01.")]
    assert upload.counts["changed"] == 1


def test_who_comes_back_by_a_list_sits_in_the_team_it_names(office, bureau, branch):
    team = {"name": "甲队", "number": "T1", "kind": "volunteers", "organisation": bureau}
    orgs.form_team(team, by=office)
    values = {"name": "何旧", "number": "M78", "organisation": branch, "since": date(2020, 1, 1)}
    member = orgs.enrol(values, by=office)
    orgs.leave(member, on=date(2024, 5, 1), reason="retirement", by=office)
    head = ["编号", "姓名", "所在组织", "任职时间", "志愿服务队"]
    row = ["M78", "何旧", branch.name, "2025-01-01", "甲队"]
    bring_in("members", lists.xlsx([head, row]), by=office)
    member.refresh_from_db()
    assert (member.since, member.ended) == (date(2025, 1, 1), None)
    assert TeamMember.objects.filter(member=member, ended=None).exists()


def test_nobody_stands_above_itself(office):
    """By its own name, or around another."""
    above = "This organisation would stand above itself."
    head = ["组织编号", "组织名称", "上级组织"]
    rows = [["A1", "甲处", "甲处"], ["B1", "乙处", "丙处"], ["C1", "丙处", "乙处"]]
    upload = send("organisations", lists.xlsx([head, *rows]), by=office)
    found = {row: message for row, field, message in told(upload) if field == "parent"}
    assert set(found) == {2, 3, 4}
    assert found[3] == found[4] == above
    assert upload.counts["new"] == 0
