"""A festival on one screen: who has been visited, who waits, and which leaders went first."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from jiedui.fieldwork import window_visits
from jiedui.fieldwork.models import Activity
from jiedui.households.models import Household
from jiedui.orgs.models import Member
from jiedui.pairing.models import Pair

RHYTHM = """
[[windows]]
key = "festival"
name = { zh = "过节", en = "Festival" }
rule = "once"
starts = {starts}
ends = {ends}

[[rhythms]]
key = "at_festival"
name = { zh = "节日走访", en = "Visit at the festival" }
pairing = "kinship"
activity = "visit"
window = "festival"
leaders_first_days = 3

[[windows]]"""


@pytest.fixture
def festival(campaign, today):
    """A festival of ten days that began five days ago."""
    text = RHYTHM.replace("{starts}", str(today - timedelta(days=5)))
    text = text.replace("{ends}", str(today + timedelta(days=4)))
    campaign.source = campaign.source.replace("\n[[windows]]", text, 1)
    campaign.save()
    return campaign


def paired(campaign, member, number, place):
    household = Household.objects.create(
        number=number,
        head=f"户{number}",
        kind="allowance",
        place=place,
        since=campaign.starts,
    )
    return Pair.objects.create(
        campaign=campaign, kind="kinship", member=member, organisation=member.organisation,
        household=household, since=campaign.starts,
    )  # fmt: skip


def visited(pair, day, **more):
    return Activity.objects.create(
        campaign=pair.campaign, kind=more.pop("kind", "visit"), day=day, pair=pair,
        organisation=pair.organisation, place=pair.household.place, household=pair.household,
        recorded_at=timezone.now(), **more,
    )  # fmt: skip


@pytest.fixture
def pairs(festival, zhou, he, branch, willow_village):
    """Zhou leads; a second leader, and He who leads nobody, with one household each."""
    Member.objects.filter(pk=zhou.pk).update(rank="division_chief")
    second = Member.objects.create(
        number="L2", name="冯领导", organisation=branch, rank="division_deputy"
    )
    he.rank = "clerk"
    he.save()
    return [
        paired(festival, one, f"F{n}", willow_village)
        for n, one in enumerate((Member.objects.get(pk=zhou.pk), second, he))
    ]


def test_the_window_that_runs_is_shown_with_who_waits(client, office, festival, pairs, today):
    visited(pairs[0], today - timedelta(days=5))
    visited(pairs[2], today - timedelta(days=30))  # before it began
    client.force_login(office)
    page = client.get(reverse("fieldwork:windows"))
    text = page.content.decode()
    assert "节日走访" in text
    assert "还有 5 天" in text
    assert page.context["found"].counts(Pair.objects.all()) == {"asked": 3, "met": 1}
    window = {"rhythm": "at_festival", "on": str(today - timedelta(days=5))}
    waiting = client.get(reverse("fieldwork:windows"), window | {"state": "waiting"})
    waiting = waiting.content.decode()
    assert "户F1" in waiting
    assert "户F0" not in waiting


def test_leaders_who_went_late_or_not_at_all_are_named(client, office, festival, pairs, today):
    visited(pairs[0], today - timedelta(days=1))  # the fifth day, not one of the first three
    client.force_login(office)
    page = client.get(reverse("fieldwork:windows"))
    first = page.context["leaders"]
    assert [one.name for one in first.waiting] == ["冯领导"]
    assert [one.member for one in first.late] == [pairs[0].member_id]
    assert first.until == today - timedelta(days=3)
    assert "冯领导" in page.content.decode()
    Activity.objects.all().delete()
    visited(pairs[0], today - timedelta(days=3))
    visited(pairs[1], today - timedelta(days=5))
    first = client.get(reverse("fieldwork:windows")).context["leaders"]
    assert first.in_time == len(first.leaders) == 2


def test_a_leader_s_first_visit_is_the_first_to_any_of_their_households(
    festival, pairs, willow_village, today
):
    second = paired(festival, pairs[0].member, "F9", willow_village)
    visited(pairs[0], today)
    visited(second, today - timedelta(days=4))
    rhythm, window = window_visits.nearest(festival, today=today)
    found = window_visits.WindowVisits(festival, rhythm, window, today=today)
    first = found.leaders_first(Pair.objects.all())
    days = {one.member: one.first for one in first.leaders}
    assert days[pairs[0].member_id] == today - timedelta(days=4)
    assert first.in_time == 1


def test_visits_taken_out_or_of_another_kind_do_not_count(festival, pairs, today):
    rhythm, window = window_visits.nearest(festival, today=today)
    found = window_visits.WindowVisits(festival, rhythm, window, today=today)
    visited(pairs[0], today, voided_on=today, void_reason="错")
    other = next(one.key for one in festival.playbook.activities if one.key != "visit")
    visited(pairs[1], today, kind=other)
    assert found.counts(Pair.objects.all())["met"] == 0
    visited(pairs[1], today)
    assert found.counts(Pair.objects.all())["met"] == 1


def test_units_are_counted_with_all_below_them(festival, pairs, bureau, today):
    rhythm, window = window_visits.nearest(festival, today=today)
    found = window_visits.WindowVisits(festival, rhythm, window, today=today)
    visited(pairs[2], today)
    (unit,) = found.units(Pair.objects.all(), most=5)
    assert (unit.organisation, unit.asked, unit.met, unit.waiting) == (bureau, 3, 1, 2)


def test_each_reads_the_own_pairs_and_an_unknown_window_is_not_there(
    client, liaison, lu, festival, pairs, today
):
    client.force_login(liaison)
    assert client.get(reverse("fieldwork:windows")).context["found"].counts(
        Pair.objects.visible_to(liaison)
    ) == {"asked": 3, "met": 0}
    client.force_login(lu)
    assert "户F1" not in client.get(reverse("fieldwork:windows")).content.decode()
    for wrong in ({"rhythm": "at_festival", "on": "2001-01-01"}, {"rhythm": "x", "on": "y"}):
        assert client.get(reverse("fieldwork:windows"), wrong).status_code == 404


def test_a_campaign_without_windows_says_so(client, office, campaign):
    assert not window_visits.rhythms(campaign)
    client.force_login(office)
    assert "没有要求" in client.get(reverse("fieldwork:windows")).content.decode()


def test_the_nearest_window_is_the_one_that_runs_then_the_last_then_the_next(festival, today):
    def starts(day):
        return window_visits.nearest(festival, today=day)[1].starts

    began = today - timedelta(days=5)
    assert starts(today) == starts(today + timedelta(days=60)) == began
    assert starts(began - timedelta(days=9)) == began
