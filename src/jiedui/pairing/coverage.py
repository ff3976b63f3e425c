"""Who has nobody, and since when: every household is either covered or on this list.

Two groups of households are told apart everywhere. The register: all in the area of a campaign that
have not ended. The target group of a kind of pair: those on the register of the kinds it is for;
only of these can anybody be covered or uncovered. Figures ask here as well (`figures.registers`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import (
    Case,
    Count,
    DateField,
    Exists,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest, Least
from django.utils import timezone

from jiedui.campaigns.models import Campaign
from jiedui.campaigns.playbook.pairs import Pairing
from jiedui.core.trees import below
from jiedui.core.users import User
from jiedui.households.models import Household
from jiedui.pairing.models import Pair
from jiedui.places.models import Place


def listed(campaign: Campaign) -> QuerySet[Any]:
    """The register: every household in the campaign's area that has not ended."""
    return Household.objects.on_register().filter(below(campaign.place.path, field="place__path"))


def eligible(campaign: Campaign, pairing: Pairing) -> QuerySet[Any]:
    """The target group of this kind of pair: households on the register, of those kinds."""
    return listed(campaign).filter(_of_its_kinds(pairing))


def _of_its_kinds(pairing: Pairing) -> Q:
    return Q(kind__in=pairing.helped_kinds) if pairing.helped_kinds else Q()


def _answering(campaign: Campaign, pairing: Pairing) -> QuerySet[Any]:
    """Pairs somebody answers for: running, and the helper has not left."""
    rows = Pair.objects.open().carried()
    return rows.filter(campaign=campaign, kind=pairing.key, household=OuterRef("pk"))


def uncovered(campaign: Campaign, pairing: Pairing) -> QuerySet[Any]:
    """Eligible households nobody answers for, with `alone_since`: the last helper's end.

    A household that never had one is alone since it came on the register, or since the campaign
    began, whichever is later.
    """
    rows = eligible(campaign, pairing).filter(~Exists(_answering(campaign, pairing)))
    return rows.annotate(alone_since=_since_when(campaign, pairing, field="household"))


def with_one(campaign: Campaign, pairing: Pairing) -> QuerySet[Any]:
    """Eligible households somebody answers for, where the playbook asks for, or allows, a second
    helper and there is none."""
    rows = eligible(campaign, pairing)
    if pairing.helpers_each.most < 2:
        return rows.none()
    staying = _answering(campaign, pairing).filter(overlap_until=None)
    first, second = staying.filter(role="first"), staying.filter(role="second")
    return rows.filter(Exists(first), ~Exists(second))


# When who carries a pair left: a member, a team, or else the organisation itself.
_CARRIER_LEFT = Coalesce(
    "member__ended",
    "team__ended",
    Case(When(member=None, team=None, then="organisation__ended"), output_field=DateField()),
)


def _since_when(campaign: Campaign, pairing: Pairing, *, field: str) -> Any:
    # The earlier of both: closing a pair later does not make its helper stay longer.
    answered = Least(Coalesce("ended", _CARRIER_LEFT), Coalesce(_CARRIER_LEFT, "ended"))
    last = (
        Pair.objects.filter(campaign=campaign, kind=pairing.key, **{field: OuterRef("pk")})
        .order_by()
        .values(field)
        .annotate(end=Max(Greatest("since", answered)))
        .values("end")
    )
    began = Value(campaign.starts, output_field=DateField())
    listed = Greatest(Coalesce(F("since"), began), began)
    return Coalesce(Subquery(last), listed)


def eligible_places(campaign: Campaign, pairing: Pairing) -> QuerySet[Any]:
    """Standing places of the area that this kind of pair is for: by level, or by kind."""
    playbook = campaign.playbook
    wanted = Q(level=pairing.place_level) if pairing.place_level else Q(pk__in=[])
    levels = {one.level for one in playbook.place_kinds if one.key in pairing.place_kinds}
    wanted |= Q(level__in=levels)
    return Place.objects.standing().filter(wanted, below(campaign.place.path))


def with_gap(campaign: Campaign, pairing: Pairing) -> QuerySet[Any]:
    """All places of this kind of pair; `alone_since` is empty where somebody keeps it."""
    since = _since_when(campaign, pairing, field="place")
    kept = When(Exists(_keeping(campaign, pairing)), then=None)
    return eligible_places(campaign, pairing).annotate(
        alone_since=Case(kept, default=since, output_field=DateField())
    )


def _keeping(campaign: Campaign, pairing: Pairing) -> QuerySet[Any]:
    rows = Pair.objects.open().carried()
    return rows.filter(campaign=campaign, kind=pairing.key, place=OuterRef("pk"))


def unkept(campaign: Campaign, pairing: Pairing) -> QuerySet[Any]:
    """Places nobody keeps, with `alone_since`, as `uncovered` has it for households."""
    rows = eligible_places(campaign, pairing).filter(~Exists(_keeping(campaign, pairing)))
    return rows.annotate(alone_since=_since_when(campaign, pairing, field="place"))


@dataclass(frozen=True)
class Coverage:
    """Households of the register, of the target group (`eligible`), and of these, without one."""

    listed: int
    eligible: int
    uncovered: int

    @property
    def covered(self) -> int:
        return self.eligible - self.uncovered

    @property
    def outside(self) -> int:
        """On the register, but of a kind that needs no helper of this sort."""
        return self.listed - self.eligible


def coverage(
    campaign: Campaign, pairing: Pairing, *, user: User | None = None, alone: int | None = None
) -> Coverage:
    """All three counts; `user` narrows them to households the user may see. `alone` is how many
    have nobody, where that has been counted already.
    """

    def seen(rows: Any) -> Any:
        return (rows.visible_to(user) if user else rows).order_by()

    counts = seen(listed(campaign)).aggregate(
        listed=Count("pk"), eligible=Count("pk", filter=_of_its_kinds(pairing))
    )
    alone = seen(uncovered(campaign, pairing)).count() if alone is None else alone
    return Coverage(**counts, uncovered=alone)


@dataclass(frozen=True)
class Gap:
    """The alarm of one kind of pair, for a dashboard: how many are alone, how many too long."""

    pairing: Pairing
    count: int
    red: int

    @property
    def tone(self) -> str:
        return "red" if self.red else "amber" if self.count else "green"


def gap(campaign: Campaign, pairing: Pairing, *, user: User | None = None) -> Gap:
    """Households (or places) alone now; `user` narrows it to those the user may see."""
    find = uncovered if pairing.helped == "household" else unkept
    rows = find(campaign, pairing).order_by()
    rows = rows.visible_to(user) if user else rows  # type: ignore[attr-defined]
    last = timezone.localdate() - timedelta(days=pairing.gap_red_days)
    found = rows.aggregate(count=Count("pk"), red=Count("pk", filter=Q(alone_since__lt=last)))
    return Gap(pairing, **found)


def gap_of(pairing: Pairing, since: Iterable[date]) -> Gap:
    """The same, from the days since when each of them is alone."""
    today, days = timezone.localdate(), list(since)
    red = sum(is_red(day, today=today, pairing=pairing) for day in days)
    return Gap(pairing, len(days), red)


def gaps(campaign: Campaign, *, user: User | None = None) -> list[Gap]:
    """The alarms of every kind of pair in which each partner must have somebody."""
    compulsory = [p for p in campaign.playbook.pairings if p.everyone]
    return [gap(campaign, p, user=user) for p in compulsory if p.helped in ("household", "place")]


def is_red(alone_since: date, *, today: date, pairing: Pairing) -> bool:
    """Whether the gap has lasted longer than the playbook allows (R12: 10 days)."""
    return (today - alone_since).days > pairing.gap_red_days
