"""Dates as they stand in lists: 202603, 2026年3月, 2026.03.01, serial numbers, date cells."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from django.utils import timezone
from django.utils.translation import gettext as _

from jiedui.engines import words
from jiedui.imports.reading.cells import Cell
from jiedui.imports.values.parsers import Bad, Parser, Value, plain

Precision = Literal["day", "month", "year"]

_EARLIEST, _LATEST = 1880, 2100
_SERIAL_START = date(1899, 12, 30)  # the Lotus leap-year error is behind us from 1900-03-01 on
_SERIALS = range(3_655, 73_051)  # 1910 to 2099; four-digit numbers below stay years
_BETWEEN = r"(?:\s*[./\-、,，。]\s*|\s+)"
_TIME = r"(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?"
_SPLIT = re.compile(
    rf"(?P<y>\d{{4}})(?:\s*年\s*|{_BETWEEN})(?P<m>\d{{1,2}})"
    rf"(?:(?:\s*月\s*|{_BETWEEN})(?:(?P<d>\d{{1,2}})\s*[日号]?)?)?{_TIME}"
)
# Written in haste: 16-3-5, 16年3月, and 10月8日 of a year everybody knew.
_SHORT_YEAR = re.compile(
    r"(?P<y>\d{2})(?:\s*[./\-]\s*(?P<m>\d{1,2})\s*[./\-]\s*(?P<d>\d{1,2})|"
    r"\s*年\s*(?P<m2>\d{1,2})\s*月(?:\s*(?P<d2>\d{1,2})\s*[日号])?)"
)
_NO_YEAR = re.compile(r"(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})\s*[日号]?")
_RUN = re.compile(r"(?P<y>\d{4})(?P<m>\d{2})?(?P<d>\d{2})?年?")
_SHORT_RUN = re.compile(r"(?P<y>\d{2})(?P<m>\d{2})(?P<d>\d{2})")
_SERIAL_OR_MONTH = re.compile(r"(?P<y>(?:19|20)\d{2})(?P<m>[1-9])")
_TEN = re.compile(r"(?P<tens>[一二三]?)十(?P<ones>[一二三四五六七八九]?)(?=[月日号])")
_COMING_YEARS = 10
# What only may be a date: 3月初, 16-03, 16年, 10月, 5/3/2016.
_LOOSE = re.compile(r"(?:年?[初底末]|[上中下]旬|左右|前后|以前|之前|期间|份)+$")
_PAIR = re.compile(r"(\d{1,2})\s*[./\-]\s*(\d{1,2})")
_ONE_PART = re.compile(r"(?P<number>\d{1,2})\s*(?P<of>[年月])")
_YEAR_LAST = re.compile(r"(\d{1,2})[./\-](\d{1,2})[./\-](\d{4})")
_CHINESE_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")


class MonthDate(date):
    """The first of a month that stands for the whole month (the national system writes YYYYMM)."""

    precision: Precision = "month"


class YearDate(date):
    """The first of January that stands for the whole year."""

    precision: Precision = "year"


def precision(day: date) -> Precision:
    return day.precision if isinstance(day, MonthDate | YearDate) else "day"


def agrees(day: date, exact: date) -> bool:
    """Whether a date, as exact as it is written, can be this one."""
    parts = {"day": 3, "month": 2, "year": 1}[precision(day)]
    return day.timetuple()[:parts] == exact.timetuple()[:parts]


@dataclass(frozen=True)
class Day(Parser):
    """A date; `exact` columns (birth) warn when only the month or year is given.

    A date without its century or year is the last one that is not in the future; in columns that
    look `ahead`, the next one.
    """

    exact: bool = False
    ahead: bool = False

    @property
    def as_text(self) -> bool:
        return True

    @property
    def hint(self) -> str:
        if self.exact:
            return _("A date such as 2026-03-01")
        return _("A date such as 2026-03-01, or a month such as 202603")

    def __call__(self, cell: Cell) -> Value | Bad:
        if isinstance(cell, datetime):
            return self._checked(cell.date(), cell)
        if isinstance(cell, date):
            return self._checked(cell, cell)
        return super().__call__(cell)

    def parse(self, text: str, cell: Cell) -> Value | Bad:
        if isinstance(cell, float) and _is_ambiguous_month(text):
            return _ambiguous(text)
        if both := _serial_or_month(text, is_birth=self.exact):
            return both
        text = words.fold_variants(text)
        found = understand(text)
        if found and _EARLIEST <= found.year <= _LATEST:
            return self._checked(found, cell)
        return self._hasty(text) or self._not_a_date(text)

    def _hasty(self, text: str) -> Bad | None:
        """A date of which the century or the year has to be thought of."""
        today = timezone.localdate()
        if found := _short_year(text, today=today, ahead=self.ahead):
            return _assumed(
                _("The century of this date is not written, so it was thought of."), found
            )
        # Of which year somebody was born nobody can think.
        if not self.exact and (found := _no_year(text, today=today, ahead=self.ahead)):
            return _assumed(_("The year of this date is not written, so it was thought of."), found)
        return None

    def _checked(self, day: date, cell: Cell) -> Value | Bad:
        if not _EARLIEST <= day.year <= _LATEST:
            return self._not_a_date(plain(cell))
        if self.exact and precision(day) != "day":
            return Bad(
                _("Only the month or year is given; the first day of it is assumed."),
                _("Write the whole date, e.g. 1956-03-01."),
                severity="warning",
                value=day,
            )
        return day

    def _not_a_date(self, text: str) -> Bad:
        return Bad(
            _("“%(text)s” is not a date.") % {"text": text[:40]},
            _("Write: %(hint)s.") % {"hint": self.hint},
            offers=_offered(text, is_birth=self.exact, ahead=self.ahead),
        )


def _is_ambiguous_month(text: str) -> bool:
    # 2026.1 as a number may have been typed as 2026.10: the spreadsheet drops the zero.
    return bool(re.fullmatch(r"\d{4}\.1", text))


def _ambiguous(text: str) -> Bad:
    year = text[:4]
    return Bad(
        _("%(text)s may be January or October: a number cell drops the last zero.")
        % {"text": text},
        _("Write %(year)s-01 or %(year)s-10 as text.") % {"year": year},
        offers=(f"{year}-01", f"{year}-10"),
    )


def _serial_or_month(text: str, *, is_birth: bool) -> Bad | None:
    """20163 is March 2016 in haste, and the number of a day in 1955: likely for births alone."""
    match = _SERIAL_OR_MONTH.fullmatch(text)
    if match is None or int(match["y"]) > timezone.localdate().year + _COMING_YEARS:
        return None
    month, day = f"{match['y']}-0{match['m']}", _SERIAL_START + timedelta(days=int(text))
    return Bad(
        _("%(text)s may be the month %(month)s, or the number of the day %(day)s.")
        % {"text": text, "month": month, "day": shown(day)},
        _("Write %(month)s or %(day)s as text.") % {"month": month, "day": shown(day)},
        severity="warning" if is_birth else "error",
        value=day if is_birth else None,
        offers=() if is_birth else (month, shown(day)),
    )


def shown(day: date) -> str:
    """A day as precisely as it was written: 2016, 2016-03, 2016-03-05."""
    return day.isoformat()[: {"day": 10, "month": 7, "year": 4}[precision(day)]]


def _assumed(message: str, day: date) -> Bad:
    mend = _("It is read as %(date)s. Write the whole date if it is another.") % {
        "date": shown(day)
    }
    return Bad(message, mend, severity="warning", value=day)


def _short_year(text: str, *, today: date, ahead: bool) -> date | None:
    if match := _SHORT_RUN.fullmatch(text):
        month, day = int(match["m"]), int(match["d"])
    elif match := _SHORT_YEAR.fullmatch(text):
        month, day = int(match["m"] or match["m2"]), int(match["d"] or match["d2"] or 0)
    else:
        return None
    return _nearest((_dated(c + int(match["y"]), month, day) for c in (2000, 1900)), today, ahead)


def _no_year(text: str, *, today: date, ahead: bool) -> date | None:
    match = _NO_YEAR.fullmatch(text)
    if not match:
        return None
    years = range(today.year + 4, today.year - 5, -1)  # four: the 29th of February
    month, day = int(match["m"]), int(match["d"])
    return _nearest((_dated(year, month, day) for year in years), today, ahead)


def _nearest(days: Iterable[date | None], today: date, ahead: bool) -> date | None:
    """The last day up to today, or the next one from today on."""
    found = [day for day in days if day]
    if ahead:
        return min((day for day in found if day >= today), default=None)
    return max((day for day in found if day <= today), default=None)


def understand(text: str) -> date | None:
    """The date a text means, with its precision; None when it means none."""
    text = _TEN.sub(_number, text).translate(_CHINESE_DIGITS).replace("元月", "1月")
    if text.isdecimal() and int(text) in _SERIALS and len(text) == 5:
        return _SERIAL_START + timedelta(days=int(text))
    match = _SPLIT.fullmatch(text) or _RUN.fullmatch(text)
    if not match:
        return None
    year, month, day = (int(part) if part else 0 for part in match.group("y", "m", "d"))
    return _dated(year, month, day)


def _offered(text: str, *, is_birth: bool, ahead: bool) -> tuple[str, ...]:
    """What a text that is no date may mean, as one would write it."""
    today = timezone.localdate()
    text = _LOOSE.sub("", text)
    found = [understand(text), _short_year(text, today=today, ahead=ahead)]
    if pair := _PAIR.fullmatch(text):
        first, second = int(pair[1]), int(pair[2])
        if len(pair[1]) == 2:
            found.append(_of_a_century(first, second, today=today, ahead=ahead))
        if not is_birth:
            found.append(_no_year(f"{first}月{second}日", today=today, ahead=ahead))
    elif one := _ONE_PART.fullmatch(text):
        number = int(one["number"])
        if one["of"] == "年" and len(one["number"]) == 2:
            found.append(_of_a_century(number, 0, today=today, ahead=ahead))
        elif one["of"] == "月" and not is_birth:
            years = range(today.year + 1, today.year - 2, -1)
            found.append(_nearest((_dated(year, number, 0) for year in years), today, ahead))
    elif last := _YEAR_LAST.fullmatch(text):
        year = int(last[3])
        found += [
            _dated(year, int(last[1]), int(last[2])),
            _dated(year, int(last[2]), int(last[1])),
        ]
    days = [day for day in found if day and _EARLIEST <= day.year <= _LATEST]
    return tuple(dict.fromkeys(map(shown, days)))


def _of_a_century(year: int, month: int, *, today: date, ahead: bool) -> date | None:
    return _nearest((_dated(c + year, month, 0) for c in (2000, 1900)), today, ahead)


def _number(ten: re.Match[str]) -> str:
    """十二 as 12; a date in words has no zero between."""
    return f"{ten['tens'] or '一'}{ten['ones'] or '零'}"


def _dated(year: int, month: int, day: int) -> date | None:
    try:
        if day:
            return date(year, month, day)
        return MonthDate(year, month, 1) if month else YearDate(year, 1, 1)
    except ValueError:
        return None
