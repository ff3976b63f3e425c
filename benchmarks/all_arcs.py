"""The same pairing problem, with quotas on a tree, as a flow over every permitted pair at once.

OR-Tools' minimum-cost flow knows nothing of ours but the definition of the costs. Minimums are
wishes, as ours are: what they lack is charged more than any way could gain, and who stays
uncovered more than all minimums together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from jiedui.engines.matching import Plan, Problem
from jiedui.engines.matching.costs import pair_costs, permitted

UNCOVERED, MINIMUM = 1 << 41, 1 << 30


@dataclass(frozen=True)
class Found:
    """Households nobody takes, places of minimums not filled, and the sum of all pairs' costs."""

    uncovered: int
    unmet: int
    cost: int


def or_tools(problem: Problem) -> Found:
    """The optimum over all arcs. Raises ArithmeticError when the solver finds none."""
    from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

    n, m, t = problem.households, problem.helpers, len(problem.parent)
    root = n + m + t
    row, column = (one.ravel() for one in np.indices((n, m)))
    ok = permitted(problem, row, column)
    row, column = row[ok], column[ok]
    cost = pair_costs(problem, row, column)
    x = np.arange(m + t)
    above = np.r_[problem.node, problem.parent]
    above = np.where(above < 0, root, above + n + m)
    upper = np.r_[problem.capacity, problem.upper].clip(max=n)
    lower = np.minimum(np.r_[problem.min_load, problem.lower], upper)
    everyone, one = np.arange(n), np.ones(n, np.int64)
    flow = SimpleMinCostFlow()
    for start, end, room, price in (
        (row, n + column, np.ones_like(row), cost),
        (everyone, root * one, one, UNCOVERED * one),
        (n + x, above, lower, np.full(m + t, -MINIMUM)),
        (n + x, above, upper - lower, np.zeros(m + t, np.int64)),
    ):
        flow.add_arcs_with_capacity_and_unit_cost(start, end, room, price)
    flow.set_nodes_supplies(np.r_[everyone, root], np.r_[one, -n])
    if flow.solve() != flow.OPTIMAL:
        raise ArithmeticError("OR-Tools found no flow.")
    sent = flow.flows(np.arange(flow.num_arcs()))
    pairs, rest = sent[: len(row)], sent[len(row) :]
    return Found(int(rest[:n].sum()), int(lower.sum() - rest[n : n + m + t].sum()),
                 int((pairs * cost).sum()))  # fmt: skip


def found(problem: Problem, plan: Plan) -> Found:
    """What a plan of ours comes to, counted from its pairs."""
    load = np.bincount(plan.assignment[plan.assignment >= 0], minlength=problem.helpers)
    flow = np.r_[load, problem.below(load)]
    upper = np.r_[problem.capacity, problem.upper]
    lower = np.minimum(np.r_[problem.min_load, problem.lower], upper)
    return Found(len(plan.uncovered), int((lower - flow).clip(min=0).sum()), plan.cost)
