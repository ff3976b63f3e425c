"""What nobody sends and somebody will; and a spy that tells which names a page reads."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.signals import got_request_exception
from django.db import connection
from django.http import QueryDict

SCRIPT = "\"'><script>absurd()</script>"
LONG = "柳" * 10_000
NUL = "a\0b"  # PostgreSQL refuses to compare it, and is asked it at every page and form
# Keys of rows in an address, as they arrive: past every integer, and none at all.
KEYS = ("0", "-1", str(2**31), str(2**63), str(2**64), "9" * 60)
# Words in an address: NUL, bytes that are no UTF-8, overlong, a lone surrogate, a way out.
WORDS = (
    "%00", "a%00b", "%ff%fe", "%c0%af", "%ed%a0%80", "..%2f..%2fetc%2fpasswd", "..", "x" * 3000,
    "%0d%0aX-Absurd:%201", "__class__", "%F0%9F%90%BC", "1%27%20OR%201=1%20--",
)  # fmt: skip
# Texts for parameters and fields alike.
TEXTS = (
    "", " ", NUL, "\0", LONG, "__class__", "秦" * 61, "🐼👩‍👩‍👧", "\u202e柳树\u200f",
    b"\xed\xa0\x80",
    "' OR 1=1 --", SCRIPT, "{{ 7|add:7 }}%(x)s{0}", '{"a": [1]}', "[]", "a\r\nX-Absurd: 1",
    "柳" * 61 + "（" + "9" * 70 + "）",
)  # fmt: skip
NUMBERS = (
    "0", "-1", "-0", "1", "abc", "10" + "0" * 29, "1" + "0" * 40, "1e400", "1e9", "NaN", "inf",
    "-inf", "0x10", "１２", "²", "1_0", str(2**31), str(2**63), str(2**64), "0.005", "9" * 40,
    "9" * 5000,
)  # fmt: skip
DATES = (
    "0000-00-00", "0001-01-01", "9999-12-31", "2026-02-30", "十二月", "2026-13", "2026W01",
    "20260101", "-2026-01-01", "2026-01-01T00:00", "1899-12-31",
)  # fmt: skip
SORTS = ("-", "--", "-pk", "pk", "password", "-nothing", "household__person__identity")
ABSURD: tuple[Any, ...] = tuple(dict.fromkeys((*TEXTS, *NUMBERS, *DATES, *SORTS)))
# These name a part of a list instead of the list; each is asked for by itself.
PARTS = {"columns", "pick", "print", "export"}

read: dict[str, set[str]] = {"GET": set(), "POST": set(), "FILES": set()}


class Spying(QueryDict):
    """A query that writes down which names were asked of it."""

    said = "GET"

    def _note(self, key: Any) -> None:
        if isinstance(key, str) and key != "csrfmiddlewaretoken":
            read[self.said].add(key)

    def __getitem__(self, key: Any) -> Any:
        self._note(key)
        return super().__getitem__(key)

    def get(self, key: Any, default: Any = None) -> Any:
        self._note(key)
        return super().get(key, default)

    def getlist(self, key: Any, default: Any = None) -> Any:
        self._note(key)
        return super().getlist(key, default)

    def __contains__(self, key: Any) -> bool:
        self._note(key)
        return super().__contains__(key)


class SpyingPost(Spying):
    said = "POST"


def spy(get_response: Any) -> Any:
    """Middleware: the query and the form of every request write down what is read of them."""

    def middleware(request: Any) -> Any:
        request.GET = _spied(Spying, request.GET)
        if request.method == "POST":
            request._post = _spied(SpyingPost, request.POST)
        return get_response(request)

    return middleware


def _spied(kind: type[Spying], query: QueryDict) -> Spying:
    found = kind(mutable=True)
    for key, values in query.lists():
        found.setlist(key, values)
    found._mutable = False
    return found


@contextmanager
def listening() -> Iterator[dict[str, set[str]]]:
    """What was read of the query and the form by the requests inside."""
    for names in read.values():
        names.clear()
    yield read


@contextmanager
def falls() -> Iterator[list[BaseException]]:
    """What no view caught: each would be a page with the number 500."""
    import sys

    found: list[BaseException] = []

    def note(**_more: Any) -> None:
        error = sys.exc_info()[1]
        found.append(error) if error is not None else None

    got_request_exception.connect(note)
    try:
        yield found
    finally:
        got_request_exception.disconnect(note)


@contextmanager
def writes() -> Iterator[list[str]]:
    """The statements inside that would change a row."""
    found: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith(("INSERT", "UPDATE", "DELETE")) and "django_session" not in sql:
            found.append(sql[:90])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield found
