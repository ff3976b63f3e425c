"""Importing 16,000 households × 32 columns, against openpyxl and one save() per row.

    python benchmarks/imports.py [--rows N] [--peer-rows N]

Ours: read, checked, compared, kept for the preview; then applied with heads, audit entries and
what undoing needs. The peer reads the same file with openpyxl, runs the same checks cell by cell,
looks each household up by number and saves it and its head: no preview, no audit, no undo. With
fewer peer rows than rows its time is multiplied up, and the answer says so. Processor seconds.

Meanwhile another process writes a row every 20 ms, as the pages do; the longest it ever waited is
told for each step. `--registered N` fills the register with N other households before.
"""

# ruff: noqa: E402 — the paths and Django must be set up before our modules are imported.

from __future__ import annotations

import argparse
import io
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

FOLDER = tempfile.TemporaryDirectory()
os.environ["JIEDUI_DATA"] = FOLDER.name
os.environ.pop("DATABASE_URL", None)
sys.path[:0] = [str(Path(__file__).parents[1] / part) for part in ("src", "tests/imports")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiedui.settings")

import django

django.setup()

import lists
import openpyxl
from django.core.management import call_command
from django.db import transaction

from jiedui.core import collector, crypto
from jiedui.engines import words
from jiedui.households.models import Household, Person
from jiedui.imports import actions
from jiedui.imports.columns.schemas import HOUSEHOLDS
from jiedui.imports.models import Upload
from jiedui.imports.staging import checking
from jiedui.imports.values.parsers import Bad
from jiedui.places.models import Place

VILLAGES, TOWNS = 492, 29
OTHER_NUMBERS = 1_000_000  # of the households that are on the register before
WRITER = """
import time
import django
django.setup()
from django.db import connection, transaction
connection.ensure_connection()
while True:
    since = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE core_installation SET name = name")
    print(time.perf_counter() - since, flush=True)
    time.sleep(0.02)
"""


def places() -> None:
    county = Place.objects.create(path="211104", code="211104", name="大洼区", level="county")
    towns = [
        Place.objects.create(
            path=f"211104{100 + n}",
            code=f"211104{100 + n}000",
            name=f"田家{n}街道",
            level="town",
            parent=county,
        )
        for n in range(TOWNS)
    ]
    for n in range(VILLAGES):
        town = towns[n % TOWNS]
        code = f"{town.path}{200 + n}"
        Place.objects.create(path=code, code=code, name=f"柳树{n}村", level="village", parent=town)


def workbook(rows: int) -> bytes:
    body = lists.national(rows)
    for n, row in enumerate(body):
        row[3] = f"田家{n % VILLAGES % TOWNS}街道"
    return lists.xlsx([["低保户结对帮扶台账"], lists.NATIONAL, *body])


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.process_time()
    answer = work()
    return round(time.process_time() - start, 2), answer


@contextmanager
def somebody_else_writes(longest: dict[str, float], step: str) -> Iterator[None]:
    """Note how long another process waited for its longest write, in milliseconds."""
    with tempfile.TemporaryFile("w+") as told:
        writer = subprocess.Popen([sys.executable, "-c", WRITER], stdout=told)
        try:
            yield
        finally:
            time.sleep(0.3)
            writer.terminate()
            writer.wait()
        told.seek(0)
        waits = [float(line) for line in told if line.endswith("\n")]
    longest[step] = round(1000 * max(waits, default=0))


def fill_the_register(rows: int) -> None:
    body = lists.national(rows, start=OTHER_NUMBERS)
    for n, row in enumerate(body, start=OTHER_NUMBERS):
        row[3] = f"田家{n % VILLAGES % TOWNS}街道"
    content = lists.xlsx([["低保户结对帮扶台账"], lists.NATIONAL, *body])
    upload = actions.receive("households", "before.xlsx", [content], by=None)
    actions._check(upload, checking.silent)
    upload.rows.filter(is_doubtful=True).update(decision="new")
    actions._check(upload, checking.silent)
    actions._apply(upload, checking.silent, by=None)


def ours(content: bytes, longest: dict[str, float]) -> dict[str, float]:
    def check() -> Upload:
        upload = actions.receive("households", "list.xlsx", [content], by=None)
        actions._check(upload, checking.silent)
        return upload

    with somebody_else_writes(longest, "checked_and_kept"):
        checked, upload = timed(check)
    compared, _found = timed(lambda: checking.analyse(upload))
    if upload.rows.filter(is_doubtful=True).update(decision="new"):
        actions._check(upload, checking.silent)
    with somebody_else_writes(longest, "applied"):
        applied, _none = timed(lambda: actions._apply(upload, checking.silent, by=None))
    again, second = timed(check)
    assert second.counts["same"] == second.counts["rows"]
    with somebody_else_writes(longest, "undone"):
        undone, _counts = timed(
            lambda: actions.undoing.undo(upload, by=None, report=checking.silent)
        )
    return {
        "parsed_and_compared": compared,
        "checked_and_kept": checked,
        "applied": applied,
        "second_time": again,
        "undone": undone,
    }


def peer(content: bytes, *, rows: int) -> None:
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    lines = list(book.worksheets[0].iter_rows(values_only=True))[1:]
    fields = [next(f for f in HOUSEHOLDS.fields if name in f.aliases) for name in lines[0]]
    with transaction.atomic():
        for line in lines[1 : rows + 1]:
            read = {f.key: f.parser(cell) for f, cell in zip(fields, line, strict=True)}
            save({key: None if isinstance(v, Bad) else v for key, v in read.items()})


def save(read: dict[str, Any]) -> None:
    number = read["household_code"]
    known = Household.objects.filter(number=number).first()
    household = known or Household(number=number)
    household.head, household.size = read["name"], read["size"]
    household.kind, household.cause = read["kind"], read["cause"]
    household.place = Place.objects.get(name=read["village"], parent__name=read["township"])
    household.since, household.phone = _day(read["since"]), read["phone"] or ""
    household.pinyin = words.pinyin(read["name"])
    household.initials = words.initials(read["name"])
    household.save()
    person = household.people.filter(relation="head").first() or Person(household=household)
    person.number, person.name, person.relation = read["person_code"], read["name"], "head"
    person.identity = read["identity"] or ""
    person.identity_digest = crypto.digest(person.identity)
    person.health, person.since = read["health"] or "", _day(read["since"])
    person.save()


def _day(day: date) -> date:
    return date(day.year, day.month, day.day)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=16_000)
    options.add_argument("--registered", type=int, default=0, help="other households before")
    options.add_argument("--peer-rows", type=int, default=0, help="0 is all of them")
    chosen = options.parse_args()
    call_command("migrate", verbosity=0)
    collector.settle()  # as the worker does
    places()
    if chosen.registered:
        fill_the_register(chosen.registered)
    content, longest = workbook(chosen.rows), dict[str, float]()
    mine = ours(content, longest)
    assert Household.objects.count() == chosen.registered  # undoing left nothing to find
    peer_rows = chosen.peer_rows or chosen.rows
    theirs, _none = timed(lambda: peer(content, rows=peer_rows))
    assert Household.objects.count() == chosen.registered + peer_rows
    whole = round(theirs * chosen.rows / peer_rows, 2)
    both = mine["checked_and_kept"] + mine["applied"]
    facts = {
        "rows": chosen.rows,
        "columns": len(lists.NATIONAL),
        "registered_before": chosen.registered,
        "seconds": mine,
        "longest_wait_of_another_writer_ms": longest,
        "peer_seconds": whole,
        "peer_is_extrapolated": peer_rows != chosen.rows,
        "peer_to_ours_with_preview": round(whole / both, 2),
        "peer_to_applying": round(whole / mine["applied"], 2),
    }
    sys.stdout.write(json.dumps(facts, ensure_ascii=False, indent=2) + "\n")


if __name__ == "__main__":
    main()
