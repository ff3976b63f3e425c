"""Compile the engine and keep it, so that no first plan waits for that."""

import numpy as np

from jiedui.engines.matching.problem import Problem
from jiedui.engines.matching.repair import Change, repair
from jiedui.engines.matching.solve import solve


def compile_all() -> None:
    """Solve the smallest problems that pass through every compiled function."""
    xy = np.array([[0, 0], [900, 0], [0, 900], [900, 900]])
    small = Problem(
        capacity=np.full(4, 1), household_xy=xy, helper_xy=xy + 10, needs=np.ones((4, 1)),
        skills=np.ones((4, 1)), min_load=np.ones(4), current=np.arange(4), keeps=True,
    )  # fmt: skip
    repair(small, solve(small), Change(leaving=[0]))
    solve(Problem(capacity=np.full(4, 1), household_xy=xy, helper_xy=xy, load_cost=[0, 1 << 30]))
    solve(Problem.from_matrix(np.ones((2, 1)) * (1 << 39), capacity=[2], min_load=[3]))


if __name__ == "__main__":
    compile_all()
