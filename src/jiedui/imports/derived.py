"""What follows from other cells of a row, where the list itself says nothing."""

from __future__ import annotations

from collections.abc import Collection

from jiedui.engines import words
from jiedui.imports.columns import Schema
from jiedui.imports.rows import Parsed, Row


def fill(parsed: Parsed, schema: Schema) -> None:
    """Birth and gender from sound identity numbers; each is marked in its row as derived."""
    wanted = [key for key in ("birth", "gender") if key in schema.by_key]
    wanted = [key for key in wanted if schema.by_key[key].is_kept]
    for row in parsed.rows if wanted else ():
        number = str(row.values.get("identity") or "")
        if number and not words.identity_problem(number):
            _fill(row, number, wanted)


def _fill(row: Row, number: str, wanted: Collection[str]) -> None:
    told = words.read_identity(number)
    for key, value in (("birth", told.birth), ("gender", told.sex)):
        if key in wanted and row.values.get(key) is None:
            row.values[key] = value
            row.derived.add(key)
