"""Who takes over the pairs of those who go: the engine's answer, nobody else being disturbed.

Only the pairs that pass on are asked about, with every helper who has a free place. As no other
pair may change, this is the repair of the whole register's plan; it needs none to have been made.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

import numpy as np
from django.db.models import QuerySet

from jiedui.campaigns.models import Campaign
from jiedui.campaigns.playbook.pairs import Pairing
from jiedui.engines.matching import Problem, solve, verify
from jiedui.engines.matching.problem import FORBIDDEN
from jiedui.households.models import Household
from jiedui.orgs.models import Member
from jiedui.pairing import coverage, loads
from jiedui.pairing.models import Pair
from jiedui.pairing.question import Options, Question, ask
from jiedui.pairing.units import Units

OPTIONS = Options(scope="uncovered", hardest="first")


@dataclass(frozen=True)
class Successor:
    """A helper who could take a pair over, and the way from there in metres, where known."""

    member: int
    distance_m: int | None


def successors(
    pairs: Sequence[Pair], *, among: QuerySet[Member], going: Collection[int]
) -> dict[int, Successor]:
    """The best successor by key of the pair, for pairs of members with households.

    As many as can be are covered, then the ways are shortest and skills fit best; a helper of the
    unit of the one before comes first, as one of another unit counts like three kilometres more.
    `among` are members who may be named, `going` keys of those who take nobody.
    """
    found: dict[int, Successor] = {}
    wanted = [pair for pair in pairs if pair.household_id and pair.member_id]
    wanted.sort(key=lambda pair: (pair.campaign_id, pair.kind, pair.role, pair.pk))
    for (_campaign, kind), group in groupby(wanted, key=lambda p: (p.campaign_id, p.kind)):
        given: set[tuple[int, int]] = set()  # (household, helper) of the parts before
        for layer in _layers(list(group)):
            campaign = layer[0].campaign
            new = _of(campaign, campaign.playbook.pairing(kind), layer, among, going, given)
            given |= {(p.household_id or 0, new[p.pk].member) for p in layer if p.pk in new}
            found |= new
    return found


def _layers(pairs: list[Pair]) -> Iterator[list[Pair]]:
    """Parts in which no household stands twice: both helpers of one may go at once."""
    while pairs:
        first = {pair.household_id: pair for pair in reversed(pairs)}
        yield list(first.values())
        pairs = [pair for pair in pairs if first[pair.household_id] is not pair]


def _of(
    campaign: Campaign,
    pairing: Pairing,
    pairs: list[Pair],
    among: QuerySet[Member],
    going: Collection[int],
    given: set[tuple[int, int]],
) -> dict[int, Successor]:
    helpers = loads.helpers(campaign, pairing).filter(pk__in=among.order_by().values("pk"))
    helpers = helpers.exclude(pk__in=going)
    asked = ask(
        campaign,
        pairing,
        households=Household.objects.filter(pk__in=[pair.household_id for pair in pairs]),
        helpers=loads.with_room(helpers, campaign, pairing),
        options=OPTIONS,
        hardest_of=coverage.eligible(campaign, pairing),
    )
    row = {household: at for at, household in enumerate(asked.households)}
    before = {row[p.household_id]: p for p in pairs if p.household_id in row}
    problem = _restricted(campaign, pairing, asked, before, given)
    plan = solve(problem)
    if broken := verify(problem, plan):
        raise RuntimeError(f"The hand-over breaks its rules: {broken[:3]}")
    at = np.flatnonzero(plan.assignment >= 0)
    to = plan.assignment[at]
    ways = asked.distances(at, to)
    return {
        before[home].pk: Successor(asked.helpers[helper], way)
        for home, helper, way in zip(at.tolist(), to.tolist(), ways, strict=True)
    }


def _restricted(
    campaign: Campaign,
    pairing: Pairing,
    asked: Question,
    before: dict[int, Pair],
    given: set[tuple[int, int]],
) -> Problem:
    """The question with what a hand-over asks besides: own unit first, nobody twice.

    Nobody must get a household to reach a minimum: that is what proposals are for.
    """
    problem = asked.problem
    load = Counter(helper for _household, helper in given)
    taken = np.array([load[key] for key in asked.helpers], np.int64)
    groups = _own_unit_first(campaign, asked, before)
    return replace(
        problem,
        capacity=np.maximum(problem.capacity - taken, 0),
        min_load=np.zeros_like(problem.min_load),
        avoid=np.concatenate([problem.avoid, _beside(campaign, pairing, asked, given)]),
        **groups,
    )


def _beside(
    campaign: Campaign, pairing: Pairing, asked: Question, given: set[tuple[int, int]]
) -> Any:
    """(household, helper) of everybody who helps one of these households already, or is to."""
    home = {key: at for at, key in enumerate(asked.households)}
    person = {key: at for at, key in enumerate(asked.helpers)}
    running = Pair.objects.open().filter(
        campaign=campaign, kind=pairing.key, household__in=asked.households
    )
    both = {*running.order_by().values_list("household", "member"), *given}
    found = [
        (home[household], person[member])
        for household, member in sorted(both, key=str)
        if household in home and member in person
    ]
    return np.array(found, np.int64).reshape(-1, 2)


def _own_unit_first(campaign: Campaign, asked: Question, before: dict[int, Pair]) -> dict[str, Any]:
    """The groups of the question, crossed with the unit of the helper before."""
    problem = asked.problem
    units = Units.of(campaign, paths={pair.organisation.path for pair in before.values()})
    columns = {unit: at for at, unit in enumerate(sorted(set(asked.units)))}
    kept = np.zeros(max(1, len(columns)), np.int64)
    for unit, group in zip(asked.units, problem.helper_group.tolist(), strict=True):
        kept[columns[unit]] = group
    mine = [
        (int(problem.household_group[at]), units.unit(before[at].organisation.path))
        for at in range(len(asked.households))
    ]
    rows = {key: at for at, key in enumerate(sorted(set(mine)))}
    charge = np.zeros((max(1, len(rows)), len(kept)), np.int64)
    for (group, unit), at in rows.items():
        other = np.full(len(kept), OPTIONS.outside)
        if unit in columns:
            other[columns[unit]] = 0
        base = problem.group_cost[group][kept]
        charge[at] = np.where(base == FORBIDDEN, FORBIDDEN, base + other)
    return {
        "household_group": np.array([rows[key] for key in mine], np.int64),
        "helper_group": np.array([columns[unit] for unit in asked.units], np.int64),
        "group_cost": charge,
    }
