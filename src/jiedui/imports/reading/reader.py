"""Reading a file somebody sent, in a process of its own with limits of memory, time and cells.

A file may ask its reader for any amount of memory or crash it. Only that process dies of it, and
its death is an answer to the sender like any other.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import IO

from jiedui.imports.reading import transfer
from jiedui.imports.reading.child import NO_MEMORY
from jiedui.imports.reading.refused_file import BadWorkbook
from jiedui.imports.reading.refused_file import msgid as _
from jiedui.imports.reading.sheets import Workbook
from jiedui.imports.reading.workbook import Limits, content_of

logger = logging.getLogger(__name__)

_PASSED_ON = ("PATH", "PYTHONPATH", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT")
_OUT_OF_MEMORY = (NO_MEMORY, -signal.SIGABRT, -signal.SIGKILL)
_OUT_OF_TIME = (-signal.SIGXCPU,)


def read(source: Path | bytes, *, name: str = "", limits: Limits | None = None) -> Workbook:
    """A whole workbook, read in a process of its own.

    Raises BadWorkbook, whose text says what is wrong and how to mend it, also when the file asks
    for more than `limits` allow or the reading process dies of it.
    """
    limits = limits or Limits()
    content = content_of(source, limits=limits)
    name = name or (source.name if isinstance(source, Path) else "")
    with _child(limits) as (process, is_late):
        _hand_over(process, content)
        try:
            return transfer.receive(_lines(process, limits=limits), name=name)
        except (transfer.Broken, ValueError) as broken:
            status = process.wait()
            raise _death(status, limits=limits, is_late=is_late.is_set()) from broken


@contextmanager
def _child(limits: Limits) -> Iterator[tuple[subprocess.Popen[bytes], threading.Event]]:
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "jiedui.imports.reading.child", json.dumps(asdict(limits))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={key: os.environ[key] for key in _PASSED_ON if key in os.environ},
    )
    is_late = threading.Event()
    # Processor time is limited in the process itself; this is for one that sleeps.
    clock = threading.Timer(limits.seconds * 2, _stop, [process, is_late])
    clock.daemon = True
    clock.start()
    try:
        with process:
            yield process, is_late
    finally:
        clock.cancel()


def _stop(process: subprocess.Popen[bytes], is_late: threading.Event) -> None:
    is_late.set()
    process.kill()


def _hand_over(process: subprocess.Popen[bytes], content: bytes) -> None:
    pipe: IO[bytes] = process.stdin  # type: ignore[assignment]
    try:
        with pipe:
            pipe.write(content)
    except BrokenPipeError:
        logger.info("The reading process ended before it had the whole file")


def _lines(process: subprocess.Popen[bytes], *, limits: Limits) -> Iterator[str]:
    pipe: IO[bytes] = process.stdout  # type: ignore[assignment]
    left = limits.memory
    for line in pipe:
        left -= len(line)
        if left < 0:
            process.kill()
            return
        yield line.decode()


def _death(status: int, *, limits: Limits, is_late: bool) -> BadWorkbook:
    logger.warning("The process that read a file ended with status %s", status)
    smaller = _("Copy only the rows of the list into a new workbook and send that.")
    if is_late or status in _OUT_OF_TIME:
        return BadWorkbook(
            _("This file asks for more than the %(seconds)d seconds that reading a list may take."),
            smaller,
            {"seconds": limits.seconds},
        )
    if status in _OUT_OF_MEMORY:
        return BadWorkbook(
            _("This file asks for more than the %(most)d MB of memory that reading may take."),
            smaller,
            {"most": limits.memory // 1024**2},
        )
    return BadWorkbook(
        _("This file asks for something that stops the reading program: it is damaged."),
        _("Open it in Excel or WPS, save it as .xlsx, and send that file."),
    )
