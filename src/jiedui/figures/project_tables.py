"""Snapshot tables of projects, and of the numbers asked before and after."""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import CharField
from django.db.models.functions import Cast

from jiedui.campaigns.playbook import by_key
from jiedui.figures.arrow import fetch, hex_of, text, whole
from jiedui.figures.register_tables import Source, add, standing
from jiedui.projects.models import OPEN, Project

NUMBERS = ("whole", "number", "scale5")
HUNDREDTH = Decimal("0.01")
Row = Mapping[str, Any]


def projects(source: Source) -> Any:
    """One row for every project in force, as it stands."""
    import pyarrow as pa

    table = _read(source)
    late = [_days_late(row, source.as_of) for row in table.to_pylist()]
    is_open = [stage in OPEN for stage in table["stage"].to_pylist()]
    overdue = [bool(days and one) for days, one in zip(late, is_open, strict=True)]
    return add(table, days_late=pa.array(late, pa.int64()), overdue=pa.array(overdue, pa.bool_()))


def _read(source: Source) -> Any:
    table = fetch(
        Project.objects.standing().filter(campaign=source.campaign),
        {"uuid": text("pk"), "kind": "kind", "state": "state_key", "stage": "stage",
         "organisation": "organisation_id", "place_id": "place_id", "since": text("since"),
         "due": text("due"), "started_on": text("started_on"), "done_on": text("done_on"),
         "budget_fen": "budget_fen", "times_moved": "times_moved",
         "was": Cast("answers_before", CharField()), "now": Cast("answers_after", CharField())},
    )  # fmt: skip
    return standing(source, add(table, id=hex_of(whole(table["uuid"]))))


def _days_late(row: Row, as_of: date) -> int:
    """As `Project.days_late`, of a row as the snapshot has it."""
    if row["due"] is None or row["stage"] == Project.Stage.STOPPED:
        return 0
    end = date.fromisoformat(row["done_on"]) if row["done_on"] else as_of
    return max(0, (end - date.fromisoformat(row["due"])).days)


def project_answers(source: Source) -> Any:
    """One row for every question of a project that is answered with a number."""
    import pyarrow as pa

    table = _read(source)
    rows = [
        (at, *line) for at, row in enumerate(table.to_pylist()) for line in _numbers(source, row)
    ]
    taken = pa.array([row[0] for row in rows], pa.int64())
    names = ("kind", "stage", "organisation", "org_path", "place")
    found = table.select(["id", *names]).take(taken).rename_columns(["project", *names])
    keys = zip(found["project"].to_pylist(), rows, strict=True)
    decimal = pa.decimal128(14, 2)
    return add(
        found,
        id=pa.array([f"{project}-{row[1]}" for project, row in keys], pa.string()),
        question=pa.array([row[1] for row in rows], pa.string()),
        before=pa.array([row[2] for row in rows], decimal),
        after=pa.array([row[3] for row in rows], decimal),
    )


def _numbers(source: Source, row: Row) -> Iterator[tuple[str, Decimal | None, Decimal | None]]:
    """Each question with its numbers before and after; None where it is not answered."""
    kind = by_key(source.campaign.playbook.projects).get(row["kind"])
    was, now = json.loads(row["was"]), json.loads(row["now"])
    for question in kind.questions if kind else ():
        if question.type in NUMBERS and (question.key in was or question.key in now):
            yield question.key, _number(was.get(question.key)), _number(now.get(question.key))


def _number(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value)).quantize(HUNDREDTH)
