"""What was written goes from the log into the database file while nobody waits for it.

SQLite does it by itself at the end of whichever write fills the log, and lets all others wait
meanwhile: half a second on a slow disk. Between two writes nobody waits.
"""

from django.db import connection


def checkpoint() -> None:
    """Take over what can be taken over without making anybody wait; on PostgreSQL nothing.

    Inside a transaction it cannot be done, and is left for later.
    """
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")
