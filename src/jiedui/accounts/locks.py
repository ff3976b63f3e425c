"""Wrong passwords: the fifth locks an account, at the address it was tried from, for 15 minutes.

A try is counted before its password is looked at, so that guesses sent together count as well.
Tries during a lock are not looked at: they neither count nor prolong it. Many wrong tries from one
address, whatever the names, lock that address for as long.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from jiedui.accounts.models import User, WrongTries
from jiedui.core import audit, crypto
from jiedui.core.locking import hold

LOCK = timedelta(minutes=15)  # GB/T 22239 usual practice, R22
OF_ACCOUNT, OF_ADDRESS = 5, 30  # an office behind one address has many who mistype


class Locked(Exception):
    """Too many wrong tries; nothing was looked at."""


def attempt(username: str, address: str, verify: Callable[[], Any]) -> Any:
    """What `verify` gives, an account or None; raises `Locked` when it is not the time to ask.

    The fifth wrong try is `Locked` as well. All that fails stands in the audit chain.
    """
    now = timezone.now()
    limits = {
        _key("account", username.casefold(), address): OF_ACCOUNT,
        _key("address", address): OF_ADDRESS,
    }
    reached = _begin(limits, now)
    if account := verify():
        _forgive(list(limits))
        return account
    # Of tries at the same moment only the one that reached a limit is the one that locked.
    locked = WrongTries.objects.filter(key__in=reached, locked_until__gt=now).exists()
    action = "account.locked" if locked else "account.sign_in_failed"
    # Of a name that nobody has nothing is kept: people type their password there by mistake.
    known = User.objects.filter(username=username).first()
    audit.record(action, known, username=known.username if known else audit.UNKNOWN)
    if locked:
        raise Locked
    return None


def _key(*parts: str) -> str:
    """Neither names nor addresses are kept: the table only counts."""
    return crypto.digest("\n".join(("sign-in", *parts)))


@transaction.atomic
def _begin(limits: dict[str, int], now: datetime) -> list[str]:
    """Count a try in advance; returns the keys whose limit it reached.

    Raises `Locked`, and nothing is counted, while one of the keys is locked.
    """
    # Made before they are locked: of two first tries at once both find the same row.
    WrongTries.objects.bulk_create(
        [WrongTries(key=key, since=now) for key in limits], ignore_conflicts=True
    )
    # In one order, so that two tries never wait for each other.
    rows = list(hold(WrongTries.objects.filter(key__in=limits)).order_by("key"))
    if any(row.locked_until and row.locked_until > now for row in rows):
        raise Locked
    reached = []
    for row in rows:
        if row.locked_until or row.since <= now - LOCK:
            row.count, row.since, row.locked_until = 0, now, None
        row.count += 1
        if row.count >= limits[row.key]:
            row.locked_until = now + LOCK
            reached.append(row.key)
    WrongTries.objects.bulk_update(rows, ["count", "since", "locked_until"])
    return reached


@transaction.atomic
def _forgive(keys: list[str]) -> None:
    """The password was right: what was counted in advance is taken back."""
    account, address = keys
    WrongTries.objects.filter(key=account).delete()
    row = hold(WrongTries.objects.filter(key=address, count__gt=0)).first()
    if row:
        row.count, row.locked_until = row.count - 1, None
        row.save(update_fields=["count", "locked_until"])


def tidy() -> int:
    """Forget what was counted long ago; returns how many rows went."""
    return WrongTries.objects.filter(since__lt=timezone.now() - 4 * LOCK).delete()[0]
