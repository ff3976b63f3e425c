"""Least change beside least cost, one press from one to the other; some rows approved, or all."""

import re

import numpy as np
import pytest
from django.urls import reverse

from jiedui.core.refusals import Refused
from jiedui.households.models import Household, Need
from jiedui.orgs.models import Member
from jiedui.pairing.models import Pair
from jiedui.pairing.problem import Options
from jiedui.proposals import approving, measuring, proposing
from jiedui.proposals.comparing import compare
from jiedui.proposals.models import Proposal
from jiedui.proposals.views.proposals import PARTLY
from planning import ask_on_the_page, planned, worked_out


@pytest.fixture
def paired(county, today):
    """The county with everybody paired by a plan that looked at the way alone, and ill people."""
    approving.approve(planned(county, weight=0), by=None)
    ill = Household.objects.filter(number__endswith="3")
    Need.objects.bulk_create(
        Need(household=home, kind="health", urgency=3, since=today) for home in ill
    )
    return county


def test_both_plans_for_everybody_stand_beside_today(paired):
    proposal = planned(paired, scope="all", weight=30)
    plans = {row.goal: row.result for row in proposal.stored_plans.all()}
    assert plans["change"]["changed"] == 0
    assert plans["cost"]["changed"] > 0
    assert plans["cost"]["cost"] < plans["change"]["cost"]
    today = plans["cost"]["today"]
    assert today == plans["change"]["plan"]  # nothing is changed, so today is the plan
    assert plans["cost"]["plan"]["needs_met"] > today["needs_met"]
    found = compare(proposal)
    assert [side.is_shown for side in found.sides] == [False, True, False]
    assert all(len(cells) == 3 for _head, cells in found.lines)


def test_one_press_goes_over_to_the_other_plan_and_back(client, paired, office):
    proposal = worked_out(client, office, scope="all", preset="fitting")
    rows = dict(proposal.rows.values_list("household", "member"))
    digest = proposal.digest
    address = reverse("proposals:go_over", args=[proposal.pk])
    client.post(address, {"goal": "cost"})
    proposal.refresh_from_db()
    assert proposal.rules["goal"] == "cost"
    assert proposal.digest != digest
    assert proposal.result["now"]["cost"] == sum(proposal.rows.values_list("cost", flat=True))
    assert dict(proposal.rows.values_list("household", "member")) != rows
    client.post(address, {"goal": "change"})
    proposal.refresh_from_db()
    assert (proposal.digest, dict(proposal.rows.values_list("household", "member"))) == (
        digest,
        rows,
    )
    client.post(address, {"goal": "nonsense"})
    assert Proposal.objects.get(pk=proposal.pk).digest == digest


def test_who_goes_over_to_the_other_plan_has_chosen_it(paired, office, leader):
    proposal = planned(paired, scope="all")
    assert approving.may_approve(proposal, by=office)
    proposing.go_over(proposal, goal="cost", by=office)
    assert not approving.may_approve(proposal, by=office)
    assert approving.may_approve(proposal, by=leader)


def test_a_plan_of_which_pairs_are_open_is_not_exchanged(paired, office):
    proposal = planned(paired, scope="all", goal="cost", weight=30)
    approving.approve(proposal, by=None, rows=proposal.rows.all()[:200], reason="transfer")
    assert Pair.objects.filter(proposal=proposal).exists()
    with pytest.raises(Refused):
        proposing.go_over(proposal, goal="change", by=office)


def test_a_change_has_to_gain_what_was_asked(paired):
    free = planned(paired, scope="all", goal="cost", weight=30)
    dear = planned(paired, scope="all", goal="cost", weight=30, change=10_000)
    assert dear.result["changed"] < free.result["changed"]


def test_presets_and_own_weights_reach_the_engine(client, county, office):
    ask_on_the_page(client, office, preset="near", weight=120)
    assert Options.of(Proposal.objects.get().rules).weight == 1
    Proposal.objects.all().delete()
    ask_on_the_page(client, office, preset="own", weight=120, outside=1000)
    options = Options.of(Proposal.objects.get().rules)
    assert (options.weight, options.outside) == (120, 1000)
    Proposal.objects.all().delete()
    response = ask_on_the_page(client, office, preset="own", weight=7)
    assert "weight" in response.context["form"].errors


def test_only_ticked_rows_are_approved_after_their_numbers_are_said(client, county, office, leader):
    proposal = worked_out(client, office)
    rows = list(proposal.rows.values_list("pk", flat=True)[:3])
    client.force_login(leader)
    address = reverse("proposals:approve", args=[proposal.pk])
    page = client.get(address, {"row": rows})
    assert (page.context["preview"].opened, page.context["preview"].rest) == (3, 297)
    assert not Pair.objects.exists()
    client.post(address, {"row": rows})
    assert Pair.objects.count() == 3
    again = client.get(address, {"row": rows}).context["preview"]
    assert (again.opened, again.rest) == (0, 297)
    client.post(address)
    assert Pair.objects.count() == 300
    assert client.get(address).status_code == 302


def test_a_plan_approved_in_part_says_so_in_the_list_and_on_its_page(
    client, county, office, leader
):
    proposal = planned(county, by=office)
    client.force_login(office)
    listed = reverse("proposals:list")
    assert str(PARTLY) not in client.get(listed).content.decode()
    some = proposal.rows.filter(member__isnull=False).values_list("pk", flat=True)[:3]
    approving.approve(proposal, by=leader, rows=list(some))
    for address in (listed, proposal.get_absolute_url()):
        assert str(PARTLY) in client.get(address).content.decode()


def test_what_is_ticked_must_be_rows_of_this_proposal(client, county, office, leader):
    other = planned(county)
    proposal = worked_out(client, office)
    client.force_login(leader)
    strange = [other.rows.first().pk, "x", "9" * 40]
    address = reverse("proposals:approve", args=[proposal.pk])
    assert client.get(address, {"row": strange}).context["preview"].opened == 0
    client.post(address, {"row": strange})
    assert not Pair.objects.exists()


def test_a_unit_is_approved_by_itself(client, county, office, leader):
    proposal = worked_out(client, office)
    client.force_login(leader)
    query = "organisation=000100010002"
    address = reverse("proposals:approve", args=[proposal.pk])
    expected = proposal.rows.filter(member__organisation__path="000100010002").count()
    assert client.get(address, {"query": query}).context["preview"].opened == expected
    client.post(address, {"query": query})
    assert 0 < Pair.objects.count() == expected < 300


def test_the_numbers_said_before_are_those_that_come(paired, today):
    proposal = planned(paired, scope="all", goal="cost", weight=30)
    gone = proposal.rows.order_by("pk").first()
    Member.objects.filter(pk=gone.member_id).update(ended=today)
    said = approving.preview(proposal)
    done = approving.approve(proposal, by=None, reason="transfer")
    assert (said.opened, said.changed) == (done.opened, done.changed)
    assert said.refused == done.refused
    assert said.changed > 0


def test_loads_by_unit_and_rank_are_counted(county):
    proposal = planned(county)
    ranks = {one["key"]: one for one in proposal.loads["ranks"]}
    assert sum(one["pairs"] for one in ranks.values()) == 300
    assert (ranks["leader"]["helpers"], ranks["leader"]["places"]) == (24, 72)
    (unit,) = proposal.loads["units"]
    assert (unit["key"], unit["pairs"], unit["helpers"]) == ("00010001", 300, 160)


def test_the_page_of_everybody_anew_asks_little(
    client, paired, office, leader, django_assert_max_num_queries
):
    proposal = worked_out(client, office, scope="all")
    for user in (office, leader):
        client.force_login(user)
        with django_assert_max_num_queries(39):
            assert client.get(proposal.get_absolute_url()).status_code == 200


def test_ways_are_told_by_classes_median_and_far_end():
    found = measuring.ways([500, 900, 1500, 60_000])
    assert found["distances"] == [2, 1, 0, 0, 0, 0, 1]
    assert (found["median_m"], found["km"]) == (1200, 62)
    assert measuring.ways([])["median_m"] is None
    assert np.sum(measuring.ways([1000, 1001])["distances"][:2]) == 2


def test_rows_offer_what_the_reader_may_do(client, county, office, leader):
    proposal = planned(county, by=office)
    out = reverse("proposals:leave_out", args=[proposal.pk, proposal.rows.first().pk])

    def page(user):
        client.force_login(user)
        return client.get(proposal.get_absolute_url()).content.decode()

    # Whoever asked changes rows, but somebody else ticks and approves them.
    mine, theirs = page(office), page(leader)
    assert f'form="row-act" formaction="{out}"' in mine
    form = re.search(r'<form[^>]*id="row-act"[^>]*>(.*?)</form>', mine)
    assert form and "csrfmiddlewaretoken" in form[1]
    assert 'name="row"' not in mine
    assert 'name="row"' in theirs
    assert "formaction" not in theirs


def test_areas_of_a_plan_add_up_to_it(client, county, office, leader):
    proposal = planned(county, by=office)
    client.force_login(office)
    context = client.get(proposal.get_absolute_url()).context
    found = context["areas"]
    assert sum(one.households for one in found) == proposal.result["households"]
    assert sum(one.covered for one in found) == proposal.result["covered"]
    linked = client.get(found[0].url).context["list"]
    assert linked.total == found[0].households
