"""Dates as they stand in lists: 202603, 2026年3月, 2026.03.01, serial numbers, date cells."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from django.utils import timezone
from django.utils.translation import gettext as _

from jiedui.imports.cells import Cell
from jiedui.imports.values import Bad, Parser, Value, plain

Precision = Literal["day", "month", "year"]

_EARLIEST, _LATEST = 1880, 2100
_SERIAL_START = date(1899, 12, 30)  # the Lotus leap-year error is behind us from 1900-03-01 on
_SERIALS = range(3_655, 73_051)  # 1910 to 2099; four-digit numbers below stay years
_SPLIT = re.compile(
    r"(?P<y>\d{4})\s*[年./\-]\s*(?P<m>\d{1,2})(?:\s*[月./\-]\s*(?:(?P<d>\d{1,2})\s*[日号]?)?)?"
    r"(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?"
)
# Written in haste: 16-3-5, 16年3月, and 10月8日 of a year everybody knew.
_SHORT_YEAR = re.compile(
    r"(?P<y>\d{2})(?:\s*[./\-]\s*(?P<m>\d{1,2})\s*[./\-]\s*(?P<d>\d{1,2})|"
    r"\s*年\s*(?P<m2>\d{1,2})\s*月(?:\s*(?P<d2>\d{1,2})\s*[日号])?)"
)
_NO_YEAR = re.compile(r"(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})\s*[日号]?")
_RUN = re.compile(r"(?P<y>\d{4})(?P<m>\d{2})?(?P<d>\d{2})?年?")
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
        found = understand(text)
        if found:
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


def _assumed(message: str, day: date) -> Bad:
    shown = day.isoformat()[: 10 if precision(day) == "day" else 7]
    mend = _("It is read as %(date)s. Write the whole date if it is another.") % {"date": shown}
    return Bad(message, mend, severity="warning", value=day)


def _short_year(text: str, *, today: date, ahead: bool) -> date | None:
    match = _SHORT_YEAR.fullmatch(text)
    if not match:
        return None
    month, day = int(match["m"] or match["m2"]), int(match["d"] or match["d2"] or 0)
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
    text = text.translate(_CHINESE_DIGITS)
    if text.isdecimal() and int(text) in _SERIALS and len(text) == 5:
        return _SERIAL_START + timedelta(days=int(text))
    match = _SPLIT.fullmatch(text) or _RUN.fullmatch(text)
    if not match:
        return None
    year, month, day = (int(part) if part else 0 for part in match.group("y", "m", "d"))
    return _dated(year, month, day)


def _dated(year: int, month: int, day: int) -> date | None:
    try:
        if day:
            return date(year, month, day)
        return MonthDate(year, month, 1) if month else YearDate(year, 1, 1)
    except ValueError:
        return None
