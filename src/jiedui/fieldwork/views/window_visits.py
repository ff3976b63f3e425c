"""One screen for a festival or a season: who has been visited, who still waits, who went first."""

from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from jiedui.campaigns.current import running_campaign
from jiedui.campaigns.models import Campaign
from jiedui.core.lists import (
    Badge,
    Choice,
    Column,
    Empty,
    Listing,
    Search,
    Tree,
    joined,
    listing_view,
)
from jiedui.core.users import User
from jiedui.fieldwork.window_visits import LeadersFirst, WindowVisits, nearest, rhythms, windows
from jiedui.orgs.models import Organisation
from jiedui.pairing.models import Pair
from jiedui.places.models import Place

UNITS = 10  # named on the page
NEAR = 3  # windows before and after, to go on to
LEADERS = 40
STATES = (
    ("waiting", pgettext_lazy("window", "not visited yet")),
    ("met", gettext_lazy("visited")),
    ("leaders", gettext_lazy("leaders who have not been there")),
)


def _narrow(rows: QuerySet[Any], value: Any) -> QuerySet[Any]:
    if value == "leaders":
        return rows.filter(has_met=False, leads=True)
    return rows.filter(has_met=value == "met")


def badge(row: Any) -> Badge:
    if row.has_met:
        return Badge(gettext_lazy("visited"), "green", "circle-check")
    return Badge(pgettext_lazy("window", "not visited yet"), "amber", "clock")


class VisitsOfWindow(Listing[Pair]):
    key = "window_visits"
    title = gettext_lazy("Visits in a window")
    icon = "calendar-event"
    model = Pair
    permission = "registers.read"
    order = ("has_met", "organisation__path", "pk")
    template = "fieldwork/window_visits.html"
    card = ("helper", "village", "state")
    columns = (
        Column(
            "partner",
            gettext_lazy("Household"),
            value=lambda p: p.household.head if p.household else str(p.partner),
            link=True,
        ),
        Column(
            "village",
            gettext_lazy("Village"),
            value=lambda p: p.household.place.name if p.household else "",
            sort="household__place__path",
        ),
        Column("helper", gettext_lazy("Helper"), sort="member__pinyin"),
        Column(
            "organisation",
            gettext_lazy("Organisation"),
            value="organisation.name",
            sort="organisation__path",
        ),
        Column("visits", gettext_lazy("Visits"), kind="count", sort="visits"),
        Column("first", gettext_lazy("First visit"), kind="day", sort="first"),
        Column("state", gettext_lazy("State"), kind="badge", value=badge),
    )
    empty = Empty("calendar-event", gettext_lazy("No pair is asked to meet in this window"))

    filters = (
        Search("household__head", "household__pinyin", "household__number", "member__name",
               "member__pinyin"),
        Choice("state", gettext_lazy("State"), STATES, by=_narrow),
        Tree("organisation", gettext_lazy("Organisation"), Organisation),
        Tree("place", gettext_lazy("Place"), Place, path="household__place__path"),
    )  # fmt: skip

    @cached_property
    def window_visits(self) -> WindowVisits:
        return chosen(self.kwargs["campaign"], self.kwargs["rhythm"], self.kwargs["starts"])

    def rows(self, user: User) -> QuerySet[Pair]:
        return self.window_visits.pairs(super().rows(user))

    def found(self, keys: list[Any]) -> QuerySet[Pair]:
        return self.window_visits.pairs(Pair.objects.filter(pk__in=keys))

    def dress(self, rows: QuerySet[Pair]) -> QuerySet[Pair]:
        name = ("name",)
        return joined(
            rows,
            household=("head",), household__place=name, place=name, member=name, team=name,
            organisation=name, partner_member=name, partner_organisation=name,
        )  # fmt: skip

    def extra(self) -> dict[str, Any]:
        found = self.window_visits
        own = super().rows(self.user)
        counts, first = found.counts(own), found.leaders_first(own)
        return {
            "found": found,
            "choices": _choices(found),
            "figures": _figures(found, counts, first),
            "units": [
                (one, _url(found, state="waiting", organisation=one.organisation.path))
                for one in found.units(own, most=UNITS)
            ],
            "leaders": first,
            "shown": (first.waiting + first.late)[:LEADERS] if first else [],
        }


def chosen(campaign: int, rhythm: str, starts: str) -> WindowVisits:
    """The window of a rhythm that begins on this day; 404 for one there is not."""
    found = Campaign.objects.get(pk=campaign)
    today = timezone.localdate()
    for one in rhythms(found):
        for window in windows(found, one, today=today) if one.key == rhythm else ():
            if window.starts.isoformat() == starts:
                return WindowVisits(found, one, window, today=today)
    raise Http404


def _choices(found: WindowVisits) -> list[tuple[str, str, bool]]:
    """The last windows of the campaign and the next: what they are called, their query."""
    every = [
        (window.starts, rhythm, window)
        for rhythm in rhythms(found.campaign)
        for window in windows(found.campaign, rhythm, today=found.today)
    ]
    every.sort(key=lambda one: (one[0], one[1].key))
    here = next(
        at for at, (_starts, rhythm, window) in enumerate(every)
        if (rhythm, window) == (found.rhythm, found.window)
    )  # fmt: skip
    near = every[max(0, here - NEAR) : here + NEAR + 1]
    return [
        (
            f"{window.starts.year} · {rhythm.name}",
            _url(WindowVisits(found.campaign, rhythm, window, today=found.today)),
            (rhythm, window) == (found.rhythm, found.window),
        )
        for _starts, rhythm, window in near
    ]


def _url(found: WindowVisits, **more: str) -> str:
    query = {"rhythm": found.rhythm.key, "on": found.window.starts.isoformat()}
    return f"?{urlencode(query | more)}"


def _figures(
    found: WindowVisits, counts: dict[str, int], first: LeadersFirst | None
) -> list[dict[str, Any]]:
    waiting = counts["asked"] - counts["met"]
    is_over = found.window.ends < found.today
    met, open_ = _url(found, state="met"), _url(found, state="waiting")
    figures: list[dict[str, Any]] = [
        {"name": _("Visited"), "value": counts["met"], "unit": _("pairs"), "url": met,
         "tone": "green" if counts["met"] else ""},
        {"name": _("Not visited yet"), "value": waiting, "unit": _("pairs"), "url": open_,
         "tone": ("red" if is_over else "amber") if waiting else "green"},
    ]  # fmt: skip
    if first:
        late = len(first.waiting) + len(first.late)
        figures.append(
            {"name": _("Leaders not there in the first days"), "value": late,
             "unit": _("persons"), "url": "#leaders", "tone": "red" if late else "green"}
        )  # fmt: skip
    return figures


_window_visits = listing_view(VisitsOfWindow)


def window_visits(request: HttpRequest) -> HttpResponse:
    """`?rhythm=&on=`: a window by its first day; without them the one that runs, or the nearest."""
    campaign = running_campaign(request)
    rhythm, on = request.GET.get("rhythm", ""), request.GET.get("on", "")
    if not (rhythm or on):
        near = nearest(campaign, today=timezone.localdate())
        if near is None:
            return render(request, "fieldwork/no_windows.html")
        rhythm, on = near[0].key, near[1].starts.isoformat()
    chosen(campaign.pk, rhythm, on)
    return _window_visits(request, campaign=campaign.pk, rhythm=rhythm, starts=on)
