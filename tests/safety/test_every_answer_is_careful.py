"""Headers on every kind of answer, lies about the host, and bodies too big to be meant."""

import pytest
from absurd import listening
from django.test import Client

from addresses import addresses, content, undone
from jiedui.core.middleware import HEADERS

POLICY = "Content-Security-Policy"
UNFRAMED = "frame-ancestors 'none'"


def check(answer):
    content(answer)  # reads a file to its end, which closes it
    missing = [name for name, value in HEADERS.items() if answer.headers.get(name) != value]
    assert missing == []
    assert "default-src 'none'" in answer[POLICY]
    assert UNFRAMED in answer[POLICY]
    assert "unsafe" not in answer[POLICY]
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_every_address_is_careful(world, office, settings):
    """Every header is there, nothing stays in a cache, and files are taken away, never shown."""
    client = Client(raise_request_exception=False)  # a failure is an answer, too
    client.force_login(office)
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "absurd.spy"]
    files, kept = [], set()

    def asked(send, one, query=""):
        with undone(), listening() as read:
            answer = send(world.url(one) + query)
            check(answer)
        kind = answer.headers.get("Content-Type", "").partition(";")[0]
        if answer.status_code == 200 and kind not in SHOWN:
            files.append((one.name, answer.headers.get("Content-Disposition", "")))
        if send == client.get and "no-store" not in answer.headers.get("Cache-Control", ""):
            kept.add(one.name)
        return read["GET"]

    for one in addresses():
        if "export" in asked(client.get, one):
            asked(client.get, one, "?export=xlsx")
        asked(client.post, one)
    assert len(files) > 8
    assert [name for name, disposition in files if not disposition.startswith("attachment")] == []
    assert all(is_safe(disposition) for _name, disposition in files)
    # Outlines of places are public, and large; who verifies a bulletin is not asked who they are.
    assert kept <= {"places:shapes", "verification:public", "web:healthz"}


def test_so_does_every_file_that_never_reaches_a_page(db, settings):
    from pathlib import Path

    static = Path(settings.STATIC_ROOT)
    (static / "careful.css").write_text("a { color: red }")
    answer = Client().get("/static/careful.css")
    (static / "careful.css").unlink()
    check(answer)


def fails(_request):
    raise RuntimeError("秦安 13998765432")


@pytest.fixture
def failing(monkeypatch, settings):
    """The product's addresses and one that fails."""
    import types

    from django.contrib.auth.decorators import login_not_required
    from django.urls import include, path

    urls = types.ModuleType("urls_that_fail")
    urls.urlpatterns = [path("", include("jiedui.urls")), path("fails/", login_not_required(fails))]
    monkeypatch.setitem(__import__("sys").modules, "urls_that_fail", urls)
    settings.ROOT_URLCONF = "urls_that_fail"


def test_a_failure_tells_nothing_of_itself(failing, office):
    answer = Client(raise_request_exception=False).get("/fails/")
    said = answer.content.decode()
    assert answer.status_code == 500
    assert "系统出错" in said
    for inside in ("秦安", "RuntimeError", "Traceback", "jiedui.", "/site-packages"):
        assert inside not in said
    check(answer)


@pytest.mark.parametrize("https", [False, True])
@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "a b", "[::1", "localhost@e"])
def test_a_lie_about_the_host_is_refused_without_details(client, office, settings, host, https):
    settings.SECURE_SSL_REDIRECT = https
    answer = client.get("/accounts/login/", headers={"Host": host})
    said = answer.content.decode()
    assert answer.status_code == 400
    assert "没有作任何更改" in said
    assert host not in said
    assert "ALLOWED_HOSTS" not in said
    check(answer)


def test_refusals_of_every_kind_carry_the_headers(client, office, lu, world):
    client.force_login(lu)
    answers = {
        403: client.get("/audit/"),
        404: client.get("/nowhere/"),
        405: client.get("/accounts/language/"),
    }
    for status, answer in answers.items():
        assert answer.status_code == status
        check(answer)
    strict = Client(enforce_csrf_checks=True)
    refused = strict.post("/accounts/login/", {"username": "office"})
    assert refused.status_code == 403
    check(refused)


SHOWN = {"text/html", "application/json", "image/png"}


def is_safe(disposition):
    return not any(sign in disposition for sign in ("/", "\\", "..", "\r", "\n"))


@pytest.mark.parametrize("name", ['a"; filename="b.exe', "../../x\\y", "a\r\nX-Evil: 1", "秦" * 99])
def test_a_title_cannot_write_the_name_of_a_file(client, world, office, name):
    from jiedui.reports.models import Bulletin

    Bulletin.objects.update(title=name)
    client.force_login(office)
    address = next(one for one in addresses() if one.name == "reports:bulletin_docx")
    answer = client.get(world.url(address))
    disposition = answer["Content-Disposition"]
    assert disposition.startswith("attachment")
    assert is_safe(disposition)
    assert "X-Evil" not in answer.headers
    assert disposition.count(chr(34)) <= 2  # one name, that nothing in it can end


class Endless:
    """A body of any size that tells whether somebody read it."""

    def __init__(self):
        self.taken = 0

    def read(self, size=-1):
        self.taken += max(size, 0)
        return b"x" * max(size, 0)

    readline = read


def test_two_hundred_megabytes_are_refused_before_a_byte_is_read(client, office):
    body = Endless()
    answer = client.generic(
        "POST", "/accounts/login/", CONTENT_LENGTH=str(200 * 1024**2),
        CONTENT_TYPE="multipart/form-data; boundary=x", **{"wsgi.input": body},
    )  # fmt: skip
    assert answer.status_code == 413
    assert "50 MB" in answer.content.decode()
    assert body.taken == 0
    check(answer)


@pytest.mark.parametrize("length", ["-1", "9" * 30, "many"])
def test_a_lie_about_the_length_is_refused(client, db, length):
    answer = client.generic("POST", "/complaints/new/", CONTENT_LENGTH=length)
    assert answer.status_code == 413


def test_a_form_of_ten_thousand_fields_gets_an_answer_and_of_more_a_sentence(client, office):
    client.force_login(office)
    fields = {f"f{n}": "1" for n in range(10_000)}
    assert client.post("/accounts/profile/", fields).status_code in (200, 302)
    more = client.post("/accounts/profile/", {f"f{n}": "1" for n in range(20_001)})
    assert more.status_code == 400
    assert "没有作任何更改" in more.content.decode()
    check(more)


def test_a_long_text_in_memory_gets_a_sentence(client, office):
    client.force_login(office)
    body = "display_name=" + "x" * (11 * 1024**2)
    answer = client.generic(
        "POST", "/accounts/profile/", body, content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 400
    assert "没有作任何更改" in answer.content.decode()


def test_deep_json_is_no_form_of_ours(client, office):
    client.force_login(office)
    answer = client.generic(
        "POST", "/accounts/profile/", "[" * 100_000, content_type="application/json"
    )
    assert answer.status_code in (200, 302, 400)
