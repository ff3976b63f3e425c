"""Compile the engine and keep it, so that no first plan waits for that."""

from dataclasses import fields, replace

import numpy as np

from jiedui.engines.matching import flow
from jiedui.engines.matching.problem import IntArray, Problem
from jiedui.engines.matching.repair import Change, repair
from jiedui.engines.matching.solve import solve
from jiedui.engines.matching.verify import verify


def compile_all() -> None:
    """Solve the smallest problems that pass through every compiled function."""
    ones, xy = np.ones(4, np.int64), np.array([[0, 0], [900, 0], [0, 900], [900, 900]])
    small = Problem(
        capacity=ones, household_xy=xy, helper_xy=xy + 10, needs=ones[:, None],
        skills=ones[:, None], min_load=ones, current=np.arange(4), keeps=True,
    )  # fmt: skip
    repair(small, solve(small), Change(leaving=ones[:1]))
    for problem in (small, _read_only(small)):  # as it is read from a stored plan
        verify(problem, solve(problem))
    dear = np.array([0, 1 << 30])
    solve(Problem(capacity=ones, household_xy=xy, helper_xy=xy, load_cost=dear))
    solve(Problem.from_matrix(np.full((2, 1), 1 << 30), capacity=[2], min_load=3 * ones[:1]))
    usual, flow.CALL = flow.CALL, -(1 << 40)
    try:
        _solve_one_by_one(ones, xy)
    finally:
        flow.CALL = usual


def _read_only(problem: Problem) -> Problem:
    arrays = {one.name: getattr(problem, one.name) for one in fields(problem)}
    arrays = {name: array.copy() for name, array in arrays.items() if isinstance(array, np.ndarray)}
    for array in arrays.values():
        array.setflags(write=False)
    return replace(problem, **arrays)


def _solve_one_by_one(ones: IntArray, xy: IntArray) -> None:
    """Each helper along a line should have somebody: both ends of a way meet, places call for
    households, and those below a full node displace one another."""
    line = np.outer(np.arange(8), xy[1])
    for apart, lower, upper in ((2, 1, 8), (200, 0, 7)):
        solve(Problem(
            capacity=np.where(ones.cumsum() > 1, ones, 8), household_xy=line,
            helper_xy=apart * line[:4], min_load=ones, node=0 * ones, parent=-ones[:1],
            lower=lower * ones[:1], upper=upper * ones[:1],
        ))  # fmt: skip


if __name__ == "__main__":
    compile_all()
