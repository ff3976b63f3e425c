"""The flow network: household → helper → branch → unit → root, solved and priced exactly.

Minimums are elastic: the first units through a node earn a reward, so the best partial plan always
exists. Rewards and the penalty for an uncovered household are so large that coverage comes before
minimums and minimums before cost (a simple cycle of the network cannot outweigh them).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from jiedui.engines.matching.costs import Pairs, highest_cost
from jiedui.engines.matching.problem import IntArray, Problem

LARGEST = 1 << 61


@dataclass(frozen=True)
class Levels:
    """Node numbers: households first, then helpers, branches, units and the root."""

    households: int
    helpers: int
    branches: int
    units: int

    @property
    def root(self) -> int:
        return self.households + self.helpers + self.branches + self.units

    @property
    def first_branch(self) -> int:
        return self.households + self.helpers

    @property
    def first_unit(self) -> int:
        return self.first_branch + self.branches


@dataclass(frozen=True)
class Stakes:
    """What an unmet place of a minimum and an uncovered household cost."""

    minimum: int
    uncovered: int


@dataclass(frozen=True)
class Network:
    """Arcs with capacity and unit cost; households send their supply to the root.

    The first `pairs` arcs are household → helper.
    """

    levels: Levels
    pairs: int
    tail: IntArray
    head: IntArray
    capacity: IntArray
    cost: IntArray
    supply: IntArray  # of each household: one, or how many a cell of them holds


@dataclass(frozen=True)
class Duals:
    """`value` of a household, `price` of a helper: a pair is tight at cost + price = value."""

    value: IntArray
    price: IntArray


def levels(problem: Problem) -> Levels:
    return Levels(
        problem.households, problem.helpers, len(problem.branch_upper), len(problem.unit_upper)
    )


def stakes(problem: Problem) -> Stakes:
    """The least penalties that keep the order coverage, minimums, cost."""
    # A simple cycle passes a helper once, so it swaps at most this many pairs.
    pairs = min(problem.households, problem.helpers) + 1
    minimum = pairs * (highest_cost(problem) + 1)
    wanted = [np.minimum(one, problem.households) for one in _lower(problem)]
    # It passes each branch and unit once too: two arcs of a level for each node above it.
    arcs = (2 * len(wanted[1]), 2 * len(wanted[2]), 2)
    touched = sum(
        min(int(one.sum()), int((one > 0).sum()), arc)
        for one, arc in zip(wanted, arcs, strict=True)
    )
    # Eight times what it takes keeps values of those left out well apart from all others, also in
    # the middle of the highest and lowest prices (see `shortages`).
    return Stakes(minimum=minimum, uncovered=8 * minimum * (touched + 1))


def build(problem: Problem, pairs: Pairs, worth: Stakes) -> Network:
    """The network over these candidate pairs."""
    level = levels(problem)
    n, m = level.households, level.helpers
    everyone = np.arange(n)
    parents = (level.first_branch + problem.branch, level.first_unit + _unit_of_branch(problem),
               np.full(level.units, level.root))  # fmt: skip
    tails = (n + np.arange(m), level.first_branch + np.arange(level.branches),
             level.first_unit + np.arange(level.units))  # fmt: skip
    # Room for two though one ever flows: a full arc would loosen its household's value.
    parts = [
        (pairs.household, n + pairs.helper, np.full(len(pairs.helper), 2), pairs.cost),
        (everyone, np.full(n, level.root), np.full(n, 2), np.full(n, worth.uncovered)),
    ]  # fmt: skip
    for tail, head, low, high in zip(tails, parents, _lower(problem), _upper(problem), strict=True):
        low = np.minimum(low, high)
        some = low > 0
        parts.append((tail[some], head[some], low[some], np.full(some.sum(), -worth.minimum)))
        parts.append((tail, head, high - low, np.zeros(len(tail), np.int64)))
    tail, head, capacity, cost = (
        np.concatenate(one).astype(np.int64) for one in zip(*parts, strict=True)
    )
    return Network(level, len(pairs.helper), tail, head, capacity, cost, np.ones(n, np.int64))


def flow_of(network: Network, *, order: IntArray) -> IntArray:
    """A cheapest flow by OR-Tools' cost scaling; `order` renumbers the nodes, which breaks ties.

    Raises OverflowError when costs are too large for exact 64-bit arithmetic.
    """
    from ortools.graph.python import min_cost_flow

    solver = min_cost_flow.SimpleMinCostFlow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost(
        order[network.tail].astype(np.int32), order[network.head].astype(np.int32),
        network.capacity, network.cost,
    )  # fmt: skip
    level = network.levels
    supply = np.zeros(level.root + 1, np.int64)
    supply[: level.households] = network.supply
    supply[level.root] = -network.supply.sum()
    solver.set_nodes_supplies(order.astype(np.int32), supply)
    status = solver.solve()
    if status != solver.OPTIMAL:
        raise OverflowError(f"The flow solver answered {status.name}: costs are too large.")
    return np.asarray(solver.flows(arcs), np.int64)


def duals_of(network: Network, flow: IntArray) -> Duals | None:
    """Prices that prove the flow cheapest on its network, or None if it is not.

    The highest price of a node is the cheapest way to send one more unit from it to the root in
    the residual network, the lowest what one unit less saves; the middle of both proves as well
    and provokes far fewer further candidates. A negative cycle would improve the flow.
    """
    source, target, cost = _residual(network, flow)
    root = network.levels.root
    highest = _distances(target, source, cost, start=root)
    lowest = _distances(source, target, cost, start=root)
    if highest is None or lowest is None:
        return None
    # Where nothing flows through a price below the parent's would hold too, but provoke in vain.
    idle = np.bincount(network.tail, flow, root + 1) == 0
    idle[root] = False
    lowest[idle] = -LARGEST
    out = np.flatnonzero(idle[source])
    for _level in ("units", "branches", "helpers"):
        above = np.maximum(lowest[target[out]] - cost[out], -LARGEST)
        np.maximum.at(lowest, source[out], above)
    # Rounding down keeps every difference that holds between whole numbers.
    middle = (highest - lowest) // 2
    n, m = network.levels.households, network.levels.helpers
    return Duals(value=middle[:n], price=middle[n : n + m])


def _distances(
    source: IntArray, target: IntArray, cost: IntArray, *, start: int
) -> IntArray | None:
    """Shortest distances from the start along the arcs, or None if there is a negative cycle.

    Bellman–Ford by frontiers: only what became nearer is looked at again.
    """
    nodes = int(max(source.max(), target.max(), start)) + 1
    by_source = np.argsort(source, kind="stable")
    target, cost = target[by_source], cost[by_source]
    first = np.searchsorted(source[by_source], np.arange(nodes + 1))
    distance = np.full(nodes, LARGEST)
    distance[start] = 0
    frontier = np.array([start])
    for _sweep in range(nodes + 1):
        counts = first[frontier + 1] - first[frontier]
        ends = np.cumsum(counts)
        arcs = np.arange(ends[-1]) + np.repeat(first[frontier] - ends + counts, counts)
        reached = target[arcs]
        offered = np.repeat(distance[frontier], counts) + cost[arcs]
        better = offered < distance[reached]
        reached, offered = reached[better], offered[better]
        if not len(reached):
            return distance
        np.minimum.at(distance, reached, offered)
        frontier = np.unique(reached)
    return None


def _residual(network: Network, flow: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    open_, used = flow < network.capacity, flow > 0
    return (
        np.concatenate([network.tail[open_], network.head[used]]),
        np.concatenate([network.head[open_], network.tail[used]]),
        np.concatenate([network.cost[open_], -network.cost[used]]),
    )


def _lower(problem: Problem) -> tuple[IntArray, IntArray, IntArray]:
    return problem.min_load, problem.branch_lower, problem.unit_lower


def _upper(problem: Problem) -> tuple[IntArray, IntArray, IntArray]:
    return problem.capacity, problem.branch_upper, problem.unit_upper


def _unit_of_branch(problem: Problem) -> IntArray:
    result = np.zeros(len(problem.branch_upper), np.int64)
    result[problem.branch] = problem.unit
    return result
