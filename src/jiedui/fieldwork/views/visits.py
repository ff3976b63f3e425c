"""Recording a visit in under half a minute: choose whom, tick, save; then what is due next."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from jiedui.campaigns.models import give_campaigns
from jiedui.campaigns.playbook.work import Activity as Kind
from jiedui.campaigns.playbook.work import Conduct
from jiedui.core import undoing
from jiedui.core.doors import may, needs, number
from jiedui.core.lists import joined
from jiedui.core.picks import offers
from jiedui.core.sending import send
from jiedui.core.typed import searched
from jiedui.core.users import User
from jiedui.fieldwork import actions, rhythm, scopes
from jiedui.fieldwork.due_visits import narrow_pairs
from jiedui.fieldwork.forms.visits import VisitForm
from jiedui.fieldwork.forms.voiding import VoidVisitForm
from jiedui.fieldwork.models import Activity
from jiedui.ledger.models import Gift
from jiedui.orgs.picks import MEMBER
from jiedui.orgs.scopes import of
from jiedui.pairing.models import Pair

SHOWN = 30  # pairs on the page; more are found by search
RELATED = (
    "campaign__place", "member", "team", "organisation__place", "household__place",
    "place__parent", "partner_member", "partner_organisation",
)  # fmt: skip
NAME = ("name",)
ON_CARDS = {
    "household": ("head",), "household__place": NAME, "place": NAME, "place__parent": NAME,
    "member": NAME, "team": NAME, "organisation": NAME,
    "partner_member": NAME, "partner_organisation": NAME,
}  # fmt: skip
WRITTEN = ("campaign", "member", "organisation", "household__place")  # what a visit is saved with


@dataclass(frozen=True)
class Card:
    """A pair one may visit now."""

    pair: Pair
    due: rhythm.Due | None
    last: date | None
    otherwise: str  # what it was when it was no call at home: a telephone call
    is_late: bool


@never_cache  # going back must not show a form whose number has been used
@needs("visit.record")
def new(request: HttpRequest) -> HttpResponse:
    chosen = request.GET.get("pair", "")
    if chosen:
        related = WRITTEN if request.method == "POST" else RELATED
        mine = scopes.recordable(request.user).select_related(*related)
        return _record(request, get_object_or_404(mine, pk=number(chosen) or 0))
    words = searched(request.GET.get("q", ""), most=60)
    pairs = _to_choose(request.user, _recordable(request.user).open(), words)
    if len(pairs) == 1 and not words:
        return redirect(f"{request.path}?pair={pairs[0].pk}")
    context = {"cards": _cards(pairs), "words": words, "is_cut": len(pairs) == SHOWN}
    return render(request, "fieldwork/choose.html", context)


def _recordable(user: User) -> Any:
    """Pairs with the day and kind of their last visit, and what their cards show."""
    rows = joined(scopes.recordable(user), **ON_CARDS)
    # A subquery, so that the last day is looked up for the few pairs shown only.
    visits = Activity.objects.standing().filter(pair=OuterRef("pk")).order_by("-day")
    return rows.annotate(
        last_day=Subquery(visits.values("day")[:1]), last_kind=Subquery(visits.values("kind")[:1])
    )


def _to_choose(user: User, rows: Any, words: str) -> list[Pair]:
    """One's own pairs; without any, those whose visit is overdue first. Others by their name."""
    if words:
        return list(rows.filter(_named(words)).order_by("household__number")[:SHOWN])
    member = of(user).member
    own = list(rows.filter(member=member)[:SHOWN]) if member else []
    return own or _late_first(rows.order_by("household__place__path", "pk"))


def _late_first(rows: Any) -> list[Pair]:
    today = timezone.localdate()
    # By number, and keys first: the database need not look at more pairs than are shown.
    overdue = narrow_pairs(rows.order_by("pk"), True, today=today)
    keys = list(overdue.values_list("pk", flat=True)[:SHOWN])
    late = list(rows.filter(pk__in=keys))
    if len(late) == SHOWN:
        return late
    others = rows.exclude(pk__in=[pair.pk for pair in late])
    return [*late, *others[: SHOWN - len(late)]]


def _named(words: str) -> Q:
    either = Q()
    names = ("household", "member", "place", "organisation")
    for name in names:
        text = "head" if name == "household" else "name"
        either |= Q(**{f"{name}__{text}__contains": words})
        either |= Q(**{f"{name}__pinyin__startswith": words.lower()})
        either |= Q(**{f"{name}__initials__startswith": words.lower()})
    return either | Q(household__number=words)


def _cards(pairs: list[Any]) -> list[Card]:
    """What is due first stands first; then whoever has not been visited for longest."""
    today = timezone.localdate()
    give_campaigns(pairs)
    dues = rhythm.dues(pairs, today=today)
    cards = [
        Card(pair, due, pair.last_day, _otherwise(pair), bool(due and due.is_late(today)))
        for pair in pairs
        for due in [dues[pair.pk]]
    ]
    return sorted(
        cards, key=lambda c: (c.due.day if c.due else date.max, c.last or date.min, c.pair.pk)
    )


def _otherwise(pair: Any) -> str:
    kinds = pair.campaign.playbook.activities
    return next((str(k.name) for k in kinds if k.key == pair.last_kind and k.remote), "")


def kinds_for(pair: Pair) -> list[Kind]:
    """Kinds of visit that fit this pair, in the playbook's order."""
    return [
        kind
        for kind in pair.campaign.playbook.activities
        if kind.visits != "none" and kind.pairing in (None, pair.kind)
    ]


def _record(request: HttpRequest, pair: Pair) -> HttpResponse:
    kinds = kinds_for(pair)
    kind = next((k for k in kinds if k.key == request.GET.get("kind")), kinds[0] if kinds else None)
    if kind is None:
        return render(request, "fieldwork/no_kind.html", {"pair": pair})
    may_give = may(request.user, "gift.record", on=pair)
    form = VisitForm(request.POST or None, pair=pair, kind=kind, may_give=may_give)

    def work() -> HttpResponse:
        visit = actions.visit(form.pair, form.done(), gifts=form.given(), by=request.user)
        undoing.offer(request, "fieldwork:undo", visit.pk)
        return redirect("fieldwork:recorded", visit.pk)

    if answer := send(request, form, work):
        return answer
    context = {
        "form": form,
        "pair": pair,
        "kind": kind,
        "kinds": kinds,
        "may_give": may_give,
        "conduct": _conduct(kind, pair),
        "others": scopes.recordable(request.user).filter(ended=None).exclude(pk=pair.pk).exists(),
    }
    return render(request, "fieldwork/visit.html", context)


def _conduct(kind: Kind, pair: Pair) -> Conduct | None:
    return next((c for c in pair.campaign.playbook.conduct if c.key == kind.conduct), None)


@needs("visit.record")
def recorded(request: HttpRequest, pk: str) -> HttpResponse:
    """It is kept; what is due next; and the way back if it was wrong."""
    visit = get_object_or_404(_visits(request.user), pk=pk)
    today = timezone.localdate()
    due = rhythm.dues([visit.pair], today=today).get(visit.pair.pk) if visit.pair else None
    gifts = gifts_with(visit, request.user)
    context = {
        "visit": visit,
        "due": due,
        "gifts": gifts,
        "void": VoidVisitForm(has_gifts=bool(gifts)),
        "may_change": not visit.voided_on and may(request.user, "visit.record", on=visit),
    }
    return render(request, "fieldwork/recorded.html", context)


def _visits(user: User) -> QuerySet[Any]:
    rows = Activity.objects.changeable_by(user).exclude(pair=None)
    return rows.select_related("campaign", "household", "place", "pair__campaign")


def gifts_with(visit: Activity, user: User) -> QuerySet[Any]:
    """Gifts recorded with this visit: their numbers follow from its own."""
    numbers = actions.gift_numbers(visit)
    return Gift.objects.visible_to(user).filter(pk__in=numbers, voided_on=None)


@needs("visit.record")
def companions(request: HttpRequest, pair: int) -> HttpResponse:
    found = get_object_or_404(
        scopes.recordable(request.user).select_related("organisation"), pk=pair
    )
    return offers(request, MEMBER, scopes.companions(found).select_related("organisation"))
