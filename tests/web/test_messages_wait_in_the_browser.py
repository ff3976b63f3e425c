"""A message is shown once, to whom it is for, and costs the database nothing."""

import pytest
from django.contrib.messages import get_messages
from django.test.utils import CaptureQueriesContext

from jiedui.core import crypto

NAME = "秦大山家的走访视图"


@pytest.fixture
def saved(client, office, connection):
    """The answer to a form whose message names what was typed, and the queries it took."""
    client.force_login(office)
    client.get("/households/")
    with CaptureQueriesContext(connection) as queries:
        answer = client.post("/households/?kind=extreme", {"save_view": "1", "name": NAME})
    assert answer.status_code == 302
    return answer, [one["sql"] for one in queries]


@pytest.fixture
def connection():
    from django.db import connection

    return connection


def test_it_is_shown_once(client, saved):
    first, second = (client.get("/households/").content.decode() for _time in range(2))
    shown = '<div class="alert alert-success"'
    assert shown in first and NAME in first
    assert shown not in second


def test_no_session_is_written_for_it(client, saved, connection):
    with CaptureQueriesContext(connection) as queries:
        client.get("/households/")
    written = [*saved[1], *(one["sql"] for one in queries)]
    assert not [sql for sql in written if sql.startswith("UPDATE") and "session" in sql]


def test_nobody_reads_it_on_the_way(client, saved):
    cookie = saved[0].cookies["messages"]
    assert cookie["httponly"]
    assert NAME not in cookie.value and "alert" not in cookie.value
    with pytest.raises(crypto.Unreadable):
        crypto.decrypt(cookie.value.encode(), context="messages 1")


def test_another_account_at_the_same_desk_does_not_see_it(client, saved, lu):
    cookie = saved[0].cookies["messages"].value
    client.logout()
    client.force_login(lu)
    client.cookies["messages"] = cookie
    assert NAME not in client.get("/").content.decode()


@pytest.mark.parametrize("broken", ["x", "=", "AAAA", "a" * 3000])
def test_a_cookie_that_is_no_message_disturbs_nobody(client, office, broken):
    client.force_login(office)
    client.cookies["messages"] = broken
    answer = client.get("/")
    assert answer.status_code == 200
    assert "alert-" not in answer.content.decode().partition("<main")[0]


def test_many_long_ones_are_all_shown(rf, office):
    from django.contrib import messages
    from django.contrib.sessions.backends.db import SessionStore
    from django.http import HttpResponse

    from jiedui.core.message_storage import MessageStorage

    def request():
        made = rf.get("/")
        made.user, made.session = office, session
        made._messages = MessageStorage(made)
        return made

    session = SessionStore()
    said = [f"{number} {'很长的一句话。' * 90}" for number in range(9)]
    first, answer = request(), HttpResponse()
    for one in said:
        messages.info(first, one)
    first._messages.update(answer)
    second = request()
    second.COOKIES["messages"] = answer.cookies["messages"].value
    assert sorted(str(one) for one in get_messages(second)) == sorted(said)


def test_it_comes_along_where_a_part_of_a_page_leads_to_the_door(client, office, settings):
    """The whole page goes to the sign-in page; what is said there was said to the part."""
    client.force_login(office)
    session = client.session
    session["seen"] = 1
    session.save()
    answer = client.get("/households/", headers={"HX-Request": "true"})
    assert answer.status_code == 204 and "HX-Redirect" in answer.headers
    door = client.get(answer.headers["HX-Redirect"]).content.decode()
    assert "一段时间没有操作" in door
