"""A second opinion on a plan, written without any of the solver's code."""

from __future__ import annotations

from collections import Counter

from jiedui.engines.matching.definition import cost_of, entry_of
from jiedui.engines.matching.plan import Plan
from jiedui.engines.matching.problem import Problem
from jiedui.engines.matching.proof import Report, are_whole, gaps, malformed


def verify(problem: Problem, plan: Plan, *, report: Report = lambda _share: None) -> list[str]:
    """Every rule the plan breaks and every gap in its proof, in words; nothing if all is right.
    `report` hears which share of the proof (0 to 1) has been checked.

    The proof is checked over all N × M pairs: that takes time, and shares nothing with the way the
    plan was found. Three things together prove a plan: no pair is cheaper than its household pays;
    the plan costs what the prices say every plan must cost at least; and what is short in it is
    charged so dearly that no saving elsewhere could outweigh one of it.
    """
    if found := [*_malformed(problem, plan), *malformed(problem, plan)]:
        return found
    pairs = [(h, m) for h, m in enumerate(plan.assignment.tolist()) if m >= 0]
    found = [*_wrong_pairs(problem, pairs), *_wrong_loads(problem, pairs), *_unfixed(problem, plan)]
    cost = sum(cost_of(problem, h, m) for h, m in pairs)
    if cost != plan.cost:
        found.append(f"The cost is {cost}, not {plan.cost}.")
    changed = sum(1 for h, m in pairs if problem.current[h] not in (-1, m))
    if changed != plan.changed:
        found.append(f"{changed} households change helper, not {plan.changed}.")
    if plan.certificate is not None and not found:
        found += gaps(problem, plan, plan.certificate, report)
    return found


def _malformed(problem: Problem, plan: Plan) -> list[str]:
    if plan.assignment.shape != (problem.households,):
        return [f"The plan has {len(plan.assignment)} households, not {problem.households}."]
    if not are_whole(plan.assignment, low=-1, high=problem.helpers - 1):
        return ["The plan names a helper who does not exist."]
    if plan.certified and plan.certificate is None:
        return ["The plan calls itself certified but carries no certificate."]
    if plan.certificate is not None and not plan.certified:
        return ["The plan carries a certificate but does not call itself certified."]
    return []


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
        if problem.has_matrix and entry_of(problem, h, m) < 0:
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
