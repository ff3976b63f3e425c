"""What was done for a household, day by day: a visit and the gifts of one day stand together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from jiedui.households.models import Income


@dataclass(frozen=True)
class Event:
    """One thing that happened."""

    day: date
    icon: str
    title: str
    text: str = ""
    href: str = ""


@dataclass(frozen=True)
class Day:
    day: date
    events: Sequence[Event]

    @property
    def icon(self) -> str:
        return self.events[0].icon


@dataclass(frozen=True)
class Year:
    number: int
    days: Sequence[Day]


def by_year(events: Iterable[Event], *, most: int) -> list[Year]:
    """The latest events, the newest first, under the year and the day they belong to."""
    newest = sorted(events, key=lambda event: event.day, reverse=True)[:most]
    days = [Day(day, list(same)) for day, same in groupby(newest, key=lambda event: event.day)]
    return [Year(year, list(of)) for year, of in groupby(days, key=lambda one: one.day.year)]


@dataclass(frozen=True)
class IncomeLine:
    """Net income of the last years as a small line; `values` in yuan, the oldest first."""

    values: Sequence[float]
    first: Income
    last: Income


YEARS = 6


def income_line(incomes: Sequence[Income]) -> IncomeLine | None:
    """None below two years, which make no line."""
    shown = sorted(incomes, key=lambda one: one.year)[-YEARS:]
    if len(shown) < 2:
        return None
    return IncomeLine([one.net_fen / 100 for one in shown], shown[0], shown[-1])
