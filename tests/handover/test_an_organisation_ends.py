"""Whatever hangs on an organisation that ends is listed, passed on or closed before."""

from datetime import timedelta

import pytest
from django.urls import reverse
from tests.conftest import _user

from jiedui.campaigns import actions as campaigns
from jiedui.campaigns.models import Plan, Task
from jiedui.core.refusals import Refused
from jiedui.fieldwork import actions as fieldwork
from jiedui.fieldwork.actions import Done
from jiedui.fieldwork.models import Activity
from jiedui.ledger import actions as ledger
from jiedui.ledger.models import Fund
from jiedui.orgs import ending
from jiedui.orgs.models import Appointment, Member, Organisation, Team
from jiedui.pairing import actions as pairing
from jiedui.pairing.models import Pair
from jiedui.supervision import actions as supervision
from jiedui.supervision.models import Issue

VILLAGES = """
[[pairings]]
key = "unit_village"
name = { zh = "单位包村", en = "Unit and village" }
helper = "organisation"
helped = "place"
place_level = "village"
helpers_each = { fewest = 1, most = 2 }

[[windows]]
"""


@pytest.fixture
def water(bureau):
    return Organisation.objects.create(
        parent=bureau.parent, path="00010002", name="水利局", kind="unit", number="U2"
    )


@pytest.fixture
def laden(campaign, bureau, branch, zhou_and_the_qins, willow_village, liaison, today):
    """The bureau with everything that may hang on it."""
    campaign.source = campaign.source.replace("[[windows]]\n", VILLAGES, 1)
    campaign.save()
    since = today - timedelta(days=100)
    pairing.keep(
        campaign, kind="unit_village", place=willow_village, helper=bureau, since=since, by=None
    )
    fund = ledger.open_fund(campaign, organisation=bureau, name="爱心款", since=since, by=None)
    ledger.contribute(fund, amount_fen=50_000, day=since, by=None, donor=bureau)
    supervision.report(
        campaign, organisation=branch, kind="style", source="own", text="台账不全",
        found_on=since, by=None,
    )  # fmt: skip
    campaigns.choose_task(
        campaign, organisation=bureau, name="送医下乡", starts=since, due=today, by=None
    )
    Plan.objects.create(campaign=campaign, organisation=bureau, goals="目标")
    Team.objects.create(number="T1", name="清水队", kind="volunteers", organisation=branch)
    Member.objects.create(
        number="D1", name="双立", organisation=bureau.parent, also_at=branch, rank="clerk"
    )
    return bureau


def _end(client, organisation, today, **more):
    url = reverse("orgs:dissolve", args=[organisation.pk])
    return client.post(url, {"on": today.isoformat(), **more})


def test_the_page_lists_all_that_hangs_on_it(client, office, laden):
    client.force_login(office)
    page = client.get(reverse("orgs:dissolve", args=[laden.pk])).content.decode()
    things = "农业局机关党支部 周明 清水队 双立 柳树村 爱心款 台账不全 送医下乡 liaison"
    for what in things.split():
        assert what in page


def test_without_a_successor_what_needs_one_is_said_and_nothing_happens(
    client, office, laden, branch, today
):
    client.force_login(office)
    refused = _end(client, laden, today).context["form"].non_field_errors()[0]
    for what in ("爱心款",):
        assert what not in refused  # kinds and how many, not names
    assert "（" in refused or "(" in refused
    laden.refresh_from_db()
    assert laden.ended is None and Fund.objects.get().organisation == laden
    assert not Appointment.objects.exclude(ended=None).exists()


def test_two_units_become_one_and_everything_goes_on(
    client, office, laden, branch, water, zhou, qin_family, willow_village, campaign, today
):
    old_visit = fieldwork.visit(
        Pair.objects.get(member=zhou),
        Done("visit", today - timedelta(days=3), note="都好"),
        by=None,
    )
    client.force_login(office)
    assert _end(client, laden, today, successor="水利局").status_code == 302
    for one in (laden, branch):
        one.refresh_from_db()
        assert one.ended == today
    heir = Organisation.objects.get(parent=water)
    assert (heir.name, heir.number, branch.successor) == ("农业局机关党支部", "B1", heir)
    assert laden.successor == water and branch.number == ""
    zhou.refresh_from_db()
    assert zhou.organisation == heir
    pair = Pair.objects.open().get(member=zhou)
    assert (pair.organisation, pair.household) == (heir, qin_family)
    village = Pair.objects.open().get(place=willow_village)
    assert (village.organisation, village.previous.ended) == (water, today)
    assert village.previous.overlap_until is None  # what has ended answers for nothing
    assert Fund.objects.get().organisation == water
    assert Issue.objects.get().organisation == heir
    assert Task.objects.get(is_prescribed=False).organisation == water
    assert Team.objects.get().organisation == heir
    assert Member.objects.get(number="D1").also_at == heir
    assert not Appointment.objects.filter(organisation=laden, ended=None).exists()
    assert Plan.objects.get().organisation == laden  # its history stays with it
    assert Activity.objects.get(pk=old_visit.pk).organisation == branch
    new = fieldwork.visit(pair, Done("visit", today, note="都好"), by=None)
    assert new.organisation == heir


def test_nothing_is_left_hanging_on_any_part_that_ended(laden, water, office, today):
    ending.end(laden, on=today, by=office, successor=water)
    for gone in Organisation.objects.exclude(ended=None):
        assert [
            one.kind.name for one in ending.dependents(gone) if one.kind in ending.DEPENDENTS
        ] == []


def test_nothing_new_is_credited_to_what_has_ended(laden, water, office, campaign, today):
    ended = today - timedelta(days=2)
    ending.end(laden, on=ended, by=office, successor=water)
    laden.refresh_from_db()
    done = Done(kind="cleaning", day=today - timedelta(days=1), members_counted=3)
    with pytest.raises(Refused):
        fieldwork.activity(campaign, done, organisation=laden, place=campaign.place, by=office)
    given = ledger.Given(kind="cash", day=today, value_fen=100)
    with pytest.raises(Refused):
        ledger.give(campaign, given, giver=laden, place=campaign.place, by=office)
    with pytest.raises(Refused):
        ledger.open_fund(campaign, organisation=laden, name="又一个", since=today, by=office)
    with pytest.raises(Refused):
        campaigns.choose_task(
            campaign, organisation=laden, name="任务", starts=today, due=today, by=office
        )
    with pytest.raises(Refused):
        campaigns.write_plan(campaign, organisation=laden, goals="目标", text="", by=office)
    with pytest.raises(Refused):
        supervision.report(
            campaign, organisation=laden, kind="style", source="own", text="问题",
            found_on=today, by=office,
        )  # fmt: skip
    # What it did before may still be written down.
    late = Done(kind="cleaning", day=ended, members_counted=3)
    assert fieldwork.activity(campaign, late, organisation=laden, place=campaign.place, by=office)


def test_an_issue_that_comes_back_goes_to_who_took_over(laden, water, office, leader, today):
    issue = Issue.objects.get()
    Issue.objects.filter(pk=issue.pk).update(
        state="closed", done_on=today, closed_on=today, done_by=office, checked_by=leader
    )
    ending.end(laden, on=today, by=office, successor=water)
    issue.refresh_from_db()
    assert issue.organisation.ended
    supervision.reopen(issue, reason="又发现", by=leader)
    assert Issue.objects.get().organisation.ended is None


def test_a_village_the_successor_keeps_already_is_not_kept_twice(
    laden, water, willow_village, campaign, office, today
):
    pairing.keep(
        campaign, kind="unit_village", place=willow_village, helper=water, since=today, by=None
    )
    ending.end(laden, on=today, by=office, successor=water)
    assert Pair.objects.open().get(place=willow_village).organisation == water


def test_the_root_of_a_running_campaign_does_not_end(client, office, laden, today):
    root = laden.parent
    with pytest.raises(Refused):
        ending.end(root, on=today, by=None)
    root.refresh_from_db()
    assert root.ended is None


def test_strangers_end_nothing_and_nobody_merges_into_a_strange_unit(
    client, lu, auditor, laden, water, today
):
    for user, status in ((lu, 404), (auditor, 403)):
        client.force_login(user)
        assert _end(client, laden, today, successor="水利局").status_code == status
    client.force_login(_user("w", "liaison", organisation=water))
    assert client.get(reverse("orgs:dissolve", args=[laden.pk])).status_code == 404
    mine = _end(client, water, today, successor="农业局")
    assert "successor" in mine.context["form"].errors
