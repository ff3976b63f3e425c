"""Units answer for villages, their members for households there: first, or only."""

from datetime import timedelta

import pytest
from django.urls import reverse

from jiedui.core.refusals import Refused
from jiedui.engines.matching import solve
from jiedui.handover import actions as handover
from jiedui.households.models import Household
from jiedui.orgs.models import Member, Organisation
from jiedui.pairing import actions, coverage, levels, loads
from jiedui.pairing.models import Pair
from jiedui.pairing.problem import Options, build_problem
from jiedui.proposals import approving
from jiedui.proposals.models import Proposal

UNITS = """
[[pairings]]
key = "unit_village"
name = { zh = "单位包村", en = "Unit and village" }
helper = "organisation"
helped = "place"
place_level = "village"
helpers_each = { fewest = 1, most = 2 }

[[windows]]
"""


def _book(campaign, how):
    campaign.source = campaign.source.replace(
        "handover = { overlap_days = 10 }",
        f'inside_unit = "{how}"\nhandover = {{ overlap_days = 10 }}',
    ).replace("[[windows]]\n", UNITS, 1)
    campaign.save()
    return campaign


@pytest.fixture
def other_unit(bureau):
    return Organisation.objects.create(
        parent=bureau.parent, path="00010002", name="水利局", kind="unit", number="U2"
    )


@pytest.fixture
def only(campaign, bureau, willow_village, today):
    """The bureau alone answers for Willow village; its own members must help there."""
    _book(campaign, "only")
    actions.keep(
        campaign, kind="unit_village", place=willow_village, helper=bureau,
        since=today - timedelta(days=300), by=None,
    )  # fmt: skip
    return campaign


@pytest.fixture
def stranger(other_unit):
    return Member.objects.create(number="N1", name="沈岚", organisation=other_unit, rank="clerk")


def test_only_members_of_the_unit_are_paired_in_its_village(
    only, qin_family, zhou, stranger, today
):
    with pytest.raises(Refused):
        actions.open_pair(
            only, kind="kinship", member=stranger, household=qin_family, since=today, by=None
        )
    pair = actions.open_pair(
        only, kind="kinship", member=zhou, household=qin_family, since=today, by=None
    )
    with pytest.raises(Refused):
        handover.hand_over(pair, to=[stranger], on=today, reason="transfer", by=None)


def test_a_village_without_a_unit_waits_for_one(only, other_village, zhou, today):
    home = Household.objects.create(
        number="V1", head="远户", place=other_village, kind="allowance", since=today
    )
    with pytest.raises(Refused, match="榆树村"):
        actions.open_pair(only, kind="kinship", member=zhou, household=home, since=today, by=None)


@pytest.mark.parametrize(("how", "covered"), [("only", 0), ("first", 1)])
def test_a_proposal_keeps_to_the_villages_of_units(
    campaign, bureau, willow_village, qin_family, stranger, today, how, covered
):
    _book(campaign, how)
    actions.keep(
        campaign, kind="unit_village", place=willow_village, helper=bureau, since=today, by=None
    )
    kinship = campaign.playbook.pairing("kinship")
    built = build_problem(
        campaign, kinship, households=coverage.uncovered(campaign, kinship),
        helpers=loads.helpers(campaign, kinship), options=Options(),
    )  # fmt: skip
    assert int((solve(built.problem).assignment >= 0).sum()) == covered


def test_a_row_changed_by_hand_to_another_unit_is_refused_by_name(
    only, qin_family, stranger, zhou, leader, today
):
    proposal = Proposal.objects.create(campaign=only, kind="kinship", state="ready")
    proposal.rows.create(household=qin_family, member=stranger, is_by_hand=True)
    done = approving.approve(proposal, by=leader)
    assert [household for household, _why in done.refused] == [qin_family]
    assert not Pair.objects.filter(household=qin_family).exists()


def test_the_two_levels_are_offered_only_where_the_playbook_asks_for_them(
    client, office, campaign, zhou_and_the_qins
):
    client.force_login(office)
    page = reverse("pairing:levels")
    assert page not in client.get(reverse("pairing:list")).content.decode()
    _book(campaign, "first")
    assert page in client.get(reverse("pairing:list")).content.decode()


def test_where_the_two_levels_disagree_is_listed_with_the_way_to_mend_it(
    client, office, lu, campaign, zhou_and_the_qins, other_unit, willow_village, other_village,
    stranger, today, django_assert_max_num_queries,
):  # fmt: skip
    _book(campaign, "first")
    kinship = campaign.playbook.pairing("kinship")
    found = levels.compare(campaign, kinship)
    assert (found.outside, found.unanswered) == ([], [(willow_village.pk, 1)])
    tie = actions.keep(
        campaign, kind="unit_village", place=willow_village, helper=other_unit, since=today, by=None
    )
    found = levels.compare(campaign, kinship)
    assert (found.outside, found.unanswered, found.idle) == (
        [zhou_and_the_qins.pk], [], [tie.pk],
    )  # fmt: skip
    client.force_login(office)
    with django_assert_max_num_queries(24):
        page = client.get(reverse("pairing:levels")).content.decode()
    assert reverse("handover:hand_over", args=[zhou_and_the_qins.pk]) in page
    for word, is_found in (("秦安", True), ("没有", False)):
        searched = client.get(reverse("pairing:levels"), {"q": f"{word}\0"})
        shown = searched.context["lines"] == [zhou_and_the_qins]
        assert word in searched.content.decode()  # what was typed stays
        assert shown is is_found
    idle = client.get(reverse("pairing:levels"), {"show": "idle"}).content.decode()
    assert other_unit.name in idle and "uncovered" in idle
    client.force_login(lu)
    assert "秦安" not in client.get(reverse("pairing:levels")).content.decode()
    assert client.get(reverse("pairing:levels"), {"kind": "nothing"}).status_code == 404
    handover.end(tie, on=today, reason="transfer", by=None)
    client.force_login(office)
    page = client.get(reverse("pairing:levels"), {"show": "unanswered"}).content.decode()
    assert reverse("pairing:keep", args=[willow_village.pk]) in page


def test_a_playbook_without_the_rule_has_no_such_page(client, office, campaign):
    client.force_login(office)
    page = client.get(reverse("pairing:levels"))
    assert page.status_code == 200 and "levels" not in page.context
