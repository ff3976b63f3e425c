"""All pairs against prices: the best few helpers of a household, none of N × M ever stored.

Cells and blocks give bounds; a pair is looked at only if its cell might beat what is known. Costs
are whole numbers far below 2^53, so double precision adds them exactly; where prices are larger
the same kernel runs on 64-bit whole numbers.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from jiedui.engines.matching.cells import (
    IN_A_BLOCK,
    IN_A_CELL,
    cells_of,
    cells_of_households,
    helper_kinds,
    homes_of,
    homes_of_helpers,
    household_kinds,
    kind_costs,
    split,
)
from jiedui.engines.matching.compiled import kernel, part
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
        self.extra = np.take(self.kind_cost, self.cells.kind, axis=1)
        where = problem.helper_xy if turned else problem.household_xy
        order, start = split(where, self.homes.kind, size=IN_A_BLOCK)
        self.rank, self.block = np.empty((2, len(order)), np.int64)
        self.rank[order] = np.arange(len(order))
        self.block[order] = np.repeat(np.arange(len(start) - 1), np.diff(start))

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
        block = self.block[households[order]]
        start = np.flatnonzero(np.r_[True, block[1:] != block[:-1], True])
        never: Any = NEVER
        if max(_largest(price), _largest(limit)) < EXACT:
            never, limit = np.inf, np.where(limit >= NEVER, np.inf, limit.astype(np.float64))
        at = np.empty(self.cells.member.shape, limit.dtype)
        _fill(self.cells.member, price, never, at)
        _best_of_cells(self.homes, self.cells, self.extra, self.avoid[0], self.avoid[1],
                       households, order, start, at, limit, found)  # fmt: skip
        return found


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


@kernel
def _largest(numbers):  # type: ignore[no-untyped-def]
    """The largest of those below NEVER, without signs."""
    largest = np.int64(0)
    for number in numbers:
        if number < NEVER:
            largest = max(largest, abs(number))
    return largest


@kernel
def _fill(member, price, never, at):  # type: ignore[no-untyped-def]
    """What everybody costs, place by place; `never` for places left empty and who is left out."""
    for c in range(len(member)):
        for j in range(IN_A_CELL):
            m = member[c, j]
            at[c, j] = never if m < 0 or price[m] >= NEVER else price[m]


@part
def _insert(value, place, n, values, places):  # type: ignore[no-untyped-def]
    """Put a place among the best so far, of equals the first; returns how many there are then."""
    most = len(values)
    i = n if n < most else most - 1
    n = i + 1 if n < most else n
    while i > 0 and (values[i - 1] > value or (values[i - 1] == value and places[i - 1] > place)):
        values[i], places[i] = values[i - 1], places[i - 1]
        i -= 1
    values[i], places[i] = value, place
    return n


@kernel
def _best_of_rows(rows, households, price, limit, found):  # type: ignore[no-untyped-def]
    values, places = np.empty((2, found.helper.shape[1]), np.int64)
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
                    n = _insert(value, k, n, values, places)
                    if n == len(values):
                        top = min(top, values[n - 1])
        for k in range(n):
            found.helper[i, k], found.cost[i, k] = rows.helper[places[k]], rows.cost[places[k]]
        found.filled[i] = n


@part
def _way(dx, dy):  # type: ignore[no-untyped-def]
    """Whole units of ten metres: half a metre keeps the product clear of a whole number."""
    return np.floor((np.floor(np.sqrt(dx * dx + dy * dy)) + 0.5) * 0.1)


@part
def _gap(low, high, box_low, box_high):  # type: ignore[no-untyped-def]
    return max(0.0, max(low - box_high, box_low - high))


@part
def _bounds(boxes, base, count, west, east, south, north, bound):  # type: ignore[no-untyped-def]
    """Nobody in these cells, whose best is at `base`, costs less than this to anybody in a box."""
    for c in range(count):
        bound[c] = _way(_gap(west, east, boxes[0, c], boxes[1, c]),
                        _gap(south, north, boxes[2, c], boxes[3, c]))  # fmt: skip
        bound[c] += base[c]


@part
def _sums(homes, cells, h, c, extra, price, top, sums):  # type: ignore[no-untyped-def]
    """Cost + price of all in a cell; whether any is below `top`."""
    x, y = homes.x[h], homes.y[h]
    for j in range(IN_A_CELL):
        sums[j] = _way(x - cells.x[c, j], y - cells.y[c, j]) + extra
    for k in range(homes.need_start[h], homes.need_start[h + 1]):
        need, d = homes.need[k], homes.need_of[k]
        for j in range(IN_A_CELL):
            sums[j] += need * cells.lack[c, d, j]
    is_any = False
    for j in range(IN_A_CELL):
        sums[j] += price[c, j]
        is_any |= sums[j] < top
    return is_any


@part
def _collect(bound, more, highest, begin, near):  # type: ignore[no-untyped-def]
    """Put down the cells with a bound below `highest`; how many there are."""
    reach = 0
    for start, end in ((begin, len(bound)), (0, begin)):
        for c in range(start, end):
            if bound[c] < highest and more[c] >= 0:
                near[reach] = c
                reach += 1
    return reach


@part
def _best_of(  # type: ignore[no-untyped-def]
    homes, cells, avoid_start, avoid, h, near, nearest, bound, more, price, top, begin,
    sums, values, places,
):  # fmt: skip
    """Put down the best places of a household in these cells; how many there are."""
    n, most = 0, len(values)
    for k in range(len(near)):
        if nearest[k] >= top:
            break
        c = near[k]
        if bound[k] >= top or not _sums(homes, cells, h, c, more[c], price, top, sums):
            continue
        for start, end in ((begin, IN_A_CELL), (0, begin)):
            for j in range(start, end):
                if sums[j] >= top:
                    continue
                is_avoided = False
                for a in range(avoid_start[h], avoid_start[h + 1]):
                    is_avoided |= avoid[a] == cells.member[c, j]
                if not is_avoided:
                    n = _insert(sums[j], c * IN_A_CELL + j, n, values, places)
                    if n == most:
                        top = min(top, values[most - 1])
    return n


@kernel
def _best_of_cells(  # type: ignore[no-untyped-def]
    homes, cells, extra, avoid_start, avoid, households, order, block, price, limit, found
):
    """Block by block: cells by their bound for the block, then for each household in it."""
    count, most = len(cells.kind), found.helper.shape[1]
    least = np.empty(count, price.dtype)
    for c in range(count):
        least[c] = price[c].min()
    base, bound = np.empty(count, price.dtype), np.empty(count, price.dtype)
    near, boxes = np.empty(count, np.int64), np.empty((4, count))
    sums, values = np.empty(IN_A_CELL, price.dtype), np.empty(most, price.dtype)
    places = np.empty(most, np.int64)
    blocks = len(block) - 1
    for b in range(blocks):
        rows = order[block[b] : block[b + 1]]
        west = south = np.inf
        east = north = -np.inf
        highest = limit[rows[0]]
        for row in rows:
            h = households[row]
            west, east = min(west, homes.x[h]), max(east, homes.x[h])
            south, north = min(south, homes.y[h]), max(north, homes.y[h])
            highest = max(highest, limit[row])
        more = extra[homes.kind[households[rows[0]]]]
        for c in range(count):
            base[c] = more[c] + least[c]
        _bounds(cells.box, base, count, west, east, south, north, bound)
        # Of equals, every block begins elsewhere, and every household in it: thousands after one
        # helper would help nobody.
        reach = _collect(bound, more, highest, b * count // blocks, near)
        inside = near[:reach][np.argsort(bound[near[:reach]])]
        nearest = bound[inside]
        for k in range(reach):
            c = inside[k]
            base[k] = more[c] + least[c]
            for side in range(4):
                boxes[side, k] = cells.box[side, c]
        for i in range(len(rows)):
            row = rows[i]
            h = households[row]
            x, y = homes.x[h], homes.y[h]
            _bounds(boxes, base, reach, x, x, y, y, bound)
            n = _best_of(homes, cells, avoid_start, avoid, h, inside, nearest, bound, more, price,
                         limit[row], i % IN_A_CELL, sums, values, places)  # fmt: skip
            found.filled[row] = n
            for k in range(n):
                c, j = places[k] // IN_A_CELL, places[k] % IN_A_CELL
                found.helper[row, k] = cells.member[c, j]
                found.cost[row, k] = np.int64(values[k] - price[c, j])
