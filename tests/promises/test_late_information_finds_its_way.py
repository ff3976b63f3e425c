"""What an office hears late is written down on its day, however much was recorded meanwhile."""

from datetime import timedelta
from decimal import Decimal

import pytest

from jiedui.campaigns.playbook.declare import Text
from jiedui.campaigns.playbook.forms import Field
from jiedui.core import anchor, audit
from jiedui.fieldwork import actions as fieldwork
from jiedui.fieldwork.actions import Done
from jiedui.handover import actions as handover
from jiedui.handover import bulk_hand_over
from jiedui.handover.models import HandOver
from jiedui.households import actions as households
from jiedui.orgs import actions as orgs
from jiedui.orgs.models import Member
from jiedui.pairing.models import Pair
from jiedui.questionnaires import answers

pytestmark = pytest.mark.django_db


@pytest.fixture
def ago(today):
    return lambda days: today - timedelta(days=days)


def visit(pair, day, *members):
    return fieldwork.visit(pair, Done("visit", day, note="拉家常", members=members), by=None)


@pytest.fixture
def waiting(campaign, zhou, he, zhou_and_the_qins, branch, ago):
    """Zhou leaves once He, his successor since eight days, has called; Zhou swept snow since."""
    campaign.source = campaign.source.replace(
        "handover = { overlap_days = 10 }",
        'handover = { until = "first_visit", overlap_days = 10 }',
    )
    campaign.save()
    draft = bulk_hand_over.prepare(
        zhou, fate=HandOver.Fate.LATER, on=ago(8), reason="transfer",
        among=Member.objects.filter(pk=he.pk), by=None,
    )  # fmt: skip
    bulk_hand_over.settle(draft, by=None)
    done = Done("cleaning", ago(2), note="扫雪", members=[zhou])
    place = zhou_and_the_qins.household.place
    fieldwork.activity(campaign, done, organisation=branch, place=place, by=None)
    return Pair.objects.get(previous=zhou_and_the_qins)


def test_what_a_leaver_did_since_hinders_nobody(waiting, zhou, zhou_and_the_qins, ago):
    visit(waiting, ago(5))
    zhou.refresh_from_db()
    zhou_and_the_qins.refresh_from_db()
    assert (zhou_and_the_qins.ended, zhou.ended) == (ago(5), ago(2))


def test_nor_the_night_after_the_overlap(waiting, zhou, today):
    Pair.objects.filter(member=zhou).update(overlap_until=today - timedelta(days=3))
    assert handover.close_overlaps(today=today) == 1
    zhou.refresh_from_db()
    assert zhou.ended == today - timedelta(days=2)


def test_nor_who_strikes_the_household_off(waiting, zhou, qin_family, ago):
    households.strike(qin_family, on=ago(5), reason="lifted", by=None)
    zhou.refresh_from_db()
    assert zhou.ended == ago(2)


def test_a_helper_left_before_a_colleague_called_for_them(zhou, he, zhou_and_the_qins, ago):
    visit(zhou_and_the_qins, ago(5), he)
    handover.leave(zhou, on=ago(20), reason="retirement", by=None)
    zhou.refresh_from_db()
    zhou_and_the_qins.refresh_from_db()
    assert (zhou.ended, zhou_and_the_qins.ended) == (ago(20), ago(5))


def test_a_family_that_waits_for_a_successor_can_be_called_on(zhou, he, zhou_and_the_qins, ago):
    orgs.leave(zhou, on=ago(20), reason="retirement", by=None)
    assert visit(zhou_and_the_qins, ago(5), he).day == ago(5)


def test_an_answer_of_another_type_is_written_as_it_is_asked_now(zhou_and_the_qins):
    field = Field(key="hours", name=Text("时数", "Hours"), type="number")
    values = answers.read((field,), {"hours": Decimal(5)}, before={"hours": 5})
    assert values == {"hours": "5"}


def test_an_anchor_that_may_not_be_read_is_a_missing_one(client, office, monkeypatch):
    audit.record("thing.done", by=office)

    def refuse(*_args, **_more):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(anchor.path()), "open", refuse)
    assert not anchor.is_begun()
    assert audit.is_unanchored()
    assert client.get("/healthz").status_code in (200, 503)
