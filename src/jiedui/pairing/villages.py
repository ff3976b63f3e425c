"""Which organisation might answer for which place that nobody keeps: the same engine on the
conditions of places and the strengths of organisations (聊城, branches and villages)."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from jiedui.campaigns.models import Campaign
from jiedui.campaigns.playbook.pairs import Pairing
from jiedui.core.household_codes import NEED_KIND
from jiedui.core.trees import below
from jiedui.core.users import User
from jiedui.engines.matching import Problem
from jiedui.households.models import Need
from jiedui.orgs.models import Organisation
from jiedui.pairing import actions, nearness
from jiedui.pairing.models import Pair
from jiedui.pairing.problem import COLUMN, KINDS, UNIT_SKILL
from jiedui.pairing.solving import solved
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
    campaign: Campaign,
    pairing: Pairing,
    *,
    places: QuerySet[Place],
    going: Organisation | None = None,
) -> tuple[list[Offer], list[Place]]:
    """The best organisation for each of these places, and the places nobody has room for.

    As many places as can be are covered; then nobody has less than the playbook's fewest, if
    possible; then ways are shortest and strengths fit best (`Problem` has the exact cost). Whatever
    is `going`, and all below it, takes no place.
    """
    rows = list(places.select_related("parent").order_by("path")[:MOST])
    standing = candidates(campaign, pairing).order_by("path")
    organisations = list(standing.exclude(below(going.path)) if going else standing)
    if not rows or not organisations:
        return [], rows
    ground = _Ground(campaign, pairing, rows, organisations)
    problem = ground.problem()
    plan = solved(problem)
    found = [
        ground.offer(at, organisations[one])
        for at, one in enumerate(plan.assignment.tolist())
        if one >= 0
    ]
    return found, [rows[at] for at in np.flatnonzero(plan.assignment < 0)]


def weigh(
    campaign: Campaign, pairing: Pairing, chosen: Sequence[tuple[Place, Organisation]]
) -> list[Offer]:
    """What speaks for each of these organisations at its place."""
    ground = _Ground(campaign, pairing, *(list(one) for one in zip(*chosen, strict=True)))
    return [ground.offer(at, organisation) for at, (_place, organisation) in enumerate(chosen)]


def sentence_of(offer: Offer) -> list[str]:
    """What speaks for an offer, in words."""
    found = []
    if offer.distance_m is not None:
        found.append(_("about %(km)s km away") % {"km": f"{offer.distance_m / 1000:.1f}"})
    if offer.fits:
        names = "、".join(str(NEED_KIND.name(kind)) for kind in offer.fits)
        found.append(_("can help with: %(needs)s") % {"needs": names})
    counts = {"taken": offer.taken, "most": offer.most}
    found.append(_("answers for %(taken)d now, at most %(most)d") % counts)
    return found


@transaction.atomic
def accept(
    campaign: Campaign,
    pairing: Pairing,
    *,
    chosen: Sequence[tuple[Place, Organisation]],
    by: User | None,
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


class _Ground:
    """Places and organisations as they are: needs here, strengths there, ways and loads."""

    def __init__(
        self,
        campaign: Campaign,
        pairing: Pairing,
        places: list[Place],
        organisations: list[Organisation],
    ) -> None:
        self.pairing, self.places, self.organisations = pairing, places, organisations
        self.taken = _load(campaign, pairing)
        self.units = Units.of(campaign, paths=[one.path for one in organisations])
        self.common = [_commonest(one) for one in _open_needs(places)]
        bases = {self.units.place(one.path) for one in organisations} - {""}
        self.spots = nearness.metres(
            {place.path for place in places} | bases,
            latitude=nearness.scale_of(campaign.place.path),
        )

    def offer(self, at: int, organisation: Organisation) -> Offer:
        """The place of this row number with an organisation."""
        place, strengths = self.places[at], self.units.strengths(organisation.path)
        base = self.spots.get(self.units.place(organisation.path))
        return Offer(
            place,
            organisation,
            nearness.apart(self.spots.get(place.path), base),
            [kind for kind in self.common[at] if kind in strengths],
            self.taken[organisation.pk],
            self.pairing.usual_load.most,
        )

    def problem(self) -> Problem:
        """Every place wants one organisation with room."""
        limits = self.pairing.usual_load
        taken = np.array([self.taken[one.pk] for one in self.organisations], np.int64)
        room = (limits.most - taken).clip(min=0)
        # Who is at home in a place is not its partner.
        row = {place.pk: at for at, place in enumerate(self.places)}
        homes = [(o.place_id, at) for at, o in enumerate(self.organisations)]
        own = [(row[home], at) for home, at in homes if home in row]
        return Problem(
            avoid=np.array(own, np.int64).reshape(-1, 2),
            capacity=room,
            min_load=np.minimum(room, (limits.fewest - taken).clip(min=0)),
            household_xy=_points([one.path for one in self.places], self.spots),
            helper_xy=_points([self.units.place(o.path) for o in self.organisations], self.spots),
            needs=_weights(self.common, COMMON),
            skills=_weights(
                [self.units.strengths(one.path) for one in self.organisations], repeat(UNIT_SKILL)
            ),
        )


def _weights(kinds: Sequence[Iterable[str]], weights: Iterable[int]) -> Any:
    """A row for each of these lists of kinds of need, with the weight of the first, second, …"""
    table = np.zeros((len(kinds), len(KINDS)), np.int64)
    for at, some in enumerate(kinds):
        for kind, weight in zip(some, weights, strict=False):
            if kind in COLUMN:
                table[at, COLUMN[kind]] = weight
    return table


def _load(campaign: Campaign, pairing: Pairing) -> Counter[int]:
    """Places each organisation answers for now."""
    rows = Pair.objects.current().filter(
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


def _points(paths: list[str], spots: dict[str, Any]) -> Any:
    """Whole metres; the middle of all where nothing is known."""
    middle = np.mean(list(spots.values()), axis=0) if spots else np.zeros(2)
    xy = np.array([spots.get(path, middle) for path in paths], float)
    return np.rint(xy.reshape(-1, 2)).astype(np.int64)
