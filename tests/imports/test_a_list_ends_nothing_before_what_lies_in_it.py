"""A list that ends members, teams, units or people keeps what lies inside their days."""

from datetime import timedelta

import lists
import pytest
from registers import bring_in, done, send

from jiedui.core.refusals import Refused
from jiedui.core.texts import day_text
from jiedui.fieldwork import actions as fieldwork
from jiedui.fieldwork.actions import Done
from jiedui.households import actions as households
from jiedui.imports import actions
from jiedui.orgs import actions as orgs
from jiedui.orgs.models import Member, Organisation, Team

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def visit(zhou_and_the_qins, today):
    done = Done(kind="visit", day=today - 10 * DAY, note="屋顶漏雨")
    return fieldwork.visit(zhou_and_the_qins, done, by=None)


def members(*rows):
    return lists.xlsx([["编号", "姓名", "单位", "任职时间", "离任时间"], *rows])


def zhou_row(*, since="", ended=""):
    return [
        "M1",
        "周明",
        "农业局机关党支部",
        since and since.isoformat(),
        ended and ended.isoformat(),
    ]


def told(upload):
    """What is said of the rows of a list that are not written."""
    assert upload.counts["changed"] == upload.counts["new"] == 0, upload.counts
    return " ".join(flaw.message for flaw in upload.flaws.all())


def test_a_member_does_not_leave_before_a_visit(office, visit):
    upload = send("members", members(zhou_row(ended=visit.day - DAY)), by=office)
    assert day_text(visit.day) in told(upload)
    bring_in("members", members(zhou_row(ended=visit.day)), by=office)
    assert Member.objects.get(number="M1").ended == visit.day


def test_a_member_does_not_come_after_what_they_did(office, zhou_and_the_qins, visit):
    since = zhou_and_the_qins.since
    upload = send("members", members(zhou_row(since=since + DAY)), by=office)
    assert day_text(since) in told(upload)
    bring_in("members", members(zhou_row(since=since)), by=office)


def test_a_visit_that_comes_meanwhile_is_seen_when_the_list_is_written(office, visit):
    upload = send("members", members(zhou_row(ended=visit.day)), by=office)
    later = Done(kind="visit", day=visit.day + DAY, note="送药")
    fieldwork.visit(visit.pair, later, by=None)
    with pytest.raises(Refused):
        done(actions.apply(upload, by=office), upload)
    upload.refresh_from_db()
    assert day_text(later.day) in told(upload)
    assert Member.objects.get(number="M1").ended is None


def test_nobody_ends_before_they_began(office, zhou, qin_family, bureau, today):
    orgs.amend_member(zhou, {"since": today - 50 * DAY}, by=None)
    upload = send("members", members(zhou_row(ended=today - 51 * DAY)), by=office)
    assert day_text(today - 50 * DAY) in told(upload)
    values = {"name": "秦小安", "relation": "child", "since": today - 20 * DAY}
    households.add_person(qin_family, values, by=None)
    heading = ["村", "户编号", "姓名", "人员编号", "减少时间"]
    person = qin_family.people.get()
    row = ["柳树村", "H1", "秦小安", person.number, (today - 21 * DAY).isoformat()]
    upload = send("people", lists.xlsx([heading, row]), by=office)
    assert day_text(today - 20 * DAY) in told(upload)


def test_units_and_teams_end_after_what_they_did(campaign, office, bureau, branch, city, today):
    values = {"number": "T1", "name": "扫雪队", "kind": "v", "organisation": branch,
              "since": today - 60 * DAY}  # fmt: skip
    team = orgs.form_team(values, by=None)
    done_ = Done(kind="cleaning", day=today - 10 * DAY, note="扫雪", members_counted=3)
    fieldwork.activity(campaign, done_, organisation=branch, place=city, team=team, by=None)
    early = (today - 11 * DAY).isoformat()
    heading = ["团队编号", "团队名称", "所属单位", "解散时间"]
    rows = lists.xlsx([heading, ["T1", "扫雪队", branch.name, early]])
    assert day_text(done_.day) in told(send("teams", rows, by=office))
    assert Team.objects.get().ended is None
    orgs.disband(team, on=done_.day, by=None)
    heading = ["编码", "单位名称", "上级单位", "撤销时间"]
    rows = lists.xlsx([heading, ["B1", branch.name, bureau.name, early]])
    assert day_text(done_.day) in told(send("organisations", rows, by=office))
    assert Organisation.objects.get(pk=branch.pk).ended is None


def test_undoing_leaves_days_that_hold_what_was_done_since(office, zhou_and_the_qins, zhou, today):
    """The list brought the first day forward; a visit of the time before keeps it there."""
    orgs.amend_member(zhou, {"since": zhou_and_the_qins.since}, by=None)
    earlier = zhou_and_the_qins.since - 30 * DAY
    upload = bring_in("members", members(zhou_row(since=earlier)), by=office)
    day = zhou_and_the_qins.since - 10 * DAY
    done_ = Done(kind="cleaning", day=day, note="扫雪", members=[zhou])
    unit = zhou.organisation
    place = zhou_and_the_qins.household.place
    fieldwork.activity(zhou_and_the_qins.campaign, done_, organisation=unit, place=place, by=None)
    upload = done(actions.undo(upload, by=office), upload)
    assert upload.count("kept") == 1
    assert day_text(day) in upload.rows.get().reason
    assert Member.objects.get(pk=zhou.pk).since == earlier
