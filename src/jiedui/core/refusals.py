"""An action that cannot do its work says so in a sentence for the user."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DatabaseError, IntegrityError, OperationalError, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
SHUT = {errno.EACCES, errno.EPERM, errno.EROFS}
# What SQLite says of a file that is none of its own, or in a folder that may not be written to.
NO_DATABASE = ("file is not a database", "unable to open database file")
# What SQLite says of a full disk comes without a number.
FULL_BASE = ("database or disk is full", "disk I/O error")


class Refused(Exception):
    """Raised by actions; one middleware turns it into a message (web) or a 409 (phone, API)."""

    # Of a refusal that leaves nothing to go back to: the page that says what to do instead.
    template = ""

    def __init__(self, sentence: str | Promise, **facts: Any) -> None:
        super().__init__(str(sentence))
        self.sentence = str(sentence)
        self.facts = facts


PASSING = ("40P01", "40001", "55P03")  # deadlock, serialisation failure, lock not to be had
SQLITE_TWINS = ("SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY")


@contextmanager
def unless_taken() -> Iterator[None]:
    """Of two who write the same at the same moment the database lets one through: `Refused`."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as taken:
        if not _is_twin(taken):
            raise
        raise Refused(
            _("Somebody else has just saved the same. Look at it again before you go on.")
        ) from taken


def _is_twin(error: IntegrityError) -> bool:
    """Whether a value is there that only one row may have; any other rule broken is our mistake."""
    cause = error.__cause__
    name = getattr(cause, "sqlite_errorname", "")
    return getattr(cause, "sqlstate", "") == "23505" or name in SQLITE_TWINS


def will_pass(error: BaseException) -> bool:
    """Whether the database only says that others were writing: nothing is saved, and what was sent
    may be sent again. PostgreSQL ends one of two who wait for each other; SQLite has one writer.
    """
    cause = error.__cause__
    name = str(getattr(cause, "sqlite_errorname", ""))
    is_busy = name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))
    return isinstance(error, OperationalError) and (
        is_busy or getattr(cause, "sqlstate", "") in PASSING
    )


def of_the_connection(error: BaseException) -> str:
    """The sentence for a database that cannot be opened; "" for any other error."""
    message = str(error).splitlines()[0] if isinstance(error, DatabaseError) and str(error) else ""
    if message.startswith("connection failed") or message in NO_DATABASE:
        return _(
            "The database cannot be opened (%(reason)s). Start it, or correct its address."
        ) % {"reason": message}
    return ""


def of_the_disk(error: BaseException) -> str:
    """The sentence for a disk that is full or may not be written to; "" for any other error."""
    number = error.errno if isinstance(error, OSError) else None
    if number in FULL or str(error) in FULL_BASE:
        return _("The disk is full. Make room and start again: nothing was half saved.")
    if number in SHUT and isinstance(error, OSError):
        return _("%(file)s may not be written or read by this user.") % {"file": error.filename}
    return ""
