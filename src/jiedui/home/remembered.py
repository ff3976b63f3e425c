"""What takes long to count is counted once between two changes, not at every look."""

import hashlib
from collections.abc import Callable
from typing import TypeVar

from django.core.cache import cache
from django.utils.translation import get_language

from jiedui.home.desk import Desk

T = TypeVar("T")
LONGEST = 3600  # seconds; a key of an earlier change is never asked for again


def remembered(desk: Desk, name: str, work: Callable[[], T]) -> T:
    """The result of `work` for this user, today, as long as no record is changed.

    Every change is an entry of the audit chain, so its number says whether there was one. The name
    must say all that the work depends on besides.
    """
    if desk.last_change is None:
        return work()
    facts = [name, desk.last_change, desk.today, desk.user.pk, get_language(),
             desk.campaign and desk.campaign.key]  # fmt: skip
    key = f"home:{hashlib.sha256(repr(facts).encode()).hexdigest()}"
    kept: tuple[T] | None = cache.get(key)
    if kept is None:
        kept = (work(),)
        cache.set(key, kept, LONGEST)
    return kept[0]
