"""The engine against an independent solver (HiGHS), on small problems of every kind."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import LinearConstraint, linear_sum_assignment, milp

from jiedui.engines.matching import Problem, hardest_by_share, solve, verify


@st.composite
def problems(draw) -> Problem:
    """Anything from easy to impossible: few places, few leaders, quotas that contradict wishes."""
    r = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n, m = draw(st.integers(1, 12)), draw(st.integers(1, 7))
    groups, rich = draw(st.integers(1, 3)), draw(st.booleans())
    branch = np.sort(r.integers(0, max(1, m // 2), m))
    unit = (branch // 2).astype(int)
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
        high = int(branch.max()) + 1
        rules |= {
            "min_load": r.integers(0, 2, m),
            "branch": branch, "unit": unit,
            "branch_lower": r.integers(0, 3, high), "branch_upper": r.integers(1, 7, high),
            "unit_lower": r.integers(0, 4, high), "unit_upper": r.integers(2, 9, high),
            "current": r.integers(-1, m, n), "change_cost": int(r.integers(0, 200)),
        }  # fmt: skip
    if draw(st.booleans()):
        costs = r.integers(0, 500, (n, m))
        return Problem.from_matrix(np.where(r.random((n, m)) < 0.15, -1, costs), **rules)
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
                base = problem.matrix[h, x]
            else:
                metres = np.linalg.norm(problem.household_xy[h] - problem.helper_xy[x])
                base = int(metres // 10) + 6 * int(problem.needs[h] @ (9 - problem.skills[x]))
            ok[h, x] = base >= 0 and group >= 0 and (problem.is_leader[x] or not problem.hardest[h])
            cost[h, x] = max(0, base) + max(0, group)
    for h, x in problem.avoid:
        ok[h, x] = False
    return cost, ok


def oracle(problem: Problem) -> tuple[int, int, int]:
    """Coverage, unmet minimums and charged cost of a best plan: three programmes in turn."""
    n, m = problem.households, problem.helpers
    cost, ok = by_hand(problem)
    had = problem.current[:, None]
    cost = cost + problem.change_cost * ((had >= 0) & (had != np.arange(m)))
    levels = [(np.arange(m), problem.min_load, problem.capacity),
              (problem.branch, problem.branch_lower, problem.branch_upper),
              (problem.unit, problem.unit_lower, problem.unit_upper)]  # fmt: skip
    x, slack = n * m, sum(len(low) for _, low, _ in levels)
    rows, low, high = [], [], []
    for h in range(n):
        row = np.zeros(x + slack)
        row[h * m : (h + 1) * m] = 1
        rows.append(row), low.append(0), high.append(1)
    place = x
    for of, lower, upper in levels:
        for one in range(len(lower)):
            row = np.zeros(x + slack)
            row[:x] = np.tile(of == one, n)
            rows.append(row.copy()), low.append(0), high.append(upper[one])
            row[place] = 1  # what is missing to the minimum
            wanted = min(lower[one], upper[one])
            rows.append(row), low.append(wanted), high.append(np.inf)
            place += 1
    goals = [np.r_[-np.ones(x), np.zeros(slack)], np.r_[np.zeros(x), np.ones(slack)],
             np.r_[cost.ravel(), np.zeros(slack)]]  # fmt: skip
    bounds = (np.zeros(x + slack), np.r_[ok.ravel().astype(float), np.full(slack, 99.0)])
    best = []
    for goal in goals:
        found = milp(
            goal, integrality=np.ones(x + slack), bounds=bounds,
            constraints=LinearConstraint(np.array(rows), low, high), options={"mip_rel_gap": 0},
        )  # fmt: skip
        best.append(round(found.fun))
        rows.append(goal), low.append(-np.inf), high.append(best[-1] + 0.1)
    return -best[0], best[1], best[2]


def unmet(problem: Problem, assignment: np.ndarray) -> int:
    load = np.bincount(assignment[assignment >= 0], minlength=problem.helpers)
    total = 0
    for of, low, high in (
        (np.arange(problem.helpers), problem.min_load, problem.capacity),
        (problem.branch, problem.branch_lower, problem.branch_upper),
        (problem.unit, problem.unit_lower, problem.unit_upper),
    ):
        got = np.bincount(of, load, len(low))
        total += int((np.minimum(low, high) - got).clip(min=0).sum())
    return total


@settings(max_examples=150, deadline=None)
@given(problem=problems())
def test_coverage_minimums_and_cost_are_those_of_an_independent_solver(problem):
    plan = solve(problem)
    assert plan.certified
    assert verify(problem, plan) == []
    ours = (problem.households - len(plan.uncovered), unmet(problem, plan.assignment),
            plan.cost + problem.change_cost * plan.changed)  # fmt: skip
    assert ours == oracle(problem)


@settings(max_examples=40, deadline=None)
@given(problem=problems())
def test_whoever_is_left_out_is_explained_to_the_last_household(problem):
    plan = solve(problem)
    reasons = [one for one in plan.shortages if not one.kind.endswith("minimum")]
    assert sum(one.missing for one in reasons) == len(plan.uncovered)
    assert all(str(one.needed) in str(one) for one in reasons)


@settings(max_examples=40, deadline=None)
@given(problem=problems(), data=st.data())
def test_fixed_pairs_stand_and_the_rest_is_best_around_them(problem, data):
    free = solve(problem)
    covered = np.flatnonzero(free.assignment >= 0)
    keep = [h for h in covered.tolist() if data.draw(st.booleans())]
    fixed = np.array([(h, free.assignment[h]) for h in keep]).reshape(-1, 2)
    again = replace(problem, fixed=fixed)
    plan = solve(again)
    # Fixing parts of a best plan leaves it as good as it was.
    assert verify(again, plan) == []
    assert len(plan.uncovered) == len(free.uncovered)
    charged = plan.cost + problem.change_cost * plan.changed
    assert charged == free.cost + problem.change_cost * free.changed


def town(n: int, m: int, *, seed: int, **rules) -> Problem:
    """Helpers crowd in the middle, households all around: near candidates alone do not suffice."""
    r = np.random.default_rng(seed)
    return Problem(
        household_xy=r.integers(0, 20_000, (n, 2)),
        helper_xy=(10_000 + r.normal(0, 2_000, (m, 2))).astype(int),
        needs=r.integers(0, 3, (n, 6)), skills=r.integers(0, 10, (m, 6)),
        **{"capacity": r.integers(1, 4, m)} | rules,
    )  # fmt: skip


def test_a_town_of_hundreds_matches_scipy_with_every_place_a_column():
    problem = town(400, 260, seed=3)
    plan = solve(problem)
    cost, _ = by_hand(problem)
    columns = np.repeat(cost, problem.capacity, axis=1)
    assert plan.certified
    assert plan.cost == columns[linear_sum_assignment(columns)].sum()


def test_too_few_leader_places_are_named_with_their_numbers():
    n, m = 60, 40
    problem = town(
        n, m, seed=5, capacity=np.full(m, 2), hardest=np.arange(n) < 15, is_leader=np.arange(m) < 5
    )
    plan = solve(problem)
    assert plan.certified
    assert [(one.kind, one.needed, one.available) for one in plan.shortages] == [
        ("leader_places", 15, 10)
    ]
    assert "5 too few" in str(plan.shortages[0])


def test_too_few_places_leave_exactly_that_many_uncovered():
    plan = solve(town(50, 10, seed=6, capacity=np.full(10, 3)))
    assert len(plan.uncovered) == 20
    assert [(one.kind, one.missing) for one in plan.shortages] == [("places", 20)]


def test_an_unmet_minimum_is_named():
    problem = Problem.from_matrix([[3, 5, 4]], min_load=[1, 1, 0])
    plan = solve(problem)
    assert plan.assignment.tolist() == [0]
    assert [(one.kind, one.where, one.missing) for one in plan.shortages] == [
        ("helper_minimum", 1, 1)
    ]


def test_pairs_are_kept_when_change_is_charged():
    before = solve(town(200, 150, seed=8))
    moved = town(200, 150, seed=8, current=before.assignment, change_cost=10**6)
    gone = before.assignment[0]
    capacity = moved.capacity.copy()
    capacity[gone] = 0
    plan = solve(replace(moved, capacity=capacity))
    orphans = int((before.assignment == gone).sum())
    assert plan.certified
    assert len(plan.uncovered) == 0
    assert plan.changed == orphans


def test_the_same_seed_gives_the_same_plan_and_every_seed_the_same_cost():
    problem = Problem.from_matrix(np.ones((8, 8), int))
    first, again, other = solve(problem, seed=1), solve(problem, seed=1), solve(problem, seed=2)
    assert first.assignment.tolist() == again.assignment.tolist()
    assert first.cost == other.cost == 8


def test_progress_rises_to_the_end():
    seen: list[float] = []
    solve(town(300, 200, seed=9), progress=lambda _what, share: seen.append(share))
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


@pytest.mark.parametrize(("n", "m"), [(0, 3), (3, 0), (0, 0)])
def test_nobody_to_pair_is_a_plan_too(n, m):
    plan = solve(Problem.from_matrix(np.zeros((n, m), int)))
    assert plan.certified
    assert (plan.cost, len(plan.uncovered)) == (0, n)


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        ({"capacity": [-1, 1]}, "negative"),
        ({"hardest": [True]}, "hardest"),
        ({"branch": [0, 0], "unit": [0, 1]}, "one unit"),
        ({"branch": [0, 3], "branch_upper": [1, 1]}, "branch"),
        ({"fixed": [(0, 0), (0, 1)]}, "more than one"),
        ({"fixed": [(0, 0)], "avoid": [(0, 0)]}, "not permitted"),
        ({"fixed": [(0, 0), (1, 0)]}, "exceed"),
    ],
)
def test_rules_that_cannot_be_are_refused(rules, says):
    with pytest.raises(ValueError, match=says):
        solve(Problem.from_matrix([[1, 2], [3, 4]], **rules))


def test_the_checker_finds_what_is_wrong_with_a_plan():
    problem = Problem.from_matrix([[1, 2], [3, 4]], hardest=[True, False], is_leader=[False, True])
    plan = solve(problem)
    assert verify(problem, plan) == []
    assert verify(problem, replace(plan, cost=plan.cost - 1)) == ["The cost is 5, not 4."]
    both = replace(plan, assignment=np.array([0, 0]))
    assert any("no leader" in one for one in verify(problem, both))
    assert any("room for 1" in one for one in verify(problem, both))


def test_the_hardest_are_the_top_share_by_score():
    assert hardest_by_share([5, 9, 7, 9, 1], share=0.4).tolist() == [
        False,
        True,
        False,
        True,
        False,
    ]
