"""Charts of a proposal, as dicts."""

from typing import Any

from django.utils.translation import gettext as _

from jiedui.proposals.measuring import KM


def distances(counts: list[int]) -> dict[str, Any]:
    """How many pairs are how far apart."""
    return {
        "title": _("Pairs by distance, km"),
        "xAxis": {"type": "category", "data": [name for name, _count in classes(counts)]},
        "yAxis": {"type": "value"},
        "series": [
            {
                "type": "bar",
                "name": _("Pairs"),
                "data": counts,
                "label": {"show": True, "position": "top"},
            }
        ],
    }


def loads(lines: list[dict[str, Any]]) -> dict[str, Any]:
    """New pairs of each group of helpers beside the places it has left; lying bars."""
    return {
        "title": _("New pairs and places left"),
        "yAxis": {"type": "category", "inverse": True, "data": [one["name"] for one in lines]},
        "xAxis": {"type": "value", "axisLabel": {"show": False}, "splitLine": {"show": False}},
        "legend": {"top": 0},
        "grid": {"left": 8, "right": 24, "top": 32, "bottom": 8, "containLabel": True},
        "series": [
            _bars(_("New pairs"), [one["pairs"] for one in lines]),
            _bars(_("Places left"), [max(0, one["places"] - one["pairs"]) for one in lines]),
        ],
    }


def _bars(name: str, values: list[int]) -> dict[str, Any]:
    return {
        "type": "bar",
        "name": name,
        "stack": "places",
        "data": [value or None for value in values],
        "label": {"show": True, "color": "#ffffff"},
    }


def classes(counts: list[int]) -> list[tuple[str, int]]:
    """The classes of distance with their counts, for a table."""
    lows = ("0", *map(str, KM))
    names = [f"{low}–{high}" for low, high in zip(lows, map(str, KM), strict=False)]
    return list(zip([*names, f">{KM[-1]}"], counts, strict=False))
