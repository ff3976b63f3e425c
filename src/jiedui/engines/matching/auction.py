"""First prices of helpers, by an auction.

Every household bids for its best place what makes the second best just as good (Bertsekas, A
distributed algorithm for the assignment problem, 1979). Bids rise by at least `STEP`, so prices end
near the best ones, not at them: they start the exact solution, the proof does not rest on them.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from jiedui.engines.matching.nearest import NEVER, Found, Nearest
from jiedui.engines.matching.problem import IntArray, Problem

STEP = 4
GENTLE = 400  # off the price of a place that a minimum asks for; much more starts a price war
CHOICES = 16  # helpers a household has in view
MOST_BIDS = 400  # a household, on average


def auction_prices(
    problem: Problem,
    nearest: Nearest,
    bidders: IntArray,
    *,
    room: IntArray,
    stand_in: IntArray,
    ceiling: int,
    seed: int,
) -> IntArray:
    """(M,) prices at which the bidders spread over the room, (M,), that helpers have.

    Helpers who are alike bid out under the name of the first, `stand_in`, (M,): else the bids
    for one after another would rise by single steps (Bertsekas & Castañon, The auction algorithm
    for transportation problems, 1989). Whoever finds nothing below `ceiling` leaves the auction.
    """
    owner = np.repeat(np.arange(problem.helpers), room)
    rank = np.arange(len(owner)) - np.repeat(np.cumsum(room) - room, room)
    order = np.argsort(stand_in[owner], kind="stable")
    owner, rank, seller = owner[order], rank[order], stand_in[owner[order]]
    place_start = np.searchsorted(seller, np.arange(problem.helpers + 1)).astype(np.int64)
    paid = problem.load_cost[np.minimum(rank, len(problem.load_cost) - 1)].copy()
    paid[rank < problem.min_load[owner]] -= GENTLE
    price = np.full(problem.helpers, NEVER)
    np.minimum.at(price, seller, paid)
    held = np.full(len(paid), -1, np.int64)
    size = len(bidders), CHOICES
    view = Found(np.zeros(size, np.int64), np.zeros(size, np.int64), np.zeros(size[0], np.int64))
    bound = np.full(len(bidders), NEVER)
    waiting = np.random.default_rng(seed).permutation(len(bidders))
    bids_left = np.array([MOST_BIDS * len(bidders)])
    # The last few hundred looks around are not worth their while.
    while len(waiting) > len(bidders) // 1000 and bids_left[0] > 0:
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
        waiting = _bid(waiting, view, bound, price, place_start, paid, held, ceiling, bids_left)
    return price[stand_in]


@njit(cache=True, nogil=True)
def _bid(  # type: ignore[no-untyped-def]
    queue, view, bound, price, place_start, paid, held, ceiling, bids_left
):
    """Let these bid, and whoever they outbid, until all hold a place, left, or want to look again:
    when the second best in view may be beaten by somebody out of view."""
    size = len(bound)
    line = np.empty(size, np.int64)
    line[: len(queue)] = queue
    has_looked = np.zeros(size, np.bool_)
    has_looked[queue] = True
    at, length = 0, len(queue)
    again, waiting = 0, np.empty(size, np.int64)
    while length > 0 and bids_left[0] > 0:
        h = line[at]
        at, length = (at + 1) % size, length - 1
        best = second = np.int64(NEVER)
        m = np.int64(-1)
        for k in range(view.filled[h]):
            value = view.cost[h, k] + price[view.helper[h, k]]
            if value < best:
                best, second, m = value, best, view.helper[h, k]
            elif value < second:
                second = value
        if second > bound[h] and not has_looked[h]:
            waiting[again] = h
            again += 1
            continue
        has_looked[h] = False
        if m < 0 or best >= ceiling:
            continue
        cheapest = place_start[m]
        for place in range(place_start[m], place_start[m + 1]):
            if paid[place] < paid[cheapest]:
                cheapest = place
        loser = held[cheapest]
        paid[cheapest] += min(second, ceiling, bound[h]) - best + STEP
        held[cheapest] = h
        price[m] = paid[place_start[m] : place_start[m + 1]].min()
        bids_left[0] -= 1
        if loser >= 0:
            line[(at + length) % size] = loser
            length += 1
    return waiting[:again].copy()
