"""The areas below a place as shapes of an SVG, each with the point where its name stands best."""

from dataclasses import dataclass
from functools import lru_cache
from math import cos, radians
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings

from jiedui.engines import outlines
from jiedui.places import atlas
from jiedui.places.models import Place
from jiedui.places.shapes import shapes

WIDTH, HIGHEST = 640, 560  # of the picture, in its own units
STRETCH = 2.5  # a name over its number is so many times wider than high
OUTLINED = ("province", "city")  # what lies below these has outlines
LINE = 1.25  # height of a line of text in its type size


@dataclass(frozen=True)
class Shape:
    """`path` is drawn; `rings` is its largest part, `centre` the point farthest inside it."""

    code: str
    name: str
    path: str
    rings: tuple[outlines.Ring, ...]
    centre: outlines.Point

    def fits(self, *lines: str, size: float) -> bool:
        """Whether these lines of text fit inside in this type size."""
        width = size * max(text_width(line) for line in lines)
        return outlines.fits(self.rings, self.centre, width, size * LINE * len(lines))


@dataclass(frozen=True)
class Picture:
    width: int
    height: int
    shapes: tuple[Shape, ...]


def text_width(text: str) -> float:
    """In type sizes: a Chinese character is as wide as it is high, others about half of that."""
    return sum(1.0 if ord(one) > 0x2E7F else 0.6 for one in text)


def picture(place: Place) -> Picture | None:
    """The areas below a place; None where no outlines are known."""
    if place.level not in OUTLINED:
        return None
    try:
        return _picture(place.code[:12], Path(settings.SHAPES) if settings.SHAPES else None)
    except atlas.UnknownPlaceError:
        return None


@lru_cache(maxsize=32)
def _picture(code: str, folder: Path | None) -> Picture | None:
    features = shapes(code, folder=folder)["features"]
    if not features:
        return None
    points = np.array([p for one in features for ring in _rings(one) for p in ring])
    low, high = points.min(axis=0), points.max(axis=0)
    # A degree of longitude is shorter than one of latitude, the more so the farther north.
    squeeze = np.array([cos(radians(float(low[1] + high[1]) / 2)), 1.0])
    size = (high - low) * squeeze
    scale = min((WIDTH - 8) / size[0], (HIGHEST - 8) / size[1])
    origin = np.array([low[0], high[1]])
    turned = np.array([1.0, -1.0])  # north is up
    margin = np.array([(WIDTH - size[0] * scale) / 2, 4.0])

    def placed(ring: Any) -> outlines.Ring:
        return (np.array(ring) - origin) * squeeze * turned * scale + margin

    drawn = tuple(_shape(one, placed) for one in features)
    return Picture(WIDTH, int(size[1] * scale) + 8, drawn)


def _rings(feature: Any) -> list[Any]:
    return [ring for polygon in feature["geometry"]["coordinates"] for ring in polygon]


def _shape(feature: Any, placed: Any) -> Shape:
    polygons = [[placed(ring) for ring in one] for one in feature["geometry"]["coordinates"]]
    largest = max(polygons, key=lambda rings: _size(rings[0]))
    centre, _distance = outlines.pole(largest, stretch=STRETCH)
    return Shape(
        code=feature["properties"]["code"],
        name=feature["properties"]["name"],
        path="".join(_path(ring) for polygon in polygons for ring in polygon),
        rings=tuple(largest),
        centre=(round(centre[0], 1), round(centre[1], 1)),
    )


def _size(ring: outlines.Ring) -> float:
    (x, y), (next_x, next_y) = ring[:-1].T, ring[1:].T
    return abs(float((x * next_y - next_x * y).sum()))


def _path(ring: outlines.Ring) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in ring[:-1]) + "Z"
