"""Visits in one window of a rhythm (春节走访): which pairs have met, which leaders went first."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    Count,
    IntegerField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.functions import Coalesce

from jiedui.campaigns.models import Campaign
from jiedui.campaigns.playbook.calendar import Rhythm
from jiedui.campaigns.playbook.windows import windows_between
from jiedui.engines.seasons import Window
from jiedui.fieldwork.models import Activity
from jiedui.orgs.models import Organisation
from jiedui.pairing.loads import grades_of
from jiedui.pairing.models import Pair

AHEAD = timedelta(days=400)  # a yearly window is always inside


def rhythms(campaign: Campaign) -> list[Rhythm]:
    """Those that ask for visits in a window, in the order of the playbook."""
    return [one for one in campaign.playbook.rhythms if one.window]


def windows(campaign: Campaign, rhythm: Rhythm, *, today: date) -> list[Window]:
    """Every window of a rhythm from the campaign's first day up to the next one to come."""
    until = min(today + AHEAD, campaign.ends or date.max)
    if until < campaign.starts:
        return []
    found = windows_between(
        campaign.playbook, rhythm.window or "", since=campaign.starts, until=until
    )
    found = [one for one in found if _is_asked(campaign, rhythm, one)]
    begun = sum(one.starts <= today for one in found)
    return found[: begun + 1]


def _is_asked(campaign: Campaign, rhythm: Rhythm, window: Window) -> bool:
    """Whether a phase in which the rhythm is kept reaches into the window."""
    phases = [one for one in campaign.playbook.phases if one.key in rhythm.phases]
    asked = any(one.starts <= window.ends and window.starts <= one.ends for one in phases)
    return asked or not rhythm.phases


def nearest(campaign: Campaign, *, today: date) -> tuple[Rhythm, Window] | None:
    """The window that runs, else the one that ended last, else the next to come."""
    found = [
        (rhythm, window)
        for rhythm in rhythms(campaign)
        for window in windows(campaign, rhythm, today=today)
    ]

    def how_near(one: tuple[Rhythm, Window]) -> tuple[int, int]:
        window = one[1]
        if window.starts <= today <= window.ends:
            return 0, (window.ends - today).days
        is_over = window.ends < today
        return (1, (today - window.ends).days) if is_over else (2, (window.starts - today).days)

    return min(found, key=how_near, default=None)


@dataclass(frozen=True)
class Unit:
    """A unit's pairs in a window: how many are to meet, and how many have."""

    organisation: Organisation
    asked: int
    met: int

    @property
    def waiting(self) -> int:
        return self.asked - self.met


@dataclass(frozen=True)
class Leader:
    """A leading cadre who helps in this kind of pair, and the first visit in the window."""

    member: int
    name: str
    organisation: str
    first: date | None


@dataclass(frozen=True)
class LeadersFirst:
    """Leaders are to go within the first days, up to `until`."""

    until: date
    leaders: Sequence[Leader]

    @property
    def waiting(self) -> list[Leader]:
        return [one for one in self.leaders if one.first is None]

    @property
    def late(self) -> list[Leader]:
        return [one for one in self.leaders if one.first and one.first > self.until]

    @property
    def in_time(self) -> int:
        return len(self.leaders) - len(self.waiting) - len(self.late)


def _flag(condition: Q) -> Case:
    return Case(When(condition, then=True), default=False, output_field=BooleanField())


class WindowVisits:
    """The pairs of today that a rhythm asks to meet in a window, with their visits in it."""

    def __init__(self, campaign: Campaign, rhythm: Rhythm, window: Window, *, today: date) -> None:
        self.campaign, self.rhythm, self.window, self.today = campaign, rhythm, window, today

    @property
    def days_left(self) -> int:
        """Of a window that runs, today among them."""
        return (self.window.ends - self.today).days + 1

    def pairs(self, among: QuerySet[Any]) -> QuerySet[Any]:
        """Of these pairs those asked to meet, with `visits`, the day of the `first`, whether they
        `has_met` as often as asked, and whether the helper `leads`.
        """
        rows = among & Pair.objects.current().filter(
            campaign=self.campaign, kind=self.rhythm.pairing, since__lte=self.window.ends
        )
        visits = self.visits().filter(pair=OuterRef("pk")).order_by().values("pair")
        count = Subquery(visits.annotate(n=Count("pk")).values("n"), output_field=IntegerField())
        first = Subquery(visits.annotate(day=Min("day")).values("day"))
        rows = rows.annotate(visits=Coalesce(count, 0), first=first)
        met = Q(visits__gte=self.rhythm.times)
        return rows.annotate(has_met=_flag(met), leads=_flag(self._leads))

    def visits(self) -> QuerySet[Any]:
        """What counts as a visit in this window."""
        kinds = (self.rhythm.activity, *self.rhythm.also)
        days = (self.window.starts, self.window.ends)
        return Activity.objects.standing().filter(kind__in=kinds, day__range=days)

    @property
    def _leads(self) -> Q:
        """Pairs whose helper is a leading cadre: by rank, or marked in the register."""
        playbook = self.campaign.playbook
        grades = grades_of(playbook, [one.key for one in playbook.ranks if one.leader])
        return Q(member__rank__in=grades) | Q(member__is_leader=True)

    def counts(self, among: QuerySet[Any]) -> dict[str, int]:
        """How many of these pairs are `asked` to meet, and how many have `met`."""
        rows = self.pairs(among).order_by()
        return rows.aggregate(asked=Count("pk"), met=Count("pk", filter=Q(has_met=True)))

    def units(self, among: QuerySet[Any], *, most: int) -> list[Unit]:
        """The units with most pairs that have not met, each with all below it."""
        asked: Counter[str] = Counter()
        met: Counter[str] = Counter()
        rows = self.pairs(among).order_by().values_list("organisation__path")
        paths = rows.annotate(n=Count("pk"), done=Count("pk", filter=Q(has_met=True)))
        for path, number, done in paths:
            for cut in Organisation.cuts(path):
                asked[cut] += number
                met[cut] += done
        behind = sorted(
            (cut for cut in asked if asked[cut] > met[cut]),
            key=lambda cut: (met[cut] - asked[cut], cut),
        )
        found = Organisation.objects.filter(path__in=behind, kind=Organisation.Kind.UNIT)
        by_path = {one.path: one for one in found.only("pk", "name", "path", "kind")}
        shown = [cut for cut in behind if cut in by_path][:most]
        return [Unit(by_path[cut], asked[cut], met[cut]) for cut in shown]

    def leaders_first(self, among: QuerySet[Any]) -> LeadersFirst | None:
        """Which leaders went within the first days; None where the rhythm does not ask for it."""
        if not self.rhythm.leaders_first_days:
            return None
        pairs = self.pairs(among).filter(leads=True).order_by()
        rows = pairs.values_list("member", "member__name", "organisation__name", "first")
        found: dict[int, Leader] = {}
        for one in (Leader(*row) for row in rows):
            known = found.setdefault(one.member, one)
            if one.first and (known.first is None or one.first < known.first):
                found[one.member] = one
        until = self.window.starts + timedelta(days=self.rhythm.leaders_first_days - 1)
        turn = sorted(found.values(), key=lambda one: (one.first or date.min, one.name))
        return LeadersFirst(until=until, leaders=turn)
