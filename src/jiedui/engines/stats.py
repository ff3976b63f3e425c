"""Rates and how sure one may be of them."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, sqrt

Z_95 = 1.959963984540054


@dataclass(frozen=True)
class Interval:
    """A share between 0 and 1 with the bounds it lies within at the chosen confidence."""

    point: float
    low: float
    high: float


def wilson(successes: int, *, trials: int, z: float = Z_95) -> Interval:
    """The Wilson score interval of a share (1927): honest also near 0, near 1 and for few trials.

    Nothing asked, nothing known: no trials give the interval from 0 to 1 around a point of 0.
    """
    if not 0 <= successes <= trials:
        raise ValueError(f"{successes} successes of {trials} trials cannot be.")
    if trials == 0:
        return Interval(point=0.0, low=0.0, high=1.0)
    share = successes / trials
    scale = 1 + z * z / trials
    centre = (share + z * z / (2 * trials)) / scale
    half = z * sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials)) / scale
    # At the ends the bound is exact; floating point would leave it a hair inside.
    low = 0.0 if successes == 0 else max(0.0, centre - half)
    high = 1.0 if successes == trials else min(1.0, centre + half)
    return Interval(point=share, low=low, high=high)


def sample_size(population: int, *, margin: float, z: float = 1.96, share: float = 0.5) -> int:
    """How many to ask so that a share is known within ± margin (R17, finite population).

    n = N·z²p(1−p) / (e²(N−1) + z²p(1−p)), rounded up and never more than the population.
    """
    if population < 0 or not 0 < margin < 1 or not 0 < share < 1:
        raise ValueError("Population must not be negative; margin and share lie between 0 and 1.")
    if population == 0:
        return 0
    spread = z * z * share * (1 - share)
    needed = population * spread / (margin * margin * (population - 1) + spread)
    return min(population, ceil(needed - 1e-9))
