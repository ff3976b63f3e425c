"""SQLite for many who write at the same moment: each waits for its turn in a queue.

SQLite has one writer at a time. Whoever comes second asks again after 1, 2, 5, 10 … 100 ms, so that
with eight of them the unlucky ones wait for half a second while the database idles. Here a
transaction first takes a lock of the operating system, which wakes the next in line at once. The
database's own lock stays what keeps writers apart: a program that knows nothing of the queue, such
as a backup, only has to wait as before.
"""

import fcntl
import os
import threading
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

Execute = Callable[[str, Any, bool, dict[str, Any]], Any]
WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE", "ANALYZE")
SUFFIX = "-turn"  # of the file beside the database that is locked; it stays empty


class Turn:
    """The right to write to one database file; one thread of one process has it at a time.

    Threads of this process wait for each other up to `timeout` seconds; the first of them waits for
    other processes, as long as those take. A process that dies gives its turn back.
    """

    def __init__(self, database: str, *, timeout: float) -> None:
        self._database, self._path = Path(database), Path(database + SUFFIX)
        self._timeout = timeout
        self._inside = threading.Lock()
        self._file = -1

    def take(self) -> None:
        """Raises `OperationalError` where another thread of this process takes too long, or the
        file cannot be made.
        """
        if not self._inside.acquire(timeout=self._timeout):
            raise OperationalError("database is locked")
        try:
            if self._file < 0:
                self._file = self._open()
            fcntl.flock(self._file, fcntl.LOCK_EX)
        except OSError as error:
            self._inside.release()
            raise OperationalError(f"{self._path} cannot be locked: {error.strerror}") from error
        except BaseException:
            self._inside.release()
            raise

    def _open(self) -> int:
        """The file belongs to whom the database belongs to, also where root came first."""
        file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        if os.geteuid() == 0:
            owner = self._database.stat()
            os.fchown(file, owner.st_uid, owner.st_gid)
        return file

    def leave(self) -> None:
        fcntl.flock(self._file, fcntl.LOCK_UN)
        self._inside.release()


@cache
def turn_of(database: str, timeout: float) -> Turn:
    return Turn(database, timeout=timeout)


# A forked process would share the lock of its parent: it has one of its own.
os.register_at_fork(after_in_child=turn_of.cache_clear)


class DatabaseWrapper(base.DatabaseWrapper):
    _turn: Turn | None = None  # while this connection has it

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.execute_wrappers.append(self._execute)

    def _execute(
        self, execute: Execute, sql: str, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        """A statement outside a transaction that writes is one by itself."""
        if self._turn or self.in_atomic_block or not sql.startswith(WRITES):
            return execute(sql, params, many, context)
        self._take()
        try:
            return execute(sql, params, many, context)
        finally:
            self._leave()

    def _start_transaction_under_autocommit(self) -> None:
        self._take()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._leave()
            raise

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]
        self._leave()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._leave()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self._leave()

    def _take(self) -> None:
        # It is ours already where a signal ended what came after taking it.
        if self._turn or self.is_in_memory_db():
            return
        settings: dict[str, Any] = self.settings_dict
        turn = turn_of(str(settings["NAME"]), float(settings["OPTIONS"].get("timeout", 5)))
        turn.take()
        self._turn = turn

    def _leave(self) -> None:
        turn, self._turn = self._turn, None
        if turn:
            turn.leave()
