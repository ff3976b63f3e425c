"""Who writes to SQLite waits in a queue, and leaves it however the transaction ends."""

import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError, transaction
from django.db.utils import ConnectionHandler

from jiedui.core.sqlite.base import SUFFIX, turn_of

BESIDE = """
import sys, time
from django.conf import settings
settings.configure()
from django.db.utils import ConnectionHandler
own = ConnectionHandler({"default": {"ENGINE": "jiedui.core.sqlite", "NAME": sys.argv[1],
                         "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 5}}})["default"]
own.ensure_connection()
own.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
own.cursor().execute("INSERT INTO line VALUES ('beside')")
print("inside", flush=True)
time.sleep(60)
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "records.sqlite3"


@pytest.fixture
def handler(file: Path, django_db_blocker: Any) -> Iterator[ConnectionHandler]:
    """Connections of whichever thread asks, to one file; those waited for take half a second."""
    options = {"transaction_mode": "IMMEDIATE", "timeout": 0.5}
    facts = {"ENGINE": "jiedui.core.sqlite", "NAME": str(file), "OPTIONS": options}
    found = ConnectionHandler({"default": facts})
    with django_db_blocker.unblock():
        with found["default"].cursor() as cursor:
            cursor.execute("PRAGMA journal_mode=WAL")
            cursor.execute("CREATE TABLE line (who text)")
        yield found
        found.close_all()


@pytest.fixture(autouse=True)
def written_there(handler: ConnectionHandler, monkeypatch: pytest.MonkeyPatch) -> None:
    """`transaction.atomic` finds these connections, not those of the other tests."""
    monkeypatch.setattr(transaction, "get_connection", lambda _using=None: handler["default"])


def begin(connection: Any) -> None:
    connection.ensure_connection()
    connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)


def write(connection: Any, who: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO line VALUES (%s)", [who])


def written(handler: ConnectionHandler) -> list[str]:
    with handler["default"].cursor() as cursor:
        return [who for (who,) in cursor.execute("SELECT who FROM line ORDER BY rowid")]


def in_a_thread(handler: ConnectionHandler, who: str) -> list[BaseException]:
    """What went wrong while another thread wrote one line."""
    wrong: list[BaseException] = []

    def work() -> None:
        try:
            with transaction.atomic():
                write(handler["default"], who)
        except DatabaseError as error:
            wrong.append(error)
        finally:
            handler["default"].close()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(30)
    assert not thread.is_alive()
    return wrong


def test_nothing_is_lost_where_many_write(handler: ConnectionHandler) -> None:
    def work(number: int) -> None:
        for at in range(20):
            with transaction.atomic():
                write(handler["default"], f"{number}-{at}")
        handler["default"].close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert sorted(written(handler)) == sorted(f"{n}-{at}" for n in range(6) for at in range(20))


def test_who_waits_too_long_for_a_thread_beside_is_told(handler: ConnectionHandler) -> None:
    with transaction.atomic():
        write(handler["default"], "first")
        (error,) = in_a_thread(handler, "second")
    assert isinstance(error, OperationalError)
    assert "locked" in str(error)
    assert in_a_thread(handler, "third") == []
    assert written(handler) == ["first", "third"]


def test_the_turn_is_left_after_a_failure(handler: ConnectionHandler) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        write(handler["default"], "gone")
        _ = 1 / 0
    assert in_a_thread(handler, "next") == []
    assert written(handler) == ["next"]


def test_the_turn_is_left_by_closing(handler: ConnectionHandler) -> None:
    begin(handler["default"])
    write(handler["default"], "gone")
    handler["default"].close()
    assert in_a_thread(handler, "next") == []
    assert written(handler) == ["next"]


def test_the_turn_is_left_where_the_transaction_cannot_begin(
    handler: ConnectionHandler, file: Path
) -> None:
    """Somebody who knows nothing of the queue holds the database itself."""
    stranger = sqlite3.connect(file, isolation_level=None)
    stranger.execute("BEGIN IMMEDIATE")
    with pytest.raises(OperationalError), transaction.atomic():
        pass
    stranger.execute("ROLLBACK")
    stranger.close()
    assert in_a_thread(handler, "next") == []


def test_a_process_that_is_killed_gives_its_turn_back(
    handler: ConnectionHandler, file: Path
) -> None:
    command = [sys.executable, "-c", BESIDE, str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as beside:
        assert beside.stdout
        assert beside.stdout.readline() == "inside\n"
        waiting = threading.Thread(target=in_a_thread, args=(handler, "after"))
        waiting.start()
        time.sleep(0.2)
        assert waiting.is_alive()  # longer than a database asks: it waits in the queue
        assert written(handler) == []
        beside.kill()
        waiting.join(30)
    assert written(handler) == ["after"]


def test_a_forked_process_has_a_turn_of_its_own(handler: ConnectionHandler, file: Path) -> None:
    """One lock of the system that both know by the same number would be nobody's."""
    with transaction.atomic():
        ours = turn_of(str(file), 0.5)
        pid = os.fork()
        if not pid:
            os._exit(0 if turn_of(str(file), 0.5) is not ours else 1)
        assert os.waitpid(pid, 0)[1] == 0
        assert turn_of(str(file), 0.5) is ours
    assert in_a_thread(handler, "next") == []


def test_a_lock_that_cannot_be_made_is_said(handler: ConnectionHandler, file: Path) -> None:
    turn_of.cache_clear()
    file.with_name(file.name + SUFFIX).unlink(missing_ok=True)
    file.with_name(file.name + SUFFIX).mkdir()
    with pytest.raises(OperationalError, match="cannot be locked"), transaction.atomic():
        pass
