"""Snapshot tables of what goes on: funds, tasks, issues, measures.

The dated ones are in `activity_tables.py`.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Case, Count, F, Q, Sum, When
from django.db.models.functions import Coalesce

from jiedui.campaigns.models import Task, TaskReport
from jiedui.core.trees import below
from jiedui.fieldwork import sheet_credit
from jiedui.fieldwork.models import Activity, Output
from jiedui.figures.arrow import fetch, text, whole
from jiedui.figures.register_tables import Source, add, among, narrowed, standing
from jiedui.ledger.models import Fund
from jiedui.orgs.models import Organisation, Team
from jiedui.pairing.models import Pair
from jiedui.supervision.models import Issue, Measure

# An entry taken back counts against the side it was written on, not on the other.
_INWARD = Q(entries__reverses=None, entries__amount_fen__gt=0) | Q(
    entries__reverses__isnull=False, entries__amount_fen__lt=0
)


def funds(source: Source) -> Any:
    amount = F("entries__amount_fen")
    rows = Fund.objects.filter(campaign=source.campaign).annotate(
        inward=Coalesce(Sum(Case(When(_INWARD, then=amount), default=0)), 0)
    )
    table = fetch(
        rows,
        {"id": "pk", "name": "name", "organisation": "organisation_id",
         "place_id": "organisation__place_id", "balance_fen": "balance_fen", "in_fen": "inward",
         "out_fen": F("inward") - F("balance_fen")},
    )  # fmt: skip
    return standing(source, table)


def issues(source: Source) -> Any:
    rows = Issue.objects.filter(campaign=source.campaign, found_on__lte=source.as_of)
    table = fetch(
        rows,
        {"id": "pk", "organisation": "organisation_id", "kind": "kind", "source": "source",
         "state": "state", "found_on": text("found_on"), "closed_on": text("closed_on"),
         "place_id": Coalesce("place_id", "organisation__place_id")},
    )  # fmt: skip
    late = among(whole(table["id"]), rows.overdue(today=source.as_of))
    return standing(source, add(table, overdue=late))


def measures(source: Source) -> Any:
    rows = Measure.objects.filter(campaign=source.campaign)
    table = fetch(
        rows,
        {"id": "pk", "organisation": "organisation_id", "place_id": "organisation__place_id",
         "due": text("due"), "done_on": text("done_on")},
    )  # fmt: skip
    late = among(whole(table["id"]), rows.overdue(today=source.as_of))
    return standing(source, add(table, overdue=late))


def measure_issues(source: Source) -> Any:
    link = Issue.measures.through
    table = fetch(
        link._default_manager.filter(issue__campaign=source.campaign),
        {"id": "pk", "measure": "measure_id", "issue": "issue_id",
         "organisation": "issue__organisation_id",
         "place_id": Coalesce("issue__place_id", "issue__organisation__place_id")},
    )  # fmt: skip
    return standing(source, table)


def tasks(source: Source, *, only: Collection[int] | None = None) -> Any:
    """One row for every organisation that has to do a task begun by the day of the snapshot.

    Of all tasks, or of those with these keys.
    """
    import pyarrow as pa

    rows: list[dict[str, Any]] = []
    begun = Task.objects.filter(campaign=source.campaign, starts__lte=source.as_of)
    doers = _Doers(source)
    for task in narrowed(begun, only).order_by("pk"):
        done = _with_all_above(_done(source, task))
        rows += [_row(task, pk, path, done[path]) for pk, path in doers.of(task)]
    columns = ("id", "task", "organisation", "org_path", "due", "wanted", "done", "complete")
    table = pa.table({name: pa.array([row[name] for row in rows]) for name in columns})
    ids = whole(table["organisation"]).cast(pa.int64())
    return add(table, place=source.trees.codes_of_organisations(ids))


def _with_all_above(counts: dict[str, int]) -> Counter[str]:
    """Counts by organisation, each with those of all below it."""
    sums: Counter[str] = Counter()
    for path, count in counts.items():
        for cut in Organisation.cuts(path):
            sums[cut] += count
    return sums


def _row(task: Task, organisation: int, path: str, done: int) -> dict[str, Any]:
    return {
        "id": f"{task.pk}-{organisation}",
        "task": task.key,
        "organisation": organisation,
        "org_path": path,
        "due": task.due,
        "wanted": task.wanted,
        "done": done,
        "complete": done >= task.wanted,
    }


def _done(source: Source, task: Task) -> dict[str, int]:
    """Organisation path → how much of the task's measure it has records of."""
    until = min(task.due, source.as_of)
    own = Activity.objects.standing().filter(
        campaign=source.campaign, day__gte=task.starts, day__lte=until
    )
    if task.output_kind:
        outputs = Output.objects.filter(activity__in=own, kind=task.output_kind)
        found = _summed(outputs)
    elif task.activity_kind:
        found = _counted(own.filter(kind=task.activity_kind))
    else:
        sheets = [task] if task.form_key else []
        by_form = sheet_credit.counted(source.campaign, sheets, until=source.as_of)
        reports = TaskReport.objects.filter(task=task, done_on__lte=source.as_of)
        paths = reports.values_list("organisation__path", flat=True)
        return by_form.get(task.pk, {}) | dict.fromkeys(paths, task.wanted)
    return {path: int(n) for path, n in found}


def _summed(rows: Any) -> Iterable[tuple[str, Any]]:
    by_host = rows.order_by().values_list("activity__organisation__path")
    return by_host.annotate(n=Sum("quantity"))


def _counted(rows: Any) -> Iterable[tuple[str, Any]]:
    return rows.order_by().values_list("organisation__path").annotate(n=Count("pk"))


class _Doers:
    """The organisations that have to do a task, by what the playbook says it is for."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self._known: dict[str, list[tuple[int, str]]] = {}

    def of(self, task: Task) -> list[tuple[int, str]]:
        if task.organisation:
            return [(task.organisation.pk, task.organisation.path)]
        if task.per not in self._known:
            self._known[task.per] = sorted(set(self._prescribed(task.per)))
        return self._known[task.per]

    def _prescribed(self, per: str) -> Iterable[tuple[int, str]]:
        campaign, playbook = self.source.campaign, self.source.campaign.playbook
        own = below(campaign.organisation.path, field="organisation__path")
        named = ("organisation_id", "organisation__path")
        if per in Organisation.Kind.values:
            rows = Organisation.objects.standing().filter(below(campaign.organisation.path))
            return rows.filter(kind=per).values_list("pk", "path")
        if per in {one.key for one in playbook.team_kinds}:
            return Team.objects.filter(own, kind=per, ended=None).values_list(*named)
        pairs = Pair.objects.current().filter(campaign=campaign, kind=per)
        return pairs.order_by().values_list(*named).distinct()
