"""Figures count requests, how long they took and how they were rated; each leads back to them."""

from datetime import timedelta

import pytest

from jiedui.figures import actions as figures
from jiedui.figures import record_rows, trace
from jiedui.figures.evaluation import evaluate
from jiedui.needs import actions
from jiedui.needs.models import Claim, NeedRequest

pytestmark = pytest.mark.django_db
KEYS = ["settled", "open", "overdue", "granted_homes", "rating", "days", "by_units"]
FIGURES = "".join(
    f'[[figures]]\nkey = "{key}"\nname = {{ zh = "数", en = "N" }}\n'
    f'unit = {{ zh = "件", en = "N" }}\nover = "needs"\n{rest}\n'
    for key, rest in (
        ("settled", 'counts = "requests"\nwhere = { state = "confirmed" }'),
        ("open", 'counts = "requests"\nwhere = { state = "open", kind = "wish" }'),
        ("overdue", 'counts = "requests"\nwhere = { overdue = true }'),
        ("granted_homes", 'counts = "households"\ndistinct = "household"\n'
                          'where = { state = "confirmed" }'),
        ("rating", 'counts = "points"\nmeasure = "mean"\ncolumn = "rating"'),
        ("days", 'counts = "days"\nmeasure = "mean"\ncolumn = "days_to_claim"'),
        ("by_units", 'counts = "requests"\nwhere = { claimer = "organisation" }'),
    )
)  # fmt: skip


@pytest.fixture
def counted(campaign, ask, zhou, bureau, helper, other_village, today):
    """Two settled, one claimed by the unit, two open of which one is overdue, one taken out."""
    campaign.source = campaign.source + FIGURES
    campaign.save()
    rows = [ask(public_text=f"心愿{n}") for n in range(5)]
    rows.append(ask(public_text="路灯", household=None, place=other_village))
    for row in rows[:5]:
        actions.check(row, is_public=True, by=None)
    for row, rating in zip(rows[:2], (5, 4), strict=True):
        actions.claim(row, zhou, by=helper)
        actions.finish(row, on=today, text="好", by=helper)
        actions.confirm(row, rating=rating, by=None)
    actions.claim(rows[2], bureau, by=None)
    early = {name: today - timedelta(days=9) for name in ("asked_on", "checked_on")}
    NeedRequest.objects.filter(pk=rows[2].pk).update(**early)
    NeedRequest.objects.filter(pk=rows[3].pk).update(due=today - timedelta(days=1))
    actions.void(rows[5], reason="错", by=None)
    return rows


def values(snapshot, **scope):
    return [one.value for one in evaluate(snapshot, KEYS, **scope)]


def test_figures_count_states_ratings_and_days(campaign, counted):
    assert values(figures.take(campaign)) == [2, 2, 1, 1, 4.5, 3, 1]


def test_they_are_those_of_the_place_and_of_who_claimed(
    campaign, counted, willow_village, other_village, bureau
):
    snapshot = figures.take(campaign)
    assert values(snapshot, place=willow_village)[:3] == [2, 2, 1]
    assert values(snapshot, place=other_village)[:3] == [0, 0, 0]
    assert values(snapshot, organisation=bureau)[:3] == [2, 0, 0]


def test_behind_a_figure_stand_the_requests_one_may_see(campaign, counted, office, lu):
    snapshot = figures.take(campaign)
    page = trace.records(snapshot, campaign.playbook.figure("settled"))
    found = record_rows.visible(page.ids, user=office, playbook=campaign.playbook)
    assert {one.what for one in found} == {"微心愿 · 心愿0", "微心愿 · 心愿1"}
    assert {one.who for one in found} == {"秦*"}
    assert record_rows.visible(page.ids, user=lu, playbook=campaign.playbook) == []


def test_a_claim_that_is_given_back_is_nobodys(campaign, counted):
    actions.give_back(counted[2], reason="忙", by=None)
    assert Claim.objects.count() == 3
    assert values(figures.take(campaign))[-1] == 0


def test_a_snapshot_without_requests_is_taken_as_well(campaign):
    campaign.source = campaign.source + FIGURES
    campaign.save()
    assert values(figures.take(campaign))[:3] == [0, 0, 0]
