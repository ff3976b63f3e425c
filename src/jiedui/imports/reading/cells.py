"""What a cell of any spreadsheet can hold, and how a block of cells is named."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

Cell = str | int | float | bool | datetime | date | time | timedelta | None

# ((top row, left column), (bottom row, right column)), counted from zero, both ends included.
Range = tuple[tuple[int, int], tuple[int, int]]

_MOST_TEXTS = 100_000


class Texts:
    """Equal texts are kept once: a small file may repeat one a million times.

    Columns that never repeat one, such as numbers of persons, are forgotten now and then.
    """

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def shared(self, cells: Iterable[Any]) -> list[Any]:
        """These cells, each text as the object that was met first."""
        if len(self._known) > _MOST_TEXTS:
            self._known.clear()
        once = self._known.setdefault
        return [once(cell, cell) if cell.__class__ is str else cell for cell in cells]
