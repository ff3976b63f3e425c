"""A year at a glance: one line for each season, window and task, drawn over twelve months."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from jiedui.campaigns.agenda import Event
from jiedui.campaigns.models import Campaign
from jiedui.campaigns.playbook import calendar
from jiedui.campaigns.playbook.windows import known_seasons
from jiedui.core.texts import is_chinese
from jiedui.engines.seasons import SEASON_NAMES

ORDER = ("season", "window", "phase", "plan", "task")


@dataclass(frozen=True)
class Bar:
    """Left edge and width in days of the year."""

    left: int
    width: int


@dataclass(frozen=True)
class Line:
    """One name with its stretches of days in this year; `events` tell them in words."""

    name: str
    kind: str
    bars: list[Bar]
    events: list[Event]


def lines(campaign: Campaign, year: int, found: Iterable[Event]) -> list[Line]:
    """Seasons first, then what else there is, each in the order of its first day."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    named: dict[tuple[str, str], list[Event]] = {}
    for one in [*_other_seasons(campaign, year), *found]:
        if one.starts <= last and one.ends >= first:
            named.setdefault((one.kind, one.text), []).append(one)
    made = [
        Line(name, kind, [_bar(one, first, last) for one in events], events)
        for (kind, name), events in named.items()
    ]
    return sorted(made, key=lambda one: (ORDER.index(one.kind), one.bars[0].left, one.name))


def _bar(one: Event, first: date, last: date) -> Bar:
    left = (max(one.starts, first) - first).days
    return Bar(left, (min(one.ends, last) - first).days - left + 1)


def _other_seasons(campaign: Campaign, year: int) -> Iterable[Event]:
    """Farm seasons of the regions of this playbook in which it asks for nothing."""
    farm = [one for one in campaign.playbook.windows if isinstance(one, calendar.FarmWindow)]
    regions, used = {one.region for one in farm}, {(one.region, one.season) for one in farm}
    for (region, season), (starts, ends) in known_seasons(campaign.playbook).items():
        if region in regions and (region, season) not in used:
            name = SEASON_NAMES.get(season, season) if is_chinese() else season.replace("_", " ")
            yield Event(date(year, *starts), date(year, *ends), "season", name)
