"""What a list changes goes through the same doors as the pages: what hangs on it goes along."""

from datetime import date

import lists
import pytest
from registers import bring_in, done, everything, send

from jiedui.households.models import Household, Person
from jiedui.imports import actions
from jiedui.orgs import actions as orgs
from jiedui.orgs.models import FormerMembership, Member, Organisation, Team, TeamMember
from jiedui.pairing.models import Pair

pytestmark = pytest.mark.django_db
MEMBERS = ["编号", "姓名", "单位", "帮扶开始时间", "身份证号"]
HOMES = ["村", "户编号", "户主姓名", "证件号码", "与户主关系"]


@pytest.fixture
def water(bureau):
    return orgs.found(bureau.parent, {"name": "水利局", "kind": "unit", "number": "U9"}, by=None)


def _undo(upload, office):
    done(actions.undo(upload, by=office), upload)
    assert upload.counts["kept"] == 0


def test_a_member_takes_the_families_along(office, water, zhou_and_the_qins, zhou):
    before = zhou.organisation
    content = lists.xlsx([MEMBERS, ["M1", "周明", "水利局", "", ""]])
    assert send("members", content, by=office).flaws.get().message == "1 pair goes along to 水利局."
    upload = bring_in("members", content, by=office)
    assert upload.counts["changed"] == 1
    zhou.refresh_from_db()
    assert zhou.organisation == water
    assert Pair.objects.current().get(member=zhou).organisation == water
    assert FormerMembership.objects.get(member=zhou).organisation == before
    _undo(upload, office)
    zhou.refresh_from_db()
    assert zhou.organisation == before
    assert Pair.objects.current().get(member=zhou).organisation == before


def test_who_left_and_is_listed_since_a_later_day_comes_back(office, water, zhou):
    Member.objects.filter(pk=zhou.pk).update(since=date(2020, 1, 1))
    orgs.leave(Member.objects.get(pk=zhou.pk), on=date(2025, 5, 6), reason="retirement", by=None)
    home, before = zhou.organisation, everything()
    upload = send(
        "members", lists.xlsx([MEMBERS, ["M1", "周明", "水利局", "2025-5-6", ""]]), by=office
    )
    assert upload.counts["skipped"] == 1  # no later day than the one on which they left
    row = ["M1", "周明", "水利局", "2026-3-1", ""]
    upload = bring_in("members", lists.xlsx([MEMBERS, row]), by=office)
    zhou.refresh_from_db()
    assert (zhou.organisation, zhou.since, zhou.ended) == (water, date(2026, 3, 1), None)
    past = FormerMembership.objects.get(member=zhou)
    assert (past.organisation, past.ended, past.reason) == (home, date(2025, 5, 6), "retirement")
    assert send("members", lists.xlsx([MEMBERS, row]), by=office).counts["same"] == 1
    _undo(upload, office)
    assert not FormerMembership.objects.exists()
    after = everything()
    for row in (*before["Member"], *after["Member"]):
        row.pop("version")
    assert after == before


def test_a_team_that_ends_has_nobody_in_it(office, zhou, he):
    head = ["编号", "队伍名称", "所属组织", "队长", "队员", "撤销时间"]
    row = ["T1", "柳树劝导队", "农业局机关党支部", "周明", "何静", ""]
    bring_in("teams", lists.xlsx([head, row]), by=office)
    TeamMember.objects.update(since=date(2024, 1, 1))
    before = everything()
    row[5] = "2025-5-6"
    upload = bring_in("teams", lists.xlsx([head, row]), by=office)
    assert Team.objects.get().ended == date(2025, 5, 6)
    assert set(TeamMember.objects.values_list("ended", flat=True)) == {date(2025, 5, 6)}
    _undo(upload, office)
    after = everything()
    for one in (*before["Team"], *after["Team"]):
        one.pop("version", None)
    assert after == before


def test_a_team_takes_along_what_it_answers_for(office, water, zhou):
    head = ["编号", "队伍名称", "所属组织"]
    bring_in("teams", lists.xlsx([head, ["T1", "柳树劝导队", "农业局机关党支部"]]), by=office)
    upload = bring_in("teams", lists.xlsx([head, ["T1", "柳树劝导队", "水利局"]]), by=office)
    assert Team.objects.get().organisation == water
    _undo(upload, office)
    assert Team.objects.get().organisation == zhou.organisation


def test_an_organisation_on_which_something_hangs_does_not_end_by_a_list(office, zhou, branch):
    head = ["编号", "名称", "上级", "撤销时间"]
    rows = [[branch.number, branch.name, "农业局", "2025-5-6"]]
    upload = send("organisations", lists.xlsx([head, *rows]), by=office)
    assert upload.counts["bad"] == 1
    assert "Members (1)" in upload.flaws.get(is_error=True).message
    Member.objects.update(ended=date(2025, 5, 1))
    bring_in("organisations", lists.xlsx([head, *rows]), by=office)
    assert Organisation.objects.get(pk=branch.pk).ended == date(2025, 5, 6)


def _family(office):
    rows = [
        ["柳树村", "H7", "李安平", lists.identity(1), "户主"],
        ["柳树村", "H7", "王秀英", lists.identity(2), "配偶"],
    ]
    bring_in("households", lists.xlsx([HOMES, *rows]), by=office)
    return rows


def _relations():
    return dict(Person.objects.values_list("name", "relation"))


@pytest.mark.parametrize("is_short", [False, True])
def test_another_head_by_a_list_leaves_one(office, willow_village, is_short):
    _family(office)
    before = everything()
    head = ["村", "户编号", "户主姓名"] if is_short else HOMES
    row = ["柳树村", "H7", "王秀英", lists.identity(2), "户主"][: len(head)]
    upload = send("households", lists.xlsx([head, row]), by=office)
    actions.decide(upload, [upload.rows.get().pk], "same", by=office)
    done(actions.apply(upload, by=office), upload)
    assert Household.objects.get().head == "王秀英"
    assert _relations() == {"王秀英": "head", "李安平": "other"}
    _undo(upload, office)
    after = everything()
    for one in [row for rows in (before, after) for name in rows for row in rows[name]]:
        one.pop("version", None)
    assert after == before


def test_heads_change_places_where_both_are_listed(office, willow_village):
    rows = _family(office)
    rows[0][4], rows[1][4] = "配偶", "户主"
    upload = send("households", lists.xlsx([HOMES, *rows]), by=office)
    doubtful = upload.rows.filter(is_doubtful=True).values_list("pk", flat=True)
    actions.decide(upload, list(doubtful), "same", by=office)
    done(actions.apply(upload, by=office), upload)
    assert Household.objects.get().head == "王秀英"
    assert _relations() == {"王秀英": "head", "李安平": "spouse"}


@pytest.mark.parametrize("name, relation, until", [
    ("王秀英", "户主", ""), ("李安平", "父亲", ""), ("李安平", "户主", "2025-5-6"),
    ("李安生", "户主", ""), ("孙红", "户主", ""),
])  # fmt: skip
def test_a_list_of_people_does_not_change_the_head(office, willow_village, name, relation, until):
    _family(office)
    Person.objects.update(since=date(2020, 1, 1))
    before = everything()
    head = ["户编号", "姓名", "与户主关系", "减少时间"]
    upload = send("people", lists.xlsx([head, ["H7", name, relation, until]]), by=office)
    assert upload.counts["bad"] == 1, upload.counts
    assert "李安平 is the head" in upload.flaws.get(is_error=True).message
    assert everything() == before
