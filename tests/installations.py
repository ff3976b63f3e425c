"""Installations made once for a whole run, however many workers ask; each test gets a copy."""

import contextlib
import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path


def environment(folder: Path) -> dict[str, str]:
    others = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "COVERAGE_FILE"}}
    return others | {
        "JIEDUI_DATA": str(folder),
        "DJANGO_SETTINGS_MODULE": "jiedui.settings",
        "PYTHONWARNINGS": "default",
    }


WORK_ONCE = """
import django
django.setup()
from django.db import connection
from jiedui.web import jobs
jobs.work(once=True)
connection.close()  # the file holds all of it, and no log lies beside it
"""


def run(folder: Path, *words: str) -> str:
    """What a command prints on the installation in this folder."""
    return _python(folder, "-m", "jiedui", *words)


def finish_jobs(folder: Path) -> None:
    """Do what the worker of this installation would do first, then stop."""
    _python(folder, "-c", WORK_ONCE)


def _python(folder: Path, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, *words], env=environment(folder), capture_output=True, text=True
    )
    assert done.returncode == 0, f"{' '.join(words)}: {done.stdout}{done.stderr}"
    return done.stdout


def empty(below: Path) -> Path:
    """An installation with nothing in it: its database is there, and its keys."""
    return once(below, "empty", lambda folder: run(folder, "migrate"))


def demonstration(name: str, *, below: Path, scale: str) -> Path:
    """An installation with this demonstration, or that of this file, its figures counted: no copy
    counts them again."""

    def make(folder: Path) -> None:
        copied(empty(below), folder)
        run(folder, "demo", name, "--scale", scale)
        finish_jobs(folder)

    return once(below, f"demo-{Path(name).stem}-{scale}", make)


def both_whole(below: Path) -> Path:
    """An installation with both demonstrations, each at its whole size."""

    def make(folder: Path) -> None:
        copied(demonstration("panjin", below=below, scale="1"), folder)
        run(folder, "demo", "xiejiaji", "--scale", "1")

    return once(below, "demo-both-1", make)


def copied(template: Path, folder: Path) -> Path:
    """Another installation with all that this one holds; nothing may run in either."""
    shutil.copytree(
        template,
        folder,
        ignore=shutil.ignore_patterns("*.log"),
        dirs_exist_ok=True,
    )
    return folder


def once(below: Path, name: str, make: Callable[[Path], object]) -> Path:
    """Made by whoever comes first, for all.

    It has another name while it is made: what was interrupted is no template.
    """
    folder, draft = below / name, below / f"{name}.new"
    below.mkdir(parents=True, exist_ok=True)
    with alone(below / f"{name}.lock"):
        if not folder.exists():
            shutil.rmtree(draft, ignore_errors=True)
            make(draft)
            draft.rename(folder)
    return folder


@contextlib.contextmanager
def alone(lock: Path) -> Iterator[None]:
    """No other process is inside at the same time."""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
