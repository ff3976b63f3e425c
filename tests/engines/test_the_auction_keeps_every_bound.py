"""The auction that starts a plan sells no place twice and nothing beyond a bound of the tree."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from matching_cases import problems

from jiedui.engines.matching import Problem, calling, solve
from jiedui.engines.matching.auction import _sell
from jiedui.engines.matching.calling import call
from jiedui.engines.matching.costs import highest_cost, pair_costs, permitted
from jiedui.engines.matching.nearest import NEVER, Nearest
from jiedui.engines.matching.network import net_of
from jiedui.engines.matching.places import places_of, prices_of


def _check(problem, places, room):
    """What is held, and that it is in order; returns who holds a place."""
    held = places.held[places.held >= 0]
    assert len(set(held.tolist())) == len(held)
    helper = places.helper[places.held >= 0]
    assert permitted(problem, held, helper).all()
    load = np.bincount(helper, minlength=problem.helpers)
    assert (np.r_[load, problem.below(load)] <= room).all()
    assert (places.end - places.first == np.bincount(places.helper, minlength=len(load))).all()
    return set(held.tolist())


@settings(max_examples=300, deadline=None)
@given(problem=problems())
def test_nothing_is_sold_twice_or_beyond_a_bound_and_nobody_called_is_lost(problem):
    if problem.has_matrix:
        return  # no auction there
    net, ceiling = net_of(problem), 2 * highest_cost(problem)
    room, required = net.upper[:-1], net.lower[:-1]
    everyone, name = np.arange(problem.households), np.arange(problem.helpers)
    places = places_of(problem, room, required, name)
    _sell(Nearest(problem), everyone, places, ceiling=ceiling, seed=0)
    seated = _check(problem, places, room)
    price, taken = prices_of(places), np.flatnonzero(places.held >= 0)
    value = np.full(problem.households, ceiling)
    who, helper = places.held[taken], places.helper[taken]
    value[who] = pair_costs(problem, who, helper) + price[helper]
    before = value.copy()
    turned = Nearest(problem, turned=True)
    call(problem, turned, places, everyone, value, required=required, most=ceiling)
    assert seated <= _check(problem, places, room)
    assert (value <= before).all()
    has_place = places.end > places.first
    assert ((prices_of(places) < NEVER) == has_place).all()


def test_minimums_nobody_can_meet_start_no_price_war(monkeypatch):
    """Two units that may only have households of one kind, and ask for more than there are."""
    n, m = 120, 80
    r, group = np.random.default_rng(0), np.arange(m) % 2
    problem = Problem(
        capacity=np.full(m, 3), household_xy=r.integers(0, 9000, (n, 2)),
        helper_xy=r.integers(0, 9000, (m, 2)), household_group=np.arange(n) % 3 // 2,
        helper_group=group, group_cost=np.array([[0, -1], [-1, 0]]), node=group,
        parent=[-1, -1], lower=[60, 60], upper=[n, n],
    )  # fmt: skip
    rounds = []
    once = calling._call
    monkeypatch.setattr(calling, "_call", lambda *given: rounds.append(1) or once(*given))
    plan = solve(problem)
    assert [short.missing for short in plan.shortages] == [20]
    assert 0 < len(rounds) < 200
    rounds.clear()
    solve(replace(problem, lower=[60, 61]))
    assert not rounds  # more than there are households at all: nobody calls
