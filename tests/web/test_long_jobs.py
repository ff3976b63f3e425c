import json
import threading
from datetime import date, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from jiedui.core import exports
from jiedui.core import jobs as core_jobs
from jiedui.core.jobs import Lost, Progress, queue, read_note, runner
from jiedui.core.models import Job
from jiedui.core.refusals import Refused
from jiedui.households.models import Household
from jiedui.notices.models import Complaint
from jiedui.web import jobs

DAY = date(2025, 1, 1)


@pytest.fixture
def told(monkeypatch):
    """A runner "test.count" whose behaviour each test gives as a function of progress."""
    acts = {}
    monkeypatch.setitem(core_jobs.RUNNERS, "test.count", lambda s, p: acts["do"](p))
    return acts


def queued(by=None):
    return queue("test.count", subject="1", by=by)


def expire(job):
    Job.objects.filter(pk=job.pk).update(lease=timezone.now() - timedelta(seconds=1))


def test_a_job_is_done_and_leads_to_its_result(client, office, told):
    told["do"] = lambda progress: progress(3, total=3) or "/complaints/"
    job = queued(by=office)
    assert jobs.work(once=True) == 1
    job.refresh_from_db()
    assert (job.state, job.result, job.percent) == (Job.State.DONE, "/complaints/", 100)
    client.force_login(office)
    assert 'href="/complaints/"' in client.get(f"/jobs/{job.pk}/").content.decode()


def test_the_page_shows_how_far_it_is_even_inside_a_transaction(client, office, told):
    pages = []
    client.force_login(office)

    def do(progress):
        with transaction.atomic():
            progress(40, total=160, message="检查")
            pages.append(client.get(f"/jobs/{progress.job.pk}/").content.decode())
        return ""

    told["do"] = do
    job = queued(by=office)
    jobs.work(once=True)
    assert 'value="40" max="160"' in pages[0]
    assert "检查" in pages[0]
    assert "检查" not in client.get(f"/jobs/{job.pk}/").content.decode()  # it is over


def test_a_worker_that_dies_in_the_middle_leaves_the_job_to_the_next(db, told):
    def dies(progress):
        progress(5, total=10)
        raise SystemExit

    told["do"] = dies
    job = queued()
    with pytest.raises(SystemExit):
        jobs.work(once=True)
    assert jobs.claim() is None
    expire(job)
    told["do"] = lambda progress: "/done/"
    assert jobs.work(once=True) == 1
    job.refresh_from_db()
    assert (job.state, job.tries, job.result) == (Job.State.DONE, 2, "/done/")


def test_after_three_deaths_a_job_has_failed(db, told):
    job = queued()
    for _n in range(3):
        expire(jobs.claim())
        jobs.reap()
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert job.message


def test_a_worker_that_lost_its_job_stops_and_overwrites_nothing(db, told):
    queued()
    slow = jobs.claim()
    expire(slow)
    jobs.reap()
    fast = jobs.claim()
    with pytest.raises(Lost):
        Progress(slow).keep()
    told["do"] = lambda progress: "/slow/"
    jobs.run(slow)
    told["do"] = lambda progress: "/fast/"
    jobs.run(fast)
    assert Job.objects.get().result == "/fast/"


def test_two_workers_never_take_the_same_job(db, told):
    queued()
    assert jobs.claim() is not None
    assert jobs.claim() is None


def test_a_refusal_is_told_in_its_own_sentence(db, told):
    def refuses(progress):
        raise Refused("这份名单没有户主一栏。")

    told["do"] = refuses
    job = queued()
    jobs.work(once=True)
    job.refresh_from_db()
    assert (job.state, job.message) == (Job.State.FAILED, "这份名单没有户主一栏。")


def test_a_mistake_of_the_program_is_told_without_its_inside(db, told, caplog):
    told["do"] = lambda progress: 1 // 0
    job = queued()
    jobs.work(once=True)
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert "ZeroDivision" not in job.message
    assert "ZeroDivisionError" in caplog.text


def test_jobs_of_others_are_not_there(client, office, leader, told):
    job = queued(by=office)
    client.force_login(leader)
    assert client.get(f"/jobs/{job.pk}/").status_code == 404
    assert "还没有后台任务" in client.get("/jobs/").content.decode()


def test_an_unknown_runner_cannot_be_queued(db):
    with pytest.raises(LookupError):
        queue("no.such", subject="1")


def test_a_note_that_is_torn_falls_back_on_the_row(db, told, settings):
    job = queued()
    core_jobs.note(job)
    path = next((settings.DATA / "progress").iterdir())
    path.write_text(json.dumps([1])[:2])
    assert read_note(job).done == job.done


def test_a_large_export_becomes_a_job_whose_file_only_its_owner_gets(
    client, office, leader, monkeypatch
):
    monkeypatch.setattr(exports, "AT_ONCE", 10)
    Complaint.objects.bulk_create(Complaint(text=f"note {n}") for n in range(20))
    client.force_login(office)
    answer = client.get("/complaints/", {"export": "xlsx"})
    jobs.work(once=True)
    job = Job.objects.get()
    assert answer.url == f"/jobs/{job.pk}/"
    assert b"".join(client.get(job.result).streaming_content)[:2] == b"PK"
    client.force_login(leader)
    assert client.get(job.result).status_code == 404


@pytest.mark.parametrize("lost", ["role", "area"])
def test_a_finished_export_is_kept_from_who_lost_what_it_was_made_for(
    client, lu, other_village, willow_village, monkeypatch, lost
):
    monkeypatch.setattr(exports, "AT_ONCE", 1)
    Household.objects.bulk_create(
        Household(number=f"E{n}", head="田一", place=other_village, kind="allowance", since=DAY)
        for n in range(3)
    )
    client.force_login(lu)
    client.get("/households/", {"export": "xlsx"})
    jobs.work(once=True)
    file = Job.objects.get().result
    b"".join(client.get(file).streaming_content)
    if lost == "role":
        lu.appointments.update(ended=timezone.localdate())
    else:
        lu.appointments.update(place=willow_village)
    assert client.get(file).status_code == 403


def test_a_further_area_takes_no_finished_export_away(client, office, other_village, monkeypatch):
    monkeypatch.setattr(exports, "AT_ONCE", 10)
    Complaint.objects.bulk_create(Complaint(text=f"note {n}") for n in range(20))
    client.force_login(office)
    client.get("/complaints/", {"export": "xlsx"})
    jobs.work(once=True)
    office.appointments.create(role="village_officer", place=other_village, since=DAY)
    assert b"".join(client.get(Job.objects.get().result).streaming_content)[:2] == b"PK"


def test_a_runner_is_known_by_its_name(monkeypatch):
    monkeypatch.setattr(core_jobs, "RUNNERS", {})
    found = runner("test.other")(lambda subject, progress: "")
    assert core_jobs.RUNNERS["test.other"] is found


def test_a_worker_that_grew_heavy_ends_once_it_rests(db, told, monkeypatch):
    """`serve` starts it anew; one that has loaded nothing heavy goes on."""
    told["do"] = lambda _progress: monkeypatch.setattr(jobs, "HEAVY", frozenset({"json"}))
    monkeypatch.setattr(jobs, "HEAVY", frozenset({"no module of this name"}))
    monkeypatch.setattr(jobs, "RESTED", 0.0)
    looks = []

    def look(_seconds):
        looks.append(jobs.is_heavy())
        if len(looks) == 3:
            queued()
        assert len(looks) < 10

    monkeypatch.setattr(jobs.time, "sleep", look)
    assert jobs.work(lanes=["quick"], rests=True) == 1
    assert looks == [False] * 3


def test_a_fault_while_stopping_is_no_fault_of_the_job(db, told, monkeypatch):
    """DuckDB says "interrupted" where the signal to stop comes in the middle of a query."""

    def interrupted(_progress):
        jobs._asked_to_stop.set()
        raise RuntimeError("Query interrupted")

    monkeypatch.setattr(jobs, "_asked_to_stop", threading.Event())
    told["do"] = interrupted
    job = queued()
    with pytest.raises(jobs.Stopped):
        jobs.work(once=True)
    job.refresh_from_db()
    assert (job.state, job.tries, job.lease) == (Job.State.QUEUED, 0, None)
    told["do"] = lambda _progress: None
    with pytest.raises(jobs.Stopped):  # whoever is to stop takes no other job
        jobs.work(once=True)
    jobs._asked_to_stop.clear()
    assert jobs.work(once=True) == 1
