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
from jiedui.home import areas
from jiedui.home.desk import href
from jiedui.places import pictures
from jiedui.places.models import Place

DEEPER = {"province": "city", "city": "county", "county": "town", "town": "village"}


@needs("figures.read")
def page(request: HttpRequest) -> HttpResponse:
    """`?figure=` and `?place=` (a path); without them the first share of the whole area."""
    campaign = running_campaign(request)
    own = reach(request.user, campaign)
    if own.is_nothing:
        raise Http404
    place = _place(request, campaign, own)
    snapshot = figures.latest(campaign)
    if snapshot is None:
        return render(request, "home/map.html", {"is_empty": True, "campaign_key": campaign.key})
    chosen = _figure(request, campaign)
    by = DEEPER[place.level]
    found, scale = areas.areas_below(
        place,
        chosen,
        _parts(snapshot, chosen, place),
        by=by,
        url=lambda path: _deeper(path, chosen, by, campaign, own),
    )
    picture = pictures.picture(place)
    shapes, tiles = areas.drawn(picture, found) if picture else ([], found)
    context = {
        "figure": chosen,
        "choices": _choices(campaign),
        "place": place,
        "line": [one for one in place.line() if len(one.path) >= len(campaign.place.path)][:-1],
        "areas": found,
        "picture": picture if shapes else None,
        "shapes": shapes,
        "tiles": tiles,
        "legend": scale.legend() if any(one.level is not None for one in found) else [],
        "has_unknown": any(one.level is None for one in found),
        "snapshot": snapshot,
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


def _choices(campaign: Campaign) -> list[tuple[str, list[tuple[str, str]]]]:
    """The figures to choose from, by the dashboards they stand on."""
    left = {one.key: str(one.name) for one in _fitting(campaign)}
    groups = [
        (str(board.name), [(key, left.pop(key)) for key in board.figures if key in left])
        for board in campaign.playbook.dashboards
    ]
    groups.append((_("Other figures"), list(left.items())))
    return [group for group in groups if group[1]]


def _figure(request: HttpRequest, campaign: Campaign) -> Figure:
    """The one asked for; else the first share, which no area leads by its size alone."""
    fitting = _fitting(campaign)
    if not fitting:
        raise Http404
    key = request.GET.get("figure", "")
    chosen = next((one for one in fitting if one.key == key), None)
    return chosen or next((one for one in fitting if one.counts == "share"), fitting[0])


def _parts(snapshot: Snapshot, figure: Figure, place: Place) -> list[Part]:
    by = DEEPER[place.level]
    whole = place.path == snapshot.campaign.place.path
    found = parts(snapshot, figure, by=by, **({} if whole else {"place": place}))
    return [part for part in found if part.value.part]


def _deeper(path: str, figure: Figure, by: str, campaign: Campaign, own: Any) -> str:
    """The map one level down while there is one, else the records; nothing out of reach."""
    if not own.has_place(path):
        return ""
    if by in DEEPER:
        return f"{reverse('home:map')}?{urlencode({'figure': figure.key, 'place': path})}"
    return href("figures:show", campaign.key, figure.key, place=path)


def _records(campaign: Campaign, figure: Figure, place: Place) -> str:
    query = {} if place.path == campaign.place.path else {"place": place.path}
    return href("figures:show", campaign.key, figure.key, **query)
