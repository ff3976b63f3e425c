"""A lock, so that one list at a time is written: two would not see each other's rows.

The lock expires when its holder is killed; a slow holder notices that before the next write.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import connection
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from jiedui.core.jobs import Lost
from jiedui.core.refusals import Refused
from jiedui.imports.models import WritingTurn

LASTS = timedelta(seconds=90)
PATIENCE = 120.0  # seconds to wait for another list
PAUSE = 0.1  # seconds between two attempts


class Turn:
    def __init__(self, upload: int) -> None:
        self.token, self.upload = secrets.token_hex(8), upload

    def take(self) -> bool:
        """Try to take the lock; the conditional update lets only one of two have it."""
        WritingTurn.objects.get_or_create(pk=1)
        # A restarted job takes over the lock of the killed worker of the same list.
        free = Q(token="") | Q(until__lt=timezone.now()) | Q(upload=self.upload)
        return bool(WritingTurn.objects.filter(free, pk=1).update(**self._held()))

    def keep(self) -> None:
        """Extend the lock inside the transaction of a portion. Raises `Lost` if it has expired."""
        if not WritingTurn.objects.filter(pk=1, token=self.token).update(**self._held()):
            raise Lost

    def give_back(self) -> None:
        WritingTurn.objects.filter(pk=1, token=self.token).update(token="")

    def _held(self) -> dict[str, object]:
        return {"token": self.token, "upload": self.upload, "until": timezone.now() + LASTS}


@contextmanager
def turn(upload: int) -> Iterator[Turn]:
    """Hold the lock for a list. Raises `Refused` when another list takes too long."""
    ours, since = Turn(upload), time.monotonic()
    while not ours.take():
        if connection.in_atomic_block or time.monotonic() - since > PATIENCE:
            raise Refused(_("Another list is being written just now. Please try again later."))
        time.sleep(PAUSE)
    try:
        yield ours
    finally:
        ours.give_back()
