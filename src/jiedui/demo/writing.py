"""Rows into the database in bulk: thousands at a time, one audit entry for each kind.

Everywhere else rows go through actions. A demonstration writes a million of them, all invented,
into a campaign that nobody uses yet; the promises in the database (constraints, foreign keys) hold
here as well.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, Protocol

from django.core.management.color import no_style
from django.db import connection, models
from django.db.models import Max
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiedui.core import audit
from jiedui.core.fields import EncryptedText

BATCH = 5_000
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
    "ledger.gift": _("Gifts"),
    "ledger.fund": _("Funds"),
    "ledger.fundentry": _("Entries of funds"),
    "campaigns.plan": _("Plans"),
    "campaigns.taskreport": _("Reports on tasks"),
    "supervision.issue": _("Issues"),
    "supervision.measure": _("Measures"),
    "supervision.issue_measures": _("Which measure answers which issue"),
}


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
        """The first of `rows` consecutive free primary keys."""
        if model not in self._next:
            self._next[model] = (model._default_manager.aggregate(top=Max("pk"))["top"] or 0) + 1
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
        if _is_serial(model._meta.pk) and "id" not in names:
            # Never from the database's own sequence: it does not know the keys handed out here.
            first = self.first_id(model, rows=len(rows))
            rows = [(key, *row) for key, row in enumerate(rows, start=first)]
            names = ["id", *names]
        fields = [model._meta.get_field(name) for name in names]
        rest = [f for f in model._meta.concrete_fields if f not in fields and not _is_serial(f)]
        table = _Table(model, [*fields, *rest], defaults=[_default(f) for f in rest])
        label = model._meta.label_lower
        before = self.counts.get(label, 0)
        self.counts[label] = total = before + len(rows)
        with _indexes_later(model) if len(rows) > MANY else nullcontext():
            for start in range(0, len(rows), BATCH):
                table.insert(rows[start : start + BATCH])
                self.progress(_stage(label), min(before + start + BATCH, total), total)

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


class _Table:
    """One insert statement with the converters of its columns."""

    def __init__(self, model: type[models.Model], fields: Sequence[Any], *, defaults: list[Any]):
        quote = connection.ops.quote_name
        self._columns = ", ".join(quote(field.column) for field in fields)
        self._table = quote(model._meta.db_table)
        self._marks = ", ".join(["%s"] * len(fields))
        given = fields[: len(fields) - len(defaults)]
        self._converters = [(i, c) for i, f in enumerate(given) if (c := _converter(f))]
        self._sealed = [(i, f) for i, f in enumerate(given) if isinstance(f, EncryptedText)]
        self._key = given.index(model._meta.pk) if model._meta.pk in given else 0
        self._defaults = [
            c(value) if (c := _converter(f)) and value is not None else value
            for f, value in zip(fields[len(given) :], defaults, strict=True)
        ]

    def insert(self, rows: Iterable[Sequence[Any]]) -> None:
        ready = [self._ready(row) for row in rows]
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                statement = f"COPY {self._table} ({self._columns}) FROM STDIN"
                with cursor.copy(statement) as copy:
                    for row in ready:
                        copy.write_row(row)
                return
            cursor.executemany(
                f"INSERT INTO {self._table} ({self._columns}) VALUES ({self._marks})",  # noqa: S608
                ready,
            )

    def _ready(self, row: Sequence[Any]) -> list[Any]:
        values = list(row)
        for index, convert in self._converters:
            if values[index] is not None:
                values[index] = convert(values[index])
        for index, field in self._sealed:
            values[index] = field.seal(values[index], key=values[self._key])
        return values + self._defaults


def _is_serial(field: Any) -> bool:
    return isinstance(field, models.AutoField)


def _default(field: Any) -> Any:
    if isinstance(field, EncryptedText):
        return b""
    if field.has_default():
        return field.get_default()
    if field.null:
        return None
    return "" if field.empty_strings_allowed else 0


@lru_cache(maxsize=8192)
def _day(day: date) -> str:
    return day.isoformat()


def _moment(moment: datetime) -> str:
    # What Django writes into SQLite: local to UTC, without an offset.
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) if value else ("{}" if value == {} else "[]")


def _converter(field: Any) -> Callable[[Any], Any] | None:
    """How this database wants a value of this field; None when it takes it as it is.

    Ids of activities and gifts come as 32 hexadecimal digits, which both databases take.
    """
    if isinstance(field, models.JSONField):
        return _json
    if connection.vendor == "postgresql":
        return None
    if isinstance(field, models.DateTimeField):
        return _moment
    if isinstance(field, models.DateField):
        return _day
    return str if isinstance(field, models.DecimalField) else None
