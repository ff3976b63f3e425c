"""The import through its pages, as the office walks through them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from registers import bring_in, done, home, send, sheet, work

from jiedui.core.models import Job
from jiedui.households.models import Household
from jiedui.imports import actions
from jiedui.imports.models import Kind, Upload
from jiedui.imports.workbooks import exporting

pytestmark = pytest.mark.django_db


def _send(client, content, kind="households"):
    file = SimpleUploadedFile("名单.xlsx", content)
    return _after_its_job(client, "imports:new", kind=kind, file=file)


def _after_its_job(client, step, *args, **posted):
    """Post, let the worker do what was queued, and follow the job to its result."""
    answer = client.post(reverse(step, args=args), posted)
    work()
    job = Job.objects.latest("pk")
    assert answer.url == reverse("web:job", args=[job.pk])
    return client.get(job.result, follow=True)


def test_the_office_walks_from_upload_to_undo(client, office, willow_village):
    client.force_login(office)
    page = _send(client, sheet(home(), home(number="H8", village="杨槐村")))
    upload = Upload.objects.get()
    assert page.redirect_chain[-1][0] == reverse("imports:mistakes", args=[upload.pk])
    marked = _after_its_job(client, "imports:annotated", upload.pk)
    assert b"".join(marked.streaming_content).startswith(b"PK")
    _after_its_job(client, "imports:apply", upload.pk)
    assert Household.objects.count() == 1
    page = client.get(upload.get_absolute_url())
    assert reverse("imports:undo", args=[upload.pk]) in page.content.decode()
    _after_its_job(client, "imports:undo", upload.pk)
    assert not Household.objects.exists()


def test_duplicates_are_decided_side_by_side(client, office, willow_village):
    bring_in("households", sheet(home(number="", name="张红军", born="")), by=office)
    client.force_login(office)
    page = _send(client, sheet(home(number="", name="张宏军", born="", size=4)))
    upload = Upload.objects.first()
    assert page.redirect_chain[-1][0] == reverse("imports:doubles", args=[upload.pk])
    text = page.content.decode()
    assert "张红军" in text
    assert "张宏军" in text
    known = Household.objects.get()
    answer = {f"row-{upload.rows.get().pk}": f"same:{known.pk}"}
    page = _after_its_job(client, "imports:doubles", upload.pk, **answer)
    assert page.redirect_chain[-1][0] == upload.get_absolute_url()
    assert upload.rows.get().outcome == "changed"


def test_all_open_duplicates_are_answered_at_once(client, office, willow_village):
    names = ["张红军", "王秋月"]
    rows = [home(number="", name=name, born="") for name in names]
    bring_in("households", sheet(*rows), by=office)
    client.force_login(office)
    others = [home(number="", name=name, born="") for name in ("张宏军", "王秋悦")]
    _send(client, sheet(*others))
    upload = Upload.objects.first()
    _after_its_job(client, "imports:doubles", upload.pk, rest="new")
    upload.refresh_from_db()
    assert upload.counts["new"] == 2


def test_columns_are_put_right_on_their_page(client, office, willow_village):
    client.force_login(office)
    page = _send(client, sheet(home()))
    upload = Upload.objects.get()
    page = client.get(reverse("imports:columns", args=[upload.pk]))
    assert 'name="0-2"' in page.content.decode()
    _after_its_job(client, "imports:columns", upload.pk, **{"0-7": ""})
    upload.refresh_from_db()
    assert upload.sheets["表1"][7]["field"] == ""


@pytest.mark.parametrize("kind", Kind.values)
def test_every_kind_has_a_template_that_is_read_again(client, office, willow_village, kind):
    client.force_login(office)
    answer = client.get(reverse("imports:template", args=[kind]))
    content = b"".join(answer.streaming_content)
    _send(client, content, kind)
    assert Upload.objects.get().counts["mistakes"] == 0


@pytest.mark.parametrize("kind", exporting.KINDS)
def test_the_registers_can_be_taken_out_in_the_form_they_come_in(client, office, kind, qin_family):
    client.force_login(office)
    answer = client.get(reverse("imports:registers", args=[kind]))
    assert b"".join(answer.streaming_content).startswith(b"PK")


def test_a_page_of_rows_asks_few_questions(
    client, office, willow_village, django_assert_max_num_queries
):
    homes = (home(number=f"H{n}", name=f"李{chr(0x4E00 + n)}", born="") for n in range(10, 70))
    upload = send("households", sheet(*homes), by=office)
    actions.decide(upload, [row.pk for row in upload.rows.all()], "new", by=office)
    done(actions.apply(upload, by=office), upload)
    client.force_login(office)
    address = Upload.objects.get().get_absolute_url()
    client.get(address)
    with django_assert_max_num_queries(20):
        client.get(address)
