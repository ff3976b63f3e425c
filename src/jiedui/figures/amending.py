"""A snapshot from the one before it: only the records touched since then are read.

Gives the same files as reading everything. On each new day, and whenever the audit chain tells of
anything but single records (`changes.since`), all is read and compared again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Q

from jiedui.campaigns.models import Task
from jiedui.fieldwork.models import Activity, Output
from jiedui.figures import (
    activity_tables,
    arrow,
    extract,
    register_tables,
    schemas,
    store,
    work_tables,
)
from jiedui.figures.arrow import whole
from jiedui.figures.changes import Touched
from jiedui.figures.register_tables import Source
from jiedui.ledger.models import Gift

DONE = {"activities": "id", "attendances": "activity", "outputs": "activity"}  # record key by table
GIVEN = {"gifts": "id"}
Read = Callable[[Source, activity_tables.Which], Mapping[str, Any]]


def tables(source: Source, before: extract.Tables, touched: Touched) -> dict[str, Any] | None:
    """Every table as `Snapshot.tables` keeps it; None when files of the snapshot before are gone.

    What follows from a visit: whether its pair and household are overdue, and how far tasks are;
    from a gift: what is left in funds.
    """
    if not all(store.path(sha256).exists() for sha256 in extract.hashes(before)):
        return None
    snapshot = _Amended(source, before)
    activities = Activity.objects.filter(pk__in=touched.activities, campaign=source.campaign)
    gifts = Gift.objects.filter(pk__in=touched.gifts, campaign=source.campaign)
    snapshot.in_parts(DONE, activities, activity_tables.done)
    snapshot.in_parts(GIVEN, gifts, activity_tables.given)
    if pairs := _keys(activities, "pair"):
        rows = register_tables.pairs(source, only=pairs)
        snapshot.replace("pairs", rows)
    if homes := _keys(activities, "pair__household"):
        snapshot.replace("households", register_tables.households(source, only=homes))
    if tasks := _tasks(source, activities):
        snapshot.replace("tasks", work_tables.tasks(source, only=tasks))
    if touched.gifts:
        snapshot.replace("funds", work_tables.funds(source))
    return snapshot.tables


def _keys(rows: Any, field: str) -> set[int]:
    found = rows.order_by().values_list(field, flat=True)
    return {key for key in found if key is not None}


def _tasks(source: Source, activities: Any) -> set[int]:
    """Tasks of which these activities may be a part."""
    rows = activities.order_by()
    days = list(rows.values_list("day", flat=True))
    if not days:
        return set()
    outputs = Output.objects.filter(activity__in=rows).order_by().values_list("kind", flat=True)
    counted = Q(activity_kind__in=set(rows.values_list("kind", flat=True)))
    counted |= Q(output_kind__in=set(outputs))
    tasks = Task.objects.filter(counted, campaign=source.campaign, starts__lte=max(days))
    return set(tasks.filter(due__gte=min(days)).values_list("pk", flat=True))


@dataclass
class _Amended:
    """The tables of a snapshot, as their rows are replaced."""

    source: Source
    before: extract.Tables
    tables: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        self.tables = dict(self.before)

    def in_parts(self, columns: Mapping[str, str], records: Any, read: Read) -> None:
        """Read these records, and put their rows into the parts their days belong to.

        `columns` say by table in which column the key of the record stands.
        """
        as_of = self.source.as_of
        days = records.filter(day__lte=as_of).order_by().values_list("pk", "day")
        parts: dict[str, list[UUID]] = {}
        for key, day in days:
            part = activity_tables.part_of(str(day)[:7], as_of)
            parts.setdefault(part, []).append(key)
        for part, keys in sorted(parts.items()):
            found = read(self.source, activity_tables.with_keys(keys))
            for name, column in columns.items():
                self._put(name, found[name], part=part, instead=(column, [k.hex for k in keys]))

    def replace(self, name: str, rows: Any) -> None:
        """Put these rows in the place of those with the same keys."""
        key = schemas.record_key(name)
        self._put(name, rows, part="", instead=(key, whole(rows[key])))

    def _put(self, name: str, rows: Any, *, part: str, instead: tuple[str, Any]) -> None:
        """A part of a table with these rows instead of those whose column holds such a value."""
        import pyarrow as pa
        import pyarrow.compute as pc

        column, values = instead
        schema = schemas.arrow(name)
        files = {file["part"]: file for file in self.tables[name]["files"]}
        old = store.read(files[part]["sha256"]) if part in files else schema.empty_table()
        gone = pa.array(values).cast(schema.field(column).type)
        kept = old.filter(pc.invert(pc.is_in(whole(old[column]), value_set=gone)))
        table = pa.concat_tables([kept.cast(schema), arrow.shape(rows, schema)])
        # Without a digest: who reads all of it next does not take this part for unchanged.
        files[part] = extract.put(name, table, part=part, digest="")
        if part:
            files.pop("", None)
        mark = self.before[name].get("mark")
        self.tables[name] = extract.facts([files[one] for one in sorted(files)], mark=mark)
