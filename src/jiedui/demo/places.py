"""The area tree of a demonstration: places of the national list, as the campaign knew them."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from jiedui.demo.names import spelled
from jiedui.demo.writing import Writer
from jiedui.places import atlas, shapes
from jiedui.places.atlas_search import FILLERS
from jiedui.places.models import OFFICIAL_CUTS, Level, Place

COLUMNS = "id parent path code name level kind pinyin initials lon lat"
LENGTH = dict(zip(Level.values, OFFICIAL_CUTS, strict=False))


@dataclass(frozen=True)
class Spot:
    """A place to be written; the path differs from the code where a zone took a town over."""

    code: str
    path: str
    name: str
    level: str
    kind: str


def write_places(writer: Writer, rng: Random, *, root: str, former: Path | None) -> list[Place]:
    """Write the tree below (and above) a place, with what the file of former places says
    differently.

    Places that are here already are used as they are. Returns those at and below the root.
    """
    path = path_of(root)
    above = [_spot(place) for place in atlas.ancestors(path)]
    changes = _changes(former)
    spots = sorted([*above, *_below(path, changes)], key=lambda spot: spot.path)
    known = {place.path: place for place in Place.objects.filter(path__in=[s.path for s in spots])}
    fresh = [spot for spot in spots if spot.path not in known]
    first = writer.first_id(Place, rows=len(fresh))
    rows = []
    for number, spot in enumerate(fresh, start=first):
        place = _place(number, spot, known, rng)
        known[spot.path] = place
        sounds = spelled(spot.name, is_person=False)
        rows.append(
            (
                place.pk,
                place.parent_id,
                place.path,
                place.code,
                place.name,
                place.level,
                place.kind,
                *sounds,
                place.lon,
                place.lat,
            )
        )
    writer.write(Place, rows, columns=COLUMNS)
    return [place for at, place in sorted(known.items()) if at.startswith(path)]


def spoken_name(place: Place) -> str:
    """How people say a village's name: 荒地村 for 荒地村委会, 荣滨社区 for 荣滨居委会."""
    name = place.name.replace("居民委员会", "居委会").replace("村民委员会", "村委会")
    if name.endswith("居委会"):
        return name.removesuffix("居委会").removesuffix("社区") + "社区"
    if name.endswith("村委会"):
        return name.removesuffix("村委会").removesuffix("村") + "村"
    return name


def _changes(file: Path | None) -> dict[str, Any]:
    """Differences from the atlas: former places, newer ones, and zones that took towns over."""
    return tomllib.loads(file.read_text(encoding="utf-8")) if file else {}


def _below(path: str, changes: dict[str, Any]) -> Iterator[Spot]:
    """The tree of the campaign's own time, which is the present of the demonstration.

    So former places stand, and what came later is not there yet.
    """
    later = {place["code"] for place in changes.get("outside", ())}
    moved = {
        path_of(town): path_of(zone["code"])
        for zone in changes.get("zone", ())
        for town in zone["towns"]
    }
    for zone in changes.get("zone", ()):
        yield Spot(zone["code"], path_of(zone["code"]), zone["name"], "county", "economic_zone")
    listed = [_spot(place) for place in atlas.subtree(path) if place.code not in later]
    former = [
        Spot(p["code"], path_of(p["code"]), p["name"], p["level"], p["kind"])
        for p in changes.get("place", ())
    ]
    for spot in [*listed, *former]:
        if spot.name not in FILLERS:
            zone_path = moved.get(spot.path[:9])
            at = zone_path + spot.path[6:] if zone_path else spot.path
            yield Spot(spot.code, at, spot.name, spot.level, spot.kind)


def _spot(place: atlas.AtlasPlace) -> Spot:
    kind = place.kind if place.level in ("town", "village") else ""
    if place.level == "county":  # the code does not say; the name does
        kind = "district" if place.name.endswith("区") else "county"
    return Spot(place.code, path_of(place.code), place.name, place.level, kind)


def path_of(code: str) -> str:
    """The digits of the code that say something: 211104000000 is 211104."""
    code = f"{code:0<12}"
    ends = [n for n in OFFICIAL_CUTS if not code[n:].strip("0")]
    return code[: ends[0]]


def _place(number: int, spot: Spot, known: dict[str, Place], rng: Random) -> Place:
    cuts = Place.cuts(spot.path)
    parent = known.get(cuts[-2]) if len(cuts) > 1 else None
    lon, lat = _point(spot, parent, rng)
    return Place(
        id=number,
        parent=parent,
        path=spot.path,
        code=spot.code,
        name=spot.name,
        level=spot.level,
        kind=spot.kind,
        lon=lon,
        lat=lat,
    )


def _point(spot: Spot, parent: Place | None, rng: Random) -> tuple[float | None, float | None]:
    """Made up inside the county; for a former place near its town."""
    if atlas.find(spot.code):
        point = shapes.centre(spot.code)
        if point:
            return point
    if parent is None or parent.lon is None or parent.lat is None:
        return None, None
    return round(parent.lon + rng.gauss(0, 0.02), 5), round(parent.lat + rng.gauss(0, 0.015), 5)
