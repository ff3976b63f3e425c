"""Heavy work in a process of its own, so that those that serve pages stay small.

A function marked `apart` runs where it is called, unless that process has said `begin`: then
another one is started, which loads the libraries it needs (the pairing engine, DuckDB) and ends
when nothing has been asked of it for a while. Arguments and results are pickled; what the function
raises is raised here.

Run as a program, this module is that other process: `python -m jiedui.core.apart DESCRIPTOR`.
"""

import os
import pickle
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from importlib import import_module
from multiprocessing.connection import Connection, Pipe
from typing import Any, ParamSpec, TypeVar

import django
from django.db import connections

P = ParamSpec("P")
R = TypeVar("R")

IDLE = 300.0  # seconds without work, after which the other process ends and its memory is free
ENDED = (EOFError, BrokenPipeError, ConnectionResetError)


def apart(function: Callable[P, R]) -> Callable[P, R]:
    """Mark a function of a module: it may run in the other process."""

    @wraps(function)
    def called(*args: P.args, **kwargs: P.kwargs) -> R:
        if _other is None:
            return function(*args, **kwargs)
        result: R = _other.call((function.__module__, function.__qualname__), args, kwargs)
        return result

    return called


class Broken(RuntimeError):
    """The other process ended while it worked; nothing is known of the result."""


class _Other:
    """The other process, started when it is first needed and again after it has ended."""

    def __init__(self) -> None:
        self.lock = threading.Lock()  # one piece of work after the other
        self.connection: Connection | None = None
        self.process: subprocess.Popen[bytes] | None = None

    def call(self, name: tuple[str, str], args: Any, kwargs: Any) -> Any:
        with self.lock:
            connection = self._begun((name, args, kwargs))
            try:
                is_fine, result = connection.recv()
            except ENDED as ended:
                self._forget()
                raise Broken("The process for heavy work ended while it worked.") from ended
            except BaseException:
                self._forget()  # or the next one to ask would read this answer
                raise
        if not is_fine:
            raise result
        return result

    def _begun(self, work: Any) -> Connection:
        """The connection to a process that has taken this work on."""
        if self.connection is not None:
            try:
                self.connection.send(work)
                self.connection.recv()
            except ENDED:  # it had been idle for too long, perhaps just now
                self._forget()
            else:
                return self.connection
        connection = self._start()
        try:
            connection.send(work)
            connection.recv()
        except ENDED as ended:
            self._forget()
            raise Broken("The process for heavy work could not start.") from ended
        return connection

    def _start(self) -> Connection:
        ours, theirs = Pipe()
        with theirs:
            command = [sys.executable, "-m", __name__, str(theirs.fileno())]
            self.process = subprocess.Popen(command, pass_fds=[theirs.fileno()])
        self.connection = ours
        return ours

    def _forget(self) -> None:
        if self.connection is not None:
            self.connection.close()
        if self.process is not None:
            self.process.kill()
            self.process.wait()
        self.connection = self.process = None


_other: _Other | None = None


def begin() -> None:
    """From now on, functions marked `apart` run in the other process."""
    global _other
    _other = _Other()


def _work(connection: Connection) -> None:
    """Do what is asked until nothing is asked any more, or nobody is there to ask."""
    with suppress(*ENDED):
        while connection.poll(IDLE):
            name, args, kwargs = connection.recv()
            connection.send("begun")
            connection.send_bytes(_answer(name, args, kwargs))
            connections.close_all()  # the next piece may be hours away


def _answer(name: tuple[str, str], args: Any, kwargs: Any) -> bytes:
    """What the function returned, or raised, as it travels."""
    try:
        function = getattr(import_module(name[0]), name[1]).__wrapped__
        return pickle.dumps((True, function(*args, **kwargs)))
    except Exception as error:
        return pickle.dumps((False, _sendable(error)))


def _sendable(error: Exception) -> Exception:
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 (our own)
    except Exception:
        return RuntimeError("".join(traceback.format_exception(error)))
    return error


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiedui.settings")
    django.setup()
    _work(Connection(int(sys.argv[1])))


if __name__ == "__main__":
    main()
