"""Which entries are probably one and the same, by name, place, birth and identity number.

The same rules hold against the registers and between the rows of one list.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from jiedui.engines import words

SURE_NAME, BORN_ALIKE = 0.85, 0.6
MOST = 4  # more than that nobody compares


@dataclass(frozen=True, slots=True)
class Entry:
    """One household by its head, or one person; `place` is the village, or the household."""

    key: int
    name: str
    place: Hashable
    born: date | None = None
    digests: frozenset[str] = frozenset()

    def differs(self, other: Entry) -> bool:
        """Whether birth or identity number show that they are two."""
        if self.born and other.born and self.born != other.born:
            return True
        return bool(self.digests and other.digests and not self.digests & other.digests)


class Likenesses:
    """Entries to be compared with, looked up by what they may have in common."""

    def __init__(self) -> None:
        self._by_name: dict[tuple[Hashable, str], list[Entry]] = defaultdict(list)
        self._by_sound: dict[tuple[Hashable, str], list[Entry]] = defaultdict(list)
        self._by_characters: dict[tuple[Hashable, str], list[Entry]] = defaultdict(list)
        self._by_birth: dict[date, list[Entry]] = defaultdict(list)
        self._by_digest: dict[str, Entry] = {}

    def add(self, entry: Entry) -> None:
        self._by_name[entry.place, words.fold_name(entry.name)].append(entry)
        self._by_sound[entry.place, words.blurred_key(entry.name)].append(entry)
        self._by_characters[entry.place, _characters(entry.name)].append(entry)
        if entry.born:
            self._by_birth[entry.born].append(entry)
        for digest in entry.digests:
            self._by_digest.setdefault(digest, entry)

    def namesakes(self, entry: Entry) -> list[Entry]:
        """Entries of this name in this place whose birth and identity number do not differ."""
        same = self._by_name.get((entry.place, words.fold_name(entry.name)), ())
        return [one for one in same if not one.differs(entry)]

    def with_identity(self, entry: Entry) -> Entry | None:
        """The one that has the same identity number."""
        return next(
            (self._by_digest[digest] for digest in entry.digests if digest in self._by_digest), None
        )

    def probable(self, entry: Entry) -> list[tuple[int, str]]:
        """Those that are probably the same, with the reason, the likeliest first."""
        found: dict[int, str] = {}
        for key, reason in (*self._here(entry), *self._nearly_here(entry), *self.elsewhere(entry)):
            found.setdefault(key, reason)
        return list(found.items())[:MOST]

    def _here(self, entry: Entry) -> Iterator[tuple[int, str]]:
        for one in self.namesakes(entry):
            yield one.key, likeness(one.name, entry.name)
        for one in self._by_sound.get((entry.place, words.blurred_key(entry.name)), ()):
            if not one.differs(entry) and _sounds_like(one, entry):
                yield one.key, likeness(one.name, entry.name)
        for one in self._by_characters.get((entry.place, _characters(entry.name)), ()):
            if not one.differs(entry):
                yield one.key, _("The characters of the name stand in another order.")
        for one in self._by_birth.get(entry.born, ()) if entry.born else ():
            is_here = one.place == entry.place
            if is_here and words.name_similarity(one.name, entry.name) >= BORN_ALIKE:
                yield one.key, _("A similar name and the same date of birth.")

    def _nearly_here(self, entry: Entry) -> Iterator[tuple[int, str]]:
        """The same name in the same place, with a typing error in date or number."""
        characters = self._by_characters.get((entry.place, _characters(entry.name)), ())
        sounds = self._by_sound.get((entry.place, words.blurred_key(entry.name)), ())
        for one in (*characters, *(s for s in sounds if _sounds_like(s, entry))):
            if one.born and one.born == entry.born:
                yield one.key, _("Same name and date of birth; the identity number is another.")
            elif one.born and entry.born and is_slip(one.born, entry.born):
                yield one.key, _("Same name, same village; the dates of birth are alike.")

    def elsewhere(self, entry: Entry) -> Iterator[tuple[int, str]]:
        """The same name and day of birth in another place: probably moved."""
        for one in self._by_birth.get(entry.born, ()) if entry.born else ():
            if one.place == entry.place or one.differs(entry):
                continue
            is_same = _characters(one.name) == _characters(entry.name)
            if is_same or (
                words.blurred_key(one.name) == words.blurred_key(entry.name)
                and _sounds_like(one, entry)
            ):
                yield one.key, _("The same name and date of birth, elsewhere.")


def _sounds_like(one: Entry, other: Entry) -> bool:
    return words.name_similarity(one.name, other.name) >= SURE_NAME


def _characters(name: str) -> str:
    return "".join(sorted(words.fold_name(name)))


def is_slip(one: date, other: date) -> bool:
    """Whether the dates differ by one typing error.

    One digit, two neighbours swapped, month and day swapped, a year more or less, or a day that
    stands for its month.
    """
    if (one.year, one.month) == (other.year, other.month) and 1 in (one.day, other.day):
        return True
    if (one.month, one.day) == (other.month, other.day) and abs(one.year - other.year) == 1:
        return True
    if one.year == other.year and (one.month, one.day) == (other.day, other.month):
        return True
    a, b = f"{one:%Y%m%d}", f"{other:%Y%m%d}"
    wrong = [n for n in range(8) if a[n] != b[n]]
    if len(wrong) < 2:
        return bool(wrong)
    first, *rest = wrong
    return rest == [first + 1] and a[first : first + 2] == b[first : first + 2][::-1]


def in_other_characters(written: str, name: str) -> bool:
    """Whether a text names something by other characters: 興隆村 for 兴隆村, 锺 for 钟."""
    usual = words.comparable(name)
    return any(sign not in name and words.comparable(sign) in usual for sign in words.fold(written))


def likeness(known: str, name: str) -> str:
    """Why two names may be one."""
    if known == name:
        return _("Same name, same village.")
    if words.fold_name(known) == words.fold_name(name):
        return _("The same name in another way of writing.")
    if words.homophone_key(known) == words.homophone_key(name):
        return _("The names sound the same.")
    return _("The names are similar.")
