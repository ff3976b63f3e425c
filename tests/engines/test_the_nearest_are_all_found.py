"""Who asks for the best few at some prices gets these, of all there are, either way round."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matching_cases import by_hand, problems

from jiedui.engines.matching import Problem
from jiedui.engines.matching.costs import pair_costs, permitted
from jiedui.engines.matching.nearest import EXACT, NEVER, Nearest


def crowd(seed: int) -> Problem:
    """More than a few neighbourhoods and blocks, of several kinds, some all in one place."""
    r = np.random.default_rng(seed)
    n, m, wide = r.integers(100, 400), r.integers(100, 400), r.choice([1, 3_000, 60_000])
    return Problem(
        capacity=np.ones(m), household_xy=r.integers(0, wide, (n, 2)),
        helper_xy=r.integers(0, wide, (m, 2)), hardest=r.random(n) < 0.2,
        is_leader=r.random(m) < 0.3, household_group=r.integers(0, 2, n),
        helper_group=r.integers(0, 2, m), group_cost=[[0, 40], [-1, 5]],
        needs=r.integers(0, 4, (n, 3)) * (r.random((n, 3)) < 0.4), skills=r.integers(0, 10, (m, 3)),
        avoid=np.c_[r.integers(0, n, 99), r.integers(0, m, 99)],
    )  # fmt: skip


def check(problem: Problem, cost: np.ndarray, ok: np.ndarray, *, seed: int, turned: bool) -> None:
    """Ask some for their best few, and look at every pair."""
    r = np.random.default_rng(seed)
    cost, ok = (cost.T, ok.T) if turned else (cost, ok)
    high = int(r.choice([1, 300, 4 * EXACT]))
    price = r.integers(-high, high + 1, cost.shape[1])
    price[r.random(len(price)) < 0.1] = NEVER
    rows = r.permutation(len(cost))[: r.integers(1, len(cost) + 1)]
    limit = r.integers(-high, high + 2_000, len(rows))
    limit[r.random(len(rows)) < 0.5] = NEVER
    most = int(r.integers(1, 20))
    found = Nearest(problem, turned=turned).best(rows, price=price, limit=limit, most=most)
    for i, one in enumerate(rows):
        there = ok[one] & (price < NEVER)
        values = cost[one] + price
        expected = np.sort(values[there & (values < limit[i])])[:most]
        who = found.helper[i, : found.filled[i]]
        assert len(set(who.tolist())) == len(who)
        assert there[who].all()
        assert (found.cost[i, : len(who)] == cost[one, who]).all()
        assert values[who].tolist() == expected.tolist()


@pytest.mark.parametrize("turned", [False, True])
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_in_a_crowd(seed, turned):
    problem = crowd(seed)
    household, helper = np.indices((problem.households, problem.helpers)).reshape(2, -1)
    size = problem.households, problem.helpers
    cost = pair_costs(problem, household, helper).reshape(size)
    ok = permitted(problem, household, helper).reshape(size)
    check(problem, cost, ok, seed=seed, turned=turned)


@pytest.mark.parametrize("turned", [False, True])
@settings(max_examples=150, deadline=None)
@given(problem=problems(), seed=st.integers(0, 2**32 - 1))
def test_in_small_problems_of_every_kind(problem, seed, turned):
    check(problem, *by_hand(problem), seed=seed, turned=turned)
