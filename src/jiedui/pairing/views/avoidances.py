"""Avoidance (回避): declared by the helper, decided by a reviewer."""

from typing import Any

from django.contrib import messages
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from jiedui.core.doors import may, needs, number
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
from jiedui.core.texts import sentences
from jiedui.orgs.models import Member, Organisation
from jiedui.orgs.scopes import of
from jiedui.pairing import avoiding
from jiedui.pairing.forms import AvoidanceForm
from jiedui.pairing.models import Avoidance, Pair
from jiedui.places.models import Place

STATES = {
    Avoidance.State.DECLARED: Badge(gettext_lazy("declared"), "amber", "clock"),
    Avoidance.State.ACCEPTED: Badge(gettext_lazy("accepted"), "green", "check"),
    Avoidance.State.REJECTED: Badge(gettext_lazy("rejected"), "grey", "x"),
}


class Avoidances(Listing[Avoidance]):
    key = "avoidances"
    title = gettext_lazy("Avoidance")
    icon = "ban"
    model = Avoidance
    permission = "registers.read"
    order = ("-declared_on",)
    template = "pairing/avoidances.html"
    action = Action(gettext_lazy("Declare an avoidance"), "pairing:avoidance_new", "registers.read")
    card = ("household", "reason", "state")
    columns = (
        Column("member", gettext_lazy("Helper"), value="member.name", sort="member__pinyin"),
        Column("organisation", gettext_lazy("Organisation"), value="member.organisation.name"),
        Column(
            "household",
            gettext_lazy("Household"),
            value=lambda row: row.household.head,
            sort="household__pinyin",
        ),
        Column("village", gettext_lazy("Village"), value="household.place.name"),
        Column("reason", gettext_lazy("Reason")),
        Column("declared_on", gettext_lazy("Declared on"), kind="day", sort="declared_on"),
        Column(
            "state",
            gettext_lazy("State"),
            kind="badge",
            value=lambda row: STATES[row.state],
            sort="state",
        ),
        Column("decide", gettext_lazy("To do"), value="", template="pairing/_decide.html"),
    )
    filters = (
        Search("member__name", "member__pinyin", "household__head", "household__pinyin"),
        Choice("state", gettext_lazy("State"), Avoidance.State.choices),
        Tree("organisation", gettext_lazy("Organisation"), Organisation,
             path="member__organisation__path"),
        Tree("place", gettext_lazy("Village"), Place),
    )  # fmt: skip
    empty = Empty(
        "ban",
        gettext_lazy("Nobody has to avoid anybody"),
        gettext_lazy("Near relatives, creditors and debtors declare it here before being paired."),
        "pairing:avoidance_new",
        gettext_lazy("Declare an avoidance"),
        "registers.read",
    )

    def dress(self, rows: QuerySet[Avoidance]) -> QuerySet[Avoidance]:
        running = Pair.objects.open().filter(
            member=OuterRef("member"), household=OuterRef("household"), overlap_until=None
        )
        return rows.select_related("member__organisation", "household__place").annotate(
            running=Subquery(running.values("pk")[:1])
        )

    def _line(self, row: Any) -> Any:
        row.may_decide = self.holds("pair.change", row) and avoiding.may_decide(row, by=self.user)
        return super()._line(row)


avoidances = listing_view(Avoidances)


@needs("registers.read")
def new(request: HttpRequest) -> HttpResponse:
    """A helper declares for oneself; who may change pairs declares for members too."""
    own = Member.objects.filter(pk=of(request.user).member or 0).first()
    own = None if may(request.user, "pair.change") else own
    if own is None and not may(request.user, "pair.change"):
        raise Refused(_("Only helpers and their units declare that they are to avoid a household."))
    form = AvoidanceForm(
        request.POST or None, user=request.user, own=own, initial=_begun(request, own=own)
    )

    def act(typed: dict[str, Any]) -> None:
        avoiding.declare(
            own or typed["member"],
            household=typed["household"],
            reason=typed["reason"],
            by=request.user,
        )

    return form_page(
        request,
        form,
        act,
        title=_("Declare an avoidance"),
        back=reverse("pairing:avoidances"),
        done=_("Declared. The office decides."),
        save=_("Declare"),
        intro=_intro(own=own),
        template="pairing/avoidance.html",
    )


def _begun(request: HttpRequest, *, own: Member | None) -> dict[str, Any]:
    """The pair from whose page one came."""
    key = number(request.GET.get("pair", "")) or 0
    pair = Pair.objects.visible_to(request.user).filter(pk=key, household__isnull=False).first()
    if pair is None or (own and pair.member_id != own.pk):
        return {}
    return {"member": pair.member, "household": pair.household}


def _intro(*, own: Member | None) -> str:
    text = [_("Near relatives, creditors and debtors are not paired with one another. The office"
              " or the liaison of the unit decides; until then nothing changes.")]  # fmt: skip
    if own:
        text.append(_("A household that you do not help yet is declared for you by your liaison."))
    return sentences(*text)


@require_POST
@needs("pair.change")
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    avoidance = get_object_or_404(
        Avoidance.objects.changeable_by(request.user).select_related("member"), pk=pk
    )
    accept = "accept" in request.POST
    avoiding.decide(avoidance, accept=accept, by=request.user)
    text = _("They are never paired again. If they are paired now, hand the pair over.")
    messages.success(request, text if accept else _("Decided; the pair may stay."))
    return redirect("pairing:avoidances")
