"""A second opinion on a plan, written without any of the solver's code."""

from __future__ import annotations

from collections import Counter
from math import isqrt

import numpy as np
import numpy.typing as npt

from jiedui.engines.matching.plan import Certificate, Plan
from jiedui.engines.matching.problem import IntArray, Problem

AT_ONCE = 1 << 22  # pairs priced together


def verify(problem: Problem, plan: Plan) -> list[str]:
    """Every rule the plan breaks and every gap in its proof, in words; nothing if all is right.

    The proof is checked over all N × M pairs: that takes time, and shares nothing with the way the
    plan was found.
    """
    if len(plan.assignment) != problem.households:
        return [f"The plan has {len(plan.assignment)} households, not {problem.households}."]
    pairs = [(h, int(m)) for h, m in enumerate(plan.assignment) if m >= 0]
    if any(m >= problem.helpers for _, m in pairs):
        return ["The plan names a helper who does not exist."]
    found = [*_wrong_pairs(problem, pairs), *_wrong_loads(problem, pairs), *_unfixed(problem, plan)]
    cost = sum(_cost(problem, h, m) for h, m in pairs)
    if cost != plan.cost:
        found.append(f"The cost is {cost}, not {plan.cost}.")
    changed = sum(1 for h, m in pairs if problem.current[h] not in (-1, m))
    if changed != plan.changed:
        found.append(f"{changed} households change helper, not {plan.changed}.")
    if plan.certified and not found:
        found += _gaps(problem, plan)
    return found


def _gaps(problem: Problem, plan: Plan) -> list[str]:
    """What is wrong with the proof that no plan is better."""
    proof = plan.certificate
    if proof is None:
        return ["The plan calls itself certified but carries no certificate."]
    return [*_cheaper_pairs(problem, proof), *_unequal_sums(problem, plan, proof)]


def _cheaper_pairs(problem: Problem, proof: Certificate) -> list[str]:
    """Pairs that would cost a household less than it pays, by the prices of the proof."""
    fixed = np.zeros(problem.households, np.bool_)
    fixed[problem.fixed[:, 0]] = True
    found = [f"Household {h} pays more than leaving it out costs." for h in
             np.flatnonzero((proof.value > proof.uncovered) & ~fixed)[:3].tolist()]  # fmt: skip
    columns = np.flatnonzero(problem.capacity > 0)
    height = max(1, AT_ONCE // max(1, len(columns)))
    for start in range(0, problem.households, height):
        rows = np.arange(start, min(start + height, problem.households))
        cost, ok = _table(problem, rows, columns)
        had = problem.current[rows][:, None]
        cost = cost + np.where((had >= 0) & (had != columns), proof.change, 0)
        better = ok & (cost + proof.price[columns] < proof.value[rows][:, None])
        better &= ~fixed[rows][:, None]
        for i, j in np.argwhere(better)[:3].tolist():
            found.append(f"Household {rows[i]} with helper {columns[j]} would improve the plan.")
        if found:
            return found
    return []


def _unequal_sums(problem: Problem, plan: Plan, proof: Certificate) -> list[str]:
    """Whether the plan costs exactly what the prices say every plan must cost at least."""
    load = np.bincount(plan.assignment[plan.assignment >= 0], minlength=problem.helpers)
    kept = np.bincount(problem.fixed[:, 1], minlength=problem.helpers)
    flow, base = np.r_[load, problem.below(load)], np.r_[kept, problem.below(kept)]
    lower = np.r_[problem.min_load, problem.lower]
    upper = np.r_[problem.capacity, problem.upper]
    lower = np.minimum(lower, upper)
    nodes = np.r_[proof.price[problem.helpers :], 0]  # the root comes last, where -1 points
    rent = nodes[np.r_[problem.node, problem.parent]] - proof.price
    ours = plan.cost + proof.change * plan.changed + proof.uncovered * len(plan.uncovered)
    least = int(proof.value.sum())
    for x in range(len(flow)):
        is_helper = x < problem.helpers
        loads = problem.load_cost if is_helper else problem.load_cost[:1] * 0
        now, start = int(flow[x]), int(base[x])
        bounds = int(lower[x]), int(upper[x])
        ours += _charge(now, bounds[0], loads, proof.minimum)
        least += min(
            _charge(g, bounds[0], loads, proof.minimum) + g * int(rent[x])
            for g in _turns(start, *bounds, len(loads))
        )
    fixed_h, fixed_m = problem.fixed.T
    for h, m in zip(fixed_h.tolist(), fixed_m.tolist(), strict=True):
        change = proof.change * (problem.current[h] not in (-1, m))
        least += _cost(problem, h, m) + change + int(proof.price[m]) - int(proof.value[h])
    if ours == least:
        return []
    return [f"The plan costs {ours} with all charges; the prices prove only {least}."]


def _charge(load: int, lower: int, loads: IntArray, minimum: int) -> int:
    """What so many households at one helper or node cost, beside their pairs."""
    last = int(loads[-1])
    first = int(loads[:load].sum()) + max(0, load - len(loads)) * last
    return first + minimum * max(0, lower - load)


def _turns(start: int, lower: int, upper: int, steps: int) -> set[int]:
    """Loads at which a sum of such charges can be least: where the cost of one more changes."""
    turns = {start, lower, upper, *range(start, min(upper, steps) + 1)}
    return {one for one in turns if start <= one <= upper}


def _table(
    problem: Problem, rows: IntArray, columns: IntArray
) -> tuple[IntArray, npt.NDArray[np.bool_]]:
    """Cost of every pair of these, and which may be: the definitions, for many at once."""
    group = problem.group_cost[np.ix_(problem.household_group[rows], problem.helper_group[columns])]
    ok = (group >= 0) & (problem.is_leader[columns] | ~problem.hardest[rows][:, None])
    inside = np.isin(problem.avoid[:, 0], rows) & np.isin(problem.avoid[:, 1], columns)
    avoid = problem.avoid[inside]
    ok[np.searchsorted(rows, avoid[:, 0]), np.searchsorted(columns, avoid[:, 1])] = False
    if problem.has_matrix:
        given = problem.matrix[rows][:, columns]
        if problem.is_sparse:
            there = given.copy()
            there.data = np.ones_like(there.data)
            given = np.where(there.toarray() > 0, given.toarray(), -1)
        return given.clip(min=0) + group.clip(min=0), ok & (given >= 0)
    east = problem.household_xy[rows, 0][:, None] - problem.helper_xy[columns, 0]
    north = problem.household_xy[rows, 1][:, None] - problem.helper_xy[columns, 1]
    metres = np.sqrt((east * east + north * north).astype(np.float64)).astype(np.int64)
    # Sums of whole numbers below 2^53 are exact in double precision, in any order.
    lack = problem.needs[rows].astype(np.float64) @ (9.0 - problem.skills[columns]).T
    cost = metres // 10 + problem.weight * lack.astype(np.int64) + group.clip(min=0)
    return cost, ok


def _wrong_pairs(problem: Problem, pairs: list[tuple[int, int]]) -> list[str]:
    avoided = {(int(h), int(m)) for h, m in problem.avoid}
    found = []
    for h, m in pairs:
        if problem.hardest[h] and not problem.is_leader[m]:
            found.append(f"Household {h} is among the hardest but helper {m} is no leader.")
        if (h, m) in avoided:
            found.append(f"Household {h} and helper {m} must avoid each other.")
        if problem.group_cost[problem.household_group[h], problem.helper_group[m]] < 0:
            found.append(f"Household {h} and helper {m} are in groups that may not meet.")
        if problem.has_matrix and _entry(problem, h, m) < 0:
            found.append(f"Household {h} and helper {m} are forbidden by the matrix.")
    return found


def _wrong_loads(problem: Problem, pairs: list[tuple[int, int]]) -> list[str]:
    load = Counter(m for _, m in pairs)
    found = [
        f"Helper {one} has {count} households but room for {problem.capacity[one]}."
        for one, count in sorted(load.items())
        if count > problem.capacity[one]
    ]
    below: Counter[int] = Counter()
    for helper, count in load.items():
        at = int(problem.node[helper])
        while at >= 0:
            below[at] += count
            at = int(problem.parent[at])
    return found + [
        f"Node {one} has {count} households but room for {problem.upper[one]}."
        for one, count in sorted(below.items())
        if count > problem.upper[one]
    ]


def _unfixed(problem: Problem, plan: Plan) -> list[str]:
    return [
        f"Household {h} is fixed to helper {m}."
        for h, m in problem.fixed.tolist()
        if plan.assignment[h] != m
    ]


def _entry(problem: Problem, h: int, m: int) -> int:
    """Of the matrix; -1 where a sparse one holds nothing."""
    if not problem.is_sparse:
        return int(problem.matrix[h, m])
    row = slice(problem.matrix.indptr[h], problem.matrix.indptr[h + 1])
    held = dict(zip(problem.matrix.indices[row], problem.matrix.data[row], strict=True))
    return int(held.get(m, -1))


def _cost(problem: Problem, h: int, m: int) -> int:
    """The definition, in whole numbers of any size."""
    group = max(0, int(problem.group_cost[problem.household_group[h], problem.helper_group[m]]))
    if problem.has_matrix:
        return _entry(problem, h, m) + group
    east, north = (
        int(a) - int(b) for a, b in zip(problem.household_xy[h], problem.helper_xy[m], strict=True)
    )
    lack = sum(
        int(n) * (9 - int(s)) for n, s in zip(problem.needs[h], problem.skills[m], strict=True)
    )
    return isqrt(east * east + north * north) // 10 + problem.weight * lack + group
