"""Successors for the pairs of leavers, chosen by the engine; no other pair changes.

The problem holds only the pairs that pass on, and every helper who has a free place. As no other
pair may change, this repairs the plan of the whole register, even if none was ever made.
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
from jiedui.engines.matching import Problem
from jiedui.engines.matching.problem import FORBIDDEN
from jiedui.households.models import Household
from jiedui.orgs.models import Member
from jiedui.pairing import coverage, loads
from jiedui.pairing.models import Pair
from jiedui.pairing.problem import BuiltProblem, Options, build_problem
from jiedui.pairing.solving import solved
from jiedui.pairing.units import Units

OPTIONS = Options(scope="uncovered", hardest="first")
Given = tuple[int, int, str]  # household, helper and role: what a part before has given already


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
    for _kind, group in groupby(wanted, key=lambda pair: (pair.campaign_id, pair.kind)):
        given: list[Given] = []
        for layer in _layers(list(group)):
            new = _of(layer, among=among, going=going, given=given)
            given += [
                (pair.household_id, new[pair.pk].member, pair.role)
                for pair in layer
                if pair.household_id and pair.pk in new
            ]
            found |= new
    return found


def _layers(pairs: list[Pair]) -> Iterator[list[Pair]]:
    """Parts of one role in which no household stands twice: both helpers of one may go at once."""
    for _role, group in groupby(pairs, key=lambda pair: pair.role):
        rest = list(group)
        while rest:
            first = {pair.household_id: pair for pair in reversed(rest)}
            yield list(first.values())
            rest = [pair for pair in rest if first[pair.household_id] is not pair]


def _of(
    pairs: list[Pair],
    *,
    among: QuerySet[Member],
    going: Collection[int],
    given: Sequence[Given],
) -> dict[int, Successor]:
    campaign, role = pairs[0].campaign, _role(pairs[0])
    pairing = campaign.playbook.pairing(pairs[0].kind)
    helpers = loads.helpers(campaign, pairing).filter(pk__in=among.order_by().values("pk"))
    helpers = helpers.exclude(pk__in=going)
    built = build_problem(
        campaign,
        pairing,
        households=Household.objects.filter(pk__in=[pair.household_id for pair in pairs]),
        helpers=loads.with_room(helpers, campaign, pairing, role=role),
        options=replace(OPTIONS, scope="second") if role == "second" else OPTIONS,
        # Beside a second helper the hardest have their leader.
        hardest_of=coverage.eligible(campaign, pairing) if role == "first" else None,
    )
    row = {household: at for at, household in enumerate(built.households)}
    before = {row[p.household_id]: p for p in pairs if p.household_id in row}
    problem = _restricted(campaign, pairing, built, before, given)
    plan = solved(problem)
    at = np.flatnonzero(plan.assignment >= 0)
    to = plan.assignment[at]
    ways = built.distances(at, to)
    return {
        before[home].pk: Successor(built.helpers[helper], way)
        for home, helper, way in zip(at.tolist(), to.tolist(), ways, strict=True)
    }


def _role(pair: Pair) -> loads.Role:
    return "second" if pair.role == "second" else "first"


def _restricted(
    campaign: Campaign,
    pairing: Pairing,
    built: BuiltProblem,
    before: dict[int, Pair],
    given: Sequence[Given],
) -> Problem:
    """The problem with what a hand-over asks besides: own unit first, nobody twice.

    Nobody must get a household to reach a minimum: that is what proposals are for.
    """
    problem = built.problem
    role = next((pair.role for pair in before.values()), "first")
    # Where second helpers have a load of their own, only pairs of one's role fill one's places.
    load = Counter(one[1] for one in given if not pairing.second_load or one[2] == role)
    taken = np.array([load[key] for key in built.helpers], np.int64)
    groups = _own_unit_first(campaign, built, before)
    return replace(
        problem,
        capacity=np.maximum(problem.capacity - taken, 0),
        min_load=np.zeros_like(problem.min_load),
        avoid=np.concatenate([problem.avoid, _beside(campaign, pairing, built, given)]),
        **groups,
    )


def _beside(
    campaign: Campaign, pairing: Pairing, built: BuiltProblem, given: Sequence[Given]
) -> Any:
    """(household, helper) of everybody who helps one of these households already, or is to."""
    home = {key: at for at, key in enumerate(built.households)}
    person = {key: at for at, key in enumerate(built.helpers)}
    running = Pair.objects.open().filter(
        campaign=campaign, kind=pairing.key, household__in=built.households
    )
    both = {*running.order_by().values_list("household", "member")}
    both |= {(household, member) for household, member, _role in given}
    found = [
        (home[household], person[member])
        for household, member in sorted(both, key=str)
        if household in home and member in person
    ]
    return np.array(found, np.int64).reshape(-1, 2)


def _own_unit_first(
    campaign: Campaign, built: BuiltProblem, before: dict[int, Pair]
) -> dict[str, Any]:
    """The groups of the problem, crossed with the unit of the helper before."""
    problem = built.problem
    units = Units.of(campaign, paths={pair.organisation.path for pair in before.values()})
    columns = {unit: at for at, unit in enumerate(sorted(set(built.units)))}
    kept = np.zeros(max(1, len(columns)), np.int64)
    for unit, group in zip(built.units, problem.helper_group.tolist(), strict=True):
        kept[columns[unit]] = group
    mine = [
        (int(problem.household_group[at]), units.unit(before[at].organisation.path))
        for at in range(len(built.households))
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
        "helper_group": np.array([columns[unit] for unit in built.units], np.int64),
        "group_cost": charge,
    }
