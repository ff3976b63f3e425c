"""Why a household got this helper and not that one, from the prices that prove the plan."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from jiedui.engines.matching.costs import pair_costs, permitted
from jiedui.engines.matching.plan import Plan
from jiedui.engines.matching.problem import FORBIDDEN, Problem


@dataclass(frozen=True)
class WhyNot:
    """What the pair would mean.

    `forbidden` names the rule against it, empty if there is none: "leader", "group", "avoid",
    "matrix", "fixed" (the household stands fixed with another) or "no_place" (the helper or a node
    above may have nobody, or nobody but those who stand fixed). Else the whole plan would cost at
    least `extra` more: `cost` of this pair, `paid` by the household now, `change` if its helper
    changes, and `scarce`, the price of the helper's places: what others would lose who need them.
    Of that, `helper_price` is for the helper alone, and `node_prices` for the nodes above, where
    bounds make places dear (or, below nought, wanted).
    """

    forbidden: str = ""
    extra: int = 0
    cost: int = 0
    paid: int = 0
    change: int = 0
    scarce: int = 0
    helper_price: int = 0
    node_prices: tuple[tuple[int, int], ...] = ()  # (node, price), from below


def why_not(problem: Problem, plan: Plan, household: int, helper: int) -> WhyNot:
    """What giving this household to this helper would mean for the whole plan.

    The reduced cost of the pair: forcing it can never cost less (linear programming duality).
    Raises ValueError for a plan that is not certified and for numbers that name nobody.
    """
    if not (0 <= household < problem.households and 0 <= helper < problem.helpers):
        raise ValueError(f"There is no household {household} or no helper {helper}.")
    proof = plan.certificate
    if proof is None:
        raise ValueError("Only a certified plan can explain itself.")
    if rule := _against(problem, household, helper):
        return WhyNot(forbidden=rule)
    here, there = np.array([household]), np.array([helper])
    cost = int(pair_costs(problem, here, there)[0])
    had = int(problem.current[household])
    change = proof.change if had not in (FORBIDDEN, helper) else 0
    scarce, paid = int(proof.price[helper]), int(proof.value[household])
    if plan.assignment[household] == helper:
        return WhyNot(cost=cost, paid=paid, change=change, scarce=scarce)
    nodes, at = [], int(problem.node[helper])
    while at >= 0:
        nodes.append((at, int(proof.price[problem.helpers + at])))
        at = int(problem.parent[at])
    # What is paid at a node is the difference to the price above it.
    above = [price for _, price in nodes] + [0]
    return WhyNot(
        extra=cost + change + scarce - paid, cost=cost, paid=paid, change=change, scarce=scarce,
        helper_price=scarce - above[0],
        node_prices=tuple((one, price - above[i + 1]) for i, (one, price) in enumerate(nodes)),
    )  # fmt: skip


def _against(problem: Problem, household: int, helper: int) -> str:
    """The first rule that forbids the pair."""
    group = problem.group_cost[problem.household_group[household], problem.helper_group[helper]]
    if problem.hardest[household] and not problem.is_leader[helper]:
        return "leader"
    if group == FORBIDDEN:
        return "group"
    if ((problem.avoid == (household, helper)).all(axis=1)).any():
        return "avoid"
    if not permitted(problem, np.array([household]), np.array([helper]))[0]:
        return "matrix"
    to = problem.fixed[problem.fixed[:, 0] == household, 1]
    if len(to):
        return "" if to[0] == helper else "fixed"
    return "" if _has_place(problem, helper) else "no_place"


def _has_place(problem: Problem, helper: int) -> bool:
    """Whether the helper and every node above may have one more than those who stand fixed."""
    taken = np.bincount(problem.fixed[:, 1], minlength=problem.helpers)
    if taken[helper] >= problem.capacity[helper]:
        return False
    below, at = problem.below(taken), int(problem.node[helper])
    while at >= 0:
        if below[at] >= problem.upper[at]:
            return False
        at = int(problem.parent[at])
    return True
