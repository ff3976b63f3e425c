"""Units × tasks at a glance: rows of organisations, columns of tasks, a sign in every cell."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Case, F, Q, QuerySet, When
from django.utils.translation import gettext_lazy as _

from jiedui.campaigns.models import Campaign, Task
from jiedui.core.lists import Badge
from jiedui.core.pages import link
from jiedui.core.trees import below
from jiedui.core.users import User
from jiedui.fieldwork.completion import Completion, by_form, completions
from jiedui.orgs.models import Member, Organisation
from jiedui.orgs.scopes import BY_ORGANISATION, of

ACROSS = 12  # tasks side by side on a screen; more cannot be taken in at a glance
ACROSS_PAPER = 8  # on A4 landscape
PAGE = 30  # rows; the foot counts all of them
BACK, AHEAD = timedelta(days=120), timedelta(days=45)  # what "now" means for tasks
STATES = {
    "done": Badge(_("done"), "green", "check"),
    "open": Badge(_("open"), "blue", "circle-dashed"),
    "overdue": Badge(_("overdue"), "red", "clock"),
    "later": Badge(_("later"), "grey", "hourglass"),
}


@dataclass
class Cell:
    """One unit and one task: how many of its organisations are done, and the records behind it."""

    task: Task
    row: Organisation
    today: date
    parts: list[Completion] = field(default_factory=list)

    @cached_property
    def done(self) -> int:
        return sum(part.is_done for part in self.parts)

    @property
    def all(self) -> int:
        return len(self.parts)

    @property
    def share(self) -> int:
        """Per cent of the organisations that are done."""
        return 100 * self.done // self.all if self.all else 0

    @property
    def records(self) -> int:
        return sum(part.done for part in self.parts)

    @cached_property
    def behind(self) -> int:
        """Organisations that are not done although the task has begun."""
        return sum(part.is_behind(self.today) for part in self.parts)

    @cached_property
    def state(self) -> str:
        states = {part.state(self.today) for part in self.parts}
        return next((s for s in ("overdue", "open", "later") if s in states), "done")

    @property
    def href(self) -> str:
        page = link("campaigns:task", self.task.pk)
        return f"{page}?{urlencode({'organisation': self.row.path})}"

    @property
    def records_href(self) -> str:
        return records_href(self.task, self.row.path)


def records_href(task: Task, path: str) -> str:
    """The list of the activities or sheets that were counted; "" for tasks without records."""
    if not task.is_counted:
        return ""
    query = {"day_from": task.starts, "day_to": task.due, "organisation": path, "voided": 0}
    if by_form(task):
        return f"{link('questionnaires:list')}?{urlencode(query | {'form': task.form_key})}"
    if task.activity_kind and not task.output_kind:
        query["kind"] = task.activity_kind
    return f"{link('fieldwork:list')}?{urlencode(query)}"


@dataclass(frozen=True)
class Shown:
    """A cell as the template wants it."""

    cell: Cell
    badge: Badge | None


@dataclass(frozen=True)
class Line:
    row: Organisation
    cells: list[Shown]

    def urgency(self) -> tuple[int, int, int, str]:
        """Sorts those first who are overdue with most, then those behind with the first task."""
        states = [one.cell.state for one in self.cells if one.cell.parts]
        current = self.cells[0].cell.behind if self.cells else 0
        return (-states.count("overdue"), -current, -states.count("open"), self.row.path)

    @property
    def is_behind(self) -> bool:
        return any(one.cell.behind for one in self.cells)


def lines(
    campaign: Campaign, tasks: Sequence[Task], *, root: Organisation, today: date
) -> list[Line]:
    """A line for every unit below the root (below a unit, for its own parts), behind first."""
    rows = rows_below(root)
    grid = {(row.path, task.pk): Cell(task, row, today) for row in rows for task in tasks}
    paths = {row.path for row in rows}
    for one in completions(campaign, tasks, until=today, under=root.path):
        if home := _home(one.path, paths):
            grid[home, one.task.pk].parts.append(one)
    made = (Line(row, [_shown(grid[row.path, task.pk]) for task in tasks]) for row in rows)
    return sorted(made, key=Line.urgency)


def _home(path: str, rows: set[str]) -> str:
    """The lowest row at or above a path."""
    return next((cut for cut in reversed(Organisation.cuts(path)) if cut in rows), "")


def _shown(cell: Cell) -> Shown:
    return Shown(cell, STATES[cell.state] if cell.parts else None)


def rows_below(root: Organisation) -> list[Organisation]:
    units = list(below_root(root).filter(kind=Organisation.Kind.UNIT))
    return units or list(Organisation.objects.standing().filter(Q(pk=root.pk) | Q(parent=root)))


def below_root(root: Organisation) -> QuerySet[Organisation]:
    return Organisation.objects.standing().filter(below(root.path)).exclude(pk=root.pk)


def root_for(campaign: Campaign, user: User, *, path: str = "") -> Organisation | None:
    """The organisation whose tasks are shown: the one asked for, if it lies in the user's own."""
    own = own_roots(campaign, user)
    wanted = path if path and any(path.startswith(root) for root in own) else next(iter(own), "")
    return Organisation.objects.filter(path=wanted).first() if wanted else None


def own_roots(campaign: Campaign, user: User) -> list[str]:
    """Paths below which the user may look at tasks, inside the campaign; the widest first."""
    top = campaign.organisation.path
    scope = of(user).holding("registers.read")
    paths = [g.organisation for g in scope.grants if g.role in BY_ORGANISATION]
    member = Member.objects.filter(pk=scope.member or 0).values_list("organisation__path")
    paths += [path for (path,) in member]
    found = {max(path, top, key=len) for path in paths if path and _on_line(path, top)}
    return sorted(found, key=lambda path: (len(path), path))


def _on_line(path: str, top: str) -> bool:
    return path.startswith(top) or top.startswith(path)


@dataclass(frozen=True)
class Choice:
    """Which tasks are shown: those of now, of a phase, or of a year."""

    key: str
    label: Any
    condition: Q


def choices(campaign: Campaign, *, today: date) -> list[Choice]:
    now = Q(starts__lte=today + AHEAD, due__gte=today - BACK)
    found = [Choice("now", _("Now"), now)]
    for phase in campaign.playbook.phases:
        span = Q(starts__lte=phase.ends, due__gte=phase.starts)
        found.append(Choice(f"phase-{phase.key}", phase.name, span))
    last = (campaign.ends or campaign.playbook.campaign.ends).year
    for year in range(last, campaign.starts.year - 1, -1):
        found.append(Choice(str(year), str(year), Q(due__year=year)))
    return found


def chosen(rows: QuerySet[Task], choice: Choice, *, today: date) -> QuerySet[Task]:
    """The tasks of a choice: running ones, the nearest due first; then past, then later ones."""
    runs = Q(starts__lte=today, due__gte=today)
    rank = Case(When(runs, then=0), When(due__lt=today, then=1), default=2)
    nearest = Case(When(due__gte=today, then=F("due")))
    return rows.filter(choice.condition).order_by(rank, nearest, "-due", "key")


def summed(found: Sequence[Line], at: int, *, root: Organisation) -> Cell | None:
    """The foot of a column: all rows together."""
    if not found:
        return None
    cells = [line.cells[at].cell for line in found]
    parts = [part for cell in cells for part in cell.parts]
    return Cell(cells[0].task, root, cells[0].today, parts)


@dataclass(frozen=True)
class Block:
    """Tasks side by side with their units and the sums of all units below."""

    tasks: list[Task]
    lines: list[Line]
    feet: list[Cell | None]


def block(campaign: Campaign, tasks: list[Task], *, root: Organisation, today: date) -> Block:
    found = lines(campaign, tasks, root=root, today=today)
    return Block(tasks, found, [summed(found, at, root=root) for at in range(len(tasks))])
