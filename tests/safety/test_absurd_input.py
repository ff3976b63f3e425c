"""Every address asked with what nobody sends and somebody will: a sentence, never a fall.

Which names a page reads is seen while it reads them, so a new filter or field is asked as well.
JIEDUI_THOROUGH=1 asks every value of every name alone. Without it they take turns: all fields at
once, and, as the office, one alone where the form did not call it wrong among the others; who is
refused at the door asks only twice. PostgreSQL is asked what it alone stumbles over.
"""

import html
import logging
import os
import re
import traceback
from copy import deepcopy
from functools import partial
from itertools import islice

import absurd
import pytest
from absurd import ABSURD, DATES, LONG, NUL, NUMBERS, PARTS, SCRIPT
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import resolve
from test_auditors_change_nothing import filled, state

from addresses import addresses, content, undone

THOROUGH = os.environ.get("JIEDUI_THOROUGH") == "1"
# PostgreSQL compares no NUL and no number past its columns; the rest falls on either or on none.
# What is too long for a column has a test of its own: test_no_text_is_longer_than_its_column.py.
IS_POSTGRES = connection.vendor == "postgresql" and not THOROUGH
OF_POSTGRES = (NUL, str(2**63))
# What a database stumbles over, it stumbles over for everybody.
WHO = ("office",) if IS_POSTGRES else ("office", "helper", "administrator")
# NUL in every field at once, which PostgreSQL is asked as the office anyhow.
WITH_NUL = WHO if THOROUGH else ("helper", "administrator")
# The door is closed to whoever asks, whatever is asked.
CLOSED = {403, 404, 405}
# Signed in once and for all: these would end the walk or change who walks.
LEFT_OUT = {"accounts:login"}
# Checking a new password remembers the one in force, whatever comes of the form.
ASIDE = {"accounts.usedpassword"}


@pytest.fixture(autouse=True)
def _seen(settings, client):
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "absurd.spy"]
    client.raise_request_exception = False
    logging.disable(logging.CRITICAL)  # what falls is collected by the signal, with its place
    yield
    logging.disable(logging.NOTSET)


def walked():
    return [one for one in addresses() if one.name not in LEFT_OUT]


class Net:
    """Asks, and keeps what came out wrong."""

    def __init__(self, client):
        self.client, self.found = client, {}

    def ask(self, what, asked):
        """`asked` sends one request; gives the answer, with what it says in `said`."""
        cookies, self.client.cookies = self.client.cookies, deepcopy(self.client.cookies)
        with undone(), absurd.falls() as fallen, absurd.writes() as written:
            answer = asked()
            answer.said = content(answer)
        answer.written = written
        self.client.cookies = cookies
        if fallen:
            self.note(f"{what}: {str(fallen[-1])[:200]}", _where(fallen[-1]))
        elif answer.status_code >= 500:
            self.note(what, str(answer.status_code))
        elif "html" in answer.headers.get("Content-Type", "") and SCRIPT in answer.said:
            self.note(what, "says the script again")
        elif "X-Absurd" in answer.headers:
            self.note(what, "lets a header in")
        return answer

    def note(self, what, mistake):
        self.found.setdefault(mistake, []).append(what)

    def faults_text(self):
        return "\n".join(f"~ {why}\n~   {len(w)} times, as {w[0]}" for why, w in self.found.items())


def _where(error):
    ours = [f for f in traceback.extract_tb(error.__traceback__) if "/jiedui/" in f.filename]
    last = ours[-1] if ours else traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {last.filename}:{last.lineno}"


@pytest.fixture
def net(client):
    net = Net(client)
    yield net
    if net.found:
        pytest.fail(net.faults_text(), pytrace=False)


@pytest.mark.parametrize("who", WHO)
def test_no_address_falls_over_the_row_it_names(client, world, net, request, who):
    client.force_login(request.getfixturevalue(who))
    step = 1 if THOROUGH or IS_POSTGRES else 4 if who == "office" else 9
    for turn, one in enumerate(walked()):
        for url in [*_wrong_rows(world.url(one))][turn % step :: step]:
            is_for_all = "9223372036854775808" in url or "%00" in url
            if IS_POSTGRES and not is_for_all:
                continue
            net.ask(f"get {one.name} {url[:120]}", partial(client.get, url))
            if THOROUGH or is_for_all:
                net.ask(f"post {one.name} {url[:120]}", partial(client.post, url, {"x": "1"}))


def _wrong_rows(url):
    """The address with each of its parameters in turn replaced by what is no row."""
    found = resolve(url)
    parts = re.findall(r"<(?:(\w+):)?(\w+)>", found.route)
    for turned, (kind, _name) in enumerate(parts):
        values = [str(found.kwargs[name]) for _kind, name in parts]
        for value in absurd.KEYS if kind == "int" else absurd.WORDS + absurd.KEYS:
            values[turned] = value
            given = iter(values)
            yield "/" + re.sub(r"<[^>]+>", lambda _m, given=given: next(given), found.route)


@pytest.mark.parametrize("who", WHO)
def test_no_page_falls_over_its_parameters(client, world, net, request, who):
    client.force_login(request.getfixturevalue(who))
    readers, step = 0, 1 if THOROUGH else 23 if who == "office" else 53
    for one in walked():
        url = world.url(one)
        names, is_open = _names(net, client, url)
        readers += bool(names)
        queries = _queries(names, ABSURD[readers % step :: step], with_nul=who in WITH_NUL)
        for query in queries if THOROUGH or is_open else islice(queries, 2):
            net.ask(f"{one.name}?{str(query)[:150]}", partial(client.get, url, query))
    assert readers > {"office": 40, "helper": 25, "administrator": 5}[who]


def _names(net, client, url):
    """The parameters a page reads, also those read only when another is there; whether it opens."""
    names = set()
    for _again in range(2):
        with absurd.listening() as read:
            query = dict.fromkeys(names - PARTS, "1")
            answer = net.ask(url, partial(client.get, url, query))
            names |= read["GET"]
        if not names:
            break
    return names, answer.status_code not in CLOSED


def _queries(names, values, *, with_nul):
    usual = sorted(names - PARTS)
    if IS_POSTGRES and usual:
        yield from (dict.fromkeys(usual, value) for value in OF_POSTGRES)
        return
    for turn in range(len(values)) if usual else ():
        yield {name: values[(turn + at) % len(values)] for at, name in enumerate(usual)}
    for name in sorted(names) if THOROUGH else sorted(names & PARTS):
        for value in values if THOROUGH else values[:1]:
            yield {name: value, "q": value}
    if usual and with_nul:
        yield dict.fromkeys(usual, NUL)
    if usual:
        yield dict.fromkeys(usual, ["1", SCRIPT] * (250 if THOROUGH else 5))


@pytest.mark.parametrize("who", WHO)
def test_no_form_falls_over_what_is_typed_in(client, world, net, request, who):
    client.force_login(request.getfixturevalue(who))
    before, forms = state(), 0
    for one in walked():
        url = world.url(one)
        usual, names, is_open = _fields(net, client, url)
        forms += bool(names)

        def send(typed, one=one, url=url):
            answer = net.ask(f"{one.name} {_short(typed)}", partial(client.post, url, typed))
            return _check_refusal(net, client, one.name, url, typed, answer, before)

        typings = _typings(usual, names, start=forms, with_nul=who in WITH_NUL)
        for typed in typings if THOROUGH or is_open else islice(typings, 2):
            send(typed)
        if THOROUGH or (is_open and who == "office" and not IS_POSTGRES):
            _send_alone(send, usual, names, start=forms)
    assert forms > {"office": 40, "helper": 15, "administrator": 10}[who]


def _fields(net, client, url):
    usual = filled(client, url)
    with absurd.listening() as read:
        answer = net.ask(url, partial(client.post, url, {**usual, "absurd": "1"}))
        return usual, {*usual, *read["POST"]}, answer.status_code not in CLOSED


def _typings(usual, names, *, start, with_nul):
    """All fields with something absurd, files and lists."""
    if not names:
        return
    every = sorted(names)
    if IS_POSTGRES:
        yield from (dict.fromkeys(every, value) for value in OF_POSTGRES)
        return
    if with_nul:
        yield dict.fromkeys(every, NUL)
    for turn, value in enumerate(ABSURD):
        if THOROUGH or turn % 57 == start % 57:
            yield {name: ABSURD[(turn + at) % len(ABSURD)] for at, name in enumerate(every)}
        if THOROUGH or turn % 57 == (start + 28) % 57:
            yield dict.fromkeys(every, value)
    yield {"absurd": "1"}
    yield {**usual, **{name: SimpleUploadedFile("a.txt", b"\0\xff") for name in every}}
    yield dict.fromkeys(every, ["1", SCRIPT] * (250 if THOROUGH else 5))


def _send_alone(send, usual, names, *, start):
    """Something absurd in one field, among others as people fill them in.

    A field judges its own text, whatever stands in the others: what the form calls wrong when all
    are absurd is refused alone as well. All others, where it may go further, are sent alone.
    """
    if THOROUGH:
        for name in sorted(names):
            for value in ABSURD:
                send({**usual, name: value})
        return
    # Beside what people type, a form carries numbers of its own: alone only where there is no form.
    odd = {name: _turn(start + at) for at, name in enumerate(sorted(usual or names))}
    wrong = send({**usual, **odd}) if len(odd) > 1 else ()
    for name, value in odd.items():
        if name not in wrong:
            send({**usual, name: value})


def _turn(at):
    """One value for each field, so that all of them come up among some hundred fields."""
    return (NUMBERS, DATES, ABSURD)[at % 3][at % 11]


def _check_refusal(net, client, name, url, typed, answer, before):
    """A form that comes back says why, in a sentence, and nothing was written. The fields named."""
    form = (answer.context or {}).get("form") if answer.status_code == 200 else None
    errors = getattr(form, "errors", None)
    if not errors:
        return set()
    for field, sentences in errors.items():
        for sentence in sentences:
            if html.escape(str(sentence)) not in answer.said:
                net.note(f"{name} {_short(typed)}", f"keeps for itself: {field}: {sentence[:80]}")
    if answer.written:
        with undone():
            content(client.post(url, typed))
            after = state()
        changed = {one for one in before if _deeds(before[one]) != _deeds(after[one])} - ASIDE
        if changed:
            net.note(f"{name} {_short(typed)}", f"{name} refuses, yet changes {changed}")
    return set(errors)


def _deeds(rows):
    """Rows but for marks of reading: a form shown again opens confidential fields, and says so."""
    return [row for row in rows if not str(row.get("action", "")).endswith((".read", ".read_many"))]


def _short(typed):
    return ", ".join(f"{k}={str(v)[:24]!r}" for k, v in typed.items())[:300]


def _some(ways, turn):
    return ways if THOROUGH else (ways[turn % len(ways)],)


@pytest.mark.skipif(IS_POSTGRES, reason="the database is not asked")
def test_no_address_falls_over_how_it_is_asked(client, world, net, office):
    """Methods, bodies, headers and cookies that no browser sends."""
    client.force_login(office)
    odd = "multipart/form-data; boundary=x"
    client.cookies["columns-households"] = "\0.__class__..name." + "9" * 500
    client.cookies["django_language"] = "../../etc"
    for turn, one in enumerate(walked()):
        url = world.url(one)
        send = partial(client.generic, path=url)
        for method in _some(("PUT", "HEAD", "OPTIONS", "ABSURD"), turn):
            net.ask(f"{method} {one.name}", partial(send, method))
        kinds = ("application/json", odd, "multipart/form-data", "text/plain; charset=nothing")
        for kind in _some(kinds, turn):
            broken = partial(send, "POST", data=b'\0{"a":', content_type=kind)
            net.ask(f"{kind} {one.name}", broken)
        absurd = {"HTTP_REFERER": "http://[/\0", "HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": LONG}
        net.ask(f"headers {one.name}", partial(client.post, url, {"x": "1"}, **absurd))
