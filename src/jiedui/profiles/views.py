"""One page each for a household, a member, an organisation and a place: their whole story."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Max, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jiedui.campaigns.current import campaign_of
from jiedui.campaigns.models import Campaign, Plan, give_campaigns
from jiedui.core import audit, household_codes
from jiedui.core.doors import may
from jiedui.core.lists import joined
from jiedui.core.trees import below
from jiedui.core.users import User
from jiedui.fieldwork.due_visits import calls
from jiedui.fieldwork.models import Activity, Attendance
from jiedui.fieldwork.rhythm import Due, dues
from jiedui.households import actions as households
from jiedui.households.models import Household, Person
from jiedui.ledger.models import Gift
from jiedui.orgs.models import Member, Organisation, Team
from jiedui.pairing.models import Pair
from jiedui.pairing.views.shared import kinds
from jiedui.places.models import Place
from jiedui.profiles import desks, timeline
from jiedui.profiles.helper_line import relay
from jiedui.profiles.timeline import Event
from jiedui.questionnaires.beside import beside
from jiedui.supervision.models import Issue

PARTS = 30  # parts of an organisation or a place on one page
SHOWN = 30  # events of a time line on one page
# What somebody needs who visits, and what only those need who keep the registers.
TO_VISIT, OF_PERSONS = ("phone", "address"), ("phone",)
TO_KEEP, OF_PERSONS_TOO = ("bank_card",), ("identity", "health")


def household(request: HttpRequest, pk: int) -> HttpResponse:
    """Who they are, who helps and helped, what they need, and what has been done."""
    rows = Household.objects.visible_to(request.user).select_related("place__parent__parent")
    row = get_object_or_404(rows, pk=pk)
    pairs = _pairs_of(row)
    gifts = Gift.objects.filter(household=row, voided_on=None)
    visits = calls().filter(household=row).order_by()
    today = timezone.localdate()
    context = {
        "household": row,
        "kind": household_codes.HOUSEHOLD_KIND.name(row.kind),
        "cause": household_codes.CAUSE.name(row.cause) if row.cause else "",
        "people": row.people.filter(ended=None),
        "needs": row.needs.all()[:20],
        "requests": desks.requests_of(Q(household=row), user=request.user),
        "may_ask": desks.may_ask(row, user=request.user),
        "incomes": (incomes := list(row.incomes.all())),
        "income_line": timeline.income_line(incomes),
        "due": _next_due(open_pairs := [p for p in pairs if p.ended is None], today=today),
        "today": today,
        "open_pairs": open_pairs,
        "may_find": _may_find(request, row),
        "to_visit": _first(open_pairs, _held(open_pairs, "visit.record", user=request.user)),
        "may_hand_over": _held(open_pairs, "pair.change", user=request.user),
        "relay": relay(row, pairs, user=request.user, today=today),
        **gifts.aggregate(
            given=Sum("value_fen"), steady=Sum("value_fen", filter=Q(is_steady=True))
        ),
        **visits.aggregate(visits=Count("pk"), last_visit=Max("day")),
        "years": _household_years(row, pairs),
        "beside": beside(request, row),
        "line": row.place.line(),
    }
    return render(request, "profiles/household.html", context)


def _pairs_of(row: Household) -> list[Pair]:
    """All pairs of a household, the newest first, with who helps and who did before."""
    rows = joined(
        Pair.objects.filter(household=row),
        member=("name", "ended"),
        team=("name",),
        organisation=("name",),
        previous=("member",),
        previous__member=("name",),
    )
    pairs = list(rows.prefetch_related("successors").order_by("-since", "-pk"))
    give_campaigns(pairs)
    return pairs


@require_POST
def open_details(request: HttpRequest, pk: int) -> HttpResponse:
    """Masked details, opened on purpose; the audit chain keeps who read them and when."""
    row = get_object_or_404(Household.objects.visible_to(request.user), pk=pk)
    keeps = may(request.user, "identity.read", on=row)
    fields = [*TO_VISIT, *(TO_KEEP if keeps else ())]
    details = households.read_sensitive(row, by=request.user, fields=fields)
    personal = [*OF_PERSONS, *(OF_PERSONS_TOO if keeps else ())]
    people = [(one, _read(one, personal, by=request.user)) for one in row.people.filter(ended=None)]
    context = {"household": row, "details": details, "people": people, "keeps": keeps}
    return render(request, "profiles/household_details.html", context)


def _read(person: Person, fields: list[str], *, by: User | None) -> dict[str, str]:
    """What is known of these fields; the chain names the person and each field that was read."""
    found = {name: value for name in fields if (value := getattr(person, name))}
    if found:
        audit.read(person, found, by=by)
    return found


def _held(pairs: list[Pair], permission: str, *, user: User) -> set[int]:
    """Keys of those among these pairs on which the user holds this permission."""
    if not pairs or not may(user, permission):
        return set()
    rows = Pair.objects.filter(pk__in=[pair.pk for pair in pairs])
    return set(rows.permitted(user, permission).values_list("pk", flat=True))


def _may_find(request: HttpRequest, row: Household) -> bool:
    """Whether the user may look for a helper of this household, in the campaign worked in."""
    campaign = campaign_of(request)
    if row.ended or not campaign or not kinds(campaign, helped="household", helper="member"):
        return False
    return may(request.user, "pair.change", on=row)


def _first(pairs: list[Pair], keys: set[int]) -> Pair | None:
    return next((pair for pair in pairs if pair.pk in keys), None)


def _next_due(pairs: list[Pair], *, today: date) -> Due | None:
    """The visit that falls due first, of all who help now."""
    found = [due for due in dues(pairs, today=today).values() if due]
    return min(found, key=lambda due: due.day, default=None)


def _household_years(row: Household, pairs: list[Pair]) -> list[timeline.Year]:
    events = [
        *_visits(Activity.objects.standing().filter(household=row)),
        *_gifts(Gift.objects.filter(household=row, voided_on=None)),
        *(_pair_began(pair) for pair in pairs),
    ]
    return timeline.by_year(events, most=SHOWN)


def _visits(rows: Any) -> Iterable[Event]:
    chosen = list(rows.order_by("-day", "-pk")[:SHOWN])
    give_campaigns(chosen)
    came = Attendance.objects.filter(activity__in=[row.pk for row in chosen]).order_by("pk")
    names: dict[Any, list[str]] = {row.pk: [] for row in chosen}
    for activity, name in came.values_list("activity", "member__name"):
        names[activity].append(name)
    for row in chosen:
        text = " · ".join(part for part in (", ".join(names[row.pk]), row.note) if part)
        yield Event(row.day, "message", _kind_name(row.campaign, row.kind), text, _link(row))


def _gifts(rows: Any) -> Iterable[Event]:
    for row in rows.select_related("giver").order_by("-day", "-pk")[:SHOWN]:
        what = _("cash") if row.kind == Gift.Kind.CASH else row.item
        amount = "" if row.kind == Gift.Kind.CASH else f" {row.quantity.normalize():f} {row.unit}"
        title = f"{what}{amount}"
        value = f"{row.value_fen / 100:,.2f} {_('yuan')}"
        yield Event(row.day, "gift", title, f"{value} · {row.giver.name}", _link(row))


def _pair_began(pair: Pair) -> Event:
    name = pair.member.name if pair.member else pair.organisation.name
    if pair.previous_id and pair.previous and pair.previous.member:
        before = pair.previous.member.name
        title = _("%(name)s took over from %(before)s") % {"name": name, "before": before}
    else:
        title = _("%(name)s became the helper") % {"name": name}
    return Event(pair.since, "heart-handshake", title, pair.organisation.name)


def _link(row: Any) -> str:
    return row.get_absolute_url() if hasattr(row, "get_absolute_url") else ""


def _kind_name(campaign: Campaign, key: str) -> str:
    names = {activity.key: str(activity.name) for activity in campaign.playbook.activities}
    return names.get(key, key)


def member(request: HttpRequest, pk: int) -> HttpResponse:
    """What a member answers for, and what they did."""
    rows = Member.objects.visible_to(request.user).select_related("organisation", "also_at")
    row = get_object_or_404(rows, pk=pk)
    pairs = (
        Pair.objects.visible_to(request.user)
        .filter(member=row)
        .select_related("household__place__parent", "place", "campaign")
        .order_by("ended", "-since")
    )
    done = Activity.objects.standing().filter(attendances__member=row)
    seen = Activity.objects.visible_to(request.user)
    context = {
        "member": row,
        "line": row.organisation.line(),
        "open_pairs": (open_pairs := [p for p in pairs if p.ended is None]),
        "may_hand_over": _held(open_pairs, "pair.change", user=request.user),
        "past_pairs": [p for p in pairs if p.ended is not None][:50],
        "done": done.count(),
        "events": list(_visits(seen.filter(pk__in=done.values("pk")))),
        "teams": row.team_places.filter(ended=None).select_related("team"),
        "beside": beside(request, row),
        "former": row.former.select_related("organisation"),
    }
    return render(request, "profiles/member.html", context)


def organisation(request: HttpRequest, pk: int) -> HttpResponse:
    """An organisation with its parts, its members and what it has done."""
    rows = Organisation.objects.visible_to(request.user).select_related(
        "place", "parent", "successor"
    )
    row = get_object_or_404(rows, pk=pk)
    campaign = campaign_of(request)
    seen = Member.objects.visible_to(request.user)
    serving = Member.objects.serving().filter(below(row.path, field="organisation__path"))
    plans = Plan.objects.visible_to(request.user).filter(organisation=row)
    plan = plans.filter(campaign=campaign).first() if campaign else None
    today = timezone.localdate()
    # What stands above all units shows these; each of them has its own desk.
    is_unit = row.kind != Organisation.Kind.AREA
    context = {
        "organisation": row,
        "desk": desks.homes_of_organisation(request, row, today=today) if is_unit else None,
        "line": row.line(),
        "predecessors": row.predecessors.order_by("path"),
        "parts": _page(request, row.children.filter(ended=None).order_by("path")),
        "members": seen.filter(organisation=row, ended=None)[:50],
        "member_count": serving.count(),
        "teams": Team.objects.visible_to(request.user).filter(organisation=row, ended=None)[:50],
        "plan": plan,
        "issues": Issue.objects.visible_to(request.user).filter(organisation=row)[:20],
        "projects": desks.projects_in(
            below(row.path, field="organisation__path"), user=request.user
        ),
        "links": _organisation_links(row),
        "beside": beside(request, row),
    }
    return render(request, "profiles/organisation.html", context)


def _organisation_links(row: Organisation) -> list[tuple[str, str, str]]:
    members = reverse("orgs:members") + f"?organisation={row.path}"
    return [(_("All members"), "users", members)]


def _page(request: HttpRequest, rows: QuerySet[Any]) -> Page[Any]:
    return Paginator(rows, PARTS).get_page(request.GET.get("page"))


def place(request: HttpRequest, pk: int) -> HttpResponse:
    """A place with what lies in it, its households and who keeps it."""
    rows = Place.objects.visible_to(request.user).select_related("parent")
    row = get_object_or_404(rows, pk=pk)
    homes = Household.objects.visible_to(request.user).filter(ended=None)
    seen = Pair.objects.visible_to(request.user).filter(place=row, ended=None)
    is_village = row.level not in desks.ABOVE_VILLAGES
    today = timezone.localdate()
    context = {
        "place": row,
        "line": row.line(),
        "parts": _page(request, row.children.filter(ended=None).order_by("path")),
        "households": homes.filter(below(row.path, field="place__path")).count(),
        "keepers": seen.select_related("member", "organisation", "team"),
        "officers": desks.officers(row, user=request.user),
        "desk": desks.homes_of_place(request, row, today=today) if is_village else None,
        "work": desks.work_in(row, user=request.user) if is_village else None,
        "projects": desks.projects_in(below(row.path, field="place__path"), user=request.user),
        "beside": beside(request, row),
        "requests": desks.requests_of(Q(place=row), user=request.user) if is_village else [],
    }
    return render(request, "profiles/place.html", context)
