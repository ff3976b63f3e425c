"""Places for sale in a tree: what one more household would pay, and whom it would displace.

Bounds on the nodes of a tree leave room for the sets of a laminar matroid: whoever comes to a full
helper, or below a full node, displaces the one bid up least there. The first full node on the way
up decides, for the nodes above it are relieved too (Bikhchandani, de Vries, Schummer & Vohra, An
ascending Vickrey auction for selling bases of a matroid, Operations Research 59, 2011).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from jiedui.engines.matching.compiled import kernel, part
from jiedui.engines.matching.nearest import NEVER
from jiedui.engines.matching.problem import IntArray, Problem

GENTLE = 200  # off the price of a place within a minimum; much more starts a price war


class Places(NamedTuple):
    """P places in the order of the tree: those of a helper, and those below a node, together."""

    name: IntArray  # (M,) the helper under whose name each sells; what follows goes by names
    first: IntArray  # (M,) where the places of a helper begin
    end: IntArray  # (M,)
    helper: IntArray  # (P,)
    base: IntArray  # (P,) what the place costs by itself
    start: IntArray  # (P,) the price to begin with
    paid: IntArray  # (P,) the price of now
    held: IntArray  # (P,) by which bidder; -1
    least: IntArray  # (2 W,) a tournament among the held: which was bid up least
    floor: IntArray  # (M,) the least that is paid at a helper; NEVER
    unsold: IntArray  # (M,) the least price of a place nobody holds; NEVER
    own: IntArray  # (M,) the less of the two: what a helper costs while no node above is full
    node: IntArray  # (M,) above a helper; -1
    parent: IntArray  # (T,)
    low: IntArray  # (T,) where the places below a node begin
    high: IntArray  # (T,)
    room: IntArray  # (T,) for so many more; NEVER where no bound can bind
    rent: IntArray  # (T,) of full nodes: what coming there costs beyond the start


def places_of(problem: Problem, room: IntArray, required: IntArray, name: IntArray) -> Places:
    """The places of helpers, and limits of nodes, with so much `room`, (M + T,), of which some is
    `required` to be filled, (M + T,). Helpers of one `name`, (M,), below one node sell together."""
    m, t = problem.helpers, len(problem.parent)
    turn, end = _turns(problem)
    at = np.r_[turn, t][problem.node]
    _, first, which = np.unique(name * (t + 1) + at, return_index=True, return_inverse=True)
    name = first[which]
    room = np.where(problem.under(room[m:] <= 0), 0, room)
    owner = np.repeat(np.arange(m), room[:m])
    rank = np.arange(len(owner)) - np.repeat(np.cumsum(room[:m]) - room[:m], room[:m])
    order = np.lexsort((name[owner], at[owner]))
    owner, rank = owner[order], rank[order]
    base = problem.load_cost[np.minimum(rank, len(problem.load_cost) - 1)]
    start = base - GENTLE * (rank < required[owner])
    at, helper = at[owner], name[owner]
    begin = np.zeros(m, np.int64)
    begin[helper[::-1]] = np.arange(len(helper))[::-1]
    unsold = np.full(m, NEVER)
    np.minimum.at(unsold, helper, start)
    low, high = np.searchsorted(at, turn), np.searchsorted(at, end)
    return Places(
        name, begin, begin + np.bincount(helper, minlength=m), helper, base, start, start.copy(),
        np.full(len(start), -1), np.full(2 << max(0, len(start) - 1).bit_length(), -1),
        np.full(m, NEVER), unsold, unsold.copy(),
        problem.node.copy(), problem.parent.copy(), low, high,
        np.where(room[m:] < high - low, room[m:], NEVER), np.zeros(t, np.int64),
    )  # fmt: skip


def _turns(problem: Problem) -> tuple[IntArray, IntArray]:
    """(T,) Whose turn each node is when the tree is walked from above, and where those below it
    end."""
    t = len(problem.parent)
    size, free = np.ones(t + 1, np.int64), np.zeros(t + 1, np.int64)
    for x in problem.rising.tolist():
        size[problem.parent[x]] += size[x]
    turn = np.zeros(t, np.int64)
    for x in problem.rising[::-1].tolist():
        turn[x] = free[problem.parent[x]]
        free[problem.parent[x]] += size[x]
        free[x] = turn[x] + 1
    return turn, turn + size[:-1]


@kernel
def prices_of(places):  # type: ignore[no-untyped-def]
    """(M,) What one more household pays at each helper; NEVER where there is no place."""
    own, floor, unsold, node = places.own, places.floor, places.unsold, places.node
    rent, price = rents_of(places), own.copy()
    for m in range(len(price)):
        if node[m] >= 0 and own[m] == unsold[m] and own[m] < NEVER:
            price[m] = min(floor[m], own[m] + rent[node[m]])
    return price


@kernel
def rents_of(places):  # type: ignore[no-untyped-def]
    """(T,) What each node adds to the price of places below that nobody holds."""
    rent = np.empty(len(places.room), np.int64)
    for x in range(len(rent)):
        rent[x] = rent_at(places.parent, places.room, places.rent, x)
    return rent


@part
def rent_at(parent, room, rent, x):  # type: ignore[no-untyped-def]
    """What the first full node from x upwards adds to the price of places nobody holds."""
    x = _full(parent, room, x)
    return rent[x] if x >= 0 else np.int64(0)


@part
def _full(parent, room, x):  # type: ignore[no-untyped-def]
    """The first full node from x upwards; -1."""
    while x >= 0 and room[x] > 0:
        x = parent[x]
    return x


@part
def take(places, m, h, price):  # type: ignore[no-untyped-def]
    """Bidder h takes a place of helper m at this price; returns who loses one, or -1."""
    x = full = places.node[m]
    loser, rent = np.int64(-1), np.int64(0)
    if x >= 0:
        full = _full(places.parent, places.room, x)
        if full >= 0:
            rent = places.rent[full]
    if places.floor[m] <= places.unsold[m] + rent:
        place = _cheapest(places, m, places.floor[m], True)
        loser = places.held[place]
        places.held[place], places.paid[place] = h, price
        look(places, m)
    else:
        if full >= 0:
            place = _least(places, places.low[full], places.high[full])
            loser = places.held[place]
            leave(places, place)
        place = sit(places, m, h, price)
    if x >= 0:
        _play(places, place)
        x = _full(places.parent, places.room, x)
        while x >= 0:
            least = _least(places, places.low[x], places.high[x])
            places.rent[x] = max(0, places.paid[least] - places.start[least])
            x = _full(places.parent, places.room, places.parent[x])
    return loser


@part
def sit(places, m, h, price):  # type: ignore[no-untyped-def]
    """Bidder h takes a place of helper m nobody holds; returns which."""
    place = _cheapest(places, m, places.unsold[m], False)
    places.held[place], places.paid[place] = h, price
    look(places, m)
    x = places.node[m]
    while x >= 0:
        places.room[x] -= places.room[x] < NEVER
        x = places.parent[x]
    return place


@part
def leave(places, place):  # type: ignore[no-untyped-def]
    """Nobody holds this place any more."""
    m = places.helper[place]
    places.held[place], places.paid[place] = -1, places.start[place]
    look(places, m)
    x = places.node[m]
    if x >= 0:
        _play(places, place)
    while x >= 0:
        places.room[x] += places.room[x] < NEVER
        x = places.parent[x]


@part
def _cheapest(places, m, price, is_held):  # type: ignore[no-untyped-def]
    """A place of helper m at this price."""
    for place in range(places.first[m], places.end[m]):
        if places.paid[place] == price and (places.held[place] >= 0) == is_held:
            return place
    return np.int64(-1)


@part
def look(places, m):  # type: ignore[no-untyped-def]
    """Note what is paid at helper m."""
    floor = unsold = np.int64(NEVER)
    for place in range(places.first[m], places.end[m]):
        if places.held[place] < 0:
            unsold = min(unsold, places.paid[place])
        else:
            floor = min(floor, places.paid[place])
    places.floor[m], places.unsold[m], places.own[m] = floor, unsold, min(floor, unsold)


@part
def _risen(places, place):  # type: ignore[no-untyped-def]
    """How far a held place was bid up; NEVER for others."""
    if place < 0 or places.held[place] < 0:
        return np.int64(NEVER)
    return places.paid[place] - places.start[place]


@part
def _play(places, place):  # type: ignore[no-untyped-def]
    """Play the matches of this place again."""
    at = len(places.least) // 2 + place
    places.least[at] = place
    while at > 1:
        at >>= 1
        one, other = places.least[2 * at], places.least[2 * at + 1]
        places.least[at] = one if _risen(places, one) <= _risen(places, other) else other


@part
def _least(places, low, high):  # type: ignore[no-untyped-def]
    """The held place bid up least from `low` to before `high`."""
    best, half = np.int64(-1), len(places.least) // 2
    low, high = low + half, high + half
    while low < high:
        if low & 1:
            if _risen(places, places.least[low]) < _risen(places, best):
                best = places.least[low]
            low += 1
        if high & 1:
            high -= 1
            if _risen(places, places.least[high]) < _risen(places, best):
                best = places.least[high]
        low, high = low >> 1, high >> 1
    return best


@kernel
def without_gifts(places):  # type: ignore[no-untyped-def]
    """Nothing is off the price of places any more."""
    for place in range(len(places.start)):
        places.start[place] = places.base[place]
        if places.held[place] < 0:
            places.paid[place] = places.base[place]
    for m in range(len(places.floor)):
        look(places, m)


@kernel
def settle_prices(places, load, required, off, step):  # type: ignore[no-untyped-def]
    """Let the prices be such as a flow has.

    All pay the same at a helper: what a place there costs if one is left, else the most paid, less
    the `step` it was overbid by. At a full node the one bid up least says what coming costs; at one
    that holds no more than is `required`, what was taken `off`, (T,).
    """
    m = len(places.floor)
    for x in range(len(places.room)):
        if places.room[x] <= 0:
            least = np.int64(NEVER)
            for place in range(places.low[x], places.high[x]):
                k = places.helper[place]
                if places.held[place] >= 0 and load[k] > required[k]:
                    least = min(least, places.paid[place] - places.start[place])
            places.rent[x] = max(0, least) if least < NEVER else 0
        if load[m + x] <= required[m + x] and off[x] > 0:
            places.rent[x], places.room[x] = -off[x], 0
    for k in range(m):
        most = -np.int64(NEVER)
        for place in range(places.first[k], places.end[k]):
            if places.held[place] >= 0:
                most = max(most, places.paid[place])
        if most == -NEVER or (places.unsold[k] < NEVER and load[k] > required[k]):
            most = np.int64(NEVER)
        elif places.unsold[k] >= NEVER:
            last = places.start[places.end[k] - 1] + rent_at(
                places.parent, places.room, places.rent, places.node[k]
            )
            most = min(most, max(last, most - step))
        places.floor[k], places.own[k] = most, min(most, places.unsold[k])
