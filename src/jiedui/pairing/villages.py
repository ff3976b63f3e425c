"""Which organisation might answer for which place that nobody keeps: the same engine on the
conditions of places and the strengths of organisations (聊城, branches and villages)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils import timezone

from jiedui.campaigns.models import Campaign
from jiedui.campaigns.playbook.pairs import Pairing
from jiedui.core.trees import below
from jiedui.engines.matching import Problem, solve, verify
from jiedui.households.models import Need
from jiedui.orgs.models import Organisation
from jiedui.pairing import actions, nearness
from jiedui.pairing.models import Pair
from jiedui.pairing.question import COLUMN, KINDS, UNIT_SKILL
from jiedui.pairing.units import Units
from jiedui.places.models import Place

COMMON = (5, 3, 1)  # weights of the commonest, second and third kind of open need in a place
MOST = 500  # places proposed at once


@dataclass(frozen=True)
class Offer:
    """An organisation for a place, and what speaks for it: the way in metres where known, kinds of
    need (NEED_KIND) that are common there and a strength here, places carried now and at most."""

    place: Place
    organisation: Organisation
    distance_m: int | None
    fits: list[str]
    taken: int
    most: int


def takes_offers(pairing: Pairing) -> bool:
    """Whether this kind of pair is between organisations and places."""
    return pairing.helper == "organisation" and pairing.helped == "place"


def candidates(campaign: Campaign, pairing: Pairing) -> QuerySet[Organisation]:
    """Standing organisations of the campaign that this kind of pair may call upon."""
    rows = Organisation.objects.standing().filter(below(campaign.organisation.path))
    return rows.filter(kind__in=pairing.helper_kinds) if pairing.helper_kinds else rows


def offers(
    campaign: Campaign, pairing: Pairing, *, places: QuerySet[Place]
) -> tuple[list[Offer], list[Place]]:
    """The best organisation for each of these places, and the places nobody has room for.

    As many places as can be are covered; then nobody has less than the playbook's fewest, if
    possible; then ways are shortest and strengths fit best (`Problem` has the exact cost).
    """
    rows = list(places.select_related("parent").order_by("path")[:MOST])
    organisations = list(candidates(campaign, pairing).order_by("path"))
    if not rows or not organisations:
        return [], rows
    load = _load(campaign, pairing)
    units = Units.of(campaign, paths=[one.path for one in organisations])
    common = [_commonest(one) for one in _open_needs(rows)]
    spots = nearness.metres(
        {place.path for place in rows} | {units.place(one.path) for one in organisations} - {""},
        latitude=nearness.scale_of(campaign.place.path),
    )
    problem = _problem(pairing, rows, organisations, units, spots, common, load)
    plan = solve(problem)
    if broken := verify(problem, plan):
        raise RuntimeError(f"The plan breaks its rules: {broken[:3]}")
    found, alone = [], []
    for at, place in enumerate(rows):
        if plan.assignment[at] < 0:
            alone.append(place)
            continue
        one = organisations[plan.assignment[at]]
        strengths = units.strengths(one.path)
        way = nearness.apart(spots.get(place.path), spots.get(units.place(one.path)))
        fits = [kind for kind in common[at] if kind in strengths]
        found.append(Offer(place, one, way, fits, load[one.pk], pairing.usual_load.most))
    return found, alone


@transaction.atomic
def accept(
    campaign: Campaign,
    pairing: Pairing,
    *,
    chosen: Sequence[tuple[Place, Organisation]],
    by: Any,
) -> int:
    """Let each organisation answer for its place from today on: all of them, or none.

    Raises `Refused` when one of the places has a keeper meanwhile.
    """
    today = timezone.localdate()
    for place, organisation in chosen:
        actions.keep(
            campaign, kind=pairing.key, place=place, helper=organisation, since=today, by=by
        )
    return len(chosen)


def _load(campaign: Campaign, pairing: Pairing) -> Counter[int]:
    """Places each organisation answers for now."""
    rows = Pair.objects.open().filter(
        campaign=campaign, kind=pairing.key, overlap_until=None, place__isnull=False
    )
    counted = rows.order_by().values_list("organisation").annotate(n=Count("pk"))
    return Counter(dict(counted))


def _open_needs(places: list[Place]) -> list[Counter[str]]:
    """Open needs of the households at or below each place, by kind."""
    found: list[Counter[str]] = [Counter() for _ in places]
    row = {place.path: at for at, place in enumerate(places)}
    needs = Need.objects.open().filter(household__ended=None).order_by()
    counted = needs.values_list("household__place__path", "kind").annotate(n=Count("pk"))
    for path, kind, n in counted:
        at = next((row[cut] for cut in reversed(Place.cuts(path)) if cut in row), None)
        if at is not None:
            found[at][kind] += n
    return found


def _commonest(needs: Counter[str]) -> list[str]:
    """Up to three kinds, the commonest first."""
    order = sorted(needs, key=lambda kind: (-needs[kind], kind))
    return [kind for kind in order if kind in COLUMN][: len(COMMON)]


def _problem(
    pairing: Pairing,
    places: list[Place],
    organisations: list[Organisation],
    units: Units,
    spots: dict[str, Any],
    common: list[list[str]],
    load: Counter[int],
) -> Problem:
    needs = np.zeros((len(places), len(KINDS)), np.int64)
    for at, kinds in enumerate(common):
        for kind, weight in zip(kinds, COMMON, strict=False):
            needs[at, COLUMN[kind]] = weight
    skills = np.zeros((len(organisations), len(KINDS)), np.int64)
    for at, one in enumerate(organisations):
        for kind in units.strengths(one.path):
            if kind in COLUMN:
                skills[at, COLUMN[kind]] = UNIT_SKILL
    limits, taken = pairing.usual_load, np.array([load[one.pk] for one in organisations], np.int64)
    room = (limits.most - taken).clip(min=0)
    # Who is at home in a place is not its partner.
    row = {place.pk: at for at, place in enumerate(places)}
    own = [(row[o.place_id], at) for at, o in enumerate(organisations) if o.place_id in row]
    return Problem(
        avoid=np.array(own, np.int64).reshape(-1, 2),
        capacity=room,
        min_load=np.minimum(room, (limits.fewest - taken).clip(min=0)),
        household_xy=_points([one.path for one in places], spots),
        helper_xy=_points([units.place(one.path) for one in organisations], spots),
        needs=needs,
        skills=skills,
    )


def _points(paths: list[str], spots: dict[str, Any]) -> Any:
    """Whole metres; the middle of all where nothing is known."""
    middle = np.mean(list(spots.values()), axis=0) if spots else np.zeros(2)
    xy = np.array([spots.get(path, middle) for path in paths], float)
    return np.rint(xy.reshape(-1, 2)).astype(np.int64)
