"""Rows of one list that are probably the same entry, by the rules of `likenesses`."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import date

from django.utils.translation import gettext as _

from jiedui.imports.matching.drafts import Draft
from jiedui.imports.matching.likenesses import Entry, Likenesses
from jiedui.imports.tables.rows import Parsed, Row

_SHEET = 10_000_000  # more rows than a sheet has


class Twins:
    """The rows so far that match no record for certain; a later row like one becomes doubtful."""

    def __init__(self, parsed: Parsed) -> None:
        self._names = list(parsed.matches)
        self._sheets = {sheet: n for n, sheet in enumerate(self._names)}
        self._known = Likenesses()

    def add_candidates(
        self,
        row: Row,
        draft: Draft,
        *,
        name: str,
        place: Hashable,
        born: date | None,
        identity: str,
    ) -> None:
        """Add rows above as candidates of a draft; the decision “the same” leaves the row out."""
        entry = Entry(self._key(row), name, place, born, identity)
        found = self._known.probable(entry)
        if same := self._known.with_identity(entry):
            found = [(same.key, _("The identity number is the same.")), *found]
        for key, reason in reversed(dict(reversed(found)).items()):
            sheet, number = self._place(key)
            sentence = _("This is the same entry as in row %(row)d.") % {"row": number}
            draft.candidates.append((key, reason))  # behind those of the registers
            draft.gone[key], draft.twins[key] = sentence, (sheet, number)
        # Rows with candidates are added too: whatever is decided about them later, rows below are
        # compared with them now, and no decision applies to a question that was not shown.
        self._known.add(entry)

    def _key(self, row: Row) -> int:
        """A negative key, unlike any record's, and the same whenever the file is analysed."""
        return -(self._sheets.get(row.sheet, 0) * _SHEET + row.number) - 1

    def _place(self, key: int) -> tuple[str, int]:
        """The sheet and the number of the row with this key."""
        sheet, number = divmod(-key - 1, _SHEET)
        return self._names[sheet], number
