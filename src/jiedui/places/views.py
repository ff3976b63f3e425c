"""Doors to the area tree: the list, places of one's own, and bringing a county in."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.cache import cache_control

from jiedui.core.doors import needs
from jiedui.core.entries import form_page
from jiedui.core.lists import Action, Badge, Choice, Column, Empty, Listing, Search, Tree, YesNo
from jiedui.core.picks import offers_view
from jiedui.core.sending import once
from jiedui.core.typed import searched
from jiedui.places import actions, atlas
from jiedui.places.charts import features
from jiedui.places.forms import CloseForm, PlaceForm, RenameForm
from jiedui.places.models import Level, Place
from jiedui.places.picks import PLACE

DAY = 24 * 3600
PAGE = 25  # places of the national list on one page
MOST = 200  # places found; more means that more letters are needed
KINDS = {
    "district": gettext_lazy("district"),
    "county": gettext_lazy("county"),
    "economic_zone": gettext_lazy("economic zone"),
    "street": gettext_lazy("sub-district"),
    "township": gettext_lazy("town or township"),
    "village": gettext_lazy("village"),
    "community": gettext_lazy("community"),
    "zone": gettext_lazy("development zone or farm"),
    "village_like": gettext_lazy("like a village"),
    "community_like": gettext_lazy("like a community"),
}


def _kind(row: Place) -> Any:
    """Kinds of the national list, else the level a place of one's own stands for."""
    return KINDS.get(row.kind) or dict(Level.choices).get(row.kind, row.kind)


def _state(row: Place) -> Badge:
    if row.ended:
        return Badge(_("ended"), "grey", "circle-x")
    return Badge(_("standing"), "green", "circle-check")


class Places(Listing[Place]):
    key = "places"
    title = gettext_lazy("Places")
    icon = "map-pin"
    model = Place
    url = "places:list"
    permission = "registers.read"
    order = ("path",)
    action = Action(gettext_lazy("New place"), "places:new", "registers.change")
    more = (Action(gettext_lazy("Bring a county in"), "places:atlas", "registers.change", "map"),)
    card = ("level", "parent", "state")
    columns = (
        Column("name", pgettext_lazy("of a thing", "Name"), sort="pinyin", link=True),
        Column("code", gettext_lazy("Code"), sort="path"),
        Column("level", gettext_lazy("Level"), value="get_level_display", sort=("level", "path")),
        Column("kind", gettext_lazy("Kind"), value=_kind),
        Column("parent", gettext_lazy("Lies in"), value="parent.name", sort="path"),
        Column("since", gettext_lazy("Since"), kind="day", sort="since", shown=False),
        Column("ended", gettext_lazy("Ended"), kind="day", sort="ended", shown=False),
        Column("state", gettext_lazy("State"), value=_state),
    )
    filters = (
        Search("name", "pinyin", "initials", "code__startswith"),
        Choice("level", gettext_lazy("Level"), Level.choices),
        Tree("below", gettext_lazy("Lies in"), Place, path="path"),
        YesNo("standing", gettext_lazy("Standing"), yes=Q(ended=None)),
    )
    empty = Empty(
        "map-pin",
        gettext_lazy("No places yet"),
        gettext_lazy("Choose your county; its towns and villages come with it."),
        "places:atlas",
        gettext_lazy("Bring a county in"),
        "registers.change",
    )

    def dress(self, rows: QuerySet[Place]) -> QuerySet[Place]:
        return rows.select_related("parent")


@needs("registers.change")
def new(request: HttpRequest) -> HttpResponse:
    above = Place.objects.filter(code=searched(request.GET.get("in", ""), most=12)).first()
    form = PlaceForm(request.POST or None, user=request.user, initial={"parent": above})
    return form_page(
        request,
        form,
        lambda typed: actions.add(by=request.user, **typed),
        title=_("New place"),
        back=above.get_absolute_url() if above else reverse("places:list"),
        done=_("%s is in the register."),
    )


def _own(request: HttpRequest, pk: int) -> Place:
    """A place the user answers for: below one of the own roots."""
    row: Place = get_object_or_404(Place.objects.changeable_by(request.user), pk=pk)
    return row


@needs("registers.change")
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    place = _own(request, pk)
    form = RenameForm(request.POST or None, initial={"name": place.name})

    def act(typed: dict[str, Any]) -> None:
        actions.rename(place, name=typed.get("name", place.name), by=request.user)

    return form_page(request, form, act, title=place.name, back=place.get_absolute_url(), row=place)


@needs("registers.change")
def close(request: HttpRequest, pk: int) -> HttpResponse:
    place = _own(request, pk)
    form = CloseForm(request.POST or None)

    def act(typed: dict[str, Any]) -> None:
        actions.close(place, on=typed["on"], by=request.user)

    title = _("%s is no more") % place.name
    intro = _("What happened there stays readable. It is no longer offered for choosing.")
    return form_page(request, form, act, title=title, back=place.get_absolute_url(), intro=intro)


offers = needs("registers.read")(offers_view(PLACE))


@needs("registers.change")
def national(request: HttpRequest) -> HttpResponse:
    """Search the national tree and bring a county, city or town in with all below it."""

    def work() -> HttpResponse:
        added = actions.bring_in(request.POST.get("code", ""), by=request.user)
        messages.success(request, _("%(n)s places were brought in.") % {"n": f"{added:,}"})
        return redirect("places:list")

    if request.method == "POST":
        return once(request, work, by=request.user)
    text = searched(request.GET.get("q", ""), most=40)
    within = request.GET.get("in", "") if atlas.find(request.GET.get("in", "")) else ""
    found = atlas.search(text, within=within or None, limit=MOST) if text else _below(within)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    here = set(Place.objects.filter(code__in=[p.code for p in page]).values_list("code", flat=True))
    context = {
        "page": page,
        "rows": [(place, place.code in here, atlas.full_name(place.code)) for place in page],
        "is_cut": len(found) == MOST,
        "text": text,
        "within": within,
        "crumbs": [*atlas.ancestors(within), atlas.find(within)] if within else [],
    }
    return render(request, "places/atlas.html", context)


def _below(code: str) -> list[atlas.AtlasPlace]:
    return atlas.children(code) if code else atlas.provinces()


@cache_control(private=True, max_age=DAY)
def outlines(request: HttpRequest, code: str) -> JsonResponse:
    """GeoJSON of the areas below a place."""
    found = features(code)
    if not found:
        raise Http404
    return JsonResponse({"type": "FeatureCollection", "features": found})
