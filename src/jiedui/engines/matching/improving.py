"""Pairs that would improve a plan, by the prices of its proof: each of N × M is looked at.

Written from the definitions, and without any of the solver's code: for whoever checks.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from jiedui.engines.matching.compiled import kernel, part
from jiedui.engines.matching.plan import Certificate
from jiedui.engines.matching.problem import IntArray, Problem

AT_ONCE = 1 << 22  # pairs looked at between two reports
MOST = 3  # pairs of each part that are named
# Worth so much, the way alone leaves nobody out: ten times that is farther than any distance.
FARTHEST = 1 << 23


def improving(problem: Problem, proof: Certificate) -> Iterator[tuple[float, IntArray]]:
    """Part by part: the share looked at before it, and up to `MOST` of its pairs (household,
    helper) that cost less than the household pays, as (K, 2); households that are fixed are left
    out."""
    fixed = np.zeros(problem.households, np.bool_)
    fixed[problem.fixed[:, 0]] = True
    if problem.has_matrix:
        for share, h, x, given in _entries(problem):
            yield share, _of_entries(problem, proof, fixed, h, x, given)[:MOST]
        return
    rows, columns = np.flatnonzero(~fixed), np.flatnonzero(problem.capacity > 0)
    avoid = np.unique(problem.avoid[:, 0] * problem.helpers + problem.avoid[:, 1])
    found = np.empty((MOST, 2), np.int64)
    height = max(1, AT_ONCE // max(1, len(columns)))
    for start in range(0, len(rows), height):
        count = _improving(
            rows[start : start + height], columns, problem.household_xy, problem.helper_xy,
            problem.needs, problem.skills, problem.weight, problem.hardest, problem.is_leader,
            problem.household_group, problem.helper_group, problem.group_cost, avoid,
            problem.current, proof.change, proof.value, proof.price, found,
        )  # fmt: skip
        yield start / len(rows), found[:count].copy()


def _entries(problem: Problem) -> Iterator[tuple[float, IntArray, IntArray, IntArray]]:
    """Part by part: the share before it, and household, helper and cost of each entry."""
    if problem.is_sparse:  # it holds all that may be
        h = np.repeat(np.arange(problem.households), np.diff(problem.matrix.indptr))
        yield 0.0, h, problem.matrix.indices.astype(np.int64), problem.matrix.data
        return
    height = max(1, AT_ONCE // max(1, problem.helpers))
    for start in range(0, problem.households, height):
        part = problem.matrix[start : start + height]
        h, x = np.nonzero(part >= 0)
        yield start / problem.households, h + start, x, part[h, x]


def _of_entries(
    problem: Problem, proof: Certificate, fixed: Any, h: IntArray, x: IntArray, given: IntArray
) -> IntArray:
    """Of these entries the pairs that cost less than the household pays."""
    group = problem.group_cost[problem.household_group[h], problem.helper_group[x]]
    ok = (given >= 0) & (group >= 0) & ~fixed[h] & (problem.capacity[x] > 0)
    ok &= problem.is_leader[x] | ~problem.hardest[h]
    avoided = problem.avoid[:, 0] * problem.helpers + problem.avoid[:, 1]
    ok &= ~np.isin(h * problem.helpers + x, avoided)
    had = problem.current[h]
    cost = given + group + np.where((had >= 0) & (had != x), proof.change, 0)
    better = ok & (cost + proof.price[x] < proof.value[h])
    return np.column_stack([h[better], x[better]]).astype(np.int64)


@part
def _lack(need, skill):  # type: ignore[no-untyped-def]
    """How far a helper's skills fall short of a household's needs."""
    lack = np.int64(0)
    for d in range(len(need)):
        lack += need[d] * (9 - skill[d])
    return lack


@kernel
def _improving(  # type: ignore[no-untyped-def]
    rows, columns, household_xy, helper_xy, needs, skills, weight, hardest, is_leader,
    household_group, helper_group, group_cost, avoid, current, change, value, price, found,
):  # fmt: skip
    """Fill `found` with pairs of these rows and columns; how many there are.

    Shapes as in `Problem`: coordinates (N, 2) and (M, 2) in metres, needs (N, D), skills (M, D);
    `avoid` holds household · M + helper, sorted; value (N,) and price (M,) are of the proof.
    """
    helpers, count = len(helper_xy), 0
    for i in range(len(rows)):
        h = rows[i]
        east, north = household_xy[h, 0], household_xy[h, 1]
        for j in range(len(columns)):
            x = columns[j]
            # The way alone costs less than this, or the pair does not improve the plan: no other
            # part of a cost is less than nothing.
            worth = value[h] - price[x]
            if worth <= 0:
                continue
            dx, dy = east - helper_xy[x, 0], north - helper_xy[x, 1]
            square = dx * dx + dy * dy
            reach = 10 * min(worth, FARTHEST)
            if square >= reach * reach:
                continue
            group = group_cost[household_group[h], helper_group[x]]
            if group < 0 or (hardest[h] and not is_leader[x]):
                continue
            cost = np.int64(np.sqrt(np.float64(square))) // 10 + group
            if current[h] >= 0 and current[h] != x:
                cost += change
            if cost >= worth or cost + weight * _lack(needs[h], skills[x]) >= worth:
                continue
            key = h * helpers + x
            at = np.searchsorted(avoid, key)
            if at < len(avoid) and avoid[at] == key:
                continue
            found[count, 0], found[count, 1] = h, x
            count += 1
            if count == len(found):
                return count
    return count
