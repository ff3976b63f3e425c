"""What is to be paired, in plain arrays.

The cost of a pair is a whole number by definition, so every method computes the same:

    floor(distance in metres / 10) + weight · Σ need · (9 − skill) + group cost

with coordinates rounded to whole metres. One unit is ten metres of travel.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
FORBIDDEN = -1
TOP_SKILL = 9


NOTHING: Any = ()  # an array left out


@dataclass(frozen=True, eq=False, kw_only=True)
class Problem:
    """Households, helpers and the rules between them; N households, M helpers, D kinds of need.

    Arrays left out mean: no needs, nobody hardest, one group, no minimum, no bounds, no current
    pair. Raises ValueError for shapes that do not fit, negative numbers and rules that contradict
    one another.
    """

    capacity: IntArray  # (M,) most households of each helper
    household_xy: IntArray = NOTHING  # (N, 2) metres
    helper_xy: IntArray = NOTHING  # (M, 2) metres
    needs: IntArray = NOTHING  # (N, D) weights of need
    skills: IntArray = NOTHING  # (M, D) 0 to 9
    weight: int = 6
    matrix: IntArray = NOTHING  # (N, M) costs in place of features; -1 forbids the pair
    hardest: BoolArray = NOTHING  # (N,) go to leaders only
    is_leader: BoolArray = NOTHING  # (M,)
    household_group: IntArray = NOTHING  # (N,)
    helper_group: IntArray = NOTHING  # (M,)
    group_cost: IntArray = NOTHING  # (household groups, helper groups); -1 forbids
    avoid: IntArray = NOTHING  # (K, 2) pairs (household, helper) that must not be
    fixed: IntArray = NOTHING  # (K, 2) pairs that must be
    current: IntArray = NOTHING  # (N,) helper a household has now, -1 none
    change_cost: int = 0  # charged when a household with a current helper gets another
    min_load: IntArray = NOTHING  # (M,) wished for, after coverage and before cost
    branch: IntArray = NOTHING  # (M,)
    branch_lower: IntArray = NOTHING
    branch_upper: IntArray = NOTHING
    unit: IntArray = NOTHING  # (M,) all helpers of a branch are in one unit
    unit_lower: IntArray = NOTHING
    unit_upper: IntArray = NOTHING

    def __post_init__(self) -> None:
        for one in fields(self):
            value = getattr(self, one.name)
            if not isinstance(value, int):
                dtype = np.bool_ if one.name in ("hardest", "is_leader") else np.int64
                self._set(one.name, _whole(value, dtype, one.name))
        self._fill()
        self._check()

    @classmethod
    def from_matrix(cls, costs: npt.ArrayLike, **rules: Any) -> Problem:
        """A problem whose costs are given for every pair; -1 forbids one."""
        matrix = np.asarray(costs, np.int64)
        rules.setdefault("capacity", np.ones(matrix.shape[1], np.int64))
        return cls(matrix=matrix, **rules)

    @property
    def households(self) -> int:
        return len(self.matrix) if self.matrix.ndim == 2 else len(self.household_xy)

    @property
    def helpers(self) -> int:
        return len(self.capacity)

    @property
    def has_matrix(self) -> bool:
        return self.matrix.ndim == 2

    @cached_property
    def avoid_keys(self) -> IntArray:
        """household · M + helper of every pair that must not be, sorted."""
        return np.unique(self.avoid[:, 0] * self.helpers + self.avoid[:, 1])

    def _set(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)

    def _fill(self) -> None:
        n, m = self.households, self.helpers
        for name, size, value in (
            ("hardest", n, False), ("is_leader", m, False), ("household_group", n, 0),
            ("helper_group", m, 0), ("current", n, -1), ("min_load", m, 0), ("unit", m, 0),
        ):  # fmt: skip
            if not getattr(self, name).size:
                self._set(name, np.full(size, value, getattr(self, name).dtype))
        if not self.branch.size:
            self._set("branch", self.unit)
        for name in ("branch", "unit"):
            size = int(getattr(self, name).max(initial=-1)) + 1
            self._default_bound(f"{name}_lower", size, 0)
            self._default_bound(f"{name}_upper", size, int(self.capacity.sum()))
        for name, shape in (("avoid", (0, 2)), ("fixed", (0, 2)), ("group_cost", (1, 1))):
            if not getattr(self, name).size:
                self._set(name, np.zeros(shape, np.int64))
        if not self.has_matrix:
            for name, size in (("needs", n), ("skills", m)):
                if getattr(self, name).ndim != 2:
                    self._set(name, np.zeros((size, 0), np.int64))

    def _default_bound(self, name: str, size: int, value: int) -> None:
        if not getattr(self, name).size:
            self._set(name, np.full(size, value, np.int64))

    def _check(self) -> None:
        self._check_shapes()
        if (self.capacity < 0).any() or (self.min_load < 0).any():
            raise ValueError("Capacities and minimum loads must not be negative.")
        if self.weight < 0 or self.change_cost < 0:
            raise ValueError("The weight and the change cost must not be negative.")
        if self.needs.size and (self.needs.min() < 0 or not _within(self.skills, TOP_SKILL)):
            raise ValueError("Needs must not be negative and skills lie between 0 and 9.")
        if (self.group_cost < FORBIDDEN).any() or (self.matrix < FORBIDDEN).any():
            raise ValueError("Costs must not be negative; -1 alone forbids a pair.")
        pairs = np.unique(np.c_[self.branch, self.unit], axis=0)
        if len(pairs) != len(np.unique(self.branch)):
            raise ValueError("The helpers of one branch must be in one unit.")

    def _check_shapes(self) -> None:
        n, m = self.households, self.helpers
        sizes = {
            "hardest": n, "household_group": n, "current": n, "is_leader": m, "helper_group": m,
            "min_load": m, "branch": m, "unit": m,
        }  # fmt: skip
        if self.has_matrix:
            wrong = [] if self.matrix.shape == (n, m) else ["matrix"]
        else:
            wrong = [] if self.household_xy.shape == (n, 2) or not n else ["household_xy"]
            wrong += [] if self.helper_xy.shape == (m, 2) or not m else ["helper_xy"]
            wrong += ["needs"] if len(self.needs) != n else []
            wrong += ["skills"] if self.skills.shape != (m, self.needs.shape[1]) else []
        wrong += [name for name, size in sizes.items() if getattr(self, name).shape != (size,)]
        for name in ("branch", "unit"):
            high = int(getattr(self, name).max(initial=-1))
            bounds = getattr(self, f"{name}_lower"), getattr(self, f"{name}_upper")
            wrong += [name] if len(bounds[0]) != len(bounds[1]) or len(bounds[0]) <= high else []
        if wrong:
            raise ValueError(f"These arrays do not fit together: {', '.join(wrong)}.")


def hardest_by_share(difficulty: npt.ArrayLike, *, share: float = 0.2) -> BoolArray:
    """The hardest share of the households by difficulty score, rounded down (R12: leaders' part).

    Ties at the border go to the household that stands first in the list.
    """
    scores = np.asarray(difficulty)
    result = np.zeros(len(scores), np.bool_)
    result[np.argsort(-scores, kind="stable")[: int(len(scores) * share)]] = True
    return result


def _whole(value: npt.ArrayLike, dtype: Any, name: str) -> Any:
    array = np.asarray(value)
    if array.dtype.kind == "f":
        if not np.isfinite(array).all():
            raise ValueError(f"{name} must be finite numbers.")
        array = np.rint(array)
    return np.ascontiguousarray(array, dtype)


def _within(values: IntArray, high: int) -> bool:
    return not values.size or bool(values.min() >= 0 and values.max() <= high)
