"""Whatever stays when half of a list is undone fits what was undone."""

import json
from datetime import date

import lists
import pytest
from registers import bring_in, done, everything, send, work
from sizes import amended, people, size, undone

from jiedui.core.models import AuditEntry
from jiedui.households import actions as households
from jiedui.households.models import Household, Person
from jiedui.imports import actions
from jiedui.imports.writing import undoing
from jiedui.orgs import actions as orgs
from jiedui.orgs.models import Member, TeamMember
from jiedui.pairing.models import Pair

pytestmark = pytest.mark.django_db
COLS = ["村", "户编号", "姓名", "与户主关系", "户属性", "家庭人口", "民族", "联系电话"]


def homes(family, *rows):
    return lists.xlsx([COLS, *(["柳树村", family.number, *row] for row in rows)])


def living(family):
    return Person.objects.filter(household=family, ended=None).count()


def test_a_size_that_a_row_says_stays_with_the_row(office, family):
    data = homes(
        family,
        [family.head, "户主", "低保户", 7, "满族", ""],
        ["秦一", "孙子", "低保户", 7, "", ""],
        ["秦二", "孙子", "低保户", 7, "", ""],
    )
    upload = bring_in("households", data, by=office)
    assert size(family) == 7
    amended(family.head, phone="13900001111")
    amended("秦一", ethnic="满族")
    undone(upload, office, kept=2)
    assert size(family) == 7


def test_who_came_stays_where_the_row_that_says_the_size_goes(office, family):
    data = homes(
        family,
        [family.head, "户主", "低保户", 4, "", ""],
        ["秦一", "孙子", "低保户", 4, "", ""],
        ["秦二", "孙子", "低保户", 4, "", ""],
    )
    upload = bring_in("households", data, by=office)
    assert size(family) == 4
    amended("秦一", ethnic="满族")
    amended("秦二", ethnic="满族")
    undone(upload, office, kept=2)
    assert living(family) == 4
    assert size(family) == 4


def test_who_came_stays_where_the_row_of_the_head_goes(office, family):
    head = ["村", "户编号", "姓名", "与户主关系", "户属性"]
    rows = [
        ["柳树村", family.number, family.head, "户主", "低保户"],
        ["柳树村", family.number, "秦一", "孙子", "低保户"],
    ]
    upload = bring_in("households", lists.xlsx([head, *rows]), by=office)
    assert size(family) == 3
    amended("秦一", ethnic="满族")
    undone(upload, office, kept=1)
    assert living(family) == 3
    assert size(family) == 3


def test_a_household_is_undone_in_one_portion(office, family, monkeypatch):
    monkeypatch.setattr(undoing, "PORTION", 2)
    head = ["村", "户编号", "姓名", "与户主关系", "户属性"]
    rows = [
        ["柳树村", family.number, family.head, "户主", "低保户"],
        ["柳树村", family.number, "秦一", "孙子", "低保户"],
        ["柳树村", family.number, "秦二", "孙子", "低保户"],
    ]
    upload = bring_in("households", lists.xlsx([head, *rows]), by=office)
    assert size(family) == 4
    amended("秦一", ethnic="满族")
    undone(upload, office, kept=1)
    assert living(family) == 3
    assert size(family) == 3


def test_a_size_written_since_stays_where_the_list_changed_none(office, family):
    upload = bring_in(
        "people",
        people(family, ["秦子", "儿子", "", "2024-05-01"], ["秦一", "孙子", "2021-01-01", ""]),
        by=office,
    )
    assert size(family) == 2
    households.amend(family, {"size": 9}, version=family.version, by=office)
    amended("秦子", ethnic="满族")
    undone(upload, office, kept=1)
    assert size(family) == 9


def test_the_size_follows_where_something_else_of_the_household_changed(office, family):
    upload = bring_in(
        "people",
        people(family, ["秦一", "孙子", "2021-01-01", ""], ["秦二", "孙子", "2022-01-01", ""]),
        by=office,
    )
    family.refresh_from_db()
    assert family.size == 4
    households.amend(family, {"phone": "13900001111"}, version=family.version, by=office)
    done(actions.undo(upload, by=office), upload)
    assert size(family) == living(family) == 3


LEAVE = ["编号", "姓名", "所在组织", "帮扶开始时间", "帮扶结束时间"]


def test_the_head_of_a_team_is_head_again(office, bureau, zhou, branch):
    team = orgs.form_team(
        {"name": "甲队", "organisation": bureau, "kind": "volunteers", "number": "T8"}, by=None
    )
    orgs.join(team, zhou, on=date(2025, 1, 1), by=None, is_head=True)
    before = everything()
    upload = bring_in(
        "members",
        lists.xlsx([LEAVE, ["M1", "周明", branch.name, "2019-01-01", "2026-03-04"]]),
        by=office,
    )
    undone(upload, office, kept=0)
    assert everything()["TeamMember"] == before["TeamMember"]


def test_who_left_a_team_by_hand_that_day_is_not_in_it_again(office, bureau, zhou, branch):
    team = orgs.form_team(
        {"name": "甲队", "organisation": bureau, "kind": "volunteers", "number": "T8"}, by=None
    )
    orgs.join(team, zhou, on=date(2025, 1, 1), by=None)
    orgs.part(TeamMember.objects.get(), on=date(2026, 3, 4), by=None)
    before = everything()
    upload = bring_in(
        "members",
        lists.xlsx([LEAVE, ["M1", "周明", branch.name, "2019-01-01", "2026-03-04"]]),
        by=office,
    )
    undone(upload, office, kept=0)
    assert everything()["TeamMember"] == before["TeamMember"]


def test_who_left_and_joined_again_that_day(office, bureau, zhou, branch):
    team = orgs.form_team(
        {"name": "甲队", "organisation": bureau, "kind": "volunteers", "number": "T8"}, by=None
    )
    orgs.join(team, zhou, on=date(2025, 1, 1), by=None)
    orgs.part(TeamMember.objects.get(), on=date(2026, 3, 4), by=None)
    orgs.join(team, zhou, on=date(2026, 3, 4), by=None)
    upload = bring_in(
        "members",
        lists.xlsx([LEAVE, ["M1", "周明", branch.name, "2019-01-01", "2026-03-04"]]),
        by=office,
    )
    undone(upload, office, kept=0)
    assert Member.objects.get(number="M1").ended is None


def test_a_seat_that_began_after_the_day(office, bureau, zhou, branch):
    team = orgs.form_team(
        {"name": "甲队", "organisation": bureau, "kind": "volunteers", "number": "T8"}, by=None
    )
    orgs.join(team, zhou, on=date(2026, 5, 1), by=None)
    before = everything()
    upload = bring_in(
        "members",
        lists.xlsx([LEAVE, ["M1", "周明", branch.name, "2019-01-01", "2026-03-04"]]),
        by=office,
    )
    undone(upload, office, kept=0)
    assert everything()["TeamMember"] == before["TeamMember"]


def test_who_moved_and_left_is_back_with_the_families(
    office, bureau, zhou_and_the_qins, zhou, today
):
    orgs.found(bureau.parent, {"name": "水利局", "kind": "unit", "number": "U9"}, by=None)
    home = zhou.organisation
    upload = bring_in(
        "members",
        lists.xlsx([LEAVE, ["M1", "周明", "水利局", "2019-01-01", today.isoformat()]]),
        by=office,
    )
    zhou.refresh_from_db()
    undone(upload, office, kept=0)
    zhou.refresh_from_db()
    assert (zhou.organisation, zhou.ended) == (home, None)
    assert Pair.objects.get(member=zhou).organisation == home


def _swap(office, extra):
    """Two households; in each head and spouse change places; `extra` gets another column."""
    head = ["村", "户编号", "户主姓名", "证件号码", "与户主关系", "民族"]
    rows = [
        ["柳树村", "H7", "李安平", lists.identity(1), "户主", "汉族"],
        ["柳树村", "H7", "王秀英", lists.identity(2), "配偶", "汉族"],
        ["柳树村", "H8", "赵成刚", lists.identity(3), "户主", "汉族"],
        ["柳树村", "H8", "孙红梅", lists.identity(4), "配偶", "汉族"],
    ]
    bring_in("households", lists.xlsx([head, *rows]), by=office)
    for n, relation in enumerate(["配偶", "户主", "配偶", "户主"]):
        rows[n][4] = relation
    rows[extra][5] = "满族"
    upload = send("households", lists.xlsx([head, *rows]), by=office)
    doubtful = list(upload.rows.filter(is_doubtful=True).values_list("pk", flat=True))
    if doubtful:
        actions.decide(upload, doubtful, "same", by=office)
    done(actions.apply(upload, by=office), upload)
    assert dict(Person.objects.values_list("name", "relation")) == {
        "李安平": "spouse",
        "王秀英": "head",
        "赵成刚": "spouse",
        "孙红梅": "head",
    }
    return upload


@pytest.mark.parametrize("extra", [0, 1, 2, 3])
def test_heads_change_places(office, willow_village, extra):
    upload = _swap(office, extra)
    undone(upload, office, kept=0)
    assert dict(Person.objects.values_list("name", "relation")) == {
        "李安平": "head",
        "王秀英": "spouse",
        "赵成刚": "head",
        "孙红梅": "spouse",
    }


def test_the_chain_says_who_leads_no_more(office, bureau, zhou):
    team = orgs.form_team(
        {"name": "甲队", "organisation": bureau, "kind": "volunteers", "number": "T8"}, by=None
    )
    orgs.join(team, zhou, on=date(2025, 1, 1), by=None)
    head = ["编号", "队伍名称", "所属组织", "队长"]
    upload = bring_in(
        "teams", lists.xlsx([head, ["T8", "甲队", bureau.name, zhou.name]]), by=office
    )
    assert TeamMember.objects.get().is_head
    last = AuditEntry.objects.order_by("-pk").first().pk
    undone(upload, office, kept=0)
    assert not TeamMember.objects.get().is_head
    said = [e.action for e in AuditEntry.objects.filter(pk__gt=last)]
    assert [a for a in said if not a.startswith("import")], said


def test_a_new_household_counts_who_stays(office, willow_village):
    head = ["村", "户编号", "姓名", "与户主关系", "户属性"]
    rows = [
        ["柳树村", "H7", "李安平", "户主", "低保户"],
        ["柳树村", "H7", "李一", "儿子", "低保户"],
        ["柳树村", "H7", "李二", "儿子", "低保户"],
        ["柳树村", "H7", "李三", "女儿", "低保户"],
    ]
    upload = send("households", lists.xlsx([head, *rows]), by=office)
    d = list(upload.rows.filter(is_doubtful=True).values_list("pk", flat=True))
    if d:
        actions.decide(upload, d, "new", by=office)
        work()
    done(actions.apply(upload, by=office), upload)
    h = Household.objects.get()
    amended("李一", ethnic="满族")
    done(actions.undo(upload, by=office), upload)
    h.refresh_from_db()
    assert h.size == 2


def test_a_size_written_by_undoing_changes_nothing_for_other_rows(office, family, monkeypatch):
    """The size written after the first portion raises the version the head's row waits with."""
    monkeypatch.setattr(undoing, "PORTION", 2)
    head = ["村", "户编号", "姓名", "与户主关系", "户属性", "联系电话", "家庭人口"]
    type(family).objects.filter(pk=family.pk).update(size=2)
    rows = [
        ["柳树村", family.number, family.head, "户主", "低保户", "13900001111", 2],
        ["柳树村", family.number, "秦一", "孙子", "低保户", "", 2],
        ["柳树村", family.number, "秦二", "孙子", "低保户", "", 2],
    ]
    upload = bring_in("households", lists.xlsx([head, *rows]), by=office)
    amended("秦一", ethnic="满族")
    done(actions.undo(upload, by=office), upload)
    assert upload.counts["kept"] == 1


def test_a_list_of_an_earlier_version_is_undone(office, family):
    """What was written down of its rows then says nothing of who came and left."""
    data = people(family, ["秦一", "孙子", "2021-01-01", ""], ["秦二", "孙子", "2022-01-01", ""])
    upload = bring_in("people", data, by=office)
    for row in upload.rows.all():
        kept = json.loads(row.before)
        for deed in kept["deeds"]:
            deed.pop("moved", None)
            deed.pop("followed", None)
        row.before = json.dumps(kept)
        row.save()
    amended("秦二", ethnic="满族")
    undone(upload, office, kept=1)
    assert set(Person.objects.values_list("name", flat=True)) == {family.head, "秦子", "秦二"}
