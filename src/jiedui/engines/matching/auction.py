"""First prices of helpers and of the nodes above them, by an auction.

Every household bids for its best place what makes the second best just as good (Bertsekas, A
distributed algorithm for the assignment problem, 1979); then minimums call households (`calling`).
Bids differ by at least `STEP`, so prices end near the best ones, not at them: they start the exact
solution, the proof does not rest on them.
"""

from __future__ import annotations

import numpy as np

from jiedui.engines.matching.calling import STEP, call
from jiedui.engines.matching.compiled import kernel, part
from jiedui.engines.matching.costs import pair_costs
from jiedui.engines.matching.nearest import NEVER, Found, Nearest
from jiedui.engines.matching.places import (
    Places,
    places_of,
    prices_of,
    rent_at,
    rents_of,
    take,
)
from jiedui.engines.matching.problem import IntArray, Problem

CHOICES = 16  # helpers a household has in view
MOST_BIDS = 400  # a household, on average
DEEP = 8  # minimums call for no less than minus this part of the ceiling: some cannot be met


def auction_prices(
    problem: Problem,
    nearest: Nearest,
    turned: Nearest | None,
    bidders: IntArray,
    *,
    room: IntArray,
    required: IntArray,
    stand_in: IntArray,
    ceiling: int,
    seed: int,
) -> IntArray:
    """(M + T,) prices at which the bidders spread over the room that helpers and nodes have,
    (M + T,), and fill their minimums, `required`, (M + T,); NEVER where there is no room. With
    any minimum, `turned` finds the best households of a helper.

    Helpers who are alike bid out under the name of the first, `stand_in`, (M,): else the bids
    for one after another would rise by single steps (Bertsekas & Castañon, The auction algorithm
    for transportation problems, 1989). Whoever finds nothing below `ceiling` leaves the auction.
    """
    places = places_of(problem, room, required, stand_in)
    _sell(nearest, bidders, places, ceiling=ceiling, seed=seed)
    price, taken = prices_of(places), np.flatnonzero(places.held >= 0)
    who, helper = places.held[taken], places.helper[taken]
    value = np.full(len(bidders), ceiling)
    value[who] = pair_costs(problem, bidders[who], helper) + price[helper]
    places.paid[taken] = price[helper]
    call(problem, turned, places, bidders, value, required=required, most=ceiling // DEEP)
    return np.r_[prices_of(places)[places.name], rents_of(places)]


def _sell(nearest: Nearest, bidders: IntArray, places: Places, *, ceiling: int, seed: int) -> None:
    """Let all bid until nobody wants to any more."""
    size = len(bidders), CHOICES
    view = Found(np.zeros(size, np.int64), np.zeros(size, np.int64), np.zeros(size[0], np.int64))
    bound = np.full(len(bidders), NEVER)
    waiting = np.random.default_rng(seed).permutation(len(bidders))
    bids_left = np.array([MOST_BIDS * len(bidders)])
    # The last few hundred looks around are not worth their while.
    while len(waiting) > len(bidders) // 1000 and bids_left[0] > 0:
        price = prices_of(places)
        # Nothing beyond the worst in view can be among the best.
        worst = (view.cost[waiting] + price[view.helper[waiting]]).max(axis=1)
        look = np.where(view.filled[waiting] == CHOICES, np.minimum(worst + 1, ceiling), ceiling)
        fresh = nearest.best(bidders[waiting], price=price, limit=look, most=CHOICES)
        for old, new in zip(view, fresh, strict=True):
            old[waiting] = new
        last = fresh.helper[:, -1]
        full = fresh.filled == CHOICES
        bound[waiting] = NEVER
        bound[waiting[full]] = (fresh.cost[:, -1] + price[last * full])[full]
        waiting = _bid(waiting, view, bound, places, ceiling, bids_left)


@part
def _outbid(first, end, held, paid, own, m, h, more):  # type: ignore[no-untyped-def]
    """As `places.take`, for so much `more`, where no node is above: nothing but the price of the
    helper is noted."""
    place = first
    for other in range(first, end):
        if paid[other] < paid[place]:
            place = other
    loser, held[place] = held[place], h
    paid[place] += more
    least = paid[first]
    for other in range(first, end):
        least = min(least, paid[other])
    own[m] = least
    return loser


@kernel
def _bid(queue, view, bound, places, ceiling, bids_left):  # type: ignore[no-untyped-def]
    """Let these bid, and whoever they outbid, until all hold a place, left, or want to look again:
    when the second best in view may be beaten by somebody out of view."""
    size = len(bound)
    line = np.empty(size, np.int64)
    line[: len(queue)] = queue
    has_looked = np.zeros(size, np.bool_)
    has_looked[queue] = True
    at, length = 0, len(queue)
    again, waiting = 0, np.empty(size, np.int64)
    own, node, helpers, costs, filled = places.own, places.node, view.helper, view.cost, view.filled
    first, end, held, paid = places.first, places.end, places.held, places.paid
    floor, unsold = places.floor, places.unsold
    parent, room, rent = places.parent, places.room, places.rent
    while length > 0 and bids_left[0] > 0:
        h = line[at]
        at, length = (at + 1) % size, length - 1
        best = second = np.int64(NEVER)
        m, cost = np.int64(-1), np.int64(0)
        for k in range(filled[h]):
            helper = helpers[h, k]
            value = costs[h, k] + own[helper]
            if value < second and node[helper] >= 0 and own[helper] == unsold[helper]:
                value += min(floor[helper] - own[helper], rent_at(parent, room, rent, node[helper]))
            if value < best:
                best, second, m, cost = value, best, helper, costs[h, k]
            elif value < second:
                second = value
        if second > bound[h] and not has_looked[h]:
            waiting[again] = h
            again += 1
            continue
        has_looked[h] = False
        if m < 0 or best >= ceiling:
            continue
        more = min(second, ceiling, bound[h]) - best + STEP
        if node[m] >= 0:
            loser = take(places, m, h, best - cost + more)
        else:
            loser = _outbid(first[m], end[m], held, paid, own, m, h, more)
        bids_left[0] -= 1
        if loser >= 0:
            line[(at + length) % size] = loser
            length += 1
    return waiting[:again].copy()
