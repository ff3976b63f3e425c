"""Reading and checking 16,000 households × 32 columns, against openpyxl with the same checks.

    python benchmarks/import_reading.py [--rows N] [--repeat N]

Three ways over one file in one run: ours; openpyxl (read-only) feeding our checks; openpyxl with
the same checks called cell by cell, row by row, as a form would. Prints processor seconds, so that
other work on the machine does not count, and ratios, as JSON.
"""

# ruff: noqa: E402 — the paths and Django must be set up before our modules are imported.

from __future__ import annotations

import argparse
import io
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1] / part) for part in ("src", "tests/imports")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiedui.settings")

import django

django.setup()

import lists
import openpyxl

from jiedui.imports.columns.schemas import HOUSEHOLDS
from jiedui.imports.reading.workbook import Sheet, Workbook, read
from jiedui.imports.tables.parsing import parse
from jiedui.imports.values.parsers import Bad

TITLE = ["低保户结对帮扶台账"]


def ours(content: bytes) -> int:
    parsed = parse(read(content), HOUSEHOLDS)
    return len(parsed.rows) + len(parsed.mistakes)


def openpyxl_sheet(content: bytes) -> list[list[object]]:
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    rows = [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]
    book.close()
    return rows


def openpyxl_with_our_checks(content: bytes) -> int:
    sheet = Sheet("表1", openpyxl_sheet(content))
    parsed = parse(Workbook("", [sheet]), HOUSEHOLDS)
    return len(parsed.rows) + len(parsed.mistakes)


def openpyxl_row_by_row(content: bytes) -> int:
    rows = openpyxl_sheet(content)
    fields = [next(f for f in HOUSEHOLDS.fields if name in f.aliases) for name in rows[1]]
    good = bad = 0
    for row in rows[2:]:
        read_row = {f.key: f.parser(cell) for f, cell in zip(fields, row, strict=True)}
        bad += sum(isinstance(value, Bad) for value in read_row.values())
        good += 1
    return good + bad


def seconds(way: Callable[[bytes], int], content: bytes, *, repeat: int) -> tuple[float, int]:
    best, count = float("inf"), 0
    for _turn in range(repeat):
        start = time.process_time()
        count = way(content)
        best = min(best, time.process_time() - start)
    return best, count


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=16_000)
    options.add_argument("--repeat", type=int, default=3)
    chosen = options.parse_args()
    content = lists.xlsx([TITLE, lists.NATIONAL, *lists.national(chosen.rows)])
    ways = (ours, openpyxl_with_our_checks, openpyxl_row_by_row)
    timed = {way.__name__: seconds(way, content, repeat=chosen.repeat) for way in ways}
    # The same file must give the same answer, or the times mean nothing.
    assert len({count for _seconds, count in timed.values()}) == 1, timed
    mine = timed["ours"][0]
    shown = {name: round(took, 2) for name, (took, _count) in timed.items()}
    ratios = {f"{name}_ratio": round(took / mine, 2) for name, (took, _c) in timed.items()}
    facts = {"rows": chosen.rows, "columns": len(lists.NATIONAL), "seconds": shown, **ratios}
    sys.stdout.write(json.dumps(facts, ensure_ascii=False, indent=2) + "\n")


if __name__ == "__main__":
    main()
