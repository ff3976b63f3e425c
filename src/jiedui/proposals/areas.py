"""A plan area by area: how many households have somebody, and how far these are."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Avg, Count, Q
from django.db.models.functions import Substr
from django.utils.translation import gettext as _

from jiedui.places.charts import area_map
from jiedui.places.models import OFFICIAL_CUTS, Place
from jiedui.proposals.models import Proposal


@dataclass(frozen=True)
class Area:
    """`mean_km` is the mean way of its pairs, None where none is known."""

    path: str
    name: str
    households: int
    covered: int
    mean_km: float | None
    url: str


def count(proposal: Proposal) -> list[dict[str, Any]]:
    """The areas one level below the campaign's place, to be kept with the plan."""
    path = proposal.campaign.place.path
    cut = next((cut for cut in OFFICIAL_CUTS if cut > len(path)), len(path))
    rows = proposal.rows.filter(is_left_out=False).order_by()
    has_helper = Q(member__isnull=False)
    found = rows.values(path=Substr("household__place__path", 1, cut)).annotate(
        households=Count("pk"),
        covered=Count("pk", filter=has_helper),
        metres=Avg("distance_m", filter=has_helper),
    )
    return [dict(one) for one in found.order_by("path")]


def of(proposal: Proposal) -> list[Area]:
    """What was counted, with the names of today."""
    kept = proposal.loads.get("areas", [])
    names = dict(Place.objects.filter(path__in=[one["path"] for one in kept])
                 .values_list("path", "name"))  # fmt: skip
    return [
        Area(
            one["path"],
            names.get(one["path"], one["path"]),
            one["households"],
            one["covered"],
            None if one["metres"] is None else round(one["metres"] / 1000, 1),
            f"{proposal.get_absolute_url()}?place={one['path']}",
        )
        for one in kept
    ]


def on_a_map(proposal: Proposal, areas: list[Area]) -> dict[str, Any] | None:
    """Areas coloured by the mean way; None where no outline is known."""
    return area_map(
        proposal.campaign.place,
        {one.path: one.mean_km for one in areas},
        title=_("Mean way by area, km"),
        name=_("Mean way, km"),
        links={one.path: one.url for one in areas},
    )
