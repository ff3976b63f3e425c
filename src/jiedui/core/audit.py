"""The audit chain: who changed what, when, through which door, each entry sealed to the last."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction
from django.utils import timezone

from jiedui.core import bulk, crypto
from jiedui.core.models import AuditEntry

_door: ContextVar[str] = ContextVar("door", default="cli")
_LOCK = 0x6A696564  # "jied": the advisory lock that serialises the chain on PostgreSQL


@contextmanager
def through(door: str) -> Iterator[None]:
    """Entries recorded inside carry this door: web, phone, import, api, cli, demo."""
    token = _door.set(door)
    try:
        yield
    finally:
        _door.reset(token)


@transaction.atomic
def record(
    action: str,
    subject: models.Model | None = None,
    *,
    by: Any = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    **facts: Any,
) -> AuditEntry:
    """Add one entry to the chain, inside the caller's transaction.

    Never put a sensitive value (identity or telephone number, health) in before, after or facts.
    """
    _lock()
    last = AuditEntry.objects.order_by("-pk").only("seal").first()
    entry = AuditEntry(
        at=timezone.now(),
        actor_id=getattr(by, "pk", None),
        actor=str(by or ""),
        door=_door.get(),
        action=action,
        kind=subject._meta.label_lower if subject else "",
        subject=str(subject.pk) if subject else "",
        content=_plain({"before": before or {}, "after": after or {}, **facts}),
        previous=last.seal if last else "",
    )
    entry.seal = crypto.seal(_canonical(entry))
    entry.save(force_insert=True)
    return entry


def _lock() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


@dataclass(frozen=True)
class Entry:
    """What `record_many` writes about one row: which, what was done, and its values."""

    action: str
    kind: str
    subject: str
    before: dict[str, Any]
    after: dict[str, Any]


_COLUMNS = (
    *("at", "actor_id", "actor", "door", "action", "kind", "subject", "content", "previous"),
    "seal",
)


@transaction.atomic
def record_many(entries: Iterable[Entry], *, by: Any = None) -> int:
    """Add many entries in one go, each sealed to the one before it; for work in bulk.

    The rule of `record` on sensitive values holds here as well. Returns how many were added.
    """
    _lock()
    last = AuditEntry.objects.order_by("-pk").only("seal").first()
    previous, at = last.seal if last else "", timezone.now()
    links = []
    for one in entries:
        link = AuditEntry(
            at=at,
            actor_id=getattr(by, "pk", None),
            actor=str(by or ""),
            door=_door.get(),
            action=one.action,
            kind=one.kind,
            subject=one.subject,
            content=_plain({"before": one.before, "after": one.after}),
            previous=previous,
        )
        previous = link.seal = crypto.seal(_canonical(link))
        links.append(link)
    bulk.insert(AuditEntry, _COLUMNS, ([getattr(link, n) for n in _COLUMNS] for link in links))
    return len(links)


@dataclass(frozen=True)
class Verdict:
    """`broken` is the number of the first entry that does not fit, None when all do."""

    entries: int
    broken: int | None
    head: str


def verify() -> Verdict:
    """Walk the whole chain; tells the first broken link."""
    previous, count = "", 0
    for entry in AuditEntry.objects.order_by("pk").iterator(chunk_size=2000):
        if entry.previous != previous or entry.seal != crypto.seal(_canonical(entry)):
            return Verdict(entries=count, broken=entry.pk, head=previous)
        previous, count = entry.seal, count + 1
    return Verdict(entries=count, broken=None, head=previous)


def _plain(content: dict[str, Any]) -> Any:
    return json.loads(json.dumps(content, cls=DjangoJSONEncoder))


def _canonical(entry: AuditEntry) -> bytes:
    fields = [
        entry.previous,
        entry.at.isoformat(),
        entry.actor_id,
        entry.actor,
        entry.door,
        entry.action,
        entry.kind,
        entry.subject,
        entry.content,
    ]
    return json.dumps(fields, sort_keys=True, ensure_ascii=False).encode()
