"""Which days the windows of a playbook mean, through the engine `seasons`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from jiedui.campaigns.playbook import calendar
from jiedui.campaigns.playbook.declare import MonthDay
from jiedui.campaigns.playbook.playbook import Playbook, by_key
from jiedui.engines import seasons

Days = tuple[seasons.MonthDay, seasons.MonthDay]


def as_rule(window: calendar.Window) -> seasons.Rule:
    """The engine's rule for a window of a playbook; names are in Chinese, as on notices."""
    name = window.name.zh
    match window:
        case calendar.FestivalWindow(festival=festival, before=before, after=after):
            return seasons.Festival(festival=festival, before=before, after=after, name=name)
        case calendar.FarmWindow(season=season, region=region, before=before, after=after):
            return seasons.Farm(season=season, region=region, before=before, after=after, name=name)
        case calendar.YearlyWindow(starts=starts, ends=ends):
            return seasons.Yearly(starts=_pair(starts), ends=_pair(ends), name=name)
        case calendar.OnceWindow(starts=first, ends=last):
            return seasons.Once(starts=first, ends=last, name=name)
        case calendar.MonthsWindow(months=months):
            return seasons.Months(months=months, name=name)
        case calendar.QuarterlyWindow():
            return seasons.Quarterly(name=name)
        case calendar.MonthlyWindow():
            return _monthly(window, name)


def _monthly(window: calendar.MonthlyWindow, name: str) -> seasons.Monthly:
    return seasons.Monthly(
        day=window.day, weekday=window.weekday, nth=window.nth, slack=window.slack, name=name
    )


def known_seasons(playbook: Playbook) -> Mapping[tuple[str, str], Days]:
    """The farm seasons of the engine with those of the playbook over them."""
    own = {(s.region, s.season): (_pair(s.starts), _pair(s.ends)) for s in playbook.farm_seasons}
    return {**seasons.FARM_SEASONS, **own}


def windows_between(
    playbook: Playbook, key: str, *, since: date, until: date
) -> list[seasons.Window]:
    """The stretches of days a window means inside [since, until]. Raises KeyError."""
    return seasons.windows(
        as_rule(playbook.window(key)), since, until, seasons=known_seasons(playbook)
    )


def spans(
    playbook: Playbook, task: calendar.Task, *, since: date, until: date
) -> list[seasons.Window]:
    """When a task is to be done: its windows, else its phase, else up to its own due day."""
    if task.window:
        return windows_between(playbook, task.window, since=since, until=until)
    if task.phase:
        phase = by_key(playbook.phases)[task.phase]
        return [seasons.Window(phase.starts, phase.ends, phase.name.zh)]
    due = task.due or playbook.campaign.ends
    return [seasons.Window(min(playbook.campaign.starts, due), due, task.name.zh)]


def _pair(day: MonthDay) -> seasons.MonthDay:
    return day.month, day.day
