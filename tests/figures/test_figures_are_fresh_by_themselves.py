"""What is recorded is soon among the figures, by itself; only what it touches is counted."""

from datetime import timedelta

import pytest
from django.utils import timezone

from jiedui.core import audit
from jiedui.core import jobs as core_jobs
from jiedui.core.models import AuditEntry, Job
from jiedui.fieldwork.models import Activity
from jiedui.figures import actions, evaluation
from jiedui.figures.expressions import FigureQuery
from jiedui.figures.models import FigureValue, Snapshot
from jiedui.figures.warm import questions, warm
from jiedui.web import jobs

MINUTE = timedelta(minutes=1)


@pytest.fixture
def first(records):
    """A snapshot with all its values, made some time ago."""
    snapshot = actions.take(records)
    warm(snapshot)
    Snapshot.objects.update(made=timezone.now() - MINUTE)
    AuditEntry.objects.update(at=timezone.now() - 2 * MINUTE)
    return snapshot


@pytest.fixture
def visited(first, office):
    """One more visit, as the pages record it."""
    visit = Activity.objects.filter(household__isnull=False, voided_on=None).first()
    visit.pk, visit._state.adding = Activity._meta.pk.get_default(), True
    visit.save(force_insert=True)
    audit.record("activity.recorded", visit, by=office)


@pytest.fixture
def counted(monkeypatch):
    """The figures that are counted from now on, not read."""
    found, count = [], evaluation.count
    monkeypatch.setattr(
        evaluation, "count", lambda s, figure, q: found.append(figure.key) or count(s, figure, q)
    )
    return found


def refreshes():
    return Job.objects.filter(runner=actions.REFRESH)


def test_a_visit_leaves_what_it_does_not_touch_and_everything_is_as_if_counted(
    first, visited, records, counted
):
    second = actions.take(records)
    assert second.key != first.key
    warm(second)
    every = [(by, key) for by, keys in questions(records) for key in keys]
    assert not counted
    kept = dict(FigureValue.objects.filter(snapshot=second).values_list("digest", "result"))
    dated = evaluation.dated_playbook(second)
    for by, key in every:
        figure, query = records.playbook.figure(key), FigureQuery(by=by)
        rows = [evaluation._row(*row) for row in kept[evaluation.digest_of(figure, query, dated)]]
        assert rows == evaluation.count(second, figure, query), (by, key)


def test_another_day_is_another_figure(first, records, today, counted):
    tomorrow = actions.take(records, on=today + timedelta(days=1))
    warm(tomorrow)
    for figure in records.playbook.figures:
        (value,) = evaluation.evaluate(tomorrow, [figure])
        assert value == evaluation.recount(tomorrow, figure)


def test_what_is_recorded_is_counted_without_a_click(visited, first, client, office):
    actions.refresh_due()
    assert refreshes().count() == 1
    told = AuditEntry.objects.filter(action="snapshot.taken").count()
    assert jobs.work(once=True) == 1
    assert not actions.is_stale(Snapshot.objects.first())
    assert AuditEntry.objects.filter(action="snapshot.taken").count() == told
    actions.refresh_due()
    assert not refreshes().filter(state=Job.State.QUEUED).exists()


def test_as_long_as_nothing_is_recorded_nothing_is_counted(first):
    actions.refresh_due()
    assert not refreshes().exists()


def test_a_new_day_is_counted_anew(first, today):
    Snapshot.objects.update(as_of=today - timedelta(days=1))
    actions.refresh_due()
    assert refreshes().count() == 1


def is_due_after_one_that_took(seconds):
    now = timezone.now()
    job = core_jobs.queue(actions.REFRESH, subject=str(Snapshot.objects.first().campaign_id))
    Job.objects.filter(pk=job.pk).update(
        state=Job.State.DONE, made=now - timedelta(seconds=seconds), finished=now
    )
    actions.refresh_due()
    return refreshes().filter(state=Job.State.QUEUED).exists()


@pytest.mark.parametrize(("took", "is_due"), [(1, True), (11, True), (13, False), (900, False)])
def test_counting_takes_a_sixth_of_the_time_at_most(first, office, took, is_due):
    audit.record("organisation.amended", first.campaign.organisation, by=office)
    assert is_due_after_one_that_took(took) is is_due


@pytest.mark.parametrize(("ago", "is_due"), [(5, False), (15, False), (25, True)])
def test_a_visit_waits_half_a_minute_at_most_however_long_it_took_to_count_all(
    visited, ago, is_due
):
    """A visit is added to the figures there are, which takes a second."""
    Snapshot.objects.update(made=timezone.now() - timedelta(seconds=ago))
    assert is_due_after_one_that_took(900) is is_due


def test_where_it_failed_it_is_not_tried_again_and_again(visited):
    job = core_jobs.queue(actions.REFRESH, subject=str(Snapshot.objects.first().campaign_id))
    failed = Job.objects.filter(pk=job.pk)
    failed.update(state=Job.State.FAILED, finished=timezone.now())
    actions.refresh_due()
    assert refreshes().count() == 1
    failed.update(finished=timezone.now() - timedelta(hours=2))
    actions.refresh_due()
    assert refreshes().count() == 2


def test_counts_nobody_asked_for_leave_no_heap_of_jobs(visited, records, office):
    asked = actions.refresh(records, by=office)
    jobs.work(once=True)
    for _time in range(4):
        actions.refresh(records)
        jobs.work(once=True)
    left = list(refreshes().order_by("pk").values_list("owner_id", flat=True))
    assert left == [office.pk, None, None]
    assert asked in refreshes()


def test_what_is_recorded_while_a_snapshot_is_taken_is_not_forgotten(
    first, records, office, monkeypatch
):
    """The moment a snapshot is ready is later than the moment it has read."""
    tables = actions.extract.tables

    def slow(*args, **kwargs):
        yield from tables(*args, **kwargs)
        audit.record("activity.recorded", by=office)

    monkeypatch.setattr(actions.extract, "tables", slow)
    assert actions.is_stale(actions.take(records))


def test_whoever_asks_while_one_is_taken_gets_another(first, records, office):
    running = actions.refresh(records)
    Job.objects.filter(pk=running.pk).update(state=Job.State.RUNNING)
    assert actions.refresh(records) == running
    asked = actions.refresh(records, by=office)
    assert asked != running
    assert actions.refresh(records, by=office) == asked


def test_the_worker_looks_around_and_survives_what_it_sees(db, monkeypatch):
    seen = []

    def bad():
        raise ValueError("a bug")

    monkeypatch.setattr(jobs, "LOOKS", [bad, lambda: seen.append(1)])
    jobs.look_around()
    assert seen == [1]
    assert actions.refresh_due in core_jobs.LOOKS
