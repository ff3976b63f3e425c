"""A workbook as it was read: sheets of cells, before anybody knows what they mean."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from jiedui.imports.reading.cells import Cell, Range

# Why a cell cannot be what it was meant to be: a formula that failed, a quote never closed, a line
# break inside a cell of a text file.
Mark = Literal["formula", "quote", "break"]


@dataclass(frozen=True)
class Sheet:
    """One sheet; `rows[0][0]` is always cell A1, places are (row, column) from zero.

    Rows end with their last cell that says something; no two merged ranges overlap.
    """

    name: str
    rows: list[list[Cell]]
    merged: list[Range] = field(default_factory=list)
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    marks: dict[tuple[int, int], Mark] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return not any(_has_content(cell) for row in self.rows for cell in row)


def _has_content(cell: Cell) -> bool:
    return bool(cell.strip()) if isinstance(cell, str) else cell is not None


@dataclass(frozen=True)
class Workbook:
    name: str
    sheets: list[Sheet]

    @property
    def visible(self) -> list[Sheet]:
        return [sheet for sheet in self.sheets if not sheet.hidden and not sheet.is_empty]
