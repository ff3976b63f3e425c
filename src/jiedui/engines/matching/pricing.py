"""All pairs against prices, block by block: candidates to begin with, and pairs that would improve.

Households are laid out by class (hardest, group) and along a Morton curve, so a block of them lies
close together and most helpers are ruled out by one bound for the whole block. Nothing N × M is
ever stored.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from jiedui.engines.matching.costs import METRES, charged_costs, permitted, usable
from jiedui.engines.matching.network import Duals
from jiedui.engines.matching.problem import FORBIDDEN, TOP_SKILL, IntArray, Problem

BLOCK = 64
NEAR = 1024  # helpers looked at for the first candidates of a block
SINGLE_LIMIT = 1 << 22  # numbers up to here and their sums are whole in single precision
SINGLE_SPAN = 1_000_000  # metres


@dataclass(frozen=True)
class Block:
    """Households that may go to the same helpers, and what each helper's group adds to the cost."""

    rows: IntArray
    columns: IntArray
    group_cost: IntArray


class Scan:
    """The layout of one problem, made once and read in every round."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.blocks = list(_blocks(problem))
        self.avoid = problem.avoid[np.argsort(problem.avoid[:, 0], kind="stable")]
        if not problem.has_matrix:
            origin = problem.helper_xy.min(axis=0, initial=0)
            self.households = (problem.household_xy - origin).astype(np.float64)
            self.helpers = (problem.helper_xy - origin).astype(np.float64)
            self.lack = (TOP_SKILL - problem.skills).T.astype(np.float32)  # small whole numbers
            self.needs = (problem.weight * problem.needs).astype(np.float64)

    def candidates(self, price: IntArray, *, count: int) -> tuple[IntArray, IntArray]:
        """About the `count` best permitted helpers of each household by cost + price."""
        nothing = np.zeros(self.problem.households, np.int64)
        found = []
        for block in self.blocks:
            offset = price[block.columns] + block.group_cost
            # A matrix has no neighbourhood to go by: look at everybody.
            many = len(offset) if self.problem.has_matrix else NEAR
            near = _smallest(self._bound(block, offset), many)
            near.sort()
            sums = self._reduced(block.rows, block.columns[near], offset[near], nothing, np.float32)
            best = _smallest(sums, count)
            rows = np.repeat(block.rows, best.shape[1])
            found.append(
                (rows, block.columns[near][best.ravel()], np.take_along_axis(sums, best, 1).ravel())
            )
        return self._permitted(_joined([(h[c < np.inf], m[c < np.inf]) for h, m, c in found]))

    def improving(self, duals: Duals, *, per_household: int) -> tuple[IntArray, IntArray]:
        """Pairs with cost + price < value, best few a household; none only if there is none."""
        dtype = self._precision(duals)
        found = []
        for block in self.blocks:
            offset = duals.price[block.columns] + block.group_cost
            value = duals.value[block.rows]
            close = self._bound(block, offset) < value.max() + 1
            if close.any():
                columns = block.columns[close]
                reduced = self._reduced(block.rows, columns, offset[close], duals.value, dtype)
                found.append(self._violating(block.rows, columns, reduced, duals, per_household))
        return _joined(found)

    def _violating(
        self, rows: IntArray, columns: IntArray, reduced: npt.NDArray[Any], duals: Duals, limit: int
    ) -> tuple[IntArray, IntArray]:
        """Exact among those the floating-point filter lets through (it errs only towards more)."""
        suspect = reduced < (0.0625 if reduced.dtype == np.float32 else 0.001)
        if suspect.sum() > 4 * limit * len(rows):
            best = _smallest(reduced, limit)
            picked = self._exact(np.repeat(rows, best.shape[1]), columns[best.ravel()], duals)
            if len(picked[0]):
                return picked
        row, column = np.nonzero(suspect)
        order = np.lexsort((reduced[row, column], row))
        row, column = row[order], column[order]
        household, helper = self._exact(rows[row], columns[column], duals)
        # Within a household they stand best first: keep the first few.
        first = np.r_[0, np.flatnonzero(np.diff(household)) + 1] if len(household) else row[:0]
        rank = np.arange(len(household)) - np.repeat(first, np.diff(np.r_[first, len(household)]))
        return household[rank < limit], helper[rank < limit]

    def _exact(
        self, household: IntArray, helper: IntArray, duals: Duals
    ) -> tuple[IntArray, IntArray]:
        sums = charged_costs(self.problem, household, helper) + duals.price[helper]
        better = sums < duals.value[household]
        return self._permitted((household[better], helper[better]))

    def _permitted(self, pairs: tuple[IntArray, IntArray]) -> tuple[IntArray, IntArray]:
        ok = permitted(self.problem, *pairs)
        return pairs[0][ok], pairs[1][ok]

    def _precision(self, duals: Duals) -> Any:
        """Single precision while all sums stay whole in it, double otherwise."""
        if self.problem.has_matrix:
            return np.float64
        able = usable(self.problem)
        largest = max(
            np.abs(duals.price[able]).max(initial=0), np.abs(duals.value).max(initial=0),
            TOP_SKILL * self.needs.sum(axis=1).max(initial=0),
            self.problem.group_cost.max(initial=0), self.problem.change_cost,
        )  # fmt: skip
        span = max(
            np.ptp(one, axis=0).max(initial=0)
            for one in (self.households, self.helpers)
            if len(one)
        )
        return np.float32 if largest < SINGLE_LIMIT and span < SINGLE_SPAN else np.float64

    def _bound(self, block: Block, offset: IntArray) -> npt.NDArray[Any]:
        """A number no cost + price of the block's households with each helper can go below."""
        if self.problem.has_matrix:
            return offset.astype(np.float64)
        xy = self.households[block.rows]
        helpers = self.helpers[block.columns]
        outside = np.maximum(xy.min(axis=0) - helpers, helpers - xy.max(axis=0)).clip(min=0)
        return np.floor(np.sqrt((outside * outside).sum(axis=1)) / METRES) + offset

    def _reduced(
        self, rows: IntArray, columns: IntArray, offset: IntArray, value: IntArray, dtype: Any
    ) -> npt.NDArray[Any]:
        """cost + offset − value, before rounding distances down; forbidden and avoided: infinite.

        Rounding down cannot change the sign of a sum that is otherwise whole.
        """
        problem = self.problem
        target = value[rows] - problem.change_cost * (problem.current[rows] >= 0)
        if problem.has_matrix:
            costs = problem.matrix[np.ix_(rows, columns)]
            reduced = (costs + (offset - target[:, None])).astype(np.float64)
            reduced[costs == FORBIDDEN] = np.inf
        else:
            reduced = self._distance(rows, columns, dtype)
            # Not @: for so small a product BLAS starts threads that cost more than they do.
            lack = self.lack[:, columns].astype(dtype, copy=False)
            reduced += np.einsum("rk,kc->rc", self.needs[rows].astype(dtype), lack)
            reduced += offset.astype(dtype)
            reduced -= target.astype(dtype)[:, None]
        self._bar_avoided(rows, columns, reduced)
        return reduced

    def _distance(self, rows: IntArray, columns: IntArray, dtype: Any) -> npt.NDArray[Any]:
        # Relative to the block, whole metres stay whole in single precision too.
        origin = self.households[rows[0]]
        a, b = (
            (self.households[rows] - origin).astype(dtype),
            (self.helpers[columns] - origin).astype(dtype),
        )
        east = a[:, :1] - b[:, 0]
        north = a[:, 1:] - b[:, 1]
        east *= east
        north *= north
        east += north
        np.sqrt(east, out=east)
        east *= dtype(1 / METRES)
        return east

    def _bar_avoided(self, rows: IntArray, columns: IntArray, reduced: npt.NDArray[Any]) -> None:
        if not len(self.avoid) or not len(columns):
            return
        first, last = np.searchsorted(self.avoid[:, 0], [rows, rows + 1])
        row = np.repeat(np.arange(len(rows)), last - first)
        entries = np.concatenate([np.arange(a, b) for a, b in zip(first, last, strict=True)])
        helper = self.avoid[entries.astype(np.int64), 1]
        place = np.searchsorted(columns, helper).clip(max=len(columns) - 1)
        hit = columns[place] == helper
        reduced[row[hit], place[hit]] = np.inf


def _blocks(problem: Problem) -> Iterator[Block]:
    classes = problem.household_group * 2 + problem.hardest
    along = (
        np.zeros(problem.households, np.int64)
        if problem.has_matrix
        else morton(problem.household_xy)
    )
    for one in np.unique(classes):
        group, hardest = divmod(int(one), 2)
        added = problem.group_cost[group, problem.helper_group]
        ok = (added != FORBIDDEN) & usable(problem) & (problem.is_leader | (not hardest))
        columns = np.flatnonzero(ok)
        rows = np.flatnonzero(classes == one)
        rows = rows[np.argsort(along[rows], kind="stable")]
        if len(columns):
            for first in range(0, len(rows), BLOCK):
                yield Block(rows[first : first + BLOCK], columns, added[columns])


def morton(xy: IntArray) -> IntArray:
    """Each point's place along a Morton (Z-order) curve over 65,536 × 65,536 cells."""
    low = xy.min(axis=0, initial=0)
    scale = max(1, int(np.ptp(xy, axis=0).max(initial=1)))
    cells = (xy - low) * 65535 // scale
    for shift, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
        cells = (cells | (cells << shift)) & mask
    return np.asarray(cells[:, 0] | (cells[:, 1] << 1))


def _smallest(values: npt.NDArray[Any], count: int) -> IntArray:
    """Where the `count` smallest stand along the last axis, in no order."""
    if values.shape[-1] <= count:
        return np.broadcast_to(np.arange(values.shape[-1]), values.shape).copy()
    return np.argpartition(values, count, axis=-1)[..., :count]


def _joined(found: list[tuple[IntArray, IntArray]]) -> tuple[IntArray, IntArray]:
    if not found:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    return np.concatenate([one[0] for one in found]), np.concatenate([one[1] for one in found])
