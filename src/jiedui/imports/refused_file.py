"""The one exception of reading a file."""

from __future__ import annotations


class BadWorkbook(Exception):
    """A file that cannot be read; its text says what is wrong, `mend` how to mend it."""

    def __init__(self, problem: str, mend: str) -> None:
        super().__init__(f"{problem} {mend}")
        self.problem = problem
        self.mend = mend
