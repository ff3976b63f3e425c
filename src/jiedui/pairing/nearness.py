"""How far apart places are: rough positions in metres, good enough to compare helpers.

A place's own coordinates count, else those of the place above it, else `places.shapes.centre`: for
towns and villages that one is made up (always the same, inside the county), until surveyed ones
are on record. Metres come from an equirectangular projection: within one city its error is far
below that of the positions.
"""

from collections.abc import Iterable
from functools import lru_cache
from math import cos, hypot, radians

from jiedui.places import atlas, shapes
from jiedui.places.models import OFFICIAL_CUTS, Place

FAR_M = 10_000  # farther than this is worth a second look
DEGREE_M = 111_320  # metres of one degree of latitude
MIDDLE = 35.0  # latitude of the middle of the country; the scale of longitude is taken per call

Point = tuple[float, float]  # metres east and north


@lru_cache(maxsize=20_000)
def _made_up(path: str) -> Point | None:
    """Longitude and latitude of an official place by its path; None when no outline is known."""
    code = path[: OFFICIAL_CUTS[-1]]
    for cut in reversed(OFFICIAL_CUTS):
        if len(code) < cut:
            continue
        try:
            return shapes.centre(code[:cut].ljust(12, "0"))
        except atlas.UnknownPlaceError:
            continue  # a historical code: its town or county is known
    return None


def degrees(paths: Iterable[str]) -> dict[str, Point]:
    """Longitude and latitude by path of a place, where any is known."""
    wanted = set(paths)
    cuts = {cut for path in wanted for cut in Place.cuts(path)}
    rows = Place.objects.filter(lon__isnull=False, lat__isnull=False).order_by()
    if len(cuts) < 5000:
        rows = rows.filter(path__in=cuts)
    known: dict[str, Point] = {p: (x, y) for p, x, y in rows.values_list("path", "lon", "lat")}
    found = {}
    for path in wanted:
        own = next((known[cut] for cut in reversed(Place.cuts(path)) if cut in known), None)
        if point := own or _made_up(path):
            found[path] = point
    return found


def metres(paths: Iterable[str], *, latitude: float = MIDDLE) -> dict[str, Point]:
    """Positions in metres by path of a place; `latitude` sets the scale east to west."""
    across = DEGREE_M * cos(radians(latitude))
    return {path: (x * across, y * DEGREE_M) for path, (x, y) in degrees(paths).items()}


def scale_of(path: str) -> float:
    """The latitude to measure at in the area with this path."""
    point = _made_up(path) if path else None
    return point[1] if point else MIDDLE


def apart(one: Point | None, other: Point | None) -> int | None:
    """Metres between two positions; None when either is unknown."""
    if one is None or other is None:
        return None
    return round(hypot(one[0] - other[0], one[1] - other[1]))
