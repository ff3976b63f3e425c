"""Ended records of the registers, found by likeness; a list never revives them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from jiedui.imports.matching.likenesses import Entry, Likenesses

Farewell = Callable[[], str]  # the sentence: that they left, when and why


class Departed:
    """Entries that ended, each with its sentence; several entries may have one `key`.

    A household is entered by its head and by everybody who left it, so that an older list finds it
    by the head of that time.
    """

    def __init__(self) -> None:
        self._known = Likenesses()
        self._entries: list[tuple[int, Farewell]] = []

    def add(self, entry: Entry, farewell: Farewell) -> None:
        self._known.add(replace(entry, key=len(self._entries)))
        self._entries.append((entry.key, farewell))

    def probable(self, entry: Entry) -> dict[int, tuple[str, str]]:
        """Key → reason for the match and sentence of the end; the likeliest first."""
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
