"""Unmet minimums are filled by a reverse auction, in which places bid for households.

A helper or node short of its minimum takes the household that would pay most for a place there, at
about the price the second would pay. The place that household leaves bids in its turn, as long as
somebody would pay more than an empty place costs there (Bertsekas & Castañon, A forward/reverse
auction algorithm for asymmetric assignment problems, Computational Optimization and Applications 1,
1992).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from jiedui.engines.matching.compiled import kernel, part
from jiedui.engines.matching.nearest import NEVER, Nearest
from jiedui.engines.matching.places import (
    Places,
    leave,
    look,
    rent_at,
    settle_prices,
    sit,
    without_gifts,
)
from jiedui.engines.matching.problem import IntArray, Problem

STEP = 4  # between bids, up or down
VIEW = 16  # households a helper has in view
MOST_CALLS = 16  # a bidder, on average


class Calls(NamedTuple):
    """Who holds which place, what it pays for it, and whom helpers have in view."""

    seat: IntArray  # (B,) the place of each bidder; -1
    value: IntArray  # (B,) the cost of its pair and the price of its place
    load: IntArray  # (M + T,)
    required: IntArray  # (M + T,)
    off: IntArray  # (T,) how much a node has taken off its prices
    bidder: IntArray  # (M, VIEW)
    cost: IntArray  # (M, VIEW)
    filled: IntArray  # (M,)
    bound: IntArray  # (M,) nobody out of view is worth more to the helper
    wanted: npt.NDArray[np.bool_]  # (M,) helpers who want to look around


def call(
    problem: Problem, turned: Nearest | None, places: Places, bidders: IntArray, value: IntArray,
    *, required: IntArray, most: int,
) -> None:  # fmt: skip
    """Move bidders, who pay `value`, (B,), to where minimums, `required`, (M + T,), are unmet, and
    settle the prices. A helper or node that would have to pay more than `most` goes without."""
    without_gifts(places)
    m, t = problem.helpers, len(problem.parent)
    required = np.r_[np.bincount(places.name, required[:m], m).astype(np.int64), required[m:]]
    seat, taken = np.full(len(bidders), -1), np.flatnonzero(places.held >= 0)
    seat[places.held[taken]] = taken
    load = np.bincount(places.helper[taken], minlength=m)
    calls = Calls(
        seat, value, np.r_[load, problem.below(load)], required, np.zeros(t, np.int64),
        np.zeros((m, VIEW), np.int64), np.zeros((m, VIEW), np.int64), np.zeros(m, np.int64),
        np.full(m, NEVER), np.zeros(m, np.bool_),
    )  # fmt: skip
    line = _short(problem, calls)
    which = np.full(problem.households, -1)
    which[bidders] = np.arange(len(bidders))
    price = np.full(problem.households, NEVER)
    left, has_looked = np.array([MOST_CALLS * len(bidders)]), False
    while turned and len(line) and left[0] > 0:
        line = _call(places, calls, line, has_looked, most, left)
        looking = np.flatnonzero(calls.wanted)
        price[bidders] = -value
        # Nobody beyond the worst in view can be among the best.
        worst = (calls.cost[looking] - value[calls.bidder[looking]]).max(axis=1)
        limit = np.where(calls.filled[looking] == VIEW, worst + 1, NEVER)
        found = turned.best(looking, price=price, limit=limit, most=VIEW)
        there = np.arange(VIEW) < found.filled[:, None]
        calls.bidder[looking] = which[np.where(there, found.helper, 0)]
        calls.cost[looking], calls.filled[looking] = found.cost, found.filled
        last = value[calls.bidder[looking, -1]] - found.cost[:, -1]
        calls.bound[looking] = np.where(found.filled == VIEW, last, -NEVER)
        calls.wanted[:], has_looked = False, True
    # Without minimums, a plan is found sooner from prices that stand one bid too high.
    settle_prices(places, calls.load, required, calls.off, STEP if required.any() else 0)


def _short(problem: Problem, calls: Calls) -> IntArray:
    """Helpers and nodes as often as they are short; whoever one below calls in counts above too.
    Nobody, where more are required than there are bidders: calls would never end."""
    m, size = problem.helpers, len(calls.required)
    above = np.r_[problem.node, problem.parent]
    needed, coming = np.zeros(size + 1, np.int64), np.zeros(size + 1, np.int64)  # from below
    own = np.zeros(size, np.int64)
    for x in [*range(m), *(problem.rising + m).tolist()]:
        own[x] = max(0, calls.required[x] - calls.load[x] - coming[x])
        y = above[x] + m if above[x] >= 0 else size
        needed[y] += max(calls.required[x], needed[x])
        coming[y] += coming[x] + own[x]
    return np.repeat(np.arange(size), own if needed[size] <= len(calls.seat) else 0)


@kernel
def _call(places, calls, line, has_looked, most, left):  # type: ignore[no-untyped-def]
    """Let these call, and whoever loses a household by that, until nobody does or all want to look
    around first; who is still waiting."""
    m, first_round = len(places.first), len(line) if has_looked else 0
    queue, waiting = list(line), [np.int64(0) for _ in range(0)]
    at, moved = 0, False
    while at < len(queue) and left[0] > 0:
        x, at = _shortest_of(places, calls, queue[at]), at + 1
        if x < 0:
            continue
        left[0] -= 1
        low, high = _within(places, x)
        best, second, unseen, who, helper, cost = _offers(places, calls, x, low, high)
        least = -most
        if x < m and calls.load[x] >= calls.required[x]:
            rent = rent_at(places.parent, places.room, places.rent, places.node[x])
            least = places.unsold[x] + rent
        must_look = unseen > max(second, least) and at > first_round
        if unseen > max(best, least) and x >= m and not must_look:
            # Those in view are there already: that they pay less may let others come into view.
            must_look = _take_off(places, calls, x, low, high, unseen - STEP) or moved
        if must_look:
            _want_to_look(places, calls, low, high, max(second, least))
            waiting.append(x)
        elif best > least and (unseen <= best or x < m):
            moved = True
            price = max(min(max(second, unseen), best) - STEP, least)
            _take_off(places, calls, x, low, high, price - places.unsold[helper])
            left_by = _move(places, calls, who, helper, price)
            calls.value[who] = cost + price
            if left_by >= 0:
                queue.append(left_by)
    rest = np.empty(len(waiting), np.int64)
    for i in range(len(waiting)):
        rest[i] = waiting[i]
    return rest


@part
def _shortest_of(places, calls, x):  # type: ignore[no-untyped-def]
    """The first from x upwards that is short; helper x itself if none is; else -1."""
    y = x
    while y >= 0 and calls.load[y] >= calls.required[y]:
        y = _above(places, y)
    return x if y < 0 and x < len(places.first) else y


@part
def _above(places, x):  # type: ignore[no-untyped-def]
    m = len(places.first)
    node = places.node[x] if x < m else places.parent[x - m]
    return node + m if node >= 0 else np.int64(-1)


@part
def _within(places, x):  # type: ignore[no-untyped-def]
    """The places of helper or node x: from, and to before."""
    m = len(places.first)
    if x < m:
        return places.first[x], places.end[x]
    return places.low[x - m], places.high[x - m]


@part
def _offers(places, calls, x, low, high):  # type: ignore[no-untyped-def]
    """What the best bidder in view would pay for a place at x, and the second; what somebody out of
    view might; who the best is, at which helper, and the cost of the pair."""
    best = second = unseen = -np.int64(NEVER)
    who, helper, cost = np.int64(-1), np.int64(-1), np.int64(0)
    place = low
    while place < high:
        k = places.helper[place]
        place = places.end[k]
        if places.unsold[k] >= NEVER or not _is_open(places, k, x):
            continue
        unseen = max(unseen, calls.bound[k])
        for j in range(calls.filled[k]):
            i = calls.bidder[k, j]
            if i < 0:
                continue
            offer = calls.value[i] - calls.cost[k, j]
            if offer <= second or low <= calls.seat[i] < high:
                continue
            if not _may_come(places, x, calls.seat[i]):
                continue
            if offer > best:
                if i != who:
                    second = best
                best, who, helper, cost = offer, i, k, calls.cost[k, j]
            elif i != who:
                second = offer
    return best, second, unseen, who, helper, cost


@part
def _is_open(places, k, x):  # type: ignore[no-untyped-def]
    """Whether there is room on the way from helper k up to x."""
    m, y = len(places.first), places.node[k]
    while k != x and y >= 0 and y + m != x:
        if places.room[y] <= 0:
            return False
        y = places.parent[y]
    return True


@part
def _may_come(places, x, seat):  # type: ignore[no-untyped-def]
    """Whether who sits there may come to x: there is room in all above, up to where both are."""
    m, y = len(places.first), _above(places, x)
    while y >= 0 and not places.low[y - m] <= seat < places.high[y - m]:
        if places.room[y - m] <= 0:
            return False
        y = _above(places, y)
    return True


@part
def _take_off(places, calls, x, low, high, rent):  # type: ignore[no-untyped-def]
    """Nobody below x pays more than this beyond the price of a place, where places are left;
    whether anybody did."""
    m, did = len(places.first), False
    if x >= m:
        calls.off[x - m] = max(calls.off[x - m], -rent)
    for place in range(low, high):
        k, i = places.helper[place], places.held[place]
        price = places.unsold[k] + rent
        if i >= 0 and places.unsold[k] < NEVER and price < places.paid[place]:
            calls.value[i] -= places.paid[place] - price
            places.paid[place] = price
            look(places, k)
            did = True
    return did


@part
def _want_to_look(places, calls, low, high, known):  # type: ignore[no-untyped-def]
    """Whoever may be worth more than is known to a helper with room here is to come into view."""
    for place in range(low, high):
        k = places.helper[place]
        if places.unsold[k] < NEVER and calls.bound[k] > known:
            calls.wanted[k] = True


@part
def _move(places, calls, who, helper, price):  # type: ignore[no-untyped-def]
    """Seat a bidder with another helper; returns who lacks one now: the first that is short, or
    the helper it left; -1 if it had none."""
    old = calls.seat[who]
    calls.seat[who] = sit(places, helper, who, price)
    x = helper
    while x >= 0:
        calls.load[x] += 1
        x = _above(places, x)
    if old < 0:
        return np.int64(-1)
    leave(places, old)
    x = left = places.helper[old]
    while x >= 0:
        calls.load[x] -= 1
        if calls.load[x] < calls.required[x] and calls.load[left] >= calls.required[left]:
            left = x
        x = _above(places, x)
    return left
