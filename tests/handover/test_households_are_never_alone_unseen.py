from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jiedui.core import audit
from jiedui.core.refusals import Refused
from jiedui.handover import actions as handover
from jiedui.households.models import Household
from jiedui.orgs import actions as orgs
from jiedui.orgs.models import Member, Team
from jiedui.pairing import actions
from jiedui.pairing.coverage import coverage, eligible, uncovered, unkept, with_gap
from jiedui.pairing.models import Avoidance, Pair


@pytest.fixture
def kinship(campaign):
    return campaign.playbook.pairing("kinship")


def test_a_handover_keeps_the_old_helper_through_the_overlap(zhou_and_the_qins, he, today):
    pair = zhou_and_the_qins
    (successor,) = handover.hand_over(pair, to=[he], on=today, reason="retirement", by=None)
    pair.refresh_from_db()
    assert (pair.ended, pair.overlap_until) == (None, today + timedelta(days=10))
    assert successor.previous == pair
    handover.close_overlaps(today=today + timedelta(days=11))
    pair.refresh_from_db()
    assert pair.ended == today + timedelta(days=10)


def test_a_pair_can_be_handed_to_two_successors_together(zhou_and_the_qins, he, branch, today):
    third = Member.objects.create(number="M3", name="林芳", organisation=branch, rank="clerk")
    pairs = handover.hand_over(
        zhou_and_the_qins, to=[he, third], on=today, reason="transfer", by=None
    )
    assert [p.role for p in pairs] == ["first", "second"]


def test_nobody_is_handed_over_twice(zhou_and_the_qins, he, today):
    handover.hand_over(zhou_and_the_qins, to=[he], on=today, reason="retirement", by=None)
    with pytest.raises(Refused):
        handover.hand_over(zhou_and_the_qins, to=[he], on=today, reason="retirement", by=None)


def test_a_closed_pair_cannot_be_handed_over(zhou_and_the_qins, he, today):
    handover.end(zhou_and_the_qins, on=today, reason="transfer", by=None)
    with pytest.raises(Refused):
        handover.hand_over(zhou_and_the_qins, to=[he], on=today, reason="transfer", by=None)


def test_a_household_left_by_its_helper_shows_since_when(
    campaign, kinship, zhou_and_the_qins, zhou, today
):
    since = today - timedelta(days=4)
    assert coverage(campaign, kinship).uncovered == 0
    assert handover.leave(zhou, on=since, reason="retirement", by=None) == 1
    (alone,) = uncovered(campaign, kinship)
    assert alone.alone_since == since


def test_closing_the_pair_of_somebody_who_left_before_does_not_shorten_the_gap(
    campaign, kinship, zhou_and_the_qins, zhou, today
):
    since = today - timedelta(days=40)
    orgs.leave(zhou, on=since, reason="retirement", by=None)  # as a list of the register has it
    assert uncovered(campaign, kinship).get().alone_since == since
    handover.end(zhou_and_the_qins, on=today, reason="retirement", by=None)
    assert uncovered(campaign, kinship).get().alone_since == since


def test_a_place_kept_by_a_team_that_is_no_more_shows_as_kept_by_nobody(
    campaign, branch, willow_village, today
):
    team = Team.objects.create(
        number="T1", name="宣讲队", kind="volunteer", organisation=branch,
        since=today - timedelta(days=90),
    )  # fmt: skip
    post = replace(campaign.playbook.pairing("kinship"), helped="place", place_level="village")
    since = today - timedelta(days=5)
    actions.keep(
        campaign, kind="kinship", place=willow_village, helper=team,
        since=today - timedelta(days=80), by=None,
    )  # fmt: skip
    assert not unkept(campaign, post).exists()
    orgs.disband(team, on=since, by=None)
    assert unkept(campaign, post).get().alone_since == since
    assert with_gap(campaign, post).get().alone_since == since


def test_a_household_that_never_had_a_helper_is_alone_since_it_was_listed(
    campaign, kinship, qin_family
):
    assert uncovered(campaign, kinship).get().alone_since == qin_family.since


def test_who_is_to_avoid_a_household_is_not_paired_with_it(campaign, zhou, qin_family, today):
    Avoidance.objects.create(
        member=zhou, household=qin_family, reason="亲属", state="accepted", declared_on=today
    )
    with pytest.raises(Refused, match="回避"):
        actions.open_pair(
            campaign, kind="kinship", member=zhou, household=qin_family, since=today, by=None
        )


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["open", "hand_over", "end", "leave", "close"]),
        st.integers(0, 3),
        st.integers(0, 2),
    ),
    max_size=12,
)


@pytest.mark.django_db(transaction=True)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
def test_no_sequence_of_actions_hides_a_household_without_a_helper(
    steps, campaign, branch, willow_village, today
):
    """Every eligible household has a running pair with somebody serving, or is on the list."""
    Pair.objects.all().update(previous=None)
    Pair.objects.all().delete()
    Member.objects.all().delete()
    Household.objects.all().delete()
    members = [
        Member.objects.create(number=f"P{i}", name=f"成员{i}", organisation=branch)
        for i in range(4)
    ]
    homes = [
        Household.objects.create(
            number=f"P{i}", head=f"户{i}", place=willow_village, kind="allowance", since=today
        )
        for i in range(3)
    ]
    for step, m, h in steps:
        _try(step, campaign, members[m], homes[h], today)
    kinship = campaign.playbook.pairing("kinship")
    covered = {
        p.household_id
        for p in Pair.objects.open()
        if Member.objects.get(pk=p.member_id).ended is None
    }
    listed = set(uncovered(campaign, kinship).values_list("pk", flat=True))
    everybody = set(eligible(campaign, kinship).values_list("pk", flat=True))
    assert covered | listed == everybody
    assert not covered & listed
    assert audit.verify().broken is None


def _try(step, campaign, member, household, today):
    pair = Pair.objects.open().filter(household=household, overlap_until=None).first()
    try:
        if step == "open":
            actions.open_pair(
                campaign, kind="kinship", member=member, household=household, since=today, by=None
            )
        elif step == "hand_over" and pair:
            handover.hand_over(pair, to=[member], on=today, reason="transfer", by=None)
        elif step == "end" and pair:
            handover.end(pair, on=today, reason="transfer", by=None)
        elif step == "leave":
            handover.leave(member, on=today, reason="retirement", by=None)
        elif step == "close":
            handover.close_overlaps(today=today + timedelta(days=30))
    except Refused:
        pass


def test_who_takes_the_place_of_a_leaver_closes_what_was_left_open(
    zhou_and_the_qins, he, qin_family, today, office
):
    pair = zhou_and_the_qins
    left = today - timedelta(days=5)
    Member.objects.filter(pk=pair.member_id).update(ended=left, end_reason="retirement")
    new = actions.open_pair(
        pair.campaign, kind="kinship", member=he, household=qin_family, since=today, by=office
    )
    pair.refresh_from_db()
    assert (pair.ended, pair.end_reason, new.role) == (left, "retirement", "first")
