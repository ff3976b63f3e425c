import pytest
from django.db import connection
from django.urls import reverse

from jiedui.core.models import AuditEntry, Submission
from jiedui.notices import actions
from jiedui.notices.models import Complaint

BOX = "/complaints/new/"


def test_the_box_is_open_to_everybody_from_every_page(client, office):
    assert BOX in client.get("/accounts/login/").content.decode()
    client.post(BOX, {"text": "表格太多", "contact": "13800000000"})
    assert Complaint.objects.get().contact == "13800000000"


def test_how_to_reach_the_writer_is_encrypted(db):
    actions.complain("表格太多", contact="13800000000")
    with connection.cursor() as cursor:
        cursor.execute("SELECT contact FROM notices_complaint")
        assert b"13800000000" not in bytes(cursor.fetchone()[0])


def test_the_audit_chain_does_not_tell_who_complained_about_what(client, office):
    client.force_login(office)
    client.post(BOX, {"text": "表格太多"})
    entry = AuditEntry.objects.get(action="complaint.made")
    assert entry.actor_id is None
    assert "表格" not in str(entry.content)


def test_a_note_sent_twice_is_kept_once_and_leads_to_nobody(client, office):
    client.force_login(office)
    sent = {"id": "0198f3a0-0000-7000-8000-000000000001", "text": "表格太多"}
    for _n in range(2):
        assert client.post(BOX, sent).status_code == 302
    assert Complaint.objects.count() == 1
    kept = Submission.objects.get()
    assert kept.owner_id is None
    assert "表格" not in kept.content


def test_a_flood_from_one_address_is_stopped_with_a_sentence(client, office):
    for _n in range(6):
        response = client.post(BOX, {"text": "表格太多"})
    assert Complaint.objects.count() == 5
    page = response.content.decode()
    assert "稍后" in page and "表格太多" in page  # what was typed is not lost


def test_another_address_may_still_write(client, office):
    for _n in range(6):
        client.post(BOX, {"text": "表格太多"})
    client.post(BOX, {"text": "路灯坏了"}, REMOTE_ADDR="10.0.0.9")
    assert Complaint.objects.filter(text="路灯坏了").exists()


def test_a_program_that_fills_every_field_leaves_no_note(client, office):
    client.post(BOX, {"text": "buy", "website": "https://spam.example"})
    assert not Complaint.objects.exists()


def test_the_office_reads_and_answers_once(client, office):
    complaint = actions.complain("表格太多")
    client.force_login(office)
    assert "表格太多" in client.get("/complaints/").content.decode()
    client.post(complaint.get_absolute_url(), {"text": "已合并三张表"})
    client.post(complaint.get_absolute_url(), {"text": "第二次"})
    complaint.refresh_from_db()
    assert (complaint.answer, complaint.answered_by) == ("已合并三张表", office)


@pytest.mark.parametrize("role", ["helper", "auditor", "leader", "administrator", "lu"])
def test_others_do_not_learn_whether_a_note_exists(client, db, request, role):
    complaint = actions.complain("表格太多")
    client.force_login(request.getfixturevalue(role))
    assert client.get(complaint.get_absolute_url()).status_code == 404
    assert client.get(reverse("notices:list")).status_code == 403
