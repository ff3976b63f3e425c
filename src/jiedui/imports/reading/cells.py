"""What a cell of any spreadsheet can hold, and how a block of cells is named."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

Cell = str | int | float | bool | datetime | date | time | timedelta | None

# ((top row, left column), (bottom row, right column)), counted from zero, both ends included.
Range = tuple[tuple[int, int], tuple[int, int]]
