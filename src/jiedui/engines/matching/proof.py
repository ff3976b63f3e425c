"""Whether the prices of a certificate prove that no plan is better: linear programming duality.

Whatever the prices are, no plan can cost less than the households pay in all, plus what each helper
and node costs least at its rent (the price above it less its own): every household pays its pair
and its helper's price at most, and on the way up the prices of one plan's flows cancel out. A plan
that costs just that is the least by its charges; `_weak_charges` says when the least by charges is
the best in order: coverage, minimums, changes, cost (Ahuja, Magnanti & Orlin, Network Flows, 1993,
chapters 9 and 14).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from jiedui.engines.matching.definition import cost_of, dearest_of
from jiedui.engines.matching.plan import Certificate, Plan
from jiedui.engines.matching.problem import IntArray, Problem

Report = Callable[[float], None]
LARGEST = 1 << 61  # a number of a proof; three of them still add up in 64 bits


def malformed(problem: Problem, plan: Plan) -> list[str]:
    """What keeps the certificate of a plan from being read as one of this problem."""
    proof = plan.certificate
    if proof is None:
        return []
    sizes = (problem.households,), (problem.helpers + len(problem.parent),)
    if (proof.value.shape, proof.price.shape) != sizes:
        return ["The certificate is of another problem."]
    stakes = proof.uncovered, proof.minimum, proof.change
    if not all(isinstance(one, int) and 0 <= one <= LARGEST for one in stakes):
        return ["The charges of the certificate are no whole numbers from nought up."]
    if not all(are_whole(one, low=-LARGEST, high=LARGEST) for one in (proof.value, proof.price)):
        return ["The certificate holds numbers that cannot be added up exactly."]
    return []


def are_whole(numbers: npt.NDArray[Any], *, low: int, high: int) -> bool:
    inside = not numbers.size or bool(numbers.min() >= low and numbers.max() <= high)
    return numbers.dtype.kind == "i" and inside


def gaps(problem: Problem, plan: Plan, proof: Certificate, report: Report) -> list[str]:
    """What is wrong with the proof that no plan is better; `report` gets the share done."""
    bounds = _bounds(problem)
    found = _cheaper_pairs(problem, proof, report)
    found += _unequal_sums(problem, plan, proof, bounds)
    return found + _weak_charges(problem, plan, proof, bounds)


def _cheaper_pairs(problem: Problem, proof: Certificate, report: Report) -> list[str]:
    """Pairs that would cost a household less than it pays, by the prices of the proof."""
    from jiedui.engines.matching.improving import improving  # compiled: loaded by who checks

    fixed = np.zeros(problem.households, np.bool_)
    fixed[problem.fixed[:, 0]] = True
    found = [f"Household {h} pays more than leaving it out costs." for h in
             np.flatnonzero((proof.value > proof.uncovered) & ~fixed)[:3].tolist()]  # fmt: skip
    for share, pairs in improving(problem, proof):
        report(share)
        found += [f"Household {h} with helper {x} would improve the plan." for h, x in pairs]
        if found:
            break
    return found


class _Bounds(NamedTuple):
    """Of helpers and then of nodes: the place above each, least and most households there."""

    above: list[int]
    lower: list[int]
    upper: list[int]


def _bounds(problem: Problem) -> _Bounds:
    """Nobody has more households than there are, or than there are places below."""
    m, n = problem.helpers, problem.households
    above = [
        m + one if one >= 0 else -1 for one in [*problem.node.tolist(), *problem.parent.tolist()]
    ]
    room = [min(one, n) for one in problem.capacity.tolist()]
    below = _flows(above, room)
    upper = [min(*one, n) for one in zip([*room, *problem.upper.tolist()], below, strict=True)]
    wanted = [*problem.min_load.tolist(), *problem.lower.tolist()]
    return _Bounds(above, [min(one) for one in zip(wanted, upper, strict=True)], upper)


def _flows(above: list[int], load: list[int]) -> list[int]:
    """How much of what helpers have lies at each helper and node."""
    flow = load + [0] * (len(above) - len(load))
    for one, count in enumerate(load):
        at = above[one] if count else -1
        while at >= 0:
            flow[at] += count
            at = above[at]
    return flow


def _unequal_sums(problem: Problem, plan: Plan, proof: Certificate, bounds: _Bounds) -> list[str]:
    """Whether the plan costs exactly what the prices say every plan must cost at least."""
    m = problem.helpers
    flow = _flows(bounds.above, _counts(plan.assignment[plan.assignment >= 0], m))
    base = _flows(bounds.above, _counts(problem.fixed[:, 1], m))
    price = [*proof.price.tolist(), 0]  # the root comes last, where -1 points
    ours = plan.cost + proof.change * plan.changed + proof.uncovered * len(plan.uncovered)
    least = sum(proof.value.tolist())
    for x, now in enumerate(flow):
        rent = price[bounds.above[x]] - price[x]
        loads = problem.load_cost.tolist() if x < m else [0]
        lower, upper = bounds.lower[x], bounds.upper[x]
        ours += _charge(now, lower, loads, proof.minimum)
        least += min(
            _charge(one, lower, loads, proof.minimum) + one * rent
            for one in _turns(base[x], lower, upper, len(loads))
        )
    for h, x in problem.fixed.tolist():
        change = proof.change * (problem.current[h] not in (-1, x))
        least += cost_of(problem, h, x) + change + price[x] - int(proof.value[h])
    if ours == least:
        return []
    return [f"The plan costs {ours} with all charges; the prices prove only {least}."]


def _counts(helpers: IntArray, size: int) -> list[int]:
    return np.bincount(helpers, minlength=size).tolist()


def _charge(load: int, lower: int, loads: list[int], minimum: int) -> int:
    """What so many households at one helper or node cost, beside their pairs."""
    return (
        sum(loads[:load]) + max(0, load - len(loads)) * loads[-1] + minimum * max(0, lower - load)
    )


def _turns(start: int, lower: int, upper: int, steps: int) -> set[int]:
    """Loads at which a sum of such charges can be least: where the cost of one more changes."""
    turns = {start, lower, upper, *range(start, min(upper, steps) + 1)}
    return {one for one in turns if start <= one <= upper}


def _weak_charges(problem: Problem, plan: Plan, proof: Certificate, bounds: _Bounds) -> list[str]:
    """Charges of the proof that do not keep the order of what is asked for.

    A plan is least by its charges when no cycle of the network lowers them. A simple cycle passes
    each helper and household once, so it takes at most `pairs` pairs away; each node once, so it
    passes at most two of the arcs from below it; and the root once, so it covers at most one
    household more. A charge that is larger than all a cycle may save beside it comes first.
    """
    flow = _flows(bounds.above, _counts(plan.assignment[plan.assignment >= 0], problem.helpers))
    unmet = any(have < low for have, low in zip(flow, bounds.lower, strict=True))
    pairs = min(problem.households, problem.helpers)
    highest = dearest_of(problem) + int(problem.load_cost[-1])
    saved = pairs * (highest + proof.change)
    parents = Counter(up for up, low in zip(bounds.above, bounds.lower, strict=True) if low)
    passed = sum(min(2, count) for count in parents.values())
    found = []
    if not problem.keeps and proof.change != problem.change_cost:
        found.append(f"A change is charged {proof.change}, not {problem.change_cost}.")
    for what, is_short, charge, outweighs in (
        ("A change", problem.keeps and plan.changed, proof.change, pairs * highest),
        ("A missing place of a minimum", unmet, proof.minimum, saved),
        ("An uncovered household", len(plan.uncovered), proof.uncovered,
         saved + passed * proof.minimum),
    ):  # fmt: skip
        if is_short and charge <= outweighs:
            found.append(f"{what} is charged {charge}: {outweighs} saved might outweigh it.")
    return found
