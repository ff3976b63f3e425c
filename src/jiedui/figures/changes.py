"""What has been recorded since a snapshot was taken, as the audit chain tells it."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

import jiedui
from jiedui.core.models import AuditEntry
from jiedui.fieldwork.models import Activity
from jiedui.figures.models import Snapshot
from jiedui.ledger.models import Gift

# What the audit chain tells of, and no figure counts: looking at records, what we make of them,
# and what is only being prepared.
LOOKING = (
    "household.read", "person.read", "activity.read", "gifts.sheet_read", "ledger.printed",
    "register.exported", "register.printed", "household.read_many", "person.read_many",
    "member.read", "member.read_many", "complaint.read", "upload.read", "figure.exported",
    "sheet.read", "sheet.read_many",
    "audit.verified", "audit.anchor_begun", "storage.tidied", "import.received", "import.settled",
    "import.laid_out", "import.dropped",
    "proposal.asked", "proposal.changed", "proposal.discarded",
    "proposal.solved", "proposal.went_over", "proposal.replayed", "proposal.row_left_out",
    "proposal.row_back_in",
    "appointment.given", "appointment.ended",
)  # fmt: skip
NOT_COUNTED = ("accounts.", "figures.", "reports.", "notices.")
# What touches nothing but one record and what follows from it (`amending`). Whatever else such an
# action brings about, as the end of a pair, has an entry of its own.
OF_ONE = {
    Activity._meta.label_lower: ("activity.recorded", "activity.voided", "activity.restored"),
    Gift._meta.label_lower: ("gift.recorded", "gift.voided", "gift.restored", "gift.confirmed"),
}
MOST = 500  # records: with more, reading what has changed is no slower


@dataclass(frozen=True)
class Touched:
    """Keys of the records that have come, been taken out, or stand again."""

    activities: frozenset[UUID] = frozenset()
    gifts: frozenset[UUID] = frozenset()


def entries() -> QuerySet[AuditEntry]:
    """Entries of the audit chain that tell of something that is counted."""
    rows = AuditEntry.objects.exclude(action__in=LOOKING)
    for app in NOT_COUNTED:
        rows = rows.exclude(kind__startswith=app)
    return rows


def touched(before: Snapshot) -> Touched:
    """The records touched since a snapshot, whatever else has been recorded."""
    of_one = [action for actions in OF_ONE.values() for action in actions]
    rows = entries().filter(pk__gt=before.last_entry, action__in=of_one).order_by()
    return _touched(rows.values_list("kind", "subject"))


def touched_alone(before: Snapshot, *, as_of: date) -> Touched | None:
    """The same, since a snapshot of the same day; None when anything else may have changed.

    None as well when nothing has been recorded: whoever asks for a snapshot then wants all to be
    looked at.
    """
    made = timezone.localdate(before.made)
    if before.as_of != as_of or made != timezone.localdate() or before.code != code():
        return None
    rows = entries().filter(pk__gt=before.last_entry).order_by()
    found = list(rows.values_list("kind", "action", "subject")[: MOST + 1])
    are_of_one = all(action in OF_ONE.get(kind, ()) for kind, action, _subject in found)
    if not 0 < len(found) <= MOST or not are_of_one:
        return None
    return _touched((kind, subject) for kind, _action, subject in found)


def _touched(subjects: Iterable[tuple[str, str]]) -> Touched:
    keys: dict[str, set[UUID]] = {kind: set() for kind in OF_ONE}
    for kind, subject in subjects:
        keys[kind].add(UUID(subject))
    return Touched(*map(frozenset, keys.values()))


@lru_cache(maxsize=1)
def code() -> str:
    """The code that reads: another release may read what has not changed in another way."""
    files = sorted(Path(jiedui.__file__).parent.rglob("*.py"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
