"""Between the server and Django: pages go whole, files in pieces, and everything is closed."""

import asyncio
import io
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar

import pytest

from jiedui.web.page_threads import PIECE, PageThreads

SEEN: ContextVar[str] = ContextVar("seen", default="")
SCOPE = {
    "type": "http", "method": "POST", "path": "/户/", "query_string": b"q=%E7%8E%8B",
    "http_version": "1.1", "headers": [(b"content-length", b"4"), (b"x-note", b"a")],
}  # fmt: skip


class Parts(list):
    streaming = False
    closed = 0

    def close(self):
        self.closed += 1


class Stream(Parts):
    streaming = True


def asked(application, *, body=b"", send=None, times=1):
    """The messages that such a WSGI application answers, one list for each time."""
    found = []

    async def ask():
        pages = PageThreads(application, threads=1)
        for _time in range(times):
            messages = []
            found.append(messages)

            async def keep(message, messages=messages):
                messages.append(message)

            await pages.answer(SCOPE, io.BytesIO(body), send or keep)

    # In a thread of its own: a browser test beside keeps an event loop in this one.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: asyncio.run(ask())).result()
    return found


def answering(parts, status="200 OK", headers=(("X-Kind", "page"),)):
    def application(_environ, start_response):
        start_response(status, list(headers))
        return parts

    return application


def test_a_page_is_one_piece_and_closed_before_it_goes():
    parts = Parts([b"<p>", b"\xe7\x8e\x8b", b"</p>"])
    ((head, body),) = asked(answering(parts, "404 Not Found"))
    assert (head["status"], head["headers"]) == (404, [(b"x-kind", b"page")])
    assert body == {"type": "http.response.body", "body": "<p>王</p>".encode()}
    assert parts.closed == 1


def test_a_file_goes_in_pieces_and_is_closed_at_its_end():
    parts = Stream([b"x" * 4096] * 40)
    ((_head, *bodies),) = asked(answering(parts))
    assert b"".join(one["body"] for one in bodies) == b"x" * 4096 * 40
    assert max(len(one["body"]) for one in bodies) < PIECE + 4096
    assert [one.get("more_body", False) for one in bodies] == [True] * (len(bodies) - 1) + [False]
    assert parts.closed == 1


def test_an_empty_file_and_an_empty_page_end_as_well():
    for parts in (Stream(), Parts()):
        ((_head, body),) = asked(answering(parts))
        assert body["body"] == b""
        assert parts.closed == 1


def test_a_file_is_closed_when_the_reader_has_gone():
    parts = Stream([b"x" * PIECE] * 3)

    async def gone(message):
        if message["type"] == "http.response.body":
            raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        asked(answering(parts), send=gone)
    assert parts.closed == 1


def test_what_goes_wrong_is_told_to_the_server_and_nothing_is_sent():
    def application(_environ, _start_response):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        asked(application)


def test_what_goes_wrong_in_the_middle_closes_the_answer():
    class Broken(Parts):
        def __iter__(self):
            yield b"half"
            raise ZeroDivisionError

    parts = Broken()
    with pytest.raises(ZeroDivisionError):
        asked(answering(parts))
    assert parts.closed == 1


def test_django_reads_the_body_and_the_address():
    read = []

    def application(environ, start_response):
        read.append((environ["PATH_INFO"].encode("latin1").decode(), environ["QUERY_STRING"]))
        read.append((environ["wsgi.input"].read(), environ["CONTENT_LENGTH"]))
        read.append(environ["HTTP_X_NOTE"])
        start_response("200 OK", [])
        return Parts()

    asked(application, body=b"a=1\n")
    assert read == [("/户/", "q=%E7%8E%8B"), (b"a=1\n", "4"), "a"]


def test_what_one_page_sets_the_next_does_not_see():
    seen = []

    def application(_environ, start_response):
        seen.append(SEEN.get())
        SEEN.set("by the page before")
        start_response("200 OK", [])
        return Parts()

    asked(application, times=2)
    assert seen == ["", ""]
