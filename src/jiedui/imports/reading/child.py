"""The process that reads one file: `python -m jiedui.imports.child`, within limits, then gone.

It gets the file on its standard input and writes the workbook to its standard output. It starts
without Django, its settings and its keys: a file that takes it over gains nothing.
"""

from __future__ import annotations

import json
import resource
import sys

NO_MEMORY = 77  # the exit status that says so


def main() -> int:
    facts = json.loads(sys.argv[1])
    _limit(memory=facts["memory"], seconds=facts["seconds"])
    try:
        _read(facts)
    except MemoryError:
        return NO_MEMORY
    return 0


def _limit(*, memory: int, seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    # The first limit ends it by a signal of its own; the second kills, as too little memory does.
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # it has nothing to write but its answer


def _read(facts: dict[str, int]) -> None:
    # Imported under the limits, which count everything this process ever takes.
    from jiedui.imports.reading import transfer, workbook
    from jiedui.imports.reading.refused_file import BadWorkbook

    limits = workbook.Limits(**facts)
    try:
        found = workbook.read(sys.stdin.buffer.read(limits.size + 1), limits=limits)
    except BadWorkbook as bad:
        transfer.send_refusal(bad, sys.stdout)
    else:
        transfer.send(found, sys.stdout)
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
