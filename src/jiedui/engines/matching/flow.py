"""An exact cheapest flow, kept with its prices.

Successive shortest paths with prices (Ahuja, Magnanti & Orlin, Network Flows, 1993, ch. 9), from
all households and nodes that have too much at once: one search finds the distances from all of
them, prices rise by those, and as many paths as fit run along arcs that cost nothing any more.
"""

from __future__ import annotations

import numpy as np

from jiedui.engines.matching.compiled import kernel, part
from jiedui.engines.matching.meeting import Columns, columns_of, forget, least_leaving, meet, move
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
from jiedui.engines.matching.problem import IntArray
from jiedui.engines.matching.search import Search, distances, least_paid, room_for

BATCH = 16  # places to search from one by one before asking whether that pays
CALL = 2000  # arcs that could be tried while one search is made ready


def settle(net: Net, arcs: Arcs, state: State, stakes: Stakes) -> None:
    """Bring every free household and all excess to where it is lacking, at least cost.

    From everywhere at once or from one place after another, whichever took less work a unit.
    """
    search, columns = room_for(len(state.price)), None
    free, singly = np.flatnonzero(state.home == FREE), CALL
    while left := len(free) + int(state.excess.sum()):
        free, work = _bring_in(net, arcs, state, search, free, stakes.minimum)
        at_once = work // max(1, left - len(free) - int(state.excess.sum()))
        while at_once > singly and (len(free) or state.excess.any()):
            columns = columns or columns_of(arcs, net.helpers)
            sources = _some_of(free, state)
            work = _one_by_one(net, arcs, columns, state, search, sources, stakes.minimum)
            singly, free = work // len(sources), free[BATCH:]


def _some_of(free: IntArray, state: State) -> list[tuple[int, int]]:
    """The next few households, then nodes, that have too much; -1 for the other."""
    busy = np.flatnonzero(state.excess)[:BATCH]
    nodes = np.repeat(busy, state.excess[busy])[:BATCH]
    return [*((h, -1) for h in free[:BATCH].tolist()), *((-1, x) for x in nodes.tolist())][:BATCH]


def _one_by_one(
    net: Net, arcs: Arcs, columns: Columns, state: State, search: Search,
    sources: list[tuple[int, int]], minimum: int,
) -> int:  # fmt: skip
    """Each unit to a place near it that lacks one; which one makes no difference to the whole.
    Returns how many arcs were tried."""
    back = room_for(len(state.price))
    search.mark[:] = 0
    slack, work = least_leaving(state), 0
    for h, x in sources:
        lacking = np.flatnonzero(state.lacks)
        start = (
            int(arcs.helper[arcs.start[h]]) if h >= 0 and arcs.start[h + 1] > arcs.start[h] else x
        )
        # Helpers and nodes that belong together mostly stand together.
        target = end = int(lacking[abs(lacking - start).argmin()])
        length, *found, tried = meet(
            net, arcs, columns, state, search, back, h, x, target, minimum, slack
        )
        work += CALL + tried
        if length < NEVER:
            move(state, search, back, target, length, *found)
        else:
            forget(search, found[2])
            forget(back, found[3])
            one, node = np.array([h]), np.array([x])
            seen, end, tried = distances(
                net, arcs, state, search, one[one >= 0], node[node >= 0], minimum, 1
            )
            work += tried
            _lift(state, search, seen, end)
        slack = slack - length if length < slack else least_leaving(state)
        _carry(net, arcs, state, search, end)
        if x >= 0:
            state.excess[x] -= 1
    return work


@part
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


@part
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
                search.mark[search.stack[at]] = 0
            return y
        search.mark[y] = 1
        search.stack[size] = y
        size += 1
    return np.int64(-1)


@part
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


def _bring_in(
    net: Net, arcs: Arcs, state: State, search: Search, free: IntArray, minimum: int
) -> tuple[IntArray, int]:
    """One search from everything that is too much, then as many paths as fit; who is still free,
    and how many arcs were tried."""
    left, busy = len(free) + int(state.excess.sum()), np.flatnonzero(state.excess)
    seen, end, tried = distances(net, arcs, state, search, free, busy, minimum, max(1, left // 2))
    _lift(state, search, seen, end)
    return _send_all(net, arcs, state, search, free, busy, minimum), tried


@kernel
def _send_all(net, arcs, state, search, free, busy, minimum):  # type: ignore[no-untyped-def]
    """As many paths as fit along arcs that cost nothing; who is still free."""
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


@kernel
def _lift(state, search, seen, end):  # type: ignore[no-untyped-def]
    """Raise prices by the distances, and forget these."""
    last = search.distance[end]
    for i in range(seen):
        x = search.seen[i]
        if search.distance[x] < last:
            state.price[x] += last - search.distance[x]
        search.distance[x] = NEVER
        search.spot[x] = -1


@kernel
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
