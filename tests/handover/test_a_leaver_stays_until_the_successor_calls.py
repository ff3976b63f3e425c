"""How long the helper before stays answerable: the playbook says, a recorded visit may end it."""

from datetime import timedelta

import pytest
from django.urls import reverse

from jiedui.fieldwork import actions as fieldwork
from jiedui.fieldwork.actions import Done
from jiedui.fieldwork.models import Activity
from jiedui.handover import actions, bulk_hand_over
from jiedui.orgs import actions as orgs
from jiedui.orgs.models import Member
from jiedui.pairing.coverage import uncovered
from jiedui.pairing.models import Pair
from page_forms import forms_of


@pytest.fixture
def by_first_visit(campaign):
    campaign.source = campaign.source.replace(
        "handover = { overlap_days = 10 }",
        'handover = { until = "first_visit", overlap_days = 10 }',
    )
    campaign.save()
    return campaign


@pytest.fixture
def handed(zhou_and_the_qins, he, today):
    """Handed to He eight days ago."""
    day = today - timedelta(days=8)
    zhou_and_the_qins.refresh_from_db()
    (successor,) = actions.hand_over(zhou_and_the_qins, to=[he], on=day, reason="transfer", by=None)
    return successor


def _visit(pair, day):
    return fieldwork.visit(pair, Done(kind="visit", day=day, note="拉家常"), by=None)


def test_the_first_visit_of_the_successor_ends_the_time_of_the_helper_before(
    by_first_visit, zhou_and_the_qins, handed, today
):
    _visit(zhou_and_the_qins, today - timedelta(days=6))  # the helper before still calls
    zhou_and_the_qins.refresh_from_db()
    assert zhou_and_the_qins.ended is None
    fieldwork.visit(
        handed, Done(kind="phone_call", day=today - timedelta(days=6), note="问候"), by=None
    )
    zhou_and_the_qins.refresh_from_db()
    assert zhou_and_the_qins.ended is None  # a telephone call is no visit
    visited = today - timedelta(days=5)
    _visit(handed, visited)
    zhou_and_the_qins.refresh_from_db()
    assert zhou_and_the_qins.ended == visited
    _visit(handed, today)
    zhou_and_the_qins.refresh_from_db()
    assert zhou_and_the_qins.ended == visited  # later visits change nothing
    kinship = by_first_visit.playbook.pairing("kinship")
    assert not uncovered(by_first_visit, kinship).exists()


def test_without_a_visit_the_overlap_is_the_latest_day(
    by_first_visit, zhou_and_the_qins, handed, today
):
    actions.close_overlaps(today=today + timedelta(days=3))
    zhou_and_the_qins.refresh_from_db()
    assert zhou_and_the_qins.ended == today + timedelta(days=2)


def test_where_the_playbook_counts_days_a_visit_ends_nothing(zhou_and_the_qins, handed, today):
    _visit(handed, today)
    zhou_and_the_qins.refresh_from_db()
    assert zhou_and_the_qins.ended is None


def test_whoever_waits_for_the_successors_leaves_with_their_last_first_visit(
    by_first_visit, zhou, he, zhou_and_the_qins, today
):
    drafted = bulk_hand_over.prepare(
        zhou, fate="later", on=today - timedelta(days=3), reason="retirement",
        among=Member.objects.all(), by=None,
    )  # fmt: skip
    bulk_hand_over.settle(drafted, by=None)
    zhou.refresh_from_db()
    assert zhou.ended is None
    _visit(Pair.objects.get(member=he), today)
    zhou.refresh_from_db()
    assert (zhou.ended, zhou.end_reason) == (today, "retirement")


@pytest.fixture
def visited(client, office, by_first_visit, handed):
    """The successor's first visit, just written down on its page."""
    client.force_login(office)
    return _write_down(client, handed)


def _write_down(client, pair, **typed):
    url = f"{reverse('fieldwork:visit')}?pair={pair.pk}"
    form = next(one for one in forms_of(client.get(url).content.decode()) if one.number)
    assert client.post(url, {**form.fields, "note": "拉家常", **typed}).status_code == 302
    return Activity.objects.get(pk=form.number)


def _undo(client, visit):
    client.post(reverse("fieldwork:undo", args=[visit.pk]))
    visit.refresh_from_db()
    assert visit.voided_on


def test_a_visit_taken_back_at_once_takes_back_what_it_ended(
    client, visited, zhou_and_the_qins, today
):
    zhou_and_the_qins.refresh_from_db()
    assert zhou_and_the_qins.ended == today
    _undo(client, visited)
    zhou_and_the_qins.refresh_from_db()
    assert zhou_and_the_qins.ended is None and zhou_and_the_qins.overlap_until


def test_another_visit_of_the_successor_still_ends_it(
    client, visited, handed, zhou_and_the_qins, today
):
    before = today - timedelta(days=2)
    _write_down(client, handed, day=before.isoformat())
    _undo(client, visited)
    zhou_and_the_qins.refresh_from_db()
    assert zhou_and_the_qins.ended == before


def test_what_an_earlier_visit_ended_stays_ended(
    client, office, by_first_visit, handed, zhou_and_the_qins, today
):
    first = today - timedelta(days=3)
    _visit(handed, first)
    client.force_login(office)
    _undo(client, _write_down(client, handed))
    zhou_and_the_qins.refresh_from_db()
    assert zhou_and_the_qins.ended == first


def test_a_visit_taken_out_later_brings_nobody_back(visited, zhou_and_the_qins, office, today):
    fieldwork.void(visited, reason="没有去", by=office)
    zhou_and_the_qins.refresh_from_db()
    assert zhou_and_the_qins.ended == today


def test_who_left_with_that_visit_serves_again_with_the_seat_in_the_team(
    client, office, branch, by_first_visit, zhou, he, zhou_and_the_qins, today
):
    team = orgs.form_team(
        {"number": "T1", "name": "队", "kind": "v", "organisation": branch, "since": today}, by=None
    )
    orgs.join(team, zhou, on=today, by=None)
    drafted = bulk_hand_over.prepare(
        zhou, fate="later", on=today - timedelta(days=3), reason="retirement",
        among=Member.objects.all(), by=None,
    )  # fmt: skip
    bulk_hand_over.settle(drafted, by=None)
    client.force_login(office)
    visit = _write_down(client, Pair.objects.get(member=he))
    zhou.refresh_from_db()
    assert zhou.ended == today and team.places_in.get().ended == today
    _undo(client, visit)
    zhou.refresh_from_db()
    assert (zhou.ended, zhou.end_reason, team.places_in.get().ended) == (None, "", None)
