"""Requests: listed for those who keep them, and one of them with its course and next step."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from jiedui.campaigns.models import give_campaigns
from jiedui.core.doors import may, needs
from jiedui.core.histories import history
from jiedui.core.lists import (
    Action,
    Choice,
    Column,
    DateRange,
    Empty,
    Listing,
    Search,
    Tree,
    YesNo,
    listing_view,
)
from jiedui.core.voiding import VoidForm
from jiedui.households.models import Household
from jiedui.needs import actions, scopes, words
from jiedui.needs.models import Claim, NeedRequest, State
from jiedui.orgs.models import Organisation
from jiedui.places.models import Place

HISTORY = {
    "needrequest.asked": gettext_lazy("asked for"),
    "needrequest.amended": gettext_lazy("worded otherwise"),
    "needrequest.checked": pgettext_lazy("request", "checked"),
    "needrequest.declined": gettext_lazy("turned down"),
    "needrequest.claimed": gettext_lazy("claimed"),
    "needrequest.dispatched": gettext_lazy("somebody was sent to it"),
    "needrequest.given_back": gettext_lazy("given back"),
    "needrequest.done": gettext_lazy("reported as done"),
    "needrequest.sent_back": gettext_lazy("sent back as not done"),
    "needrequest.confirmed": gettext_lazy("confirmed by who asked"),
    "needrequest.passed_on": gettext_lazy("passed on to another organisation"),
    "needrequest.read": gettext_lazy("details read"),
    "needrequest.voided": gettext_lazy("taken out"),
}


def claim_of(row: Any) -> Claim | None:
    """Who has claimed it, or saw it through; the rows have been given `held`."""
    return row.held[-1] if row.held else None


def claimer_name(row: Any) -> str:
    claim = claim_of(row)
    return str(claim.claimer) if claim else ""


def claimer_unit(row: Any) -> str:
    claim = claim_of(row)
    return claim.organisation.name if claim else ""


def with_claims(rows: QuerySet[Any]) -> QuerySet[Any]:
    held = Claim.objects.exclude(ending=Claim.Ending.GIVEN_BACK).order_by("pk")
    return rows.prefetch_related(
        Prefetch("claims", held.select_related("member", "team", "organisation"), to_attr="held")
    )


def late(rows: QuerySet[Any], yes: bool) -> QuerySet[Any]:
    overdue = NeedRequest.objects.overdue(today=timezone.localdate()).values("pk")
    return rows.filter(pk__in=overdue) if yes else rows.exclude(pk__in=overdue)


def in_state(rows: QuerySet[Any], state: str) -> QuerySet[Any]:
    if state == "running":
        return rows.filter(declined_on=None, confirmed_on=None)
    return rows.filter(pk__in=NeedRequest.objects.in_state(state).values("pk"))


def state_choices() -> list[tuple[str, Any]]:
    return [("running", _("not settled")), *State.choices]


class Requests(Listing[NeedRequest]):
    key = "need_requests"
    url = "needs:list"
    title = gettext_lazy("Requests")
    icon = "inbox"
    model = NeedRequest
    permission = "registers.read"
    order = ("-id",)
    action = Action(gettext_lazy("New request"), "needs:kinds", scopes.ASK)
    more = (Action(pgettext_lazy("requests", "Board"), "needs:board", "registers.read", "inbox"),)
    card = ("kind", "place", "state", "due")
    columns = (
        Column("text", gettext_lazy("What is asked for"), value="public_text", link=True),
        Column("asker", gettext_lazy("Asked by"), value=words.asker_name),
        Column("place", gettext_lazy("Place"), value="place.name", sort="place__path"),
        Column("kind", gettext_lazy("Kind"), value=words.kind_name, sort="kind"),
        Column(
            "urgency",
            gettext_lazy("Urgency"),
            kind="badge",
            value=words.urgency_badge,
            sort="urgency",
        ),
        Column("state", gettext_lazy("State"), kind="badge", value=words.state_badge),
        Column("claimer", gettext_lazy("Claimed by"), value=claimer_name),
        Column("unit", gettext_lazy("Unit that claimed"), value=claimer_unit, shown=False),
        Column("asked_on", gettext_lazy("Asked on"), kind="day", sort="asked_on", shown=False),
        Column("checked_on", gettext_lazy("Checked"), kind="day", sort="checked_on", shown=False),
        Column("claimed_on", gettext_lazy("Claimed"), kind="day", sort="claimed_on", shown=False),
        Column("due", gettext_lazy("Next step due"), kind="due", sort="due"),
        Column("done_text", pgettext_lazy("request", "What was done"), shown=False),
        Column("done_on", gettext_lazy("Done"), kind="day", sort="done_on", shown=False),
        Column("rating", gettext_lazy("Rating, 1 to 5"), kind="count", sort="rating"),
        Column("confirmed_on", gettext_lazy("Settled"), kind="day", sort="confirmed_on"),
    )
    filters = (
        Search(
            "public_text",
            "place__name",
            "household__head",
            "organisation__name",
            hint=gettext_lazy("Wording, who asked, or place"),
        ),
        Choice("state", gettext_lazy("State"), state_choices, by=in_state),
        YesNo("late", gettext_lazy("Overdue"), by=late),
        Choice("kind", gettext_lazy("Kind"), words.all_kinds),
        Choice("urgency", gettext_lazy("Urgency"), list(words.URGENCY.items())),
        Tree("place", gettext_lazy("Place"), Place),
        Tree(
            "unit",
            gettext_lazy("Unit that claimed"),
            Organisation,
            path="claims__organisation__path",
        ),
        DateRange("due", gettext_lazy("Next step due")),
        DateRange("asked", gettext_lazy("Asked on"), field="asked_on"),
        YesNo(
            "voided",
            gettext_lazy("Taken out"),
            by=lambda rows, yes: rows.filter(voided_on__isnull=not yes),
            default=False,
            usual=gettext_lazy("without those taken out"),
        ),
    )
    empty = Empty(
        "inbox",
        gettext_lazy("No requests here"),
        gettext_lazy("What families, villages and branches ask for is listed here to its end."),
        "needs:board",
        pgettext_lazy("requests", "Board"),
        "registers.read",
    )

    def dress(self, rows: QuerySet[NeedRequest]) -> QuerySet[NeedRequest]:
        return with_claims(rows.select_related("place", "household", "organisation"))

    def complete(self, rows: list[Any]) -> None:
        give_campaigns(rows)


listing = listing_view(Requests)


@dataclass(frozen=True)
class Contact:
    """The household that is to be found: masked until opened on purpose."""

    household: Household
    href: str  # of its page, for who may see it; else ""
    phone: str
    address: str
    is_open: bool


@needs("registers.read")
def show(request: HttpRequest, pk: str) -> HttpResponse:
    """One request; sent to (POST), with what is encrypted, for those who may know it.

    Who only sees the board reads its kind, place and public wording.
    """
    related = ("campaign", "place__parent", "household__place", "organisation", "need")
    seen = NeedRequest.objects.visible_to(request.user).select_related(*related)
    row = seen.filter(pk=pk).first()
    is_inside = row is not None
    if row is None:
        row = get_object_or_404(scopes.board(request.user).select_related(*related), pk=pk)
    knows = is_inside and scopes.may_know(request.user, row)
    is_open = knows and request.method == "POST"
    today = timezone.localdate()
    context = {
        "row": row,
        "kind": words.kind_name(row),
        "state": words.state_badge(row),
        "due": words.due_badge(row, today=today),
        "urgency": words.urgency_badge(row),
        "is_inside": is_inside,
        "asker": words.asker_name(row) if is_inside else "",
        "contact": _contact(request, row, is_open=is_open) if knows and row.household else None,
        "detail": row.detail if is_open else "",
        "has_detail": knows and row.holds("detail"),
        "claims": _claims(row) if is_inside else [],
        "steps": [] if row.voided_on else list(_steps(request, row)),
        "history": history(row, words=HISTORY) if is_inside else [],
        "may_keep": is_inside and not row.voided_on and may(request.user, scopes.CHECK, on=row),
        "void": VoidForm(),
    }
    return render(request, "needs/request.html", context)


def _contact(request: HttpRequest, row: NeedRequest, *, is_open: bool) -> Contact:
    household: Any = row.household
    sees = Household.objects.visible_to(request.user).filter(pk=household.pk).exists()
    return Contact(
        household,
        household.get_absolute_url() if sees else "",
        household.phone if is_open else household.masked("phone"),
        household.address if is_open else "",
        is_open,
    )


def _claims(row: NeedRequest) -> list[Claim]:
    found = row.claims.select_related("member__organisation", "team", "organisation")
    return list(found.order_by("pk"))


@dataclass(frozen=True)
class Step:
    """Something the user may do with the request now; the first one is what is due."""

    url: str
    label: Any
    icon: str


def _steps(request: HttpRequest, row: NeedRequest) -> Iterator[Step]:
    user, state = request.user, row.state
    keeps = may(user, scopes.CHECK, on=row)
    holds = state == State.CLAIMED and scopes.claimed_by(user).filter(pk=row.pk).exists()
    if state == State.ASKED and keeps:
        yield Step("needs:check", pgettext("request", "Check"), "clipboard-check")
    if state == State.OPEN:
        if row.is_public and may(user, scopes.CLAIM):
            yield Step("needs:claim", _("Claim"), "heart-handshake")
        if may(user, scopes.DISPATCH, on=row):
            yield Step("needs:dispatch", _("Send somebody"), "send")
    if holds or (state == State.CLAIMED and keeps):
        yield Step("needs:done", _("Report as done"), "check")
        yield Step("needs:give_back", _("Give back"), "arrow-back-up")
    if state == State.DONE and keeps and not actions.did_it(row, user):
        yield Step("needs:confirm", _("Confirm and rate"), "star")
        yield Step("needs:send_back", _("Not done"), "arrow-back-up")
    if state in (State.ASKED, State.OPEN) and keeps:
        yield Step("needs:edit", _("Edit"), "pencil")
    if state in (State.ASKED, State.OPEN, State.CLAIMED) and keeps:
        yield Step("needs:decline", _("Turn down"), "ban")
