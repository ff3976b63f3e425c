"""Where a name stands best on an area, and whether it fits there.

The pole of inaccessibility is the inner point farthest from the boundary (Garcia-Castellanos and
Lombardo 2007), found by dividing cells as Agafonkin's polylabel does (2016). For a label that is
wider than high the plane is squeezed first, so that the circle becomes an ellipse of its shape.
"""

from collections.abc import Sequence
from heapq import heappop, heappush
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ring = NDArray[np.float64]  # n × 2, closed: the last point is the first
Rings = Sequence[Ring]  # the outer ring, then its holes
Point = tuple[float, float]


def pole(rings: Rings, *, stretch: float = 1.0, precision: float = 1.0) -> tuple[Point, float]:
    """The point and its distance to the boundary, to within `precision`.

    `stretch` is how many times wider than high a label is; the distance is that of its height.
    """
    squeezed = [ring / (stretch, 1.0) for ring in rings]
    (x, y), distance = _pole(_segments(squeezed), squeezed[0], precision)
    return (x * stretch, y), distance


def fits(rings: Rings, centre: Point, width: float, height: float) -> bool:
    """Whether a box around this centre lies wholly inside."""
    segments = _segments(rings)
    if not _is_inside(segments, centre):
        return False
    low = np.array([centre[0] - width / 2, centre[1] - height / 2])
    high = np.array([centre[0] + width / 2, centre[1] + height / 2])
    return not bool(_cross(segments, low, high).any())


def _segments(rings: Rings) -> NDArray[np.float64]:
    """Starts and ends of all edges: 2 × n × 2."""
    starts = np.concatenate([ring[:-1] for ring in rings])
    ends = np.concatenate([ring[1:] for ring in rings])
    return np.stack([starts, ends])


def _pole(segments: Any, outer: Ring, precision: float) -> tuple[Point, float]:
    low, high = outer.min(axis=0), outer.max(axis=0)
    size = float(min(high - low)) or 1.0
    best = _cell(segments, _centroid(outer), 0.0)
    heap = [best]
    for x in np.arange(low[0], high[0], size):
        for y in np.arange(low[1], high[1], size):
            centre = (float(x) + size / 2, float(y) + size / 2)
            heappush(heap, _cell(segments, centre, size / 2))
    while heap:
        cell = heappop(heap)
        best = max(best, cell, key=lambda one: one[1])
        if -cell[0] - best[1] <= precision:
            break  # no cell left can hold a point that much farther inside
        (x, y), half = cell[2], cell[3] / 2
        for dx, dy in ((-half, -half), (half, -half), (-half, half), (half, half)):
            heappush(heap, _cell(segments, (x + dx, y + dy), half))
    return best[2], best[1]


# Minus the most a point of the cell can reach, distance of its centre, centre, half of its side.
Cell = tuple[float, float, Point, float]


def _cell(segments: Any, centre: Point, half: float) -> Cell:
    distance = _distance(segments, centre)
    return (-(distance + half * sqrt(2)), distance, centre, half)


def _distance(segments: Any, point: Point) -> float:
    """To the nearest edge; negative outside."""
    starts, ends = segments
    along = ends - starts
    squared = (along**2).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        at = np.nan_to_num(((np.array(point) - starts) * along).sum(axis=1) / squared)
    nearest = starts + np.clip(at, 0, 1)[:, None] * along
    distance = float(np.sqrt(((np.array(point) - nearest) ** 2).sum(axis=1)).min())
    return distance if _is_inside(segments, point) else -distance


def _is_inside(segments: Any, point: Point) -> bool:
    """By the even-odd rule: a ray to the right crosses the edges an odd number of times."""
    (x1, y1), (x2, y2) = segments[0].T, segments[1].T
    is_level = (y1 > point[1]) != (y2 > point[1])
    with np.errstate(invalid="ignore", divide="ignore"):
        crossing = (x2 - x1) * (point[1] - y1) / (y2 - y1) + x1
    return bool((is_level & (point[0] < crossing)).sum() % 2)


def _centroid(ring: Ring) -> Point:
    (x, y), (next_x, next_y) = ring[:-1].T, ring[1:].T
    cross = x * next_y - next_x * y
    area = float(cross.sum()) * 3
    if not area:
        return (float(ring[0][0]), float(ring[0][1]))
    found = ((x + next_x) * cross).sum() / area, ((y + next_y) * cross).sum() / area
    return (float(found[0]), float(found[1]))


def _cross(segments: Any, low: Any, high: Any) -> NDArray[np.bool_]:
    """Which edges touch the box, by the method of Liang and Barsky (1984)."""
    starts, ends = segments
    along = ends - starts
    enters, leaves = np.zeros(len(starts)), np.ones(len(starts))
    for axis in (0, 1):
        with np.errstate(invalid="ignore", divide="ignore"):
            first = (low[axis] - starts[:, axis]) / along[:, axis]
            last = (high[axis] - starts[:, axis]) / along[:, axis]
        is_parallel = along[:, axis] == 0
        is_within = (starts[:, axis] >= low[axis]) & (starts[:, axis] <= high[axis])
        first = np.where(is_parallel, np.where(is_within, -np.inf, np.inf), first)
        last = np.where(is_parallel, np.where(is_within, np.inf, -np.inf), last)
        near, far = np.minimum(first, last), np.maximum(first, last)
        is_missed = is_parallel & ~is_within
        enters = np.where(is_missed, np.inf, np.maximum(enters, near))
        leaves = np.where(is_missed, -np.inf, np.minimum(leaves, far))
    return np.asarray(enters <= leaves)
