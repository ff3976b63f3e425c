"""Long work: queue a row here, name its runner here; a worker (in `web`) does it."""

import json
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection
from django.utils import timezone

from jiedui.core.models import Job
from jiedui.core.sqlite.checkpoints import checkpoint
from jiedui.core.users import User

REPORT_EVERY = 0.5  # seconds between two notes of progress
LEASE = timedelta(seconds=90)
PAUSE = 0.005  # seconds between two portions: who waits for a turn to write takes it within that


class Lost(Exception):
    """The lease ran out and another worker took the job over: stop without a result."""


class Progress:
    """Stores how far a job is and renews its lease. Call it as often as you like."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self._reported_at = 0.0

    def __call__(self, done: int, *, total: int | None = None, message: Any = "") -> None:
        job = self.job
        job.done, job.total = done, job.total if total is None else total
        previous, job.message = job.message, str(message)[:300] or job.message
        now = time.monotonic()
        if now - self._reported_at < REPORT_EVERY and previous == job.message:
            return
        self._reported_at = now
        # Inside a transaction nobody else would see the row, so a small file holds it as well.
        note(job)
        if not connection.in_atomic_block:
            self.keep()

    def keep(self) -> None:
        """Write progress and renew the lease; raises `Lost` when the job is no longer ours."""
        job = self.job
        mine = Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, tries=job.tries)
        if not mine.update(
            done=job.done, total=job.total, message=job.message, lease=timezone.now() + LEASE
        ):
            raise Lost(job)


def let_others_write() -> None:
    """SQLite has one writer: between two portions of a job everybody else gets a turn."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        time.sleep(PAUSE)
        checkpoint()


Runner = Callable[[str, Progress], str | None]
RUNNERS: dict[str, Runner] = {}
LANES: dict[str, Job.Lane] = {}  # of those that are not quick


def runner(name: str, *, lane: Job.Lane = Job.Lane.QUICK) -> Callable[[Runner], Runner]:
    """Register a function (subject, progress) → address of the result, or "" when nowhere.

    What may take minutes belongs into the long lane, so that short work does not wait for it.
    """

    def decorate(function: Runner) -> Runner:
        RUNNERS[name] = function
        LANES[name] = lane
        return function

    return decorate


Duty = Callable[[date], None]
DUTIES: list[Duty] = []


def daily(function: Duty) -> Duty:
    """Register a duty (today → nothing) the worker does once a day, and after each start.

    It must change nothing when done twice a day: workers do not ask each other.
    """
    if function not in DUTIES:
        DUTIES.append(function)
    return function


Look = Callable[[], None]
LOOKS: list[Look] = []


def steadily(function: Look) -> Look:
    """Register what the worker for short work looks at every ten seconds; it must be short itself,
    and queue a job where there is work.
    """
    if function not in LOOKS:
        LOOKS.append(function)
    return function


def queue(name: str, *, subject: str, by: User | None = None) -> Job:
    """Write a job down; it starts when the surrounding transaction has been committed."""
    if name not in RUNNERS:
        raise LookupError(f"No runner is called {name}")
    lane = LANES.get(name, Job.Lane.QUICK)
    return Job.objects.create(
        runner=name, subject=subject, lane=lane, owner_id=getattr(by, "pk", None)
    )


class Note(NamedTuple):
    done: int
    total: int
    message: str


def _note_path(job: Job) -> Path:
    return Path(settings.DATA) / "progress" / f"{job.pk}-{job.tries}.json"


def note(job: Job) -> None:
    """Write progress to the file that is visible even while a transaction is open."""
    path = _note_path(job)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps(Note(job.done, job.total, job.message)))
    draft.replace(path)


def read_note(job: Job) -> Note:
    """The newest progress known of a running job."""
    try:
        return Note(*json.loads(_note_path(job).read_text()))
    except (OSError, ValueError, TypeError):
        return Note(job.done, job.total, job.message)


def forget_note(job: Job) -> None:
    _note_path(job).unlink(missing_ok=True)


def tidy_notes() -> int:
    """Remove notes that jobs of killed workers have left; returns how many."""
    lasting = Job.objects.filter(state__in=(Job.State.QUEUED, Job.State.RUNNING))
    alive = {str(pk) for pk in lasting.values_list("pk", flat=True)}
    notes = list((Path(settings.DATA) / "progress").glob("*-*.*"))
    left = [path for path in notes if path.name.partition("-")[0] not in alive]
    for path in left:
        path.unlink(missing_ok=True)
    return len(left)
