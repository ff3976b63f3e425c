"""Wrong, hostile and broken: a sentence, and nothing half saved."""

import io
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from registers import done, everything, home, send, sheet, work

from jiedui.core.models import Job
from jiedui.core.refusals import Refused
from jiedui.households.models import Household
from jiedui.imports import actions
from jiedui.imports.models import Upload
from jiedui.imports.reading.workbook import Limits
from jiedui.imports.writing import applying
from jiedui.web import jobs

pytestmark = pytest.mark.django_db


def _bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * 50_000_000)
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [b"", b"MZ\x90\x00 program", b"%PDF-1.7", b"<html><table></table></html>", b"PK\x03\x04broken"],
    ids=["empty", "program", "pdf", "web page", "broken"],
)
def test_what_is_no_list_is_refused_with_a_sentence(client, office, content):
    client.force_login(office)
    file = SimpleUploadedFile("名单.xlsx", content)
    client.post(reverse("imports:new"), {"kind": "households", "file": file})
    work()
    upload = Upload.objects.get()
    page = client.get(upload.get_absolute_url())
    assert upload.state == Upload.State.REFUSED
    assert upload.problem in page.content.decode()
    assert not upload.path.exists()


def test_a_zip_bomb_is_not_unpacked(office):
    assert send("households", _bomb(), by=office).state == Upload.State.REFUSED


def test_a_file_too_large_is_refused_and_not_kept(office, settings):
    parts = (b"x" * 2**20 for _ in range(Limits().size // 2**20 + 1))
    with pytest.raises(Refused):
        actions.receive("households", "huge.xlsx", parts, by=office)
    assert not any((settings.DATA / "uploads").iterdir())
    assert not Upload.objects.exists()


def test_formulas_and_markup_stay_text(client, office, willow_village):
    client.force_login(office)
    evil = "<script>alert(1)</script>"
    content = sheet([*home()[:2], evil, *home()[3:]], home(number='=HYPERLINK("http://x","y")'))
    upload = send("households", content, by=office)
    for step in ("columns", "mistakes", "doubles", "show"):
        page = client.get(reverse(f"imports:{step}", args=[upload.pk])).content.decode()
        assert evil not in page


def test_a_stranger_gets_404(client, office, lu, willow_village):
    upload = send("households", sheet(home()), by=office)
    client.force_login(lu)
    for step in ("show", "start", "columns", "mistakes", "annotated", "doubles"):
        assert client.get(reverse(f"imports:{step}", args=[upload.pk])).status_code == 404
    for step in ("apply", "undo", "drop"):
        assert client.post(reverse(f"imports:{step}", args=[upload.pk])).status_code == 404
    assert not Household.objects.exists()


def test_who_may_not_import_gets_403(client, leader):
    client.force_login(leader)
    assert client.get(reverse("imports:list")).status_code == 403
    assert client.get(reverse("imports:new") + "?kind=households").status_code == 403


def test_an_import_cut_off_in_the_middle_wrote_nothing_and_can_be_done_again(
    office, willow_village, monkeypatch
):
    upload = actions.receive("households", "a.xlsx", [sheet(home())], by=office)
    done(actions.check(upload, by=office), upload)
    before = everything()
    actions.apply(upload, by=office)
    with monkeypatch.context() as broken:
        broken.setattr(applying, "_finish", _die)
        work()
    assert everything() == before
    upload.refresh_from_db()
    actions.recover(upload)
    assert upload.state == Upload.State.CHECKED
    done(actions.apply(upload, by=office), upload)
    assert upload.state == Upload.State.APPLIED
    assert Household.objects.count() == 1


def _die(*_given: object, **_more: object) -> None:
    raise RuntimeError("the power went out")


def test_a_worker_killed_leaves_a_job_that_another_takes_over(office, willow_village, monkeypatch):
    upload = actions.receive("households", "a.xlsx", [sheet(home())], by=office)
    actions.check(upload, by=office)
    jobs.claim()  # and then the power went out
    Job.objects.update(lease=timezone.now() - timedelta(seconds=1))
    jobs.reap()
    work()
    upload.refresh_from_db()
    assert upload.state == Upload.State.CHECKED


def test_an_applied_or_dropped_list_leaves_no_file(office, willow_village):
    first = send("households", sheet(home()), by=office)
    assert first.path.exists()
    done(actions.apply(first, by=office), first)
    second = send("households", sheet(home()), by=office)
    actions.drop(second, by=office)
    assert not first.path.exists()
    assert not second.path.exists()
    assert not second.rows.exists()


def test_what_was_staged_is_encrypted(office, willow_village):
    upload = send("households", sheet(home(phone="13912345678")), by=office)
    with connection.cursor() as cursor:
        cursor.execute("SELECT drafts FROM imports_stagedrow WHERE upload_id = %s", [upload.pk])
        drafts = bytes(cursor.fetchone()[0])
        cursor.execute("SELECT columns FROM imports_upload WHERE id = %s", [upload.pk])
        columns = bytes(cursor.fetchone()[0])
    assert b"13912345678" not in drafts + columns


def test_the_national_list_of_old_excel_is_read(office, willow_village):
    old = (Path(__file__).parent / "old_format.xls").read_bytes()
    upload = send("households", old, by=office)
    assert upload.state == Upload.State.CHECKED
