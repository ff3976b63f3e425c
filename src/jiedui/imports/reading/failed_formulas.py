"""Cells whose formula failed (#REF!, #DIV/0!): the reader shows them empty, so they are put back.

Without it such a cell would look empty, and an empty cell changes nothing and is no mistake.
"""

from __future__ import annotations

from collections.abc import Sequence

from jiedui.imports.reading.sheets import Sheet

_OF_EXCEL = (
    "#REF! #DIV/0! #VALUE! #NAME? #N/A #NULL! #NUM! #SPILL! #CALC! #FIELD! #BUSY! #BLOCKED! "
    "#CONNECT! #UNKNOWN! #EXTERNAL! #PYTHON! #TIMEOUT! #GETTING_DATA"
)
# LibreOffice numbers what has no word of its own: Err:502 is an argument that does not fit.
_OF_LIBREOFFICE = (f"Err:{number}" for number in range(500, 541))
WORDS = frozenset((*_OF_EXCEL.split(), *_OF_LIBREOFFICE))


def known(word: str) -> str:
    """The word itself; #VALUE! for one of a later program or another language."""
    return word if word in WORDS else "#VALUE!"


def put_back(sheet: Sheet, failed: Sequence[tuple[int, int, str]]) -> None:
    """Write the words of failed cells into the rows that were read, and mark them."""
    for row, column, word in failed:
        sheet.rows.extend([] for _missing in range(row + 1 - len(sheet.rows)))
        cells = sheet.rows[row]
        cells.extend([""] * (column + 1 - len(cells)))
        if cells[column] in ("", None, word):
            cells[column] = known(word)
            sheet.marks[row, column] = "formula"
