"""An exact cheapest flow, kept with its prices.

Successive shortest paths with prices (Ahuja, Magnanti & Orlin, Network Flows, 1993, ch. 9), from
all households and nodes that have too much at once: one search finds the distances from all of
them, prices rise by those, and as many paths as fit run along arcs that cost nothing any more.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from jiedui.engines.matching.nearest import NEVER
from jiedui.engines.matching.network import (
    FREE,
    Arcs,
    Net,
    Stakes,
    State,
    put_in,
    take_out,
    unit_cost,
)
from jiedui.engines.matching.search import distances, least_paid, room_for

WORTH_IT = 4  # a search from everywhere costs about as much as so many from one place


def settle(net: Net, arcs: Arcs, state: State, stakes: Stakes) -> None:
    """Bring every free household and all excess to where it is lacking, at least cost."""
    free = np.flatnonzero(state.home == FREE)
    _settle(net, arcs, state, free, stakes.minimum)


@njit(cache=True, nogil=True)
def _next(net, arcs, state, search, x, minimum):  # type: ignore[no-untyped-def]
    """The next node that can be reached from x at no cost, and the household that moves, if one
    does; (-1, -1) when there is none left."""
    root = len(state.price) - 1
    while search.seat[x] < state.load[x]:
        h = state.place[net.place_start[x] + search.seat[x]]
        paid = state.cost[h] + state.price[x]
        size = arcs.start[h + 1] - arcs.start[h]
        while search.pair[x] < size:
            k = arcs.start[h] + search.pair[x]
            search.pair[x] += 1
            m = arcs.helper[k]
            if search.mark[m] == 0 and arcs.cost[k] + state.price[m] == paid:
                return m, h
        if search.pair[x] == size:
            search.pair[x] += 1
            if search.mark[root] == 0 and state.leave[h] + state.price[root] == paid:
                return root, h
        search.pair[x] = 0
        search.seat[x] += 1
    if search.twig[x] == 0:
        search.twig[x] = 1
        above = net.parent[x]
        if x != root and state.flow[x] < net.upper[x] and search.mark[above] == 0:
            step = unit_cost(net, x, state.flow[x] + 1, minimum)
            if step + state.price[above] == state.price[x]:
                return above, np.int64(-1)
    while net.child_start[x] + search.twig[x] <= net.child_start[x + 1]:
        below = net.child[net.child_start[x] + search.twig[x] - 1]
        search.twig[x] += 1
        if state.flow[below] > 0 and search.mark[below] == 0:
            step = unit_cost(net, below, state.flow[below], minimum)
            if state.price[below] - step == state.price[x]:
                return below, np.int64(-1)
    return np.int64(-1), np.int64(-1)


@njit(cache=True, nogil=True)
def _walk(net, arcs, state, search, first, minimum):  # type: ignore[no-untyped-def]
    """From `first` along arcs that cost nothing to a node that lacks something; -1 if none.

    A helper is passed once in a round. A node of the tree may be passed again, from where its arcs
    were left.
    """
    if state.lacks[first] > 0:
        return first
    if search.mark[first] != 0:
        return np.int64(-1)
    size = 1
    search.stack[0] = first
    search.mark[first] = 1
    while size > 0:
        x = search.stack[size - 1]
        y, h = _next(net, arcs, state, search, x, minimum)
        if y < 0:
            size -= 1
            continue
        search.by_household[y] = h
        search.by_node[y] = x
        if state.lacks[y] > 0:
            for at in range(size):
                if search.stack[at] >= net.helpers:
                    search.mark[search.stack[at]] = 0
            return y
        search.mark[y] = 1
        search.stack[size] = y
        size += 1
    return np.int64(-1)


@njit(cache=True, nogil=True)
def _send(net, arcs, state, search, h, minimum):  # type: ignore[no-untyped-def]
    """Bring one free household in; whether it worked."""
    paid, root = least_paid(arcs, state, h), len(state.price) - 1
    for k in range(arcs.start[h], arcs.start[h + 1] + 1):
        x, cost = root, state.leave[h]
        if k < arcs.start[h + 1]:
            x, cost = arcs.helper[k], arcs.cost[k]
        if cost < NEVER and cost + state.price[x] == paid:
            search.by_household[x], search.by_node[x] = h, -1
            end = _walk(net, arcs, state, search, x, minimum)
            if end >= 0:
                _carry(net, arcs, state, search, end)
                return True
    return False


@njit(cache=True, nogil=True)
def _settle(net, arcs, state, free, minimum):  # type: ignore[no-untyped-def]
    """From everywhere at once while that brings much in, then from one place after another."""
    search = room_for(len(state.price))
    free = free.copy()
    while len(free) > 0 or state.excess.sum() > 0:
        left = len(free) + state.excess.sum()
        free = _bring_in(net, arcs, state, search, free, minimum)
        if left - len(free) - state.excess.sum() < WORTH_IT:
            break
    nobody = free[:0]
    for i in range(len(free)):
        seen, end = distances(net, arcs, state, search, free[i : i + 1], nobody, minimum, 1)
        _lift(state, search, seen, end)
        _carry(net, arcs, state, search, end)
    for x in np.flatnonzero(state.excess):
        while state.excess[x] > 0:
            seen, end = distances(net, arcs, state, search, nobody, np.array([x]), minimum, 1)
            _lift(state, search, seen, end)
            _carry(net, arcs, state, search, end)
            state.excess[x] -= 1


@njit(cache=True, nogil=True)
def _bring_in(net, arcs, state, search, free, minimum):  # type: ignore[no-untyped-def]
    """One search from everything that is too much, then as many paths as fit; who is still free."""
    left, busy = len(free) + state.excess.sum(), np.flatnonzero(state.excess)
    seen, end = distances(net, arcs, state, search, free, busy, minimum, max(1, left // 2))
    _lift(state, search, seen, end)
    for tried in (search.seat, search.pair, search.twig):
        tried[:] = 0
    search.mark[:] = 0
    still, free = 0, free.copy()
    for h in free:
        if not _send(net, arcs, state, search, h, minimum):
            free[still] = h
            still += 1
    for x in busy:
        while state.excess[x] > 0:
            search.by_household[x] = search.by_node[x] = -1
            end = _walk(net, arcs, state, search, x, minimum)
            if end < 0:
                break
            _carry(net, arcs, state, search, end)
            state.excess[x] -= 1
    return free[:still]


@njit(cache=True, nogil=True)
def _lift(state, search, seen, end):  # type: ignore[no-untyped-def]
    """Raise prices by the distances, and forget these."""
    last = search.distance[end]
    for i in range(seen):
        x = search.seen[i]
        if search.distance[x] < last:
            state.price[x] += last - search.distance[x]
        search.distance[x] = NEVER
        search.spot[x] = -1


@njit(cache=True, nogil=True)
def _carry(net, arcs, state, search, end):  # type: ignore[no-untyped-def]
    """Move one unit to `end` along the way it was reached."""
    x = end
    state.lacks[end] -= 1
    while True:
        h, y = search.by_household[x], search.by_node[x]
        if h >= 0:
            if y >= 0:
                take_out(net, state, h, y)
                search.pair[y] = 0
            put_in(net, arcs, state, h, x)
        elif y >= 0:
            if net.parent[y] == x:
                state.flow[y] += 1
            else:
                state.flow[x] -= 1
        if y < 0:
            return
        x = y
