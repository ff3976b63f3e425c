"""Where a message waits for the page that shows it: in the browser, readable only to us.

In the session, each form that is sent would be followed by two more writes to the database, and
SQLite lets one at a time write.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from typing import Any

from django.contrib.messages.storage.base import Message
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage

from jiedui.core import crypto


class SealedCookieStorage(CookieStorage):
    """Messages name households: the cookie is encrypted, and only its own account opens it."""

    @property
    def _context(self) -> str:
        return f"messages {self.request.user.pk}"

    def _encode_parts(self, messages: list[str], encode_empty: bool = False) -> str | None:
        text = super()._encode_parts(messages, encode_empty)  # type: ignore[misc]
        if not text:
            return None
        return urlsafe_b64encode(crypto.encrypt(text, context=self._context)).decode()

    def _decode(self, data: str | None) -> list[Message] | None:
        if not data:
            return None
        try:
            text = crypto.decrypt(urlsafe_b64decode(data), context=self._context)
        except (crypto.Unreadable, Error, ValueError):
            return None  # somebody else's, or of an earlier key
        found: list[Message] | None = super()._decode(text)  # type: ignore[misc]
        return found


class MessageStorage(FallbackStorage):
    """What is too long for a cookie stays in the session, as Django does."""

    storage_classes: Any = (SealedCookieStorage, SessionStorage)
