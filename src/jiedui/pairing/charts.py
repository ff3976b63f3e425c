"""Charts of a proposal, as dicts."""

from typing import Any

from django.utils.translation import gettext as _

from jiedui.campaigns.playbook import Playbook
from jiedui.pairing.proposing import KM


def distances(counts: list[int]) -> dict[str, Any]:
    """How many pairs are how far apart."""
    lows = ("0", *map(str, KM))
    names = [f"{low}–{high}" for low, high in zip(lows, map(str, KM), strict=False)]
    return {
        "title": _("Pairs by distance, km"),
        "xAxis": {"type": "category", "data": [*names, f">{KM[-1]}"]},
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


def loads(book: Playbook, ranks: list[dict[str, Any]]) -> dict[str, Any]:
    """How many pairs each rank takes on."""
    by_key = {one["rank"]: one for one in ranks}
    order = [*(rank.key for rank in book.ranks), ""]
    shown = [key for key in order if key in by_key]
    names = {rank.key: str(rank.name) for rank in book.ranks}
    return {
        "title": _("New pairs by rank of the helper"),
        "xAxis": {"type": "category", "data": [names.get(key, _("no rank")) for key in shown]},
        "yAxis": {"type": "value"},
        "series": [
            {
                "type": "bar",
                "name": _("Pairs"),
                "data": [by_key[key]["pairs"] for key in shown],
                "label": {"show": True, "position": "top"},
            }
        ],
    }
