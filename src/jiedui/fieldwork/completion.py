"""Which tasks are done: for every organisation that has to do them, counted from its records.

A task is done where the activities of its kind (or the amounts of its output, the sheets of its
form, or its reports), held by the organisation or below it between the task's days, reach what is
wanted. It takes the same number of queries for one task and for a hundred.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.db.models import Count, Exists, OuterRef, Q, Sum, Value

from jiedui.campaigns.models import Campaign, Task, TaskReport
from jiedui.core.trees import below
from jiedui.fieldwork import sheet_credit
from jiedui.fieldwork.models import Activity, Output
from jiedui.orgs.models import Organisation, Team
from jiedui.pairing.models import Pair

State = Literal["done", "open", "overdue", "later"]
Doer = tuple[int, str]  # key and path of an organisation


@dataclass(frozen=True)
class Completion:
    """How far one organisation is with one task; `done` counts in the unit of `wanted`."""

    task: Task
    organisation: int
    path: str
    done: int

    @property
    def is_done(self) -> bool:
        return self.done >= self.task.wanted

    def is_behind(self, today: date) -> bool:
        return not self.is_done and self.task.starts <= today

    def state(self, today: date) -> State:
        if self.is_done:
            return "done"
        if self.task.due < today:
            return "overdue"
        return "open" if self.task.starts <= today else "later"


def completions(
    campaign: Campaign, tasks: Sequence[Task], *, until: date, under: str = ""
) -> list[Completion]:
    """Every organisation × task below a path (empty: all), from records up to a day."""
    root = under or campaign.organisation.path
    doers = _doers(campaign, tasks, root)
    counts = _counts(campaign, tasks, root=root, until=until)
    found = []
    for task in tasks:
        sums = _upwards(counts.get(task.pk, {}), root)
        own = doers.get(task.per, []) if task.organisation_id is None else _own(task, root)
        found += [Completion(task, pk, path, sums.get(path, 0)) for pk, path in own]
    return found


def _own(task: Task, root: str) -> list[Doer]:
    organisation = task.organisation
    if organisation is None or not organisation.path.startswith(root):
        return []
    return [(organisation.pk, organisation.path)]


def _upwards(counts: Mapping[str, int], root: str) -> dict[str, int]:
    """Counts by host, summed into every organisation above it."""
    sums: dict[str, int] = {}
    for path, count in counts.items():
        for cut in Organisation.cuts(path):
            if cut.startswith(root):
                sums[cut] = sums.get(cut, 0) + count
    return sums


def _doers(campaign: Campaign, tasks: Sequence[Task], root: str) -> dict[str, list[Doer]]:
    """Who has to do the tasks, by `per`: two queries, and one for each kind of pair."""
    wanted = {task.per for task in tasks if task.organisation_id is None}
    playbook = campaign.playbook
    teams = wanted & {one.key for one in playbook.team_kinds}
    pairs = wanted & {one.key for one in playbook.pairings}
    kinds = wanted & set(Organisation.Kind.values)
    found: dict[str, set[Doer]] = {per: set() for per in wanted}
    for rows in (
        Organisation.objects.standing()
        .filter(below(root), kind__in=kinds)
        .values_list("kind", "pk", "path"),
        Team.objects.filter(_below(root), kind__in=teams, ended=None).values_list(*_NAMED),
        *(_paired(campaign, kind, root) for kind in pairs),
    ):
        for per, pk, path in rows:
            found[per].add((pk, path))
    return {per: sorted(own, key=lambda doer: doer[1]) for per, own in found.items()}


def _paired(campaign: Campaign, kind: str, root: str) -> Any:
    """Organisations with a current pair of this kind: the first one found of each is enough."""
    own = Pair.objects.current().filter(campaign=campaign, kind=kind, organisation=OuterRef("pk"))
    rows = Organisation.objects.filter(below(root), Exists(own))
    return rows.values_list(Value(kind), "pk", "path")


_NAMED = ("kind", "organisation_id", "organisation__path")


def _below(root: str) -> Q:
    return below(root, field="organisation__path")


def _counts(
    campaign: Campaign, tasks: Sequence[Task], *, root: str, until: date
) -> dict[int, dict[str, int]]:
    """Task → path of the host → how much; a query for each way of counting, one for the hosts."""
    by_output = [task for task in tasks if task.output_kind]
    by_activity = [task for task in tasks if task.activity_kind and not task.output_kind]
    if not tasks:
        return {}
    first, last = min(task.starts for task in tasks), max(task.due for task in tasks)
    days = {"day__gte": first, "day__lte": min(last, until)}
    own = Activity.objects.standing().filter(campaign=campaign, **days)
    outputs = Output.objects.filter(
        activity__campaign=campaign,
        activity__voided_on=None,
        activity__day__gte=first,
        kind__in={task.output_kind for task in by_output},
    )
    if root != campaign.organisation.path:
        # For the whole campaign the condition is always true, and would keep SQLite from its index.
        own = own.filter(_below(root))
        outputs = outputs.filter(below(root, field="activity__organisation__path"))
    paths = dict(Organisation.objects.filter(below(root)).values_list("pk", "path"))
    found = _grouped(
        own.filter(kind__in={task.activity_kind for task in by_activity}),
        {f"t{t.pk}": Count("pk", filter=_in(t, until, kind=t.activity_kind)) for t in by_activity},
        host="organisation",
        paths=paths,
    )
    found |= _grouped(
        outputs,
        {
            f"t{t.pk}": Sum("quantity", filter=_in(t, until, "activity__", kind=t.output_kind))
            for t in by_output
        },
        host="activity__organisation",
        paths=paths,
    )
    found |= sheet_credit.counted(campaign, [t for t in tasks if by_form(t)], until=until)
    for pk, reported in _reported(tasks, root=root, until=until).items():
        found[pk] = found.get(pk, {}) | reported
    return found


def by_form(task: Task) -> bool:
    """Whether it is counted from sheets: its form alone says what is done."""
    return bool(task.form_key) and not (task.activity_kind or task.output_kind)


def _in(task: Task, until: date, prefix: str = "", **more: Any) -> Q:
    days = {f"{prefix}day__gte": task.starts, f"{prefix}day__lte": min(task.due, until)}
    return Q(**days, **more)


def _grouped(
    rows: Any, sums: Mapping[str, Any], *, host: str, paths: Mapping[int, str]
) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = {int(name[1:]): {} for name in sums}
    if not sums:
        return found
    for line in rows.order_by().values(host).annotate(**sums):
        for name in sums:
            if line[name] and line[host] in paths:
                found[int(name[1:])][paths[line[host]]] = int(line[name])
    return found


def _reported(tasks: Iterable[Task], *, root: str, until: date) -> dict[int, dict[str, int]]:
    """A report says the whole task is done; also one made before its form was counted."""
    by_report = {t.pk: t for t in tasks if not (t.activity_kind or t.output_kind)}
    rows = TaskReport.objects.filter(_below(root), task__in=by_report, done_on__lte=until)
    found: dict[int, dict[str, int]] = {}
    for task, path in rows.values_list("task_id", "organisation__path"):
        found.setdefault(task, {})[path] = by_report[task].wanted
    return found
