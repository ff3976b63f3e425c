"""The audit chain: who changed what, when, through which door, each entry sealed to the last."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiedui.core import anchor, bulk, crypto, personal, readings, whereabouts
from jiedui.core.models import AuditEntry
from jiedui.core.refusals import Refused
from jiedui.core.users import User
from jiedui.core.whereabouts import Whereabouts

_door: ContextVar[str] = ContextVar("door", default="cli")
_address: ContextVar[str] = ContextVar("address", default="")
# Who did what, inside `gathered`; None outside.
_waiting: ContextVar[list[tuple[Any, "Entry"]] | None] = ContextVar("waiting", default=None)
BEGINNING = timedelta(days=1)  # a demonstration has its accounts before its first entry
_LOCK = 0x6A696564  # "jied": the advisory lock that serialises the chain on PostgreSQL


@contextmanager
def through(door: str, *, address: str = "") -> Iterator[None]:
    """Entries recorded inside carry this address and door.

    Doors are web, phone, import, api, cli, demo and setup.
    """
    tokens = _door.set(door), _address.set(address)
    try:
        yield
    finally:
        _door.reset(tokens[0])
        _address.reset(tokens[1])


def record(
    action: str,
    subject: models.Model | None = None,
    *,
    by: User | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    **facts: Any,
) -> None:
    """Add one entry to the chain, inside the caller's transaction.

    Of personal records, before and after are kept as `core.personal` allows. Never put a sensitive
    value (identity or telephone number, health) among the facts.
    """
    kind = subject._meta.label_lower if subject else ""
    key = str(subject.pk) if subject else ""
    record_many([Entry(action, kind, key, before or {}, after or {}, facts)], by=by)


def read(row: models.Model, fields: Iterable[str], *, by: User | None) -> None:
    """Say that these confidential fields of a record were read; `household.read` and the like."""
    key, names = (row._meta.label_lower, str(row.pk)), sorted(fields)
    record(f"{row._meta.model_name}.read", row, by=by, fields=names)
    readings.mark_recorded(key, names)


UNKNOWN = "?"  # whoever tried to sign in under a name that nobody has


MANY = 20  # records of one kind read at once; more are one entry that names them all


def record_readings(
    found: dict[readings.Key, list[str]], *, by: User | None, page: str = ""
) -> None:
    """Say of everything in `found` (record → fields) that it was read, and on which page."""
    kinds = sorted({kind for kind, _key in found})
    for kind in kinds:
        of_kind = {key: fields for (one, key), fields in found.items() if one == kind}
        name = kind.partition(".")[2]
        if len(of_kind) > MANY:
            fields = sorted({field for fields in of_kind.values() for field in fields})
            facts: dict[str, Any] = {"of": kind, "subjects": sorted(of_kind), "rows": len(of_kind)}
            record(f"{name}.read_many", by=by, fields=fields, page=page, **facts)
            continue
        entries = (
            Entry(f"{name}.read", kind, key, {}, {}, {"fields": fields, "page": page})
            for key, fields in of_kind.items()
        )
        record_many(entries, by=by)


def signed(by: User | None) -> str:
    """Who did something, as it is kept in records; "" when no account did."""
    return str(getattr(by, "signature", by) or "")


def _last() -> AuditEntry:
    """The end of the chain; the entry number 0, which is nowhere, where it has not begun."""
    newest = AuditEntry.objects.order_by("-pk").only("seal").first()
    return newest or AuditEntry(pk=0, seal="")


class _Link(NamedTuple):
    """An entry as it is written: the columns of `AuditEntry` in their order, without the seal."""

    id: int  # ours, not the database's: numbers have no gaps, and are sealed with the rest
    at: datetime
    actor_id: Any
    actor: str
    door: str
    address: str
    action: str
    kind: str
    subject: str
    place: str
    organisation: str
    content: Any  # a dict; its JSON where it is written
    previous: str


def _sealed(link: _Link) -> str:
    return crypto.seal(_canonical(link))


def _anchor(number: int, seal: str, *, begins: bool) -> None:
    # Once it is committed, and never at the cost of what was done: a full disk is only logged.
    note = partial(anchor.note, number, seal, begins=begins)
    transaction.on_commit(note, robust=True)


def _lock() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


@dataclass(frozen=True)
class Entry:
    """What `record_many` writes about one row: which, what was done, its values and other facts."""

    action: str
    kind: str
    subject: str
    before: dict[str, Any]
    after: dict[str, Any]
    facts: dict[str, Any] = field(default_factory=dict)


_COLUMNS = (*_Link._fields, "seal")


@contextmanager
def gathered() -> Iterator[None]:
    """What is recorded inside is added to the chain at the end, in its order.

    The chain has one writer at a time. Work in bulk, which holds many rows of others, records last:
    otherwise it and somebody who holds one of these rows would wait for each other.
    """
    token = _waiting.set([])
    try:
        yield
        waiting = _waiting.get() or []
    finally:
        _waiting.reset(token)
    for by, entries in groupby(waiting, key=itemgetter(0)):
        record_many((entry for _by, entry in entries), by=by)


def record_many(entries: Iterable[Entry], *, by: User | None = None) -> int:
    """Add many entries in one go, each sealed to the one before it; for work in bulk.

    The rule of `record` on sensitive values holds here as well. Returns how many there are.
    """
    entries = list(entries)
    waiting = _waiting.get()
    if waiting is None:
        _add(entries, by=by)
    else:
        waiting += [(by, entry) for entry in entries]
    return len(entries)


@transaction.atomic(savepoint=False)  # what cannot be told is not done either
def _add(entries: list[Entry], *, by: User | None) -> None:
    known = _whereabouts(entries)
    _lock()
    last, at = _last(), timezone.now()
    number, seal = last.pk, last.seal
    source = getattr(by, "pk", None), signed(by), _door.get(), _address.get()
    rows = []
    for number, one in enumerate(entries, start=last.pk + 1):
        what = one.action, one.kind, one.subject
        where = known.get((one.kind, one.subject), Whereabouts())
        content = _content(one)
        link = _Link(number, at, *source, *what, *where, content, seal)
        seal = _sealed(link)
        rows.append([*link._replace(content=bulk.Encoded(_PLAIN.encode(content))), seal])
    bulk.insert(AuditEntry, _COLUMNS, rows)
    if rows:
        _anchor(number, seal, begins=last.pk == 0)


def _whereabouts(entries: list[Entry]) -> dict[tuple[str, str], Whereabouts]:
    found: dict[tuple[str, str], Whereabouts] = {}
    for kind in {one.kind for one in entries}:
        keys = [one.subject for one in entries if one.kind == kind]
        found |= {(kind, key): where for key, where in whereabouts.of(kind, keys).items()}
    return found


@dataclass(frozen=True)
class Verdict:
    """`broken` is the number of the first entry that does not fit, None when all do.

    `lost` is the first entry that was written down outside the database and is gone. `missing` is
    what a whole chain has beside it: the "anchor", where nothing is written down outside; or its
    "beginning", where accounts are older than the first entry.
    """

    entries: int
    broken: int | None
    head: str
    lost: int | None = None
    missing: str = ""

    @property
    def holds(self) -> bool:
        """Whether all that is there fits together."""
        return self.broken is None and self.lost is None


def end() -> str:
    """Number and seal of the last entry, to be kept somewhere else."""
    last = _last()
    return f"{last.pk} {last.seal}".strip()


def verify(also: Iterable[str] = ()) -> Verdict:
    """Walk the whole chain; tells the first broken link, and an end that was cut off.

    `also` are ends of the chain as `end` gave them, kept elsewhere.
    """
    anchors = anchor.read()  # before the walk: what is written meanwhile cannot be missed
    kept = [(int(number), seal) for number, _blank, seal in (one.partition(" ") for one in also)]
    wanted = {one.number for one in anchors} | {number for number, _seal in kept}
    seals: dict[int, str] = {}
    previous, count, begun = "", 0, timezone.now()
    for entry in AuditEntry.objects.order_by("pk").iterator(chunk_size=2000):
        if entry.previous != previous or entry.seal != crypto.seal(_canonical(entry)):
            return Verdict(entries=count, broken=entry.pk, head=previous)
        begun = entry.at if not count else begun
        previous, count = entry.seal, count + 1
        if entry.pk in wanted:
            seals[entry.pk] = entry.seal
    gone = [number for number, seal in kept if number and seals.get(number) != seal]
    lost = min((n for n in (anchor.lost(anchors, seals), *gone) if n), default=None)
    missing = _missing(begun, entries=count, is_anchored=anchor.is_begun())
    return Verdict(entries=count, broken=None, head=previous, lost=lost, missing=missing)


def _missing(begun: datetime, *, entries: int, is_anchored: bool) -> str:
    """What is not there of a chain that began at this moment; "" when nothing is missing."""
    margin = BEGINNING if entries else timedelta()
    # An account is opened with an entry, so the chain is never younger than they are.
    if get_user_model()._default_manager.filter(date_joined__lt=begun - margin).exists():
        return "beginning"
    return "anchor" if entries and not is_anchored else ""


def is_unanchored() -> bool:
    """Whether there is a chain, and nothing outside the database that tells how long it was."""
    return not anchor.is_begun() and AuditEntry.objects.exists()


def begin_anchor(*, by: User | None) -> None:
    """Begin to write the end of the chain down anew, where that file is missing; the chain says so.

    An act of the operator, who has looked why it is missing. Raises `Refused` where it is there.
    """
    if anchor.is_begun():
        raise Refused(_("audit.anchor is there; it goes on by itself."))
    anchor.set_aside()
    last = _last()
    with transaction.atomic():
        record("audit.anchor_begun", by=by, entries=last.pk, head=last.seal)
        now = _last()
        transaction.on_commit(partial(anchor.note, now.pk, now.seal, begins=True))


_PLAIN = DjangoJSONEncoder()
_CANONICAL = DjangoJSONEncoder(sort_keys=True, ensure_ascii=False)
_SCALARS = frozenset((str, int, bool, type(None), date, Decimal))


def _content(entry: Entry) -> dict[str, Any]:
    """What the chain keeps of an entry; its JSON is that of what the database gives back."""
    before, after = (personal.kept(entry.kind, one) for one in (entry.before, entry.after))
    content = {"before": before, "after": after, **entry.facts}
    if not entry.facts and all(
        type(one) in _SCALARS for one in (*before.values(), *after.values())
    ):
        return content
    # Keys that are numbers come back as text, and stand in another order then.
    plain: dict[str, Any] = json.loads(_PLAIN.encode(content))
    return plain


def _canonical(entry: AuditEntry | _Link) -> bytes:
    fields = [
        entry.id,
        entry.previous,
        entry.at.isoformat(),
        entry.actor_id,
        entry.actor,
        entry.door,
        entry.address,
        entry.action,
        entry.kind,
        entry.subject,
        entry.place,
        entry.organisation,
        entry.content,
    ]
    return _CANONICAL.encode(fields).encode()
