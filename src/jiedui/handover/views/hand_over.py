"""The page of a hand-over: every pair, who is to take it and why; one confirmation for all."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_POST

from jiedui.core.doors import may, needs, number
from jiedui.core.lists import Action, Choice, Column, Empty, Listing, Search, Tree, listing_view
from jiedui.core.paper import on_paper
from jiedui.core.sending import send
from jiedui.handover import bulk_hand_over
from jiedui.handover.forms import SuccessorForm
from jiedui.handover.models import HandOver, HandOverLine
from jiedui.handover.views.hand_over_lines import DRAFT, PAIR, STATES, Rows
from jiedui.households.models import Need, Person
from jiedui.orgs.models import Member, Organisation
from jiedui.orgs.scopes import over
from jiedui.pairing.models import Pair
from jiedui.pairing.reasons import change_reason
from jiedui.pairing.suggestions import suggest, weigh
from jiedui.pairing.views.shared import nameable

PAPER = 400  # sheets printed at once


def the_hand_over(request: HttpRequest, pk: int, *, to_change: bool = False) -> HandOver:
    """A hand-over the user may see, or change; 404 otherwise."""
    seen, changed = HandOver.objects.visible_to, HandOver.objects.changeable_by
    rows = (changed if to_change else seen)(request.user)
    found: HandOver = get_object_or_404(
        rows.select_related("member", "dissolved", "organisation", "goes_to"), pk=pk
    )
    return found


_rows = listing_view(Rows)


@needs("pair.change", "registers.read")
def show(request: HttpRequest, pk: int) -> HttpResponse:
    found = the_hand_over(request, pk)
    first = found.rows.select_related("pair__campaign").first()
    return _rows(
        request,
        hand_over=found,
        campaign=first.pair.campaign if first else None,
        may_change=found.state == DRAFT and _may_change(request, found),
    )


def _may_change(request: HttpRequest, found: HandOver) -> bool:
    return may(request.user, "pair.change", on=found)


@needs("pair.change")
def choose(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """Another successor for one pair, two of them, or nobody."""
    hand_over = the_hand_over(request, pk, to_change=True)
    rows = HandOverLine.objects.select_related(
        *[f"pair__{name}" for name in PAIR], "first", "second", "organisation"
    )
    found = get_object_or_404(rows, pk=row, hand_over=hand_over)
    form = SuccessorForm(
        request.POST or None,
        user=over(request.user, "pair.change", hand_over),
        row=found,
        initial=_chosen(request, found),
    )

    def work() -> HttpResponse:
        to = [] if "nobody" in request.POST else form.successors
        bulk_hand_over.choose(found, to=to, distance_m=_way(found, to), by=request.user)
        messages.success(request, _("Noted. Nothing has changed yet."))
        return redirect(hand_over)

    if answer := send(request, form, work):
        return answer
    context = {
        "form": form,
        "row": found,
        "pair": found.pair,
        "hand_over": hand_over,
        "suggestions": _suggested(request, found),
        "has_second": "second" in form.fields,
        "first": request.GET.get("first", ""),
    }
    return render(request, "handover/choose.html", context)


def _nameable(request: HttpRequest, hand_over: HandOver) -> Any:
    return nameable(over(request.user, "pair.change", hand_over))


def _chosen(request: HttpRequest, row: HandOverLine) -> dict[str, Any]:
    """What is proposed so far, or chosen by a link of the suggestions."""
    if row.pair.member_id is None:
        return {"first": row.organisation}
    found = {"first": row.first, "second": row.second}
    for name in found:
        if key := number(request.GET.get(name, "")):
            found[name] = get_object_or_404(_nameable(request, row.hand_over), pk=key)
    return found


def _way(row: HandOverLine, to: list[Any]) -> int | None:
    pair = row.pair
    if not (to and pair.household and isinstance(to[0], Member)):
        return None
    pairing = pair.campaign.playbook.pairing(pair.kind)
    return weigh(pair.campaign, pairing, pair.household, [to[0]])[0].distance_m


def _suggested(request: HttpRequest, row: HandOverLine) -> list[Any]:
    pair = row.pair
    if not (pair.household and pair.member):
        return []
    going = bulk_hand_over.givers(row.hand_over).values("pk")
    return suggest(
        pair.campaign,
        pair.campaign.playbook.pairing(pair.kind),
        pair.household,
        among=_nameable(request, row.hand_over).exclude(pk__in=going),
        before=pair.member,
    )


@require_POST
@needs("pair.change")
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """One confirmation for all of it."""
    found = the_hand_over(request, pk, to_change=True)
    done = bulk_hand_over.settle(found, by=request.user)
    text = ngettext("%(n)d pair has passed on.", "%(n)d pairs have passed on.", done.passed)
    messages.success(request, text % {"n": done.passed})
    if done.ended + done.left:
        rest = ngettext(
            "%(n)d pair has no successor yet.", "%(n)d pairs have no successor yet.",
            done.ended + done.left,
        )  # fmt: skip
        messages.warning(request, rest % {"n": done.ended + done.left})
    return redirect(found)


@require_POST
@needs("pair.change")
def anew(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the engine again, for instance because pairs came or went meanwhile."""
    found = the_hand_over(request, pk, to_change=True)
    gone = bulk_hand_over.propose(found, among=_nameable(request, found))
    messages.success(request, _("Proposed anew; what you changed by hand has stayed."))
    if gone:
        text = ngettext(
            "%(n)d pair is no longer in this hand-over: it has ended or passed on meanwhile.",
            "%(n)d pairs are no longer in this hand-over: they have ended or passed on meanwhile.",
            gone,
        )
        messages.warning(request, text % {"n": gone})
    return redirect(found)


@require_POST
@needs("pair.change")
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    found = the_hand_over(request, pk, to_change=True)
    bulk_hand_over.discard(found, by=request.user)
    messages.success(request, _("Laid aside; nothing has changed."))
    return redirect("handover:list")


def sheets(request: HttpRequest, pk: int) -> HttpResponse:
    """All handover sheets (交接单, R14) of a hand-over, a page each."""
    found = the_hand_over(request, pk)
    if not HandOver.objects.permitted(request.user, "registers.export").filter(pk=pk).exists():
        raise PermissionDenied
    rows = Pair.objects.visible_to(request.user, permission="registers.export").filter(
        hand_over_lines__hand_over=found, successors__isnull=False
    )
    people = Person.objects.filter(ended=None)
    pairs = rows.distinct().select_related(*PAIR).prefetch_related(
        Prefetch("household__people", people, to_attr="here"),
        Prefetch("household__needs", Need.objects.open(), to_attr="wanted"),
        Prefetch("successors", Pair.objects.select_related(*PAIR).order_by("pk")),
    ).order_by("organisation__path", "pk")  # fmt: skip
    shown = list(pairs[:PAPER])
    for pair in shown:
        pair.reason_name = change_reason(pair.campaign, pair.end_reason)
    context = {"hand_over": found, "pairs": shown}
    return on_paper(
        request, "handover/sheets.html", context,
        of="hand_over_sheets", rows=len(shown), subject=found,
    )  # fmt: skip


class HandOvers(Listing[HandOver]):
    """All hand-overs in bulk, those still being prepared first."""

    key = "hand_overs"
    title = gettext_lazy("Hand-overs")
    icon = "arrows-exchange"
    model = HandOver
    permission = "registers.read"
    order = ("-made",)
    more = (
        Action(
            gettext_lazy("Who is to be told"), "handover:notifications", "registers.read", "message"
        ),
    )
    card = ("pairs", "on", "state")
    columns = (
        Column("giver", gettext_lazy("Who hands over"), value=str, link=True),
        Column("organisation", gettext_lazy("Organisation"), value="organisation.name",
               sort="organisation__path"),
        Column("fate", gettext_lazy("What happens"), value="get_fate_display"),
        Column("pairs", gettext_lazy("Pairs"), kind="count", value=lambda row: len(row.kept)),
        Column("alone", gettext_lazy("Left open"), kind="count",
               value=lambda row: sum(not (r.first_id or r.organisation_id) for r in row.kept)),
        Column("on", gettext_lazy("Day of the handover"), kind="day", sort="on"),
        Column("made_by", gettext_lazy("Prepared by"), shown=False),
        Column("done_by", pgettext_lazy("hand-over", "Confirmed by"), shown=False),
        Column("state", gettext_lazy("State"), kind="badge",
               value=lambda row: STATES[HandOver.State(row.state)], sort="state"),
    )  # fmt: skip
    filters = (
        Search("member__name", "member__pinyin", "organisation__name"),
        Choice("state", gettext_lazy("State"), HandOver.State.choices),
        Tree("organisation", gettext_lazy("Organisation"), Organisation),
    )
    empty = Empty(
        "arrows-exchange",
        gettext_lazy("No hand-over yet"),
        gettext_lazy(
            "It begins on the page of a member who leaves or of an organisation that is dissolved,"
            " or with pairs ticked in their list."
        ),
    )

    def dress(self, rows: QuerySet[HandOver]) -> QuerySet[HandOver]:
        found = rows.select_related("member", "dissolved", "organisation")
        return found.prefetch_related(Prefetch("rows", to_attr="kept"))


hand_overs = listing_view(HandOvers)
