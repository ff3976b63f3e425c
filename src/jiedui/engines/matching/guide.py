"""First prices from a coarse picture: neighbourhoods against neighbourhoods.

Where helpers are scarce their places must be dear, or the nearest few candidates of everybody are
all the same people. A few hundred cells of households and of helpers make a small flow whose
prices show that. They only steer the choice of candidates; the proof does not rest on them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from jiedui.engines.matching.costs import pair_costs, permitted, usable
from jiedui.engines.matching.network import Duals, Levels, Network, duals_of, flow_of
from jiedui.engines.matching.pricing import morton
from jiedui.engines.matching.problem import FORBIDDEN, TOP_SKILL, IntArray, Problem

CELLS = 320  # on each side, about
PER_LINK = 6


@dataclass(frozen=True)
class Guide:
    """Guessed prices of helpers, and which helpers a household's cell was sent to."""

    price: IntArray
    household: IntArray
    helper: IntArray


def coarse_guide(problem: Problem) -> Guide:
    """The coarse picture's prices and its best pairs; empty when costs come as a matrix."""
    nothing = np.zeros(0, np.int64)
    if problem.has_matrix or not problem.households:
        return Guide(np.zeros(problem.helpers, np.int64), nothing, nothing)
    rows = _cells(problem.household_xy, problem.household_group * 2 + problem.hardest)
    columns = _cells(problem.helper_xy, problem.helper_group * 2 + problem.is_leader)
    network = _coarse(problem, rows, columns)
    flow = flow_of(network, order=np.arange(network.levels.root + 1))
    duals = duals_of(network, flow)
    assert duals is not None
    price = _refined(problem, _known(network, duals)[columns], columns)
    sent = np.flatnonzero(flow[: network.pairs])
    links = network.tail[sent], network.head[sent] - network.levels.households
    return Guide(price, *_best_between(problem, price, rows, columns, links))


def _known(network: Network, duals: Duals) -> IntArray:
    # The price of leaving a household out says nothing about neighbourhoods.
    return duals.price.clip(0, network.cost[: network.pairs].max(initial=0))


def _refined(problem: Problem, price: IntArray, columns: IntArray) -> IntArray:
    """Among neighbours at a price, the more skilled are dearer by what their skill is worth."""
    worth = problem.weight * (problem.skills @ problem.needs.mean(axis=0))
    surplus = worth - _means(worth[:, None], columns)[columns, 0]
    return np.where(price > 0, np.rint(price + surplus).clip(min=0), 0).astype(np.int64)


def _best_between(
    problem: Problem, price: IntArray, rows: IntArray, columns: IntArray,
    links: tuple[IntArray, IntArray],
) -> tuple[IntArray, IntArray]:  # fmt: skip
    """For every two linked cells, each household's best few helpers in the other cell."""
    row_members, column_members = _members(rows), _members(columns)
    found = [(np.zeros(0, np.int64), np.zeros(0, np.int64))]
    for row, column in zip(*links, strict=True):
        h, m = row_members[row], column_members[column]
        pairs = np.repeat(h, len(m)), np.tile(m, len(h))
        sums = pair_costs(problem, *pairs) + price[pairs[1]]
        best = np.argsort(sums.reshape(len(h), len(m)), axis=1)[:, :PER_LINK]
        found.append((np.repeat(h, best.shape[1]), m[best.ravel()]))
    household, helper = (np.concatenate(one) for one in zip(*found, strict=True))
    ok = permitted(problem, household, helper)
    return household[ok], helper[ok]


def _members(cell: IntArray) -> list[IntArray]:
    order = np.argsort(cell, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(cell[order])) + 1)


def _coarse(problem: Problem, rows: IntArray, columns: IntArray) -> Network:
    n, m = int(rows.max()) + 1, int(columns.max()) + 1
    size = np.bincount(rows, minlength=n)
    places = np.bincount(columns, problem.capacity * usable(problem), m).astype(np.int64)
    cost, ok = _coarse_costs(problem, rows, columns)
    household, helper = np.nonzero(ok)
    level = Levels(n, m, 0, 0)
    missing = np.full(n, 2 * cost.max(initial=0) + 1)
    tail = np.concatenate([household, np.arange(n), n + np.arange(m)])
    head = np.concatenate([n + helper, np.full(n, level.root), np.full(m, level.root)])
    capacity = np.concatenate([size[household] + 1, size + 1, places])
    costs = np.concatenate([cost[household, helper], missing, np.zeros(m, np.int64)])
    return Network(level, len(household), tail, head, capacity, costs, supply=size)


def _coarse_costs(problem: Problem, rows: IntArray, columns: IntArray) -> tuple[IntArray, IntArray]:
    """Cost between the middles of cells, and which classes may meet."""
    offset = _means(problem.household_xy, rows)[:, None] - _means(problem.helper_xy, columns)
    lack = _means(problem.needs, rows) @ (TOP_SKILL - _means(problem.skills, columns)).T
    row, column = np.unique(rows, return_index=True)[1], np.unique(columns, return_index=True)[1]
    group = problem.group_cost[np.ix_(problem.household_group[row], problem.helper_group[column])]
    ok = (group != FORBIDDEN) & (problem.is_leader[column] | ~problem.hardest[row][:, None])
    cost = np.hypot(offset[..., 0], offset[..., 1]) / 10 + problem.weight * lack + group.clip(min=0)
    return np.rint(cost).astype(np.int64), ok


def _means(values: IntArray, cell: IntArray) -> np.ndarray:
    counts = np.bincount(cell)
    columns = [np.bincount(cell, one) / counts for one in values.T]
    return np.stack(columns, axis=1) if columns else np.zeros((len(counts), 0))


def _cells(xy: IntArray, classes: IntArray) -> IntArray:
    """The cell of each point: neighbours along the Morton curve, of one class."""
    order = np.lexsort((morton(xy), classes))
    size = max(1, len(xy) // CELLS)
    _, start = np.unique(classes[order], return_index=True)
    within = np.arange(len(xy)) - np.repeat(start, np.diff(np.r_[start, len(xy)]))
    new = within % size == 0
    result = np.empty(len(xy), np.int64)
    result[order] = np.cumsum(new) - 1
    return result
