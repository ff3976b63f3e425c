"""The network of a problem, and a flow on it: household → helper → node → … → root.

An arc x → parent costs, for its k-th unit, the load cost of the k-th household (helpers only), less
the stake of a minimum while k is within it. So minimums are elastic and a best partial plan always
exists. An arc household → root leaves it uncovered, at the stake of that.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from jiedui.engines.matching.compiled import kernel, part
from jiedui.engines.matching.nearest import NEVER
from jiedui.engines.matching.problem import IntArray, Problem

FREE = -1  # of a household: not in the flow yet


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
    # Nobody has more than all: a bound that only says "no limit" must not make room for billions.
    room = np.minimum(problem.capacity, problem.households)
    nodes = np.minimum(problem.upper, problem.below(room)).clip(max=problem.households)
    upper = np.r_[room, nodes, problem.households + 1]
    lower = np.minimum(np.r_[problem.min_load, problem.lower, 0], upper)
    places = np.r_[room, np.zeros(t, np.int64), problem.households]
    return Net(
        m, np.r_[parent, -1],
        np.searchsorted(np.sort(parent), np.arange(root + 2)).astype(np.int64),
        np.argsort(parent, kind="stable"), lower, upper, problem.load_cost.copy(),
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
    must, may = flow_bounds(net, price, minimum=stakes.minimum)
    _seat(arcs, state, net.place_start, may, _best_arcs(arcs, price, state), is_fixed)
    _fill(net, state, np.r_[np.arange(m), problem.rising + m], must, may)
    return state


@kernel
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


def flow_bounds(net: Net, price: IntArray, *, minimum: int) -> tuple[IntArray, IntArray]:
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


@kernel
def _cheapest(start, helper, total, top, best):  # type: ignore[no-untyped-def]
    for h in range(len(best)):
        lowest = top[h]
        for k in range(start[h], start[h + 1]):
            if total[k] < lowest:
                lowest = total[k]
                best[h] = k


@kernel
def _seat(arcs, state, place_start, may, best, is_fixed):  # type: ignore[no-untyped-def]
    """Households to their best helpers while there is room, fixed pairs first."""
    for turn in range(2):
        for h in range(len(best)):
            if best[h] < 0 or is_fixed[h] != (turn == 0):
                continue
            lowest = arcs.cost[best[h]] + state.price[arcs.helper[best[h]]]
            for k in range(best[h], arcs.start[h + 1]):
                m = arcs.helper[k]
                if arcs.cost[k] + state.price[m] == lowest and state.load[m] < may[m]:
                    state.place[place_start[m] + state.load[m]] = h
                    state.load[m] += 1
                    state.home[h] = m
                    state.cost[h] = arcs.cost[k]
                    break


def detach(net: Net, state: State, households: IntArray) -> None:
    """Take these out of the flow; their helpers lack them until others come."""
    _detach(net, state, households)


@kernel
def _detach(net, state, households):  # type: ignore[no-untyped-def]
    for h in households:
        x = state.home[h]
        if x != FREE:
            take_out(net, state, h, x)
            state.home[h] = FREE
            state.lacks[x] += 1


@part
def take_out(net, state, h, x):  # type: ignore[no-untyped-def]
    last = net.place_start[x] + state.load[x] - 1
    for at in range(net.place_start[x], last + 1):
        if state.place[at] == h:
            state.place[at] = state.place[last]
            break
    state.load[x] -= 1


@part
def unit_cost(net, x, k, minimum):  # type: ignore[no-untyped-def]
    """Of the k-th unit, from 1, on the arc above x."""
    cost = np.int64(0)
    if k <= net.lower[x]:
        cost -= minimum
    if x < net.helpers:
        cost += net.load_cost[min(k, len(net.load_cost)) - 1]
    return cost


@part
def put_in(net, arcs, state, h, x):  # type: ignore[no-untyped-def]
    state.place[net.place_start[x] + state.load[x]] = h
    state.load[x] += 1
    state.home[h] = x
    state.cost[h] = state.leave[h]
    for k in range(arcs.start[h], arcs.start[h + 1]):
        if arcs.helper[k] == x:
            state.cost[h] = arcs.cost[k]
