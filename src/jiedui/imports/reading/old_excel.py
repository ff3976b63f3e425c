"""What the reader of .xls does not tell: failed formulas and hidden rows."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Found:
    """One sheet; places are (row, column) from zero."""

    failed: list[tuple[int, int, str]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)


def scan(content: bytes) -> dict[str, Found]:
    """Sheet → what was found in it; nothing where this second reader cannot read the file."""
    import xlrd  # here, because few files are so old and every reading process starts anew

    try:
        book = _opened(content)
        return {sheet.name: _sheet(sheet, xlrd.error_text_from_code) for sheet in book.sheets()}
    except MemoryError:
        raise
    except Exception:
        # The cells were read by another reader; damage this one minds is no reason to refuse them.
        return {}


def is_locked(content: bytes) -> bool:
    """Whether a workbook that cannot be read is encrypted: the other reader does not say so."""
    try:
        _opened(content)
    except MemoryError:
        raise
    except Exception as error:
        return "encrypted" in str(error)
    return False


def _opened(content: bytes) -> Any:
    import xlrd

    # Its remarks go nowhere: what this process writes is its answer.
    return xlrd.open_workbook(
        file_contents=content, formatting_info=True, logfile=io.StringIO(), ragged_rows=True
    )


_ERROR = 5  # the type of a cell that holds one


def _sheet(sheet: Any, words: Mapping[int, str]) -> Found:
    found = Found(hidden_rows={row for row, facts in sheet.rowinfo_map.items() if facts.hidden})
    for row in range(sheet.nrows):
        types = sheet.row_types(row)
        for column, kind in enumerate(types):
            if kind == _ERROR:
                word = words.get(sheet.cell_value(row, column), "#VALUE!")
                found.failed.append((row, column, word))
    return found
