"""A playbook moved by whole years, so that its campaign is near its end today."""

import calendar
import re
import tomllib
from datetime import date, timedelta
from typing import Any

import tomlkit

# Whole years, because festivals and seasons must stay where they are; so far has the campaign run.
RUN = 7 / 8
# Far enough for something to be due next week.
DAYS_LEFT = 40
YEAR_IN_TEXT = re.compile(r"\byear=(\d{4})\b")


def moved(source: str, *, today: date) -> str:
    """The playbook's text, years later: at least seven eighths of the campaign lie behind today.

    Comments and layout are kept: what the demonstration runs is what people read.
    """
    document: Any = tomlkit.parse(source)
    starts, ends = (_plain(document["campaign"][name]) for name in ("starts", "ends"))
    by = _years(starts, ends, today)
    _move(document, by, last=_plus_years(ends, by), least=today + timedelta(days=DAYS_LEFT))
    text = tomlkit.dumps(document)
    return YEAR_IN_TEXT.sub(lambda found: f"year={int(found[1]) + by}", text)


def starts(source: str) -> date:
    """The first day of the campaign."""
    return _plain(tomllib.loads(source)["campaign"]["starts"])


def _years(starts: date, ends: date, today: date) -> int:
    """The most years for which the campaign has run long enough by today."""
    run = timedelta(days=int((ends - starts).days * RUN))
    by = today.year - starts.year
    while _plus_years(starts, by) + run > today:
        by -= 1
    return by


def _plain(value: Any) -> date:
    return date(value.year, value.month, value.day)


def _plus_years(day: date, by: int) -> date:
    """The same day years later; 29 February becomes the 28th where there is none."""
    year = day.year + by
    return date(year, day.month, min(day.day, calendar.monthrange(year, day.month)[1]))


def _move(node: Any, by: int, *, last: date, least: date) -> None:
    """Walk tables and arrays; what ended with the campaign ends no earlier than `least`."""
    places = list(node.items()) if isinstance(node, dict) else list(enumerate(node))
    for place, value in places:
        if isinstance(value, date):
            day = _plus_years(_plain(value), by)
            node[place] = max(day, least) if day == last else day
        elif isinstance(value, (dict, list)):
            _move(value, by, last=last, least=least)


def usually_working(day: date, *, draw: float) -> date:
    """Most visits fall on working days: three in four of a weekend's move to Friday or Monday."""
    weekday = day.weekday()
    if weekday < 5 or draw > 0.75:
        return day
    return day + timedelta(days=-1 if weekday == 5 else 1)
