"""Requests for a change of helper, by the helper or for the family: made, listed, decided."""

from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from jiedui.core.doors import may, needs
from jiedui.core.entries import form_page
from jiedui.core.lists import (
    Action,
    Badge,
    Choice,
    Column,
    Empty,
    Listing,
    Search,
    Tree,
    listing_view,
)
from jiedui.core.refusals import Refused
from jiedui.core.users import User
from jiedui.handover import change_requests
from jiedui.handover.change_requests import open_sides, sides_of
from jiedui.handover.forms import SIDES, ChangeRequestForm, DecideForm, HouseholdForm
from jiedui.handover.models import ChangeRequest
from jiedui.orgs.models import Organisation
from jiedui.orgs.scopes import of
from jiedui.pairing.models import Pair
from jiedui.pairing.reasons import change_reason
from jiedui.pairing.views.shared import the_pair

MOST = 60  # pairs listed at once
RUNNING = Q(ended=None, overlap_until=None, member__isnull=False, household__isnull=False)
ENDED = ~Q(pair__ended=None) | ~Q(pair__overlap_until=None)


def _in_state(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    if value == ChangeRequest.State.WAITING:
        return rows.filter(change_requests.WAITING)
    if value == "handed":
        return rows.filter(ENDED)
    if value == ChangeRequest.State.GRANTED:  # those to be handed over, as the badge says
        rows = rows.exclude(ENDED)
    return rows.filter(state=value)


def state(row: ChangeRequest) -> Badge:
    """What came of it; days while it waits."""
    if row.pair.ended or row.pair.overlap_until:
        return Badge(_("passed on"), "green", "arrows-exchange")
    if row.state == ChangeRequest.State.WAITING:
        days = (timezone.localdate() - row.asked_on).days
        if days < 1:
            return Badge(_("to be decided"), "amber", "clock")
        text = ngettext("waits for %(n)d day", "waits for %(n)d days", days) % {"n": days}
        return Badge(text, "amber", "clock")
    if row.state == ChangeRequest.State.GRANTED:
        return Badge(_("granted, to be handed over"), "blue", "check")
    return Badge(_("not granted"), "grey", "x")


def may_ask(user: User) -> bool:
    return bool(of(user).member) or may(user, "registers.change")


class ChangeRequests(Listing[ChangeRequest]):
    key = "change_requests"
    title = gettext_lazy("Requests for a change")
    icon = "message-report"
    model = ChangeRequest
    permission = "registers.read"
    order = ("-asked_on",)
    card = ("side", "helper", "state")
    action = Action(
        gettext_lazy("Ask for a change"), "handover:change_request_begin", "registers.read"
    )
    columns = (
        Column(
            "partner",
            gettext_lazy("For"),
            value=lambda row: (
                row.pair.household.head if row.pair.household else str(row.pair.partner)
            ),
            sort="pair__household__pinyin",
            link=True,
        ),
        Column("village", gettext_lazy("Village"), value="pair.household.place.name"),
        Column("helper", gettext_lazy("Helper"), value=lambda row: str(row.pair.helper),
               sort="pair__member__pinyin"),
        Column("organisation", gettext_lazy("Organisation"), value="pair.organisation.name"),
        Column("side", gettext_lazy("Who asks"), value="get_side_display", sort="side"),
        Column("reason", gettext_lazy("Reason"),
               value=lambda row: str(change_reason(row.pair.campaign, row.reason))),
        Column("asked_on", gettext_lazy("Asked on"), kind="day", sort="asked_on"),
        Column("state", gettext_lazy("State"), kind="badge", value=state, sort="state"),
    )  # fmt: skip
    filters = (
        Search("pair__household__head", "pair__household__pinyin", "pair__member__name"),
        Choice(
            "state",
            gettext_lazy("State"),
            (*ChangeRequest.State.choices, ("handed", gettext_lazy("passed on"))),
            by=_in_state,
        ),
        Choice("side", gettext_lazy("Who asks"), ChangeRequest.Side.choices),
        Tree("organisation", gettext_lazy("Organisation"), Organisation,
             path="pair__organisation__path"),
    )  # fmt: skip
    empty = Empty(
        "mood-smile",
        gettext_lazy("Nobody asks for a change"),
        gettext_lazy("A helper asks for oneself, the village or the office for a family."),
    )

    @property
    def actions(self) -> list[Action]:
        """Whoever only reads has nothing to ask for."""
        return super().actions if may_ask(self.user) else []

    def dress(self, rows: QuerySet[ChangeRequest]) -> QuerySet[ChangeRequest]:
        return rows.select_related(
            "pair__campaign", "pair__household__place", "pair__place", "pair__member",
            "pair__team", "pair__organisation", "pair__partner_member",
            "pair__partner_organisation",
        )  # fmt: skip


listed = listing_view(ChangeRequests)


@needs("registers.read")
def begin(request: HttpRequest) -> HttpResponse:
    """Which pair is to change: one's own, or that of a household that is typed."""
    form = None
    pairs = Pair.objects.none()
    if may(request.user, "registers.change"):
        form = HouseholdForm(request.GET or None, user=request.user)
        if form.is_valid():
            pairs = Pair.objects.filter(household=form.cleaned_data["household"])
    if not form or not form.is_bound:
        pairs = Pair.objects.filter(member=of(request.user).member or 0)
    running = pairs.visible_to(request.user).filter(RUNNING).order_by("-role", "household__pinyin")
    found = running.select_related("campaign", "member", "organisation", "household__place")
    context = {
        "form": form,
        "lines": [(pair, open_sides(request.user, pair)) for pair in found[:MOST]],
    }
    return render(request, "handover/change_request_new.html", context)


@needs("registers.read")
def ask(request: HttpRequest, pk: int, side: str) -> HttpResponse:
    """Ask for a change of one pair; it stays as it is until somebody has decided."""
    pair = the_pair(request, pk)
    if side not in SIDES:
        raise Http404
    if side not in sides_of(request.user, pair):
        raise Refused(_("This is asked by the helper, or for the family by village or office."))
    form = ChangeRequestForm(request.POST or None, pair=pair, side=side)

    def act(typed: dict[str, Any]) -> Any:
        return change_requests.ask(pair, side=side, by=request.user, **typed)

    return form_page(
        request,
        form,
        act,
        title=_("Ask to be released")
        if side == ChangeRequest.Side.HELPER
        else _("Ask for another helper"),
        back=pair.get_absolute_url(),
        done=_("Asked. Somebody else decides; until then the pair stays."),
        save=_("Hand in the request"),
        intro=_(
            "%(helper)s – %(partner)s. The office or the liaison of the unit decides; until the"
            " pair is handed over everything stays as it is."
        )
        % {
            "helper": pair.helper,
            "partner": pair.household.head if pair.household else pair.partner,
        },
    )


@needs("registers.read")
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """One request, and the decision of a second person."""
    rows = ChangeRequest.objects.visible_to(request.user).select_related(
        "pair__campaign", "pair__household__place", "pair__member__organisation", "pair__place",
        "pair__organisation", "pair__team", "asked_by", "decided_by",
    )  # fmt: skip
    change_request = get_object_or_404(rows, pk=pk)
    may_change = may(request.user, "pair.change", on=change_request)
    is_granted = change_request.state == ChangeRequest.State.GRANTED
    form = DecideForm(request.POST or None)
    if request.method == "POST" and not may_change:
        raise Refused(_("The office or the unit's liaison decides."))
    if request.method == "POST" and form.is_valid():
        grant = "grant" in request.POST
        try:
            change_requests.decide(
                change_request, grant=grant, by=request.user, **form.cleaned_data
            )
        except Refused as refused:
            form.add_error("answer", refused.sentence)
        else:
            return _decided(request, change_request, grant=grant)
    is_open = not (change_request.pair.ended or change_request.pair.overlap_until)
    waits = may_change and is_open and change_request.state == ChangeRequest.State.WAITING
    may_decide = change_requests.may_decide(change_request, by=request.user)
    context = {
        "change_request": change_request,
        "pair": change_request.pair,
        "state": state(change_request),
        "reason": change_reason(change_request.pair.campaign, change_request.reason),
        "form": form,
        "may_decide": waits and may_decide,
        "needs_other": waits and not may_decide,
        "may_hand_over": may_change and is_open and is_granted,
    }  # fmt: skip
    return render(request, "handover/change_request.html", context)


def _decided(request: HttpRequest, change_request: ChangeRequest, *, grant: bool) -> HttpResponse:
    if not grant:
        messages.success(request, _("Decided; the pair stays."))
        return redirect(change_request)
    messages.success(request, _("Granted. Name the successor now; until then the pair stays."))
    hand_over = reverse("handover:hand_over", args=[change_request.pair_id])
    return redirect(f"{hand_over}?reason={change_request.reason}")
