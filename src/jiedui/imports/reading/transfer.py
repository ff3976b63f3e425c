"""A workbook as lines of JSON: how the process that reads a file hands over what it found.

JSON, because nothing that a hostile file makes of the reading process can become code here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import IO, Any

from jiedui.imports.reading.cells import Cell, Texts
from jiedui.imports.reading.refused_file import BadWorkbook
from jiedui.imports.reading.sheets import Sheet, Workbook


class Broken(Exception):
    """The lines end before the workbook does: the reading process died."""


def send(workbook: Workbook, out: IO[str]) -> None:
    """Write a workbook line by line, without the empty cells at the ends of rows."""
    encode = json.JSONEncoder(default=_packed, separators=(",", ":")).encode
    for sheet in workbook.sheets:
        out.write(encode(_head(sheet)) + "\n")
        for row in sheet.rows:
            out.write(encode(_trimmed(row)) + "\n")
    out.write('{"end":true}\n')


def send_refusal(bad: BadWorkbook, out: IO[str]) -> None:
    out.write(json.dumps({"bad": bad.msgids, "facts": bad.facts}) + "\n")


def receive(lines: Iterable[str], *, name: str) -> Workbook:
    """What `send` wrote. Raises the BadWorkbook that was sent instead, or `Broken`."""
    texts = Texts()
    sheets: list[Sheet] = []
    for line in lines:
        found = json.loads(line)
        if isinstance(found, list):
            cells = [_unpacked(cell) if cell.__class__ is dict else cell for cell in found]
            sheets[-1].rows.append(texts.shared(cells))
        elif "bad" in found:
            raise BadWorkbook(found["bad"][0], found["bad"][1], found["facts"])
        elif "end" in found:
            return Workbook(name, sheets)
        else:
            sheets.append(_sheet(found))
    raise Broken


def _trimmed(row: list[Cell]) -> list[Cell]:
    used = next((n for n in range(len(row), 0, -1) if row[n - 1] not in ("", None)), 0)
    return row[:used]


def _head(sheet: Sheet) -> dict[str, Any]:
    return {
        "sheet": sheet.name,
        "merged": sheet.merged,
        "hidden": sheet.hidden,
        "hidden_rows": sorted(sheet.hidden_rows),
        "marks": [[*place, mark] for place, mark in sheet.marks.items()],
    }


def _sheet(head: dict[str, Any]) -> Sheet:
    return Sheet(
        head["sheet"],
        [],
        [((top, left), (bottom, right)) for (top, left), (bottom, right) in head["merged"]],
        head["hidden"],
        frozenset(head["hidden_rows"]),
        {(row, column): mark for row, column, mark in head["marks"]},
    )


def _packed(value: object) -> dict[str, Any]:
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if isinstance(value, time):
        return {"time": value.isoformat()}
    if isinstance(value, timedelta):
        return {"seconds": value.total_seconds()}
    raise TypeError(f"No cell holds a {type(value).__name__}")


def _unpacked(value: dict[str, Any]) -> Cell:
    ((kind, content),) = value.items()
    match kind:
        case "moment":
            return datetime.fromisoformat(content)
        case "day":
            return date.fromisoformat(content)
        case "time":
            return time.fromisoformat(content)
    return timedelta(seconds=content)
