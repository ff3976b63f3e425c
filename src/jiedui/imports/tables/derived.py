"""What follows from other cells of a row, where the list says nothing or less."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from jiedui.engines import words
from jiedui.imports.columns.declarations import Schema
from jiedui.imports.tables.rows import Parsed, Row, with_field
from jiedui.imports.values.dates import agrees, precision


def fill(parsed: Parsed, schema: Schema) -> None:
    """Birth and gender from sound identity numbers; each is marked in its row as derived.

    A birth of which the list says only the month or year becomes the day in the number where they
    agree, else the first day.
    """
    wanted = [key for key in ("birth", "gender") if key in schema.by_key]
    wanted = [key for key in wanted if schema.by_key[key].is_kept]
    for row in parsed.rows if wanted else ():
        if number := str(row.values.get("identity") or ""):
            _fill(row, number, wanted)
    made_exact = {(row.sheet, row.number) for row in parsed.rows if _made_exact(row)}
    if made_exact:
        parsed.mistakes = [
            m for m in parsed.mistakes if m.field != "birth" or (m.sheet, m.row) not in made_exact
        ]


def _fill(row: Row, number: str, wanted: Collection[str]) -> None:
    try:
        identity = words.read_identity(number)
    except ValueError:
        return  # reported by the parser of its column
    for key, value in (("birth", identity.birth), ("gender", identity.sex)):
        if key in wanted and row.values.get(key) is None:
            row.values[key] = value
            row.derived = with_field(row.derived, key)


def _made_exact(row: Row) -> bool:
    """Put a whole day in the place of a month or year of birth; whether it came from the number."""
    born, number = row.values.get("birth"), str(row.values.get("identity") or "")
    if not isinstance(born, date) or precision(born) == "day":
        return False
    is_sound = bool(number) and not words.identity_problem(number)
    known = words.read_identity(number).birth if is_sound else None
    is_exact = known is not None and agrees(born, known)
    row.values["birth"] = known if is_exact else date(born.year, born.month, born.day)
    return is_exact
