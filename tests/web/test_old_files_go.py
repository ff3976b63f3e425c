"""What is kept for fetching is kept some days, not for ever."""

import os
import time
from datetime import date
from io import BytesIO

import pytest

from jiedui.core import exports
from jiedui.core.models import AuditEntry, Job
from jiedui.web import jobs, tidying

DAY = 86_400


@pytest.fixture
def made(office, settings):
    """Exports of some ages in days, each with its request and its file."""

    def make(days):
        token = exports.record_request(user=office, name="名单.xlsx", permission="registers.export")
        exports.keep(token, BytesIO(b"PK"))
        then = time.time() - days * DAY
        for path in exports.folder().glob(f"{token}.*"):
            os.utime(path, (then, then))
        return token

    return make


def test_an_export_goes_after_its_days_and_the_chain_says_so(made, office):
    old, fresh = made(exports.KEPT_DAYS + 1), made(exports.KEPT_DAYS - 1)
    tidying.tidy_daily(date.today())
    assert exports.finished(old, user=office) is None
    assert exports.finished(fresh, user=office)[1] == "名单.xlsx"
    entry = AuditEntry.objects.get(action="storage.tidied")
    assert entry.content["exports"] == 2  # the request and the file


def test_a_day_without_anything_to_remove_leaves_no_entry(made, db):
    made(0)
    tidying.tidy_daily(date.today())
    assert not AuditEntry.objects.filter(action="storage.tidied").exists()


def test_the_worker_knows_the_duty(db):
    jobs.load_runners()
    assert tidying.tidy_daily in jobs.DUTIES


def test_the_note_of_a_dead_job_goes_and_that_of_a_running_one_stays(db):
    from jiedui.core import jobs as core_jobs

    dead, alive = (
        Job.objects.create(runner="x", subject="1", state=state) for state in ("failed", "running")
    )
    for job in (dead, alive):
        core_jobs.note(job)
    assert core_jobs.tidy_notes() == 1
    assert core_jobs.read_note(alive).total == 0
    core_jobs.forget_note(alive)


def test_a_job_is_called_by_its_name():
    jobs.load_runners()
    from jiedui.core.jobs import RUNNERS

    nameless = {name for name in RUNNERS if not name.startswith("test.")}
    named = {name for name in nameless if jobs.label(Job(runner=name)) != jobs.label(Job())}
    assert nameless == named
