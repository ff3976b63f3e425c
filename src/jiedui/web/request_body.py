"""Takes in the body of a request before a page begins, and gives up on senders that are too slow.

Pages run on threads. One that waited for a body which never comes would be lost for as long as
the sender likes, and a few idle connections would stop the site; here they wait side by side.
"""

import asyncio
import io
import time
from collections.abc import Awaitable, Callable, MutableMapping
from tempfile import SpooledTemporaryFile
from typing import IO, Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Any, Receive, Send], Awaitable[None]]
Pages = Callable[[Any, IO[bytes], Send], Awaitable[None]]

GRACE = 10.0  # seconds before the rate is looked at
RATE = 8_000  # bytes a second; a slow mobile network sends five times as much
IN_MEMORY = 1 << 20
SENTENCE = (
    "The request did not arrive in time. 提交的内容没有及时传完，请检查网络后重试。\n"
).encode()


class TooSlow(Exception):
    """The body came at less than `RATE` bytes a second."""


def with_whole_bodies(pages: Pages, *, most: int) -> Application:
    """The pages behind a reader of bodies, as a server calls them (ASGI, HTTP alone).

    Bodies beyond `most` bytes, or of unsaid length, are not read: the pages refuse the first by
    their length alone, and take the others for empty.
    """

    async def answer(scope: Any, receive: Receive, send: Send) -> None:
        length = _length(scope)
        if not 0 < length <= most:
            return await pages(scope, io.BytesIO(), send)
        with SpooledTemporaryFile(max_size=IN_MEMORY) as body:
            try:
                is_whole = await _take_in(receive, body, length=length)
            except TooSlow:
                return await _refuse(send)
            # Half a form must never be taken for a form with empty fields.
            if is_whole:
                body.seek(0)
                await pages(scope, body, send)
        return None

    return answer


def _length(scope: Any) -> int:
    text = dict(scope["headers"]).get(b"content-length", b"")
    return int(text) if text.isdigit() else 0


async def _take_in(receive: Receive, body: IO[bytes], *, length: int) -> bool:
    """Whether all of it came; False when the sender hung up."""
    began, received = time.monotonic(), 0
    while received < length:
        patience = GRACE + received / RATE - (time.monotonic() - began)
        try:
            message = await asyncio.wait_for(receive(), timeout=max(patience, 0))
        except TimeoutError:
            raise TooSlow from None
        if message["type"] != "http.request":
            return False
        piece = message.get("body", b"")
        body.write(piece)
        received += len(piece)
        if not message.get("more_body"):
            break
    return received == length


async def _refuse(send: Send) -> None:
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(SENTENCE)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 408, "headers": headers})
    await send({"type": "http.response.body", "body": SENTENCE})
