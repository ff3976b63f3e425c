"""What is to be paired, in plain arrays.

The cost of a pair is a whole number by definition, so every method computes the same:

    floor(distance in metres / 10) + weight · Σ need · (9 − skill) + group cost

with coordinates rounded to whole metres. One unit is ten metres of travel.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from decimal import Decimal
from functools import cached_property
from operator import index
from typing import Any

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
FORBIDDEN = -1
TOP_SKILL = 9
# Metres on each axis, 2^24.5: below that the square of any distance stays within 2^52, where the
# rounded root has the right floor. Web Mercator ends at 20,037,508.
WIDEST = 23_726_566
DEAREST = 1 << 40  # no single number of a cost may be larger
NEEDIEST = 1 << 24  # single precision is exact up to here
NO_BOUND = 1 << 40
TOO_LARGE = 1 << 62

NOTHING: Any = ()  # an array left out
_FLAGS = ("hardest", "is_leader")
_NUMBERS = ("weight", "change_cost")
_NOT_NEGATIVE = (
    "capacity", "needs", "weight", "change_cost", "load_cost", "min_load", "lower", "upper",
)  # fmt: skip


@dataclass(frozen=True, eq=False, kw_only=True)
class Problem:
    """Households, helpers and the rules between them; N households, M helpers, D kinds of need.

    Above the helpers stands a tree of T nodes (branches, units, …): `node` is the lowest node of
    each helper and `parent` the node above each node, -1 where none is. The households of all
    helpers below a node are counted against its bounds.

    Arrays left out mean: no needs, nobody hardest, one group, no minimum, no bounds, no current
    pair. Raises ValueError for shapes that do not fit, numbers that are negative or too large and
    rules that contradict one another, naming the field.
    """

    capacity: IntArray  # (M,) most households of each helper
    household_xy: IntArray = NOTHING  # (N, 2) metres
    helper_xy: IntArray = NOTHING  # (M, 2) metres
    needs: IntArray = NOTHING  # (N, D) weights of need
    skills: IntArray = NOTHING  # (M, D) 0 to 9
    weight: int = 6
    matrix: Any = NOTHING  # (N, M) costs in place of features: an array, -1 forbids; or scipy CSR
    hardest: BoolArray = NOTHING  # (N,) go to leaders only
    is_leader: BoolArray = NOTHING  # (M,)
    household_group: IntArray = NOTHING  # (N,)
    helper_group: IntArray = NOTHING  # (M,)
    group_cost: IntArray = NOTHING  # (household groups, helper groups); -1 forbids
    avoid: IntArray = NOTHING  # (K, 2) pairs (household, helper) that must not be
    fixed: IntArray = NOTHING  # (K, 2) pairs that must be
    current: IntArray = NOTHING  # (N,) helper a household has now, -1 none
    change_cost: int = 0  # charged when a household with a current helper gets another
    keeps: bool = False  # fewest changes come before cost, whatever it is
    load_cost: IntArray = NOTHING  # (K,) what a helper's first, second, … household costs; rising
    min_load: IntArray = NOTHING  # (M,) wished for, after coverage and before changes and cost
    node: IntArray = NOTHING  # (M,) -1: under the root
    parent: IntArray = NOTHING  # (T,)
    lower: IntArray = NOTHING  # (T,) wished for, as min_load
    upper: IntArray = NOTHING  # (T,)

    def __post_init__(self) -> None:
        for one in fields(self):
            value = getattr(self, one.name)
            if one.name == "matrix" and _is_sparse(value):
                self._set("matrix", _rows(value))
            elif one.name in _NUMBERS:
                self._set(one.name, _number(value, one.name))
            elif one.name == "keeps":
                self._set("keeps", bool(value))
            else:
                dtype = np.bool_ if one.name in _FLAGS else np.int64
                self._set(one.name, _whole(value, dtype, one.name))
        self._fill()
        self._check()

    @classmethod
    def from_matrix(
        cls, costs: Any, capacity: npt.ArrayLike | None = None, **rules: Any
    ) -> Problem:
        """A problem whose costs are given pair by pair.

        `costs` is an N × M array, where -1 forbids a pair, or a scipy sparse array, where a missing
        entry forbids it and a stored nought costs nothing. `capacity` left out means one each.
        """
        matrix = costs if _is_sparse(costs) else np.asarray(costs)
        if matrix.ndim != 2:
            raise ValueError("The costs must be a table of households by helpers.")
        room = np.ones(matrix.shape[1], np.int64) if capacity is None else np.asarray(capacity)
        return cls(matrix=matrix, capacity=room, **rules)

    @property
    def households(self) -> int:
        return int(self.matrix.shape[0]) if self.has_matrix else len(self.household_xy)

    @property
    def helpers(self) -> int:
        return len(self.capacity)

    @property
    def has_matrix(self) -> bool:
        return bool(self.matrix.ndim == 2)

    @property
    def is_sparse(self) -> bool:
        return _is_sparse(self.matrix)

    @cached_property
    def avoid_keys(self) -> IntArray:
        """household · M + helper of every pair that must not be, sorted."""
        return np.unique(self.avoid[:, 0] * self.helpers + self.avoid[:, 1])

    @cached_property
    def stored_keys(self) -> IntArray:
        """household · M + helper of every entry of a sparse matrix, as they are stored."""
        row = np.repeat(np.arange(self.households), np.diff(self.matrix.indptr))
        return row * self.helpers + self.matrix.indices

    @cached_property
    def rising(self) -> IntArray:
        """The nodes of the tree, every node before the one above it."""
        depth = np.zeros(len(self.parent), np.int64)
        at = self.parent.copy()
        for _ in range(len(self.parent) + 1):
            if not (at >= 0).any():
                return np.argsort(-depth, kind="stable")
            depth += at >= 0
            at = np.where(at >= 0, self.parent[at], -1)
        raise ValueError("The tree of nodes runs in a circle.")

    @cached_property
    def closed(self) -> BoolArray:
        """(M + T,) Helpers and nodes through which nobody can go: they, or a node above, may have
        none at all."""
        closed = self.under(self.upper <= 0)
        closed[: self.helpers] |= self.capacity <= 0
        return closed

    def under(self, nodes: BoolArray) -> BoolArray:
        """(M + T,) Helpers and nodes that are below any of these nodes, (T,), or are one."""
        nodes = nodes.copy()
        for one in self.rising[::-1].tolist():
            if self.parent[one] >= 0:
                nodes[one] |= nodes[self.parent[one]]
        return np.r_[np.r_[nodes, False][self.node], nodes]

    def below(self, load: IntArray) -> IntArray:
        """(T,) How much of the helpers' load, (M,), lies below each node."""
        under = self.node >= 0
        total = np.zeros(len(self.parent), np.int64)
        np.add.at(total, self.node[under], load[under])
        for one in self.rising.tolist():
            if self.parent[one] >= 0:
                total[self.parent[one]] += total[one]
        return total

    def _set(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)

    def _fill(self) -> None:
        n, m, t = self.households, self.helpers, len(self.parent)
        for name, size, value in (
            ("hardest", n, False), ("is_leader", m, False), ("household_group", n, 0),
            ("helper_group", m, 0), ("current", n, -1), ("min_load", m, 0), ("node", m, -1),
            ("lower", t, 0), ("upper", t, NO_BOUND), ("load_cost", 1, 0),
        ):  # fmt: skip
            if not getattr(self, name).size:
                self._set(name, np.full(size, value, getattr(self, name).dtype))
        for name, shape in (("avoid", (0, 2)), ("fixed", (0, 2)), ("group_cost", (1, 1))):
            if not getattr(self, name).size:
                self._set(name, np.zeros(shape, np.int64))
        if not self.has_matrix:
            for name, size in (("needs", n), ("skills", m)):
                if getattr(self, name).ndim != 2:
                    self._set(name, np.zeros((size, 0), np.int64))

    def _check(self) -> None:
        self._check_shapes()
        _ = self.rising
        for name in _NOT_NEGATIVE:
            if np.min(getattr(self, name), initial=0) < 0:
                raise ValueError(f"{name} must not be negative.")
        if (np.diff(self.load_cost) < 0).any():
            raise ValueError("load_cost: one more household must not cost a helper less.")
        if not _within(self.skills, TOP_SKILL):
            raise ValueError(f"skills must lie between 0 and {TOP_SKILL}.")
        self._check_costs()
        self._check_members()

    def _check_costs(self) -> None:
        """Raises ValueError for negative costs, and where sums of costs would not be exact."""
        stored = self.matrix.data if self.is_sparse else self.matrix
        for name, costs in (("matrix", stored), ("group_cost", self.group_cost)):
            if (costs < FORBIDDEN).any():
                raise ValueError(f"{name} must not be negative; -1 alone forbids a pair.")
        lack = 0
        if not self.has_matrix:
            if int(self.needs.max(initial=0)) > NEEDIEST:
                raise ValueError(f"needs must not be larger than {NEEDIEST}.")
            lack = TOP_SKILL * self.weight * int(self.needs.sum(axis=1).max(initial=0))
        for name, most in (
            ("matrix", stored.max(initial=0)), ("group_cost", self.group_cost.max()),
            ("change_cost", self.change_cost), ("load_cost", self.load_cost.max()),
            ("weight · needs", lack),
        ):  # fmt: skip
            if int(most) > DEAREST:
                raise ValueError(f"{name} makes a cost larger than {DEAREST}.")

    def _check_members(self) -> None:
        """Every number that names a household, helper, group or node names one there is."""
        n, m = self.households, self.helpers
        groups = self.group_cost.shape
        for name, values, high in (
            ("household_group", self.household_group, groups[0]), ("node", self.node + 1, None),
            ("helper_group", self.helper_group, groups[1]), ("current", self.current + 1, m + 1),
            ("avoid", self.avoid[:, 0], n), ("avoid", self.avoid[:, 1], m),
            ("fixed", self.fixed[:, 0], n), ("fixed", self.fixed[:, 1], m),
        ):  # fmt: skip
            if values.size and (values.min() < 0 or (high is not None and values.max() >= high)):
                raise ValueError(f"{name} names something that is not there.")
        if not self.has_matrix:
            for name in ("household_xy", "helper_xy"):
                if not _within(getattr(self, name) + WIDEST, 2 * WIDEST):
                    raise ValueError(f"{name} must lie within {WIDEST} metres of the origin.")

    def _check_shapes(self) -> None:
        n, m, t = self.households, self.helpers, len(self.parent)
        sizes = {
            "hardest": n, "household_group": n, "current": n, "is_leader": m, "helper_group": m,
            "min_load": m, "node": m, "lower": t, "upper": t, "capacity": m,
        }  # fmt: skip
        if self.has_matrix:
            wrong = [] if self.matrix.shape == (n, m) else ["matrix"]
        else:
            wrong = [] if self.household_xy.shape == (n, 2) or not n else ["household_xy"]
            wrong += [] if self.helper_xy.shape == (m, 2) or not m else ["helper_xy"]
            wrong += ["needs"] if len(self.needs) != n else []
            wrong += ["skills"] if self.skills.shape != (m, self.needs.shape[1]) else []
        wrong += [name for name, size in sizes.items() if getattr(self, name).shape != (size,)]
        wrong += ["node"] if int(self.node.max(initial=-1)) >= t else []
        wrong += ["parent"] if not _within(self.parent + 1, t) else []
        wrong += ["load_cost"] if self.load_cost.ndim != 1 else []
        wrong += [name for name in ("avoid", "fixed") if getattr(self, name).shape[1:] != (2,)]
        wrong += ["group_cost"] if self.group_cost.ndim != 2 else []
        if wrong:
            raise ValueError(
                f"These arrays do not fit together: {', '.join(dict.fromkeys(wrong))}."
            )


def hardest_by_share(difficulty: npt.ArrayLike, *, share: float = 0.2) -> BoolArray:
    """The hardest share of the households by difficulty score, rounded down (R12: leaders' part).

    Ties at the border go to the household that stands first in the list. Raises ValueError for a
    share that is none.
    """
    if not 0 <= share <= 1:
        raise ValueError("A share lies between 0 and 1.")
    scores = np.asarray(difficulty)
    count = int(len(scores) * Decimal(str(share)))  # 0.29 of a hundred are 29, not 28.999…
    result = np.zeros(len(scores), np.bool_)
    result[np.argsort(-scores, kind="stable")[:count]] = True
    return result


def _is_sparse(value: Any) -> bool:
    """Whether this is one of scipy's sparse arrays; asked without loading scipy."""
    return hasattr(value, "tocsr")


def _rows(matrix: Any) -> Any:
    """The same costs as whole numbers row by row, each row in the order of helpers."""
    rows = matrix.tocsr(copy=True)
    rows.sum_duplicates()
    rows.data = _whole(rows.data, np.int64, "matrix")
    return rows


def _number(value: Any, name: str) -> int:
    try:
        return index(value)
    except TypeError:
        raise ValueError(f"{name} must be a whole number.") from None


def _whole(value: npt.ArrayLike, dtype: Any, name: str) -> Any:
    """The same numbers, rounded to whole ones; ValueError for what is no number or too large."""
    array = np.asarray(value)
    if array.dtype.kind not in "biuf":
        raise ValueError(f"{name} must be numbers.")
    if array.dtype.kind == "f":
        if not np.isfinite(array).all():
            raise ValueError(f"{name} must be finite numbers.")
        if name in ("matrix", "group_cost") and ((array < 0) & (array != FORBIDDEN)).any():
            raise ValueError(f"{name} must not be negative; -1 alone forbids a pair.")
        array = np.rint(array)
    if array.dtype.kind in "uf" and array.size and abs(array).max() >= TOO_LARGE:
        raise ValueError(f"{name} must be numbers of less than 64 bits.")
    return np.ascontiguousarray(array, dtype)


def _within(values: IntArray, high: int) -> bool:
    return not values.size or bool(values.min() >= 0 and values.max() <= high)
