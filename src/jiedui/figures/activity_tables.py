"""Snapshot tables of what was done and given: activities, attendances, outputs, gifts, in parts.

A part is a month, and in older years a whole year: what is recorded now touches little, and there
are few files. A part whose digest has not changed keeps its files: records are append-only, a wrong
one is voided.
"""

from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Any

from django.db.models import BigIntegerField, Count, F, Max, Min, Q, QuerySet, Sum
from django.db.models.functions import Cast, Round, Substr

from jiedui.fieldwork.models import Activity, Attendance, Output
from jiedui.figures.arrow import fetch, hex_of, hundredths, look_up, positions, text, whole
from jiedui.figures.register_tables import Source, add, standing
from jiedui.ledger import names
from jiedui.ledger.models import Gift

HUNDREDTHS = Cast(Round(F("quantity") * 100), BigIntegerField())
FEW = 500  # keys looked up at a time
BY_MONTH = 2  # years that are kept by month: the running one and the one before
Digests = dict[str, list[Any]]  # part → whatever changes when a row of that part does
# Which records to read: the condition on activities or gifts, behind a prefix such as "activity__".
Which = Callable[[str], Q]


def part_of(month: str, as_of: date) -> str:
    """The part in which the rows of a month are kept: the month, or its year."""
    return month if int(month[:4]) > as_of.year - BY_MONTH else month[:4]


def in_part(part: str) -> Which:
    """The records of a month or year."""
    first = date.fromisoformat(f"{part}-01" if len(part) > 4 else f"{part}-01-01")
    month = first.month if len(part) > 4 else 12
    last = date(first.year, month, monthrange(first.year, month)[1])
    return lambda prefix: Q(**{f"{prefix}day__range": (first, last)})


def with_keys(keys: Iterable[Any]) -> Which:
    """The records with these keys."""
    wanted = list(keys)
    return lambda prefix: Q(**{f"{prefix}pk__in": wanted})


def month_of(field: str) -> Substr:
    """The month as text; EXTRACT would call Python for every row in SQLite."""
    return Substr(text(field), 1, 7)


def parts_of(source: Source, model: Any, keys: Iterable[Any]) -> set[str]:
    """The parts in which these activities or gifts of the campaign are kept."""
    rows = model._default_manager.filter(campaign=source.campaign)
    found: set[str] = set()
    every = list(keys)
    for at in range(0, len(every), FEW):
        months = (
            rows.filter(pk__in=every[at : at + FEW])
            .order_by()
            .values_list(month_of("day"), flat=True)
        )
        found |= {part_of(month, source.as_of) for month in months.distinct()}
    return found


def _up_to(rows: QuerySet[Any], source: Source) -> QuerySet[Any]:
    return rows.filter(campaign=source.campaign, day__lte=source.as_of)


def _digests(rows: QuerySet[Any], source: Source, *facts: Any) -> Digests:
    """The facts of each day: days stand together in an index, months would have to be sorted."""
    named = {f"fact{number}": fact for number, fact in enumerate(facts)}
    days = rows.order_by().values("day").annotate(**named)
    found: Digests = {}
    for row in sorted(days, key=itemgetter("day")):
        part = part_of(str(row["day"])[:7], source.as_of)
        found.setdefault(part, []).append([str(value) for value in row.values()])
    return found


def activity_digests(source: Source) -> Digests:
    """What decides the activities of each part."""
    return _digests(
        _up_to(Activity.objects.all(), source), source, Count("pk"), Max("recorded_at"),
        Count("voided_on"), Sum("members_counted"), Sum("public_counted"),
        Sum("organisation_id"), Sum("place_id"), Sum("household_id"),
    )  # fmt: skip


def gift_digests(source: Source) -> Digests:
    return _digests(
        _up_to(Gift.objects.all(), source), source, Count("pk"), Min("recorded_at"),
        Max("recorded_at"), Count("voided_on"), Count("confirmed_on"),
        Sum("value_fen"), Sum("giver_id"), Sum("place_id"),
    )  # fmt: skip


@dataclass(frozen=True)
class Annex:
    """Rows that belong to activities and have no day of their own: watched by their keys.

    Looking up the day of every row takes seconds; only rows written since the last snapshot are.
    """

    model: Any
    facts: tuple[Any, ...]

    def mark(self, *, last: int | None = None) -> dict[str, Any]:
        """The rows up to a key, all of them unless given, in a few sums."""
        rows = self.model._default_manager.all()
        rows = rows if last is None else rows.filter(pk__lte=last)
        named = {f"fact{number}": fact for number, fact in enumerate(self.facts)}
        found = rows.aggregate(last=Max("pk"), rows=Count("pk"), ids=Sum("pk"), **named)
        return {name: str(value) for name, value in found.items()}

    def parts_changed(self, source: Source, before: dict[str, Any]) -> set[str] | None:
        """Parts with rows written since that mark; None when rows of old have changed."""
        last = int(before["last"]) if before.get("last", "None") != "None" else 0
        if not before or self.mark(last=last) != before:
            return None
        fresh = self.model._default_manager.filter(pk__gt=last, activity__campaign=source.campaign)
        months = fresh.order_by().values_list(month_of("activity__day"), flat=True).distinct()
        return {part_of(month, source.as_of) for month in months}


ANNEXES = {
    "attendances": Annex(Attendance, (Sum("member_id"),)),
    "outputs": Annex(Output, (Sum("quantity"),)),
}


def done(source: Source, which: Which) -> Mapping[str, Any]:
    """Activities, attendances and outputs; those of voided records are left out."""
    standing_ones = _up_to(Activity.objects.standing(), source).filter(which(""))
    activities = _activities(source, standing_ones)
    # A join, as IN is slow in SQLite.
    own = which("activity__") & Q(
        activity__campaign=source.campaign,
        activity__day__lte=source.as_of,
        activity__voided_on=None,
    )
    people = fetch(
        Attendance.objects.filter(own),
        {"id": "pk", "activity": text("activity_id"), "member": "member_id"},
    )
    outputs = fetch(
        Output.objects.filter(own),
        {"id": "pk", "activity": text("activity_id"), "kind": "kind", "unit": "unit",
         "hundredths": HUNDREDTHS},
    )  # fmt: skip
    outputs = add(outputs, quantity=hundredths(whole(outputs["hundredths"])))
    attended = _positions(people, activities)
    return {
        "activities": _with_headcount(activities, attended),
        "attendances": _beside(people, activities, attended, "kind"),
        "outputs": _beside(outputs, activities, _positions(outputs, activities)),
    }


def _activities(source: Source, rows: QuerySet[Any]) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    table = fetch(
        rows,
        {"uuid": text("pk"), "kind": "kind", "day": text("day"), "place_id": "place_id",
         "organisation": "organisation_id", "household": "household_id",
         "members": "members_counted", "headcount_public": "public_counted"},
    )  # fmt: skip
    visits = [one.key for one in source.campaign.playbook.activities if one.is_call]
    kinds = whole(table["kind"]).cast(pa.string())
    return add(
        standing(source, table),
        id=hex_of(whole(table["uuid"])),
        is_visit=pc.is_in(kinds, value_set=pa.array(visits, pa.string())),
    )


def _positions(rows: Any, activities: Any) -> Any:
    """Where the activity of each row stands among the activities."""
    return positions(hex_of(whole(rows["activity"])), whole(activities["id"]))


def _with_headcount(activities: Any, attended: Any) -> Any:
    """Members are named or counted, never both: the larger of the two is their number.

    `attended` are the positions of the activities that members attended, once for each of them.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    named = pa.array(np.bincount(attended.drop_null(), minlength=len(activities)), pa.int64())
    counted = pc.coalesce(whole(activities["members"]).cast(pa.int64()), pa.scalar(0, pa.int64()))
    return add(
        activities,
        headcount_members=pc.max_element_wise(named, counted),
        named=pc.greater(named, 0),
    )


def _beside(rows: Any, activities: Any, at: Any, *more: str) -> Any:
    """The rows with the key, day, place, host and household of the activity at their position."""
    import pyarrow.compute as pc

    names = ("day", "org_path", "place", "organisation", "household", *more)
    columns = {name: pc.take(whole(activities[name]), at) for name in names}
    activity = pc.take(whole(activities["id"]), at)
    return add(rows.drop_columns(["activity"]), activity=activity, **columns)


def given(source: Source, which: Which) -> Mapping[str, Any]:
    """Gifts; voided ones are left out."""
    rows = _up_to(Gift.objects.filter(voided_on=None), source).filter(which(""))
    table = fetch(
        rows,
        {"uuid": text("pk"), "kind": "kind", "item": "item", "hundredths": HUNDREDTHS,
         "unit": "unit", "value_fen": "value_fen", "steady": "is_steady", "fund": "fund_id",
         "day": text("day"), "organisation": "giver_id", "household": "household_id",
         "place_id": "place_id", "confirmed": Q(confirmed_on__isnull=False)},
    )  # fmt: skip
    return {"gifts": _gifts(source, table)}


def goods_keys(source: Source) -> dict[str, str]:
    """Names of goods as gifts have them → what figures call them: the playbook's key, else the name
    they count under."""
    keys = {good.name.zh: good.key for good in source.campaign.playbook.goods}
    joined = names.meaning([source.campaign.pk])
    return keys | {name: keys.get(means, means) for name, means in joined.items()}


def _named_by_key(source: Source, table: Any) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    known, item = goods_keys(source), whole(table["item"]).cast(pa.string())
    index, values = pa.array(known.keys(), pa.string()), pa.array(known.values(), pa.string())
    named = pc.coalesce(look_up(item, index, values), item)
    return table.drop_columns(["item"]).append_column("item", named)


def _gifts(source: Source, table: Any) -> Any:

    return add(
        standing(source, _named_by_key(source, table)),
        id=hex_of(whole(table["uuid"])),
        quantity=hundredths(whole(table["hundredths"])),
        giver_organisation=whole(table["organisation"]),
    )
