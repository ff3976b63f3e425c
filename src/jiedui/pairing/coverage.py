"""Who has nobody, and since when: every household is either covered or on this list."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, F, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from jiedui.campaigns.models import Campaign
from jiedui.campaigns.playbook.pairs import Pairing
from jiedui.core.trees import below
from jiedui.households.models import Household
from jiedui.pairing.models import Pair


def eligible(campaign: Campaign, pairing: Pairing) -> QuerySet[Any]:
    """Households that this kind of pair is for: on the register, in the area, of those kinds."""
    rows = Household.objects.on_register().filter(below(campaign.place.path, field="place__path"))
    return rows.filter(kind__in=pairing.helped_kinds) if pairing.helped_kinds else rows


def _answering(campaign: Campaign, pairing: Pairing) -> QuerySet[Any]:
    """Pairs somebody answers for: running, and the helper has not left."""
    return Pair.objects.open().filter(
        campaign=campaign,
        kind=pairing.key,
        household=OuterRef("pk"),
        member__ended=None,
    )


def uncovered(campaign: Campaign, pairing: Pairing) -> QuerySet[Any]:
    """Eligible households nobody answers for, with `alone_since`: the last helper's end.

    A household that never had one is alone since it came on the register, or since the campaign
    began, whichever is later.
    """
    last = (
        Pair.objects.filter(campaign=campaign, kind=pairing.key, household=OuterRef("pk"))
        .values("household")
        .annotate(end=Max(Coalesce("ended", "member__ended")))
        .values("end")
    )
    rows = eligible(campaign, pairing).filter(~Exists(_answering(campaign, pairing)))
    return rows.annotate(alone_since=Coalesce(Subquery(last), F("since")))


@dataclass(frozen=True)
class Coverage:
    eligible: int
    uncovered: int

    @property
    def covered(self) -> int:
        return self.eligible - self.uncovered


def coverage(campaign: Campaign, pairing: Pairing) -> Coverage:
    return Coverage(
        eligible(campaign, pairing).count(), uncovered(campaign, pairing).order_by().count()
    )


def is_red(alone_since: date, *, today: date, pairing: Pairing) -> bool:
    """Whether the gap has lasted longer than the playbook allows (R12: 10 days)."""
    return (today - alone_since).days > pairing.gap_red_days
