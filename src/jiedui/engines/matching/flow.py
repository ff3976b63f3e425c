"""An exact cheapest flow, kept with its prices: household → helper → node → … → root.

Successive shortest paths with prices (Ahuja, Magnanti & Orlin, Network Flows, 1993, ch. 9), from
all households and nodes that have too much at once: one search finds the distances from all of
them, prices rise by those, and as many paths as fit run along arcs that cost nothing any more.

An arc x → parent costs, for its k-th unit, the load cost of the k-th household (helpers only), less
the stake of a minimum while k is within it. So minimums are elastic and a best partial plan always
exists. An arc household → root leaves it uncovered, at the stake of that.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from jiedui.engines.matching.nearest import NEVER
from jiedui.engines.matching.problem import IntArray, Problem

FREE = -1  # of a household: not in the flow yet
WORTH_IT = 4  # a search from everywhere costs about as much as so many from one place


class Stakes(NamedTuple):
    """What an uncovered household, an unmet place of a minimum and a change cost."""

    uncovered: int
    minimum: int
    change: int


class Net(NamedTuple):
    """The tree: helpers 0 … M-1, nodes M … M+T-1, the root M+T, each with the arc above it."""

    helpers: int
    parent: IntArray
    child_start: IntArray
    child: IntArray
    lower: IntArray
    upper: IntArray
    load_cost: IntArray
    place_start: IntArray  # where the households of helpers and of the root stand in `place`


class Arcs(NamedTuple):
    """Candidate pairs, household by household, with costs that hold charges for change."""

    start: IntArray
    helper: IntArray
    cost: IntArray


class State(NamedTuple):
    """A flow and prices that prove it: no arc with room left costs less than nothing."""

    home: IntArray  # (N,) helper of each household, the root if uncovered, or FREE
    cost: IntArray  # (N,) of that arc
    leave: IntArray  # (N,) what leaving it uncovered costs; NEVER for fixed pairs
    place: IntArray  # households of each helper and of the root
    load: IntArray  # (T,) how many there are
    flow: IntArray  # (T,) on the arc above
    price: IntArray  # (T,)
    lacks: IntArray  # (T,) flow in that is missing
    excess: IntArray  # (T,) flow in that is too much


def net_of(problem: Problem) -> Net:
    m, t = problem.helpers, len(problem.parent)
    root = m + t
    parent = np.r_[problem.node, problem.parent] + m
    parent[parent < m] = root
    upper = np.r_[problem.capacity, problem.upper, problem.households + 1]
    lower = np.minimum(np.r_[problem.min_load, problem.lower, 0], upper)
    places = np.r_[problem.capacity, np.zeros(t, np.int64), problem.households]
    return Net(
        m, np.r_[parent, -1],
        np.searchsorted(np.sort(parent), np.arange(root + 2)).astype(np.int64),
        np.argsort(parent, kind="stable"), lower, upper, problem.load_cost,
        np.r_[0, np.cumsum(places)],
    )  # fmt: skip


def values(state: State, leave: int) -> IntArray:
    """(N,) what each household pays in all: its pair and the price of its helper."""
    at_root = state.home == len(state.price) - 1
    paid: IntArray = state.cost + state.price[state.home]
    return np.where(at_root, leave + state.price[-1], paid)


def placed(problem: Problem, net: Net, arcs: Arcs, *, price: IntArray, stakes: Stakes) -> State:
    """The flow these prices ask for, (T,): everybody to the best helper while there is room.

    What does not fit stays FREE or stands as `lacks` and `excess`.
    """
    m, nodes = problem.helpers, len(net.parent)
    is_fixed = np.zeros(problem.households, np.bool_)
    is_fixed[problem.fixed[:, 0]] = True
    nothing = np.zeros(nodes, np.int64)
    state = State(
        np.full(problem.households, FREE, np.int64), np.zeros(problem.households, np.int64),
        np.where(is_fixed, NEVER, stakes.uncovered), np.full(net.place_start[-1], -1, np.int64),
        nothing, nothing.copy(), price.copy(), nothing.copy(), nothing.copy(),
    )  # fmt: skip
    must, may = asked_for(net, price, minimum=stakes.minimum)
    _seat(arcs, state, net.place_start, may, _best_arcs(arcs, price, state), is_fixed)
    _fill(net, state, np.r_[np.arange(m), problem.rising + m], must, may)
    return state


@njit(cache=True, nogil=True)
def _fill(net, state, rising, must, may):  # type: ignore[no-untyped-def]
    """Flows up the tree as near to what flows in as these bounds let them."""
    inflow = state.load.copy()
    for x in rising:
        flow = min(max(inflow[x], must[x]), may[x])
        state.flow[x] = flow
        state.lacks[x], state.excess[x] = max(0, flow - inflow[x]), max(0, inflow[x] - flow)
        inflow[net.parent[x]] += flow
    wanted = len(state.home)
    state.lacks[-1], state.excess[-1] = max(0, wanted - inflow[-1]), max(0, inflow[-1] - wanted)


def asked_for(net: Net, price: IntArray, *, minimum: int) -> tuple[IntArray, IntArray]:
    """(T,) Least and most flow on each arc at which no unit of it could be had for less."""
    m = net.helpers
    rent = np.r_[price[net.parent[:-1]] - price[:-1], 0]
    must, may = np.zeros_like(rent), np.zeros_like(rent)
    load = np.r_[net.load_cost, net.load_cost[-1]]
    steps = int(min(net.upper[:m].max(initial=0), len(net.load_cost)))
    for k in range(steps):  # the load costs differ up to here
        for within, stake in ((net.lower[:m] > k, -minimum), (net.lower[:m] <= k, 0)):
            unit = load[k] + stake + rent[:m]
            here = within & (net.upper[:m] > k)
            must[:m] += here & (unit < 0)
            may[:m] += here & (unit <= 0)
    tail = np.r_[np.full(m, load[-1]), np.zeros(len(rent) - m, np.int64)] + rent
    done = np.r_[np.full(m, steps), np.zeros(len(rent) - m, np.int64)]
    low = (net.lower - done).clip(min=0)
    high = (net.upper - done - low).clip(min=0)
    must += low * (tail - minimum < 0) + high * (tail < 0)
    may += low * (tail - minimum <= 0) + high * (tail <= 0)
    return must, may


def _best_arcs(arcs: Arcs, price: IntArray, state: State) -> IntArray:
    """(N,) The cheapest arc of each household; -1 where leaving it out is cheaper."""
    n = len(state.home)
    total = arcs.cost + price[arcs.helper]
    best = np.full(n, -1, np.int64)
    _cheapest(arcs.start, arcs.helper, total, state.leave + price[-1], best)
    return best


@njit(cache=True, nogil=True)
def _cheapest(start, helper, total, top, best):  # type: ignore[no-untyped-def]
    for h in range(len(best)):
        lowest = top[h]
        for k in range(start[h], start[h + 1]):
            if total[k] < lowest:
                lowest = total[k]
                best[h] = k


@njit(cache=True, nogil=True)
def _seat(arcs, state, place_start, may, best, is_fixed):  # type: ignore[no-untyped-def]
    """Households to their best helpers while there is room, fixed pairs first."""
    for turn in range(2):
        for h in range(len(best)):
            k = best[h]
            if k < 0 or is_fixed[h] != (turn == 0):
                continue
            m = arcs.helper[k]
            if state.load[m] < may[m]:
                state.place[place_start[m] + state.load[m]] = h
                state.load[m] += 1
                state.home[h] = m
                state.cost[h] = arcs.cost[k]


def detach(net: Net, state: State, households: IntArray) -> None:
    """Take these out of the flow; their helpers lack them until others come."""
    _detach(net, state, households)


@njit(cache=True, nogil=True)
def _detach(net, state, households):  # type: ignore[no-untyped-def]
    for h in households:
        x = state.home[h]
        if x != FREE:
            _leave(net, state, h, x)
            state.home[h] = FREE
            state.lacks[x] += 1


@njit(cache=True, nogil=True)
def _leave(net, state, h, x):  # type: ignore[no-untyped-def]
    last = net.place_start[x] + state.load[x] - 1
    for at in range(net.place_start[x], last + 1):
        if state.place[at] == h:
            state.place[at] = state.place[last]
            break
    state.load[x] -= 1


@njit(cache=True, nogil=True, inline="always")
def _unit_cost(net, x, k, minimum):  # type: ignore[no-untyped-def]
    """Of the k-th unit, from 1, on the arc above x."""
    cost = np.int64(0)
    if k <= net.lower[x]:
        cost -= minimum
    if x < net.helpers:
        cost += net.load_cost[min(k, len(net.load_cost)) - 1]
    return cost


def settle(net: Net, arcs: Arcs, state: State, stakes: Stakes) -> None:
    """Bring every free household and all excess to where it is lacking, at least cost."""
    free = np.flatnonzero(state.home == FREE)
    _settle(net, arcs, state, free, stakes.minimum)


@njit(cache=True, nogil=True, inline="always")
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


@njit(cache=True, nogil=True, inline="always")
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


@njit(cache=True, nogil=True, inline="always")
def _reach(search, x, distance, h, y, lacks, tally):  # type: ignore[no-untyped-def]
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


@njit(cache=True, nogil=True, inline="always")
def _reach_from(arcs, state, search, h, y, paid, distance, tally):  # type: ignore[no-untyped-def]
    """All helpers of a household that pays `paid`, and the root."""
    base = distance - paid
    known, price, helper, cost = search.distance, state.price, arcs.helper, arcs.cost
    for k in range(arcs.start[h], arcs.start[h + 1]):
        m = helper[k]
        if base + cost[k] + price[m] < known[m]:
            _reach(search, m, base + cost[k] + price[m], h, y, state.lacks, tally)
    if state.leave[h] < NEVER:
        root = len(price) - 1
        if base + state.leave[h] + price[root] < known[root]:
            _reach(search, root, base + state.leave[h] + price[root], h, y, state.lacks, tally)


@njit(cache=True, nogil=True)
def _paid(arcs, state, h):  # type: ignore[no-untyped-def]
    """What a free household would pay at least."""
    lowest = state.leave[h] + state.price[-1] if state.leave[h] < NEVER else np.int64(NEVER)
    for k in range(arcs.start[h], arcs.start[h + 1]):
        lowest = min(lowest, arcs.cost[k] + state.price[arcs.helper[k]])
    return lowest


@njit(cache=True, nogil=True)
def _distances(net, arcs, state, search, free, nodes, minimum, wanted):  # type: ignore[no-untyped-def]
    """Distances from these households and nodes, until `wanted` lacking units are met; how many
    nodes were seen, and the last of them within reach.

    Nodes reached at no further cost wait on a stack: whole trees of them would crowd the heap.
    """
    tally = np.zeros(5, np.int64)
    tally[3] = tally[4] = -1
    for h in free:
        _reach_from(arcs, state, search, h, -1, _paid(arcs, state, h), np.int64(0), tally)
    for x in nodes:
        _reach(search, x, np.int64(0), -1, -1, state.lacks, tally)
    x, met, root = np.int64(-1), 0, len(state.price) - 1
    while tally[0] > 0 or tally[2] > 0:
        if tally[2] > 0:
            tally[2] -= 1
            x = search.stack[tally[2]]
        else:
            x, tally[0] = _pop(search.heap, search.spot, search.distance, tally[0])
        d = search.distance[x]
        tally[3] = d
        met += state.lacks[x]
        if met >= wanted:
            break
        for at in range(net.place_start[x], net.place_start[x] + state.load[x]):
            h = state.place[at]
            _reach_from(arcs, state, search, h, x, state.cost[h] + state.price[x], d, tally)
        above = net.parent[x]
        if x != root and state.flow[x] < net.upper[x]:
            step = _unit_cost(net, x, state.flow[x] + 1, minimum)
            length = d + step + state.price[above] - state.price[x]
            _reach(search, above, length, -1, x, state.lacks, tally)
        for k in range(net.child_start[x], net.child_start[x + 1]):
            below = net.child[k]
            if state.flow[below] > 0:
                step = _unit_cost(net, below, state.flow[below], minimum)
                length = d - step + state.price[below] - state.price[x]
                _reach(search, below, length, -1, x, state.lacks, tally)
        if wanted == 1 and tally[4] >= 0:
            return tally[1], tally[4]
    return tally[1], x


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
            step = _unit_cost(net, x, state.flow[x] + 1, minimum)
            if step + state.price[above] == state.price[x]:
                return above, np.int64(-1)
    while net.child_start[x] + search.twig[x] <= net.child_start[x + 1]:
        below = net.child[net.child_start[x] + search.twig[x] - 1]
        search.twig[x] += 1
        if state.flow[below] > 0 and search.mark[below] == 0:
            step = _unit_cost(net, below, state.flow[below], minimum)
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
def _shift(net, arcs, state, search, first, end):  # type: ignore[no-untyped-def]
    """Move one unit from `first` to `end` along the way that was walked."""
    x = end
    state.lacks[end] -= 1
    while x != first:
        h, y = search.by_household[x], search.by_node[x]
        if h >= 0:
            _leave(net, state, h, y)
            search.pair[y] = 0
            _enter(net, arcs, state, h, x)
        elif net.parent[y] == x:
            state.flow[y] += 1
        else:
            state.flow[x] -= 1
        x = y


@njit(cache=True, nogil=True)
def _enter(net, arcs, state, h, x):  # type: ignore[no-untyped-def]
    state.place[net.place_start[x] + state.load[x]] = h
    state.load[x] += 1
    state.home[h] = x
    state.cost[h] = state.leave[h]
    for k in range(arcs.start[h], arcs.start[h + 1]):
        if arcs.helper[k] == x:
            state.cost[h] = arcs.cost[k]


@njit(cache=True, nogil=True)
def _send(net, arcs, state, search, h, minimum):  # type: ignore[no-untyped-def]
    """Bring one free household in; whether it worked."""
    paid, root = _paid(arcs, state, h), len(state.price) - 1
    for k in range(arcs.start[h], arcs.start[h + 1] + 1):
        x, cost = root, state.leave[h]
        if k < arcs.start[h + 1]:
            x, cost = arcs.helper[k], arcs.cost[k]
        if cost < NEVER and cost + state.price[x] == paid:
            end = _walk(net, arcs, state, search, x, minimum)
            if end >= 0:
                _shift(net, arcs, state, search, x, end)
                _enter(net, arcs, state, h, x)
                return True
    return False


@njit(cache=True, nogil=True)
def _settle(net, arcs, state, free, minimum):  # type: ignore[no-untyped-def]
    """From everywhere at once while that brings much in, then from one place after another."""
    search = _room(len(state.price))
    free = free.copy()
    while len(free) > 0 or state.excess.sum() > 0:
        left = len(free) + state.excess.sum()
        free = _bring_in(net, arcs, state, search, free, minimum)
        if left - len(free) - state.excess.sum() < WORTH_IT:
            break
    nobody = free[:0]
    for i in range(len(free)):
        seen, end = _distances(net, arcs, state, search, free[i : i + 1], nobody, minimum, 1)
        _lift(state, search, seen, end)
        _carry(net, arcs, state, search, end)
    for x in np.flatnonzero(state.excess):
        while state.excess[x] > 0:
            seen, end = _distances(net, arcs, state, search, nobody, np.array([x]), minimum, 1)
            _lift(state, search, seen, end)
            _carry(net, arcs, state, search, end)
            state.excess[x] -= 1


@njit(cache=True, nogil=True)
def _room(nodes):  # type: ignore[no-untyped-def]
    return Search(
        np.full(nodes, NEVER, np.int64), np.empty(nodes, np.int64), np.full(nodes, -1, np.int64),
        np.empty(nodes, np.int64), np.empty(nodes, np.int64), np.empty(nodes, np.int64),
        np.zeros(nodes, np.int8), np.zeros(nodes, np.int64), np.zeros(nodes, np.int64),
        np.zeros(nodes, np.int64), np.empty(nodes, np.int64),
    )  # fmt: skip


@njit(cache=True, nogil=True)
def _bring_in(net, arcs, state, search, free, minimum):  # type: ignore[no-untyped-def]
    """One search from everything that is too much, then as many paths as fit; who is still free."""
    left, busy = len(free) + state.excess.sum(), np.flatnonzero(state.excess)
    seen, end = _distances(net, arcs, state, search, free, busy, minimum, max(1, left // 2))
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
            end = _walk(net, arcs, state, search, x, minimum)
            if end < 0:
                break
            _shift(net, arcs, state, search, x, end)
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
                _leave(net, state, h, y)
            _enter(net, arcs, state, h, x)
        elif y >= 0:
            if net.parent[y] == x:
                state.flow[y] += 1
            else:
                state.flow[x] -= 1
        if y < 0:
            return
        x = y
