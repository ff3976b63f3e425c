"""A campaign with something to tell: visits, gifts, issues, and a snapshot of it all."""

from datetime import timedelta

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _no_cache():
    cache.clear()


@pytest.fixture
def counted(campaign, zhou_and_the_qins, willow_village, bureau, today, db):
    """The campaign after a few visits and gifts, with its snapshot taken."""
    from django.utils import timezone

    from jiedui.fieldwork.models import Activity, Attendance
    from jiedui.figures import actions
    from jiedui.ledger.models import Gift

    pair = zhou_and_the_qins
    for days in (200, 100, 40):
        visit = Activity.objects.create(
            campaign=campaign, kind="visit", day=today - timedelta(days=days),
            organisation=pair.organisation, place=willow_village, household=pair.household,
            pair=pair, recorded_at=timezone.now(),
        )  # fmt: skip
        Attendance.objects.create(activity=visit, member=pair.member)
    for fen in (5_000_000, 4_030_000):
        Gift.objects.create(
            campaign=campaign, day=today - timedelta(days=90), kind="cash", value_fen=fen,
            giver=bureau, member=pair.member, household=pair.household, place=willow_village,
            recorded_at=timezone.now(),
        )  # fmt: skip
    actions.take(campaign)
    return campaign


@pytest.fixture
def draft(counted, office):
    from jiedui.reports import actions

    return actions.begin(counted, kind="monthly", by=office)


@pytest.fixture
def frozen(draft, leader, today):
    from jiedui.reports import actions

    actions.freeze(draft, issued_on=today, by=leader)
    return draft
