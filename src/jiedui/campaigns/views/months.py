"""The calendar of a campaign: a month, a year, and a file for other calendars."""

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from jiedui.campaigns import agenda
from jiedui.campaigns import feed as ics
from jiedui.campaigns import year as at_a_glance
from jiedui.campaigns.current import campaign_of, running_campaign
from jiedui.campaigns.models import Campaign
from jiedui.core.doors import needs
from jiedui.core.texts import MONTHS, is_chinese
from jiedui.engines.seasons import FIRST_YEAR as FIRST
from jiedui.engines.seasons import LAST_YEAR as LAST
from jiedui.engines.seasons import solar_terms


@needs("registers.read")
def show(request: HttpRequest) -> HttpResponse:
    campaign = running_campaign(request)
    month = _chosen_month(request)
    if request.GET.get("view") == "year":
        context = _year(campaign, month.year)
    else:
        context = _month(request, campaign, month)
    context |= {"month": month, "today": timezone.localdate(), "icons": agenda.ICONS}
    return render(request, "campaigns/calendar.html", context)


def _chosen_month(request: HttpRequest) -> date:
    """The first day of the month asked for; nonsense shows today's."""
    today = timezone.localdate()
    year, month = (request.GET.get(name, "") for name in ("year", "month"))
    of_year = int(year) if year.isdecimal() and FIRST <= int(year[:5]) <= LAST else today.year
    of_month = int(month) if month.isdecimal() and 1 <= int(month[:3]) <= 12 else 0
    return date(of_year, of_month or (today.month if of_year == today.year else 1), 1)


def _month(request: HttpRequest, campaign: Campaign, month: date) -> dict[str, Any]:
    after = agenda.next_month(month)
    first, last = month - timedelta(days=month.weekday()), after - timedelta(days=1)
    sunday = last + timedelta(days=6 - last.weekday())
    found = agenda.of_month(agenda.events(campaign, since=first, until=sunday))
    counts = agenda.day_counts(campaign, request.user, since=first, until=sunday)
    before = (month - timedelta(days=1)).replace(day=1)
    return {
        "name": month_name(month),
        "weeks": [
            (week, [(day, counts.get(day, [])) for day in week.days])
            for week in agenda.weeks(month, found)
        ],
        "counts": [(day, counts[day]) for day in sorted(counts) if month <= day <= last],
        "tasks": [
            (one, (one.ends - timezone.localdate()).days)
            for one in agenda.running(campaign, since=month, until=last)
        ],
        "listed": [
            one for one in found if one.starts <= last and one.ends >= month and one.kind != "task"
        ],
        "previous": f"?year={before.year}&month={before.month}" if before.year >= FIRST else "",
        "next": f"?year={after.year}&month={after.month}" if after.year <= LAST else "",
    }


def _year(campaign: Campaign, year: int) -> dict[str, Any]:
    found = agenda.events(campaign, since=date(year, 1, 1), until=date(year, 12, 31))
    return {
        "name": f"{year}年" if is_chinese() else str(year),
        "lines": at_a_glance.lines(campaign, year, (one for one in found if not one.regular)),
        "months": [(m, month_word(m), (m - date(year, 1, 1)).days) for m in _months(year)],
        "terms": [(day, name, short_day(day)) for day, name in solar_terms(year)],
        "at": (timezone.localdate() - date(year, 1, 1)).days,
        "previous": f"?view=year&year={year - 1}" if year > FIRST else "",
        "next": f"?view=year&year={year + 1}" if year < LAST else "",
    }


def _months(year: int) -> list[date]:
    return [date(year, number, 1) for number in range(1, 13)]


def month_word(month: date) -> str:
    return f"{month.month}月" if is_chinese() else MONTHS[month.month - 1]


def short_day(day: date) -> str:
    return f"{day.month}月{day.day}日" if is_chinese() else f"{day.day} {month_word(day)}"


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
