"""Distances in the network at its prices, from all that is too much to what is lacking."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from jiedui.engines.matching.compiled import kernel, part
from jiedui.engines.matching.nearest import NEVER
from jiedui.engines.matching.network import unit_cost
from jiedui.engines.matching.problem import IntArray


class Search(NamedTuple):
    """Room for one search, made once: distances, the heap, and how each node was reached."""

    distance: IntArray
    heap: IntArray
    spot: IntArray
    seen: IntArray
    by_household: IntArray
    by_node: IntArray
    mark: npt.NDArray[np.int8]
    seat: IntArray  # how far the households of a node have been tried
    pair: IntArray  # and the arcs of the household in turn
    twig: IntArray  # and the arcs of the tree: above first, then below
    stack: IntArray


@kernel
def room_for(nodes):  # type: ignore[no-untyped-def]
    return Search(
        np.full(nodes, NEVER, np.int64), np.empty(nodes, np.int64), np.full(nodes, -1, np.int64),
        np.empty(nodes, np.int64), np.empty(nodes, np.int64), np.empty(nodes, np.int64),
        np.zeros(nodes, np.int8), np.zeros(nodes, np.int64), np.zeros(nodes, np.int64),
        np.zeros(nodes, np.int64), np.empty(nodes, np.int64),
    )  # fmt: skip


@part
def _up(heap, spot, key, x, size):  # type: ignore[no-untyped-def]
    """Put x into the heap, or raise it there, by its key."""
    at = spot[x]
    if at < 0:
        at = size
        size += 1
    while at > 0:
        above = (at - 1) >> 1
        if key[heap[above]] <= key[x]:
            break
        heap[at] = heap[above]
        spot[heap[at]] = at
        at = above
    heap[at] = x
    spot[x] = at
    return size


@part
def _pop(heap, spot, key, size):  # type: ignore[no-untyped-def]
    top = heap[0]
    size -= 1
    if size > 0:
        x, at = heap[size], 0
        while True:
            below = 2 * at + 1
            if below >= size:
                break
            if below + 1 < size and key[heap[below + 1]] < key[heap[below]]:
                below += 1
            if key[heap[below]] >= key[x]:
                break
            heap[at] = heap[below]
            spot[heap[at]] = at
            at = below
        heap[at] = x
        spot[x] = at
    return top, size


@part
def reach(search, x, distance, h, y, lacks, tally):  # type: ignore[no-untyped-def]
    """Note a way to x, by household h from node y.

    `tally`: how many nodes are in the heap, how many were seen, how many wait at the distance of
    now, that distance, and a node that lacks something right there (or -1).
    """
    if distance < search.distance[x]:
        search.by_household[x] = h
        search.by_node[x] = y
        if search.distance[x] == NEVER:
            search.seen[tally[1]] = x
            tally[1] += 1
        search.distance[x] = distance
        if distance == tally[3]:
            if lacks[x] > 0:
                tally[4] = x
            if search.spot[x] < 0:
                search.stack[tally[2]] = x
                tally[2] += 1
                return
        tally[0] = _up(search.heap, search.spot, search.distance, x, tally[0])


@part
def reach_from(arcs, state, search, h, y, paid, distance, tally):  # type: ignore[no-untyped-def]
    """All helpers of a household that pays `paid`, and the root."""
    base = distance - paid
    known, price, helper, cost = search.distance, state.price, arcs.helper, arcs.cost
    for k in range(arcs.start[h], arcs.start[h + 1]):
        m = helper[k]
        if base + cost[k] + price[m] < known[m]:
            reach(search, m, base + cost[k] + price[m], h, y, state.lacks, tally)
    if state.leave[h] < NEVER:
        root = len(price) - 1
        if base + state.leave[h] + price[root] < known[root]:
            reach(search, root, base + state.leave[h] + price[root], h, y, state.lacks, tally)


@part
def least_paid(arcs, state, h):  # type: ignore[no-untyped-def]
    """What a free household would pay at least."""
    lowest = state.leave[h] + state.price[-1] if state.leave[h] < NEVER else np.int64(NEVER)
    for k in range(arcs.start[h], arcs.start[h + 1]):
        lowest = min(lowest, arcs.cost[k] + state.price[arcs.helper[k]])
    return lowest


@part
def take(search, tally):  # type: ignore[no-untyped-def]
    """The nearest node that has not been taken yet."""
    if tally[2] > 0:
        tally[2] -= 1
        return search.stack[tally[2]]
    x, tally[0] = _pop(search.heap, search.spot, search.distance, tally[0])
    tally[3] = search.distance[x]
    return x


@part
def step(net, arcs, state, search, x, minimum, tally):  # type: ignore[no-untyped-def]
    """All nodes one arc away from x; how many arcs were tried."""
    d, price = search.distance[x], state.price
    tried = net.child_start[x + 1] - net.child_start[x] + 1
    for at in range(net.place_start[x], net.place_start[x] + state.load[x]):
        h = state.place[at]
        tried += arcs.start[h + 1] - arcs.start[h]
        reach_from(arcs, state, search, h, x, state.cost[h] + price[x], d, tally)
    above = net.parent[x]
    if above >= 0 and state.flow[x] < net.upper[x]:
        unit = unit_cost(net, x, state.flow[x] + 1, minimum)
        reach(search, above, d + unit + price[above] - price[x], -1, x, state.lacks, tally)
    for k in range(net.child_start[x], net.child_start[x + 1]):
        below = net.child[k]
        if state.flow[below] > 0:
            unit = unit_cost(net, below, state.flow[below], minimum)
            reach(search, below, d - unit + price[below] - price[x], -1, x, state.lacks, tally)
    return tried


@kernel
def distances(net, arcs, state, search, free, nodes, minimum, wanted):  # type: ignore[no-untyped-def]
    """Distances from these households and nodes, until `wanted` lacking units are met; how many
    nodes were seen, the last of them within reach, and how many arcs were tried.

    Nodes reached at no further cost wait on a stack: whole trees of them would crowd the heap.
    """
    tally = np.zeros(5, np.int64)
    tally[3] = tally[4] = -1
    for h in free:
        reach_from(arcs, state, search, h, -1, least_paid(arcs, state, h), np.int64(0), tally)
    for x in nodes:
        reach(search, x, np.int64(0), -1, -1, state.lacks, tally)
    x, met, tried = np.int64(-1), 0, 0
    while tally[0] > 0 or tally[2] > 0:
        x = take(search, tally)
        met += state.lacks[x]
        if met >= wanted:
            break
        tried += step(net, arcs, state, search, x, minimum, tally)
        if wanted == 1 and tally[4] >= 0:
            return tally[1], tally[4], tried
    return tally[1], x, tried
