"""A second opinion on a plan, written without any of the solver's code."""

from __future__ import annotations

from collections import Counter
from math import isqrt

from jiedui.engines.matching.plan import Plan
from jiedui.engines.matching.problem import Problem


def verify(problem: Problem, plan: Plan) -> list[str]:
    """Every rule the plan breaks, in words; nothing if it keeps them all and its cost is right.

    It says nothing about whether a better plan exists: that is what the certificate is for.
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
    return found


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
        if problem.has_matrix and problem.matrix[h, m] < 0:
            found.append(f"Household {h} and helper {m} are forbidden by the matrix.")
    return found


def _wrong_loads(problem: Problem, pairs: list[tuple[int, int]]) -> list[str]:
    found = []
    for name, limit, of in (
        ("Helper", problem.capacity, range(problem.helpers)),
        ("Branch", problem.branch_upper, problem.branch),
        ("Unit", problem.unit_upper, problem.unit),
    ):
        load = Counter(int(of[m]) for _, m in pairs)
        found += [
            f"{name} {one} has {count} households but room for {limit[one]}."
            for one, count in sorted(load.items())
            if count > limit[one]
        ]
    return found


def _unfixed(problem: Problem, plan: Plan) -> list[str]:
    return [
        f"Household {h} is fixed to helper {m}."
        for h, m in problem.fixed.tolist()
        if plan.assignment[h] != m
    ]


def _cost(problem: Problem, h: int, m: int) -> int:
    """The definition, in whole numbers of any size."""
    group = max(0, int(problem.group_cost[problem.household_group[h], problem.helper_group[m]]))
    if problem.has_matrix:
        return int(problem.matrix[h, m]) + group
    east, north = (
        int(a) - int(b) for a, b in zip(problem.household_xy[h], problem.helper_xy[m], strict=True)
    )
    lack = sum(
        int(n) * (9 - int(s)) for n, s in zip(problem.needs[h], problem.skills[m], strict=True)
    )
    return isqrt(east * east + north * north) // 10 + problem.weight * lack + group
