"""All pairs against prices: the best few helpers of a household, none of N × M ever stored.

Cells and blocks give bounds; a pair is looked at only if its cell might beat what is known. Costs
are whole numbers far below 2^53, so double precision adds them exactly; where prices are larger
the same kernel runs on 64-bit whole numbers.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numba import njit

from jiedui.engines.matching.cells import (
    HOUSEHOLDS_IN_A_BLOCK,
    cells_of,
    cells_of_households,
    helper_kinds,
    homes_of,
    homes_of_helpers,
    household_kinds,
    kind_costs,
    split,
)
from jiedui.engines.matching.problem import IntArray, Problem

NEVER = 1 << 61  # a cost, price or limit beyond all others
EXACT = 1 << 52  # double precision is exact up to here, with room for one addition


class Found(NamedTuple):
    """For each household asked about: `filled` helpers by cost + price, and their costs."""

    helper: IntArray  # (n, most)
    cost: IntArray  # (n, most)
    filled: IntArray  # (n,)


class Rows(NamedTuple):
    """Permitted pairs with their costs, household by household."""

    start: IntArray
    helper: IntArray
    cost: IntArray


class Nearest:
    """Answers for one problem; the layout is made once and asked in every round."""

    def __init__(self, problem: Problem, *, turned: bool = False) -> None:
        """`turned`, it answers with households when asked about helpers."""
        self.targets = problem.households if turned else problem.helpers
        self.kind_cost = kind_costs(problem)
        household, helper = np.divmod(problem.avoid_keys, max(1, problem.helpers))
        if problem.has_matrix:
            self.rows = _permitted_rows(problem, self.kind_cost, turned=turned)
            return
        if turned:
            self.kind_cost = np.ascontiguousarray(self.kind_cost.T)
            self.homes, self.cells = homes_of_helpers(problem), cells_of_households(problem)
            self.avoid = _lists(helper, household, problem.helpers)
        else:
            self.homes, self.cells = homes_of(problem), cells_of(problem)
            self.avoid = _lists(household, helper, problem.households)
        where = np.stack([self.homes.x, self.homes.y], axis=1)
        order, _ = split(where, self.homes.kind, size=HOUSEHOLDS_IN_A_BLOCK)
        self.rank = np.empty(len(order), np.int64)
        self.rank[order] = np.arange(len(order))

    def best(self, households: IntArray, *, price: IntArray, limit: IntArray, most: int) -> Found:
        """Up to `most` helpers of each household with cost + price below its limit, cheapest
        first; a price of NEVER leaves a helper out. The last one of equals may be any of them."""
        n = len(households)
        found = Found(np.empty((n, most), np.int64), np.empty((n, most), np.int64),
                      np.zeros(n, np.int64))  # fmt: skip
        if not n or not self.targets:
            return found
        if hasattr(self, "rows"):
            _best_of_rows(self.rows, households, price, limit, found)
            return found
        order = np.argsort(self.rank[households])
        start = _blocks(self.homes.kind[households[order]])
        at = price[self.cells.member]
        if max(_largest(price), _largest(limit)) < EXACT:
            at = np.where(at >= NEVER, np.inf, at.astype(np.float64))
            limits: Any = np.where(limit >= NEVER, np.inf, limit.astype(np.float64))
        else:
            limits = limit
        _best_of_cells(self.homes, self.cells, self.kind_cost, self.avoid[0], self.avoid[1],
                       households, order, start, at, limits, found)  # fmt: skip
        return found


def _largest(numbers: IntArray) -> int:
    real = abs(numbers[numbers < NEVER])
    return int(real.max(initial=0))


def _blocks(kind: IntArray) -> IntArray:
    """Where blocks of households start: few, of one kind, near one another."""
    new = np.flatnonzero(np.diff(kind)) + 1
    edges = np.r_[0, new, len(kind)]
    parts = [np.arange(a, b, HOUSEHOLDS_IN_A_BLOCK) for a, b in pairwise(edges)]
    return np.r_[np.concatenate(parts), len(kind)].astype(np.int64)


def _lists(row: IntArray, value: IntArray, rows: int) -> tuple[IntArray, IntArray]:
    order = np.argsort(row, kind="stable")
    return np.searchsorted(row[order], np.arange(rows + 1)).astype(np.int64), value[order]


def _permitted_rows(problem: Problem, kind_cost: IntArray, *, turned: bool) -> Rows:
    """The pairs of a matrix that may be, kinds added and avoided ones left out."""
    if problem.is_sparse:
        household = np.repeat(np.arange(problem.households), np.diff(problem.matrix.indptr))
        helper, cost = problem.matrix.indices.astype(np.int64), problem.matrix.data
    else:
        household, helper = np.nonzero(problem.matrix >= 0)
        cost = problem.matrix[household, helper]
    extra = kind_cost[household_kinds(problem)[household], helper_kinds(problem)[helper]]
    ok = (cost >= 0) & (extra >= 0)
    if len(problem.avoid_keys):
        ok &= ~np.isin(household * problem.helpers + helper, problem.avoid_keys)
    row, column, cost = household[ok], helper[ok], (cost + extra)[ok]
    if turned:
        order = np.argsort(column, kind="stable")
        row, column, cost = column[order], row[order], cost[order]
    rows = problem.helpers if turned else problem.households
    return Rows(np.searchsorted(row, np.arange(rows + 1)).astype(np.int64), column, cost)


@njit(cache=True, nogil=True)
def _insert(value, helper, base, n, values, helpers, costs):  # type: ignore[no-untyped-def]
    """Put a helper in its place among the best so far; returns how many there are then."""
    most = len(values)
    i = n if n < most else most - 1
    n = i + 1 if n < most else n
    while i > 0 and (values[i - 1] > value or (values[i - 1] == value and helpers[i - 1] > helper)):
        values[i] = values[i - 1]
        helpers[i] = helpers[i - 1]
        costs[i] = costs[i - 1]
        i -= 1
    values[i] = value
    helpers[i] = helper
    costs[i] = base
    return n


@njit(cache=True, nogil=True)
def _best_of_rows(rows, households, price, limit, found):  # type: ignore[no-untyped-def]
    values = np.empty(found.helper.shape[1], np.int64)
    for i in range(len(households)):
        h, n, top = households[i], 0, limit[i]
        first, end = rows.start[h], rows.start[h + 1]
        middle = first + h % max(1, end - first)  # of equals, every household begins elsewhere
        for begin, stop in ((middle, end), (first, middle)):
            for k in range(begin, stop):
                m = rows.helper[k]
                if price[m] >= NEVER:
                    continue
                value = rows.cost[k] + price[m]
                if value < top:
                    n = _insert(value, m, rows.cost[k], n, values, found.helper[i], found.cost[i])
                    if n == len(values):
                        top = min(top, values[n - 1])
        found.filled[i] = n


@njit(cache=True, nogil=True)
def _way(dx, dy):  # type: ignore[no-untyped-def]
    """Whole units of ten metres: half a metre keeps the product clear of a whole number."""
    return np.floor((np.floor(np.sqrt(dx * dx + dy * dy)) + 0.5) * 0.1)


@njit(cache=True, nogil=True)
def _gap(low, high, box_low, box_high):  # type: ignore[no-untyped-def]
    return max(0.0, low - box_high, box_low - high)


@njit(cache=True, nogil=True)
def _best_of_cells(  # type: ignore[no-untyped-def]
    homes, cells, kind_cost, avoid_start, avoid, households, order, block, price, limit, found
):
    """Block by block: cells by their bound for the block, households by theirs for the cell."""
    count, most = len(cells.kind), found.helper.shape[1]
    least = np.empty(count, price.dtype)
    largest = 0
    for c in range(count):
        least[c] = price[cells.start[c] : cells.start[c + 1]].min()
        largest = max(largest, cells.start[c + 1] - cells.start[c])
    near, bound = np.empty(count, np.int64), np.empty(count, price.dtype)
    sums = np.empty(largest, price.dtype)
    values = np.empty((HOUSEHOLDS_IN_A_BLOCK, most), price.dtype)
    top = np.empty(HOUSEHOLDS_IN_A_BLOCK, price.dtype)
    blocks = len(block) - 1
    for b in range(blocks):
        first, size = block[b], block[b + 1] - block[b]
        west = south = np.inf
        east = north = -np.inf
        kind = homes.kind[households[order[first]]]
        for i in range(size):
            h = households[order[first + i]]
            west, east = min(west, homes.x[h]), max(east, homes.x[h])
            south, north = min(south, homes.y[h]), max(north, homes.y[h])
            top[i] = limit[order[first + i]]
        highest = top[:size].max()
        reach = 0
        for turn in range(count):
            c = (turn + b * count // blocks) % count  # of equals, every block begins elsewhere
            extra = kind_cost[kind, cells.kind[c]]
            if extra < 0:
                continue
            way = _way(_gap(west, east, cells.box[c, 0], cells.box[c, 1]),
                       _gap(south, north, cells.box[c, 2], cells.box[c, 3]))  # fmt: skip
            bound[reach] = way + extra
            bound[reach] += least[c]
            if bound[reach] < highest:
                near[reach] = c
                reach += 1
        for at in np.argsort(bound[:reach]):
            if bound[at] >= highest:
                break
            c = near[at]
            a, z = cells.start[c], cells.start[c + 1]
            extra = kind_cost[kind, cells.kind[c]]
            was_better = False
            for i in range(size):
                row = order[first + i]
                h = households[row]
                x, y = homes.x[h], homes.y[h]
                floor = _way(_gap(x, x, cells.box[c, 0], cells.box[c, 1]),
                             _gap(y, y, cells.box[c, 2], cells.box[c, 3])) + extra  # fmt: skip
                if np.int64(floor) + least[c] >= top[i]:
                    continue
                for k in range(homes.need_start[h], homes.need_start[h + 1]):
                    floor += homes.need[k] * cells.least_lack[c, homes.need_of[k]]
                if np.int64(floor) + least[c] >= top[i]:
                    continue
                for j in range(a, z):
                    sums[j - a] = _way(x - cells.x[j], y - cells.y[j]) + extra
                for k in range(homes.need_start[h], homes.need_start[h + 1]):
                    need, lack = homes.need[k], cells.lack[homes.need_of[k]]
                    for j in range(a, z):
                        sums[j - a] += need * lack[j]
                for j in range(a, z):
                    sums[j - a] += price[j]
                is_any = False
                for j in range(z - a):
                    is_any |= sums[j] < top[i]
                if not is_any:
                    continue
                # And every household: thousands after one helper would help nobody.
                middle = a + i % (z - a)
                for begin, end in ((middle, z), (a, middle)):
                    for j in range(begin, end):
                        if sums[j - a] < top[i]:
                            m, is_avoided = cells.member[j], False
                            for k in range(avoid_start[h], avoid_start[h + 1]):
                                is_avoided |= avoid[k] == m
                            if is_avoided:
                                continue
                            base = np.int64(sums[j - a] - price[j])
                            n = _insert(sums[j - a], m, base, found.filled[row], values[i],
                                        found.helper[row], found.cost[row])  # fmt: skip
                            found.filled[row] = n
                            if n == most and values[i, most - 1] < top[i]:
                                top[i] = values[i, most - 1]
                                was_better = True
            if was_better:
                highest = top[:size].max()
