"""The board: projects of one kind in the columns of their states."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, QuerySet, Sum, Window
from django.db.models.functions import RowNumber
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode

from jiedui.campaigns.current import running_campaign
from jiedui.campaigns.playbook.projects import ProjectKind
from jiedui.core.doors import may, needs
from jiedui.core.lists import Badge, joined
from jiedui.core.pages import address
from jiedui.projects import scopes, words
from jiedui.projects.models import Project

SHOWN = 20  # cards of one column; more are in the list


@dataclass(frozen=True)
class Card:
    project: Project
    due: Badge | None


@dataclass(frozen=True)
class Lane:
    """One column: a state with how many projects are in it, and the first of them."""

    key: str
    badge: Badge
    count: int
    budget_fen: int | None
    cards: Sequence[Card]

    @property
    def more(self) -> int:
        return self.count - len(self.cards)


@needs("registers.read")
def board(request: HttpRequest) -> HttpResponse:
    """`?kind=`; without it the first kind of the playbook."""
    campaign = running_campaign(request)
    kinds = campaign.playbook.projects
    wanted = request.GET.get("kind", "")
    kind = next((one for one in kinds if one.key == wanted), kinds[0] if kinds else None)
    rows: Any = Project.objects.standing().visible_to(request.user).filter(campaign=campaign)
    context = {
        "kinds": kinds,
        "kind": kind,
        "lanes": _lanes(kind, rows.filter(kind=kind.key)) if kind else [],
        "late": rows.overdue(today=timezone.localdate()).count() if kind else 0,
        "may_add": may(request.user, scopes.CHANGE),
        "map": _map(request, campaign),
    }
    return render(request, "projects/board.html", context)


def _lanes(kind: ProjectKind, rows: QuerySet[Any]) -> list[Lane]:
    """The states of the playbook, then those it has no more but projects still are in."""
    sums = rows.order_by().values_list("state_key").annotate(Count("pk"), Sum("budget_fen"))
    known = {key: (count, fen) for key, count, fen in sums}
    badges = {one.key: words.badge_of(str(one.name), one.stage) for one in kind.states}
    badges |= {key: Badge(key) for key in sorted(known) if key not in badges}
    cards = _cards(rows)
    return [
        Lane(key, badge, *known.get(key, (0, None)), cards[key]) for key, badge in badges.items()
    ]


def _cards(rows: QuerySet[Any]) -> dict[str, list[Card]]:
    """The first of each state: what is finished the newest first, all else by its due day."""
    order = (F("done_on").desc(nulls_last=True), F("due").asc(nulls_last=True), "pk")
    place = Window(RowNumber(), partition_by="state_key", order_by=order)
    keys = rows.order_by().annotate(at=place).filter(at__lte=SHOWN).values_list("pk", "at")
    turn = dict(keys)
    shown = Project.objects.filter(pk__in=turn).order_by()
    found: dict[str, list[Card]] = defaultdict(list)
    today = timezone.localdate()
    related = joined(shown, place=("name",), organisation=("name",))
    for row in sorted(related, key=lambda one: turn[one.pk]):
        found[row.state_key].append(Card(row, words.due_badge(row, today=today)))
    return found


def _map(request: HttpRequest, campaign: Any) -> str:
    """The map of the first figure that counts projects; "" without one, or for who sees none."""
    counting = (one.key for one in campaign.playbook.figures if one.over == "projects")
    key = next(counting, "")
    if not key or not may(request.user, "figures.read"):
        return ""
    return f"{address('map')}?{urlencode({'figure': key})}"
