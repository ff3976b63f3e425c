"""Rows into the database in bulk: thousands at a time, one audit entry for each kind.

Everywhere else rows go through actions. A demonstration writes a million of them, all invented,
into a campaign that nobody uses yet; the promises in the database (constraints, foreign keys) hold
here as well.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any, Protocol

from django.core.management.color import no_style
from django.db import connection, models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiedui.core import audit, bulk

BATCH = 10_000
MANY = 100_000
# What a progress bar calls the writing of a model; small ones come under their own label.
STAGES = {
    "places.place": _("Places"),
    "orgs.organisation": _("Organisations"),
    "orgs.member": pgettext_lazy("loading", "Members"),
    "orgs.team": _("Teams"),
    "orgs.teammember": _("Members of teams"),
    "households.household": pgettext_lazy("loading", "Households"),
    "households.person": _("People in them"),
    "households.need": _("Needs"),
    "households.income": _("Incomes"),
    "pairing.pair": _("Pairs"),
    "pairing.avoidance": _("Avoidances"),
    "fieldwork.activity": _("Visits and other activities"),
    "fieldwork.attendance": _("Who took part"),
    "fieldwork.output": _("What came of them"),
    "questionnaires.sheet": _("Questionnaires filled in"),
    "projects.project": _("Projects"),
    "projects.projectstep": _("Steps of projects"),
    "needs.needrequest": _("Requests"),
    "needs.claim": _("Claims of requests"),
    "ledger.gift": _("Gifts"),
    "ledger.fund": _("Funds"),
    "ledger.fundentry": _("Entries of funds"),
    "campaigns.task": _("Tasks"),
    "campaigns.plan": _("Plans"),
    "campaigns.taskreport": _("Reports on tasks"),
    "supervision.issue": _("Issues"),
    "supervision.measure": _("Measures"),
    "supervision.issue_measures": _("Which measure answers which issue"),
}


# Work before or after the rows are written.
PLANNING = _("Planning visits")
DECISIONS = _("What is to be decided")


class Progress(Protocol):
    def __call__(self, stage: str, done: int, total: int) -> None: ...


def silent(stage: str, done: int, total: int) -> None:
    """Nobody watches."""


class Writer:
    """Hands out primary keys and writes rows; `counts` says how many of each model."""

    def __init__(self, progress: Progress = silent) -> None:
        self.progress = progress
        self.counts: dict[str, int] = {}
        self._next: dict[type[models.Model], int] = {}

    def first_id(self, model: type[models.Model], *, rows: int) -> int:
        """The first of `rows` consecutive primary keys that were never used before."""
        if model not in self._next:
            self._next[model] = bulk.keys(model, 1)[0]
        first = self._next[model]
        self._next[model] = first + rows
        return first

    def write(
        self, model: type[models.Model], rows: Sequence[Sequence[Any]], *, columns: str
    ) -> None:
        """Insert rows whose values stand in the order of `columns` (names between spaces).

        Columns left out get the default of their field.
        """
        names = columns.split()
        if isinstance(model._meta.pk, models.AutoField) and "id" not in names:
            # Never from the database's own sequence: it does not know the keys handed out here.
            first = self.first_id(model, rows=len(rows))
            rows = [(key, *row) for key, row in enumerate(rows, start=first)]
            names = ["id", *names]
        label = model._meta.label_lower
        before = self.counts.get(label, 0)
        self.counts[label] = total = before + len(rows)
        with _indexes_later(model) if len(rows) > MANY else nullcontext():
            for start in range(0, len(rows), BATCH):
                bulk.insert(model, names, rows[start : start + BATCH])
                self.progress(_stage(label), min(before + start + BATCH, total), total)

    @contextmanager
    def step(self, name: str | Promise) -> Iterator[None]:
        """Show that something else than writing is going on."""
        self.progress(str(name), 0, 1)
        yield
        self.progress(str(name), 1, 1)

    def finish(self, *, campaign: models.Model) -> None:
        """Seal one audit entry for each kind, and let the database know its new size."""
        for label, count in self.counts.items():
            audit.record("demo.loaded", campaign, model=label, rows=count)
        written = list(self._next)
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), written):
                cursor.execute(statement)


def _stage(label: str) -> str:
    return str(STAGES.get(label, label))


@contextmanager
def _indexes_later(model: type[models.Model]) -> Iterator[None]:
    """In SQLite, build the indexes of a big table when its rows are in: half the time.

    Inside the transaction, so they come back whatever happens. Unique ones stay in force, and so
    do those by which rows of the table refer to one another: SQLite looks there at every insert.
    """
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = %s"
            " AND sql LIKE 'CREATE INDEX%%'",
            [model._meta.db_table],
        )
        own = [f.column for f in model._meta.concrete_fields if f.related_model is model]
        found = [
            (name, statement)
            for name, statement in cursor.fetchall()
            if not any(f'("{column}"' in statement for column in own)
        ]
        for name, _sql in found:
            cursor.execute(f"DROP INDEX {connection.ops.quote_name(name)}")
        yield
        for _name, statement in found:
            cursor.execute(statement)
