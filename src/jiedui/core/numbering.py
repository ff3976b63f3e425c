"""Numbers of records: whether one is free, and a free one for what comes without."""

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _

from jiedui.core.refusals import Refused
from jiedui.core.users import User

LONGEST = 30  # characters of the number of a household, person, member or team


def known_by(rows: Any, number: str, *, by: User | None) -> Any:
    """The one of these rows that has this number already, None when it is free.

    Raises `Refused` with a sentence that says nothing of the row when the user does not see it.
    """
    found = rows.filter(number=number).first()
    if found is None or by is None or rows.visible_to(by).filter(pk=found.pk).exists():
        return found
    raise Refused(_("The number %(n)s cannot be given here; choose another.") % {"n": number})


class Numbers:
    """A stem, and the lowest counter nobody has had.

    `taken` are numbers that are given out already, also those of records that have left.
    """

    def __init__(self, taken: Collection[str]) -> None:
        self.taken = taken
        self._last: dict[tuple[str, int], int] = {}

    def next(self, stem: str, *, mark: str = "-", digits: int) -> str:
        """Stem, mark and counter; a stem that is too long for the column is cut."""
        start = f"{stem[: LONGEST - len(mark) - digits - 1]}{mark}"
        count = self._last.get((start, digits), 0) + 1
        while f"{start}{count:0{digits}d}" in self.taken:
            count += 1
        self._last[start, digits] = count
        return f"{start}{count:0{digits}d}"
