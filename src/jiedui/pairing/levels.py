"""Two levels of pairs: units answer for villages, their members for households there.

Where the playbook asks for it (`inside_unit`), this says where the two levels disagree.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from jiedui.campaigns.models import Campaign
from jiedui.campaigns.playbook.pairs import Pairing
from jiedui.pairing import coverage
from jiedui.pairing.models import Pair
from jiedui.pairing.units import Units


@dataclass(frozen=True)
class Levels:
    """Keys of what disagrees.

    `outside` are pairs whose helper's unit does not answer for the village; `unanswered` villages
    with households but no unit, each with how many households; `idle` pairs of units with villages
    in which they help no household.
    """

    outside: list[int]
    unanswered: list[tuple[int, int]]
    idle: list[int]


def kinds_inside_units(campaign: Campaign) -> list[Pairing]:
    """Kinds of pair that are to keep to the villages of a unit; the main one first."""
    found = [one for one in campaign.playbook.pairings if one.inside_unit]
    return sorted(found, key=lambda one: not one.main)


def village_kinds(campaign: Campaign) -> list[Pairing]:
    """Kinds of pair in which an organisation answers for a place of the official tree."""
    playbook = campaign.playbook
    return [one for one in playbook.pairings if one.helper == "organisation" and one.place_level]


def compare(campaign: Campaign, pairing: Pairing, *, among: QuerySet[Any] | None = None) -> Levels:
    """Where pairs of this kind and the pairs of units with villages disagree; of `among` alone, if
    given."""
    pairs = Pair.objects.current()
    if among is not None:
        pairs = pairs.filter(pk__in=among.order_by().values("pk"))
    running = list(
        pairs.filter(
            campaign=campaign, kind=pairing.key, overlap_until=None, household__isnull=False
        )
        .order_by("pk")
        .values_list("pk", "household__place", "organisation__path")
    )
    answering = _answering(campaign, pairs)
    paths = {path for _pk, _place, path in [*running, *answering]}
    units = Units.of(campaign, paths=paths)
    unit_of = {path: units.unit(path) for path in paths}
    outside = [
        pk
        for pk, place, path in running
        if place in units.ties and unit_of[path] not in units.ties[place]
    ]
    helped = {(place, unit_of[path]) for _pk, place, path in running}
    idle = [pk for pk, place, path in answering if (place, unit_of[path]) not in helped]
    return Levels(outside, _unanswered(campaign, pairing, units), idle)


def _unanswered(campaign: Campaign, pairing: Pairing, units: Units) -> list[tuple[int, int]]:
    homes = coverage.eligible(campaign, pairing).order_by().values_list("place", flat=True)
    counted = Counter(place for place in homes if place not in units.ties)
    return sorted(counted.items(), key=lambda one: (-one[1], one[0]))


def _answering(campaign: Campaign, pairs: QuerySet[Any]) -> list[tuple[int, int, str]]:
    """Pairs of a unit and a village: key, place, path of the organisation."""
    kinds = [one.key for one in village_kinds(campaign)]
    rows = pairs.filter(overlap_until=None, campaign=campaign, kind__in=kinds, place__isnull=False)
    found = rows.order_by("organisation__path", "pk")
    return list(found.values_list("pk", "place", "organisation__path"))
