"""What a pair costs and whether it is permitted, exactly and in blocks."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from jiedui.engines.matching.problem import FORBIDDEN, TOP_SKILL, IntArray, Problem

METRES = 10  # in one unit of cost


def pair_costs(problem: Problem, household: IntArray, helper: IntArray) -> IntArray:
    """The exact cost of each pair, without any charge for change; pairs must be permitted."""
    group = problem.group_cost[
        problem.household_group[household], problem.helper_group[helper]
    ].clip(min=0)
    if problem.has_matrix:
        return np.asarray(_given(problem, household, helper) + group)
    offset = problem.household_xy[household] - problem.helper_xy[helper]
    # A correctly rounded root of a whole number under 2^52 has the right floor.
    metres = np.sqrt((offset * offset).sum(axis=1).astype(np.float64)).astype(np.int64)
    lack = (problem.needs[household] * (TOP_SKILL - problem.skills[helper])).sum(axis=1)
    return np.asarray(metres // METRES + problem.weight * lack + group)


def permitted(problem: Problem, household: IntArray, helper: IntArray) -> npt.NDArray[np.bool_]:
    """Whether each pair may be: leader, group, matrix and avoidance."""
    ok = problem.is_leader[helper] | ~problem.hardest[household]
    ok &= (
        problem.group_cost[problem.household_group[household], problem.helper_group[helper]]
        != FORBIDDEN
    )
    if problem.has_matrix:
        ok &= _given(problem, household, helper) != FORBIDDEN
    keys = household * problem.helpers + helper
    avoided = problem.avoid_keys
    if len(avoided) and len(keys):
        place = np.searchsorted(avoided, keys).clip(max=len(avoided) - 1)
        ok &= avoided[place] != keys
    return np.asarray(ok)


def highest_cost(problem: Problem) -> int:
    """A bound no pair's cost, charges for change and load included, exceeds."""
    charges = max(0, int(problem.group_cost.max(initial=0))) + int(problem.load_cost.max())
    if problem.has_matrix:
        stored = problem.matrix.data if problem.is_sparse else problem.matrix
        return int(stored.max(initial=0)) + charges + problem.change_cost
    both = np.concatenate([problem.household_xy.reshape(-1, 2), problem.helper_xy.reshape(-1, 2)])
    span = np.hypot(*np.ptp(both, axis=0).astype(float)) if len(both) else 0.0
    lack = TOP_SKILL * int(problem.needs.sum(axis=1).max(initial=0))
    return int(span) // METRES + 1 + problem.weight * lack + charges + problem.change_cost


def _given(problem: Problem, household: IntArray, helper: IntArray) -> IntArray:
    """The entries of the matrix; FORBIDDEN where a sparse one holds none."""
    if not problem.is_sparse:
        return np.asarray(problem.matrix[household, helper])
    keys, wanted = problem.stored_keys, household * problem.helpers + helper
    place = np.searchsorted(keys, wanted).clip(max=max(0, len(keys) - 1))
    if not len(keys):
        return np.full(len(wanted), FORBIDDEN)
    return np.where(keys[place] == wanted, problem.matrix.data[place], FORBIDDEN)
