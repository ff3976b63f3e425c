"""What the calendar shows: phases, windows (lunar and farm ones too), tasks due, plans due.

Apps above add what falls due on single days: `DAILY`.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from jiedui.campaigns.models import Campaign, Task
from jiedui.campaigns.playbook import calendar
from jiedui.campaigns.playbook.windows import windows_between

DAY = timedelta(days=1)
REGULAR = (calendar.MonthlyWindow, calendar.QuarterlyWindow)  # too many for a year at a glance


@dataclass(frozen=True, order=True)
class Event:
    """A stretch of days; `key` stays the same from one download of the feed to the next."""

    starts: date
    ends: date
    kind: str  # phase, window, season, task, plan
    text: str
    href: str = ""
    key: str = ""
    regular: bool = False
    detail: str = ""  # what is to be done then

    @property
    def days(self) -> int:
        return (self.ends - self.starts).days + 1


@dataclass(frozen=True)
class DayCount:
    """So many things due on a day, with the list that shows them."""

    day: date
    count: int
    text: str
    href: str
    is_late: bool = False


# Campaign, reader, first and last day → what is due on the days between.
Daily = Callable[[Campaign, Any, date, date], Iterable[DayCount]]
DAILY: list[Daily] = []
LONG = 62 * DAY  # what takes longer is no event of a month; its tasks and deadlines are


def day_counts(
    campaign: Campaign, reader: Any, *, since: date, until: date
) -> dict[date, list[DayCount]]:
    found: dict[date, list[DayCount]] = {}
    for daily in DAILY:
        for one in daily(campaign, reader, since, until):
            found.setdefault(one.day, []).append(one)
    return found


ICONS = {
    "phase": "flag",
    "window": "calendar-event",
    "season": "plant",
    "task": "list-check",
    "plan": "file-text",
}


def events(campaign: Campaign, *, since: date, until: date) -> list[Event]:
    """Everything between two days, both included, in order. One query."""
    found = [
        *_phases(campaign),
        *_windows(campaign, since, until),
        *_tasks(campaign, since, until),
        *_plan(campaign),
    ]
    return sorted(one for one in found if one.starts <= until and one.ends >= since)


def _phases(campaign: Campaign) -> Iterator[Event]:
    for phase in campaign.playbook.phases:
        begins = _("Phase begins: %(name)s") % {"name": phase.name}
        ends = _("Phase ends: %(name)s") % {"name": phase.name}
        yield Event(phase.starts, phase.starts, "phase", begins, key=f"phase-{phase.key}-starts")
        yield Event(phase.ends, phase.ends, "phase", ends, key=f"phase-{phase.key}-ends")


def of_month(found: Iterable[Event]) -> list[Event]:
    """Without what runs on for months: `running` tells those tasks with their deadlines."""
    return [one for one in found if one.ends - one.starts <= LONG]


def running(campaign: Campaign, *, since: date, until: date) -> list[Event]:
    """Prescribed tasks that can be done between two days, the nearest deadline first."""
    rows = Task.objects.filter(campaign=campaign, organisation=None)
    rows = rows.filter(starts__lte=until, due__gte=since).order_by("due", "key")
    return [
        Event(
            task.starts, task.due, "task", str(task.title),
            reverse("campaigns:task", args=[task.pk]),
        )
        for task in rows
    ]  # fmt: skip


def _windows(campaign: Campaign, since: date, until: date) -> Iterator[Event]:
    playbook = campaign.playbook
    purposes = _purposes(campaign)
    for window in playbook.windows:
        kind = "season" if isinstance(window, calendar.FarmWindow) else "window"
        for span in windows_between(playbook, window.key, since=since - 120 * DAY, until=until):
            yield Event(
                span.starts,
                span.ends,
                kind,
                str(window.name),
                key=f"window-{window.key}-{span.starts:%Y%m%d}",
                regular=isinstance(window, REGULAR),
                detail=_("; ").join(purposes.get(window.key, ())),
            )


def _purposes(campaign: Campaign) -> dict[str, list[str]]:
    """Window → the visits and prescribed tasks it is for."""
    playbook = campaign.playbook
    found: dict[str, list[str]] = {}
    for rhythm in playbook.rhythms:
        found.setdefault(rhythm.window or "", []).append(str(rhythm.name))
    for task in playbook.tasks:
        if task.choice == "prescribed":
            found.setdefault(task.window or "", []).append(str(task.name))
    return found


def _tasks(campaign: Campaign, since: date, until: date) -> Iterator[Event]:
    rows = Task.objects.filter(campaign=campaign, organisation=None, due__gte=since, due__lte=until)
    for task in rows:
        text = _("Due: %(name)s") % {"name": task.title}
        href = reverse("campaigns:task", args=[task.pk])
        yield Event(task.due, task.due, "task", text, href, f"task-{task.pk}")


def _plan(campaign: Campaign) -> Iterator[Event]:
    plan = campaign.playbook.plan
    if plan:
        text = _("Plans are to be handed in")
        yield Event(plan.due, plan.due, "plan", text, reverse("campaigns:plans"), "plan")


@dataclass(frozen=True)
class Bar:
    """Cells of one line of a week: an event over `span` days, or a gap."""

    span: int
    event: Event | None = None
    begins: bool = True
    ends: bool = True


@dataclass(frozen=True)
class Week:
    days: list[date]
    lanes: list[list[Bar]]


def weeks(month: date, found: Iterable[Event]) -> list[Week]:
    """The weeks of a month from Monday on, each with its events packed into lanes."""
    first = month - timedelta(days=month.weekday())
    last = next_month(month) - DAY
    starts = [first + timedelta(days=7 * n) for n in range(6)]
    listed = list(found)
    return [_week(day, listed) for day in starts if day <= last]


def next_month(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)


def _week(monday: date, found: list[Event]) -> Week:
    sunday = monday + timedelta(days=6)
    lanes: list[list[tuple[int, int, Event]]] = []
    here = [one for one in found if one.starts <= sunday and one.ends >= monday]
    # Longest first: the long bars keep the same lane from week to week.
    for one in sorted(here, key=lambda e: (-e.days, e.starts, e.text)):
        first = max(0, (one.starts - monday).days)
        last = min(6, (one.ends - monday).days)
        lane = next((lane for lane in lanes if _fits(lane, first, last)), None)
        if lane is None:
            lanes.append(lane := [])
        lane.append((first, last, one))
    days = [monday + timedelta(days=n) for n in range(7)]
    return Week(days, [_bars(sorted(lane, key=lambda b: b[0]), monday) for lane in lanes])


def _fits(lane: list[tuple[int, int, Any]], first: int, last: int) -> bool:
    return all(last < begins or first > ends for begins, ends, _event in lane)


def _bars(lane: list[tuple[int, int, Event]], monday: date) -> list[Bar]:
    bars, at = [], 0
    for first, last, one in lane:
        if first > at:
            bars.append(Bar(first - at))
        begins = one.starts >= monday
        bars.append(Bar(last - first + 1, one, begins, one.ends <= monday + timedelta(days=6)))
        at = last + 1
    return bars if at == 7 else [*bars, Bar(7 - at)]
