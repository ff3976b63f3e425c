"""How long the audit chain was, written down outside the database: an append-only file beside it.

Who cuts the end off the chain, or all of it, leaves no broken link; this file still tells. A line
is added after each commit, so it may lag behind the database when a process is killed, which is no
alarm. A power cut may take the last commits and leave their lines: those are known by the start of
the machine they were written in (`boot`) and by their time.

It begins with the first entries of the chain, and by nothing else but an act of the operator that
stands in the chain: a file that was taken away, or emptied, stays missing and is told.
"""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings

from jiedui.core import crypto

NAME = "audit.anchor"
LONGEST = 200  # characters of a line
FLUSHED = 60  # seconds after which a commit is on the disk, whatever happens to the machine


@dataclass(frozen=True)
class Anchor:
    """`number` entries stood in the chain, and the last one had this seal."""

    number: int
    seal: str
    boot: str
    at: int  # seconds since 1970


def path() -> Path:
    return Path(settings.DATA) / NAME


def note(number: int, seal: str, *, begins: bool = False) -> None:
    """Write down the end of the chain; one short line, whole even between processes.

    Without `begins`, nothing is written where nothing was begun.
    """
    if not begins and not is_begun():
        return
    content = f"{number} {seal} {_boot()} {int(time.time())}"
    line = f"{content} {_mark(content)}\n".encode()
    path().parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path(), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(descriptor, line)
    finally:
        os.close(descriptor)


def is_begun() -> bool:
    """Whether the file is there and begins with a line of ours."""
    try:
        with path().open(encoding="ascii", errors="replace") as file:
            return bool(list(_known([file.readline(LONGEST).removesuffix("\n")])))
    except OSError:  # also one that this user may not read tells nothing
        return False


def set_aside() -> None:
    """What stands there and is none of ours is kept under another name."""
    if path().exists():
        path().rename(path().with_name(f"{NAME}.{int(time.time())}"))


def read() -> list[Anchor]:
    """Every line that was written here; what somebody else wrote, or half a line, is none."""
    try:
        lines = path().read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return []
    return list(_known(lines))


def _known(lines: list[str]) -> Iterator[Anchor]:
    for line in lines:
        content, _blank, mark = line.rpartition(" ")
        if mark == _mark(content):
            number, seal, boot, at = content.split(" ")
            yield Anchor(int(number), seal, boot, int(at))


def lost(anchors: list[Anchor], seals: dict[int, str]) -> int | None:
    """The first entry that was written down and is no longer there as it was; None when all are.

    `seals` are those of the chain, by number, at least for every number in `anchors`.
    """
    ends: dict[str, int] = {}
    for one in anchors:
        ends[one.boot] = max(one.at, ends.get(one.boot, 0))
    missing = [
        one.number
        for one in anchors
        if seals.get(one.number) != one.seal
        and (one.boot == _boot() or one.at < ends[one.boot] - FLUSHED)
    ]
    return min(missing, default=None)


def _mark(content: str) -> str:
    return crypto.seal(f"anchor {content}".encode())[:16]


@cache
def _boot() -> str:
    """Which start of the machine this is; the same for all of its processes."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()[:8]
    except OSError:
        return "unknown"
