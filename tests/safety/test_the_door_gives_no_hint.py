"""Known and unknown names look alike at the door; so do rows that are there and that are not."""

import re
from types import SimpleNamespace
from uuid import UUID

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client

from addresses import addresses, undone

LOGIN = "/accounts/login/"
NOBODY = 987_654_321


class Counted(MD5PasswordHasher):
    """Counts how often a password is worked on: that is where the time of a sign-in goes."""

    times = 0

    def encode(self, password, salt):
        Counted.times += 1
        return super().encode(password, salt)


def plain(answer):
    """A page without what differs each time it is asked for."""
    said = b"".join(answer.streaming_content) if answer.streaming else answer.content
    text = re.sub(r'(csrfmiddlewaretoken" value=|nonce=|"X-CSRFToken": )"[^"]*"', "",
                  said.decode(errors="replace"))  # fmt: skip
    return re.sub(r'value="(office|nobody|closed)"', "", text)


def attempt(name):
    client = Client()
    Counted.times = 0
    answers = [client.post(LOGIN, {"username": name, "password": "wrong"}) for _n in range(6)]
    return [(one.status_code, plain(one)) for one in answers], Counted.times


def test_no_name_is_known_by_page_or_time(settings, office, leader):
    settings.PASSWORD_HASHERS = [f"{__name__}.Counted"]
    leader.is_active = False
    leader.username = "closed"
    leader.save()
    for user in (office, leader):
        user.set_password("Boats carry grain 7")
        user.save()
    known, unknown, closed = attempt("office"), attempt("nobody"), attempt("closed")
    assert known == unknown == closed
    assert [status for status, _page in known[0]] == [200, 200, 200, 200, 429, 429]
    assert known[1] > 0


def test_five_failures_behind_a_proxy_lock_one_visitor_only(settings, office):
    def ask(password, xff):
        facts = {"username": "office", "password": password}
        return Client().post(LOGIN, facts, headers={"X-Forwarded-For": xff}).status_code

    settings.PROXIES = 1
    for n in range(5):
        ask("wrong", f"10.9.9.{n}, 203.0.113.5")
    assert ask("correct horse battery", "203.0.113.5") == 429
    assert ask("correct horse battery", "203.0.113.6") == 302


def test_without_a_proxy_nobody_escapes_the_lock_by_claiming_another_address(office):
    def ask(password, xff):
        facts = {"username": "office", "password": password}
        return Client().post(LOGIN, facts, headers={"X-Forwarded-For": xff}).status_code

    for n in range(5):
        ask("wrong", f"203.0.113.{n}")
    assert ask("correct horse battery", "203.0.113.77") == 429


@pytest.mark.parametrize(
    ("proxies", "told", "origin"),
    [
        (0, "203.0.113.5", "127.0.0.1"),
        (1, "203.0.113.5", "203.0.113.5"),
        (1, "6.6.6.6, 203.0.113.5:4711", "203.0.113.5"),
        (1, "[2001:db8::7]:443", "2001:db8::7"),
        (1, "2001:db8::7", "2001:db8::7"),
        (1, "nonsense", "127.0.0.1"),
        (1, "", "127.0.0.1"),
        (2, "203.0.113.5", "127.0.0.1"),
        (2, "6.6.6.6, 203.0.113.5, 10.0.0.2", "203.0.113.5"),
    ],
)
def test_only_what_our_own_proxies_say_is_believed(rf, settings, proxies, told, origin):
    from jiedui.core.middleware import AddressMiddleware

    settings.PROXIES = proxies
    request = rf.get("/", headers={"X-Forwarded-For": told})
    AddressMiddleware(lambda _request: None)(request)
    assert request.META["REMOTE_ADDR"] == origin


# Read by everybody in the registers, so that what is not there may be said not to be.
PUBLIC = {
    "lu": {
        "profiles:organisation", "profiles:place", "campaigns:conduct", "campaigns:playbook",
        "campaigns:red_lines", "campaigns:show",
    },
    "administrator": {"web:job", "profiles:place"},
}  # fmt: skip


def nobody_like(row):
    pk = UUID(int=0) if isinstance(row.pk, UUID) else NOBODY
    return SimpleNamespace(pk=pk, key="nobody")


@pytest.mark.parametrize("who", ["lu", "administrator"])
def test_a_row_of_others_looks_like_no_row_at_all(client, world, request, who):
    client.force_login(request.getfixturevalue(who))
    nowhere = {key: nobody_like(row) for key, row in world.rows.items()}
    nowhere |= {
        key: world.rows[key] for key in ("figure", "form", "project_kind", "need_kind")
    }  # no rows of anybody
    own = ("orgs:user", "orgs:appoint", "orgs:dismiss")  # accounts are an administrator's work
    found = []
    for one in addresses():
        if not one.params or one.name in PUBLIC[who] or one.app == "figures":
            continue
        if who == "administrator" and one.name.startswith(own):
            continue
        for ask in (client.get, client.post):
            with undone():
                there = ask(one.url(world.rows))
            with undone():
                absent = ask(one.url(nowhere))
            if there.status_code != absent.status_code:
                found.append(f"{one.name}: {there.status_code} and {absent.status_code}")
            elif there.status_code in (403, 404) and length(there) != length(absent):
                found.append(f"{one.name}: pages differ")
    assert not found, "\n".join(found)


def length(answer):
    """Pages name their own address, in the form that brings one back."""
    return len(re.sub(r"/[\w/%=?.-]*", "", plain(answer)))
