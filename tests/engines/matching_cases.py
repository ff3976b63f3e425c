"""Problems of every kind, and what an independent solver (HiGHS) makes of them."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from scipy.optimize import LinearConstraint, milp
from scipy.sparse import coo_array

from jiedui.engines.matching import Plan, Problem


@st.composite
def problems(draw) -> Problem:
    """Anything from easy to impossible: few places, few leaders, quotas that contradict wishes."""
    r = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n, m = draw(st.integers(1, 12)), draw(st.integers(1, 7))
    groups, rich = draw(st.integers(1, 3)), draw(st.booleans())
    rules = {
        "capacity": r.integers(0, 5, m),
        "hardest": r.random(n) < 0.3,
        "is_leader": r.random(m) < 0.4,
        "household_group": r.integers(0, groups, n),
        "helper_group": r.integers(0, groups, m),
        "group_cost": np.where(r.random((3, 3)) < 0.2, -1, r.integers(0, 90, (3, 3))),
        "avoid": np.c_[r.integers(0, n, 3), r.integers(0, m, 3)],
    }  # fmt: skip
    if rich:
        nodes = draw(st.integers(0, 6))
        # Nodes under nodes to any depth: the parent of each has a higher number, or is the root.
        parent = [int(r.integers(i + 1, nodes + 1)) for i in range(nodes)]
        rules |= {
            "min_load": r.integers(0, 2, m),
            "node": r.integers(-1, nodes, m), "parent": [p if p < nodes else -1 for p in parent],
            "lower": r.integers(0, 4, nodes), "upper": r.integers(0, 9, nodes),
            "current": r.integers(-1, m, n), "change_cost": int(r.integers(0, 200)),
            "keeps": draw(st.booleans()), "load_cost": np.sort(r.integers(0, 60, r.integers(1, 4))),
        }  # fmt: skip
    form = draw(st.sampled_from(["features", "dense", "sparse"]))
    costs, missing = r.integers(0, 500, (n, m)), r.random((n, m)) < 0.15
    if form == "dense":
        return Problem.from_matrix(np.where(missing, -1, costs), **rules)
    if form == "sparse":
        row, column = np.nonzero(~missing)
        return Problem.from_matrix(coo_array((costs[row, column], (row, column)), (n, m)), **rules)
    return Problem(
        household_xy=r.integers(0, 6000, (n, 2)), helper_xy=r.integers(0, 6000, (m, 2)),
        needs=r.integers(0, 4, (n, 3)), skills=r.integers(0, 10, (m, 3)), **rules,
    )  # fmt: skip


def by_hand(problem: Problem) -> tuple[np.ndarray, np.ndarray]:
    """Cost of every pair as the definition says it, and which pairs may be."""
    n, m = problem.households, problem.helpers
    cost, ok = np.zeros((n, m), int), np.ones((n, m), bool)
    for h in range(n):
        for x in range(m):
            group = problem.group_cost[problem.household_group[h], problem.helper_group[x]]
            if problem.has_matrix:
                base = entry(problem, h, x)
            else:
                metres = np.linalg.norm(problem.household_xy[h] - problem.helper_xy[x])
                base = int(metres // 10) + 6 * int(problem.needs[h] @ (9 - problem.skills[x]))
            ok[h, x] = base >= 0 and group >= 0 and (problem.is_leader[x] or not problem.hardest[h])
            cost[h, x] = max(0, base) + max(0, group)
    for h, x in problem.avoid:
        ok[h, x] = False
    return cost, ok


def entry(problem: Problem, h: int, x: int) -> int:
    if not problem.is_sparse:
        return int(problem.matrix[h, x])
    columns = problem.matrix.indices[problem.matrix.indptr[h] : problem.matrix.indptr[h + 1]]
    at = np.flatnonzero(columns == x)
    return int(problem.matrix.data[problem.matrix.indptr[h] + at[0]]) if len(at) else -1


def loads(problem: Problem, assignment: np.ndarray) -> list[tuple[int, int, int]]:
    """Load, minimum and maximum of every helper and node."""
    load = np.bincount(assignment[assignment >= 0], minlength=problem.helpers).tolist()
    below = [0] * len(problem.parent)
    for x, count in enumerate(load):
        at = problem.node[x]
        while at >= 0:
            below[at] += count
            at = problem.parent[at]
    helpers = zip(load, problem.min_load, problem.capacity, strict=True)
    return [*helpers, *zip(below, problem.lower, problem.upper, strict=True)]


def worth(problem: Problem, plan: Plan) -> tuple[int, ...]:
    """What a plan is judged by, in its order: less is better."""
    every = loads(problem, plan.assignment)
    unmet = sum(max(0, min(low, high) - load) for load, low, high in every)
    steps = problem.load_cost.tolist() + [int(problem.load_cost[-1])] * problem.households
    load_cost = sum(sum(steps[:load]) for load, _, _ in every[: problem.helpers])
    cost = plan.cost + load_cost
    order = (plan.changed, cost) if problem.keeps else (cost + problem.change_cost * plan.changed,)
    return (len(plan.uncovered), unmet, *order)


def oracle(problem: Problem) -> tuple[int, ...]:
    """The worth of a best plan by an independent solver: one programme after another."""
    n, m = problem.households, problem.helpers
    cost, ok = by_hand(problem)
    had = problem.current[:, None]
    moves = ((had >= 0) & (had != np.arange(m))).astype(int)
    under = [np.arange(m) == one for one in range(m)]
    for node in range(len(problem.parent)):
        under.append(np.array([node in above(problem, x) for x in range(m)], bool))
    lower = np.r_[problem.min_load, problem.lower]
    upper = np.r_[problem.capacity, problem.upper]
    pairs, slack, steps = n * m, len(under), m * n
    size = pairs + slack + steps
    rows, low, high = [], [], []
    for h in range(n):
        row = np.zeros(size)
        row[h * m : (h + 1) * m] = 1
        rows.append(row), low.append(0), high.append(1)
    for one, members in enumerate(under):
        row = np.zeros(size)
        row[:pairs] = np.tile(members, n)
        rows.append(row.copy()), low.append(0), high.append(upper[one])
        row[pairs + one] = 1  # what is missing to the minimum
        rows.append(row), low.append(min(lower[one], upper[one])), high.append(np.inf)
    for x in range(m):
        row = np.zeros(size)
        row[x:pairs:m] = 1
        row[pairs + slack + x * n : pairs + slack + (x + 1) * n] = -1  # first, second, … household
        rows.append(row), low.append(0), high.append(0)
    step = np.r_[problem.load_cost, np.full(n, problem.load_cost[-1])][:n]
    rest = np.r_[np.zeros(slack), np.tile(step, m)]
    goals = [np.r_[-np.ones(pairs), np.zeros(slack + steps)],
             np.r_[np.zeros(pairs), np.ones(slack), np.zeros(steps)]]  # fmt: skip
    change = np.r_[moves.ravel(), np.zeros(slack + steps)]
    last = np.r_[cost.ravel(), rest]
    goals += [change, last] if problem.keeps else [last + problem.change_cost * change]
    bounds = (np.zeros(size), np.r_[ok.ravel().astype(float), np.full(slack, 99.0), np.ones(steps)])
    best = []
    for goal in goals:
        found = milp(
            goal, integrality=np.ones(size), bounds=bounds,
            constraints=LinearConstraint(np.array(rows), low, high), options={"mip_rel_gap": 0},
        )  # fmt: skip
        best.append(round(found.fun))
        rows.append(goal), low.append(-np.inf), high.append(best[-1] + 0.1)
    return (n + best[0], *best[1:])


def above(problem: Problem, x: int) -> set[int]:
    found, at = set(), int(problem.node[x])
    while at >= 0:
        found.add(at)
        at = int(problem.parent[at])
    return found


def town(n: int, m: int, *, seed: int, **rules) -> Problem:
    """Helpers crowd in the middle, households all around: near candidates alone do not suffice."""
    r = np.random.default_rng(seed)
    return Problem(
        household_xy=r.integers(0, 20_000, (n, 2)),
        helper_xy=(10_000 + r.normal(0, 2_000, (m, 2))).astype(int),
        needs=r.integers(0, 3, (n, 6)), skills=r.integers(0, 10, (m, 6)),
        **{"capacity": r.integers(1, 4, m)} | rules,
    )  # fmt: skip
