"""The shortest way from one place that has too much to one that lacks, searched from both ends.

Helpers with room to spare all have the price of the root: a search that comes there opens their
whole region at no cost. Two searches that meet at the root need not (Pohl, Bi-directional search,
1971). Prices rise around the one end and fall around the other, by radii that add up to the length
of the way, so no arc comes to cost less than nothing.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from jiedui.engines.matching.compiled import kernel, part
from jiedui.engines.matching.nearest import NEVER
from jiedui.engines.matching.network import FREE, unit_cost
from jiedui.engines.matching.problem import IntArray
from jiedui.engines.matching.search import least_paid, reach, reach_from, step, take


class Columns(NamedTuple):
    """The candidate pairs helper by helper."""

    start: IntArray  # (M + 1,)
    household: npt.NDArray[np.int32]
    arc: npt.NDArray[np.int32]  # where the pair stands in `Arcs`


@kernel
def columns_of(arcs, helpers):  # type: ignore[no-untyped-def]
    """The candidates helper by helper, by counting."""
    start = np.zeros(helpers + 1, np.int64)
    for m in arcs.helper:
        start[m + 1] += 1
    start = np.cumsum(start)
    at = start[:-1].copy()
    household, arc = np.empty(start[-1], np.int32), np.empty(start[-1], np.int32)
    for h in range(len(arcs.start) - 1):
        for k in range(arcs.start[h], arcs.start[h + 1]):
            m = arcs.helper[k]
            household[at[m]], arc[at[m]] = h, k
            at[m] += 1
    return Columns(start, household, arc)


@kernel
def least_leaving(state):  # type: ignore[no-untyped-def]
    """What it would cost more, at least, to leave a household uncovered that is covered now."""
    least, root = np.int64(NEVER), len(state.price) - 1
    for h in range(len(state.home)):
        x = state.home[h]
        if x != FREE and x != root and state.leave[h] < NEVER:
            more = state.leave[h] + state.price[root] - state.cost[h] - state.price[x]
            least = min(least, more)
    return least


@kernel
def meet(net, arcs, columns, state, ahead, back, h, x, target, minimum, most):  # type: ignore[no-untyped-def]
    """Search from household h (or, with h < 0, node x) and back from `target`.

    Returns the length of the way, or NEVER when there is none below `most`; where its halves meet;
    how much of it lies ahead of there; how many nodes either search saw, and how many arcs both
    tried. Ways back from the root to a household that would be left uncovered are not looked at:
    they must cost at least `most`.
    """
    fore, aft = np.zeros(5, np.int64), np.zeros(5, np.int64)
    fore[3] = fore[4] = aft[3] = aft[4] = -1
    if h >= 0:
        paid = least_paid(arcs, state, h)
        reach_from(arcs, state, ahead, h, -1, paid, np.int64(0), fore)
    else:
        reach(ahead, x, np.int64(0), -1, -1, state.lacks, fore)
    reach(back, target, np.int64(0), -1, -1, state.lacks, aft)
    length, middle = NEVER, -1
    work_fore, work_aft, root = 0, 0, len(state.price) - 1
    while True:
        near_fore, near_aft = _nearest(ahead, fore), _nearest(back, aft)
        root_fore, root_aft = ahead.distance[root], back.distance[root]
        if max(root_fore, root_aft) < NEVER and root_fore + root_aft < length:
            length, middle = root_fore + root_aft, root
        if near_fore == NEVER or near_aft == NEVER or near_fore + near_aft >= min(length, most):
            break
        # Whoever stands at the root waits for the other: beyond it lies the whole region.
        waits_fore, waits_aft = root_fore <= near_fore, root_aft <= near_aft
        if waits_aft or (work_fore <= work_aft and not waits_fore):
            y, other = take(ahead, fore), back
            work_fore += step(net, arcs, state, ahead, y, minimum, fore)
        else:
            y, other = take(back, aft), ahead
            work_aft += _step_back(net, arcs, columns, state, back, y, minimum, aft)
        way = ahead.distance[y] + back.distance[y]
        if other.distance[y] < NEVER and way < length:
            length, middle = way, y
    if length >= most:
        length = NEVER
    radius = min(near_fore, length)
    if near_fore == NEVER:
        radius = length - min(near_aft, length)
    return length, middle, radius, fore[1], aft[1], work_fore + work_aft


@part
def _nearest(search, tally):  # type: ignore[no-untyped-def]
    """How near the next node of a search is; NEVER when there is none."""
    if tally[2] > 0:
        return tally[3]
    return search.distance[search.heap[0]] if tally[0] > 0 else np.int64(NEVER)


@part
def _step_back(net, arcs, columns, state, back, x, minimum, tally):  # type: ignore[no-untyped-def]
    """All nodes from which x is one arc away; how many arcs were tried."""
    d, price = back.distance[x], state.price
    tried = net.child_start[x + 1] - net.child_start[x] + 1
    if x < net.helpers:
        tried += columns.start[x + 1] - columns.start[x]
        for k in range(columns.start[x], columns.start[x + 1]):
            h = columns.household[k]
            y = state.home[h]
            if y != FREE and y != x:
                more = arcs.cost[columns.arc[k]] + price[x] - state.cost[h] - price[y]
                reach(back, y, d + more, h, x, state.lacks, tally)
    above = net.parent[x]
    if above >= 0 and state.flow[x] > 0:
        unit = unit_cost(net, x, state.flow[x], minimum)
        reach(back, above, d - unit + price[x] - price[above], -1, x, state.lacks, tally)
    for k in range(net.child_start[x], net.child_start[x + 1]):
        below = net.child[k]
        if state.flow[below] < net.upper[below]:
            unit = unit_cost(net, below, state.flow[below] + 1, minimum)
            reach(back, below, d + unit + price[x] - price[below], -1, x, state.lacks, tally)
    return tried


@kernel
def move(state, ahead, back, target, length, middle, radius, seen, seen_back):  # type: ignore[no-untyped-def]
    """Write the way down and move the prices around both ends."""
    _join(ahead, back, middle, target)
    for i in range(seen):
        x = ahead.seen[i]
        state.price[x] += max(0, radius - ahead.distance[x])
    for i in range(seen_back):
        x = back.seen[i]
        state.price[x] -= max(0, length - radius - back.distance[x])
    forget(ahead, seen)
    forget(back, seen_back)


@kernel
def forget(search, seen):  # type: ignore[no-untyped-def]
    """Reset the arrays of a search where it wrote to them, for the next one."""
    for i in range(seen):
        x = search.seen[i]
        search.distance[x], search.spot[x] = NEVER, -1


@part
def _join(ahead, back, middle, target):  # type: ignore[no-untyped-def]
    """Write the second half of the way down as the first half is; a loop at no cost is cut off."""
    x = middle
    while x >= 0:
        ahead.mark[x] = 1
        x = ahead.by_node[x]
    x = last = middle
    while x != target:
        x = back.by_node[x]
        if ahead.mark[x] == 1:
            last = x
    x = middle
    while x >= 0:
        ahead.mark[x] = 0
        x = ahead.by_node[x]
    x = last
    while x != target:
        y = back.by_node[x]
        ahead.by_household[y], ahead.by_node[y] = back.by_household[x], x
        x = y
