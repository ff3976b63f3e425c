"""Where the playbook allows two helpers, those with one get a second: proposed and approved."""

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from jiedui.core.refusals import Refused
from jiedui.orgs.models import Member
from jiedui.pairing import coverage, loads
from jiedui.pairing.models import Pair
from jiedui.proposals import approving, replaying, reviewing, stored_plans
from jiedui.proposals.models import ProposedPair
from planning import ask_on_the_page, planned, worked_out


def _book(campaign, **changes):
    for old, new in changes.values():
        assert old in campaign.source
        campaign.source = campaign.source.replace(old, new, 1)
    campaign.save()


@pytest.fixture
def paired(county, office, leader):
    """The county, every household of which has a first helper."""
    proposal = planned(county, by=office)
    approving.approve(proposal, by=leader)
    return county


def _seconds(campaign):
    return Pair.objects.open().filter(campaign=campaign, role="second")


def _with_load(campaign, *, most):
    line = "helpers_each = { fewest = 1, most = 2 }"
    _book(campaign, load=(line, f"{line}\nsecond_load = {{ fewest = 0, most = {most} }}"))


def test_everybody_with_one_helper_gets_another_one_as_second(paired, office, leader):
    _with_load(paired, most=5)
    proposal = planned(paired, by=office, scope="second")
    assert proposal.result["certified"]
    assert proposal.result["households"] == proposal.result["covered"] == 300
    approval = approving.approve(proposal, by=leader)
    assert (approval.opened, approval.changed, approval.refused) == (300, 0, [])
    firsts = dict(Pair.objects.open().filter(role="first").values_list("household", "member"))
    seconds = dict(_seconds(paired).values_list("household", "member"))
    assert seconds.keys() == firsts.keys()
    assert not [one for one in seconds if seconds[one] == firsts[one]]
    pairing = paired.playbook.pairing("kinship")
    assert max(loads.busy(paired, "kinship", role="second").values()) <= 5
    assert not coverage.with_one(paired, pairing).exists()


def test_seconds_fill_the_places_left_where_they_have_no_load_of_their_own(paired, office):
    proposal = planned(paired, by=office, scope="second")
    assert proposal.result["covered"] == proposal.result["places"] == 344 - 300
    assert proposal.result["uncovered"] == 256


def test_first_places_do_not_count_what_one_seconds(paired, office, leader):
    _with_load(paired, most=5)
    before = loads.busy(paired, "kinship")
    approving.approve(planned(paired, by=office, scope="second"), by=leader)
    assert loads.busy(paired, "kinship") == before


def test_a_plan_of_seconds_can_be_worked_out_again(paired, office):
    proposal = planned(paired, by=office, scope="second")
    assert replaying.replay(proposal).equal


def test_who_helps_already_is_never_the_second_of_the_same_household(paired, office):
    row = planned(paired, by=office, scope="second").rows.filter(member__isnull=False).first()
    first = Pair.objects.open().get(household=row.household).member
    with pytest.raises(Refused, match=r"helps the household already|已经在帮这一户"):
        reviewing.change_helper(row, member=first, by=office)
    kept = stored_plans.of(row.proposal)
    at = kept.households[row.household_id]
    avoided = kept.problem.avoid[kept.problem.avoid[:, 0] == at, 1]
    assert kept.helpers[first.pk] in avoided


def test_approving_seconds_refuses_by_name_what_no_longer_fits(paired, office, leader):
    _with_load(paired, most=5)
    proposal = planned(paired, by=office, scope="second")
    alone, seconded, same, *_rest = proposal.rows.order_by("pk")
    Pair.objects.open().filter(household=alone.household).update(ended=timezone.localdate())
    pair = Pair.objects.open().get(household=seconded.household)
    other = Member.objects.exclude(pk__in=(pair.member_id, seconded.member_id)).first()
    Pair.objects.create(
        campaign=paired, kind="kinship", role="second", member=other, since=pair.since,
        organisation=other.organisation, household=seconded.household,
    )  # fmt: skip
    first = Pair.objects.open().get(household=same.household).member_id
    ProposedPair.objects.filter(pk=same.pk).update(member=first)
    approval = approving.approve(proposal, by=leader)
    said = {household.pk: why for household, why in approval.refused}
    assert said[alone.household_id] in ("has no first helper any more", "已经没有第一帮扶人")
    assert other.name in said[seconded.household_id]
    assert Member.objects.get(pk=first).name in said[same.household_id]
    assert approval.opened == 297


def test_one_helper_each_leaves_no_room_for_a_second(county, client, office):
    each = "helpers_each = { fewest = 1, most = 2 }"
    _book(county, each=(each, "helpers_each = { fewest = 1, most = 1 }"))
    client.force_login(office)
    assert 'value="second"' not in client.get(reverse("proposals:new")).content.decode()
    answer = ask_on_the_page(client, office, scope="second")
    assert answer.status_code == 200
    with pytest.raises(Refused, match=r"one helper|只有一名帮扶人"):
        planned(county, by=office, scope="second")


def test_the_page_of_seconds_says_beside_whom(paired, client, office):
    proposal = worked_out(client, office, scope="second")
    page = client.get(proposal.get_absolute_url()).content.decode()
    first = Pair.objects.open().order_by("household__place__path", "household__number").first()
    assert "second helpers" in page or "（第二帮扶人）" in page
    assert f"beside {first.member.name}" in page or f"与{first.member.name}同帮" in page
    listed = client.get(reverse("proposals:list")).content.decode()
    assert "a second helper" in listed or "增配第二帮扶人" in listed


def test_what_is_missing_is_said_of_second_helpers(paired, client, office):
    proposal = worked_out(client, office, scope="second")
    page = client.get(proposal.get_absolute_url()).content.decode()
    for words in ("With a second helper", "households without a second helper"):
        assert gettext(words) in page
