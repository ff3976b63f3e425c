"""What every part of a page asks for again is read once while the page is made."""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

T = TypeVar("T")
_found: ContextVar[dict[Hashable, Any] | None] = ContextVar("found", default=None)


@contextmanager
def one_page() -> Iterator[None]:
    """Inside, `once` reads the same thing once. Only for pages that change nothing."""
    token = _found.set({})
    try:
        yield
    finally:
        _found.reset(token)


def once(what: Hashable, read: Callable[[], T]) -> T:
    """The result of `read`; outside of `one_page` it is read every time."""
    found = _found.get()
    if found is None:
        return read()
    if what not in found:
        found[what] = read()
    result: T = found[what]
    return result
