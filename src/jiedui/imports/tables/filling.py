"""Cells that stand for several rows: merged down, or written once above empty ones."""

from __future__ import annotations

from collections.abc import Mapping

from jiedui.imports.columns.declarations import Field
from jiedui.imports.reading.cells import Cell
from jiedui.imports.tables.headers import Table
from jiedui.imports.values.identities import Identity, Phone
from jiedui.imports.values.parsers import BLANKS, Integer, plain
from jiedui.imports.values.parsers import Amount as Decimals

# Columns people write once for a group of rows, each with the column the question is asked for.
WRITTEN_ONCE = {
    "village": "village",
    "township": "village",
    "county": "village",
    "organisation": "organisation",
}
ABOVE = "above "  # prefix of layout keys: whether empty cells of this column mean the value above
Entries = list[tuple[int, list[Cell]]]


def filled(table: Table, field: Field, column: int, entries: Entries) -> list[Cell]:
    """The cells of a column, a merged one in each of its rows.

    A size or an amount merged over several rows stays in the first: it would count twice.
    """
    cells = [row[column] if 0 <= column < len(row) else None for _number, row in entries]
    if isinstance(field.parser, Integer | Decimals):
        return cells
    at = {number - 1: n for n, (number, _row) in enumerate(entries)}
    for (top, left), (bottom, _right) in table.merged:
        if left != column or top == bottom:
            continue
        value = cells[at[top]] if top in at else table.tops.get((top, left))
        for row in range(top + 1, bottom + 1):
            if row in at and is_blank(cells[at[row]]):
                cells[at[row]] = value
    return cells


def may_repeat(field: Field) -> bool:
    """Whether an empty cell of a column may mean the value above, if the sender says so.

    Never where it would make one of two entries, or give somebody what another one has.
    """
    return not field.is_own and not isinstance(field.parser, Identity | Phone | Integer | Decimals)


def means_value_above(field: Field, layout: Mapping[str, str]) -> bool:
    """Whether the sender answered that empty cells of a column mean the value above."""
    if layout.get(WRITTEN_ONCE.get(field.key, "")) == "above":
        return True
    return may_repeat(field) and layout.get(ABOVE + field.key) == "yes"


def is_blank(cell: Cell) -> bool:
    if isinstance(cell, str) and cell[:1].isalnum():
        return False  # almost every cell; folding costs more than this look
    return cell is None or plain(cell) == ""


def below_a_value(cells: list[Cell]) -> dict[int, Cell]:
    """Empty cells somewhere below a filled one, each with that value."""
    found: dict[int, Cell] = {}
    last: Cell = None
    for n, cell in enumerate(cells):
        if not is_blank(cell):
            last = cell
        elif last is not None and plain(last) not in BLANKS:
            found[n] = last
    return found


def shown(row: list[Cell]) -> str:
    """The beginning of a row as a question shows it."""
    return " · ".join(text for cell in row[:8] if (text := plain(cell)))[:80]
