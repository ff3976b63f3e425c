"""One day of a campaign on one screen (主题党日): who has started, how many people, what was given.

Distinct organisations and places are counted, and attendances (人次), never distinct people.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.db.models import Count, F, IntegerField, Max, QuerySet, Sum
from django.db.models.functions import Cast, Greatest

from jiedui.campaigns.models import Campaign
from jiedui.core.trees import below
from jiedui.core.users import User
from jiedui.fieldwork.models import Activity, Output
from jiedui.ledger import names
from jiedui.ledger.models import Gift
from jiedui.orgs.models import Organisation
from jiedui.orgs.scopes import of

LEVELS = ("branch", "group", "unit", "area")  # who is expected to start, the usual first


@dataclass
class Host:
    """An organisation of the level looked at, with what all below it did on the day."""

    organisation: Organisation
    began: datetime | None = None  # when the first of it was written down
    activities: int = 0
    members: int = 0
    public: int = 0
    cash_fen: int = 0
    goods_fen: int = 0
    places: set[int] = field(default_factory=set)

    @property
    def value_fen(self) -> int:
        return self.cash_fen + self.goods_fen


@dataclass(frozen=True)
class Amount:
    """Goods given or outputs made: how much of what, in its own unit."""

    name: str
    unit: str
    quantity: Any
    value_fen: int = 0


def levels(campaign: Campaign) -> list[tuple[str, str]]:
    """The kinds of organisation that may be looked at, with the playbook's names."""
    known = {one.key: str(one.name) for one in campaign.playbook.organisation_kinds}
    return [(key, known[key]) for key in LEVELS if key in known]


def latest(campaign: Campaign, kind: str, *, user: User, today: date) -> date:
    """Today, or the last day before on which anything of the kind was done."""
    rows = _done(campaign, kind, user).filter(day__lte=today)
    return rows.order_by().aggregate(last=Max("day"))["last"] or today


def _done(campaign: Campaign, kind: str, user: User) -> QuerySet[Any]:
    rows = Activity.objects.standing().visible_to(user).filter(campaign=campaign)
    if kind:
        return rows.filter(kind=kind)
    return rows.filter(kind__in=[one.key for one in kinds(campaign)])


def kinds(campaign: Campaign) -> Sequence[Any]:
    """The kinds of activity that are no visits to households."""
    return [one for one in campaign.playbook.activities if one.visits != "household"]


class OneDay:
    """What the user may see of a day: activities of one kind, or all but visits; and gifts."""

    def __init__(self, campaign: Campaign, day: date, *, kind: str, level: str, user: User) -> None:
        self.campaign, self.day, self.kind, self.level, self.user = campaign, day, kind, level, user

    @cached_property
    def hosts(self) -> list[Host]:
        """All organisations of the level: those that began last first, then the others."""
        rows = Organisation.objects.standing().filter(
            below(self.campaign.organisation.path),
            of(self.user).organisations("path"),
            kind=self.level,
        )
        found = {one.path: Host(one) for one in rows.select_related("parent").order_by("path")}
        for path, row in self._activities:
            if host := _nearest(found, path):
                host.began = min(filter(None, (host.began, row["recorded_at"])))
                host.activities += 1
                host.members += row["people"]
                host.public += row["public_counted"]
                host.places.add(row["place"])
        for path, gift in self._gifts:
            if host := _nearest(found, path):
                host.cash_fen += gift["fen"] if gift["kind"] == Gift.Kind.CASH else 0
                host.goods_fen += gift["fen"] if gift["kind"] == Gift.Kind.GOODS else 0
        begun = [one for one in found.values() if one.began]
        idle = [one for one in found.values() if not one.began]
        return [*sorted(begun, key=lambda one: str(one.began), reverse=True), *idle]

    @property
    def begun(self) -> list[Host]:
        return [one for one in self.hosts if one.began]

    @property
    def idle(self) -> list[Host]:
        return [one for one in self.hosts if not one.began]

    @cached_property
    def _activities(self) -> list[tuple[str, dict[str, Any]]]:
        rows = _done(self.campaign, self.kind, self.user).filter(day=self.day).order_by()
        rows = rows.annotate(named=Count("attendances"))
        # Members are named or counted, never both: the larger of the two is their number.
        rows = rows.annotate(people=Greatest(F("named"), Cast("members_counted", IntegerField())))
        wanted = ("organisation__path", "recorded_at", "people", "public_counted", "place")
        return [(row["organisation__path"], row) for row in rows.values(*wanted)]

    @cached_property
    def _gifts(self) -> list[tuple[str, dict[str, Any]]]:
        rows = self._given().values("giver__path", "kind").annotate(fen=Sum("value_fen"))
        return [(row["giver__path"], row) for row in rows]

    def _given(self) -> QuerySet[Any]:
        gifts = Gift.objects.standing().visible_to(self.user)
        return gifts.filter(campaign=self.campaign, day=self.day).order_by()

    @property
    def totals(self) -> dict[str, int]:
        """Of all that was done, by whomever: also by organisations above or beside the level."""
        rows = [row for _path, row in self._activities]
        gifts = [gift for _path, gift in self._gifts]
        return {
            "activities": len(rows),
            "members": sum(row["people"] for row in rows),
            "public": sum(row["public_counted"] for row in rows),
            "places": len({row["place"] for row in rows}),
            "cash_fen": sum(one["fen"] for one in gifts if one["kind"] == Gift.Kind.CASH),
            "goods_fen": sum(one["fen"] for one in gifts if one["kind"] == Gift.Kind.GOODS),
        }

    def goods(self) -> list[Amount]:
        """What was given, each kind of goods in its own unit; most valuable first."""
        rows = self._given().filter(kind=Gift.Kind.GOODS).annotate(good=names.as_counted())
        sums = rows.values("good", "unit").annotate(n=Sum("quantity"), fen=Sum("value_fen"))
        found = [Amount(row["good"], row["unit"], row["n"], row["fen"]) for row in sums]
        return sorted(found, key=lambda one: (-one.value_fen, one.name, one.unit))

    def outputs(self) -> list[Amount]:
        """What came of the activities, each kind in its own unit."""
        known = {one.key: str(one.name) for one in self.campaign.playbook.outputs}
        done = _done(self.campaign, self.kind, self.user).filter(day=self.day).order_by()
        rows = Output.objects.filter(activity__in=done.values("pk")).order_by()
        sums = rows.values("kind", "unit").annotate(n=Sum("quantity"))
        found = [Amount(known.get(row["kind"], row["kind"]), row["unit"], row["n"]) for row in sums]
        return sorted(found, key=lambda one: (one.name, one.unit))


def _nearest(found: dict[str, Host], path: str) -> Host | None:
    """The host a path belongs to: itself, or the nearest one above."""
    cuts = reversed(Organisation.cuts(path))
    return next((found[cut] for cut in cuts if cut in found), None)
