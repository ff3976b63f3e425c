"""Home: first what needs me today, then the gaps, then how it goes. One layout for every role."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Count, Max, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jiedui.core.models import AuditEntry, Job
from jiedui.core.pages import address
from jiedui.core.texts import count_text, yuan_text
from jiedui.fieldwork.models import Activity
from jiedui.figures import actions as figures
from jiedui.figures.models import Snapshot
from jiedui.home import gap_areas, progress
from jiedui.home.desk import Desk, desk_of, href
from jiedui.home.gap_cards import Gap, gap_cards
from jiedui.home.remembered import remembered
from jiedui.home.summary import sentence
from jiedui.home.todos import SHOWN, Todo, todos
from jiedui.ledger.models import Gift
from jiedui.pairing import coverage
from jiedui.pairing.models import Pair
from jiedui.pairing.scopes import reachable_places

COUNTED = 500
NAMED = 6  # households named in a gap; the link leads to all


def page(
    request: HttpRequest,
    *,
    more: Iterable[Todo] = (),
    template: str = "home/home.html",
    **own: Any,
) -> HttpResponse:
    """`more` are to-dos of apps that stand beside this one; `own` is for a template above it."""
    desk = desk_of(request)
    found = todos(desk, more=more)
    alone = remembered(desk, "alone", lambda: _gaps(desk))
    cards = gap_cards(desk, alone)
    snapshot = _snapshot(desk)
    context: dict[str, Any] = {
        "desk": desk,
        "today": desk.today,
        "weekday": weekday(desk.today),
        "todos": [(todo, todo.badge(desk.today)) for todo in found[:SHOWN]],
        "todo_count": len(found),
        "late": sum(1 for one in found if one.due and one.due < desk.today),
        "own": _own(desk),
        "machine": _machine(desk),
        "sentence": sentence(desk, cards, snapshot),
        "cards": cards,
        "remind": _remind(desk, cards),
        "gaps": alone,
        **_how_it_goes(desk, snapshot),
        **own,
    }
    return render(request, template, context)


def weekday(day: date) -> str:
    names = (
        _("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"),
        _("Sunday"),
    )  # fmt: skip
    return names[day.weekday()]


def _gaps(desk: Desk) -> list[dict[str, Any]]:
    """Households without a helper and places nobody keeps, those of this desk only."""
    if desk.campaign is None or not desk.may("registers.read") or desk.role == "helper":
        return []
    shown = []
    for pairing in desk.campaign.playbook.pairings:
        if not pairing.everyone or pairing.helped not in ("household", "place"):
            continue
        is_home = pairing.helped == "household"
        rows = (coverage.uncovered if is_home else coverage.unkept)(desk.campaign, pairing)
        # All may read the tree of places; on the desk stand those one answers for.
        mine = Q() if is_home else reachable_places(desk.user)
        rows = rows.visible_to(desk.user).filter(mine)  # type: ignore[attr-defined]
        shown.append(_gap(desk, pairing, rows, is_home=is_home))
    return shown


def _gap(desk: Desk, pairing: Any, rows: Any, *, is_home: bool) -> dict[str, Any]:
    dressed = rows.select_related("place" if is_home else "parent")
    # Few have nobody, and finding them is what takes the time: once, not again for the count.
    found = list(dressed.order_by("alone_since", "pk")[:COUNTED])
    count = len(found) if len(found) < COUNTED else rows.order_by().count()
    link = (
        href("pairing:uncovered", kind=pairing.key)
        if is_home
        else href("pairing:keepers", kind=pairing.key, kept="no")
    )
    lines = [
        {
            "name": row.head if is_home else row.full_name,
            "place": row.place.name if is_home else "",
            "href": row.get_absolute_url(),
            "days": max(0, (desk.today - row.alone_since).days),  # or the campaign is still to come
            "since": row.alone_since,
            "is_red": coverage.is_red(row.alone_since, today=desk.today, pairing=pairing),
        }
        for row in found[:NAMED]
    ]
    return {"name": pairing.name, "count": count, "lines": lines, "href": link, "is_home": is_home,
            "red_days": pairing.gap_red_days}  # fmt: skip


def _own(desk: Desk) -> list[dict[str, Any]]:
    """What a helper has done this year: of oneself, for oneself, never a ranking."""
    if not desk.member:
        return []
    year = date(desk.today.year, 1, 1)
    mine = Pair.objects.current().filter(member=desk.member)
    homes, places = mine.exclude(household=None).count(), mine.exclude(place=None).count()
    visits = Activity.objects.standing().filter(attendances__member=desk.member, day__gte=year)
    given = Gift.objects.standing().filter(member=desk.member, day__gte=year)
    facts = given.aggregate(fen=Sum("value_fen"))
    cards = []
    if homes or not places:
        cards.append(
            {
                "name": _("My households"),
                "text": count_text(homes),
                "unit": _("households"),
                "url": href("pairing:list"),
            }
        )
    if places:
        cards.append(
            {
                "name": _("Places I keep"),
                "text": count_text(places),
                "unit": _("places"),
                "url": href("pairing:list"),
            }
        )
    return [
        *cards,
        {"name": _("My activities this year"), "text": count_text(visits.count()),
         "unit": _("times"), "url": href("fieldwork:list", since=year)},
        {"name": _("Given through me this year"), "text": yuan_text(facts["fen"] or 0),
         "unit": _("yuan"), "url": href("ledger:gifts")},
    ]  # fmt: skip


def _machine(desk: Desk) -> list[dict[str, Any]]:
    """For those who keep the machine or its records: no household, only how it runs."""
    if not desk.may("system.read", "audit.read"):
        return []
    entries = AuditEntry.objects.aggregate(n=Max("pk"), last=Max("at"))
    cards = [
        {"name": _("Audit entries"), "text": count_text(entries["n"] or 0), "unit": _("entries"),
         "url": href("reports:audit")},
    ]  # fmt: skip
    if desk.may("system.read"):
        users = get_user_model()._default_manager.aggregate(
            active=Count("pk", filter=Q(is_active=True)),
            idle=Count("pk", filter=Q(is_active=True, last_login=None)),
        )
        jobs = Job.objects.aggregate(
            waiting=Count("pk", filter=Q(state__in=("queued", "running"))),
            failed=Count("pk", filter=Q(state="failed")),
        )
        idle = ngettext("%(n)d has never signed in", "%(n)d have never signed in", users["idle"])
        cards += [
            {"name": _("Accounts"), "text": count_text(users["active"]), "unit": _("accounts"),
             "note": idle % {"n": users["idle"]}, "url": href("orgs:users")},
            {"name": _("Jobs waiting"), "text": count_text(jobs["waiting"]), "unit": _("jobs"),
             "url": address("jobs")},
            {"name": _("Jobs that failed"), "text": count_text(jobs["failed"]), "unit": _("jobs"),
             "tone": "red" if jobs["failed"] else "", "url": address("jobs")},
        ]  # fmt: skip
    return cards


def _remind(desk: Desk, cards: Sequence[Gap]) -> str:
    """Where helpers are reminded, for whom that is, while a visit is overdue."""
    is_late = any(card.count and "overdue=1" in card.url for card in cards)
    return href("fieldwork:visits_remind") if is_late and desk.may("pair.tell") else ""


def _snapshot(desk: Desk) -> Snapshot | None:
    if desk.campaign is None or not desk.may("figures.read"):
        return None
    snapshot = figures.latest(desk.campaign)
    if snapshot:
        snapshot.campaign = desk.campaign
    return snapshot


def _how_it_goes(desk: Desk, snapshot: Snapshot | None) -> dict[str, Any]:
    if desk.campaign is None or snapshot is None:
        return {"has_no_figures": desk.campaign is not None and desk.may("figures.read")}
    return {
        "areas": remembered(desk, f"areas {snapshot.pk}", lambda: gap_areas.tables(desk, snapshot)),
        "snapshot": snapshot,
        "made": timezone.localtime(snapshot.made),
        "boards": progress.boards(desk, snapshot),
        "all_figures": href("figures:index", desk.campaign.key, **desk.root.query),
        "pictures": progress.pictures(desk, snapshot),
    }
