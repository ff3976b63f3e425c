"""Pairing problems of several families, drawn by seed; nobody in them is real.

Sixteen thousand households lie on a square of 64 km; other sizes keep the density.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from jiedui.engines.matching import Problem

NEEDS = 12
Points = np.ndarray


def instance(
    family: str, households: int, helpers: int, *, seed: int = 1, quotas: bool = False
) -> Problem:
    """A problem of one family, all of whose households can be covered.

    `quotas` adds minimum loads and bounds on branches of about ten helpers and units of about
    fifty.
    """
    r = np.random.default_rng(seed)
    n, m = households, helpers
    side = int(64_000 * np.sqrt(n / 16_000))
    home, base = _LAND[family](r, n, m, side)
    places = {"tight": (0.45, 0.42, 0.13), "scarce": (0.3, 0.4, 0.3)}
    capacity = 1 + r.choice(5, m, p=(0.30, 0.30, 0.20, 0.10, 0.10))
    if family in places:
        capacity = 1 + r.choice(3, m, p=places[family])
    leader = np.zeros(m, np.bool_)
    leader[r.choice(m, max(1, m * 8 // 100), replace=False)] = True
    capacity[leader] = np.maximum(capacity[leader], 2)
    hardest = np.zeros(n, np.bool_)
    share = 0.98 * capacity[leader].sum() if family == "scarce" else min(n // 10, leader.sum() * 2)
    hardest[r.choice(n, int(share), replace=False)] = True
    rules: dict[str, Any] = {}
    if family != "ties":
        rules |= _needs_and_skills(r, n, m)
    if family == "detours":
        # A river from west to east with three bridges: the other bank is three kilometres further.
        rules["household_group"] = (home[:, 1] > side // 2).astype(np.int64)
        rules["helper_group"] = (base[:, 1] > side // 2).astype(np.int64)
        rules["group_cost"] = np.array([[0, 300], [300, 0]])
    if quotas:
        rules |= _tree(r, capacity, share=n / capacity.sum())
    near = r.choice(n, n // 2, replace=False)
    return Problem(
        capacity=capacity, household_xy=home, helper_xy=base, hardest=hardest, is_leader=leader,
        avoid=np.c_[near, r.integers(0, m, len(near))], **rules,
    )  # fmt: skip


def _needs_and_skills(r: np.random.Generator, n: int, m: int) -> dict[str, Any]:
    needs, often = np.zeros((n, NEEDS), np.int64), r.dirichlet(np.ones(NEEDS) * 0.9)
    for weight in (5, 3, 1):
        needs[np.arange(n), r.choice(NEEDS, n, p=often)] += weight
    strengths = r.integers(0, 6, (max(4, m // 50), NEEDS))
    of = np.sort(r.integers(0, len(strengths), m))
    skills = (strengths[of] + r.integers(0, 5, (m, NEEDS))).clip(0, 9)
    return {"needs": needs, "skills": skills}


def _tree(r: np.random.Generator, capacity: np.ndarray, *, share: float) -> dict[str, Any]:
    m = len(capacity)
    units, branches = max(4, m // 50), max(8, m // 10)
    unit = np.sort(r.integers(0, units, branches))
    branch = np.sort(r.integers(0, branches, m))
    at_branch = np.bincount(branch, capacity, branches).astype(np.int64)
    at_unit = np.bincount(unit, at_branch, units).astype(np.int64)
    return {
        "min_load": (r.random(m) < 0.3).astype(np.int64),
        "node": branch,
        "parent": np.r_[branches + unit, np.full(units, -1)],
        "lower": np.floor(np.r_[0.3 * share * at_branch, 0.5 * share * at_unit]).astype(np.int64),
        "upper": np.ceil(np.r_[0.97 * at_branch, 0.95 * at_unit]).astype(np.int64),
    }


def _clustered(r: np.random.Generator, n: int, m: int, side: int) -> tuple[Points, Points]:
    """Villages around district seats; six helpers in ten live in a seat, the others in villages of
    the same district. Helpers stand in the order of districts, so branches lie together."""
    districts, villages = max(3, round(15 * n / 16_000)), max(10, n // 55)
    seats = r.integers(side // 12, side - side // 12, (districts, 2))
    district = np.sort(r.integers(0, districts, villages))
    village = seats[district] + r.normal(0, side / np.sqrt(districts) * 0.45, (villages, 2))
    home = village[r.choice(villages, n, p=r.dirichlet(np.ones(villages) * 2))]
    of = np.sort(r.choice(districts, m, p=r.dirichlet(np.ones(districts) * 1.5)))
    first, last = np.searchsorted(district, of), np.searchsorted(district, of, side="right")
    local = village[(first + r.random(m) * (last - first)).astype(np.int64).clip(max=villages - 1)]
    out = r.random((m, 1)) < 0.4
    base = np.where(out, local + r.normal(0, 600, (m, 2)), seats[of] + r.normal(0, 1_200, (m, 2)))
    return _on(home + r.normal(0, 600, (n, 2)), side), _on(base, side)


def _uniform(r: np.random.Generator, n: int, m: int, side: int) -> tuple[Points, Points]:
    return r.integers(0, side, (n, 2)), r.integers(0, side, (m, 2))


def _town(r: np.random.Generator, n: int, m: int, side: int) -> tuple[Points, Points]:
    """One big town in the middle, where nearly all helpers are and few households."""
    return r.integers(0, side, (n, 2)), _on(side / 2 + r.normal(0, side / 16, (m, 2)), side)


def _grid(r: np.random.Generator, n: int, m: int, side: int) -> tuple[Points, Points]:
    """Everybody at a crossing of a coarse grid, and no needs: distances tie by the thousand."""
    step = side // 24
    return r.integers(0, 25, (n, 2)) * step, r.integers(0, 25, (m, 2)) * step


def _villages(r: np.random.Generator, n: int, m: int, side: int) -> tuple[Points, Points]:
    """Nobody's home is known better than by the village, nobody's desk better than by the unit."""
    village = r.integers(0, side, (max(5, n // 80), 2))
    unit = r.integers(0, side, (max(3, m // 160), 2))
    return village[r.integers(0, len(village), n)], unit[np.sort(r.integers(0, len(unit), m))]


def _on(points: np.ndarray, side: int) -> Points:
    return np.rint(points).clip(0, side).astype(np.int64)


_LAND: dict[str, Callable[..., tuple[Points, Points]]] = {
    "clustered": _clustered,
    "uniform": _uniform,
    "town": _town,
    "scarce": _clustered,
    "tight": _clustered,
    "ties": _grid,
    "detours": _clustered,
    "villages": _villages,
}
FAMILIES = tuple(_LAND)
