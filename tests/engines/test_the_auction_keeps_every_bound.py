"""The auction that starts a plan sells no place twice and nothing beyond a bound of the tree."""

import numpy as np
from hypothesis import given, settings
from matching_cases import problems

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
    room, asked = net.upper[:-1], net.lower[:-1]
    everyone, name = np.arange(problem.households), np.arange(problem.helpers)
    places = places_of(problem, room, asked, name)
    _sell(Nearest(problem), everyone, places, ceiling=ceiling, seed=0)
    seated = _check(problem, places, room)
    price, taken = prices_of(places), np.flatnonzero(places.held >= 0)
    value = np.full(problem.households, ceiling)
    who, helper = places.held[taken], places.helper[taken]
    value[who] = pair_costs(problem, who, helper) + price[helper]
    before = value.copy()
    call(problem, places, everyone, value, asked, ceiling)
    assert seated <= _check(problem, places, room)
    assert (value <= before).all()
    has_place = places.end > places.first
    assert ((prices_of(places) < NEVER) == has_place).all()
