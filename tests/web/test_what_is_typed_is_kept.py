"""Drafts: kept for one user and one form, gone once sent, and after a week."""

import json
from datetime import timedelta
from uuid import uuid4

from django.urls import reverse
from django.utils import timezone

from jiedui.core import drafts
from jiedui.core.models import Draft

FORM = "/households/new/"
TYPED = [["head", "曾小满"], ["number", "H9"], ["csrfmiddlewaretoken", "x"], ["password", "y"]]


def keep(client, fields=TYPED, form=FORM):
    body = json.dumps(fields)
    return client.post(f"/drafts/?form={form}", body, content_type="application/json")


def offered(client, form=FORM):
    return client.get("/drafts/", {"form": form})


def test_the_newest_draft_is_offered_without_secrets(client, office):
    client.force_login(office)
    assert offered(client).status_code == 204
    assert keep(client).status_code == 204
    assert keep(client, [*TYPED, ["size", "3"]]).status_code == 204
    page = offered(client)
    said = page.content.decode()
    assert "曾小满" in said and "size" in said
    assert "password" not in said and "csrf" not in said
    assert page["Cache-Control"] == "no-store"
    assert Draft.objects.count() == 1


def test_a_draft_is_nobody_elses(client, office, leader):
    client.force_login(office)
    keep(client)
    client.force_login(leader)
    assert offered(client).status_code == 204
    client.delete(f"/drafts/?form={FORM}")
    client.force_login(office)
    assert offered(client).status_code == 200


def test_signed_out_nothing_is_kept_nor_offered(client, db):
    assert keep(client).status_code == 302
    assert offered(client).status_code == 302
    assert not Draft.objects.exists()


def test_what_is_sent_is_no_draft_any_more(client, office, willow_village, today):
    client.force_login(office)
    keep(client)
    facts = {"head": "曾小满", "number": "H9", "place": "柳树村", "size": 2, "kind": "allowance",
             "difficulty": 40, "since": today.isoformat(), "id": str(uuid4())}  # fmt: skip
    assert client.post(FORM, {**facts, "place": "没有的村"}).status_code == 200
    assert offered(client).status_code == 200  # not saved yet: still there
    assert client.post(FORM, facts).status_code == 302
    assert offered(client).status_code == 204


def test_after_a_week_it_is_gone(client, office, today):
    client.force_login(office)
    keep(client)
    Draft.objects.update(at=timezone.now() - timedelta(days=8))
    assert offered(client).status_code == 204
    drafts.tidy(today)
    assert not Draft.objects.exists()


def test_whatever_is_no_draft_is_refused(client, office):
    client.force_login(office)
    url = reverse("web:drafts")
    for body in ("", "{", "{}", '["a"]', '[["a", 1]]', "7"):
        answer = client.post(f"{url}?form={FORM}", body, content_type="application/json")
        assert answer.status_code == 400, body
    assert client.post(f"{url}?form={FORM}", {"head": "曾"}).status_code == 400
    for form in ("javascript:x", "/a%00b", "%00", ""):
        assert keep(client, form=form).status_code == 400
        assert client.get(f"{url}?form={form}").status_code == 400
        assert client.delete(f"{url}?form={form}").status_code == 400
    assert keep(client, [["note", "长" * 200_001]]).status_code == 413
    assert not Draft.objects.exists()
