"""Large lists as workbooks on SQLite, while somebody beside keeps writing.

    python benchmarks/exports.py [FOLDER] [--rows 300000] [--lists gifts activities people]

The demonstration is loaded at a twentieth and its gifts, activities and people are multiplied. A
worker then exports each list as it does for a user, and another process records a gift every few
milliseconds, through the action and with the connection every page has. Told are the worker's
seconds, when its first progress could be seen, the most memory it held, and how long a writer
waited for the database, with the export and without.

Peer in the same run, in a process of its own: the same columns read with `.values_list()` and
written with openpyxl in its write-only mode, which knows no rights, no progress, no other writer.
"""

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROWS = 300_000
SCALE = "0.05"
BEGAN = time.time()
PAUSE = 0.005  # seconds between two gifts of the writer
ALONE = 10.0  # seconds the writer is measured without an export
GOALS = "Goals at 300,000 rows: 300 MB, first progress in 1 s, no lock over 100 ms"
# What the listing of the same name shows, as a query sees it.
COLUMNS = {
    "gifts": (
        "item", "kind", "quantity", "unit", "value_fen", "giver__name", "household__head",
        "place__name", "day", "voided_on", "confirmed_on",
    ),
    "activities": (
        "kind", "day", "organisation__name", "household__head", "place__name", "members_counted",
        "named", "public_counted", "voided_on",
    ),
    "people": (
        "name", "relation", "household__number", "household__head", "household__place__name",
        "gender", "born",
    ),
}  # fmt: skip


def set_up() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "jiedui.settings"
    sys.path.insert(0, str(Path(__file__).parent.parent / "src"))
    import django

    django.setup()


def memory(pid: int, what: str = "RssAnon") -> int:
    """Megabytes of a process as Linux counts them: its own now, or the most of all (`VmHWM`).

    The latter has parts of the database file in it, which the system takes back at will.
    """
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(rf"^{what}:\s+(\d+) kB", status, re.MULTILINE)
    return int(found[1]) // 1024 if found else 0


# ---- the records


def multiply(wanted: int) -> None:
    """As many gifts, activities and people as wanted, copied from those of the demonstration."""
    from django.db import transaction

    from jiedui.fieldwork.models import Activity, Attendance, Output
    from jiedui.households.models import Person
    from jiedui.ledger.models import Gift

    with transaction.atomic():
        for model, parts in ((Gift, ()), (Activity, (Attendance, Output))):
            copies = -(-wanted // model._default_manager.count()) - 1
            copy(model, copies, id=KEY, corrects_id="NULL", **sealed(model))
            for part in parts:
                copy(part, copies, id="NULL", activity_id=KEY.replace("id", "activity_id"))
        copies = -(-wanted // Person.objects.count()) - 1
        # A household has one living head.
        other = {
            "number": "row.number || '-' || copy.n",
            "relation": "replace(row.relation, 'head', '')",
        }
        copy(Person, copies, id="NULL", **other, **sealed(Person))


# The key of a copy: what is drawn by lot in a UUID, and behind it the number of the copy.
KEY = "substr(row.id, 1, 24) || printf('%08x', copy.n)"


def sealed(model: Any) -> dict[str, str]:
    """A ciphertext belongs to its row alone: copies have none."""
    from jiedui.core.fields import EncryptedText

    fields = model._meta.concrete_fields
    return {f.column: "x''" for f in fields if isinstance(f, EncryptedText)}


def copy(model: Any, copies: int, **other: str) -> None:
    """Each row so many times more; `other` says what differs, as SQL."""
    from django.db import connection

    table = model._meta.db_table
    columns = [field.column for field in model._meta.concrete_fields]
    values = ", ".join(other.get(name) or f'row."{name}"' for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    copies_from_1 = "SELECT 1 UNION ALL SELECT n + 1 FROM copy WHERE n < %s"
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH RECURSIVE copy(n) AS ({copies_from_1}) INSERT INTO {table} ({names})"
            f" SELECT {values} FROM copy, {table} AS row",
            [copies],
        )


def office() -> Any:
    from jiedui.accounts.models import User

    return User.objects.filter(appointments__role="office").order_by("pk")[0]


# ---- the writer beside


def write() -> None:
    """Record gifts until told to stop; then say how long each took, and waited to begin."""
    from django.db import connection
    from django.utils import timezone

    from jiedui.campaigns.models import Campaign
    from jiedui.households.models import Household
    from jiedui.ledger import actions

    waits: list[float] = []
    taken: list[float] = []

    def timed(execute: Any, sql: str, *rest: Any) -> Any:
        if not sql.startswith("BEGIN"):
            return execute(sql, *rest)
        began = time.perf_counter()
        try:
            return execute(sql, *rest)
        finally:
            waits.append((time.perf_counter() - began) * 1000)

    user, campaign = office(), Campaign.objects.get()
    household = Household.objects.filter(ended=None)[0]
    given = actions.Given(kind="cash", day=timezone.localdate(), value_fen=100)
    stop = []
    signal.signal(signal.SIGTERM, lambda *_: stop.append(True))
    with connection.execute_wrapper(timed):
        while not stop:
            began = time.perf_counter()
            actions.give(campaign, given, giver=campaign.organisation, household=household, by=user)
            taken.append((time.perf_counter() - began) * 1000)
            time.sleep(PAUSE)
    waits.sort()
    taken.sort()
    facts = {"writes": len(taken), "wait": waits[-1], "usual": taken[len(taken) // 2]}
    print(json.dumps(facts | {"slowest": taken[-1]}))


class Writer:
    def __enter__(self) -> "Writer":
        self.process = child("--write")
        time.sleep(3)  # until it is under way
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.told = said(self.process)


def child(*arguments: str) -> "subprocess.Popen[str]":
    command = [sys.executable, __file__, *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def said(process: "subprocess.Popen[str]") -> dict[str, Any]:
    out, _ = process.communicate(timeout=600)
    if process.returncode:
        raise SystemExit(f"{process.args} failed")
    facts: dict[str, Any] = json.loads(out)
    return facts


# ---- the export, as a worker does it


@dataclass
class Told:
    seconds: float
    megabytes: int
    resident: int
    rows: int
    first: float = 0.0


def ours(name: str) -> Told:
    """Queue the export for a worker that is idle, and look on as the page of the job does."""
    from django.utils import translation

    from jiedui.core.lists import export
    from jiedui.core.lists.listing import LISTINGS
    from jiedui.web.jobs import load_runners

    load_runners()
    worker = subprocess.Popen([sys.executable, "-m", "jiedui", "work", "--lane", "long"])
    try:
        wait_until_idle()
        with translation.override("zh-hans"):
            job = export.in_background(LISTINGS[name](office()))
        told = look_on(job, worker.pid)
    finally:
        worker.terminate()
        worker.wait(timeout=30)
    return told


def wait_until_idle() -> None:
    """It tells that it lives each time it looks for work; before the second time all is loaded."""
    from django.conf import settings

    sign = Path(settings.DATA) / "progress" / "worker.long"
    looks = set()
    while len(looks) < 2:
        time.sleep(0.02)
        if sign.exists() and (when := sign.stat().st_mtime) > BEGAN:
            looks.add(when)


def look_on(job: Any, worker: int) -> Told:
    """Seconds from the wish on: until progress could be seen, and until the file was there."""
    from jiedui.core.jobs import read_note

    began, first, looked, most = time.perf_counter(), 0.0, 0.0, 0
    while not job.is_over:
        time.sleep(0.02)
        most = max(most, memory(worker))
        now = time.perf_counter() - began
        if not first and read_note(job).total:
            first = now
        if now - looked > 0.2:
            looked = now
            job.refresh_from_db()
    if job.state != job.State.DONE:
        raise SystemExit(f"The export failed: {job.message}")
    return Told(now, most, memory(worker, "VmHWM"), job.total, first)


# ---- the peer


def peer(name: str) -> None:
    """All rows at once from the database and into openpyxl; prints seconds and megabytes."""
    import openpyxl
    from django.db.models import Count

    from jiedui.core.lists.listing import LISTINGS
    from jiedui.web.jobs import load_runners

    load_runners()
    model = LISTINGS[name].model
    began = time.perf_counter()
    rows = model._base_manager.all()
    if "named" in COLUMNS[name]:
        rows = rows.annotate(named=Count("attendances"))
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(COLUMNS[name])
    count = 0
    for row in rows.order_by(*LISTINGS[name].order).values_list(*COLUMNS[name]):
        sheet.append(row)
        count += 1
    with tempfile.TemporaryFile() as file:
        book.save(file)
    seconds = time.perf_counter() - began
    print(json.dumps({"seconds": seconds, "rows": count, "resident": memory(os.getpid(), "VmHWM")}))


def theirs(name: str) -> Told:
    """The peer in a process of its own, its memory looked at from outside."""
    process, most = child("--peer", name), 0
    while process.poll() is None:
        time.sleep(0.02)
        most = max(most, memory(process.pid))
    return Told(megabytes=most, **said(process))


# ---- all together


def measure(name: str) -> None:
    with Writer() as beside_us:
        us = ours(name)
    with Writer() as beside_them:
        them = theirs(name)
    print(
        f"{name}: {us.rows:,} rows in {us.seconds:.0f} s, {us.seconds / them.seconds:.2f} times the"
        f" {them.seconds:.0f} s of openpyxl; first progress after {us.first:.2f} s\n"
        f"  memory: {us.megabytes} MB, {us.megabytes / them.megabytes:.2f} times the"
        f" {them.megabytes} MB of openpyxl; with what is mapped of files {us.resident} MB, and"
        f" {them.resident} MB"
    )
    report("  beside the export", beside_us.told)
    report("  beside openpyxl", beside_them.told)


def report(when: str, told: dict[str, Any]) -> None:
    print(
        f"{when}: {told['writes']:,} gifts recorded, the longest wait for the database"
        f" {told['wait']:.0f} ms; a gift took {told['usual']:.0f} ms, the slowest"
        f" {told['slowest']:.0f} ms",
        flush=True,
    )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folder", nargs="?", help="an installation this made before, or makes")
    options.add_argument("--rows", type=int, default=ROWS)
    options.add_argument("--lists", nargs="*", default=list(COLUMNS), choices=list(COLUMNS))
    options.add_argument("--peer", help=argparse.SUPPRESS)
    options.add_argument("--write", action="store_true", help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.peer or chosen.write:
        set_up()
        peer(chosen.peer) if chosen.peer else write()
        return
    with tempfile.TemporaryDirectory(prefix="jiedui-bench-") as folder:
        os.environ |= {"JIEDUI_DATA": chosen.folder or folder, "DATABASE_URL": ""}
        prepare(chosen.rows)
        print(GOALS)
        with Writer() as alone:
            time.sleep(ALONE)
        report("The writer alone", alone.told)
        for name in chosen.lists:
            measure(name)


def prepare(rows: int) -> None:
    is_new = not (Path(os.environ["JIEDUI_DATA"]) / "jiedui.sqlite3").exists()
    if is_new:
        demo = [sys.executable, "-m", "jiedui", "demo", "panjin", "--scale", SCALE]
        subprocess.run(demo, check=True)
    set_up()
    if is_new:
        multiply(rows)


if __name__ == "__main__":
    main()
