"""Who left the registers, found by likeness as the living are; a list brings nobody back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from jiedui.imports.matching.likenesses import Entry, Likenesses

Farewell = Callable[[], str]  # that they left, when and why


class Departed:
    """Entries that ended, each with what is said of it; `key` of one entry may be that of others.

    A household is entered by its head and by everybody who left it, so that the list of last year
    finds it under whoever was its head then.
    """

    def __init__(self) -> None:
        self._known = Likenesses()
        self._entries: list[tuple[int, Farewell]] = []

    def add(self, entry: Entry, farewell: Farewell) -> None:
        self._known.add(replace(entry, key=len(self._entries)))
        self._entries.append((entry.key, farewell))

    def probable(self, entry: Entry) -> dict[int, tuple[str, str]]:
        """Key → why it is probably the same, and what is said of it; the likeliest first."""
        return self._reasons(self._known.probable(entry))

    def elsewhere(self, entry: Entry) -> dict[int, tuple[str, str]]:
        return self._reasons(self._known.elsewhere(entry))

    def _reasons(self, found: Iterable[tuple[int, str]]) -> dict[int, tuple[str, str]]:
        reasons: dict[int, tuple[str, str]] = {}
        for key, reason, sentence in self._with_farewell(found):
            reasons.setdefault(key, (reason, sentence))
        return reasons

    def _with_farewell(self, found: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str, str]]:
        for at, reason in found:
            key, farewell = self._entries[at]
            yield key, reason, farewell()
