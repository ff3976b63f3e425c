"""Cover every household that can be covered, at least cost, and prove it.

A cheapest flow over few candidate pairs; prices of that flow; all pairs against the prices; pairs
that would improve become candidates; again, until no pair at all improves (column generation for
the transportation problem, Dantzig & Wolfe 1960; Ahuja, Magnanti & Orlin, Network Flows, 1993).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from jiedui.engines.matching.costs import Pairs, charged_costs, highest_cost, pair_costs, permitted
from jiedui.engines.matching.guide import coarse_guide
from jiedui.engines.matching.network import Duals, Network, Stakes, build, duals_of, flow_of, stakes
from jiedui.engines.matching.plan import Plan
from jiedui.engines.matching.pricing import Scan
from jiedui.engines.matching.problem import IntArray, Problem
from jiedui.engines.matching.shortages import shortages

FIRST_CANDIDATES = 20  # per household
MORE_CANDIDATES = 12  # per household and round
MORE_PER_HELPER = 24
ROUGH_ROUNDS = 6
FAR_OFF_ROUNDS = 2  # in which all pairs improve: asking which is not worth it
GENTLE_MINIMUM = 400  # units of cost; much more starts a price war
NEAR_ENOUGH = 100  # units of cost
MOST_ROUNDS = 200

_NO_PAIRS = Pairs(*(np.zeros(0, np.int64) for _ in range(3)))

Progress = Callable[[str, float], None]  # what is being done, and how much of all is done (0 to 1)


def solve(problem: Problem, *, seed: int = 0, progress: Progress | None = None) -> Plan:
    """The plan of most coverage, then fewest unmet minimums, then least cost with change charges.

    Equal plans are told apart by `seed`: the same seed gives the same plan. Raises ValueError for
    fixed pairs that are not permitted or do not fit, OverflowError for costs beyond 64 bits.
    """
    started = time.perf_counter()
    report = progress or (lambda _what, _share: None)
    rest, free = _without_fixed(problem)
    assignment = np.full(problem.households, -1)
    assignment[problem.fixed[:, 0]] = problem.fixed[:, 1]
    worth = stakes(rest)
    found, duals, rounds = _proven(rest, worth, seed=seed, report=report)
    assignment[free] = found
    report("done", 1.0)
    covered = np.flatnonzero(assignment >= 0)
    had = problem.current[covered]
    return Plan(
        assignment=assignment,
        cost=int(pair_costs(problem, covered, assignment[covered]).sum()),
        certified=duals is not None,
        shortages=shortages(rest, found, duals=duals, worth=worth),
        changed=int(((had >= 0) & (had != assignment[covered])).sum()),
        rounds=rounds,
        seconds=time.perf_counter() - started,
    )


def _proven(
    problem: Problem, worth: Stakes, *, seed: int, report: Progress
) -> tuple[IntArray, Duals | None, int]:
    """The assignment, its proof (None if none was reached) and the rounds it took."""
    if not problem.households or not problem.helpers:
        nobody = np.full(problem.households, -1)
        return nobody, Duals(np.full(problem.households, worth.uncovered), np.zeros(0, np.int64)), 0
    report("candidates", 0.05)
    scan = Scan(problem)
    pairs = _settled(problem, scan, _first_pairs(problem, scan), report=report)
    for step in range(1, MOST_ROUNDS + 1):
        report("proving", 1 - 0.4 * 0.7 ** (step - 1))
        network = build(problem, pairs, worth)
        flow = flow_of(network, order=_order(network, seed))
        duals = duals_of(network, flow)
        if duals is None:
            break
        more = scan.improving(duals, per_household=MORE_CANDIDATES)
        if not len(more[0]):
            return _assignment(network, flow, pairs.helper), duals, step
        pairs = _joined(problem, pairs, *_spread(problem, more, duals))
    return _assignment(network, flow, pairs.helper), None, step


def _settled(problem: Problem, scan: Scan, pairs: Pairs, *, report: Progress) -> Pairs:
    """Candidates after a few rounds in which prices find their level; nothing is proven here."""
    for step in range(ROUGH_ROUNDS):
        report("pairing", 0.1 + 0.5 * step / ROUGH_ROUNDS)
        network = build(problem, pairs, _gentle(problem))
        duals = duals_of(network, flow_of(network, order=np.arange(network.levels.root + 1)))
        if duals is None:
            break
        pairs = _joined(problem, _tight(problem, pairs, duals),
                        *scan.candidates(duals.price, count=FIRST_CANDIDATES))  # fmt: skip
        if step >= FAR_OFF_ROUNDS:
            more = scan.improving(duals, per_household=MORE_CANDIDATES)
            pairs = _joined(problem, pairs, *_spread(problem, more, duals))
            if len(more[0]) < problem.households // 10:
                break
    return pairs


def _gentle(problem: Problem) -> Stakes:
    """Small stakes for the first rounds: with the true ones a single household left out for want
    of candidates would drive prices so high that they say nothing about distance."""
    return Stakes(minimum=GENTLE_MINIMUM, uncovered=highest_cost(problem) + 1)


def _spread(
    problem: Problem, more: tuple[IntArray, IntArray], duals: Duals
) -> tuple[IntArray, IntArray]:
    """At most so many new pairs a helper, the best: thousands after one place help nobody."""
    household, helper = more
    slack = charged_costs(problem, household, helper) + duals.price[helper] - duals.value[household]
    order = np.lexsort((slack, helper))
    helper = helper[order]
    first = np.searchsorted(helper, helper)
    chosen = order[np.arange(len(order)) - first < MORE_PER_HELPER]
    return household[chosen], more[1][chosen]


def _joined(problem: Problem, pairs: Pairs, household: IntArray, helper: IntArray) -> Pairs:
    keys = np.r_[pairs.household, household] * problem.helpers + np.r_[pairs.helper, helper]
    household, helper = np.divmod(np.unique(keys), problem.helpers)
    return Pairs(household, helper, charged_costs(problem, household, helper))


def _tight(problem: Problem, pairs: Pairs, duals: Duals) -> Pairs:
    """The pairs that would come into the plan if prices moved a little, and all current ones."""
    near = (_slack(pairs, duals) <= NEAR_ENOUGH) | (
        problem.current[pairs.household] == pairs.helper
    )
    return Pairs(pairs.household[near], pairs.helper[near], pairs.cost[near])


def _slack(pairs: Pairs, duals: Duals) -> IntArray:
    return pairs.cost + duals.price[pairs.helper] - duals.value[pairs.household]


def _order(network: Network, seed: int) -> IntArray:
    return np.random.default_rng(seed).permutation(network.levels.root + 1)


def _assignment(network: Network, flow: IntArray, helper: IntArray) -> IntArray:
    result = np.full(network.levels.households, -1)
    used = np.flatnonzero(flow[: network.pairs])
    result[network.tail[used]] = helper[used]
    return result


def _first_pairs(problem: Problem, scan: Scan) -> Pairs:
    """Candidates to begin with: near ones, those of the coarse picture, and all current pairs.

    Pricing relies on the current pairs being among them.
    """
    guide = coarse_guide(problem)
    near = scan.candidates(guide.price, count=FIRST_CANDIDATES)
    held = np.flatnonzero(problem.current >= 0)
    held = held[permitted(problem, held, problem.current[held])]
    household = np.concatenate([near[0], guide.household, held])
    helper = np.concatenate([near[1], guide.helper, problem.current[held]])
    return _joined(problem, _NO_PAIRS, household, helper)


def _without_fixed(problem: Problem) -> tuple[Problem, IntArray]:
    """What is left to decide once the fixed pairs stand, and which households that is."""
    household, helper = problem.fixed.T
    if len(np.unique(household)) != len(household):
        raise ValueError("A household is fixed to more than one helper.")
    if not permitted(problem, household, helper).all():
        raise ValueError("A fixed pair is not permitted by the other rules.")
    free = np.setdiff1d(np.arange(problem.households), household)
    if not len(household):
        return problem, free
    load = np.bincount(helper, minlength=problem.helpers)
    at_branch = np.bincount(problem.branch, load, len(problem.branch_upper)).astype(np.int64)
    at_unit = np.bincount(problem.unit, load, len(problem.unit_upper)).astype(np.int64)
    room = [problem.capacity - load, problem.branch_upper - at_branch, problem.unit_upper - at_unit]
    if min(int(one.min(initial=0)) for one in room) < 0:
        raise ValueError("The fixed pairs exceed a capacity or an upper bound.")
    place = np.full(problem.households, -1)
    place[free] = np.arange(len(free))
    avoid = problem.avoid[place[problem.avoid[:, 0]] >= 0]
    rows = {"matrix": problem.matrix[free]} if problem.has_matrix else {
        "household_xy": problem.household_xy[free], "needs": problem.needs[free]}  # fmt: skip
    return replace(
        problem,
        **rows,
        hardest=problem.hardest[free],
        household_group=problem.household_group[free],
        current=problem.current[free],
        avoid=np.c_[place[avoid[:, 0]], avoid[:, 1]],
        fixed=np.zeros((0, 2), np.int64),
        capacity=room[0],
        branch_upper=room[1],
        unit_upper=room[2],
        min_load=(problem.min_load - load).clip(min=0),
        branch_lower=(problem.branch_lower - at_branch).clip(min=0),
        unit_lower=(problem.unit_lower - at_unit).clip(min=0),
    ), free
