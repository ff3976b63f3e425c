"""Figures on 300,000 activities: our snapshot and expressions against pandas and plain SQLite.

    python benchmarks/figures.py [--activities 300000]

All three give the same numbers (checked) from the same database, in one run on one machine. "First"
includes reading the database; "again" is the next question to the same records: ours reads the
Parquet files, pandas its frames in memory, SQLite the tables. Kept values are what pages see.
"""
# ruff: noqa: E402 (Django is set up before its models are imported)

import argparse
import os
import random
import sys
import tempfile
import time
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

HOME = Path(tempfile.mkdtemp(prefix="jiedui-bench-"))
os.environ["JIEDUI_DATA"] = str(HOME)
os.environ.pop("DATABASE_URL", None)
os.environ["DJANGO_SETTINGS_MODULE"] = "jiedui.settings"
sys.path.insert(0, str(Path(__file__).parent.parent / "src"))

import django

django.setup()

from django.core.management import call_command
from django.db import connection, transaction

from jiedui.campaigns import actions as campaigns
from jiedui.campaigns.models import Campaign
from jiedui.campaigns.playbook.declare import Text
from jiedui.campaigns.playbook.publishing import Figure, Filter
from jiedui.fieldwork.models import Activity, Attendance
from jiedui.figures import actions, duck
from jiedui.figures.evaluation import evaluate
from jiedui.ledger.models import Gift
from jiedui.orgs.models import Member, Organisation
from jiedui.places.models import Place

PLAYBOOK = Path(__file__).parent.parent / "tests" / "playbooks" / "small.toml"
STARTS = date(2021, 1, 1)
NAME = Text("", "")


def figure(key: str, **more: object) -> Figure:
    return Figure(key=key, name=NAME, unit=NAME, **{"counts": "items", **more})  # type: ignore[arg-type]


VISIT = (Filter(column="kind", words=("visit",)),)
# Figure and grouping; the other two compute the same below, in the same order.
QUESTIONS = (
    (figure("person_times", over="attendances", where=VISIT), "county"),
    (figure("people", over="attendances", distinct="member", where=VISIT), "county"),
    (figure("visits", over="activities", where=VISIT), "month"),
    (figure("yuan", over="gifts", measure="sum", column="value_fen", counts="money"), "town"),
    (figure("heads", over="activities", measure="sum", column="headcount_members"), "village"),
)
SQL = (
    """SELECT substr(p.code, 1, 6), count(*) FROM fieldwork_attendance t
       JOIN fieldwork_activity a ON a.id = t.activity_id JOIN places_place p ON p.id = a.place_id
       WHERE a.voided_on IS NULL AND a.kind = 'visit' GROUP BY 1""",
    """SELECT substr(p.code, 1, 6), count(DISTINCT t.member_id) FROM fieldwork_attendance t
       JOIN fieldwork_activity a ON a.id = t.activity_id JOIN places_place p ON p.id = a.place_id
       WHERE a.voided_on IS NULL AND a.kind = 'visit' GROUP BY 1""",
    """SELECT substr(day, 1, 7), count(*) FROM fieldwork_activity
       WHERE voided_on IS NULL AND kind = 'visit' GROUP BY 1""",
    """SELECT substr(p.code, 1, 9), sum(g.value_fen) FROM ledger_gift g
       JOIN places_place p ON p.id = g.place_id WHERE g.voided_on IS NULL GROUP BY 1""",
    """SELECT substr(p.code, 1, 12), sum(max(a.members_counted, coalesce(n, 0)))
       FROM fieldwork_activity a JOIN places_place p ON p.id = a.place_id
       LEFT JOIN (SELECT activity_id, count(*) n FROM fieldwork_attendance GROUP BY 1) t
       ON t.activity_id = a.id WHERE a.voided_on IS NULL GROUP BY 1""",
)


class Pandas:
    def __init__(self) -> None:
        import pandas as pd

        base = connection.connection

        def read(sql: str) -> "pd.DataFrame":
            return pd.read_sql(sql, base)

        places = read("SELECT id AS place_id, code FROM places_place")
        self.activities = read(
            "SELECT id, kind, day || '' AS day, place_id, members_counted FROM fieldwork_activity "
            "WHERE voided_on IS NULL"
        ).merge(places, on="place_id")
        people = read("SELECT activity_id AS id, member_id FROM fieldwork_attendance")
        self.people = people.merge(self.activities, on="id")
        gifts = read("SELECT value_fen, place_id FROM ledger_gift WHERE voided_on IS NULL")
        self.gifts = gifts.merge(places, on="place_id")

    def answers(self) -> list[dict[str, int]]:
        people = self.people[self.people.kind == "visit"]
        visits = self.activities[self.activities.kind == "visit"]
        named = self.people.groupby("id").size()
        heads = self.activities.set_index("id")
        heads["heads"] = heads.members_counted.combine(named, max, fill_value=0).astype(int)
        series = (
            people.groupby(people.code.str[:6]).size(),
            people.groupby(people.code.str[:6]).member_id.nunique(),
            visits.groupby(visits.day.str[:7]).size(),
            self.gifts.groupby(self.gifts.code.str[:9]).value_fen.sum(),
            heads.groupby(heads.code.str[:12]).heads.sum(),
        )
        return [{str(k): int(v) for k, v in one.items()} for one in series]


def sqlite_answers() -> list[dict[str, int]]:
    found = []
    with connection.cursor() as cursor:
        for sql in SQL:
            cursor.execute(sql)
            found.append({key: int(value) for key, value in cursor.fetchall()})
    return found


def our_answers(snapshot: object, *, fresh: bool) -> list[dict[str, int]]:
    found = []
    for one, by in QUESTIONS:
        if fresh:
            snapshot.values.all().delete()  # type: ignore[attr-defined]
        values = evaluate(snapshot, [one], by=by)  # type: ignore[arg-type]
        factor = 100 if one.counts == "money" else 1
        found.append({v.part or "": int((v.value or Decimal(0)) * factor) for v in values})
    return found


def timed(name: str, action):  # type: ignore[no-untyped-def]
    began = time.perf_counter()
    result = action()
    took = time.perf_counter() - began
    print(f"  {name:<44}{took:9.3f} s", flush=True)
    return result, took


def fill(count: int) -> Campaign:
    """One county tree, 500 villages, 4,000 members, and so many activities over six years."""
    rng = random.Random(7)
    call_command("migrate", verbosity=0)
    with transaction.atomic():
        city = Place.objects.create(path="2111", code="211100000000", name="市", level="city")
        root = Organisation.objects.create(path="0001", name="市", kind="area", place=city)
        campaign = campaigns.start(
            PLAYBOOK.read_text(encoding="utf-8"), organisation=root, place=city, by=None
        )
        paths = [
            f"2111{c:02}{t:03}{v:03}" for c in range(2, 7) for t in range(10) for v in range(10)
        ]
        villages = Place.objects.bulk_create(
            Place(path=p, code=p, name=p, level="village", kind="village") for p in paths
        )
        units = Organisation.objects.bulk_create(
            Organisation(path=f"0001{n:04}", name=str(n), kind="unit", parent=root)
            for n in range(1, 201)
        )
        members = Member.objects.bulk_create(
            Member(number=str(n), name=f"员{n}", organisation=rng.choice(units))
            for n in range(4_000)
        )
        write(campaign, count, villages, units, members, rng)
    return campaign


def write(campaign, count, villages, units, members, rng):  # type: ignore[no-untyped-def]
    now = "2026-11-01 00:00:00"
    plain = [rows(campaign, n, villages, units, rng, now) for n in range(count)]
    insert(Activity, [row for row, _gift in plain])
    insert(Gift, [gift for _row, gift in plain if gift])
    people = [
        (n * 3 + k + 1, row["id"], rng.choice(members).pk)
        for n, (row, _gift) in enumerate(plain)
        if row["kind"] == "visit"
        for k in range(1 + n % 2)
    ]
    seen: set[tuple[str, int]] = set()
    unique = [p for p in people if not ((p[1], p[2]) in seen or seen.add((p[1], p[2])))]
    names = ("id", "activity_id", "member_id")
    insert(Attendance, [dict(zip(names, one, strict=True)) for one in unique])


def rows(campaign, n, villages, units, rng, now):  # type: ignore[no-untyped-def]
    day = (STARTS + timedelta(days=rng.randrange(5 * 365))).isoformat()
    common = {
        "id": f"{n:032x}", "campaign_id": campaign.pk, "day": day,
        "place_id": rng.choice(villages).pk, "recorded_at": now,
        "voided_on": day if n % 97 == 0 else None,
    }  # fmt: skip
    unit = rng.choice(units).pk
    is_visit = n % 4 != 0
    activity = {
        **common, "kind": "visit" if is_visit else "cleaning", "organisation_id": unit,
        "members_counted": 0 if is_visit else rng.randrange(40),
    }  # fmt: skip
    if n % 3:
        return activity, None
    return activity, {
        **common,
        "kind": "cash",
        "value_fen": rng.randrange(1, 90_000),
        "giver_id": unit,
    }


def insert(model, dicts):  # type: ignore[no-untyped-def]
    """Rows straight into the table; what is not given takes the model's default."""
    given = dicts[0].keys()
    fields = list(model._meta.concrete_fields)
    defaults = {f.column: _default(f) for f in fields if f.column not in given}
    names = [*given, *defaults]
    marks = ", ".join(["%s"] * len(names))
    columns = ", ".join(f'"{name}"' for name in names)
    tail = tuple(defaults.values())
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {model._meta.db_table} ({columns}) VALUES ({marks})",
            [(*one.values(), *tail) for one in dicts],
        )


def _default(field):  # type: ignore[no-untyped-def]
    if field.null:
        return None
    value = field.get_default()
    if isinstance(value, list | dict):
        return "[]" if isinstance(value, list) else "{}"
    return b"" if field.get_internal_type() == "BinaryField" else value


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--activities", type=int, default=300_000)
    count = parser.parse_args().activities
    print(f"Writing {count:,} activities", flush=True)
    campaign = fill(count)
    people, gifts = Attendance.objects.count(), Gift.objects.count()
    print(f"{count:,} activities, {people:,} attendances, {gifts:,} gifts, 5 figures")

    timed("Import Ibis, DuckDB and Arrow, connect", duck._connect)
    snapshot, first = timed("Snapshot, first", lambda: actions.take(campaign))
    _same, again = timed("Snapshot, nothing new", lambda: actions.take(campaign))
    one = Activity.objects.filter(voided_on=None).first()
    Activity.objects.filter(pk=one.pk).update(voided_on=one.day)
    snapshot, incremental = timed("Snapshot, one record voided", lambda: actions.take(campaign))

    ours, our_first = timed("Ours: figures, first", lambda: our_answers(snapshot, fresh=True))
    _ours, our_again = timed("Ours: figures, again", lambda: our_answers(snapshot, fresh=True))
    our_answers(snapshot, fresh=False)
    _kept, kept = timed("Ours: figures, kept values", lambda: our_answers(snapshot, fresh=False))
    frames, frame_read = timed("pandas: read and merge", Pandas)
    theirs, frame_again = timed("pandas: figures", frames.answers)
    plain, sql_again = timed("SQLite: figures", sqlite_answers)

    assert ours == theirs == plain, "the three do not agree"
    print("All three give the same numbers. Ratios, theirs over ours:")
    ratios = {
        "pandas with reading / our figures": (frame_read + frame_again) / our_again,
        "pandas with reading / our first snapshot + figures": (frame_read + frame_again)
        / (first + our_first),
        "pandas in memory / our figures from files": frame_again / our_again,
        "plain SQLite / our figures": sql_again / our_again,
        "plain SQLite / kept values": sql_again / kept,
        "first snapshot / one record voided": first / incremental,
        "first snapshot / nothing new": first / again,
    }
    for name, ratio in ratios.items():
        print(f"  {name:<54}{ratio:8.1f}")


if __name__ == "__main__":
    main()
