"""What a pair costs and whether it is permitted, exactly and in blocks."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from jiedui.engines.matching.problem import FORBIDDEN, TOP_SKILL, IntArray, Problem

METRES = 10  # in one unit of cost


class Pairs(NamedTuple):
    """Pairs with their exact costs, charges for change included."""

    household: IntArray
    helper: IntArray
    cost: IntArray


def pair_costs(problem: Problem, household: IntArray, helper: IntArray) -> IntArray:
    """The exact cost of each pair, without any charge for change."""
    group = problem.group_cost[
        problem.household_group[household], problem.helper_group[helper]
    ].clip(min=0)
    if problem.has_matrix:
        return problem.matrix[household, helper] + group
    offset = problem.household_xy[household] - problem.helper_xy[helper]
    # A correctly rounded root of a whole number under 2^52 has the right floor.
    metres = np.sqrt((offset * offset).sum(axis=1).astype(np.float64)).astype(np.int64)
    lack = (problem.needs[household] * (TOP_SKILL - problem.skills[helper])).sum(axis=1)
    return metres // METRES + problem.weight * lack + group


def charged_costs(problem: Problem, household: IntArray, helper: IntArray) -> IntArray:
    """The exact cost of each pair with the charge for changing a current pair."""
    current = problem.current[household]
    changed = (current >= 0) & (current != helper)
    return pair_costs(problem, household, helper) + problem.change_cost * changed


def usable(problem: Problem) -> npt.NDArray[np.bool_]:
    """Helpers who may have a household at all, as far as bounds go."""
    rooms = problem.capacity, problem.branch_upper[problem.branch], problem.unit_upper[problem.unit]
    return np.asarray(np.minimum.reduce(rooms) > 0)


def permitted(problem: Problem, household: IntArray, helper: IntArray) -> npt.NDArray[np.bool_]:
    """Whether each pair may be: leader, group, matrix and avoidance."""
    ok = problem.is_leader[helper] | ~problem.hardest[household]
    ok &= (
        problem.group_cost[problem.household_group[household], problem.helper_group[helper]]
        != FORBIDDEN
    )
    if problem.has_matrix:
        ok &= problem.matrix[household, helper] != FORBIDDEN
    keys = household * problem.helpers + helper
    avoided = problem.avoid_keys
    if len(avoided) and len(keys):
        place = np.searchsorted(avoided, keys).clip(max=len(avoided) - 1)
        ok &= avoided[place] != keys
    return np.asarray(ok)


def highest_cost(problem: Problem) -> int:
    """A bound no charged pair cost exceeds."""
    group = max(0, int(problem.group_cost.max(initial=0)))
    if problem.has_matrix:
        return int(problem.matrix.max(initial=0)) + group + problem.change_cost
    both = np.concatenate([problem.household_xy.reshape(-1, 2), problem.helper_xy.reshape(-1, 2)])
    span = np.hypot(*np.ptp(both, axis=0).astype(float)) if len(both) else 0.0
    lack = TOP_SKILL * int(problem.needs.sum(axis=1).max(initial=0))
    return int(span) // METRES + 1 + problem.weight * lack + group + problem.change_cost
