"""The calendar of a campaign: a month, a year, and a file for other calendars."""

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from jiedui.campaigns import agenda
from jiedui.campaigns import feed as ics
from jiedui.campaigns.current import campaign_of, running_campaign
from jiedui.core.doors import needs
from jiedui.core.texts import MONTHS, is_chinese
from jiedui.engines.seasons import FIRST_YEAR as FIRST
from jiedui.engines.seasons import LAST_YEAR as LAST


@needs("registers.read")
def show(request: HttpRequest) -> HttpResponse:
    campaign = running_campaign(request)
    month = _asked(request)
    if request.GET.get("view") == "year":
        context = _year(campaign, month.year)
    else:
        context = _month(campaign, month)
    context |= {"month": month, "today": timezone.localdate(), "icons": agenda.ICONS}
    return render(request, "campaigns/calendar.html", context)


def _asked(request: HttpRequest) -> date:
    """The first day of the month asked for; nonsense shows today's."""
    today = timezone.localdate()
    year, month = (request.GET.get(name, "") for name in ("year", "month"))
    of_year = int(year) if year.isdecimal() and FIRST <= int(year[:5]) <= LAST else today.year
    of_month = int(month) if month.isdecimal() and 1 <= int(month[:3]) <= 12 else 0
    return date(of_year, of_month or (today.month if of_year == today.year else 1), 1)


def _month(campaign: Any, month: date) -> dict[str, Any]:
    after = agenda.next_month(month)
    first = month - timedelta(days=month.weekday())
    found = agenda.events(campaign, since=first, until=after + timedelta(days=6))
    before = (month - timedelta(days=1)).replace(day=1)
    return {
        "name": month_name(month),
        "weeks": agenda.weeks(month, found),
        "listed": [one for one in found if one.starts < after and one.ends >= month],
        "previous": f"?year={before.year}&month={before.month}" if before.year >= FIRST else "",
        "next": f"?year={after.year}&month={after.month}" if after.year <= LAST else "",
    }


def _year(campaign: Any, year: int) -> dict[str, Any]:
    found = agenda.events(campaign, since=date(year, 1, 1), until=date(year, 12, 31))
    told = [one for one in found if not one.regular]
    return {
        "name": f"{year}年" if is_chinese() else str(year),
        "months": [(m, month_name(m), _beginning(told, m)) for m in _months(year)],
        "previous": f"?view=year&year={year - 1}" if year > FIRST else "",
        "next": f"?view=year&year={year + 1}" if year < LAST else "",
    }


def _months(year: int) -> list[date]:
    return [date(year, number, 1) for number in range(1, 13)]


def _beginning(found: list[agenda.Event], month: date) -> list[agenda.Event]:
    """What begins in this month; a January also tells what runs on from the year before."""
    after = agenda.next_month(month)
    return [
        one
        for one in found
        if month <= one.starts < after or (month.month == 1 and one.starts < month)
    ]


def month_name(month: date) -> str:
    if is_chinese():
        return f"{month.year}年{month.month}月"
    return f"{MONTHS[month.month - 1]} {month.year}"


@needs("registers.read")
def feed(request: HttpRequest) -> HttpResponse:
    """A year back and two ahead, without what comes every month: calendars should stay calm."""
    campaign = campaign_of(request)
    today = timezone.localdate()
    found: list[agenda.Event] = []
    if campaign:
        since, until = today - timedelta(days=365), today + timedelta(days=730)
        found = [e for e in agenda.events(campaign, since=since, until=until) if not e.regular]
        text = ics.to_ics(campaign, found, at=timezone.now())
    answer = HttpResponse(text if campaign else "", content_type="text/calendar; charset=utf-8")
    name = campaign.key if campaign else "jiedui"
    answer["Content-Disposition"] = f'attachment; filename="{name}.ics"'
    return answer
