"""Cells whose formula failed (#REF!, #DIV/0!): the reader shows them empty, so they are put back.

Without it such a cell would look empty, and an empty cell changes nothing and is no mistake.
"""

from __future__ import annotations

from collections.abc import Sequence

from jiedui.imports.sheets import Sheet

WORDS = frozenset(
    ("#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#N/A", "#NULL!", "#NUM!", "#SPILL!", "#CALC!")
)


def put_back(sheet: Sheet, failed: Sequence[tuple[int, int, str]]) -> None:
    """Write the words of failed cells into the rows that were read, and mark them."""
    for row, column, word in failed:
        sheet.rows.extend([] for _missing in range(row + 1 - len(sheet.rows)))
        cells = sheet.rows[row]
        cells.extend([""] * (column + 1 - len(cells)))
        if cells[column] in ("", None):
            cells[column] = word
            sheet.marks[row, column] = "formula"
