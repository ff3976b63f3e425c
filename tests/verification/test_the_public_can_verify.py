"""A page without signing in: figures and whether they are equal, no names, no way in."""

import re

from django.urls import reverse

from jiedui.figures import duck, store
from jiedui.reports.models import Bulletin
from jiedui.verification import views


def _address(bulletin):
    return reverse("verification:public", args=[bulletin.token])


def test_everybody_sees_each_figure_recounted(client, frozen):
    page = client.get(_address(frozen)).content.decode()
    assert page.count("✓") == 3
    assert "90,300" in page
    assert frozen.snapshot.key in page
    assert frozen.number in page


def test_the_page_shows_no_names_and_leads_nowhere(client, frozen):
    page = client.get(_address(frozen)).content.decode()
    for name in ("周明", "秦安", "office", "leader", "H1", "M1"):
        assert name not in re.sub(r"<[^>]*>", "", page)
    assert "<a " not in page


def test_a_difference_is_shown(client, frozen):
    duck.forget()
    store.path(frozen.snapshot.files("gifts")[0]["sha256"]).unlink()
    page = client.get(_address(frozen)).content.decode()
    assert page.count("✗") == 1
    duck.forget()


def test_drafts_and_unknown_tokens_are_not_found(client, draft):
    assert client.get(_address(draft)).status_code == 404
    assert client.get(reverse("verification:public", args=["nothing"])).status_code == 404


def test_asking_too_often_is_put_off(client, frozen, monkeypatch):
    monkeypatch.setattr(views, "PER_MINUTE", 2)
    answers = [client.get(_address(frozen)).status_code for _ in range(4)]
    assert 429 in answers  # a minute may turn in between


def test_tokens_cannot_be_guessed(frozen, counted, office):
    from jiedui.reports import actions

    other = actions.begin(counted, kind="monthly", by=office)
    assert other.token != frozen.token
    assert min(len(one.token) for one in Bulletin.objects.all()) >= 20
