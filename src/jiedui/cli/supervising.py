"""The processes of `jiedui serve`: the pages, and a worker for each lane of jobs.

A worker that ends is started again; where it cannot live, everything ends with a sentence, so
that whoever started the service hears of it. Each child leads a process group of its own: Ctrl-C
reaches only this process, and what a child has started ends with it.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import FrameType

import click

LOOK = 0.2  # seconds between two looks at the children
GRACE = 4.0  # seconds they have to end by themselves once asked; then they are killed
MOST_DEATHS = 5  # of one worker within `DEATHS_WITHIN` seconds
DEATHS_WITHIN = 60.0
PAUSES = (0.0, 1.0, 2.0, 5.0)  # seconds before a worker is started for the nth time again


@dataclass
class Child:
    """One process, when it ended, and when it is due to start again."""

    name: str
    command: Sequence[str]
    process: "subprocess.Popen[bytes] | None" = None
    due: float = 0.0
    deaths: list[float] = field(default_factory=list)
    started: float = 0.0

    def start(self) -> None:
        from jiedui.web.children import die_with_parent

        self.started = time.monotonic()
        self.process = subprocess.Popen(
            self.command, start_new_session=True, preexec_fn=die_with_parent
        )

    def status(self) -> int | None:
        """Its exit status; None while it runs or waits to be started."""
        return self.process.poll() if self.process else None

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def signal_all(self, number: int) -> None:
        """Send a signal to it and to all it has started."""
        if self.process:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)

    def has_ended(self, status: int, *, now: float) -> None:
        """Note the death; raises when there were too many, else says when to start again.

        One that ended by itself and in order gives its memory back: it starts anew in silence.
        """
        self.signal_all(signal.SIGKILL)  # what it may have started
        self.process = None
        if status == 0 and now - self.started > DEATHS_WITHIN:
            return
        self.deaths = [at for at in self.deaths if now - at < DEATHS_WITHIN] + [now]
        if len(self.deaths) >= MOST_DEATHS:
            raise click.ClickException(
                f"{self.name} ended {MOST_DEATHS} times within a minute, the last time with status "
                f"{status}. Its messages stand above; without it nothing can be imported, counted "
                "or exported, so the server stops."
            )
        click.echo(f"{self.name} ended with status {status} and is started again.", err=True)
        self.due = now + PAUSES[len(self.deaths) - 1]


def supervise(server: Child, workers: Sequence[Child]) -> int:
    """Run until a signal comes or the server ends; returns the exit status of the command."""
    stop = threading.Event()

    def ask_to_stop(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    # A second signal sets the event again and disturbs nothing: the end is `GRACE` away at most.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, ask_to_stop)
    children = [server, *workers]
    try:
        for child in children:
            child.start()
        return _watch(server, workers, stop=stop)
    finally:
        _end(children)


def _watch(server: Child, workers: Sequence[Child], *, stop: threading.Event) -> int:
    while not stop.wait(LOOK):
        if (status := server.status()) is not None:
            click.echo(f"The server for the pages ended with status {status}.", err=True)
            return status or 1
        for worker in workers:
            _keep_alive(worker, now=time.monotonic())
    click.echo("\nStopping; everything is saved.")
    return 0


def _keep_alive(worker: Child, *, now: float) -> None:
    if (status := worker.status()) is not None:
        worker.has_ended(status, now=now)
    if worker.process is None and now >= worker.due:
        worker.start()


def _end(children: Sequence[Child]) -> None:
    for child in children:
        child.signal_all(signal.SIGTERM)
    until = time.monotonic() + GRACE
    while time.monotonic() < until and any(
        child.process and child.status() is None for child in children
    ):
        time.sleep(0.05)
    for child in children:
        child.signal_all(signal.SIGKILL)
        if child.process:
            child.process.wait()


def python(*arguments: str) -> list[str]:
    return [sys.executable, "-m", *arguments]
