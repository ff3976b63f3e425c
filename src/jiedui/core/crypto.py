"""Encryption of sensitive fields (AES-256-GCM) and keyed digests for exact look-ups."""

import hashlib
import hmac
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE_BYTES = 12


class Unreadable(Exception):
    """The stored value was altered, or the key is not the one it was written with."""


@lru_cache(maxsize=8)
def _derived(key: str, purpose: str) -> bytes:
    return hmac.new(bytes.fromhex(key), purpose.encode(), hashlib.sha256).digest()


@lru_cache(maxsize=8)
def _cipher(key: str) -> AESGCM:
    return AESGCM(_derived(key, "encrypt"))


_other: ContextVar[str] = ContextVar("key", default="")


@contextmanager
def under(key: str) -> Iterator[None]:
    """What is opened inside is opened with this key, not with ours."""
    token = _other.set(key)
    try:
        yield
    finally:
        _other.reset(token)


def encrypt(text: str, *, context: str) -> bytes:
    """Nonce and ciphertext; the context (column name) is authenticated with it."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + _cipher(settings.FIELD_KEY).encrypt(nonce, text.encode(), context.encode())


def decrypt(stored: bytes, *, context: str) -> str:
    """The text; raises `Unreadable` when a byte differs or the key is another."""
    nonce, body = stored[:NONCE_BYTES], stored[NONCE_BYTES:]
    try:
        return (
            _cipher(_other.get() or settings.FIELD_KEY)
            .decrypt(nonce, body, context.encode())
            .decode()
        )
    except (InvalidTag, ValueError) as error:
        raise Unreadable(context) from error


def digest(text: str) -> str:
    """A keyed digest (32 hexadecimal digits) by which equal values are found; '' stays ''."""
    if not text:
        return ""
    key = _derived(settings.FIELD_KEY, "digest")
    return hmac.digest(key, text.encode(), "sha256").hex()[:32]


def seal(content: bytes, *, key: str = "") -> str:
    """A keyed seal (64 hexadecimal digits) for links of the audit chain; `key` is ours if empty."""
    derived = _derived(key or settings.FIELD_KEY, "audit")
    return hmac.digest(derived, content, "sha256").hex()
