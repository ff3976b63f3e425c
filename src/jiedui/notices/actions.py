from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from jiedui.core import audit, crypto
from jiedui.core.refusals import Refused
from jiedui.core.users import User
from jiedui.notices.models import Complaint, Notice

PER_ORIGIN, PER_HOUR = 5, 200


@transaction.atomic
def complain(text: str, *, contact: str = "", page: str = "", origin: str = "") -> Complaint:
    """Put a note into the box. Refused past 5 notes an hour from one address, 200 in all."""
    digest = crypto.digest(origin)
    lately = Complaint.objects.filter(made__gt=timezone.now() - timedelta(hours=1))
    if lately.filter(origin=digest).count() >= PER_ORIGIN or lately.count() >= PER_HOUR:
        raise Refused(_("Many notes came in within this hour. Please try again later."))
    complaint = Complaint.objects.create(text=text, contact=contact, page=page[:200], origin=digest)
    # Neither text nor writer: the chain is read by more people than the box.
    audit.record("complaint.made", complaint)
    return complaint


@transaction.atomic
def answer(complaint: Complaint, *, text: str, by: User | None) -> None:
    """Write down what was done about it. A second answer replaces nothing."""
    answered = Complaint.objects.filter(pk=complaint.pk, answered=None).update(
        answer=text, answered=timezone.now(), answered_by=by
    )
    if not answered:
        raise Refused(_("This note has already been answered."))
    audit.record("complaint.answered", complaint, by=by)


@dataclass(frozen=True)
class Written:
    """What a notice says now, and the address of the page about it."""

    text: str
    href: str = ""


PAUSE_DAYS = 7  # a second reminder sooner would be read by nobody


def reminded_lately(kind: str) -> set[str]:
    """The subjects of notices of this kind that were sent within `PAUSE_DAYS`."""
    since = timezone.now() - timedelta(days=PAUSE_DAYS)
    sent = Notice.objects.filter(kind=kind, made__gt=since)
    return set(sent.order_by().values_list("subject", flat=True))


Writer = Callable[[Sequence[Notice]], dict[int, Written]]
# Kinds of notices are known to apps above; each registers who writes them.
WRITERS: dict[str, Writer] = {}


def writer(kind: str) -> Callable[[Writer], Writer]:
    """Register a function notices → what each says, by key; one left out says nothing any more."""

    def decorate(function: Writer) -> Writer:
        WRITERS[kind] = function
        return function

    return decorate


def written(notices: Sequence[Notice]) -> list[tuple[Notice, Written]]:
    """The notices that still say something, each kind asked once."""
    found: dict[int, Written] = {}
    for kind in {notice.kind for notice in notices} & WRITERS.keys():
        found |= WRITERS[kind]([one for one in notices if one.kind == kind])
    return [(one, found[one.pk]) for one in notices if one.pk in found]


def read(notices: QuerySet[Any]) -> int:
    """Whoever they went to has read them. Returns how many were unread."""
    return notices.filter(read=None).update(read=timezone.now())
