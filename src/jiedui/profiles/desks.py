"""What a village or a unit has to do next: its households, those behind first, and who answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest

from jiedui.accounts.roles import Role
from jiedui.campaigns.models import all_campaigns, give_campaigns
from jiedui.core.doors import may
from jiedui.core.texts import day_text
from jiedui.core.trees import below
from jiedui.core.typed import searched
from jiedui.core.users import User
from jiedui.fieldwork import due_visits
from jiedui.households.models import Household, Need
from jiedui.ledger.models import Gift
from jiedui.needs import scopes
from jiedui.needs import words as request_words
from jiedui.needs.models import NeedRequest
from jiedui.orgs.models import Appointment, Member, Organisation
from jiedui.orgs.scopes import of
from jiedui.pairing.models import Pair
from jiedui.places.models import Place
from jiedui.projects import words as project_words
from jiedui.projects.models import Project
from jiedui.supervision.models import Issue

ROWS = 30  # households on one page
NEWEST = 8  # gifts, needs and issues; more are in their lists
BEHIND_FIRST = F("next_due").asc(nulls_last=True)
# Above a village a page shows its parts; households are listed where somebody knows them.
ABOVE_VILLAGES = ("province", "city", "county", "town")


@dataclass(frozen=True)
class Home:
    """A household with whoever helps it now; without `next_due` no visit is asked of anybody."""

    household: Household
    helpers: Sequence[Pair]
    last_visit: date | None
    next_due: date | None
    is_late: bool

    @property
    def next_due_text(self) -> str:
        return day_text(self.next_due)


@dataclass(frozen=True)
class Officer:
    """Who answers for a village: the account, and the member it belongs to where that is known."""

    name: str
    member: Member | None


@dataclass(frozen=True)
class Desk:
    """Part of a list with what was searched in it."""

    page: Page[Any]
    lines: Sequence[Home]
    words: str
    late: int


def homes_of_place(request: HttpRequest, place: Place, *, today: date) -> Desk:
    """Households on the register in this place, those whose visit is overdue first."""
    words = searched(request.GET.get("q", ""), most=40)
    seen = Household.objects.visible_to(request.user).filter(ended=None)
    here = seen.filter(below(place.path, field="place__path"))
    rows = here.filter(_called(words)) if words else here
    dated = due_visits.with_household_visits(rows.select_related("place"), today=today)
    page = _page(request, dated.order_by(BEHIND_FIRST, "number"))
    helpers = _helpers([row.pk for row in page])
    lines = [
        Home(row, helpers.get(row.pk, ()), row.last_visit, row.next_due, _late(row, today))
        for row in page
    ]
    late = due_visits.narrow_households(here, True, today=today).count()
    return Desk(page, lines, words, late)


def homes_of_organisation(request: HttpRequest, organisation: Organisation, *, today: date) -> Desk:
    """Households that members of this organisation help now, those behind first."""
    words = searched(request.GET.get("q", ""), most=40)
    seen = Pair.objects.current().visible_to(request.user).filter(household__isnull=False)
    here = seen.filter(below(organisation.path, field="organisation__path"))
    either = _called(words, "household__") | _called(words, "member__", name="name")
    rows = here.filter(either) if words else here
    related = ("household__place", "member", "team", "organisation")
    dated = due_visits.with_pair_visits(rows.select_related(*related), today=today)
    page = _page(request, dated.order_by(BEHIND_FIRST, "pk"))
    lines = [
        Home(row.household, (row,), row.last_visit, row.next_due, _late(row, today)) for row in page
    ]
    late = due_visits.narrow_pairs(here, True, today=today).count()
    return Desk(page, lines, words, late)


def _late(row: Any, today: date) -> bool:
    return row.next_due is not None and row.next_due < today


def _called(words: str, path: str = "", *, name: str = "head") -> Q:
    return (
        Q(**{f"{path}{name}__contains": words})
        | Q(**{f"{path}pinyin__startswith": words.lower()})
        | Q(**{f"{path}initials__startswith": words.lower()})
        | Q(**{f"{path}number": words})
    )


def _page(request: HttpRequest, rows: QuerySet[Any]) -> Page[Any]:
    return Paginator(rows, ROWS).get_page(request.GET.get("homes"))


def _helpers(households: Sequence[int]) -> dict[int | None, list[Pair]]:
    pairs = Pair.objects.current().filter(household__in=households)
    found: dict[int | None, list[Pair]] = {}
    for pair in pairs.select_related("member", "team", "organisation").order_by("role", "since"):
        found.setdefault(pair.household_id, []).append(pair)
    return found


def officers(place: Place, *, user: User) -> list[Officer]:
    """Village officers appointed here or above, for whoever has this place in their own area."""
    area = of(user).holding("registers.read")
    if not Place.objects.filter(area.places("path"), pk=place.pk).exists():
        return []
    held = Appointment.objects.in_force().filter(role=Role.VILLAGE_OFFICER)
    rows = held.filter(place__path__in=Place.cuts(place.path), user__is_active=True)
    accounts = [row.user for row in rows.select_related("user").order_by("-place__path", "pk")]
    members = Member.objects.visible_to(user).filter(user__in=accounts)
    by_account = {member.user_id: member for member in members}
    return [Officer(str(one.display_name), by_account.get(one.pk)) for one in accounts]


def requests_of(there: Q, *, user: User) -> list[Any]:
    """Requests that are not settled, what is due first, then the newest, as the user may see them;
    each with its state. Nothing is asked where no playbook knows of any.
    """
    if not any(campaign.playbook.needs for campaign in all_campaigns()):
        return []
    rows = NeedRequest.objects.standing().visible_to(user).filter(there)
    found = list(rows.order_by(F("due").asc(nulls_last=True), "-pk")[:NEWEST])
    give_campaigns(found)
    return [(row, request_words.state_badge(row)) for row in found]


def may_ask(household: Household, *, user: User) -> bool:
    """Whether the user may write down what this household asks for."""
    if not any(campaign.playbook.needs for campaign in all_campaigns()):
        return False
    return may(user, scopes.ASK) and scopes.households(user).filter(pk=household.pk).exists()


def work_in(place: Place, *, user: User) -> dict[str, Any]:
    """Open needs, the newest gifts and open issues in a place, as the user may see them."""
    needs = Need.objects.open().visible_to(user)
    needs = needs.filter(below(place.path, field="household__place__path"), household__ended=None)
    gifts = Gift.objects.visible_to(user).filter(below(place.path, field="place__path"))
    issues = Issue.objects.open().visible_to(user).filter(below(place.path, field="place__path"))
    related = ("household", "place")
    return {
        "needs": needs.select_related("household")[:NEWEST],
        "need_count": needs.count(),
        "gifts": gifts.filter(voided_on=None).select_related(*related)[:NEWEST],
        "issues": issues.select_related("organisation")[:NEWEST],
    }


def projects_in(there: Q, *, user: User) -> list[Any]:
    """The projects due first of those not finished, then the newest finished, as one may see."""
    rows = Project.objects.standing().visible_to(user).filter(there)
    order = (F("done_on").desc(nulls_first=True), F("due").asc(nulls_last=True), "pk")
    found = list(rows.select_related("place").order_by(*order)[:NEWEST])
    give_campaigns(found)
    return [(row, project_words.state_badge(row)) for row in found]
