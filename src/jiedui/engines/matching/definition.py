"""What a pair costs, once more from the definition: for whoever checks, not for who solves."""

from __future__ import annotations

from math import isqrt

import numpy as np

from jiedui.engines.matching.problem import Problem


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
