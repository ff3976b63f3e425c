"""Whichever door a record comes through, it holds the same: also what follows from its values."""

from datetime import date

import lists
import pytest
from registers import bring_in, home, send, sheet

from jiedui.core.models import AuditEntry
from jiedui.households import actions as households
from jiedui.households.models import Household, Person
from jiedui.orgs import actions as orgs
from jiedui.orgs.models import Member, Organisation, Team
from jiedui.places import actions as places
from jiedui.places.models import Place

pytestmark = pytest.mark.django_db
OWN = ("id", "number", "path", "code")  # no two records share these
# Sixty characters whose sound takes six letters each: more than the columns for it have room for.
LONG = "双" * 60


def held(row):
    values = type(row).objects.filter(pk=row.pk).values().get()
    return {name: value for name, value in values.items() if name not in OWN}


def deeds(row):
    """What the audit chain says of a record, but for what no two records share."""
    rows = AuditEntry.objects.filter(kind=row._meta.label_lower, subject=str(row.pk))
    return [
        (entry.action, sorted(entry.content), *map(spoken, entry.content.values()))
        for entry in rows.order_by("pk")
    ]


def spoken(values):
    return {name: value for name, value in values.items() if value not in ("", None, [], {})
            and value is not False and name not in OWN}  # fmt: skip


def assert_same(by_list, by_page):
    assert held(by_list) == held(by_page)
    assert deeds(by_list) == deeds(by_page)
    for column in ("pinyin", "initials"):
        most = by_list._meta.get_field(column).max_length
        assert 0 < len(getattr(by_list, column)) <= most


def test_a_household(office, willow_village, today):
    bring_in("households", sheet(home(name="曾翟乐")), by=office)
    by_list = Household.objects.get(number="H7")
    values = {"head": "曾翟乐", "place": willow_village, "kind": "allowance", "size": 1,
              "since": today}  # fmt: skip
    by_page = households.register({**values, "number": "H8"}, by=office)
    assert_same(by_list, by_page)


def test_a_person(office, qin_family, today):
    identity = "211104198001010018"
    head = ["户编号", "姓名", "与户主关系", "出生日期", "身份证号"]
    rows = [head, [qin_family.number, "单雄信", "子", "1980-01-01", ""]]
    bring_in("people", lists.xlsx(rows), by=office)
    by_list = Person.objects.get(name="单雄信")
    values = {"name": "单雄信", "relation": "son", "born": date(1980, 1, 1), "since": today}
    by_page = households.add_person(qin_family, values, by=office)
    assert_same(by_list, by_page)
    assert by_list.number != by_page.number
    rows = [head, [qin_family.number, "程知节", "子", "", identity]]
    bring_in("people", lists.xlsx(rows), by=office)
    found = Person.objects.get(name="程知节")
    assert found.identity_digest == Person.derived({"identity": identity})["identity_digest"] != ""


def test_an_organisation(office, bureau):
    head = ["组织名称", "上级组织", "组织类别"]
    bring_in("organisations", lists.xlsx([head, [LONG, bureau.name, "党支部"]]), by=office)
    by_list = Organisation.objects.get(name=LONG)
    values = {"name": LONG, "kind": "branch", "unit_kind": by_list.unit_kind,
              "since": by_list.since}  # fmt: skip
    by_page = orgs.found(bureau, values, by=office)
    assert_same(by_list, by_page)
    assert int(by_page.path) == int(by_list.path) + 1


def test_a_member(office, branch):
    head = ["姓名", "所在组织"]
    name = "双" * 40
    bring_in("members", lists.xlsx([head, [name, branch.name]]), by=office)
    by_list = Member.objects.get(name=name)
    by_page = orgs.enrol({"name": name, "number": "X9", "organisation": branch}, by=office)
    assert_same(by_list, by_page)


def test_a_team(office, bureau, willow_village):
    head = ["队伍名称", "所属组织", "队伍类型"]
    upload = bring_in("teams", lists.xlsx([head, [LONG, bureau.name, "志愿服务队"]]), by=office)
    by_list = Team.objects.get(name=LONG)
    assert upload.counts["new"] == 1
    values = {"name": LONG, "organisation": bureau, "kind": by_list.kind, "number": "T99",
              "since": by_list.since, "place": by_list.place}  # fmt: skip
    assert_same(by_list, orgs.form_team(values, by=office))


def test_a_place(office, willow_village, today):
    head = ["村", "小区", "楼栋"]
    bring_in("places", lists.xlsx([head, [willow_village.name, "双喜家园", ""]]), by=office)
    by_list = Place.objects.get(name="双喜家园")
    by_page = places.add(
        willow_village, name="双喜家园", level="estate", since=by_list.since, by=office
    )
    assert_same(by_list, by_page)
    assert by_page.code == by_page.path


def test_numbers_that_are_given_are_new_and_fit(office, bureau, branch):
    """Another row of the list may have the number that comes next; a stem may be too long."""
    Organisation.objects.filter(pk=branch.pk).update(number="B" * 30)
    stem = "B" * 26
    head = ["编号", "姓名", "所在组织"]
    rows = [
        ["", "甲一", branch.name],
        [f"{stem}-001", "乙二", branch.name],
        ["", "丙三", branch.name],
    ]
    upload = send("members", lists.xlsx([head, *rows]), by=office)
    assert upload.counts["new"] == 3
    bring_in("members", lists.xlsx([head, *rows]), by=office)
    found = dict(Member.objects.filter(number__startswith="BBB").values_list("name", "number"))
    assert found["乙二"] == f"{stem}-001"
    assert len(set(found.values())) == 3
    assert max(map(len, found.values())) <= 30
