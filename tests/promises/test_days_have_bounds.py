"""Nothing ends before it began, begins before its time, or lies in the future."""

from datetime import date, timedelta

import pytest

from jiedui.core.refusals import Refused
from jiedui.households import actions as households
from jiedui.households.models import Need
from jiedui.orgs import actions as orgs
from jiedui.orgs import appointments
from jiedui.orgs.models import Appointment, TeamMember
from jiedui.pairing import actions as pairing
from jiedui.pairing.models import Pair
from jiedui.supervision import actions as supervision
from jiedui.supervision.models import Issue

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def team(bureau, today):
    values = {"number": "T1", "name": "队", "kind": "v", "organisation": bureau,
              "since": today - 30 * DAY}  # fmt: skip
    return orgs.form_team(values, by=None)


def test_a_pair_begins_in_the_campaign_and_on_the_register(campaign, zhou, qin_family, today):
    for since in (date(1990, 1, 1), qin_family.since - DAY, campaign.starts - DAY, today + DAY):
        with pytest.raises(Refused):
            pairing.open_pair(
                campaign, kind="kinship", member=zhou, household=qin_family, since=since, by=None
            )
    assert not Pair.objects.exists()


def test_an_issue_is_struck_off_between_its_mending_and_today(
    campaign, bureau, office, leader, today
):
    issue = supervision.report(
        campaign, organisation=bureau, kind="style", source="own", text="迟到",
        found_on=today - 5 * DAY, by=office,
    )  # fmt: skip
    Issue.objects.filter(pk=issue.pk).update(state="to_check", done_on=today - 2 * DAY)
    for on in (date(1990, 1, 1), today - 3 * DAY, today + DAY):
        with pytest.raises(Refused):
            supervision.strike_off(issue, on=on, by=leader)
    supervision.strike_off(issue, on=today, by=leader)


def test_a_team_ends_after_its_last_member_came_and_nobody_came_before_it(team, zhou, today):
    with pytest.raises(Refused):
        orgs.join(team, zhou, on=today - 31 * DAY, by=None)
    orgs.join(team, zhou, on=today - 3 * DAY, by=None)
    seat = TeamMember.objects.get()
    with pytest.raises(Refused):
        orgs.disband(team, on=today - 4 * DAY, by=None)
    with pytest.raises(Refused):
        orgs.part(seat, on=today - 4 * DAY, by=None)
    orgs.disband(team, on=today - 3 * DAY, by=None)


def test_needs_and_incomes_are_of_their_time(qin_family, today):
    for since in (date(1900, 1, 1), today + DAY):
        with pytest.raises(Refused):
            values = {"kind": "schooling", "urgency": 1, "since": since}
            households.add_need(qin_family, values, by=None)
    with pytest.raises(Refused):
        households.earn(qin_family, today.year + 1, {"wage_fen": 1}, by=None)
    households.strike(qin_family, on=today, reason="lifted", by=None)
    with pytest.raises(Refused):
        values = {"kind": "schooling", "urgency": 1, "since": today}
        households.add_need(qin_family, values, by=None)
    assert not Need.objects.exists()


def test_nobody_comes_to_live_where_nothing_is_any_more(willow_village, other_village, today):
    values = {"head": "甲", "kind": "allowance", "since": today, "place": willow_village}
    home = households.register({**values, "number": "H8"}, by=None)
    households.strike(home, on=today, reason="lifted", by=None)
    type(willow_village).objects.filter(pk=willow_village.pk).update(ended=today)
    with pytest.raises(Refused):
        households.register({**values, "number": "H9"}, by=None)
    with pytest.raises(Refused):
        households.restore(home, reason="还在住", by=None)


def test_nobody_is_appointed_over_what_has_ended(branch, liaison, administrator, today):
    type(branch).objects.filter(pk=branch.pk).update(ended=today)
    before = Appointment.objects.count()
    with pytest.raises(Refused):
        appointments.appoint(
            liaison, role="office", organisation=branch, place=None, since=today, by=administrator
        )
    assert Appointment.objects.count() == before
