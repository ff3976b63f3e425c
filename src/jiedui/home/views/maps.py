"""Areas filled by a figure, with the same numbers in a table; a click goes one level down."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from jiedui.campaigns.current import running_campaign
from jiedui.campaigns.models import Campaign
from jiedui.campaigns.playbook.publishing import Figure
from jiedui.core.doors import needs
from jiedui.figures import actions as figures
from jiedui.figures.access import reach
from jiedui.figures.models import Snapshot
from jiedui.figures.parts import Part, parts
from jiedui.home import charts
from jiedui.home.desk import href
from jiedui.places.charts import area_map
from jiedui.places.models import Place

DEEPER = {"province": "city", "city": "county", "county": "town", "town": "village"}
BARS = 24  # more cannot be read; the table has all


@needs("figures.read")
def page(request: HttpRequest) -> HttpResponse:
    """`?figure=` and `?place=` (a path); without them the first figure of the whole area."""
    campaign = running_campaign(request)
    own = reach(request.user, campaign)
    if own.is_nothing:
        raise Http404
    place = _place(request, campaign, own)
    snapshot = figures.latest(campaign)
    if snapshot is None:
        return render(request, "home/map.html", {"is_empty": True, "campaign_key": campaign.key})
    chosen = _figure(request, campaign)
    found = _parts(snapshot, chosen, place)
    rows = [(part, _deeper(part, chosen, place, campaign, own)) for part in found]
    context = {
        "figure": chosen,
        "choices": [(one.key, str(one.name)) for one in _fitting(campaign)],
        "place": place,
        "line": [one for one in place.line() if len(one.path) >= len(campaign.place.path)][:-1],
        "rows": rows,
        "snapshot": snapshot,
        "option": _option(chosen, place, rows),
        "bars": _bars(chosen, rows),
        "records_url": _records(campaign, chosen, place),
    }
    return render(request, "home/map.html", context)


def _place(request: HttpRequest, campaign: Campaign, own: Any) -> Place:
    path = request.GET.get("place", "")
    if not path or path == campaign.place.path:
        return campaign.place
    if not path.isdecimal():
        raise Http404
    found: Place = get_object_or_404(Place, path=path)
    if not found.path.startswith(campaign.place.path) or found.level not in DEEPER:
        raise Http404
    if not own.has_place(found.path):
        raise Http404
    return found


def _fitting(campaign: Campaign) -> list[Figure]:
    """Figures of the dashboards that are broken down by place come first; none of places."""
    playbook = campaign.playbook
    first = [
        key for one in playbook.dashboards if one.by in ("county", "town") for key in one.figures
    ]
    keys = dict.fromkeys([*first, *(one.key for one in playbook.figures)])
    known = (playbook.figure(key) for key in keys)
    return [one for one in known if one.counts != "places" and one.over != "funds"]


def _figure(request: HttpRequest, campaign: Campaign) -> Figure:
    fitting = _fitting(campaign)
    if not fitting:
        raise Http404
    key = request.GET.get("figure", "")
    return next((one for one in fitting if one.key == key), fitting[0])


def _parts(snapshot: Snapshot, figure: Figure, place: Place) -> list[Part]:
    by = DEEPER[place.level]
    whole = place.path == snapshot.campaign.place.path
    found = parts(snapshot, figure, by=by, **({} if whole else {"place": place}))
    return [part for part in found if part.value.part]


def _deeper(part: Part, figure: Figure, place: Place, campaign: Campaign, own: Any) -> str:
    """The map one level down while there is one, else the records; nothing out of reach."""
    if not part.param or not own.has_place(part.path):
        return ""
    if DEEPER[place.level] in ("city", "county"):
        query = urlencode({"figure": figure.key, "place": part.path})
        return f"{reverse('home:map')}?{query}"
    return href("figures:show", campaign.key, figure.key, place=part.path)


def _records(campaign: Campaign, figure: Figure, place: Place) -> str:
    query = {} if place.path == campaign.place.path else {"place": place.path}
    return href("figures:show", campaign.key, figure.key, **query)


def _option(figure: Figure, place: Place, rows: list[tuple[Part, str]]) -> dict[str, Any] | None:
    """None where no outline is known; below a county the table alone says it."""
    return area_map(
        place,
        {part.path: charts.plain(part.value.value) for part, _url in rows},
        title=_("%(name)s (%(unit)s)") % {"name": figure.name, "unit": figure.unit},
        name=str(figure.name),
        links={part.path: url for part, url in rows if url},
    )


def _bars(figure: Figure, rows: list[tuple[Part, str]]) -> dict[str, Any] | None:
    """For areas without outlines, the largest first; None where there is nothing to compare."""
    known = [row for row in rows if row[0].value.value is not None]
    shown = sorted(known, key=lambda row: -row[0].value.value)[:BARS]  # type: ignore[operator]
    if len(shown) < 2:
        return None
    return charts.by_part(figure, [part for part, _url in shown], [url for _part, url in shown])
