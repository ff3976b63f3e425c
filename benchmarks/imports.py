"""Importing 16,000 households × 32 columns beside a full register, against two peers.

    python benchmarks/imports.py [--rows N] [--registered N] [--peer-rows N] [--check-only]

Ours: read, checked, compared, kept for the preview; then applied with heads, audit entries and
what undoing needs. `--registered N` is how many other households are on the register before.

Peer "bulk": reads the same file with python-calamine and writes the same households and heads with
`bulk_create`: no checks, no comparison, no preview, no audit, no undo. Peer "rows": reads it with
openpyxl, runs the same checks cell by cell, looks each household up by number and saves it and its
head; with fewer peer rows than rows the time of saving is multiplied up, and the answer says so.

Processor seconds, without those of the process that reads a file, which are told by themselves, as
are its megabytes. Every step has a process of its own, whose peak memory is told in megabytes.
Meanwhile another process writes a row every 20 ms, as the pages do; the longest it ever waited is
told for each step.
"""

# ruff: noqa: E402 — the paths and Django must be set up before our modules are imported.

from __future__ import annotations

import argparse
import io
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
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
import python_calamine
from django.core.management import call_command
from django.db import connections, transaction

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
LIST = Path(FOLDER.name) / "list.xlsx"
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


def step(work: Callable[[], Any]) -> dict[str, Any]:
    """Do this in a process of its own: its answer, processor seconds and peak megabytes."""
    connections.close_all()
    told, tell = os.pipe()
    pid = os.fork()
    if not pid:
        status = 1
        try:
            os.write(tell, json.dumps(_measured(work)).encode())
            status = 0
        finally:
            os._exit(status)
    os.close(tell)
    with os.fdopen(told) as answer:
        text = answer.read()
    _pid, status = os.waitpid(pid, 0)
    if status:
        raise SystemExit(f"A step ended with status {status}")
    return dict(json.loads(text))


def _measured(work: Callable[[], Any]) -> dict[str, Any]:
    start = time.process_time()
    answer = work()
    seconds = time.process_time() - start
    ours, read = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, _CHILDREN))
    return {
        "answer": answer,
        "seconds": round(seconds, 2),
        "mb": ours.ru_maxrss // 1024,
        "reading": {
            "seconds": round(read.ru_utime + read.ru_stime, 2),
            "mb": read.ru_maxrss // 1024,
        },
    }


_CHILDREN = resource.RUSAGE_CHILDREN


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


def prepare(rows: int, registered: int) -> None:
    if registered:
        fill_the_register(registered)
    LIST.write_bytes(workbook(rows))


def received() -> int:
    upload = actions.receive("households", "list.xlsx", [LIST.read_bytes()], by=None)
    return int(upload.pk)


def check(key: int) -> None:
    actions._check(Upload.objects.get(pk=key), checking.silent)


def decide(key: int) -> None:
    upload = Upload.objects.get(pk=key)
    if upload.rows.filter(is_doubtful=True).update(decision="new"):
        check(key)


def apply(key: int) -> None:
    actions._apply(Upload.objects.get(pk=key), checking.silent, by=None)


def check_again(key: int) -> None:
    check(key)
    second = Upload.objects.get(pk=key)
    assert second.counts["same"] == second.counts["rows"]


def undo(key: int) -> None:
    actions.undoing.undo(Upload.objects.get(pk=key), by=None, report=checking.silent)


def ours(*, check_only: bool) -> tuple[dict[str, Any], dict[str, float]]:
    """Step → what it took, and → how long another writer waited."""
    longest: dict[str, float] = {}
    key = step(received)["answer"]
    with somebody_else_writes(longest, "checked"):
        took = {"checked": step(partial(check, key))}
    if check_only:
        return took, longest
    step(partial(decide, key))
    with somebody_else_writes(longest, "applied"):
        took["applied"] = step(partial(apply, key))
    again = step(received)["answer"]
    took["checked_second_time"] = step(partial(check_again, again))
    with somebody_else_writes(longest, "undone"):
        took["undone"] = step(partial(undo, key))
    return took, longest


def bulk_peer() -> int:
    """The same households and heads as fast as Django writes them, with nothing checked."""
    sheet = python_calamine.CalamineWorkbook.from_path(LIST).get_sheet_by_index(0)
    _title, headings, *lines = sheet.to_python()
    at = {heading: n for n, heading in enumerate(headings)}
    village = dict(Place.objects.filter(level="village").values_list("name", "pk"))
    newest = [model.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
              for model in (Household, Person)]  # fmt: skip
    homes, heads = [], []
    for n, line in enumerate(lines, 1):
        name, since = line[at["姓名"]], date(2014, 6, 1)
        key, identity = newest[0] + n, line[at["证件号码"]]
        sound = {"pinyin": words.pinyin(name), "initials": words.initials(name)}
        homes.append(Household(
            pk=key, number=line[at["户编号"]], head=name, place_id=village[line[at["行政村"]]],
            size=int(line[at["人数"]]), kind="allowance", phone=line[at["户联系电话"]],
            more={"hamlet": line[at["自然村"]]}, since=since, **sound,
        ))  # fmt: skip
        heads.append(Person(
            pk=newest[1] + n, household_id=key, number=line[at["人编号"]], name=name,
            relation="head", identity=identity, identity_digest=crypto.digest(identity),
            health=line[at["健康状况"]], since=since, **sound,
        ))  # fmt: skip
    for start in range(0, len(homes), 1000):
        with transaction.atomic():
            Household.objects.bulk_create(homes[start : start + 1000])
            Person.objects.bulk_create(heads[start : start + 1000])
    return len(homes)


def row_peer(rows: int) -> float:
    """Processor seconds that reading took: it reads the whole file, however few rows it saves."""
    start = time.process_time()
    content = io.BytesIO(LIST.read_bytes())
    book = openpyxl.load_workbook(content, read_only=True, data_only=True)
    lines = list(book.worksheets[0].iter_rows(values_only=True))[1:]
    reading = time.process_time() - start
    fields = [next(f for f in HOUSEHOLDS.fields if name in f.aliases) for name in lines[0]]
    with transaction.atomic():
        for line in lines[1 : rows + 1]:
            read = {f.key: f.parser(cell) for f, cell in zip(fields, line, strict=True)}
            save({key: None if isinstance(v, Bad) else v for key, v in read.items()})
    return reading


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


def forget_the_list() -> None:
    """As if it had not been written, so that the next peer writes it as well."""
    numbers = Household.objects.filter(number__lt=f"H{OTHER_NUMBERS:06d}")
    while keys := list(numbers.values_list("pk", flat=True)[:500]):
        Person.objects.filter(household__in=keys).delete()
        Household.objects.filter(pk__in=keys).delete()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=16_000)
    options.add_argument("--registered", type=int, default=16_000, help="other households before")
    options.add_argument("--peer-rows", type=int, default=2_000, help="of the slow peer; 0: all")
    options.add_argument("--check-only", action="store_true", help="nothing is applied")
    chosen = options.parse_args()
    call_command("migrate", verbosity=0)
    collector.settle()  # as the worker does
    places()
    step(partial(prepare, chosen.rows, chosen.registered))
    mine, longest = ours(check_only=chosen.check_only)
    assert Household.objects.count() == chosen.registered  # undoing left nothing to find
    bulk = step(bulk_peer)
    assert bulk["answer"] == chosen.rows
    peer_rows = chosen.peer_rows or chosen.rows
    step(forget_the_list)
    saved = step(partial(row_peer, peer_rows))
    reading = saved["answer"]
    slow = reading + (saved["seconds"] - reading) * chosen.rows / peer_rows
    both = sum(mine[name]["seconds"] for name in ("checked", "applied") if name in mine)
    facts = {
        "rows": chosen.rows,
        "columns": len(lists.NATIONAL),
        "registered_before": chosen.registered,
        "seconds": {name: took["seconds"] for name, took in mine.items()},
        "peak_mb": {name: took["mb"] for name, took in mine.items()},
        "reading_in_a_process_of_its_own": mine["checked"]["reading"],
        "longest_wait_of_another_writer_ms": longest,
        "peer_bulk": {"seconds": bulk["seconds"], "peak_mb": bulk["mb"]},
        "peer_rows": {"seconds": round(slow, 2), "is_extrapolated": peer_rows != chosen.rows},
        "ours_to_peer_bulk": round(both / bulk["seconds"], 2),
        "peer_rows_to_ours": round(slow / both, 2),
    }
    sys.stdout.write(json.dumps(facts, ensure_ascii=False, indent=2) + "\n")


if __name__ == "__main__":
    main()
