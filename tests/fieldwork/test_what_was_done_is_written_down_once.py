from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from jiedui.core.refusals import Refused
from jiedui.fieldwork import actions
from jiedui.fieldwork.actions import Done
from jiedui.fieldwork.models import Activity, Attendance, Output


def test_a_visit_takes_who_and_where_from_the_pair(zhou_and_the_qins, zhou, today):
    visit = actions.visit(zhou_and_the_qins, Done("visit", today, note="都好"), by=None)
    assert visit.place == zhou_and_the_qins.household.place
    assert visit.attendances.get().member == zhou


def test_recording_the_same_visit_twice_changes_nothing(zhou_and_the_qins, today):
    done = Done("visit", today, note="都好", id=UUID("018f0000-0000-7000-8000-000000000001"))
    first = actions.visit(zhou_and_the_qins, done, by=None)
    second = actions.visit(zhou_and_the_qins, done, by=None)
    assert first.pk == second.pk
    assert (Activity.objects.count(), Attendance.objects.count()) == (1, 1)


@pytest.mark.parametrize("days", [1, -301])
def test_a_visit_lies_between_the_start_of_the_pair_and_today(zhou_and_the_qins, today, days):
    with pytest.raises(Refused):
        actions.visit(
            zhou_and_the_qins, Done("visit", today + timedelta(days=days), note="都好"), by=None
        )
    assert not Activity.objects.exists()


def test_members_come_by_name_or_by_number_never_both(
    campaign, branch, willow_village, zhou, today
):
    done = Done("cleaning", today, members=[zhou], members_counted=5)
    with pytest.raises(Refused, match=r"twice|重复|既"):
        actions.activity(campaign, done, organisation=branch, place=willow_village, by=None)


def test_an_activity_counts_the_public_apart_and_its_outputs_in_their_unit(
    campaign, branch, willow_village, today
):
    done = Done(
        "cleaning", today, members_counted=20, public_counted=30, outputs={"letters": Decimal(500)}
    )
    row = actions.activity(campaign, done, organisation=branch, place=willow_village, by=None)
    assert (row.members_counted, row.public_counted) == (20, 30)
    assert Output.objects.get().unit == "封"


def test_an_activity_taken_out_keeps_its_reason(zhou_and_the_qins, today):
    visit = actions.visit(zhou_and_the_qins, Done("visit", today, note="都好"), by=None)
    actions.void(visit, reason="记错了户", by=None)
    assert not Activity.objects.standing().exists()
    with pytest.raises(Refused):
        actions.void(visit, reason="again", by=None)


def test_an_unknown_output_is_refused_and_nothing_is_saved(campaign, branch, willow_village, today):
    done = Done("cleaning", today, members_counted=2, outputs={"boats": Decimal(1)})
    with pytest.raises(Refused, match="boats"):
        actions.activity(campaign, done, organisation=branch, place=willow_village, by=None)
    assert not Activity.objects.exists()


def test_a_visit_without_anything_in_it_is_no_visit(zhou_and_the_qins, zhou, he, today):
    for empty in (Done("visit", today), Done("visit", today, members=[zhou], note="  ")):
        with pytest.raises(Refused, match=r"visit|走访"):
            actions.visit(zhou_and_the_qins, empty, by=None)
    assert not Activity.objects.exists()
    actions.visit(zhou_and_the_qins, Done("visit", today, members=[zhou, he]), by=None)
    actions.visit(zhou_and_the_qins, Done("visit", today, minutes=30), by=None)
