"""A sign-in nobody uses ends, what was typed is kept, and administrators have one at a time."""

import time
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client

from jiedui.accounts.sessions import SEEN
from jiedui.core.models import Draft

LOGIN, PROFILE = "/accounts/login/", "/accounts/profile/"
PASSWORD = "correct horse battery"


def leave(client, minutes):
    session = client.session
    session[SEEN] = int(time.time()) - minutes * 60
    session.save()


def sign_in(client, username="office", **more):
    return client.post(LOGIN, {"username": username, "password": PASSWORD, **more})


@pytest.fixture
def at_work(client, office):
    sign_in(client)
    return client


def test_after_half_an_hour_one_signs_in_again_and_is_told_why(at_work):
    leave(at_work, 31)
    answer = at_work.get(PROFILE)
    assert answer.url == f"{LOGIN}?next={PROFILE}"
    assert "一段时间没有操作" in at_work.get(answer.url).content.decode()


def test_working_keeps_one_signed_in(at_work):
    for _n in range(3):
        leave(at_work, 20)
        assert at_work.get(PROFILE).status_code == 200
    assert time.time() - at_work.session[SEEN] < 60


def test_being_here_is_noted_once_a_minute_only(at_work, django_assert_num_queries):
    leave(at_work, 0)
    at_work.get("/accounts/password/")
    before = Session.objects.get().session_data
    at_work.get("/accounts/password/")
    assert Session.objects.get().session_data == before
    leave(at_work, 2)
    before = Session.objects.get().session_data
    at_work.get("/accounts/password/")
    assert Session.objects.get().session_data != before


def test_the_time_is_a_setting_and_helpers_may_have_a_longer_one(client, settings, helper, office):
    settings.IDLE_MINUTES, settings.IDLE_MINUTES_HELPER = 10, 240
    for name, status in (("office", 302), ("helper", 200)):
        one = Client()
        sign_in(one, name)
        leave(one, 60)
        assert one.get(PROFILE).status_code == status
    leave(one, 241)
    assert one.get(PROFILE).status_code == 302


TYPED = {"display_name": "陈卫东", "language": "en", "password": "secret-word"}


def offered(client, form=PROFILE):
    return client.get("/drafts/", {"form": form})


def test_what_was_typed_is_offered_on_its_page_after_signing_in(at_work, office):
    leave(at_work, 31)
    came_from = {"Referer": f"http://testserver{PROFILE}"}
    door = at_work.post(PROFILE, TYPED, headers=came_from)
    assert door.url == f"{LOGIN}?next={PROFILE}"
    assert "您填写的内容已保留" in at_work.get(door.url).content.decode()
    office.refresh_from_db()
    assert office.display_name == "office"
    stored = Draft.objects.get()
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM core_draft")
        assert "陈卫东".encode() not in bytes(cursor.fetchone()[0])
    assert "secret-word" not in stored.text
    assert sign_in(at_work, next=PROFILE).url == PROFILE
    assert "陈卫东" in offered(at_work).content.decode()
    at_work.post(PROFILE, {"id": str(uuid4()), **TYPED})
    office.refresh_from_db()
    assert office.language == "en"
    assert offered(at_work).status_code == 204


def test_what_was_typed_can_be_thrown_away(at_work):
    leave(at_work, 31)
    at_work.post(PROFILE, TYPED)
    sign_in(at_work)
    assert at_work.delete(f"/drafts/?form={PROFILE}").status_code == 204
    assert offered(at_work).status_code == 204


NIGHT = 14 * 60  # minutes


def test_after_a_night_what_was_typed_is_still_kept(at_work):
    cookie = at_work.cookies["sessionid"]
    assert int(cookie["max-age"]) > 3 * 24 * 3600  # over a weekend the form is still somebody's
    leave(at_work, NIGHT)
    door = at_work.post(PROFILE, TYPED)
    assert door.url == f"{LOGIN}?next={PROFILE}"
    assert "您填写的内容已保留" in at_work.get(door.url).content.decode()
    sign_in(at_work)
    assert "陈卫东" in offered(at_work).content.decode()


def test_no_setting_lets_a_sign_in_last_longer_than_before(at_work, settings):
    settings.IDLE_MINUTES = settings.IDLE_MINUTES_HELPER = 7 * 24 * 60
    leave(at_work, NIGHT)
    assert at_work.get(PROFILE).status_code == 302


def test_typing_on_in_a_form_left_open_ends_nothing_and_shows_nothing(at_work):
    """The page keeps what is typed by itself; then it is sent, and kept as well."""
    leave(at_work, NIGHT)
    typed = '[["display_name", "陈"]]'
    url = f"/drafts/?form={PROFILE}"
    kept = at_work.post(url, typed, content_type="application/json")
    assert (kept.status_code, kept.content) == (204, b"")
    assert Draft.objects.get().text == typed
    assert at_work.post(PROFILE, TYPED).status_code == 302
    assert "陈卫东" in Draft.objects.get().text
    leave(at_work, NIGHT)
    assert offered(at_work).status_code == 302  # never shown to whoever sits there now


def test_whoever_left_is_nobody_on_open_pages_too(at_work, office):
    office.display_name = "陈卫东"
    office.save()
    assert "陈卫东" in at_work.get("/nowhere/").content.decode()
    leave(at_work, NIGHT)
    page = at_work.get("/nowhere/")
    assert page.status_code == 404 and "陈卫东" not in page.content.decode()
    at_work.post("/accounts/language/", {"language": "en"})
    office.refresh_from_db()
    assert office.language == ""
    assert at_work.get(LOGIN).status_code == 200


def test_whoever_is_signed_out_is_told_that_nothing_was_saved(client, office):
    door = client.post(PROFILE, TYPED)
    assert len(list(client.get(door.url).context["messages"])) == 1
    assert not Draft.objects.exists()
    client.post("/drafts/?form=/", "[]", content_type="application/json")
    assert not list(client.get(door.url).context["messages"])  # said of what was sent only


def test_somebody_else_does_not_get_what_was_typed(at_work, leader):
    leave(at_work, 31)
    at_work.post(PROFILE, TYPED)
    sign_in(at_work, "leader")
    assert offered(at_work).status_code == 204


def test_too_much_to_keep_is_said(at_work):
    leave(at_work, 31)
    door = at_work.post(PROFILE, {"note": "长" * 300_000})
    assert "没能保留" in at_work.get(door.url).content.decode()


def test_part_of_a_page_sends_the_whole_page_to_the_door(at_work):
    leave(at_work, 31)
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/households/?q=1"}
    answer = at_work.get("/households/", headers=headers)
    assert answer.status_code == 204
    assert answer["HX-Redirect"] == f"{LOGIN}?next=/households/%3Fq%3D1"


@pytest.mark.parametrize(("name", "status"), [("administrator", 302), ("office", 200)])
def test_an_administrator_is_signed_in_at_one_place_only(administrator, office, name, status):
    first, second = Client(), Client()
    sign_in(first, name)
    sign_in(second, name)
    assert first.get(PROFILE).status_code == status
    assert second.get(PROFILE).status_code == 200


def test_a_new_password_leaves_an_administrator_signed_in_once(administrator):
    first, second = Client(), Client()
    sign_in(first, "administrator")
    new = "Boats carry grain 7"
    facts = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    first.post("/accounts/password/", facts)
    assert first.get(PROFILE).status_code == 200
    second.post(LOGIN, {"username": "administrator", "password": new})
    assert first.get(PROFILE).status_code == 302
