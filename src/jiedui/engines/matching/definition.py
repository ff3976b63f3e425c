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


def costs_of(
    problem: Problem, household: IntArray, helper: IntArray
) -> tuple[IntArray, npt.NDArray[np.bool_]]:
    """Cost of each of these pairs, and whether it may be: the definitions, for many at once."""
    group = problem.group_cost[problem.household_group[household], problem.helper_group[helper]]
    ok = (group >= 0) & (problem.is_leader[helper] | ~problem.hardest[household])
    avoided = problem.avoid[:, 0] * problem.helpers + problem.avoid[:, 1]
    ok &= ~np.isin(household * problem.helpers + helper, avoided)
    if problem.has_matrix:
        given = _entries(problem, household, helper)
        return given.clip(min=0) + group.clip(min=0), ok & (given >= 0)
    east, north = (problem.household_xy[household] - problem.helper_xy[helper]).T
    metres = np.sqrt((east * east + north * north).astype(np.float64)).astype(np.int64)
    lack = (problem.needs[household] * (9 - problem.skills[helper])).sum(axis=1)
    return metres // 10 + problem.weight * lack + group.clip(min=0), ok


def _entries(problem: Problem, household: IntArray, helper: IntArray) -> IntArray:
    """`entry_of` for many pairs."""
    if not problem.is_sparse:
        return np.asarray(problem.matrix[household, helper])
    held = dict(zip(problem.stored_keys.tolist(), problem.matrix.data.tolist(), strict=True))
    keys = (household * problem.helpers + helper).tolist()
    return np.array([held.get(key, -1) for key in keys], np.int64)


def within(
    problem: Problem, rows: IntArray, columns: IntArray, worth: IntArray
) -> tuple[IntArray, IntArray]:
    """The pairs of these rows and columns that might cost less than `worth`, (rows, columns), to
    judge by the way alone: no other part of a cost is less than nothing.

    Without coordinates these are all pairs.
    """
    if problem.has_matrix:
        near = np.ones(worth.shape, np.bool_)
    else:
        # floor(floor(root) / 10) < worth is root < 10 · worth; squares stay exact below 2^53, and
        # whatever exceeds every distance is cut to a number that does.
        reach = 10.0 * worth.clip(0, 1 << 23)
        home, base = problem.household_xy[rows], problem.helper_xy[columns]
        east = (home[:, 0][:, None] - base[:, 0]).astype(np.float64)
        north = (home[:, 1][:, None] - base[:, 1]).astype(np.float64)
        near = east * east + north * north < reach * reach
    i, j = np.nonzero(near)
    return rows[i], columns[j]


def dearest_of(problem: Problem) -> int:
    """No pair costs more: the longest way there is, every need wholly unmet, the highest group."""
    group = max(0, int(problem.group_cost.max(initial=0)))
    if problem.has_matrix:
        stored = problem.matrix.data if problem.is_sparse else problem.matrix
        return max(0, int(stored.max(initial=0))) + group
    both = np.concatenate([problem.household_xy.reshape(-1, 2), problem.helper_xy.reshape(-1, 2)])
    east, north = (int(one) for one in np.ptp(both, axis=0)) if len(both) else (0, 0)
    lack = 9 * int(problem.needs.sum(axis=1).max(initial=0))
    return isqrt(east * east + north * north) // 10 + problem.weight * lack + group
