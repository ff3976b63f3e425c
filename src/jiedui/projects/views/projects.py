"""Projects: listed, and one of them with its course and what it changed."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy

from jiedui.campaigns.models import give_campaigns
from jiedui.core.doors import may, needs
from jiedui.core.histories import history
from jiedui.core.lists import (
    Action,
    Badge,
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
from jiedui.core.texts import count_text
from jiedui.core.voiding import VoidForm
from jiedui.orgs.models import Organisation
from jiedui.places.models import Place
from jiedui.projects import scopes, words
from jiedui.projects.models import Project, ProjectStep
from jiedui.questionnaires.answers import display

TAKEN_OUT = Badge(gettext_lazy("taken out"), "grey", "ban")
HISTORY = {
    "project.registered": gettext_lazy("project written down"),
    "project.amended": gettext_lazy("project amended"),
    "project.stepped": gettext_lazy("step of a project"),
    "project.compared": gettext_lazy("before and after written down"),
    "project.passed_on": gettext_lazy("project passed on to another organisation"),
    "project.voided": gettext_lazy("taken out"),
}
NUMBERS = ("whole", "number")


def state_badge(row: Project) -> Badge:
    return TAKEN_OUT if row.voided_on else words.state_badge(row)


def days_late(row: Project) -> int | None:
    return row.days_late(timezone.localdate()) or None


def late(rows: QuerySet[Any], yes: bool) -> QuerySet[Any]:
    overdue = Project.objects.overdue(today=timezone.localdate()).values("pk")
    return rows.filter(pk__in=overdue) if yes else rows.exclude(pk__in=overdue)


class Projects(Listing[Project]):
    key = "projects"
    url = "projects:list"
    title = gettext_lazy("Projects")
    icon = "hammer"
    model = Project
    permission = "registers.read"
    order = ("-id",)
    more = (Action(gettext_lazy("Board"), "projects:board", "registers.read", "chart-bar"),)
    card = ("place", "state", "due")
    columns = (
        Column("name", pgettext_lazy("of a thing", "Name"), sort="name", link=True, panel=True),
        Column("kind", gettext_lazy("Kind"), value=words.kind_name, sort="kind"),
        Column("place", gettext_lazy("Place"), value="place.name", sort="place__path"),
        Column(
            "organisation",
            gettext_lazy("Organisation"),
            value="organisation.name",
            sort="organisation__path",
        ),
        Column("state", gettext_lazy("State"), kind="badge", value=state_badge, sort="state_key"),
        Column("since", gettext_lazy("To begin on"), kind="day", sort="since", shown=False),
        Column("due", gettext_lazy("To be finished by"), kind="day", sort="due"),
        Column("late", gettext_lazy("Days late"), kind="count", value=days_late),
        Column(
            "times_moved",
            gettext_lazy("Times put off"),
            kind="count",
            sort="times_moved",
            shown=False,
        ),
        Column(
            "started_on",
            pgettext_lazy("project", "Begun"),
            kind="day",
            sort="started_on",
            shown=False,
        ),
        Column("done_on", gettext_lazy("Finished"), kind="day", sort="done_on"),
        Column(
            "budget_fen",
            gettext_lazy("Budget"),
            kind="yuan",
            unit=gettext_lazy("yuan"),
            sort="budget_fen",
        ),
    )
    filters = (
        Search("name", "place__name", "organisation__name", hint=gettext_lazy("Name or place")),
        Choice("kind", gettext_lazy("Kind"), words.all_kinds),
        Choice("stage", gettext_lazy("How far"), Project.Stage.choices),
        Choice("state", gettext_lazy("State"), words.all_states, field="state_key"),
        YesNo("late", gettext_lazy("Overdue"), by=late),
        Tree("place", gettext_lazy("Place"), Place),
        Tree("organisation", gettext_lazy("Organisation"), Organisation),
        DateRange("due", gettext_lazy("Due")),
        DateRange("done", gettext_lazy("Finished"), field="done_on"),
        YesNo(
            "voided",
            gettext_lazy("Taken out"),
            by=lambda rows, yes: rows.filter(voided_on__isnull=not yes),
            default=False,
            usual=gettext_lazy("without those taken out"),
        ),
    )
    empty = Empty(
        "hammer",
        gettext_lazy("No projects here"),
        gettext_lazy("What is built or renovated is listed here, with its state and its money."),
        "projects:board",
        gettext_lazy("Board"),
        "registers.read",
    )

    def dress(self, rows: QuerySet[Project]) -> QuerySet[Project]:
        return rows.select_related("place", "organisation")

    def complete(self, rows: list[Any]) -> None:
        give_campaigns(rows)


listing = listing_view(Projects)


@needs("registers.read")
def show(request: HttpRequest, pk: str) -> HttpResponse:
    rows = Project.objects.visible_to(request.user)
    project: Project = get_object_or_404(
        rows.select_related("campaign", "place__parent", "organisation"), pk=pk
    )
    today = timezone.localdate()
    context = {
        "project": project,
        "kind": words.kind_name(project),
        "state": state_badge(project),
        "due": words.due_badge(project, today=today),
        "days_late": project.days_late(today) if project.done_on else 0,
        "money": list(_money(project)),
        "compared": list(_compared(project)),
        "course": list(_course(project)),
        "history": history(project, words=HISTORY),
        "may_change": not project.voided_on and may(request.user, scopes.CHANGE, on=project),
        "void": VoidForm(),
    }
    return render(request, "projects/project.html", context)


def _money(project: Project) -> Iterator[tuple[str, int]]:
    """Sources in the order of the playbook, then those it has no more."""
    sources = {one.key: str(one.name) for one in project.asked.sources} if project.asked else {}
    for key in [*sources, *(one for one in project.funds if one not in sources)]:
        if key in project.funds:
            yield sources.get(key, key), project.funds[key]


@dataclass(frozen=True)
class Compared:
    """One question: how it was, how it is, and by how much a number differs."""

    name: str
    before: str
    after: str
    difference: str


def _compared(project: Project) -> Iterator[Compared]:
    """Questions in the order of the playbook, then answers to those it asks no more."""
    before, after = project.answers_before, project.answers_after
    if not before and not after:
        return
    asked = {one.key: one for one in project.asked.questions} if project.asked else {}
    for key, question in asked.items():
        is_number = question.type in NUMBERS and key in before and key in after
        difference = _difference(before[key], after[key]) if is_number else ""
        was, now = (display(question, one[key]) if key in one else "" for one in (before, after))
        yield Compared(str(question.name), was, now, difference)
    for key in dict.fromkeys([*before, *after]):
        if key not in asked:
            yield Compared(key, str(before.get(key, "")), str(after.get(key, "")), "")


def _difference(before: Any, after: Any) -> str:
    found = Decimal(str(after)) - Decimal(str(before))
    return f"{'+' if found > 0 else ''}{count_text(found.normalize())}"


@dataclass(frozen=True)
class Step:
    """One step; `due` only where it moved, with the day before."""

    step: ProjectStep
    state: str  # "" where it stayed the same
    due_before: Any
    is_moved: bool


def _course(project: Project) -> Iterator[Step]:
    """The steps, the first first."""
    last: ProjectStep | None = None
    for step in project.steps.order_by("day", "pk"):
        is_new = last is None or step.state_key != last.state_key
        state = words.state_name(project, step.state_key) if is_new else ""
        is_moved = last is not None and step.due != last.due
        yield Step(step, state, last.due if last else None, is_moved)
        last = step
