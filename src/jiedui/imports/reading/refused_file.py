"""The one exception of reading a file."""

from __future__ import annotations

from collections.abc import Mapping


def msgid(text: str) -> str:
    """Mark a text for translation where no language is known."""
    return text


class BadWorkbook(Exception):
    """A file that cannot be read; its text says what is wrong, `mend` how to mend it.

    Both are msgids with `facts` to fill in: the process that reads a file knows no language.
    """

    def __init__(self, problem: str, mend: str, facts: Mapping[str, object] | None = None) -> None:
        super().__init__(problem, mend)
        self.msgids = (problem, mend)
        self.facts = dict(facts or {})

    @property
    def problem(self) -> str:
        return self._translated(self.msgids[0])

    @property
    def mend(self) -> str:
        return self._translated(self.msgids[1])

    def _translated(self, text: str) -> str:
        # Imported here because the process that reads a file starts without Django.
        from django.utils.translation import gettext

        return gettext(text) % self.facts

    def __str__(self) -> str:
        return f"{self.problem} {self.mend}"
