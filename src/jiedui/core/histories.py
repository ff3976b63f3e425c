"""What the audit chain tells of one row, in words for the page of that row."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Model

from jiedui.core import kinds
from jiedui.core.models import AuditEntry

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Event:
    at: datetime
    what: "StrOrPromise"
    actor: str
    reason: str


def history(row: Model, *, words: "Mapping[str, StrOrPromise]") -> list[Event]:
    """Entries about the row, oldest first; `words` says each action for people to read."""
    entries = AuditEntry.objects.filter(
        kind__in=kinds.labels(row._meta.label_lower), subject=str(row.pk)
    )
    return [
        Event(e.at, words.get(e.action, e.action), e.actor, str(e.content.get("reason", "")))
        for e in entries.order_by("pk")
    ]
