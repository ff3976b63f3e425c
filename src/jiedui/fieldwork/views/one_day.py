"""One day on one screen, live while it happens: who has started, people, money and goods."""

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from jiedui.campaigns.current import running_campaign
from jiedui.core.doors import needs
from jiedui.core.texts import yuan_text
from jiedui.fieldwork.one_day import OneDay, kinds, latest, levels


@needs("registers.read")
def one_day(request: HttpRequest) -> HttpResponse:
    """`?day=&kind=&level=`; without a day the last one on which anything was done."""
    campaign = running_campaign(request)
    today = timezone.localdate()
    kind = _known(request.GET.get("kind", ""), [one.key for one in kinds(campaign)])
    known = levels(campaign)
    level = _known(request.GET.get("level", ""), [key for key, _name in known])
    level = level or (known[0][0] if known else "unit")
    day = _day(request.GET.get("day", ""))
    day = day or latest(campaign, kind, user=request.user, today=today)
    found = OneDay(campaign, day, kind=kind, level=level, user=request.user)
    query = {"kind": kind, "level": level}
    context = {
        "found": found,
        "day": day,
        "is_today": day == today,
        "now": timezone.localtime(),
        "figures": _figures(found),
        "goods": found.goods(),
        "outputs": found.outputs(),
        "kinds": [(one.key, one.name) for one in kinds(campaign)],
        "levels": known,
        "level_name": dict(known).get(level, ""),
        "here": _url(day, query),
        "before": _url(day - timedelta(days=1), query),
        "after": _url(day + timedelta(days=1), query) if day < today else "",
        "listed": _listed(day, kind),
    }
    return render(request, "fieldwork/one_day.html", context)


def _listed(day: date, kind: str) -> str:
    """The list of what was done on the day."""
    query = {"day_from": day.isoformat(), "day_to": day.isoformat()}
    query |= {"kind": kind} if kind else {}
    return f"{reverse('fieldwork:list')}?{urlencode(query)}"


def _known(value: str, values: list[str]) -> str:
    return value if value in values else ""


def _day(text: str) -> date | None:
    """A day as the browser sends it; None for what is none."""
    try:
        return parse_date(text)
    except ValueError:
        return None


def _url(day: date, query: dict[str, str]) -> str:
    return f"?{urlencode({'day': day.isoformat(), **{k: v for k, v in query.items() if v}})}"


def _figures(found: OneDay) -> list[dict[str, Any]]:
    totals, hosts = found.totals, len(found.hosts)
    figures: list[dict[str, Any]] = [
        {"name": _("Have started"), "value": len(found.begun), "unit": _("of %(n)d") % {"n": hosts},
         "tone": "green" if hosts and not found.idle else ""},
        {"name": pgettext("done", "Activities"), "value": totals["activities"],
         "unit": _("activities")},
        {"name": _("Members taking part"), "value": totals["members"], "unit": _("person-times")},
        {"name": _("Public taking part"), "value": totals["public"], "unit": _("person-times")},
        {"name": pgettext("reached", "Places"), "value": totals["places"], "unit": _("places")},
    ]  # fmt: skip
    given = (("cash_fen", _("Money given")), ("goods_fen", _("Goods at value")))
    figures += [
        {"name": name, "text": yuan_text(totals[key]), "unit": _("yuan")}
        for key, name in given
        if totals[key]
    ]
    return figures
