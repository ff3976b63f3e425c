"""The page of a hand-over: every pair, who is to take it and why; one confirmation for all."""

from collections import Counter
from typing import Any

from django.contrib import messages
from django.db.models import F, Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from jiedui.core.doors import may, needs, number
from jiedui.core.lists import Badge, Choice, Column, Empty, Listing, Search, Tree, listing_view
from jiedui.core.lists.listing import Line
from jiedui.core.refusals import Refused
from jiedui.households.models import Need, Person
from jiedui.orgs.models import Member, Organisation
from jiedui.pairing import handing, loads
from jiedui.pairing.handing_forms import SuccessorForm
from jiedui.pairing.models import HandOver, Pair, PassedOn
from jiedui.pairing.suggestions import Reasons, suggest, weigh
from jiedui.pairing.views.pairs import change_reason
from jiedui.pairing.views.shared import nameable
from jiedui.places.models import Place

DRAFT, DONE = HandOver.State.DRAFT, HandOver.State.DONE
STATES = {
    DRAFT: Badge(gettext_lazy("being prepared"), "amber", "clock"),
    DONE: Badge(gettext_lazy("handed over"), "green", "circle-check"),
    HandOver.State.DISCARDED: Badge(gettext_lazy("discarded"), "grey", "circle-x"),
}
PAPER = 400  # sheets printed at once
PAIR = (
    "campaign", "household__place", "place", "member__organisation", "organisation",
    "partner_member", "partner_organisation", "team",
)  # fmt: skip
OPEN = Q(first=None, organisation=None)


def the_hand_over(request: HttpRequest, pk: int, *, to_change: bool = False) -> HandOver:
    """A hand-over the user may see, or change; 404 otherwise."""
    seen, changed = HandOver.objects.visible_to, HandOver.objects.changeable_by
    rows = (changed if to_change else seen)(request.user)
    found: HandOver = get_object_or_404(
        rows.select_related("member", "dissolved", "organisation", "goes_to"), pk=pk
    )
    return found


def _which(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    return rows.filter(
        {
            "nobody": OPEN,
            "by_hand": Q(is_by_hand=True),
            "far": Q(distance_m__gt=10_000),
            "other": Q(first__isnull=False)
            & ~Q(first__organisation=F("pair__member__organisation")),
        }[value]
    )


class Rows(Listing[PassedOn]):
    """The pairs of one hand-over."""

    key = "passed_on"
    title = gettext_lazy("Pairs that pass on")
    icon = "arrows-exchange"
    model = PassedOn
    permission = "registers.read"
    order = ("pair__household__place__path", "pair__household__number")
    template = "pairing/hand_over_plan.html"
    card = ("village", "successor", "act")
    columns = (
        Column(
            "partner",
            gettext_lazy("For"),
            value=lambda r: r.pair.household.head if r.pair.household else str(r.pair.partner),
            sort="pair__household__pinyin",
            link=lambda row: row.pair.get_absolute_url(),
        ),
        Column(
            "number",
            gettext_lazy("Household number"),
            value="pair.household.number",
            sort="pair__household__number",
            shown=False,
        ),
        Column(
            "village",
            gettext_lazy("Village"),
            value="pair.household.place.name",
            sort="pair__household__place__path",
        ),
        Column(
            "before",
            gettext_lazy("Helper before"),
            value=lambda row: str(row.pair.helper),
            sort="pair__member__pinyin",
        ),
        Column(
            "successor",
            gettext_lazy("New helper"),
            value=lambda row: "、".join(one.name for one in row.takers),
            sort="first__pinyin",
            template="pairing/_successor.html",
        ),
        Column(
            "load",
            gettext_lazy("Load after"),
            value=lambda row: row.load,
            template="pairing/_load.html",
        ),
        Column(
            "distance",
            gettext_lazy("Way"),
            kind="count",
            unit="km",
            value=lambda row: None if row.distance_m is None else round(row.distance_m / 1000, 1),
            sort="distance_m",
        ),
        Column("why", gettext_lazy("Why"), value=lambda row: "；".join(row.why)),
        Column("act", gettext_lazy("Change"), template="pairing/_choose.html"),
    )
    filters = (
        Search(
            "pair__household__head",
            "pair__household__pinyin",
            "pair__household__number",
            "pair__member__name",
            "first__name",
        ),
        Choice(
            "which",
            gettext_lazy("Rows"),
            (
                ("nobody", gettext_lazy("without a successor")),
                ("other", gettext_lazy("successor of another branch")),
                ("far", gettext_lazy("farther than 10 km")),
                ("by_hand", gettext_lazy("changed by hand")),
            ),
            by=_which,
        ),
        Tree("place", gettext_lazy("Place"), Place, path="pair__household__place__path"),
        Tree(
            "organisation",
            gettext_lazy("Organisation"),
            Organisation,
            path="pair__member__organisation__path",
        ),
    )
    empty = Empty(
        "circle-check",
        gettext_lazy("No pairs to hand over"),
        gettext_lazy("Confirm, and it is done."),
    )

    @property
    def hand_over(self) -> HandOver:
        found: HandOver = self.kwargs["hand_over"]
        return found

    def rows(self, user: Any) -> QuerySet[PassedOn]:
        return PassedOn.objects.filter(hand_over=self.hand_over)

    def dress(self, rows: QuerySet[PassedOn]) -> QuerySet[PassedOn]:
        pair = [f"pair__{name}" for name in PAIR]
        found = rows.select_related(
            *pair, "first__organisation", "second__organisation", "organisation"
        )
        return found.prefetch_related("pair__household__needs")

    def lines_between(self, start: int, stop: int) -> list[Line]:
        rows = self.dress(self.filtered.order_by(*self.ordering))[start:stop]
        return [self._line(row) for row in self._explained(list(rows))]

    def every(self) -> Any:
        yield from self._explained(list(super().every()))

    def _explained(self, rows: list[Any]) -> list[Any]:
        said = _Explained(self.hand_over, rows)
        for row in rows:
            row.why, row.load = said.why(row), said.load(row)
            row.may_change = self.kwargs["may_change"]
        return rows

    def extra(self) -> dict[str, Any]:
        found = self.hand_over
        rows = found.rows.all()
        total, alone = rows.count(), rows.filter(OPEN).count()
        return {
            "hand_over": found,
            "state": STATES[HandOver.State(found.state)],
            "reason": change_reason(self.kwargs["campaign"], found.reason),
            "figures": _figures(found, total=total, alone=alone),
            "total": total,
            "alone": alone,
            "may_change": self.kwargs["may_change"],
            "is_done": found.state == DONE,
        }


def _figures(found: HandOver, *, total: int, alone: int) -> list[dict[str, Any]]:
    rows = found.rows.all()
    takers = rows.filter(first__isnull=False).order_by().values("first").distinct().count()
    return [
        {"name": _("Pairs that pass on"), "value": total, "unit": _("pairs")},
        {"name": _("With a successor"), "value": total - alone, "unit": _("pairs"),
         "note": _("%(n)s helpers take them") % {"n": takers}},
        {"name": _("Left open"), "value": alone, "unit": _("pairs"),
         "tone": "red" if alone else "green", "url": "?which=nobody"},
    ]  # fmt: skip


class _Explained:
    """Why each successor of a page was chosen, and what they carry afterwards."""

    def __init__(self, hand_over: HandOver, rows: list[PassedOn]) -> None:
        self.hand_over = hand_over
        self.reasons: dict[Any, Reasons] = {}
        self.busy: dict[Any, Counter[int]] = {}
        for row in rows:
            key = (row.pair.campaign_id, row.pair.kind)
            if row.first and key not in self.reasons:
                self._read(key, [one for one in rows if (one.pair.campaign_id,
                                                         one.pair.kind) == key])  # fmt: skip

    def _read(self, key: Any, rows: list[PassedOn]) -> None:
        campaign = rows[0].pair.campaign
        members = [one for row in rows for one in (row.first, row.second) if one]
        pairing = campaign.playbook.pairing(key[1])
        self.reasons[key] = Reasons(campaign, pairing, members=members)
        keys = {one.pk for one in members}
        load = Counter(loads.busy(campaign, key[1], members=keys))
        if self.hand_over.state == DRAFT:
            mine = self.hand_over.rows.filter(pair__campaign=campaign, pair__kind=key[1])
            for field in ("first", "second"):
                named = mine.filter(**{f"{field}__in": keys})
                load.update(named.values_list(field, flat=True))
        self.busy[key] = load

    def why(self, row: PassedOn) -> list[str]:
        known = self.reasons.get((row.pair.campaign_id, row.pair.kind))
        if known is None or row.first is None or row.pair.household is None:
            return []
        return known.speak_for(
            row.pair.household, row.first, row.distance_m, before=row.pair.member
        )[:3]

    def load(self, row: PassedOn) -> list[tuple[int, int]]:
        """(after, most) of each successor."""
        key = (row.pair.campaign_id, row.pair.kind)
        known = self.reasons.get(key)
        if known is None:
            return []
        book = row.pair.campaign.playbook
        return [
            (self.busy[key][one.pk], loads.load_of(book, known.pairing, one.rank).most)
            for one in (row.first, row.second)
            if one
        ]


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
    if not may(request.user, "pair.change"):
        return False
    return HandOver.objects.changeable_by(request.user).filter(pk=found.pk).exists()


@needs("pair.change")
def choose(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """Another successor for one pair, two of them, or nobody."""
    hand_over = the_hand_over(request, pk, to_change=True)
    rows = PassedOn.objects.select_related(
        *[f"pair__{name}" for name in PAIR], "first", "second", "organisation"
    )
    found = get_object_or_404(rows, pk=row, hand_over=hand_over)
    form = SuccessorForm(
        request.POST or None, user=request.user, row=found, initial=_chosen(request, found)
    )
    if form.is_valid():
        try:
            to = [] if "nobody" in request.POST else form.successors
            handing.choose(found, to=to, distance_m=_way(found, to), by=request.user)
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, _("Noted. Nothing has changed yet."))
            return redirect(hand_over)
    context = {
        "form": form,
        "row": found,
        "pair": found.pair,
        "hand_over": hand_over,
        "suggestions": _suggested(request, found),
        "has_second": "second" in form.fields,
        "first": request.GET.get("first", ""),
    }
    return render(request, "pairing/choose.html", context)


def _chosen(request: HttpRequest, row: PassedOn) -> dict[str, Any]:
    """What is proposed so far, or chosen by a link of the suggestions."""
    if row.pair.member_id is None:
        return {"first": row.organisation}
    found = {"first": row.first, "second": row.second}
    for name in found:
        if key := number(request.GET.get(name, "")):
            found[name] = get_object_or_404(nameable(request.user), pk=key)
    return found


def _way(row: PassedOn, to: list[Any]) -> int | None:
    pair = row.pair
    if not (to and pair.household and isinstance(to[0], Member)):
        return None
    pairing = pair.campaign.playbook.pairing(pair.kind)
    return weigh(pair.campaign, pairing, pair.household, [to[0]])[0].distance_m


def _suggested(request: HttpRequest, row: PassedOn) -> list[Any]:
    pair = row.pair
    if not (pair.household and pair.member):
        return []
    going = handing.members_of(row.hand_over).values("pk")
    return suggest(
        pair.campaign,
        pair.campaign.playbook.pairing(pair.kind),
        pair.household,
        among=nameable(request.user).exclude(pk__in=going),
        before=pair.member,
    )


@require_POST
@needs("pair.change")
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """One confirmation for all of it."""
    found = the_hand_over(request, pk, to_change=True)
    done = handing.settle(found, by=request.user)
    said = ngettext("%(n)d pair has passed on.", "%(n)d pairs have passed on.", done.passed)
    messages.success(request, said % {"n": done.passed})
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
    handing.propose(found, among=nameable(request.user))
    messages.success(request, _("Proposed anew; what you changed by hand has stayed."))
    return redirect(found)


@require_POST
@needs("pair.change")
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    found = the_hand_over(request, pk, to_change=True)
    handing.discard(found, by=request.user)
    messages.success(request, _("Laid aside; nothing has changed."))
    return redirect("pairing:hand_overs")


def sheets(request: HttpRequest, pk: int) -> HttpResponse:
    """All handover sheets (交接单, R14) of a hand-over, a page each."""
    found = the_hand_over(request, pk)
    rows = Pair.objects.visible_to(request.user).filter(
        passed_on__hand_over=found, successors__isnull=False
    )
    people = Person.objects.filter(ended=None)
    pairs = rows.distinct().select_related(*PAIR).prefetch_related(
        Prefetch("household__people", people, to_attr="here"),
        Prefetch("household__needs", Need.objects.open(), to_attr="wanted"),
        Prefetch("successors", Pair.objects.select_related(*PAIR).order_by("pk")),
    ).order_by("organisation__path", "pk")  # fmt: skip
    shown = list(pairs[:PAPER])
    for pair in shown:
        pair.said_reason = change_reason(pair.campaign, pair.end_reason)
    return render(request, "pairing/sheets.html", {"hand_over": found, "pairs": shown})


class HandOvers(Listing[HandOver]):
    """All hand-overs in bulk, those still being prepared first."""

    key = "hand_overs"
    title = gettext_lazy("Hand-overs")
    icon = "arrows-exchange"
    model = HandOver
    permission = "registers.read"
    order = ("-made",)
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
        Column("done_by", gettext_lazy("Confirmed by"), shown=False),
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
            "It begins on the page of a member who leaves, or of an organisation that is dissolved."
        ),
    )

    def dress(self, rows: QuerySet[HandOver]) -> QuerySet[HandOver]:
        found = rows.select_related("member", "dissolved", "organisation")
        return found.prefetch_related(Prefetch("rows", to_attr="kept"))


hand_overs = listing_view(HandOvers)
