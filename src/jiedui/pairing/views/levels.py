"""Where the pairs of members and the pairs of units with villages disagree, and how to mend it."""

from dataclasses import replace
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from jiedui.campaigns.current import running_campaign
from jiedui.campaigns.models import Campaign
from jiedui.campaigns.playbook.pairs import Pairing
from jiedui.core.doors import needs
from jiedui.core.typed import searched
from jiedui.core.users import User
from jiedui.pairing import levels
from jiedui.pairing.levels import Levels
from jiedui.pairing.models import Pair
from jiedui.pairing.scopes import reachable_places
from jiedui.pairing.views.shared import chosen_kind
from jiedui.places.models import Place

SHOWN = 30
WORDS = 5  # of a search
SEARCHED = {  # what a word is looked for in, by what is shown
    "outside": ("household__head", "household__pinyin", "household__number", "member__name",
                "member__pinyin", "organisation__name", "household__place__name"),
    "idle": ("organisation__name", "place__name", "place__pinyin"),
    "unanswered": ("name", "pinyin", "parent__name"),
}  # fmt: skip


@needs("registers.read")
def two_levels(request: HttpRequest) -> HttpResponse:
    campaign = running_campaign(request)
    pairing = chosen_kind(request, levels.kinds_inside_units(campaign))
    if pairing is None:
        return render(request, "pairing/no_kind.html", {"title": _("Two levels of pairs")})
    found = _visible(request, campaign, pairing)
    which = request.GET.get("show", "")
    which = which if which in ("unanswered", "idle") else "outside"
    query = searched(request.GET.get("q", ""), most=60)
    keys = _searched(which, getattr(found, which), query=query)
    page = Paginator(keys, SHOWN).get_page(request.GET.get("page"))
    context = {
        "pairing": pairing,
        "found": found,
        "which": which,
        "query": query,
        "page": page,
        "lines": (lines := _lines(which, list(page))),
        "may_change": _changeable(which, lines, request.user),
        "village_kind": next((one.key for one in levels.village_kinds(campaign)), ""),
        "figures": _figures(found, kind=pairing.key),
        "is_strict": pairing.inside_unit == "only",
    }
    return render(request, "pairing/levels.html", context)


def _visible(request: HttpRequest, campaign: Campaign, pairing: Pairing) -> Levels:
    """Only pairs and villages the user may see; the office and leaders see all."""
    found = levels.compare(campaign, pairing, among=Pair.objects.visible_to(request.user))
    villages = [key for key, _count in found.unanswered]
    seen = Place.objects.visible_to(request.user).filter(pk__in=villages)
    places = set(seen.values_list("pk", flat=True)) if villages else set()
    return replace(found, unanswered=[one for one in found.unanswered if one[0] in places])


def _searched(which: str, keys: list[Any], *, query: str) -> list[Any]:
    """The keys whose names hold every word."""
    if not query:
        return keys
    model, pk = (Place, 0) if which == "unanswered" else (Pair, None)
    known = keys if pk is None else [one[pk] for one in keys]
    rows = model._default_manager.filter(pk__in=known)
    for word in query.split()[:WORDS]:
        either = Q()
        for field in SEARCHED[which]:
            either |= Q(**{f"{field}__icontains": word})
        rows = rows.filter(either)
    kept = set(rows.values_list("pk", flat=True))
    return [one for one in keys if (one if pk is None else one[pk]) in kept]


def _lines(which: str, keys: list[Any]) -> list[Any]:
    """The rows of this page, in the order of their keys."""
    if which == "unanswered":
        places = Place.objects.select_related("parent").in_bulk([key for key, _count in keys])
        return [(places[key], count) for key, count in keys if key in places]
    rows = Pair.objects.select_related(
        "household__place", "place__parent", "member", "organisation", "team", "campaign"
    ).in_bulk(keys)
    return [rows[key] for key in keys if key in rows]


def _changeable(which: str, lines: list[Any], user: User) -> set[int]:
    """Keys of the pairs of this page that the user may change, or of places to find keepers for."""
    if which == "unanswered":
        places = Place.objects.filter(pk__in=[place.pk for place, _count in lines])
        return set(
            places.filter(reachable_places(user, permission="pair.change")).values_list(
                "pk", flat=True
            )
        )
    pairs = Pair.objects.filter(pk__in=[one.pk for one in lines])
    return set(pairs.changeable_by(user).values_list("pk", flat=True))


def _figures(found: Levels, *, kind: str) -> list[dict[str, Any]]:
    show = f"?kind={kind}&show"
    return [
        {"name": _("Pairs outside the unit's villages"), "value": len(found.outside),
         "unit": _("pairs"), "url": f"{show}=outside", "tone": "red" if found.outside else "green"},
        {"name": _("Villages no unit answers for"), "value": len(found.unanswered),
         "unit": _("villages"), "url": f"{show}=unanswered",
         "tone": "red" if found.unanswered else "green"},
        {"name": _("Units with a village but no pair there"), "value": len(found.idle),
         "unit": _("units"), "url": f"{show}=idle", "tone": "red" if found.idle else "green"},
    ]  # fmt: skip
