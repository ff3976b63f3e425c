"""Whichever door a change comes through, the record holds the same after it, and so do others."""

from datetime import date

import lists
import pytest
from registers import done, home, send, sheet, work
from test_lists_and_pages_leave_the_same_record import assert_same

from jiedui.core.models import AuditEntry
from jiedui.households import actions as households
from jiedui.households.models import Household, Need
from jiedui.imports import actions
from jiedui.orgs import actions as orgs
from jiedui.orgs.models import Organisation, TeamMember

pytestmark = pytest.mark.django_db
PEOPLE = ["户编号", "人员编号", "姓名", "与户主关系", "民族", "联系电话"]


def change(kind, content, office):
    """Apply a list; where it asks, the person is the same under another name."""
    upload = send(kind, content, by=office)
    doubtful = [row.pk for row in upload.rows.filter(is_doubtful=True)]
    if doubtful:
        actions.decide(upload, doubtful, "same", by=office)
        work()
    return done(actions.apply(upload, by=office), upload)


def undo(upload, office):
    done(actions.undo(upload, by=office), upload)
    assert upload.counts["kept"] == 0


def test_a_household(office, willow_village, today):
    made = [
        households.register(
            {"head": "曾翟乐", "place": willow_village, "kind": "allowance", "number": number,
             "since": date(2024, 1, 1)},
            by=office,
        )
        for number in ("H7", "H8")
    ]  # fmt: skip
    row = home(name="曾翟乐", kind="特困户", size=4, phone="13900001111", number="H7")
    change("households", sheet(row), office)
    values = {"kind": "extreme", "size": 4, "phone": "13900001111"}
    page = Household.objects.get(pk=made[1].pk)
    households.amend(page, values, version=page.version, by=office)
    by_list = Household.objects.get(pk=made[0].pk)
    for name, value in values.items():
        assert getattr(by_list, name) == value
    assert_same(by_list, page)


def test_a_person(office, qin_family, bureau):
    values = {"relation": "son", "since": date(2020, 1, 1)}
    by_list, by_page = (
        households.add_person(qin_family, {**values, "name": name}, by=None)
        for name in ("单雄信", "单雄信")
    )
    row = [qin_family.number, by_list.number, "程知节", "子", "满族", "13900002222"]
    change("people", lists.xlsx([PEOPLE, row]), office)
    by_list.refresh_from_db()
    assert by_list.name == "程知节"
    values = {"name": "程知节", "ethnic": by_list.ethnic, "phone": "13900002222",
              "relation": "son"}  # fmt: skip
    households.amend_person(by_page, values, by=office)
    assert_same(by_list, by_page)


def test_income_of_a_year(office, qin_family):
    wages = {"wage_fen": 100_00}
    by_page = households.earn(qin_family, 2024, wages, by=office)
    by_list = households.earn(qin_family, 2025, wages, by=office)
    head = ["村", "户编号", "户主姓名", "工资性收入", "收入年度"]
    rows = [["柳树村", qin_family.number, qin_family.head, 250, 2025]]
    change("households", lists.xlsx([head, *rows]), office)
    by_list.refresh_from_db()
    assert by_list.wage_fen == 250_00
    by_page = households.earn(qin_family, 2024, {"wage_fen": 250_00}, by=office)
    assert by_list.version == by_page.version == 2
    said = [
        AuditEntry.objects.get(subject=str(row.pk), action="income.amended").content
        for row in (by_list, by_page)
    ]
    assert said[0] == said[1]


def test_a_member(office, branch):
    by_list, by_page = (
        orgs.enrol({"name": "赵云", "number": number, "organisation": branch}, by=None)
        for number in ("X1", "X2")
    )
    head = ["编号", "姓名", "所在组织", "职务", "联系电话"]
    rows = [["X1", "赵子龙", branch.name, "科员", "13900003333"]]
    change("members", lists.xlsx([head, *rows]), office)
    by_list.refresh_from_db()
    assert by_list.name == "赵子龙"
    values = {"name": "赵子龙", "post": "科员", "phone": "13900003333"}
    orgs.amend_member(by_page, values, by=office)
    assert_same(by_list, by_page)


def test_an_organisation(office, bureau):
    by_list, by_page = (
        orgs.found(bureau, {"name": name, "kind": "branch", "number": number}, by=None)
        for name, number in (("支部", "B8"), ("支部", "B9"))
    )
    head = ["编号", "组织名称", "上级组织", "成立时间"]
    rows = [["B8", "老干部支部", bureau.name, "2020-05-06"]]
    change("organisations", lists.xlsx([head, *rows]), office)
    by_list.refresh_from_db()
    orgs.amend(by_page, {"name": "老干部支部", "since": date(2020, 5, 6)}, by=office)
    assert by_page.name == by_list.name
    assert_same(by_list, by_page)


def test_a_team(office, bureau):
    by_list, by_page = (
        orgs.form_team({"name": name, "organisation": bureau, "kind": "volunteers",
                        "number": number}, by=None)
        for name, number in (("甲队", "T8"), ("甲队", "T9"))
    )  # fmt: skip
    head = ["编号", "队伍名称", "所属组织", "成立时间"]
    change("teams", lists.xlsx([head, ["T8", "理发队", bureau.name, "2020-05-06"]]), office)
    by_list.refresh_from_db()
    orgs.amend_team(by_page, {"name": "理发队", "since": date(2020, 5, 6)}, by=office)
    assert by_page.name == by_list.name
    assert_same(by_list, by_page)


def test_who_leads_a_team_is_said_of_the_team(office, bureau, zhou, he):
    team = orgs.form_team({"name": "甲队", "organisation": bureau, "kind": "volunteers",
                           "number": "T8"}, by=None)  # fmt: skip
    for member in (zhou, he):
        orgs.join(team, member, on=date(2025, 1, 1), by=None, is_head=member == zhou)
    head = ["编号", "队伍名称", "所属组织", "队长"]
    upload = change("teams", lists.xlsx([head, ["T8", "甲队", bureau.name, he.name]]), office)
    entry = AuditEntry.objects.get(action="team.led")
    assert (entry.kind, entry.subject) == ("orgs.team", str(team.pk))
    assert entry.content["member"] == he.pk
    assert TeamMember.objects.get(is_head=True).member == he
    undo(upload, office)
    assert TeamMember.objects.get(is_head=True).member == zhou


def test_an_account_bears_the_name_of_the_register(office, helper, zhou, branch):
    head = ["编号", "姓名", "所在组织"]
    upload = change("members", lists.xlsx([head, ["M1", "周大明", branch.name]]), office)
    helper.refresh_from_db()
    assert helper.display_name == "周大明"
    undo(upload, office)
    helper.refresh_from_db()
    assert helper.display_name == "周明"


def test_who_leaves_by_a_list_leaves_the_teams_and_has_them_again(office, bureau, zhou, branch):
    team = orgs.form_team({"name": "甲队", "organisation": bureau, "kind": "volunteers",
                           "number": "T8"}, by=None)  # fmt: skip
    orgs.join(team, zhou, on=date(2025, 1, 1), by=None, is_head=True)
    head = ["编号", "姓名", "所在组织", "帮扶开始时间", "帮扶结束时间"]
    rows = [["M1", "周明", branch.name, "2019-01-01", "2026-03-04"]]
    upload = change("members", lists.xlsx([head, *rows]), office)
    zhou.refresh_from_db()
    seat = TeamMember.objects.get(member=zhou)
    assert zhou.ended == seat.ended == date(2026, 3, 4)
    assert AuditEntry.objects.filter(action="member.left", subject=str(zhou.pk)).count() == 1
    undo(upload, office)
    zhou.refresh_from_db()
    seat.refresh_from_db()
    assert (zhou.ended, zhou.since, seat.ended) == (None, None, None)


def test_a_need_is_met(office, qin_family):
    need = households.add_need(
        qin_family, {"kind": "housing", "text": "修屋顶", "since": date(2025, 9, 1)}, by=None
    )
    head = ["户编号", "需求类别", "需求内容", "办结时间"]
    upload = change(
        "needs",
        lists.xlsx([head, [qin_family.number, "住房修缮", "修屋顶", "2025-10-04"]]),
        office,
    )
    need.refresh_from_db()
    assert need.met_on == date(2025, 10, 4)
    assert AuditEntry.objects.filter(action="need.met", subject=str(need.pk)).count() == 1
    undo(upload, office)
    assert Need.objects.get().met_on is None


def test_an_organisation_is_not_moved_in_silence(office, bureau):
    """Where it stands is changed by nobody's list; the list is told so."""
    other = orgs.found(bureau.parent, {"name": "水利局", "kind": "unit", "number": "U9"}, by=None)
    head = ["编号", "组织名称", "上级组织"]
    upload = send(
        "organisations", lists.xlsx([head, ["B1", "农业局机关党支部", "水利局"]]), by=office
    )
    assert bureau.name in upload.flaws.get().message
    assert Organisation.objects.get(number="B1").parent == bureau != other
