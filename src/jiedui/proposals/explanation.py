"""Why this helper, why not that one: read from the plan that is kept and from its proof."""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from jiedui.core.apart import apart
from jiedui.engines.matching import (
    Binding,
    Change,
    Plan,
    Problem,
    WhyNot,
    binding,
    repair,
    why_not,
)
from jiedui.engines.matching.costs import METRES, pair_costs, permitted
from jiedui.engines.matching.problem import TOP_SKILL, IntArray
from jiedui.pairing.models import Pair
from jiedui.pairing.problem import KINDS
from jiedui.proposals.models import Proposal, ProposedPair
from jiedui.proposals.stored_plans import SolvedProblem

UNITS_PER_KM = 1000 // METRES


@dataclass(frozen=True)
class Need:
    """A need of a household, and what its helper's lack of skill for it counts."""

    kind: str  # NEED_KIND
    weight: int  # its urgency, with that of the main cause
    skill: int  # 0 to 9 of the helper or the unit
    points: int


@dataclass(frozen=True)
class Bill:
    """What one pair counts in the plan, in points of ten metres; the parts add up to `total`."""

    way: int
    needs: list[Need]
    outside: int  # another unit answers for the village
    total: int

    @property
    def lacking(self) -> int:
        return sum(need.points for need in self.needs)


@dataclass(frozen=True)
class Standing:
    """How a pair stands among all that might be: of `possible` helpers, `better` suit this family
    better by themselves; `places` are what all the possible ones had free together."""

    possible: int
    better: int
    places: int


@dataclass(frozen=True)
class Move:
    """A household that would get another helper, by keys."""

    household: int
    before: int | None
    after: int | None
    points: int  # what it counts more


@dataclass(frozen=True)
class Insisted:
    """The whole plan when one pair is insisted on and as few others as possible move."""

    covered: int  # households more (or, below nought, fewer) with a helper
    points: int
    moves: list[Move] = field(default_factory=list)


def bill(kept: SolvedProblem, household: int, helper: int) -> Bill:
    """The parts of what a pair counts; `household` and `helper` are row and column numbers."""
    problem = kept.problem
    here, there = np.array([household]), np.array([helper])
    total = int(pair_costs(problem, here, there)[0])
    lack = TOP_SKILL - problem.skills[helper]
    needs = [
        Need(KINDS[at], int(problem.needs[household, at]), int(problem.skills[helper, at]),
             int(problem.weight * problem.needs[household, at] * lack[at]))
        for at in np.flatnonzero(problem.needs[household]).tolist()
    ]  # fmt: skip
    group = problem.group_cost[problem.household_group[household], problem.helper_group[helper]]
    outside = max(0, int(group))
    way = total - outside - sum(need.points for need in needs)
    return Bill(way, needs, outside, total)


def standing(kept: SolvedProblem, household: int, helper: int | None) -> Standing:
    costs, ok = _costs(kept, household)
    ok = ok & (kept.problem.capacity > 0)
    better = 0 if helper is None else int((costs[ok] < costs[helper]).sum())
    return Standing(int(ok.sum()), better, int(kept.problem.capacity[ok].sum()))


def next_best(
    kept: SolvedProblem, household: int, *, among: Any, count: int = 6
) -> list[tuple[int, int]]:
    """Columns of the helpers who would cost the whole plan least instead, and how much at least.

    `among` says of every column whether it may be named.
    """
    proof, problem = kept.plan.certificate, kept.problem
    assert proof is not None
    costs, ok = _costs(kept, household)
    ok &= among & (problem.capacity > 0)
    ok[kept.plan.assignment[household]] &= kept.plan.assignment[household] < 0
    had = int(problem.current[household])
    change = np.where((had >= 0) & (np.arange(len(costs)) != had), proof.change, 0)
    extra = costs + change + proof.price[: len(costs)] - proof.value[household]
    best = np.flatnonzero(ok)
    best = best[np.argsort(extra[best], kind="stable")][:count]
    return [(int(at), int(extra[at])) for at in best]


def _costs(kept: SolvedProblem, household: int) -> Any:
    """Costs of a household with every helper, and who is permitted."""
    helpers = np.arange(kept.problem.helpers)
    here = np.full(len(helpers), household)
    return pair_costs(kept.problem, here, helpers), permitted(kept.problem, here, helpers)


def against(kept: SolvedProblem, household: int, helper: int) -> WhyNot:
    """What the proof says about a pair that is not in the plan."""
    return why_not(kept.problem, kept.plan, household, helper)


@dataclass(frozen=True)
class Bound:
    """Why a household is not with the helper who suits it best by itself, by keys.

    `rules`: what keeps it from there, the weightiest first; `less` are the points by which that
    helper would cost less.
    """

    best: int
    less: int
    rules: list[Binding]


def bound(kept: SolvedProblem, household: int, *, other: int | None = None) -> Bound | None:
    """What binds a row of the plan; `other` is a column, else who costs least by itself.

    None where nobody costs less, or nothing proves the plan.
    """
    has = int(kept.plan.assignment[household])
    if kept.plan.certificate is None or has < 0:
        return None
    costs, ok = _costs(kept, household)
    ok &= kept.problem.capacity > 0
    if other is None:
        possible = np.flatnonzero(ok)
        other = int(possible[np.argmin(costs[possible])]) if len(possible) else has
    less = int(costs[has] - costs[other])
    if less <= 0 or not ok[other]:
        return None
    rules = binding(kept.problem, kept.plan, household, other)
    return Bound(kept.built.helpers[other], less, rules)


@dataclass(frozen=True)
class Loss:
    """A loss read from prices: pairs that would change, and points; or `is_priceless`: more than
    any way is worth, because places are needed for somebody to be covered at all."""

    points: int
    changes: int = 0
    is_priceless: bool = False

    @property
    def is_cheaper(self) -> bool:
        """After fewest changes comes cost: what changes more pairs may cost less."""
        return self.points < 0

    @property
    def saved(self) -> int:
        return -self.points


def loss(kept: SolvedProblem, extra: int) -> Loss:
    """What `extra` of the proof means for people."""
    proof, problem = kept.plan.certificate, kept.problem
    assert proof is not None
    dearest = kept.highest + 1
    if problem.keeps and proof.change:
        if extra >= proof.minimum // 2 or extra >= proof.uncovered // 2:
            return Loss(0, is_priceless=True)
        changes = (extra + proof.change // 2) // proof.change
        return Loss(extra - changes * proof.change, changes)
    return Loss(extra, is_priceless=extra >= 2 * dearest + proof.change)


def insist(
    proposal: Proposal, kept: SolvedProblem, *, household: int, helper: int
) -> Insisted | None:
    """The plan under review with this pair in it and as few other changes as possible, proven.

    Rows chosen by hand or opened already stay as they are. None when the rules forbid the pair.
    """
    rows = _rows(proposal)
    now = kept.plan.assignment.copy()
    firm: dict[int, int] = {}
    for home, member, is_firm in rows:
        at, to = kept.households.get(home), kept.helpers.get(member or 0, -1)
        if at is not None:
            now[at] = to
            if is_firm and to >= 0 and at != household:
                firm[at] = to
    problem = kept.problem
    fixed = _fitting(kept, {household: helper, **firm})
    if household not in fixed:
        return None
    base = replace(kept.plan, assignment=now)
    pairs = np.array(sorted(fixed.items()), np.int64).reshape(-1, 2)
    again = _with_fixed(problem, base, pairs)
    moved = np.flatnonzero((again.assignment != now) & (np.arange(len(now)) != household))
    return Insisted(
        covered=int((again.assignment >= 0).sum()) - int((now >= 0).sum()),
        points=again.cost - _cost(kept, now),
        moves=[_move(kept, at, int(now[at]), int(again.assignment[at])) for at in moved.tolist()],
    )


@apart
def _with_fixed(problem: Problem, plan: Plan, pairs: IntArray) -> Plan:
    return repair(problem, plan, Change(rules={"fixed": pairs})).plan


def _rows(proposal: Proposal) -> list[tuple[int, int | None, bool]]:
    """Household, helper and whether that is firm, of the rows that count."""
    opened = set(Pair.objects.filter(proposal=proposal).values_list("household", flat=True))
    found = proposal.rows.filter(is_left_out=False).order_by()
    return [
        (home, member, by_hand or home in opened)
        for home, member, by_hand in found.values_list("household", "member", "is_by_hand")
    ]


def _fitting(kept: SolvedProblem, wanted: dict[int, int]) -> dict[int, int]:
    """Of these pairs, those that may be: permitted, and within the helper's places."""
    problem = kept.problem
    if not wanted:
        return {}
    homes, helpers = (np.array(list(one), np.int64) for one in (wanted, wanted.values()))
    ok = permitted(problem, homes, helpers)
    left = problem.capacity.copy()
    found = {}
    for home, helper, may in zip(homes.tolist(), helpers.tolist(), ok.tolist(), strict=True):
        if may and left[helper] > 0:
            found[home] = helper
            left[helper] -= 1
    return found


def _cost(kept: SolvedProblem, assignment: Any) -> int:
    covered = np.flatnonzero(assignment >= 0)
    return int(pair_costs(kept.problem, covered, assignment[covered]).sum())


def _move(kept: SolvedProblem, at: int, before: int, after: int) -> Move:
    keys = kept.built.helpers
    costs = [_pair_cost(kept, at, one) for one in (before, after)]
    return Move(
        kept.built.households[at],
        keys[before] if before >= 0 else None,
        keys[after] if after >= 0 else None,
        costs[1] - costs[0],
    )


def _pair_cost(kept: SolvedProblem, household: int, helper: int) -> int:
    if helper < 0:
        return 0
    return int(pair_costs(kept.problem, np.array([household]), np.array([helper]))[0])


def load(proposal: Proposal, member: int) -> list[ProposedPair]:
    """The rows in which the plan under review gives this helper a household."""
    rows = proposal.rows.filter(member=member, is_left_out=False)
    return list(rows.select_related("household__place").order_by("household__number"))
