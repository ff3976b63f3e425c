"""Areas filled by a number, as ECharts options: plain dicts."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse

from jiedui.places import atlas
from jiedui.places.models import Place
from jiedui.places.shapes import shapes

LABEL = {"show": True, "color": "#1f2933", "textBorderColor": "#ffffff", "textBorderWidth": 3}
OUTLINED = ("province", "city")  # what lies below these has outlines
Number = int | float


def features(code: str) -> list[dict[str, Any]]:
    """Outlines of the areas below a place; none where none are known."""
    folder = Path(settings.SHAPES) if settings.SHAPES else None
    try:
        return list(shapes(code[:12], folder=folder)["features"])
    except atlas.UnknownPlaceError:
        return []


def area_map(
    place: Place,
    values: Mapping[str, Number | None],
    *,
    title: str,
    name: str,
    links: Mapping[str, str],
) -> dict[str, Any] | None:
    """The areas below a place; `values` and `links` by their paths. None without outlines.

    Areas without a value keep the grey of the unknown; a click opens the area.
    """
    outlines = features(place.code) if place.level in OUTLINED else []
    if not outlines:
        return None
    cut = len(next(iter(values), "")) or 6
    names = {one["properties"]["code"][:cut]: one["properties"]["name"] for one in outlines}
    known = {names[path]: value for path, value in values.items() if path in names}
    top = max((one for one in known.values() if one is not None), default=0) or 1
    return {
        "title": title,
        "map": {
            "name": f"area-{place.path}",
            "url": reverse("places:shapes", args=[place.code[:12]]),
        },
        "visualMap": {
            "min": 0,
            "max": top,
            "text": [f"{top:,}", "0"],
            "inRange": {"color": ["#e8eef4", "#b4d0e7", "#6fa8d6"]},
        },
        "series": [
            {
                "type": "map",
                "map": f"area-{place.path}",
                "name": name,
                "nameProperty": "name",
                "label": dict(LABEL),
                "data": [{"name": n, "value": v} for n, v in known.items() if v is not None],
            }
        ],
        "links": {names[path]: url for path, url in links.items() if path in names and url},
    }
