"""Django on threads behind the event loop of the server: one hand-over for each page.

The usual adapters send the beginning, every part and the end of an answer one by one, and the
thread waits for the event loop each time; with other threads at work that was 3 ms of a page of 37.
Here a thread puts the answer together and gives it back as a whole. What is streamed, such as a
file, is fetched in pieces.
"""

import asyncio
import contextvars
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import IO, Any, TypeVar

from a2wsgi.wsgi import build_environ

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
T = TypeVar("T")
PIECE = 1 << 16  # bytes of a file that are sent at a time


@dataclass
class Answer:
    """What Django answered: its first piece, and the rest where it is streamed."""

    status: int
    headers: list[tuple[bytes, bytes]]
    piece: bytes
    rest: Iterator[bytes] | None
    close: Callable[[], None]


class PageThreads:
    """Calls a WSGI application on so many threads, for requests whose body is there as a file."""

    def __init__(self, application: Any, *, threads: int) -> None:
        self._application = application
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="page")

    async def answer(self, scope: Any, body: IO[bytes], send: Send) -> None:
        """Answer a request; what the application raises is raised."""
        context = contextvars.copy_context()  # what a page sets is gone with it
        loop = asyncio.get_running_loop()

        async def on_a_thread(work: Callable[..., T], *arguments: Any) -> T:
            run: Callable[..., T] = partial(context.run, work, *arguments)
            return await loop.run_in_executor(self._threads, run)

        answer = await on_a_thread(self._call, build_environ(scope, body))  # type: ignore[arg-type]
        head = {"status": answer.status, "headers": answer.headers}
        await send({"type": "http.response.start", **head})
        if answer.rest is None:
            await send({"type": "http.response.body", "body": answer.piece})
            return
        try:
            piece = answer.piece
            while piece:
                await send({"type": "http.response.body", "body": piece, "more_body": True})
                piece = await on_a_thread(_next_piece, answer.rest)
            await send({"type": "http.response.body", "body": b""})
        finally:
            await on_a_thread(answer.close)

    def _call(self, environ: Any) -> Answer:
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], _error: Any = None) -> None:
            started.append((status, headers))

        parts = self._application(environ, start)
        close = getattr(parts, "close", lambda: None)
        try:
            rest = iter(parts) if getattr(parts, "streaming", True) else None
            piece = b"".join(parts) if rest is None else _next_piece(rest)
            status, headers = started[-1]
            raw = [(name.encode("latin1").lower(), text.encode("latin1")) for name, text in headers]
        except BaseException:
            close()
            raise
        if rest is None:
            close()
        return Answer(int(status.split(" ", 1)[0]), raw, piece, rest, close)


def _next_piece(parts: Iterator[bytes]) -> bytes:
    """Some parts together; empty when there are no more."""
    found = bytearray()
    for part in parts:
        found += part
        if len(found) >= PIECE:
            break
    return bytes(found)
