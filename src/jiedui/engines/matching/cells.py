"""Neighbourhoods: points of one kind, halved along the wider side until few are left in each.

A bound for a whole neighbourhood rules out most pairs at once; see `nearest`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from jiedui.engines.matching.compiled import kernel
from jiedui.engines.matching.problem import FORBIDDEN, TOP_SKILL, IntArray, Problem

IN_A_CELL = 48
IN_A_BLOCK = 64

Floats = npt.NDArray[np.float64]


class Homes(NamedTuple):
    """Households as the kernels read them; D kinds of need, stored where there is one."""

    x: Floats
    y: Floats
    kind: IntArray  # hardest and group in one number
    need_start: IntArray  # (N + 1,)
    need_of: IntArray  # which kind of need
    need: Floats  # weight · need


class Cells(NamedTuple):
    """C cells of helpers, each with as many places; bounds by cell."""

    member: IntArray  # (C, IN_A_CELL) the helper in each place; -1 where there is none
    kind: IntArray  # (C,) leader and group in one number
    x: Floats  # (C, IN_A_CELL)
    y: Floats
    lack: npt.NDArray[np.float32]  # (C, D, IN_A_CELL) 9 - skill
    box: Floats  # (4, C) west, east, south, north


def homes_of(problem: Problem) -> Homes:
    """The households of a problem given by features."""
    return _homes(problem.household_xy, household_kinds(problem), problem.weight * problem.needs)


def cells_of(problem: Problem) -> Cells:
    """The helpers of a problem given by features."""
    return _cells(problem.helper_xy, helper_kinds(problem), TOP_SKILL - problem.skills)


def homes_of_helpers(problem: Problem) -> Homes:
    """The helpers where households stand else: a pair costs the same either way round."""
    lack = problem.weight * (TOP_SKILL - problem.skills)
    return _homes(problem.helper_xy, helper_kinds(problem), lack)


def cells_of_households(problem: Problem) -> Cells:
    """The households where helpers stand else."""
    return _cells(problem.household_xy, household_kinds(problem), problem.needs)


def _homes(xy: IntArray, kinds: IntArray, needs: IntArray) -> Homes:
    row, kind = np.nonzero(needs)
    x, y = xy.reshape(-1, 2).T.astype(np.float64)
    return Homes(
        np.ascontiguousarray(x), np.ascontiguousarray(y), kinds,
        np.searchsorted(row, np.arange(len(kinds) + 1)).astype(np.int64),
        np.ascontiguousarray(kind),
        needs[row, kind].astype(np.float64),
    )  # fmt: skip


def _cells(points: IntArray, kinds: IntArray, lacks: IntArray) -> Cells:
    order, start = split(points, kinds, size=IN_A_CELL)
    size = np.diff(start)
    # Full cells, so that kernels may count on their size: fillers stand where the first does.
    at = np.arange(IN_A_CELL) < size[:, None]
    member = np.where(at, start[:-1, None] + np.arange(IN_A_CELL), start[:-1, None])
    member = order[member] if len(order) else member
    x, y = np.moveaxis(points.reshape(-1, 2)[member].astype(np.float64), 2, 0)
    x, y = np.ascontiguousarray(x), np.ascontiguousarray(y)
    lack = np.ascontiguousarray(lacks[member].swapaxes(1, 2).astype(np.float32))
    return Cells(
        np.where(at, member, -1), kinds[member[:, 0]], x, y, lack,
        np.stack([x.min(axis=1), x.max(axis=1), y.min(axis=1), y.max(axis=1)]),
    )  # fmt: skip


def household_kinds(problem: Problem) -> IntArray:
    """Which row of `kind_costs` each household is."""
    return problem.household_group * 2 + problem.hardest


def helper_kinds(problem: Problem) -> IntArray:
    """Which column of `kind_costs` each helper is."""
    return problem.helper_group * 2 + problem.is_leader


def stand_ins(problem: Problem, usable: npt.NDArray[np.bool_]) -> IntArray:
    """(M,) The first usable helper in the same place who is of the same kind and skills: to a
    household one is as good as the other. Only starts rest on this, so a sum stands for all."""
    known = np.c_[problem.helper_xy, helper_kinds(problem), problem.skills]
    digits = np.random.default_rng(0).integers(1 << 20, 1 << 30, known.shape[1])
    some = np.flatnonzero(usable)
    _, first, which = np.unique(known[some] @ digits, return_index=True, return_inverse=True)
    stand_in = np.arange(problem.helpers)
    stand_in[some] = some[first[which]]
    return stand_in


def kind_costs(problem: Problem) -> IntArray:
    """What the kinds of a household and a helper add to the cost of a pair; -1 forbids it."""
    costs = np.repeat(np.repeat(problem.group_cost, 2, axis=0), 2, axis=1)
    costs[1::2, 0::2] = FORBIDDEN  # the hardest go to leaders only
    return np.ascontiguousarray(costs)


def split(points: IntArray, kind: IntArray, *, size: int) -> tuple[IntArray, IntArray]:
    """The points in an order where neighbours of one kind stand together, and where each cell of
    `size` of them, the last of a kind of fewer, starts; the last start is the number of points."""
    order = np.argsort(kind, kind="stable")
    edges = np.r_[0, np.flatnonzero(np.diff(kind[order])) + 1, len(order)].astype(np.int64)
    return _halved(points.reshape(-1, 2)[order].astype(np.float64), order, edges, size)


@kernel
def _halved(xy, order, edges, size):  # type: ignore[no-untyped-def]
    """Halve every stretch along its wider side until it is small enough."""
    ends, starts = [np.int64(one) for one in edges[1:][::-1]], [np.int64(0)]
    first = np.int64(0)
    while len(ends) > 0 and first < len(order):
        end = ends[-1]
        if end - first <= size:
            ends.pop()
            if end > first:
                starts.append(end)
            first = end
            continue
        part = xy[first:end]
        wide = part[:, 0].max() - part[:, 0].min() >= part[:, 1].max() - part[:, 1].min()
        way = np.argsort(part[:, 0 if wide else 1], kind="mergesort")
        xy[first:end] = part[way]
        order[first:end] = order[first:end][way]
        ends.append(first + (end - first + size - 1) // size // 2 * size)
    return order, np.array(starts)
