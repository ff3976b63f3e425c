"""The least disturbing plan after somebody leaves, comes, or a bound is changed."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np

from jiedui.engines.matching.plan import Plan
from jiedui.engines.matching.problem import FORBIDDEN, NOTHING, IntArray, Problem

if TYPE_CHECKING:
    from jiedui.engines.matching.nearest import Nearest
    from jiedui.engines.matching.solver import Solver

# What a change may replace; today's pairs, and that they are kept, are what a repair is about.
_REPLACED = {one.name for one in fields(Problem)} - {"current", "keeps", "change_cost"}
BOUNDS = frozenset({"capacity", "min_load", "lower", "upper", "load_cost"})  # prices, no layout
_layouts: WeakKeyDictionary[Problem, Nearest] = WeakKeyDictionary()


@dataclass(frozen=True, eq=False, kw_only=True)
class Change:
    """What is different now.

    `leaving` helpers take nobody any more; `gone` households need nobody any more; `added` are
    arrays of `Problem` for new households (household_xy, needs, … or matrix), which come after
    those that stay and need a place or costs at least; `rules` are fields of `Problem` that are
    replaced (capacity, lower, upper, …), in the numbering after the change.
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

    Coverage and minimums still come first. Raises ValueError for numbers that name nobody and for
    arrays that do not fit.
    """
    from jiedui.engines.matching.solver import Solver

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
    from jiedui.engines.matching.nearest import Nearest

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
    more = _count(problem, change.added)
    rules = {**_rows(problem, stay, change.added, more), **change.rules}
    if unknown := set(rules) - _REPLACED:
        raise ValueError(f"A repair has no rule {', '.join(sorted(unknown))} to replace.")
    capacity = np.array(rules.pop("capacity", problem.capacity), np.int64)
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
    rules["min_load"] = np.minimum(rules.get("min_load", problem.min_load), capacity)
    now = replace(problem, capacity=capacity, current=current, keeps=True, change_cost=0, **rules)
    return now, np.r_[stay, np.full(more, -1)]


def _count(problem: Problem, added: dict[str, Any]) -> int:
    """How many households are new."""
    where = "matrix" if problem.has_matrix else "household_xy"
    if added and where not in added:
        raise ValueError(f"New households need a {where}.")
    return int(np.shape(added[where])[0]) if added else 0


def _rows(problem: Problem, stay: IntArray, added: dict[str, Any], more: int) -> dict[str, Any]:
    """The arrays that have a row for each household, with those that stay and those that come."""
    names = ["hardest", "household_group"]
    names += ["matrix"] if problem.has_matrix else ["household_xy", "needs"]
    if unknown := set(added) - set(names):
        raise ValueError(f"New households have no {', '.join(sorted(unknown))}.")
    found = {}
    for name in names:
        rows = getattr(problem, name)[stay]
        new = added.get(name, np.zeros((more, *rows.shape[1:]), rows.dtype))
        if np.shape(new) != (more, *rows.shape[1:]):
            raise ValueError(f"{name} of the new households must be {(more, *rows.shape[1:])}.")
        found[name] = _under(rows, new) if more else rows
    return found


def _under(rows: Any, new: Any) -> Any:
    """The new rows below those there are; what is -1 there is missing in a sparse table."""
    if not hasattr(rows, "tocsr"):
        return np.concatenate([rows, np.asarray(new)])
    from scipy import sparse

    if not hasattr(new, "tocsr"):
        row, column = np.nonzero(np.asarray(new) != FORBIDDEN)
        new = sparse.csr_array((np.asarray(new)[row, column], (row, column)), np.shape(new))
    return sparse.vstack([rows, new], format="csr")


def _prices(problem: Problem, plan: Plan, solver: Solver) -> IntArray | None:
    """The old proof's prices: they still suit all who stay."""
    proof = plan.certificate
    if proof is None or len(proof.price) != len(solver.net.parent) - 1:
        return None
    # Where nobody could go, a price may be any: there, it would grow from one repair to the next.
    return np.r_[np.where(problem.closed, 0, proof.price), 0]


def _check(numbers: IntArray, high: int, what: str) -> None:
    if len(numbers) and not (numbers.min() >= 0 and numbers.max() < high):
        raise ValueError(f"The change names a {what} that is not there.")
