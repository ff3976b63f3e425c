"""What a pair costs, once more from the definition: for whoever checks, not for who solves."""

from __future__ import annotations

from math import isqrt

import numpy as np
import numpy.typing as npt

from jiedui.engines.matching.problem import IntArray, Problem


def cost_of(problem: Problem, h: int, m: int) -> int:
    """The definition, in whole numbers of any size."""
    group = max(0, int(problem.group_cost[problem.household_group[h], problem.helper_group[m]]))
    if problem.has_matrix:
        return entry_of(problem, h, m) + group
    east, north = (
        int(a) - int(b) for a, b in zip(problem.household_xy[h], problem.helper_xy[m], strict=True)
    )
    lack = sum(
        int(n) * (9 - int(s)) for n, s in zip(problem.needs[h], problem.skills[m], strict=True)
    )
    return isqrt(east * east + north * north) // 10 + problem.weight * lack + group


def entry_of(problem: Problem, h: int, m: int) -> int:
    """Of the matrix; -1 where a sparse one holds nothing."""
    if not problem.is_sparse:
        return int(problem.matrix[h, m])
    row = slice(problem.matrix.indptr[h], problem.matrix.indptr[h + 1])
    held = dict(zip(problem.matrix.indices[row], problem.matrix.data[row], strict=True))
    return int(held.get(m, -1))


def table_of(
    problem: Problem, rows: IntArray, columns: IntArray
) -> tuple[IntArray, npt.NDArray[np.bool_]]:
    """Cost of every pair of these, and which may be: the definitions, for many at once."""
    group = problem.group_cost[np.ix_(problem.household_group[rows], problem.helper_group[columns])]
    ok = (group >= 0) & (problem.is_leader[columns] | ~problem.hardest[rows][:, None])
    inside = np.isin(problem.avoid[:, 0], rows) & np.isin(problem.avoid[:, 1], columns)
    avoid = problem.avoid[inside]
    ok[np.searchsorted(rows, avoid[:, 0]), np.searchsorted(columns, avoid[:, 1])] = False
    if problem.has_matrix:
        given = problem.matrix[rows][:, columns]
        if problem.is_sparse:
            there = given.copy()
            there.data = np.ones_like(there.data)
            given = np.where(there.toarray() > 0, given.toarray(), -1)
        return given.clip(min=0) + group.clip(min=0), ok & (given >= 0)
    east = problem.household_xy[rows, 0][:, None] - problem.helper_xy[columns, 0]
    north = problem.household_xy[rows, 1][:, None] - problem.helper_xy[columns, 1]
    metres = np.sqrt((east * east + north * north).astype(np.float64)).astype(np.int64)
    # Sums of whole numbers below 2^53 are exact in double precision, in any order.
    lack = problem.needs[rows].astype(np.float64) @ (9.0 - problem.skills[columns]).T
    cost = metres // 10 + problem.weight * lack.astype(np.int64) + group.clip(min=0)
    return cost, ok
