"""Why a household has a far helper: the rule that binds is named first, from the proof's prices."""

from datetime import timedelta

import numpy as np
import pytest
from django.urls import reverse

from jiedui.engines.matching import Problem, binding, solve
from jiedui.households.models import Household
from jiedui.orgs.models import Member, Organisation
from jiedui.places.models import Place
from jiedui.proposals import explanation, proposing
from jiedui.proposals.models import Proposal
from jiedui.web import jobs
from planning import planned


def _line(*households, helpers, **rules):
    """Households and helpers on one line, places in kilometres."""

    def at(places):
        return np.array([[1000 * x, 0] for x in places], np.int64)

    return Problem(household_xy=at(households), helper_xy=at(helpers), **rules)


def test_a_minimum_is_named_and_not_the_places_of_others():
    problem = _line(0, 0.1, helpers=(0, 29), capacity=[5, 5], min_load=[0, 1])
    plan = solve(problem)
    (far,) = np.flatnonzero(plan.assignment == 1)
    (rule,) = binding(problem, plan, int(far), 0)
    assert (rule.rule, rule.where) == ("minimum", 1)
    assert rule.points >= 2800


def test_full_places_are_named():
    problem = _line(0, 0.1, helpers=(0, 29), capacity=[1, 5])
    plan = solve(problem)
    (far,) = np.flatnonzero(plan.assignment == 1)
    (rule,) = binding(problem, plan, int(far), 0)
    assert (rule.rule, rule.where) == ("full", 0)


@pytest.mark.parametrize(
    ("bounds", "rule", "where"),
    [({"upper": [1, 5]}, "node_full", 0), ({"lower": [0, 1], "upper": [9, 9]}, "node_minimum", 1)],
)
def test_a_quota_of_a_unit_is_named(bounds, rule, where):
    problem = _line(
        0, 0.1, helpers=(0, 29), capacity=[5, 5], node=[0, 1], parent=[-1, -1],
        lower=bounds.get("lower", [0, 0]), upper=bounds["upper"],
    )  # fmt: skip
    plan = solve(problem)
    (far,) = np.flatnonzero(plan.assignment == 1)
    found = binding(problem, plan, int(far), 0)
    assert (found[0].rule, found[0].where) == (rule, where)


def test_spread_loads_and_least_change_are_named():
    spread = _line(0, 0.1, helpers=(0, 2), capacity=[5, 5], load_cost=[0, 500, 1000])
    plan = solve(spread)
    (far,) = np.flatnonzero(plan.assignment == 1)
    assert binding(spread, plan, int(far), 0)[0].rule == "spread"
    kept = _line(0, helpers=(0, 29), capacity=[5, 5], current=[1], keeps=True)
    assert binding(kept, solve(kept), 0, 0)[0].rule == "keeps"


@pytest.mark.parametrize("seed", range(12))
def test_what_binds_makes_up_for_what_the_other_costs_less(seed):
    """Complementary slackness on random instances: the shares are never less than the gap."""
    from jiedui.engines.matching.costs import pair_costs

    draw = np.random.default_rng(seed)
    helpers, homes = 9, 20
    problem = Problem(
        household_xy=draw.integers(0, 50_000, (homes, 2)),
        helper_xy=draw.integers(0, 50_000, (helpers, 2)),
        capacity=draw.integers(2, 6, helpers), min_load=draw.integers(0, 3, helpers),
        node=draw.integers(0, 3, helpers), parent=[-1, -1, -1], lower=[3, 3, 3],
        upper=draw.integers(6, 20, 3),
    )  # fmt: skip
    plan = solve(problem)
    for home in np.flatnonzero(plan.assignment >= 0):
        for other in range(helpers):
            here, mine = np.array([home]), plan.assignment[[home]]
            less = pair_costs(problem, here, mine)[0] - pair_costs(problem, here, [other])[0]
            found = binding(problem, plan, int(home), other)
            assert less <= sum(one.points for one in found)


@pytest.fixture
def far_away(campaign, branch, willow_village, city, today):
    """Twelve households in one village; one helper far off must have one by the playbook."""
    campaign.source = campaign.source.replace(
        "leader = { fewest = 0, most = 3 }", "leader = { fewest = 1, most = 3 }"
    ).replace("ordinary = { fewest = 0, most = 2 }", "ordinary = { fewest = 0, most = 12 }")
    campaign.save()
    Household.objects.bulk_create(
        Household(
            number=f"X{n:02}", head=f"户{n}", kind="allowance", place=willow_village,
            since=today - timedelta(days=9),
        )
        for n in range(12)
    )  # fmt: skip
    far = Place.objects.create(
        parent=city, path="211122", code="211122000000", name="盘山县", level="county"
    )
    other = Organisation.objects.create(
        parent=branch.parent, path="000100010009", name="远支部", kind="branch", place=far
    )
    Member.objects.create(number="N", name="近", organisation=branch, rank="clerk",
                          place=willow_village)  # fmt: skip
    Member.objects.create(number="F", name="远", organisation=other, rank="division_chief",
                          place=far)  # fmt: skip
    return campaign


def _row(proposal):
    return proposal.rows.get(member__number="F")


def test_the_page_names_the_minimum_first_and_offers_the_plan_without(client, far_away, office):
    proposal = planned(far_away)
    row = _row(proposal)
    assert row.distance_m > 10_000
    client.force_login(office)
    page = client.get(reverse("proposals:why", args=[proposal.pk, row.pk]))
    assert [one.rule for one in page.context["bound"].rules][:1] == ["minimum"]
    text = page.content.decode()
    assert page.context["bounds"][0] in text
    assert "更需要" not in text  # that others need the places more was not the reason
    listed = client.get(proposal.get_absolute_url()).content.decode()
    assert "超过10公里" in listed
    assert page.context["bounds"][0].rstrip("。") in listed

    address = reverse("proposals:without_minimums", args=[proposal.pk])
    client.post(address)
    jobs.work(once=True)
    again = Proposal.objects.latest("pk")
    assert again.rules["minimums"] is False
    assert not again.rows.filter(member__number="F").exists()
    assert again.result["cost"] < proposal.result["cost"]
    page = client.get(again.get_absolute_url())
    assert [side.is_shown for side in page.context["beside"].sides] == [False, True]
    assert not page.context["may_drop_minimums"]
    client.post(reverse("proposals:without_minimums", args=[again.pk]))
    assert Proposal.objects.count() == 2  # nothing is left to drop


def test_the_plan_without_minimums_is_for_those_who_propose(client, far_away, auditor):
    proposal = planned(far_away)
    client.force_login(auditor)
    answer = client.post(reverse("proposals:without_minimums", args=[proposal.pk]))
    assert answer.status_code in (403, 404)
    assert Proposal.objects.count() == 1


def test_no_better_plan_names_its_order_of_goals(client, far_away, office, today):
    from jiedui.proposals import approving

    approving.approve(planned(far_away), by=None)
    client.force_login(office)
    change = planned(far_away, scope="all", goal="change")
    text = client.get(change.get_absolute_url()).content.decode()
    assert "变动最少" in text
    assert "合计可能更低" in text
    cost = planned(far_away, scope="all", goal="cost")
    assert "合计可能更低" not in client.get(cost.get_absolute_url()).content.decode()


def test_what_costs_less_but_changes_more_is_not_lost_at_least_less_than_nothing():
    from django.template.loader import render_to_string

    said = render_to_string("proposals/_loss.html", {"loss": explanation.Loss(-300, 1)})
    assert "−3" not in said
    assert "3" in said


@pytest.mark.parametrize(
    ("rule", "change", "word"),
    [
        ("helper_kinds", 'main = true\nhelper_kinds = ["unit"]', "helper_kinds"),
        ("ranks", 'main = true\nranks = ["leader"]', "县处级"),
    ],
)
def test_a_shortage_names_the_rule_that_empties_the_choice(
    client, campaign, zhou, he, qin_family, office, rule, change, word
):
    campaign.source = campaign.source.replace("main = true", change)
    campaign.save()
    proposal = planned(campaign)
    (short,) = proposal.result["shortages"]
    assert (short["rule"], short["before"]) == (rule, 2)
    client.force_login(office)
    text = client.get(proposal.get_absolute_url()).content.decode()
    assert word in text
    assert "回避" not in text.partition("未能满足的事项")[2][:400]


def test_each_rule_has_its_own_shortage(campaign, zhou, qin_family, willow_village, today, office):
    from jiedui.pairing.models import Avoidance

    Avoidance.objects.create(
        member=zhou, household=qin_family, reason="亲属", state="accepted", declared_on=today
    )
    (short,) = planned(campaign).result["shortages"]
    assert short["rule"] == "avoid"
    Avoidance.objects.all().delete()
    zhou.rank = "clerk"
    zhou.save()
    campaign.source = campaign.source.replace("ordinary = { fewest = 0, most = 2 }",
                                              "ordinary = { fewest = 0, most = 0 }")  # fmt: skip
    campaign.save()
    (short,) = planned(campaign).result["shortages"]
    assert short["rule"] == "full"
    assert proposing.loads.emptied_by(campaign, campaign.playbook.main_pairing)[0] == ""


def test_nobody_serving_is_said(campaign, qin_family):
    (short,) = planned(campaign).result["shortages"]
    assert short["rule"] == "serving"
