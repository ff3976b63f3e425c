"""The door of the solver. Whoever only names problems and plans does not load compiled code."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jiedui.engines.matching.plan import Plan
    from jiedui.engines.matching.problem import Problem

Progress = Callable[[str, float], None]  # what is being done, and how much of all is done (0 to 1)


def solve(problem: Problem, *, seed: int = 0, progress: Progress | None = None) -> Plan:
    """The plan of most coverage, then fewest unmet minimums, then least cost with its charges.

    With `problem.keeps`, fewest changes come before cost. Equal plans are told apart by `seed`:
    the same problem and seed give the same plan on every machine. Raises ValueError for fixed
    pairs that are not permitted or do not fit, OverflowError for costs beyond 64 bits.
    """
    from jiedui.engines.matching.solver import Solver

    return Solver(problem).solve(seed=seed, progress=progress)
