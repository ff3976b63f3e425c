"""Figures of a campaign: all of them, one with its parts, and the records behind it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jiedui.campaigns.current import running_campaign
from jiedui.campaigns.models import Campaign
from jiedui.campaigns.playbook.publishing import Dashboard, Figure
from jiedui.core.doors import may, needs, number
from jiedui.figures import access, actions, charts, export, history, trace, wording
from jiedui.figures import parts as breaking
from jiedui.figures.evaluation import Value, evaluate
from jiedui.figures.expressions import PERIODS, FigureQuery
from jiedui.figures.forms import ScopeForm
from jiedui.figures.models import Snapshot
from jiedui.figures.record_rows import visible
from jiedui.orgs.scopes import of

CHARTED = 40  # more bars cannot be read


@dataclass
class Desk:
    """What every page of figures stands on: campaign, snapshot, the scope asked for."""

    request: HttpRequest
    campaign: Campaign
    snapshot: Snapshot | None
    form: ScopeForm
    scope: Mapping[str, Any]

    @property
    def query(self) -> str:
        """The scope as the end of an address."""
        wanted = self.request.GET.copy()
        for name in [name for name in wanted if name not in self.form.fields or not wanted[name]]:
            del wanted[name]
        return f"?{wanted.urlencode()}" if wanted else ""

    def url(self, figure: str) -> str:
        return reverse("figures:show", args=[self.campaign.key, figure]) + self.query

    @property
    def figure_query(self) -> FigureQuery:
        place, organisation = self.scope.get("place"), self.scope.get("organisation")
        return FigureQuery(
            place=place.path if place else "",
            organisation=organisation.path if organisation else "",
            since=self.scope.get("since"),
            until=self.scope.get("until"),
        )


def _desk(request: HttpRequest, key: str, *, permission: str = "figures.read") -> Desk:
    """The desk for this user; 404 for strangers to the campaign, and for scopes out of reach."""
    campaign = get_object_or_404(Campaign.objects.select_related("organisation", "place"), key=key)
    reach = access.reach(request.user, campaign, permission=permission)
    if reach.is_nothing:
        raise Http404
    form = ScopeForm(request.GET, campaign=campaign, reach=reach)
    form.is_valid()
    if form.is_out_of_reach:
        raise Http404
    return Desk(request, campaign, actions.latest(campaign), form, form.cleaned_data)


@needs("figures.read")
def home(request: HttpRequest) -> HttpResponse:
    """The figures of the campaign one works in."""
    return redirect("figures:index", running_campaign(request).key)


@needs("figures.read")
def index(request: HttpRequest, campaign: str) -> HttpResponse:
    desk = _desk(request, campaign)
    if desk.snapshot is None:
        return render(request, "figures/none.html", {"desk": desk})
    playbook = desk.campaign.playbook
    values = evaluate(desk.snapshot, playbook.figures, **desk.scope)
    # In a part or a period the lines would have to be counted for each reader anew.
    lines = history.lines(desk.snapshot, playbook.figures) if not desk.query else {}
    cards = {value.key: _card(desk, value) | lines.get(value.key, {}) for value in values}
    groups = [
        (str(board.name), [cards.pop(key) for key in board.figures if key in cards])
        for board in playbook.dashboards
        if _is_for(board, request.user)
    ]
    groups.append((_("Other figures"), list(cards.values())))
    context = {"desk": desk, "groups": [group for group in groups if group[1]], **_state(desk)}
    return render(request, "figures/index.html", context)


def _is_for(board: Dashboard, user: Any) -> bool:
    return not board.roles or bool(user.roles & set(board.roles))


def _card(desk: Desk, value: Value) -> dict[str, Any]:
    """Without the day: the page says it once for all."""
    return wording.card(value, url=desk.url(value.key)) | {"as_of": None}


def _state(desk: Desk) -> dict[str, Any]:
    is_stale = desk.snapshot is None or actions.is_stale(desk.snapshot)
    return {"snapshot": desk.snapshot, "is_stale": is_stale}


@needs("figures.read")
def show(request: HttpRequest, campaign: str, key: str) -> HttpResponse:
    desk = _desk(request, campaign)
    figure = _figure(desk, key)
    if desk.snapshot is None:
        return render(request, "figures/none.html", {"desk": desk})
    (value,) = evaluate(desk.snapshot, [figure], **desk.scope)
    context = {
        "desk": desk,
        "figure": figure,
        "value": value,
        "card": _card(desk, value) | {"url": ""},
        "rounded": wording.rounded_text(value),
        "made_of": [
            _card(desk, one) for one in evaluate(desk.snapshot, figure.parts, **desk.scope)
        ],
        "may_export": may(request.user, "registers.export"),
        **_broken_down(desk, figure),
        **_records(desk, figure),
        **_state(desk),
    }
    return render(request, "figures/show.html", context)


def _figure(desk: Desk, key: str) -> Figure:
    found = next((one for one in desk.campaign.playbook.figures if one.key == key), None)
    if found is None:
        raise Http404
    return found


def _broken_down(desk: Desk, figure: Figure) -> dict[str, Any]:
    assert desk.snapshot
    choices = breaking.choices(desk.campaign)
    by = desk.request.GET.get("by", "")
    by = by if by in choices else next(iter(choices))
    found = breaking.parts(desk.snapshot, figure, by=by, **desk.scope)
    months = breaking.parts(desk.snapshot, figure, by="month", **desk.scope)
    name, unit = str(figure.name), str(figure.unit)
    rows = [(part, _part_url(desk, figure, part)) for part in found]
    shown = rows[-CHARTED:] if by in PERIODS else rows[:CHARTED]
    return {
        "by": by,
        "choices": choices.items(),
        # In a table what is newest is looked for first; the chart runs with time.
        "parts": rows[::-1] if by in PERIODS else rows,
        "parts_chart": charts.by_parts(
            name,
            unit,
            [part.name for part, _url in shown],
            [part.value.value for part, _url in shown],
            [url for _part, url in shown],
        ),
        "months_chart": charts.over_time(
            name, unit, [part.name for part in months], [part.value.value for part in months]
        )
        if len(months) > 1 and by != "month"
        else None,
    }


def _part_url(desk: Desk, figure: Figure, part: breaking.Part) -> str:
    """Where a part is opened; nothing when it is out of the user's reach."""
    reach = desk.form.reach
    checks = {"place": reach.has_place, "organisation": reach.has_organisation}
    if not part.param or not checks[part.param](part.path):
        return ""
    query = desk.request.GET.copy()
    query.pop("page", None)
    query[part.param] = part.path
    address = reverse("figures:show", args=[desk.campaign.key, figure.key])
    return f"{address}?{query.urlencode()}"


def _records(desk: Desk, figure: Figure) -> dict[str, Any]:
    assert desk.snapshot
    wanted = number(desk.request.GET.get("page", "")) or 1
    page = trace.records(desk.snapshot, figure, desk.figure_query, page=wanted)
    mine = of(desk.request.user).holding("figures.read")
    found = visible(page.ids, user=mine, playbook=desk.campaign.playbook)
    return {"page": page, "records": found, "hidden": len(page.ids) - len(found)}


@needs("registers.export")
def workbook(request: HttpRequest, campaign: str, key: str) -> Any:
    desk = _desk(request, campaign, permission="registers.export")
    figure = _figure(desk, key)
    if desk.snapshot is None:
        raise Http404
    selection = (desk.snapshot, figure, desk.figure_query)
    if export.is_large(*selection):
        return redirect(export.in_background(*selection, user=request.user))
    file = export.to_file(*selection, user=request.user)
    return FileResponse(file, as_attachment=True, filename=export.file_name(*selection[:2]))


@require_POST
@needs("figures.read")
def refresh(request: HttpRequest, campaign: str) -> HttpResponse:
    """Queue a new snapshot; its page shows how far it is."""
    desk = _desk(request, campaign)
    job = actions.refresh(desk.campaign, by=request.user)
    if job.owner_id == request.user.pk:
        return redirect(job)
    messages.info(request, _("The figures are being counted anew already."))
    return redirect("figures:index", desk.campaign.key)
