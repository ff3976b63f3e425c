"""The list of pairs and the page of one."""

from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiedui.campaigns.current import running_campaign
from jiedui.campaigns.models import Campaign
from jiedui.core.doors import needs, number
from jiedui.core.histories import history
from jiedui.core.lists import (
    Action,
    Badge,
    Choice,
    Column,
    DateRange,
    Empty,
    Listing,
    Search,
    Tree,
    listing_view,
)
from jiedui.core.paper import on_paper
from jiedui.core.sending import send
from jiedui.core.trees import below
from jiedui.orgs.models import Organisation
from jiedui.orgs.scopes import Scope, over
from jiedui.pairing import actions, levels, words
from jiedui.pairing.forms.pairs import EndForm, HandOverForm
from jiedui.pairing.models import Avoidance, ChangeRequest, Pair
from jiedui.pairing.reasons import change_reason
from jiedui.pairing.sections import TELLERS
from jiedui.pairing.suggestions import suggest
from jiedui.pairing.views.shared import (
    InCampaign,
    may_change,
    may_declare,
    nameable,
    open_sides,
    the_pair,
)
from jiedui.places.models import Place

OPEN = Badge(gettext_lazy("in force"), "green", "circle-check")
HANDING = Badge(gettext_lazy("handing over"), "amber", "arrows-exchange")
LEFT = Badge(gettext_lazy("helper has left"), "red", "alert-triangle")
ENDED = Badge(gettext_lazy("ended"), "grey", "circle-x")
STATES = (
    ("open", gettext_lazy("in force")),
    ("handing", gettext_lazy("handing over")),
    ("left", gettext_lazy("helper has left")),
    ("ended", gettext_lazy("ended")),
)
HISTORY = {
    "pair.opened": gettext_lazy("paired"),
    "pair.handed_over": gettext_lazy("handed over"),
    "pair.overlap_ended": gettext_lazy("overlap over"),
    "pair.ended": gettext_lazy("ended"),
    "pair.moved": gettext_lazy("moved with the helper"),
    "pair.reopened": gettext_lazy("taken up again"),
    "pair.told": gettext_lazy("told to all concerned"),
}
LONGEST_CHAIN = 40
LEVELS = Action(gettext_lazy("Two levels of pairs"), "pairing:levels", "registers.read", "sitemap")


def state(pair: Pair) -> Badge:
    if pair.ended:
        return ENDED
    if pair.helper.ended:
        return LEFT
    return HANDING if pair.overlap_until else OPEN


def role(pair: Pair) -> Any:
    return _("second") if pair.role == "second" else _("first")


def _kinds() -> list[tuple[str, Any]]:
    books = [campaign.playbook for campaign in Campaign.objects.all()]
    return list({p.key: (p.key, p.name) for playbook in books for p in playbook.pairings}.values())


def _in_state(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    if value == "ended":
        return rows.filter(ended__isnull=False)
    current = rows.model.objects.current().values("pk")
    if value == "left":
        return rows.filter(ended=None).exclude(pk__in=current)
    return rows.filter(pk__in=current, overlap_until__isnull=value == "open")


class BelowPlace(Tree):
    """A household of the place, or the place itself or one below it."""

    def narrow(self, rows: QuerySet[Any], value: Any) -> QuerySet[Any]:
        if isinstance(value, str):  # what was typed is no place
            return rows.none()
        households = below(value.path, field="household__place__path")
        return rows.filter(households | below(value.path, field="place__path"))


class Pairs(InCampaign, Listing[Pair]):
    key = "pairs"
    url = "pairing:list"
    title = gettext_lazy("Pairs")
    icon = "heart-handshake"
    model = Pair
    selectable = True
    permission = "registers.read"
    order = ("-since",)
    action = Action(gettext_lazy("New proposal"), "pairing:proposal_new", "pair.propose", "wand")
    more = (LEVELS,)
    columns = (
        Column(
            "partner",
            gettext_lazy("For"),
            value=lambda p: p.household.head if p.household else str(p.partner or ""),
            sort="household__pinyin",
            link=True,
        ),
        Column("number", gettext_lazy("Household number"), value="household.number", shown=False),
        Column(
            "village",
            gettext_lazy("Village"),
            value=lambda p: p.household.place.name if p.household else _above(p.place),
            sort="household__place__path",
        ),
        Column("helper", gettext_lazy("Helper"), sort="member__pinyin"),
        Column(
            "organisation",
            gettext_lazy("Organisation"),
            value="organisation.name",
            sort="organisation__path",
        ),
        Column("kind", gettext_lazy("Kind of pair"), value=lambda p: str(p.kind_name), shown=False),
        Column("role", gettext_lazy("First or second"), value=role, sort="role", shown=False),
        Column("since", gettext_lazy("Since"), kind="day", sort="since"),
        Column("ended", gettext_lazy("Until"), kind="day", sort="ended"),
        Column("state", gettext_lazy("State"), kind="badge", value=state),
    )
    filters = (
        Search(
            "household__head",
            "household__pinyin",
            "household__initials",
            "household__number",
            "member__name",
            "member__pinyin",
            "member__initials",
            "place__name",
            "team__name",
        ),
        Choice("kind", gettext_lazy("Kind of pair"), _kinds),
        Choice("state", gettext_lazy("State"), STATES, by=_in_state),
        Choice(
            "role",
            gettext_lazy("First or second"),
            (("first", gettext_lazy("first helper")), ("second", gettext_lazy("second helper"))),
        ),
        BelowPlace("place", gettext_lazy("Place"), Place),
        Tree("organisation", gettext_lazy("Organisation"), Organisation),
        DateRange("since", gettext_lazy("Since")),
    )
    empty = Empty(
        "heart-handshake",
        gettext_lazy("No pairs yet"),
        gettext_lazy("Ask for a proposal: it pairs every household that can be paired."),
        "pairing:proposals",
        gettext_lazy("Proposals"),
        "pair.propose",
    )

    @property
    def actions(self) -> list[Action]:
        """The two levels are compared only where the playbook asks for it."""
        asked = self.campaign is not None and levels.asked(self.campaign)
        return [one for one in super().actions if asked or one is not LEVELS]

    def rows(self, user: Any) -> QuerySet[Pair]:
        rows: QuerySet[Pair] = super().rows(user)
        return rows.filter(campaign=self.kwargs["campaign"]) if self.kwargs else rows

    def dress(self, rows: QuerySet[Pair]) -> QuerySet[Pair]:
        return rows.select_related(
            "campaign",
            "household__place",
            "place__parent",
            "member",
            "team",
            "organisation",
            "partner_member",
            "partner_organisation",
        )


def _above(place: Place | None) -> str:
    return str(place.parent) if place and place.parent else ""


_pairs = listing_view(Pairs)


def pairs(request: HttpRequest) -> HttpResponse:
    return _pairs(request, campaign=running_campaign(request).pk)


def show(request: HttpRequest, pk: int) -> HttpResponse:
    """One pair: who, for whom, before and after, and what was done."""
    pair = the_pair(request, pk)
    may = may_change(request, pair)
    is_free = pair.ended is None and pair.overlap_until is None
    context = {
        "pair": pair,
        "state": state(pair),
        "reason": _reason(pair),
        "chain": chain(pair),
        "beside": _beside(pair),
        "sections": [tell(pair, request.user) for tell in TELLERS],
        "events": history(pair, words=HISTORY),
        "avoided": _avoided(pair),
        "may_hand_over": may and is_free,
        "may_end": may and pair.ended is None,
        "has_sheet": _handed_over(request, pair) is not None,
        "change_requests": _change_requests(request, pair),
        "may_request": open_sides(request.user, pair),
        "may_declare": may_declare(request.user, pair),
    }
    return render(request, "pairing/pair.html", context)


def _change_requests(request: HttpRequest, pair: Pair) -> list[ChangeRequest]:
    return list(ChangeRequest.objects.visible_to(request.user).filter(pair=pair))


def _avoided(pair: Pair) -> Avoidance | None:
    if pair.ended or not (pair.member_id and pair.household_id):
        return None
    return (
        Avoidance.objects.filter(member=pair.member_id, household=pair.household_id)
        .exclude(state=Avoidance.State.REJECTED)
        .first()
    )


def _reason(pair: Pair) -> Any:
    return change_reason(pair.campaign, pair.end_reason)


def chain(pair: Pair) -> list[Pair]:
    """The line of helpers this pair stands in, the first one first; the history of a relay."""
    if pair.household_id:
        same = Q(household=pair.household_id)
    elif pair.place_id:
        same = Q(place=pair.place_id)
    else:
        same = Q(pk=pair.pk)
    rows = list(
        Pair.objects.filter(same, campaign=pair.campaign_id, kind=pair.kind)
        .select_related("member", "team", "organisation", "campaign", "household", "place")
        .order_by("since", "pk")
    )
    by_key = {one.pk: one for one in rows}
    line = {pair.pk}
    step: Pair | None = pair
    while step and step.previous_id in by_key and step.previous_id not in line:
        step = by_key[step.previous_id]
        line.add(step.pk)
    for one in rows:  # successors began later, so that one pass in order of days finds them all
        if one.previous_id in line:
            line.add(one.pk)
    return [one for one in rows if one.pk in line][:LONGEST_CHAIN]


def _beside(pair: Pair) -> list[Pair]:
    """The other helpers of the same household or place now."""
    if not (pair.household_id or pair.place_id):
        return []
    same = Q(household=pair.household_id) if pair.household_id else Q(place=pair.place_id)
    rows = Pair.objects.open().filter(same, campaign=pair.campaign_id).exclude(pk=pair.pk)
    return list(
        rows.select_related("member", "team", "organisation", "campaign", "household", "place")
    )


@needs("pair.change")
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Name one or two successors; the old helper stays through the overlap."""
    pair = the_pair(request, pk, to_change=True)
    mine = over(request.user, "pair.change", pair)
    initial = {name: _picked(request, pair, name, mine=mine) for name in ("first", "second")}
    initial["reason"] = request.GET.get("reason", "")
    form = HandOverForm(request.POST or None, user=mine, pair=pair, initial=initial)

    def work() -> HttpResponse:
        day, reason = form.cleaned_data["on"], form.cleaned_data["reason"]
        successors = actions.hand_over(
            pair, to=form.successors, on=day, reason=reason, by=request.user
        )
        messages.success(request, _("Handed over. Print the handover sheet for both to sign."))
        return redirect(successors[0])

    if answer := send(request, form, work):
        return answer
    pairing = pair.campaign.playbook.pairing(pair.kind)
    found = []
    if pair.household and pair.member:
        found = suggest(
            pair.campaign,
            pairing,
            pair.household,
            among=nameable(mine),
            before=pair.member,
        )
    context = {
        "form": form,
        "pair": pair,
        "suggestions": found,
        "overlap": words.overlap(pair),
        "has_second": "second" in form.fields,
        "first": request.GET.get("first", ""),
    }
    return render(request, "pairing/hand_over.html", context)


def _picked(request: HttpRequest, pair: Pair, name: str, *, mine: Scope) -> Any:
    """A successor chosen by a link of the suggestions."""
    key = number(request.GET.get(name, ""))
    if not key or not pair.member_id:
        return None
    return get_object_or_404(nameable(mine), pk=key)


@needs("pair.change")
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a pair without a successor; what it was for then shows as uncovered."""
    pair = the_pair(request, pk, to_change=True)
    form = EndForm(request.POST or None, pair=pair)

    def work() -> HttpResponse:
        actions.end(pair, by=request.user, **form.cleaned_data)
        messages.success(request, _("The pair has ended."))
        return redirect(pair)

    if answer := send(request, form, work):
        return answer
    context = {
        "form": form,
        "title": _("End the pair of %(helper)s") % {"helper": pair.helper},
        "intro": _("Without a successor, %(partner)s stands on the list of those without a helper"
                   " from the next day on.") % {"partner": pair.partner},
        "save": _("End the pair"),
        "back": pair.get_absolute_url(),
        "confirm": _("End this pair without a successor?"),
    }  # fmt: skip
    return render(request, "core/form.html", context)


def _handed_over(request: HttpRequest, pair: Pair) -> Pair | None:
    """The pair whose handover a sheet tells of: this one or its predecessor, if one may see it."""
    key = pair.pk if pair.successors.exists() else pair.previous_id
    return Pair.objects.visible_to(request.user).filter(pk=key).first() if key else None


def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The handover sheet (交接单, R14) of a pair and its successors, to be signed by both."""
    pair = the_pair(request, pk)
    old = _handed_over(request, pair) or pair
    household = old.household
    context = {
        "pair": old,
        "successors": old.successors.select_related("member", "team", "organisation"),
        "day": old.successors.order_by("since").values_list("since", flat=True).first(),
        "reason": _reason(old),
        "people": household.people.filter(ended=None) if household else [],
        "needs": household.needs.open() if household else [],
    }
    return on_paper(
        request, "pairing/sheet.html", context, of="hand_over_sheet", rows=1, subject=old
    )
