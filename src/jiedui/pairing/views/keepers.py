"""Places that somebody is to keep (楼道, 责任区, 服务点, 村), and who does."""

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.db.models import BooleanField, ExpressionWrapper, Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from jiedui.campaigns.current import running_campaign
from jiedui.core.doors import may, needs
from jiedui.core.lists import Choice, Column, Empty, Listing, Search, Tree, listing_view
from jiedui.core.refusals import Refused
from jiedui.core.sending import once, send
from jiedui.core.users import User
from jiedui.orgs.models import Organisation
from jiedui.pairing import actions, coverage, scopes, villages
from jiedui.pairing.forms import KeeperForm
from jiedui.pairing.models import Pair
from jiedui.pairing.views.shared import chosen_kind, kinds
from jiedui.pairing.views.uncovered import Alone
from jiedui.places.models import Place

KEPT = (
    ("no", gettext_lazy("nobody keeps it")),
    ("yes", gettext_lazy("somebody keeps it")),
)


def kept_by(place: Any) -> str:
    return "、".join(str(pair.helper) for pair in place.keepers)


class ByKeeper(Choice):
    """Kept or not; the list says which places are without anybody."""

    def narrow(self, rows: QuerySet[Any], value: Any) -> QuerySet[Any]:
        return rows.filter(alone_since__isnull=value == "yes")


class Keepers(Alone, Listing[Place]):
    key = "keepers"
    title = gettext_lazy("Keepers of places")
    icon = "map-pin"
    model = Place
    permission = "registers.read"
    order = ("kept", "alone_since", "path")
    template = "pairing/keepers.html"
    columns = (
        Column("name", gettext_lazy("Place"), sort="pinyin", link=True),
        Column("parent", gettext_lazy("Belongs to"), value="parent.name", sort="path"),
        Column("code", gettext_lazy("Code"), sort="code", shown=False),
        Column("level", gettext_lazy("Level"), value="get_level_display", shown=False),
        Column("keeper", gettext_lazy("Keeper"), value=kept_by, template="pairing/_keeper.html"),
        Column("days", gettext_lazy("Without since"), template="pairing/_days.html"),
    )
    filters = (
        Search("name", "pinyin", "initials", "code"),
        ByKeeper("kept", gettext_lazy("Keeper"), KEPT),
        Tree("below", gettext_lazy("Place"), Place, path="path"),
    )
    empty = Empty(
        "map-pin",
        gettext_lazy("No such places yet"),
        gettext_lazy("Enter stairwells, zones and posts under Places, or import their list."),
    )

    def rows(self, user: User) -> QuerySet[Place]:
        if self.campaign is None or self.pairing is None:
            return Place.objects.none()
        own = scopes.reachable_places(user, permission=self.needed_permission or "registers.read")
        rows = coverage.with_gap(self.campaign, self.pairing).filter(own)
        kept = ExpressionWrapper(Q(alone_since__isnull=True), output_field=BooleanField())
        return rows.annotate(kept=kept)

    def found(self, keys: list[Any]) -> QuerySet[Place]:
        return self.still_seen(keys)

    def dress(self, rows: QuerySet[Place]) -> QuerySet[Place]:
        running = (
            Pair.objects.open()
            .carried()
            .filter(campaign=self.campaign, kind=self.kwargs["kind"])
            .select_related("member", "team", "organisation", "campaign", "place", "household")
        )
        return rows.select_related("parent").prefetch_related(
            Prefetch("pairs", queryset=running, to_attr="keepers")
        )

    def _line(self, row: Any) -> Any:
        row.days_alone = self.badge(row) if row.alone_since else None
        row.may_find = row.pk in self._to_find_for
        row.wanted_kind = self.kwargs["kind"]
        return super()._line(row)

    @cached_property
    def _to_find_for(self) -> set[int]:
        own = scopes.reachable_places(self.user, permission="pair.change")
        rows = Place.objects.filter(own, pk__in=self.keys)
        return set(rows.values_list("pk", flat=True))

    def extra(self) -> dict[str, Any]:
        assert self.campaign is not None and self.pairing is not None
        duties = {
            one.duty for one in self.campaign.playbook.place_kinds
            if one.keeper_pairing == self.pairing.key and one.duty
        }  # fmt: skip
        found = kinds(self.campaign, helped="place")
        return {
            "gap": coverage.gap(self.campaign, self.pairing),
            "pairing": self.pairing,
            "kinds": found if len(found) > 1 else [],
            "duty": next(iter(duties), ""),
            "takes_offers": villages.takes_offers(self.pairing) and may(self.user, "pair.change"),
        }


_keepers = listing_view(Keepers)


def keepers(request: HttpRequest) -> HttpResponse:
    campaign = running_campaign(request)
    pairing = chosen_kind(request, kinds(campaign, helped="place"))
    if pairing is None:
        return render(request, "pairing/no_kind.html", {"title": Keepers.title})
    return _keepers(request, campaign=campaign.pk, kind=pairing.key)


@needs("pair.change")
def keep(request: HttpRequest, pk: int) -> HttpResponse:
    """Name the keeper of a place."""
    campaign = running_campaign(request)
    pairing = chosen_kind(request, kinds(campaign, helped="place"))
    if pairing is None:
        raise Http404
    own = scopes.reachable_places(request.user, permission="pair.change")
    rows = coverage.eligible_places(campaign, pairing).filter(own)
    place = get_object_or_404(rows.select_related("parent"), pk=pk)
    form = KeeperForm(request.POST or None, user=request.user, pairing=pairing)

    def work() -> HttpResponse:
        pair = actions.keep(
            campaign, kind=pairing.key, place=place, by=request.user, **form.cleaned_data
        )
        text = _("%(helper)s keeps %(place)s.") % {"helper": pair.helper, "place": place}
        messages.success(request, text)
        return redirect("pairing:keepers")

    if answer := send(request, form, work):
        return answer
    context = {
        "form": form,
        "title": _("Keeper of %(place)s") % {"place": place.full_name},
        "intro": str(pairing.name),
        "save": _("Name the keeper"),
        "back": f"{reverse('pairing:keepers')}?kind={pairing.key}",
    }
    return render(request, "pairing/keep.html", context)


@needs("pair.change")
def offers(request: HttpRequest) -> HttpResponse:
    """An organisation for every place that nobody keeps, to look through and confirm."""
    campaign = running_campaign(request)
    pairing = chosen_kind(request, kinds(campaign, helped="place"))
    if pairing is None or not villages.takes_offers(pairing):
        raise Http404
    own = scopes.reachable_places(request.user, permission="pair.change")
    places = coverage.unkept(campaign, pairing).filter(own)

    def work() -> HttpResponse:
        chosen = _chosen(request, places, villages.candidates(campaign, pairing))
        done = villages.accept(campaign, pairing, chosen=chosen, by=request.user)
        text = ngettext(
            "%(count)d place has a keeper now.", "%(count)d places have a keeper now.", done
        )
        messages.success(request, text % {"count": done})
        return redirect(f"{reverse('pairing:keepers')}?kind={pairing.key}")

    if request.method == "POST":
        return once(request, work, by=request.user)
    found, alone = villages.offers(campaign, pairing, places=places)
    context = {
        "pairing": pairing,
        "offers": [(one, villages.sentence_of(one)) for one in found],
        "alone": alone,
        "most": villages.MOST,
    }
    return render(request, "pairing/offers.html", context)


def _chosen(
    request: HttpRequest, places: QuerySet[Place], organisations: QuerySet[Organisation]
) -> list[tuple[Place, Organisation]]:
    """The ticked offers. Raises `Refused` when none is, or one cannot be had any more."""
    pairs = [one.partition(":")[::2] for one in request.POST.getlist("offer")]
    if not pairs:
        raise Refused(_("Tick at least one place."))
    try:
        keys = [(int(place), int(organisation)) for place, organisation in pairs]
    except ValueError as wrong:
        raise Http404 from wrong
    known = places.in_bulk([place for place, _key in keys])
    helpers = organisations.in_bulk([key for _place, key in keys])
    if any(place not in known or key not in helpers for place, key in keys):
        raise Refused(_("Meanwhile one of these places has a keeper, or one of these organisations"
                        " is gone. Look through the proposal again."))  # fmt: skip
    return [(known[place], helpers[key]) for place, key in keys]
