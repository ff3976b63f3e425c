"""A second helper for each household, after the first."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from jiedui.engines.matching.plan import Plan
from jiedui.engines.matching.problem import Problem


def second_helpers(problem: Problem, plan: Plan, **rules: Any) -> Problem:
    """The problem of second helpers once `plan` gave the first: nobody twice for one household, and
    only the room, minimums and bounds that the first left.

    The first answers for a household, the second supports it: so the first plan is the best there
    is, and the second the best beside it. The hardest have their leader already, today's pairs and
    fixed pairs are those of first helpers: `rules` give other fields of `Problem` for the second.
    A rising `load_cost` counts anew.
    """
    covered = np.flatnonzero(plan.assignment >= 0)
    load = np.bincount(plan.assignment[covered], minlength=problem.helpers)
    below = problem.below(load)
    left: dict[str, Any] = {
        "capacity": problem.capacity - load,
        "min_load": (problem.min_load - load).clip(min=0),
        "lower": (problem.lower - below).clip(min=0),
        "upper": problem.upper - below,
        "avoid": np.r_[problem.avoid, np.c_[covered, plan.assignment[covered]]],
        "hardest": np.zeros_like(problem.hardest),
        "current": np.full_like(problem.current, -1),
        "fixed": problem.fixed[:0],
    }
    return replace(problem, **{**left, **rules})
