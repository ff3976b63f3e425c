import re
from pathlib import Path

import pytest
from django.urls import reverse

from jiedui import web
from jiedui.core.templatetags import jiedui as tags
from jiedui.web import vendored
from jiedui.web.navigation import NAVIGATION

TEMPLATES = sorted(Path(web.__file__).parent.parent.rglob("templates/**/*.html"))


def test_nothing_inline_may_run(client, office):
    policy = client.get("/accounts/login/").headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "script-src 'self'" in policy
    assert "default-src 'none'" in policy


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_hold_no_inline_style_or_script(path):
    text = path.read_text()
    assert not re.search(r"\sstyle=|\son[a-z]+=\"|<style", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)


def test_the_icons_are_the_vendored_ones():
    assert tags.ICONS == vendored.ICONS


def test_every_icon_in_use_is_in_the_sprite():
    sprite = (Path(web.__file__).parent / "static" / vendored.ICONS).read_text()
    known = set(re.findall(r'<symbol id="([a-z0-9-]+)"', sprite))
    used = {name for p in TEMPLATES for name in re.findall(r'{% icon "([^"]+)"', p.read_text())}
    used |= {entry.icon for group in NAVIGATION for entry in group.entries}
    assert used - known == set()


@pytest.mark.parametrize("entry", [e for g in NAVIGATION for e in g.entries], ids=lambda e: e.url)
def test_every_navigation_entry_leads_somewhere(entry):
    assert reverse(entry.url)


def _offered(client):
    """Where the navigation of the user who has signed in leads."""
    side = client.get(reverse("accounts:profile")).context["side"]()
    return re.findall(r'<a href="([^"]+)"', side)


@pytest.mark.parametrize("role", ["office", "liaison", "helper", "auditor", "administrator"])
def test_what_the_navigation_offers_opens(client, request, campaign, role):
    client.force_login(request.getfixturevalue(role))
    hrefs = _offered(client)
    answers = {href: client.get(href, follow=True).status_code for href in hrefs}
    assert answers == dict.fromkeys(hrefs, 200)


def test_the_page_one_is_on_is_marked(client, office):
    client.force_login(office)
    page = client.get("/complaints/").content.decode()
    assert re.findall(r'<a href="([^"]+)" aria-current="page"', page) == ["/complaints/"]


def test_a_missing_page_is_told_in_a_sentence(client, office):
    client.force_login(office)
    response = client.get("/no/such/page/")
    assert (response.status_code, "没有找到此页" in response.content.decode()) == (404, True)


def test_an_expired_form_is_told_in_a_sentence(office):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    response = strict.post("/complaints/new/", {"text": "x"})
    assert (response.status_code, "内容没有保存" in response.content.decode()) == (403, True)


def test_the_page_for_our_own_mistakes_needs_nothing_that_may_be_broken():
    page = (Path(web.__file__).parent / "templates/500.html").read_text()
    assert "{%" not in page
    assert "{{" not in page


def test_health_is_told_without_signing_in(client, office):
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response.json()["database"] is True


def test_the_search_looks_only_where_one_may(client, office, lu, qin_family):
    client.force_login(office)
    assert "秦安" in client.get("/search/", {"q": "秦安"}).content.decode()
    client.force_login(lu)
    assert not client.get("/search/", {"q": "秦安"}).context["results"]


def test_the_chosen_campaign_stays_chosen(client, office, campaign):
    client.force_login(office)
    answer = client.post("/campaign/", {"campaign": campaign.key, "next": "/accounts/profile/"})
    assert answer.url == "/accounts/profile/"
    assert client.session["campaign"] == campaign.key
    client.post("/campaign/", {"campaign": "unknown"})
    assert client.session["campaign"] == campaign.key


@pytest.mark.parametrize("page", [p for g in NAVIGATION for e in g.entries for p in e.pages])
def test_every_page_of_the_navigation_leads_somewhere(page):
    assert reverse(page.url)


def test_the_navigation_stays_short(client, office, campaign):
    client.force_login(office)
    assert 10 < len(_offered(client)) <= 13


def test_the_navigation_speaks_the_language_one_reads(client, office, campaign):
    """It is made once for all who hold the same permissions, in each language."""
    client.force_login(office)
    for language, word in (("zh-hans", "结对"), ("en", "Pairs"), ("zh-hans", "结对")):
        client.post(reverse("accounts:language"), {"language": language})
        side = str(client.get(reverse("accounts:profile")).context["side"]())
        assert f"<span>{word}</span>" in side


def test_the_pages_of_a_part_stand_as_tabs_on_those_pages_only(client, office, campaign):
    client.force_login(office)
    page = client.get(reverse("pairing:list"))
    tabs = page.context["tabs"]()
    assert [tab.href for tab in tabs if tab.is_here] == [reverse("pairing:list")]
    assert reverse("pairing:uncovered") in [tab.href for tab in tabs]
    assert {client.get(tab.href, follow=True).status_code for tab in tabs} == {200}
    assert client.get(reverse("households:new")).context["tabs"]() == []
    assert client.get(reverse("places:list")).context["tabs"]() == []


def test_a_helper_reaches_visit_and_households_with_the_thumb(client, helper, auditor, campaign):
    def thumbs(user):
        client.force_login(user)
        return [link.href for link in client.get("/accounts/profile/").context["thumbs"]()]

    assert thumbs(helper) == [reverse("fieldwork:visit"), reverse("households:list")]
    assert reverse("fieldwork:visit") not in thumbs(auditor)
