"""Every party group has at least two households (新郑): who is below is named; plans see to it."""

import random
from collections import Counter

import pytest
from django.urls import reverse

from jiedui.campaigns.playbook import check
from jiedui.households.models import Household
from jiedui.orgs.models import Member, Organisation
from jiedui.pairing.models import Pair
from jiedui.pairing.quotas import Quotas
from jiedui.proposals import approving
from jiedui.proposals.models import ProposedPair
from planning import planned

LINE = "helpers_each = { fewest = 1, most = 2 }"
GROUP = """
[[organisation_kinds]]
key = "group"
name = { zh = "党小组", en = "Party group" }
under = "branch"

[[ranks]]"""


def written(source, rules):
    head, tail = source.replace("\n[[ranks]]", GROUP, 1).split(LINE, 1)
    pairing, rest = tail.split("\n[[", 1)
    return f"{head}{LINE}{pairing}{rules}\n[[{rest}"


@pytest.fixture
def quota(county):
    """The county, whose party groups should have two households each."""
    rules = '\n[[pairings.quotas]]\nof = "group"\nfewest = 2\n'
    county.source = written(county.source, rules)
    county.save()
    return county


@pytest.fixture
def groups(county, branch):
    """Three groups of the first branch with two, one and no members, taken from the branch."""
    made = [
        Organisation.objects.create(
            parent=branch, path=f"{branch.path}{n:04}", name=f"第{n}党小组", kind="group"
        )
        for n in (1, 2, 3)
    ]
    members = list(Member.objects.filter(number__startswith="Y", organisation=branch)[:3])
    for member, group in zip(members, (made[0], made[0], made[1]), strict=True):
        member.organisation = group
        member.save()
    return made


def pair(campaign, member, n):
    return Pair.objects.create(
        campaign=campaign, kind="kinship", member=member, organisation=member.organisation,
        household=Household.objects.get(number=f"X{n:04}"), since=campaign.starts,
    )  # fmt: skip


def carried(campaign):
    quotas = Quotas(campaign, campaign.playbook.pairing("kinship"))
    return {one.path: (one.carried, one.missing) for one in quotas.bounded}


def test_who_is_below_stands_first_with_what_is_missing(client, office, quota, groups):
    member = groups[0].members.first()
    pair(quota, member, 1), pair(quota, member, 2)
    pair(quota, groups[1].members.first(), 3)
    client.force_login(office)
    page = client.get(reverse("pairing:quotas"))
    text = page.content.decode()
    assert "共缺 3 户" in text
    assert "缺 2" in text
    assert "缺 1" in text
    order = [text.index(f"第{n}党小组") for n in (3, 2, 1)]
    assert order == sorted(order)
    below = client.get(reverse("pairing:quotas"), {"state": "below"}).content.decode()
    assert "第1党小组" not in below
    assert "第2党小组" in below


def test_pairs_of_those_who_left_or_hand_over_do_not_count(quota, groups, today):
    member, other = groups[0].members.all()
    pair(quota, member, 1)
    ending = pair(quota, other, 2)
    assert carried(quota)[groups[0].path] == (2, 0)
    ending.overlap_until = today
    ending.save()
    assert carried(quota)[groups[0].path] == (1, 1)
    Member.objects.filter(pk=member.pk).update(ended=today)
    assert carried(quota)[groups[0].path] == (0, 2)


def test_counts_are_those_of_plain_python(quota, groups, branch):
    chance = random.Random(7)
    everybody = list(Member.objects.filter(number__startswith="Y"))
    made = [pair(quota, chance.choice(everybody), n) for n in range(60)]
    counts = Counter()
    for one in made:
        for group in groups:
            counts[group.pk] += one.member.organisation.path.startswith(group.path)
    quotas = Quotas(quota, quota.playbook.pairing("kinship"))
    rows = quotas.standing(quotas.organisations())
    assert {row.pk: row.carried for row in rows} == {group.pk: counts[group.pk] for group in groups}
    assert all(row.missing == max(0, 2 - row.carried) and row.fewest == 2 for row in rows)
    assert {one.pk: one.missing for one in quotas.bounded} == {r.pk: r.missing for r in rows}


def test_a_plan_gives_each_group_that_has_members_its_two(quota, groups, office, leader):
    Household.objects.filter(number__gte="X0006").delete()
    proposal = planned(quota, by=office)
    given = Counter(
        ProposedPair.objects.filter(proposal=proposal, member__organisation__in=groups)
        .values_list("member__organisation", flat=True)
    )  # fmt: skip
    assert given[groups[0].pk] == 2
    assert given[groups[1].pk] == 2
    approving.approve(proposal, by=leader)
    assert carried(quota)[groups[2].path] == (0, 2), "a group without members stays below"
    again = planned(quota, by=office, scope="all", goal="change")
    assert again.result["covered"] == 6


def test_a_plan_gives_no_more_than_the_most(county, groups, office):
    rules = '\n[[pairings.quotas]]\nof = "branch"\nfewest = 0\nmost = 7\n'
    county.source = written(county.source, rules)
    county.save()
    proposal = planned(county, by=office)
    given = Counter(
        one.member.organisation.path[:12]
        for one in ProposedPair.objects.filter(proposal=proposal).exclude(member=None)
    )
    assert given and max(given.values()) == 7


def test_two_quotas_for_one_kind_are_a_mistake(campaign):
    rules = '\n[[pairings.quotas]]\nof = "branch"\nfewest = 2\n' * 2
    (mistake,) = check(written(campaign.source, rules))
    assert "quotas" in mistake.path


def test_a_unit_sees_its_own_and_a_campaign_without_quotas_says_so(
    client, liaison, office, campaign, quota, groups, lu, village_officer
):
    other = Organisation.objects.create(
        parent=campaign.organisation,
        path=f"{campaign.organisation.path}0777",
        name="别家",
        kind="unit",
    )
    Organisation.objects.create(
        parent=other, path=f"{other.path}0001", name="别家小组", kind="group"
    )
    client.force_login(liaison)
    text = client.get(reverse("pairing:quotas")).content.decode()
    assert "第1党小组" in text
    assert "别家小组" not in text
    for stranger in (lu, village_officer):
        client.force_login(stranger)
        assert "第1党小组" not in client.get(reverse("pairing:quotas")).content.decode()
    client.force_login(office)
    assert "别家小组" in client.get(reverse("pairing:quotas")).content.decode()
    assert reverse("pairing:quotas") in client.get(reverse("pairing:list")).content.decode()


def test_queries_do_not_grow_with_organisations(
    client, office, quota, groups, branch, django_assert_max_num_queries
):
    client.force_login(office)
    for n in range(4, 40):
        Organisation.objects.create(
            parent=branch, path=f"{branch.path}{n:04}", name=f"第{n}党小组", kind="group"
        )
    client.get(reverse("pairing:quotas"))
    with django_assert_max_num_queries(16):
        client.get(reverse("pairing:quotas"))
