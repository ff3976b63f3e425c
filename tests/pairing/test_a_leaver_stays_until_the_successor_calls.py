"""How long the helper before stays answerable: the playbook says, a recorded visit may end it."""

from datetime import timedelta

import pytest

from jiedui.fieldwork import actions as fieldwork
from jiedui.fieldwork.actions import Done
from jiedui.orgs.models import Member
from jiedui.pairing import actions, handing
from jiedui.pairing.coverage import uncovered
from jiedui.pairing.models import Pair


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
    drafted = handing.prepare(
        zhou, fate="later", on=today - timedelta(days=3), reason="retirement",
        among=Member.objects.all(), by=None,
    )  # fmt: skip
    handing.settle(drafted, by=None)
    zhou.refresh_from_db()
    assert zhou.ended is None
    _visit(Pair.objects.get(member=he), today)
    zhou.refresh_from_db()
    assert (zhou.ended, zhou.end_reason) == (today, "retirement")
