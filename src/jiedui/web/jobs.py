"""The worker: claims jobs under a lease, runs them, and takes over what a dead worker left."""

import logging
import signal
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from types import FrameType

from django.db import (
    IntegrityError,
    OperationalError,
    close_old_connections,
    connection,
    transaction,
)
from django.db.models import Exists, F, OuterRef, QuerySet
from django.urls import get_resolver
from django.utils import timezone
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext as _

from jiedui.core import collector
from jiedui.core.audit import through
from jiedui.core.doors import may
from jiedui.core.jobs import DUTIES, LEASE, LOOKS, RUNNERS, Lost, Progress, forget_note
from jiedui.core.models import Job
from jiedui.core.refusals import Refused, of_the_disk
from jiedui.core.sqlite.checkpoints import checkpoint
from jiedui.core.users import User
from jiedui.web import heartbeat

logger = logging.getLogger(__name__)

MOST_TRIES = 3
IDLE = 0.2  # seconds between two looks at an empty queue
LOOKING = 10.0  # seconds between two looks around
RESTED = 300.0  # seconds without work after which a heavy worker ends
HEAVY = frozenset({"duckdb", "ibis", "numba", "pyarrow"})
BEAT = 15.0  # seconds between two renewals of the lease, a sixth of it


# Compiled code turns `Stopped` into a fault of its own, or drops it: so it is said here as well.
_asked_to_stop = threading.Event()


class Stopped(BaseException):
    """The worker has been asked to end; not an `Exception`, so that no job takes it for a fault."""


def visible_jobs(user: User | None) -> QuerySet[Job]:
    """One's own jobs; administrators see that all of them run."""
    if may(user, "jobs.read"):
        return Job.objects.all()
    return Job.objects.filter(owner_id=getattr(user, "pk", None))


def label(job: Job) -> str:
    """What a job is called on its page."""
    names = {
        "listing.export": _("Export to a workbook"),
        "imports.check": _("Check of an imported list"),
        "imports.apply": _("Import of a list"),
        "pairing.propose": _("Pairing proposal"),
        "pairing.approve": _("Approval of a pairing proposal"),
        "pairing.replay": _("Working a pairing proposal out again"),
        "imports.undo": _("Undoing an import"),
        "imports.register": _("A register as a list to fill in"),
        "imports.mark": _("Workbook with the mistakes marked"),
        "imports.take_back": _("Undoing an import"),
        "imports.finish": _("Putting an interrupted look at a list in order"),
        "figures.refresh": _("Refresh of the figures"),
        "figures.export": _("Export of a figure's records"),
        "audit.verify": _("Check of the audit chain"),
    }
    return names.get(job.runner, _("Long work"))


def work(*, once: bool = False, lanes: Sequence[str] = Job.Lane.values, rests: bool = False) -> int:
    """Do queued jobs for ever, or `once` until the queue is empty. Returns how many were done.

    One that `rests` ends as well when it has grown `is_heavy` and had nothing to do for a while:
    `serve` starts it anew, with a third of the memory.

    `Stopped`, which a signal may raise anywhere inside, gives the job in hand back to the queue.
    """
    load_runners()
    collector.settle()
    done, duties_done, worked, looked = 0, None, time.monotonic(), 0.0
    while True:
        if _asked_to_stop.is_set():
            raise Stopped
        if not connection.in_atomic_block:
            close_old_connections()
        heartbeat.beat(lanes)
        # Duties may be long, and short work must not wait for them.
        if Job.Lane.LONG in lanes and duties_done != (today := timezone.localdate()):
            do_duties(today)
            duties_done = today
        reap()
        if Job.Lane.QUICK in lanes and not once and time.monotonic() - looked > LOOKING:
            look_around()
            checkpoint()
            looked = time.monotonic()
        job = claim(lanes=lanes)
        if job:
            with _beating(job, lanes=lanes):
                run(job)
            done, worked = done + 1, time.monotonic()
        elif once or (rests and is_heavy() and time.monotonic() - worked > RESTED):
            return done
        else:
            time.sleep(IDLE)


def is_heavy() -> bool:
    """Whether jobs have loaded libraries that hold hundreds of megabytes."""
    return not HEAVY.isdisjoint(sys.modules)


def work_until_stopped(*, lanes: Sequence[str], rests: bool = False) -> None:
    """Work until SIGTERM or SIGINT; the job in hand then goes back to the queue at once."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        _asked_to_stop.set()
        raise Stopped

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    with suppress(Stopped):
        work(lanes=lanes, rests=rests)
    # It ends now: whoever asks once more would only break off what Python does at the end.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)


def do_duties(today: date) -> None:
    """What is due every day; a duty that fails is noted and keeps nobody else from theirs."""
    for duty in DUTIES:
        try:
            duty(today)
        except Exception:
            logger.exception("The daily duty %s failed", duty.__name__)


def look_around() -> None:
    """What is looked at steadily; where that fails, it is noted and disturbs nobody."""
    for look in LOOKS:
        try:
            look()
        except Exception:
            logger.exception("The look %s failed", look.__name__)


def load_runners() -> None:
    """Import every module that registers a runner."""
    autodiscover_modules("actions", "views", "runners", "tidying")
    _ = get_resolver().url_patterns  # listings register themselves with their views


def claim(*, lanes: Sequence[str] = Job.Lane.values) -> Job | None:
    """Take the oldest waiting job of these lanes whose owner has none running in its lane."""
    running = Job.objects.filter(
        state=Job.State.RUNNING, lane=OuterRef("lane"), owner_id=OuterRef("owner_id")
    )
    waiting = Job.objects.filter(~Exists(running), state=Job.State.QUEUED, lane__in=lanes)
    for pk in waiting.order_by("pk").values_list("pk", flat=True)[:20]:
        if _take(pk):
            return Job.objects.get(pk=pk)
    return None


def _take(pk: int) -> bool:
    """The conditional update is the lock between workers; the database allows one a user."""
    try:
        with transaction.atomic():
            taken = Job.objects.filter(pk=pk, state=Job.State.QUEUED).update(
                state=Job.State.RUNNING, lease=timezone.now() + LEASE, tries=F("tries") + 1
            )
    except IntegrityError:  # another worker took another job of the same owner just now
        return False
    return bool(taken)


def reap() -> int:
    """Jobs whose lease ran out are queued again; after three tries they have failed."""
    left = Job.objects.filter(state=Job.State.RUNNING, lease__lt=timezone.now())
    if not left.exists():  # an UPDATE, even of no row, would take SQLite's only write lock
        return 0
    given_up = left.filter(tries__gte=MOST_TRIES).update(
        state=Job.State.FAILED,
        finished=timezone.now(),
        message=_("The work was interrupted three times. Please tell the administrator."),
    )
    return given_up + left.update(state=Job.State.QUEUED, lease=None)


def run(job: Job) -> None:
    """Run one claimed job; whatever happens is written into its row."""
    try:
        with through("job"):
            result = RUNNERS[job.runner](job.subject, Progress(job)) or ""
        _finish(job, state=Job.State.DONE, message=job.message, result=result)
    except Refused as refusal:
        _finish(job, state=Job.State.FAILED, message=refusal.sentence)
    except Stopped:
        _give_back(job)
        raise
    except Lost:
        logger.info("Job %s was taken over by another worker", job.pk)
    except Exception as error:
        if _asked_to_stop.is_set():
            _give_back(job)
            raise Stopped from error
        logger.exception("Job %s (%s) failed", job.pk, job.runner)
        mistake = _("The work stopped because of a mistake in the program. It has been noted.")
        _finish(job, state=Job.State.FAILED, message=of_the_disk(error) or mistake)
    finally:
        forget_note(job)


def _give_back(job: Job) -> None:
    """Queue it again without counting this try: the next worker begins it at once."""
    Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, tries=job.tries).update(
        state=Job.State.QUEUED, lease=None, tries=F("tries") - 1
    )


def _finish(job: Job, *, state: str, message: str, result: str = "") -> None:
    # Only the worker that still holds the job may end it.
    Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, tries=job.tries).update(
        state=state,
        message=message[:300],
        result=result,
        finished=timezone.now(),
        lease=None,
        done=job.total if state == Job.State.DONE else job.done,
        total=job.total,
    )


@contextmanager
def _beating(job: Job, *, lanes: Sequence[str]) -> Iterator[None]:
    """Keep the lease fresh from a thread: an engine may think for minutes without a word."""
    over = threading.Event()
    thread = threading.Thread(target=_beat, args=(job, lanes, over), daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(timeout=BEAT)


def _beat(job: Job, lanes: Sequence[str], over: threading.Event) -> None:
    while not over.wait(BEAT):
        heartbeat.beat(lanes)
        try:
            Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, tries=job.tries).update(
                lease=timezone.now() + LEASE
            )
        except OperationalError:  # SQLite is busy with a long transaction; the next beat will do
            logger.debug("Could not renew the lease of job %s", job.pk)
    connection.close()
