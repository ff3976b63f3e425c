"""The least disturbing plan after somebody leaves, comes, or a bound is changed."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from jiedui.engines.matching.nearest import Nearest
from jiedui.engines.matching.plan import Plan
from jiedui.engines.matching.problem import NOTHING, IntArray, Problem
from jiedui.engines.matching.solve import Solver

BOUNDS = frozenset({"capacity", "min_load", "lower", "upper", "load_cost"})  # prices, no layout
_layouts: WeakKeyDictionary[Problem, Nearest] = WeakKeyDictionary()


@dataclass(frozen=True, eq=False, kw_only=True)
class Change:
    """What is different now.

    `leaving` helpers take nobody any more; `gone` households need nobody any more; `added` are
    arrays of `Problem` for new households (household_xy, needs, … or matrix), which come after
    those that stay; `rules` are fields of `Problem` that are replaced (capacity, lower, upper, …).
    """

    leaving: IntArray = NOTHING
    gone: IntArray = NOTHING
    added: dict[str, Any] = field(default_factory=dict)
    rules: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Repaired:
    """The problem as it is now, its plan, and which household of the old problem each row was
    (-1: added)."""

    problem: Problem
    plan: Plan
    before: IntArray


def repair(problem: Problem, plan: Plan, change: Change) -> Repaired:
    """The plan with the fewest changed pairs, of these the cheapest; certified like any other.

    Coverage and minimums still come first. Raises ValueError for numbers that name nobody.
    """
    started = time.perf_counter()
    now, before = changed(problem, plan, change)
    solver = Solver(now, nearest=_layout(problem, change))
    again = solver.solve(price=_prices(problem, plan, solver))
    return Repaired(now, replace(again, seconds=time.perf_counter() - started), before)


def _layout(problem: Problem, change: Change) -> Nearest | None:
    """The neighbourhoods of the old problem, kept from one repair to the next; None if the change
    moves them."""
    if len(change.gone) or change.added or change.rules.keys() - BOUNDS:
        return None
    if problem not in _layouts:
        _layouts[problem] = Nearest(problem)
    return _layouts[problem]


def changed(problem: Problem, plan: Plan, change: Change) -> tuple[Problem, IntArray]:
    """The problem after the change, in which today's pairs are to be kept, and where each of its
    households stood before."""
    leaving, gone = (np.asarray(one, np.int64).reshape(-1) for one in (change.leaving, change.gone))
    _check(leaving, problem.helpers, "helper")
    _check(gone, problem.households, "household")
    stay = np.setdiff1d(np.arange(problem.households), gone)
    rules = {**change.rules, **_rows(problem, stay, change.added)}
    more = len(rules["hardest"]) - len(stay)
    capacity = np.array(rules.get("capacity", problem.capacity), np.int64)
    capacity[leaving] = 0
    place = np.full(problem.households, -1)
    place[stay] = np.arange(len(stay))
    current = np.r_[plan.assignment[stay], np.full(more, -1)]
    current[np.isin(current, leaving)] = -1
    for name in ("avoid", "fixed"):
        pairs = getattr(problem, name)
        pairs = np.c_[place[pairs[:, 0]], pairs[:, 1]][place[pairs[:, 0]] >= 0]
        kept = pairs[~np.isin(pairs[:, 1], leaving)] if name == "fixed" else pairs
        rules.setdefault(name, kept)
    rules.pop("capacity", None)
    rules["min_load"] = np.minimum(rules.get("min_load", problem.min_load), capacity)
    now = replace(problem, capacity=capacity, current=current, keeps=True, change_cost=0, **rules)
    return now, np.r_[stay, np.full(more, -1)]


def _rows(problem: Problem, stay: IntArray, added: dict[str, Any]) -> dict[str, Any]:
    """The arrays that have a row for each household, with those that stay and those that come."""
    names = ["hardest", "household_group"]
    names += ["matrix"] if problem.has_matrix else ["household_xy", "needs"]
    unknown = set(added) - set(names)
    if unknown:
        raise ValueError(f"New households have no {', '.join(sorted(unknown))}.")
    more = max([len(one) for one in added.values()], default=0)
    found = {}
    for name in names:
        rows = getattr(problem, name)[stay]
        default = np.zeros((more, *rows.shape[1:]), rows.dtype)
        new = np.asarray(added.get(name, default)).reshape(default.shape)
        found[name] = np.concatenate([rows, new]) if more else rows
    return found


def _prices(problem: Problem, plan: Plan, solver: Solver) -> IntArray | None:
    """The old proof's prices: they still suit all who stay."""
    proof = plan.certificate
    if proof is None or len(proof.price) != len(solver.net.parent) - 1:
        return None
    return np.r_[proof.price, 0]


def _check(numbers: IntArray, high: int, what: str) -> None:
    if len(numbers) and not (numbers.min() >= 0 and numbers.max() < high):
        raise ValueError(f"The change names a {what} that is not there.")
