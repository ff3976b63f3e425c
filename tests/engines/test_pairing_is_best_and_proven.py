"""The engine against an independent solver (HiGHS), on small problems of every kind."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matching_cases import by_hand, oracle, problems, town, worth
from scipy.optimize import linear_sum_assignment

from jiedui.engines.matching import Problem, hardest_by_share, solve, verify
from jiedui.engines.matching.problem import WIDEST


@settings(max_examples=150, deadline=None)
@given(problem=problems())
def test_coverage_minimums_changes_and_cost_are_those_of_an_independent_solver(problem):
    plan = solve(problem)
    assert plan.certified
    assert verify(problem, plan) == []
    assert worth(problem, plan) == oracle(problem)


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
    assert worth(again, plan) == worth(problem, free)


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
        ({"capacity": [-1, 1]}, "capacity must not be negative"),
        ({"lower": [-1], "node": [0, 0], "parent": [-1]}, "lower must not be negative"),
        ({"node": [0, 0], "parent": [-7]}, "parent"),
        ({"load_cost": [[1, 2]]}, "load_cost"),
        ({"load_cost": [1 << 41]}, "load_cost makes a cost larger"),
        ({"change_cost": 1.5}, "change_cost must be a whole number"),
        ({"min_load": [1e30, 0]}, "min_load must be numbers of less than 64 bits"),
        ({"group_cost": [["dear"]]}, "group_cost must be numbers"),
        ({"hardest": [True]}, "hardest"),
        ({"node": [0, 3], "parent": [-1, -1], "upper": [1, 1]}, "node"),
        ({"node": [0, 0], "parent": [1, 0]}, "circle"),
        ({"load_cost": [3, 2]}, "cost a helper less"),
        ({"avoid": [(0, 5)]}, "not there"),
        ({"current": [0, 2]}, "not there"),
        ({"fixed": [(0, 0), (0, 1)]}, "more than one"),
        ({"fixed": [(0, 0)], "avoid": [(0, 0)]}, "not permitted"),
        ({"fixed": [(0, 0), (1, 0)]}, "exceed"),
    ],
)
def test_rules_that_cannot_be_are_refused(rules, says):
    with pytest.raises(ValueError, match=says):
        solve(Problem.from_matrix([[1, 2], [3, 4]], **rules))


@pytest.mark.parametrize(
    ("features", "says"),
    [
        ({"household_xy": [[1 << 25, 0]]}, "household_xy must lie within"),
        ({"helper_xy": [[0, float("nan")]]}, "helper_xy must be finite"),
        ({"needs": [[1 << 25]]}, "needs must not be larger"),
        ({"weight": 1 << 70}, "weight · needs makes a cost larger"),
        ({"weight": 2.5}, "weight must be a whole number"),
        ({"skills": [[10]]}, "skills must lie between 0 and 9"),
    ],
)
def test_features_that_cannot_be_are_refused(features, says):
    known = {"household_xy": [[0, 0]], "helper_xy": [[9, 9]], "needs": [[1]], "skills": [[1]]}
    with pytest.raises(ValueError, match=says):
        Problem(capacity=[1], **known | features)


@pytest.mark.parametrize("costs", [[[-0.6]], [[-2]], [[float("inf")]], [["a"]], [[None]], [1, 2]])
def test_costs_that_cannot_be_are_refused(costs):
    with pytest.raises(ValueError, match=r"matrix must|table"):
        Problem.from_matrix(costs)


def test_numbers_may_be_of_any_kind_of_whole_number():
    problem = Problem(
        capacity=[1], household_xy=[[0, 0]], helper_xy=[[9, 9]], current=[0], keeps=np.True_,
        weight=np.int64(3), change_cost=np.int64(5),
    )  # fmt: skip
    assert verify(problem, solve(problem)) == []


def test_the_longest_ways_there_are_are_told_exactly():
    assert 2 * (2 * WIDEST) ** 2 <= 1 << 52  # up to there a rounded root has the right floor
    corner, near = np.array([WIDEST, WIDEST]), np.arange(20)[:, None]
    far = Problem(
        capacity=np.ones(20, int), household_xy=corner - near, helper_xy=7 * near - corner
    )
    assert verify(far, solve(far)) == []


def test_no_limit_at_all_is_a_limit_too():
    problem = Problem.from_matrix(
        np.ones((6, 2), int), capacity=[1 << 40, 2], node=[0, 0], parent=[-1], upper=[1 << 40],
        lower=[1 << 40],
    )  # fmt: skip
    plan = solve(problem)
    assert verify(problem, plan) == []
    assert len(plan.uncovered) == 0


def test_the_checker_finds_what_is_wrong_with_a_plan():
    problem = Problem.from_matrix([[1, 2], [3, 4]], hardest=[True, False], is_leader=[False, True])
    plan = solve(problem)
    assert verify(problem, plan) == []
    assert verify(problem, replace(plan, cost=plan.cost - 1)) == ["The cost is 5, not 4."]
    both = replace(plan, assignment=np.array([0, 0]))
    assert any("no leader" in one for one in verify(problem, both))
    assert any("room for 1" in one for one in verify(problem, both))


def test_a_share_of_a_hundred_is_not_one_less():
    assert hardest_by_share(np.arange(100), share=0.29).sum() == 29


def test_the_hardest_are_the_top_share_by_score():
    assert hardest_by_share([5, 9, 7, 9, 1], share=0.4).tolist() == [
        False,
        True,
        False,
        True,
        False,
    ]
