"""A playbook moved by whole years: festivals and seasons must stay where they are in the year."""

import calendar
import re
from datetime import date
from typing import Any

YEAR_IN_TEXT = re.compile(r"\byear=(\d{4})\b")


def by_years(source: str, years: int) -> str:
    """The text of a valid playbook with every date so many years later; comments are kept."""
    import tomlkit

    if not years:
        return source
    document: Any = tomlkit.parse(source)
    _move(document, years)
    return YEAR_IN_TEXT.sub(lambda found: f"year={int(found[1]) + years}", tomlkit.dumps(document))


def _move(node: Any, years: int) -> None:
    places = list(node.items()) if isinstance(node, dict) else list(enumerate(node))
    for place, value in places:
        if isinstance(value, date):
            node[place] = _later(value, years)
        elif isinstance(value, (dict, list)):
            _move(value, years)


def _later(day: date, years: int) -> date:
    """The same day years later; 29 February becomes the 28th where there is none."""
    year = day.year + years
    return date(year, day.month, min(day.day, calendar.monthrange(year, day.month)[1]))
