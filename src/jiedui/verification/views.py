"""Is every figure of a bulletin true of its records? For everybody, and beside the bulletin."""

import time
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from jiedui.core import crypto
from jiedui.reports import wording
from jiedui.reports.models import Bulletin
from jiedui.reports.recounting import Line
from jiedui.reports.views.bulletins import context_of, get
from jiedui.verification import check
from jiedui.verification.check import Result

PER_MINUTE = 30  # pages for one address
KEPT = 600  # seconds for which a result is not counted again: recounting takes a second or two


@login_not_required
@require_safe
def public(request: HttpRequest, token: str) -> HttpResponse:
    """Figures shown and exact, recomputed now: no names, no links into the system."""
    if _is_too_often(request):
        return render(request, "verification/later.html", status=429)
    rows = Bulletin.objects.filter(state=Bulletin.State.FROZEN)
    bulletin = get_object_or_404(rows.select_related("campaign", "snapshot__campaign"), token=token)
    result = _result(bulletin)
    used = {one["id"] for one in bulletin.figures if f"[[{one['id']}]]" in bulletin.text}
    if not used:
        raise Http404
    lines = [_line(one) for one in result.figures if one.id in used]
    context = {"bulletin": bulletin, "result": result, "lines": lines,
               "office": bulletin.campaign.playbook.campaign.office}  # fmt: skip
    return render(request, "verification/public.html", context)


def bulletin(request: HttpRequest, pk: int) -> HttpResponse:
    """The bulletin as its readers see it, with every figure counted again just now."""
    row = get(request, pk)
    context = {**context_of(request, row), "result": check.verify(row)}
    return render(request, "verification/bulletin.html", context)


def _result(bulletin: Bulletin) -> Result:
    key = f"verify-{bulletin.pk}-{int(time.time()) // KEPT}"
    kept: Result | None = cache.get(key)
    if kept is None:
        kept = check.verify(bulletin)
        cache.set(key, kept, KEPT)
    return kept


def _line(one: Line) -> dict[str, Any]:
    return {
        "name": one.name,
        "unit": "" if one.shown.endswith("%") else one.unit,
        "shown": one.shown,
        "exact": _exact(one.value),
        "recomputed": _exact(one.recomputed),
        "records": one.records,
        "equal": one.equal,
    }


def _exact(value: str | None) -> str:
    number = wording.number_of(value)
    return wording.MISSING if number is None else wording.exact(number, grouped=True)


def _is_too_often(request: HttpRequest) -> bool:
    origin = crypto.digest(request.META.get("REMOTE_ADDR", ""))
    key = f"verify-{origin}-{int(time.time()) // 60}"
    cache.add(key, 0, 60)
    try:
        return cache.incr(key) > PER_MINUTE
    except ValueError:  # it ended between the two lines
        return False
