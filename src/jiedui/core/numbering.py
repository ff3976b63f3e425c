"""Numbers for records that come without one: a stem, and the lowest counter nobody has had."""

from collections.abc import Collection

LONGEST = 30  # characters of the number of a household, person, member or team


class Numbers:
    """`taken` are numbers that are given out already, also those of records that have left."""

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
