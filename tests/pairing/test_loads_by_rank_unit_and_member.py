"""How many partners one may carry: by rank, by the sort of unit, and never past one's own cap."""

import random
from itertools import count

import pytest
from django.db.models import F, Value
from django.urls import reverse

from jiedui.campaigns.playbook import check
from jiedui.orgs.models import Member, Organisation
from jiedui.pairing import loads
from jiedui.proposals.models import ProposedPair
from planning import planned

LOAD = "load = { leader = { fewest = 0, most = 3 }, ordinary = { fewest = 0, most = 2 } }"
RULES = """
[[pairings.loads]]
ranks = ["leader"]
levels = ["county"]
fewest = 1
most = 8

[[pairings.loads]]
classes = ["重点帮扶单位"]
most = 4

[[pairings.loads]]
unit_kinds = ["private"]
most = 0
"""


def written(source, rules):
    """The text of a playbook with these rules in its kind of pair."""
    head, tail = source.split(LOAD, 1)
    pairing, rest = tail.split("\n[[", 1)
    return f"{head}{LOAD}{pairing}{rules}\n[[{rest}"


def with_rules(campaign, rules):
    campaign.source = written(campaign.source, rules)
    return campaign.playbook.pairing("kinship")


@pytest.fixture
def units(campaign, bureau):
    """Three units of different sorts, each with a branch; the bureau is of the county."""
    Organisation.objects.filter(pk=bureau.pk).update(affiliation="county")
    numbers = count(1)

    def unit(name, **facts):
        at = next(numbers)
        made = Organisation.objects.create(
            parent=bureau.parent, path=f"{bureau.parent.path}09{at:02}", name=name, kind="unit",
            **facts,
        )  # fmt: skip
        return Organisation.objects.create(
            parent=made, path=f"{made.path}0001", name=f"{name}支部", kind="branch"
        )

    return {
        "city": unit("市直单位", affiliation="prefecture"),
        "key": unit("重点单位", affiliation="prefecture", classes=["财政供养", "重点帮扶单位"]),
        "firm": unit("民企", unit_kind="private"),
    }


def member(organisation, rank="clerk", **more):
    number = f"L{Member.objects.count():03}"
    return Member.objects.create(
        number=number, name=number, organisation=organisation, rank=rank, **more
    )


def test_the_first_rule_that_fits_counts_then_the_rank_then_the_usual(campaign, branch, units):
    pairing = with_rules(campaign, RULES)

    def most(*who, **more):
        return loads.Limits(campaign, pairing).of(member(*who, **more)).most

    assert most(branch, "division_chief") == 8
    assert most(units["city"], "division_chief") == 3
    assert most(units["key"], "division_chief") == 4
    assert most(units["key"]) == 4
    assert most(units["firm"], "division_chief") == 0
    assert most(branch) == 2
    assert most(branch, "") == 1
    assert loads.Limits(campaign, pairing).of(member(branch, "division_chief")).fewest == 1


def test_nobody_is_asked_for_more_than_they_say_they_can_carry(campaign, branch, units):
    limits = loads.Limits(campaign, with_rules(campaign, RULES))
    assert limits.of(member(branch, "division_chief", most_pairs=2)).most == 2
    assert limits.of(member(branch, "division_chief", most_pairs=0)).fewest == 0
    assert limits.of(member(branch, most_pairs=9)).most == 2, "a cap never adds to the load"


def test_who_has_room_is_the_same_one_by_one_and_as_a_query(campaign, branch, units):
    chance = random.Random(20261201)
    sorts = [
        *('ranks = ["leader"]', 'ranks = ["ordinary"]', 'levels = ["county"]'),
        *('levels = ["prefecture", "county"]', 'unit_kinds = ["private", "state"]'),
        *('classes = ["重点帮扶单位"]', 'ranks = ["leader"]\nlevels = ["prefecture"]'),
    ]
    ranks = ("", "clerk", "division_chief", "section_chief")
    for where in (branch, *units.values()):
        for rank in ranks:
            member(where, rank, most_pairs=chance.choice((None, None, 0, 1, 3)))
    before = campaign.source
    for _round in range(25):
        campaign.source = before
        rules = "".join(
            f"\n[[pairings.loads]]\n{sort}\nmost = {chance.randint(0, 5)}\n"
            for sort in chance.sample(sorts, chance.randint(0, 3))
        )
        limits = loads.Limits(campaign, with_rules(campaign, rules))
        carried = chance.randint(0, 4)
        rows = limits.standing(Member.objects.all(), Value(carried))
        for row in rows:
            load = limits.of(row)
            told = (row.fewest, row.most, row.missing)
            assert told == (load.fewest, load.most, max(0, load.fewest - carried)), rules
        found = rows.filter(carried__lt=F("most"))
        wanted = {one.pk for one in Member.objects.all() if carried < limits.of(one).most}
        assert {one.pk for one in found} == wanted, rules


def test_a_plan_gives_nobody_more_than_their_cap(county, office):
    capped = list(Member.objects.filter(organisation__name="农业局二支部")[:20])
    for at, one in enumerate(capped):
        one.most_pairs = at % 2
        one.save()
    proposal = planned(county, by=office)
    given = ProposedPair.objects.filter(proposal=proposal, member__in=capped)
    found = list(given.values_list("member", flat=True))
    assert all(found.count(one.pk) <= one.most_pairs for one in capped)
    assert set(found), "those who can carry one still help"


def test_a_second_helper_s_load_stays_the_same_for_all(campaign, branch, units):
    pairing = with_rules(campaign, "\nsecond_load = { fewest = 0, most = 5 }\n" + RULES)
    limits = loads.Limits(campaign, pairing, role="second")
    assert limits.of(member(units["firm"])).most == 5
    assert limits.of(member(units["firm"], most_pairs=1)).most == 1


def test_a_rule_for_anybody_is_a_mistake_with_its_line(campaign):
    text = written(campaign.source, "\n[[pairings.loads]]\nmost = 2\n")
    (mistake,) = set(check(text)) - set(check(campaign.source))
    assert "usual_load" in mistake.expected
    assert "[[pairings.loads]]" in text.splitlines()[mistake.line - 1]


def test_the_level_of_a_unit_and_a_cap_are_typed_on_their_pages(client, office, bureau, zhou):
    client.force_login(office)
    typed = {
        "name": bureau.name, "kind": "unit", "affiliation": "county",
        "classes": "重点帮扶单位，财政供养", "version": bureau.version,
    }  # fmt: skip
    assert client.post(reverse("orgs:edit", args=[bureau.pk]), typed).status_code == 302
    bureau.refresh_from_db()
    assert (bureau.affiliation, bureau.classes) == ("county", ["重点帮扶单位", "财政供养"])
    shown = client.get(bureau.get_absolute_url()).content.decode()
    assert "重点帮扶单位、财政供养" in shown
