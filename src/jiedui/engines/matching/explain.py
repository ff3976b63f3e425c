"""Why a household got this helper and not that one, from the prices that prove the plan."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from jiedui.engines.matching.costs import pair_costs, permitted
from jiedui.engines.matching.plan import Certificate, Plan
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


@dataclass(frozen=True)
class Binding:
    """A rule that keeps a household from another helper, read from the prices of the proof.

    `rule`: "minimum" and "node_minimum": the helper it has, or a node above, would fall below a
    minimum (at `where`); "full" and "node_full": every place of the other, or of a node above, is
    taken by households that would lose more (at `where`); "spread": a further household of the
    other costs more; "keeps": it stays with the helper of today. `points`: its share of what the
    plan puts up with, so the largest names the reason.
    """

    rule: str
    points: int
    where: int = -1


def binding(problem: Problem, plan: Plan, household: int, other: int) -> list[Binding]:
    """Why the household is not with `other`, who would cost less by itself; the largest first.

    By complementary slackness, cost + change + price of the helper it has are at most those of the
    other. So what the other costs less is made up by prices: his above nought, or the own helper's
    below. Raises ValueError for a plan that is not certified.
    """
    proof, has = plan.certificate, int(plan.assignment[household])
    if proof is None:
        raise ValueError("Only a certified plan can explain itself.")
    if has < 0:
        return []
    load = np.bincount(plan.assignment[plan.assignment >= 0], minlength=problem.helpers)
    had, found = int(problem.current[household]), []
    mine, theirs = _parts(problem, proof, has), _parts(problem, proof, other)
    for at, price in theirs.items() - mine.items():  # what both pay at a node above them cancels
        if price > 0:
            rule = "node_full" if at >= problem.helpers else "full"
            spread = rule == "full" and load[other] < problem.capacity[other]
            found.append(Binding("spread" if spread else rule, price, _where(problem, at)))
    for at, price in mine.items() - theirs.items():
        if price < 0:
            rule = "node_minimum" if at >= problem.helpers else "minimum"
            found.append(Binding(rule, -price, _where(problem, at)))
    if had == has and proof.change:
        found.append(Binding("keeps", proof.change, has))
    return sorted(found, key=lambda one: (-one.points, one.rule))


def _parts(problem: Problem, proof: Certificate, helper: int) -> dict[int, int]:
    """What is paid at the helper and at each node above (numbered after the helpers)."""
    line, at = [helper], int(problem.node[helper])
    while at >= 0:
        line.append(problem.helpers + at)
        at = int(problem.parent[at])
    prices = [int(proof.price[one]) for one in line] + [0]
    return {one: prices[i] - prices[i + 1] for i, one in enumerate(line)}


def _where(problem: Problem, at: int) -> int:
    return at - problem.helpers if at >= problem.helpers else at


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
