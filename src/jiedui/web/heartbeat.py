"""Whether workers live: each touches a file of its lanes, which pages and monitors look at."""

import time
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings

from jiedui.core.models import Job

SILENCE = 60.0  # seconds without a beat after which a worker counts as missing


def _path(lane: str) -> Path:
    return Path(settings.DATA) / "progress" / f"worker.{lane}"


def beat(lanes: Sequence[str]) -> None:
    """Say that a worker for these lanes lives."""
    for lane in lanes:
        path = _path(lane)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def is_alive(lane: str) -> bool:
    """Whether a worker of this lane was heard of within `SILENCE` seconds."""
    try:
        return time.time() - _path(lane).stat().st_mtime < SILENCE
    except OSError:
        return False


def workers() -> dict[str, bool]:
    """Each lane, and whether somebody works in it."""
    return {lane: is_alive(lane) for lane in Job.Lane.values}
