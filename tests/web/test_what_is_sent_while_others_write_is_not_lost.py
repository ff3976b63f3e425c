"""The database ended a save because others were writing: it is tried again, or offered again."""

import re
import sqlite3

import psycopg
import pytest
from django.db import OperationalError
from django.urls import reverse

from jiedui.households import actions
from jiedui.households.models import Need
from page_forms import forms_of


def busy():
    cause = sqlite3.OperationalError("database is locked")
    cause.sqlite_errorname = "SQLITE_BUSY"
    return cause


def failing(monkeypatch, cause, times):
    """Adding a need fails so often."""
    add, left = actions.add_need, [None] * times

    def adds(*args, **kwargs):
        if left:
            left.pop()
            raise OperationalError(str(cause)) from cause
        return add(*args, **kwargs)

    monkeypatch.setattr(actions, "add_need", adds)


@pytest.fixture
def typed(client, office, qin_family, transactional_db):
    """The page of a new need, and what is typed there."""
    client.force_login(office)
    url = reverse("households:need_new", args=[qin_family.pk])
    return url, {
        "id": re.search(r'name="id" value="([^"]+)"', client.get(url).content.decode())[1],
        "kind": "schooling", "text": "东屋漏雨", "urgency": "2",
        "since": "2026-01-05",
    }  # fmt: skip


@pytest.mark.parametrize("cause", [busy(), psycopg.errors.DeadlockDetected("deadlock detected")])
def test_of_two_who_waited_for_each_other_the_one_ended_tries_again(
    client, typed, monkeypatch, cause
):
    url, form = typed
    failing(monkeypatch, cause, 1)
    assert client.post(url, form).status_code == 302
    assert Need.objects.count() == 1


def test_what_could_not_be_saved_is_sent_again_from_the_page_that_says_so(
    client, typed, monkeypatch
):
    url, form = typed
    failing(monkeypatch, busy(), 2)
    answer = client.post(url, form)
    assert answer.status_code == 503
    assert not Need.objects.exists()
    (again,) = [one for one in forms_of(answer.content.decode()) if "kind" in one.fields]
    sent = {name: values[0] for name, values in again.fields.items()}
    assert {name: sent[name] for name in form} == form
    assert client.post(again.action, sent).status_code == 302
    assert client.post(again.action, sent).status_code == 302
    assert Need.objects.count() == 1


def test_any_other_mistake_of_the_database_is_no_matter_of_waiting(client, typed, monkeypatch):
    url, form = typed
    failing(monkeypatch, sqlite3.OperationalError("no such table: x"), 1)
    with pytest.raises(OperationalError):
        client.post(url, form)


def test_secrets_are_not_written_into_the_page(client, office, monkeypatch, transactional_db):
    client.force_login(office)

    def fails(*_args, **_kwargs):
        raise OperationalError("database is locked") from busy()

    monkeypatch.setattr("django.forms.forms.BaseForm.is_valid", fails)
    answer = client.post(reverse("accounts:password"), {"old_password": "geheim-7401"})
    assert "geheim-7401" not in answer.content.decode()
