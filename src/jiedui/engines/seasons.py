"""Festivals, farm seasons and due dates: which days a playbook's windows mean in a given year.

Dates are civil dates in China. Lunar festivals come from the table of reference R13; years outside
it are computed by lunar_python, which agrees with the table in every cell.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain

MonthDay = tuple[int, int]
# Years the lunar calendar is sure of: beyond, a new moon minutes from midnight may be misjudged.
FIRST_YEAR, LAST_YEAR = 1990, 2090
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

# R13. ICU's Chinese calendar has 2027-02-07 and 2030-02-02: the new moon is minutes from midnight.
# Columns: laba, spring_festival, lantern, dragon_boat, mid_autumn, double_ninth.
LUNAR_TABLE: Mapping[int, tuple[MonthDay, ...]] = {
    2024: ((1, 18), (2, 10), (2, 24), (6, 10), (9, 17), (10, 11)),
    2025: ((1, 7), (1, 29), (2, 12), (5, 31), (10, 6), (10, 29)),
    2026: ((1, 26), (2, 17), (3, 3), (6, 19), (9, 25), (10, 18)),
    2027: ((1, 15), (2, 6), (2, 20), (6, 9), (9, 15), (10, 8)),
    2028: ((1, 4), (1, 26), (2, 9), (5, 28), (10, 3), (10, 26)),
    2029: ((1, 22), (2, 13), (2, 27), (6, 16), (9, 22), (10, 16)),
    2030: ((1, 11), (2, 3), (2, 17), (6, 5), (9, 12), (10, 5)),
}

# Lunar month and day; Laba belongs to the lunar year that began in the civil year before.
LUNAR: Mapping[str, MonthDay] = {
    "laba": (12, 8),
    "spring_festival": (1, 1),
    "lantern": (1, 15),
    "dragon_boat": (5, 5),
    "mid_autumn": (8, 15),
    "double_ninth": (9, 9),
}

FIXED: Mapping[str, MonthDay] = {
    "new_year": (1, 1),
    "lei_feng_day": (3, 5),
    "arbor_day": (3, 12),
    "water_day": (3, 22),
    "labour_day": (5, 1),
    "children_day": (6, 1),
    "party_day": (7, 1),
    "army_day": (8, 1),
    "teachers_day": (9, 10),
    "national_day": (10, 1),
    "poverty_day": (10, 17),
    "disability_day": (12, 3),
    "volunteer_day": (12, 5),
}

FESTIVAL_NAMES: Mapping[str, str] = {
    "new_year": "元旦",
    "laba": "腊八",
    "spring_festival": "春节",
    "lantern": "元宵节",
    "lei_feng_day": "学雷锋纪念日",
    "arbor_day": "植树节",
    "water_day": "世界水日",
    "qingming": "清明",
    "labour_day": "劳动节",
    "children_day": "儿童节",
    "dragon_boat": "端午节",
    "party_day": "七一",
    "army_day": "八一",
    "teachers_day": "教师节",
    "mid_autumn": "中秋节",
    "national_day": "国庆节",
    "double_ninth": "重阳节",
    "poverty_day": "国家扶贫日",
    "disability_day": "国际残疾人日",
    "volunteer_day": "国际志愿者日",
}

# R13, by thirds of a month (旬: 1–10, 11–20, 21–end). A county may bring its own table.
FARM_SEASONS: Mapping[tuple[str, str], tuple[MonthDay, MonthDay]] = {
    ("northeast_rice", "seedlings"): ((4, 1), (4, 30)),
    ("northeast_rice", "transplanting"): ((5, 11), (6, 10)),
    ("northeast_rice", "autumn_harvest"): ((9, 11), (10, 20)),
    ("huanghuai", "spring_ploughing"): ((3, 1), (4, 30)),
    ("huanghuai", "summer"): ((5, 21), (6, 20)),
    ("huanghuai", "autumn_harvest"): ((9, 21), (10, 31)),
}
SEASON_NAMES: Mapping[str, str] = {
    "seedlings": "育苗",
    "transplanting": "插秧",
    "spring_ploughing": "春耕",
    "summer": "三夏",
    "autumn_harvest": "秋收",
}


@dataclass(frozen=True, order=True)
class Window:
    """A stretch of days, both ends included."""

    starts: date
    ends: date
    name: str


@dataclass(frozen=True, kw_only=True)
class Festival:
    """So many days before a festival to so many after it."""

    festival: str
    before: int = 10
    after: int = 0
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class Farm:
    """A season of farm work in a region, perhaps with days before and after."""

    season: str
    region: str
    before: int = 0
    after: int = 0
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class Yearly:
    """The same days every year; (12, 20) to (1, 10) runs over New Year. Default: the whole year."""

    starts: MonthDay = (1, 1)
    ends: MonthDay = (12, 31)
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class Once:
    """One stretch of days."""

    starts: date
    ends: date
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class Monthly:
    """A day of every month, by number or as the nth weekday (主题党日).

    A day number past the month's end means its last day; a fifth weekday a month lacks is left out.
    When the day is a day of rest the window stays open `slack` days more.
    """

    day: int | None = None
    weekday: str | None = None
    nth: int = 1
    slack: int = 7
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class Months:
    """Whole months of every year; neighbouring months are one window each."""

    months: tuple[int, ...]
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class Quarterly:
    """Every quarter of the year."""

    name: str = ""


Rule = Festival | Farm | Yearly | Once | Monthly | Months | Quarterly


def festival_day(festival: str, *, year: int) -> date:
    """The (first) day of the festival that falls inside the civil year.

    Raises ValueError for an unknown festival, and for Laba in the civil years that hold none.
    """
    days = festival_days(festival, year=year)
    if not days:
        raise ValueError(f"No {festival} falls inside {year}.")
    return days[0]


def festival_days(festival: str, *, year: int) -> list[date]:
    """Every day of the festival inside the civil year: one, but for Laba none in 2023, two in 2022.

    Raises ValueError for an unknown festival.
    """
    if festival in FIXED:
        return [date(year, *FIXED[festival])]
    if festival == "qingming":
        return [_qingming(year)]
    if festival not in LUNAR:
        raise ValueError(f"Unknown festival {festival!r}.")
    if year in LUNAR_TABLE:
        return [date(year, *LUNAR_TABLE[year][list(LUNAR).index(festival)])]
    return computed_lunar_days(festival, year=year)


def computed_lunar_days(festival: str, *, year: int) -> list[date]:
    """The lunar festival's days as lunar_python computes them, table or no table."""
    from lunar_python import Lunar

    month, day = LUNAR[festival]
    # The twelfth lunar month may begin in this civil year or end in it: try both.
    lunar_years = (year - 1, year) if month == 12 else (year,)
    solar = [Lunar.fromYmd(one, month, day).getSolar() for one in lunar_years]
    days = [date(one.getYear(), one.getMonth(), one.getDay()) for one in solar]
    return [one for one in days if one.year == year]


def windows(
    rule: Rule,
    since: date,
    until: date,
    *,
    seasons: Mapping[tuple[str, str], tuple[MonthDay, MonthDay]] = FARM_SEASONS,
) -> list[Window]:
    """All windows of the rule that share at least a day with [since, until], in order of time.

    Only years from FIRST_YEAR to LAST_YEAR and their neighbours are looked at.
    Raises ValueError for an unknown festival, season or weekday.
    """
    # Reaching up to 120 days before or after, a window may belong to a neighbouring year.
    years = range(max(since.year, FIRST_YEAR) - 1, min(until.year, LAST_YEAR) + 2)
    found = chain.from_iterable(_of_year(rule, year, seasons) for year in years)
    return sorted({one for one in found if one.starts <= until and one.ends >= since})


def is_rest_day(day: date) -> bool:
    """Weekends and public holidays, less the working days put in their place.

    Where the State Council's list for the year is not known yet, weekends and the fixed holidays.
    """
    from lunar_python.util import HolidayUtil

    listed = HolidayUtil.getHoliday(day.year, day.month, day.day)
    if listed is not None:
        return not listed.isWork()
    if day.weekday() >= 5:
        return True
    return not HolidayUtil.getHolidays(day.year) and _is_fixed_holiday(day)


def due_on(opened: date, *, days: int, working: bool = False) -> date:
    """The last day on which something opened today is in time: days, or working days, after it."""
    if not working:
        return opened + timedelta(days=days)
    day, left = opened, days
    while left > 0:
        day += timedelta(days=1)
        left -= not is_rest_day(day)
    return day


def _qingming(year: int) -> date:
    from lunar_python import Lunar

    term = Lunar.fromYmd(year, 6, 1).getJieQiTable()["清明"]
    return date(term.getYear(), term.getMonth(), term.getDay())


def solar_terms(year: int) -> list[tuple[date, str]]:
    """The twenty-four solar terms (节气) of a civil year by their Chinese names, in order."""
    from lunar_python import Lunar

    table = Lunar.fromYmd(year, 6, 1).getJieQiTable()
    last = {"DONG_ZHI": "冬至"}  # the second one of the table is kept under this key
    return sorted(
        (date(day.getYear(), day.getMonth(), day.getDay()), last.get(name, name))
        for name, day in table.items()
        if day.getYear() == year and (name in last or not name.isascii())
    )


def _is_fixed_holiday(day: date) -> bool:
    fixed = {(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)}
    moving = ("spring_festival", "qingming", "dragon_boat", "mid_autumn")
    return (day.month, day.day) in fixed or any(
        festival_day(one, year=day.year) == day for one in moving
    )


Seasons = Mapping[tuple[str, str], tuple[MonthDay, MonthDay]]


def _of_year(rule: Rule, year: int, seasons: Seasons) -> Iterator[Window]:
    if isinstance(rule, Once):
        return iter([Window(rule.starts, rule.ends, rule.name)])
    if isinstance(rule, Farm):
        return _farm(rule, year, seasons)
    return _BY_KIND[type(rule)](rule, year)


def _festival(rule: Festival, year: int) -> Iterator[Window]:
    for day in festival_days(rule.festival, year=year):
        name = rule.name or FESTIVAL_NAMES[rule.festival]
        yield _around(day, day, rule.before, rule.after, f"{year}年{name}")


def _farm(rule: Farm, year: int, seasons: Seasons) -> Iterator[Window]:
    if (rule.region, rule.season) not in seasons:
        raise ValueError(f"No season {rule.season!r} is known for the region {rule.region!r}.")
    starts, ends = seasons[rule.region, rule.season]
    name = rule.name or SEASON_NAMES.get(rule.season, rule.season)
    yield _around(
        _day(year, *starts), _day(year, *ends), rule.before, rule.after, f"{year}年{name}"
    )


def _yearly(rule: Yearly, year: int) -> Iterator[Window]:
    over_new_year = rule.ends < rule.starts
    yield Window(
        _day(year, *rule.starts),
        _day(year + over_new_year, *rule.ends),
        f"{year}年{rule.name}",
    )


def _monthly(rule: Monthly, year: int) -> Iterator[Window]:
    for month in range(1, 13):
        day = _monthly_day(rule, year, month)
        if day:
            ends = day + timedelta(days=rule.slack if is_rest_day(day) else 0)
            yield Window(day, ends, f"{year}年{month}月{rule.name}")


def _monthly_day(rule: Monthly, year: int, month: int) -> date | None:
    if rule.day is not None:
        return _day(year, month, rule.day)
    if rule.weekday not in WEEKDAYS:
        raise ValueError(f"Unknown weekday {rule.weekday!r}.")
    first = date(year, month, 1)
    offset = (WEEKDAYS.index(rule.weekday) - first.weekday()) % 7 + 7 * (rule.nth - 1)
    day = first + timedelta(days=offset)
    return day if day.month == month else None


def _months(rule: Months, year: int) -> Iterator[Window]:
    for month in rule.months:
        yield Window(date(year, month, 1), _day(year, month, 31), f"{year}年{month}月{rule.name}")


def _quarterly(rule: Quarterly, year: int) -> Iterator[Window]:
    for quarter, name in enumerate("一二三四"):
        yield Window(
            date(year, 3 * quarter + 1, 1),
            _day(year, 3 * quarter + 3, 31),
            f"{year}年第{name}季度{rule.name}",
        )


_BY_KIND: dict[type, Callable[..., Iterator[Window]]] = {
    Festival: _festival,
    Yearly: _yearly,
    Monthly: _monthly,
    Months: _months,
    Quarterly: _quarterly,
}


def _around(first: date, last: date, before: int, after: int, name: str) -> Window:
    return Window(first - timedelta(days=before), last + timedelta(days=after), name)


def _day(year: int, month: int, day: int) -> date:
    """The day, or the month's last when it is shorter (02-29, or the 31st)."""
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))


_ORDINALS = ("first", "second", "third", "fourth", "fifth")


def monthly(key: str, *, slack: int = 7, name: str = "") -> Monthly:
    """The rule behind `first_friday`, `third_wednesday`, `day_5` (R13)."""
    head, _, tail = key.partition("_")
    if head == "day" and tail.isdigit() and 1 <= int(tail) <= 31:
        return Monthly(day=int(tail), slack=slack, name=name)
    if head in _ORDINALS and tail in WEEKDAYS:
        return Monthly(weekday=tail, nth=_ORDINALS.index(head) + 1, slack=slack, name=name)
    raise ValueError(f"{key!r} is no day of the month; write day_5 or first_friday.")
