"""A snapshot: the same rows give the same bytes, and nothing in it names a person."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db.models import F

from jiedui.campaigns.playbook.tables import TABLES, columns
from jiedui.figures import actions, activity_tables, export, extract, store
from jiedui.figures.expressions import FigureQuery
from jiedui.figures.models import FigureValue, Snapshot

NAMES = ("周明", "何静", "秦安", "李四海", "王五洲", "很好", "作风问题", "H1", "M1", "重复")


def parquet_files(snapshot):
    for table, kept in snapshot.tables.items():
        for file in kept["files"]:
            yield table, store.path(file["sha256"])


def test_every_table_a_playbook_may_speak_of_is_there_with_its_columns(records):
    import pyarrow.parquet as pq

    snapshot = actions.take(records)
    assert set(snapshot.tables) == set(TABLES)
    for table, path in parquet_files(snapshot):
        assert set(pq.read_schema(path).names) == set(columns(table))


def test_the_same_records_give_the_same_snapshot(records):
    assert actions.take(records).key == actions.take(records).key
    assert Snapshot.objects.count() == 1


def test_another_day_or_another_record_gives_another_snapshot(records, today):
    from jiedui.fieldwork.models import Activity

    first = actions.take(records)
    assert actions.take(records, on=today - timedelta(days=1)).key != first.key
    Activity.objects.filter(kind="cleaning", voided_on=None).first().outputs.update(quantity=501)
    assert actions.take(records).key != first.key


def test_no_name_number_or_note_is_in_any_file(records, monkeypatch):
    # Without compression a name would stand in the bytes as it is.
    import pyarrow.parquet as pq

    write = pq.write_table
    monkeypatch.setattr(
        pq, "write_table",
        lambda *a, **more: write(*a, **{**more, "compression": "none", "compression_level": None}),
    )  # fmt: skip
    snapshot = actions.take(records)
    content = b"".join(path.read_bytes() for _table, path in parquet_files(snapshot))
    assert "宣传".encode() not in content and b"letters" in content
    assert not [name for name in NAMES if name.encode() in content]


def test_no_column_could_hold_an_identity():
    identifying = {"name", "head", "phone", "identity", "address", "note", "text", "number", "born"}
    found = {(t, c) for t in TABLES for c in columns(t) if c in identifying}
    assert found == {("funds", "name")}  # the name of a purse, not of a person


def test_only_a_part_with_new_records_is_read_again(records, today, monkeypatch, bureau, city):
    from jiedui.fieldwork.models import Activity

    before = actions.take(records)
    read: list[str] = []
    family = extract.FAMILIES[0]
    watched = replace(family, read=lambda s, which: (read.append(which), family.read(s, which))[1])
    monkeypatch.setattr(extract, "FAMILIES", (watched, extract.FAMILIES[1]))
    assert actions.take(records).key == before.key and read == []
    newest = Activity.objects.filter(voided_on=None).order_by("-day").first()
    Activity.objects.filter(pk=newest.pk).update(voided_on=today)
    after = actions.take(records)
    assert len(read) == 1
    old = {f["part"]: f["sha256"] for f in before.files("activities")}
    new = {f["part"]: f["sha256"] for f in after.files("activities")}
    part = activity_tables.part_of(str(newest.day)[:7], today)
    assert [one for one in old if old[one] != new[one]] == [part]


@pytest.mark.django_db(transaction=True)
def test_others_can_write_while_the_database_is_read(records, monkeypatch, willow_village):
    """Outside a transaction of a test: the read holds one moment and takes no lock for writing."""
    import threading

    from django.db import connection

    from jiedui.households.models import Household

    if connection.vendor == "sqlite" and connection.is_in_memory_db():
        pytest.skip("one connection only; runs where the test database is a file or a server")
    read = extract.SMALL["teams"]
    seen: list[int] = []

    def write() -> None:
        Household.objects.create(
            number="H9", head="赵", place=willow_village, kind="low_income", since="2020-01-01"
        )
        connection.close()

    def meanwhile(source):
        before = Household.objects.count()
        writer = threading.Thread(target=write)
        writer.start()
        writer.join()
        seen.append(Household.objects.count() - before)
        return read(source)

    monkeypatch.setattr(extract, "SMALL", {**extract.SMALL, "teams": meanwhile})
    snapshot = actions.take(records)
    assert Household.objects.filter(number="H9").exists()
    assert seen == [0] and snapshot.tables["households"]["rows"] == 3


@pytest.mark.parametrize("change", ["void", "attend", "output", "gift", "confirm", "move", "new"])
def test_refreshing_gives_what_a_fresh_start_gives(records, change, today, branch, he, bureau):
    actions.take(records)
    _change(change, records, today, branch, he, bureau)
    refreshed = actions.take(records)
    Snapshot.objects.all().delete()  # nothing to build on
    assert actions.take(records).key == refreshed.key


def _change(change, campaign, today, branch, he, bureau):
    from jiedui.fieldwork.models import Activity, Attendance, Output
    from jiedui.ledger.models import Gift

    standing = Activity.objects.filter(voided_on=None)
    old = standing.order_by("day").first()
    if change == "void":
        standing.filter(pk=old.pk).update(voided_on=today)
    elif change == "attend":
        Attendance.objects.create(activity=standing.filter(kind="visit").first(), member=he)
    elif change == "output":
        Output.objects.create(activity=old, kind="boards", quantity=3, unit="块")
    elif change == "gift":
        Gift.objects.order_by("day").filter(voided_on=None).update(voided_on=today)
    elif change == "confirm":
        Gift.objects.filter(voided_on=None).update(confirmed_on=today)
    elif change == "move":
        type(branch).objects.filter(pk=branch.pk).update(path="000100010009")
    else:
        Activity.objects.create(
            campaign=campaign, kind="cleaning", day=today - timedelta(days=800), place=old.place,
            organisation=bureau, recorded_at=old.recorded_at,
        )  # fmt: skip


def test_a_crash_leaves_no_half_snapshot(records, monkeypatch):
    put, calls = store.put, []

    def crash(table):
        calls.append(1)
        if len(calls) > 9:
            raise OSError("no space left")
        return put(table)

    monkeypatch.setattr(store, "put", crash)
    with pytest.raises(OSError, match="no space"):
        actions.take(records)
    assert not Snapshot.objects.exists()
    monkeypatch.undo()
    whole = actions.take(records)
    assert actions.verify_snapshot(whole).equal


def test_a_changed_byte_is_found_and_named(records):
    snapshot = actions.take(records)
    assert actions.verify_snapshot(snapshot).equal
    file = snapshot.files("gifts")[0]
    path = store.path(file["sha256"])
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    verdict = actions.verify_snapshot(snapshot)
    assert not verdict.equal and verdict.difference.startswith(f"gifts {file['part']}")
    path.unlink()
    assert file["sha256"][:12] in actions.verify_snapshot(snapshot).difference


def test_a_list_of_files_that_was_exchanged_is_found(records):
    snapshot = actions.take(records)
    snapshot.tables["gifts"] = snapshot.tables["households"]
    assert not actions.verify_snapshot(snapshot).equal


def test_old_snapshots_go_and_pinned_ones_stay(records, today, office):
    import os
    import time

    pinned = actions.take(records, on=today - timedelta(days=9))
    actions.pin(pinned, by=office)
    for days in range(8, 0, -1):
        actions.take(records, on=today - timedelta(days=days))
    awaited = Snapshot.objects.order_by("as_of")[1]
    figure = records.playbook.figures[0]
    export.in_background(awaited, figure, FigureQuery(), user=office)
    long_ago = time.time() - 7200
    for path in store.kept():
        os.utime(path, (long_ago, long_ago))
    assert actions.tidy(records) == 0  # a page may still be reading any of them
    Snapshot.objects.exclude(pk=awaited.pk).update(made=F("made") - timedelta(hours=2))
    Snapshot.objects.filter(pk=awaited.pk).update(made=F("made") - timedelta(hours=3))
    removed = actions.tidy(records)
    left = list(Snapshot.objects.values_list("key", flat=True))
    assert len(left) == 5 and removed > 0
    assert {pinned.key, awaited.key} <= set(left)
    assert all(actions.verify_snapshot(one).equal for one in Snapshot.objects.all())


def test_a_snapshot_is_stale_once_something_was_written_down(records, office, qin_family):
    from jiedui.core import audit

    snapshot = actions.take(records)
    assert not actions.is_stale(snapshot)
    audit.record("household.amended", qin_family, by=office)
    assert actions.is_stale(snapshot)


def test_the_job_takes_a_snapshot_and_counts_ahead(records, office):
    from jiedui.core import jobs

    job = actions.refresh(records, by=office)
    assert actions.refresh(records, by=office) == job
    result = jobs.RUNNERS[job.runner](job.subject, jobs.Progress(job))
    assert records.key in result
    snapshot = actions.latest(records)
    assert snapshot and FigureValue.objects.filter(snapshot=snapshot).count() > 9
