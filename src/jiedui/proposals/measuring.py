"""What a plan comes to: coverage, ways, needs met, loads by rank and by unit. Plain counting."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from jiedui.engines.matching.costs import pair_costs
from jiedui.pairing.problem import UNIT_SKILL, BuiltProblem

KM = (1, 2, 5, 10, 20, 50)  # classes of distance: up to so many kilometres
Rows = npt.NDArray[np.int64]


def measure(built: BuiltProblem, assignment: Rows) -> dict[str, Any]:
    """Coverage, hardest led, ways in metres, needs met, pairs changed and cost of an assignment.

    `assignment` is the helper (column) of each household (row), -1 nobody, as in a plan.
    """
    problem = built.problem
    covered = np.flatnonzero(assignment >= 0)
    helpers = assignment[covered]
    led = built.is_hard[covered] & problem.is_leader[helpers]
    had = problem.current[covered]
    wanted = problem.needs > 0
    met = wanted[covered] & (problem.skills[helpers] >= UNIT_SKILL)
    return {
        "households": problem.households,
        "covered": len(covered),
        "hard": int(built.is_hard.sum()),
        "hard_led": int(led.sum()),
        "needs": int(wanted.sum()),
        "needs_met": int(met.sum()),
        "changed": int(((had >= 0) & (had != helpers)).sum()),
        "cost": int(pair_costs(problem, covered, helpers).sum()),
        **ways(metres for metres in built.distances(covered, helpers) if metres is not None),
    }


def ways(metres: Iterable[int]) -> dict[str, Any]:
    """Classes of distance, the median and the 95 % point, in metres."""
    found = np.fromiter(metres, np.int64)
    bounds = [km * 1000 for km in KM]
    classes = np.bincount(np.searchsorted(bounds, found), minlength=len(KM) + 1)
    return {
        "distances": [int(n) for n in classes],
        "median_m": int(np.median(found)) if len(found) else None,
        "far_m": int(np.percentile(found, 95)) if len(found) else None,
        "km": int(found.sum()) // 1000,
    }


def loads_by(built: BuiltProblem, assignment: Rows, *, names: list[str]) -> list[dict[str, Any]]:
    """New pairs of helpers by what `names` calls each of them, the most pairs first.

    `places` are those that were free, `full` helpers without one left; `over` and `under` those
    above their places (by hand) or below what the playbook wishes.
    """
    problem = built.problem
    load = np.bincount(assignment[assignment >= 0], minlength=problem.helpers)
    keys, column = np.unique(np.array(names, np.str_), return_inverse=True)

    def count(values: Any) -> Any:
        return np.bincount(column, weights=values, minlength=len(keys)).astype(int).tolist()

    over, under = load > problem.capacity, load < problem.min_load
    table = zip(
        keys.tolist(), count(load), count(np.ones(len(load))), count(load > 0),
        count(problem.capacity), count((load >= problem.capacity) & (problem.capacity > 0)),
        count(over), count(under), _most(load, column, len(keys)), strict=True,
    )  # fmt: skip
    fields = ("key", "pairs", "helpers", "busy", "places", "full", "over", "under", "most")
    found = [dict(zip(fields, line, strict=True)) for line in table]
    return sorted(found, key=lambda one: (-one["pairs"], one["key"]))


def _most(load: Rows, column: Any, size: int) -> list[int]:
    """The largest load in each group."""
    most = np.zeros(size, np.int64)
    np.maximum.at(most, column, load)
    return [int(one) for one in most]
