"""Which entries are probably one and the same, by name, place, birth and identity number.

The same rules hold against the registers and between the rows of one list.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.utils.translation import gettext as _

from jiedui.engines import words

SURE_NAME, BORN_ALIKE = 0.85, 0.6
MOST = 4  # more than that nobody compares


@dataclass(frozen=True, slots=True)
class Entry:
    """One household by its head, or one person; `place` is the village, or the household.

    `identity` is the identity number, or its digest where that is all there is; "" if unknown.
    """

    key: int
    name: str
    place: Hashable
    born: date | None = None
    identity: str = ""

    def differs(self, other: Entry) -> bool:
        """Whether birth or identity number show that they are two."""
        if self.born and other.born and self.born != other.born:
            return True
        return bool(self.identity and other.identity and self.identity != other.identity)


class Births:
    """Entries looked up by the day of birth, wherever they are."""

    def __init__(self) -> None:
        self._by_birth: dict[date, list[Entry]] = {}

    def add(self, entry: Entry) -> None:
        if entry.born:
            self._by_birth.setdefault(entry.born, []).append(entry)

    def elsewhere(self, entry: Entry) -> Iterator[tuple[int, str]]:
        """The same name and day of birth in another place: probably moved."""
        for one in self._born_with(entry):
            if one.place == entry.place or one.differs(entry):
                continue
            is_same = _characters(one.name) == _characters(entry.name)
            if is_same or (
                words.blurred_key(one.name) == words.blurred_key(entry.name)
                and _sounds_like(one, entry)
            ):
                yield one.key, _("The same name and date of birth, elsewhere.")

    def _born_with(self, entry: Entry) -> Sequence[Entry]:
        return self._by_birth.get(entry.born, ()) if entry.born else ()


Bucket = tuple[Entry, ...]


class Likenesses(Births):
    """Entries to be compared with, looked up by what they may have in common."""

    def __init__(self) -> None:
        super().__init__()
        # What has the same name sounds the same, and is found among these.
        self._by_sound = _Index(words.blurred_key)
        self._by_characters = _Index(_characters)
        self._by_identity: dict[str, Entry] = {}

    def add(self, entry: Entry) -> None:
        super().add(entry)
        self._by_sound.add(entry)
        self._by_characters.add(entry)
        if entry.identity:
            self._by_identity.setdefault(entry.identity, entry)

    def namesakes(self, entry: Entry) -> list[Entry]:
        """Entries of this name in this place whose birth and identity number do not differ."""
        return list(_namesakes(entry, self._by_sound.like(entry)))

    def with_identity(self, entry: Entry) -> Entry | None:
        """The one that has the same identity number."""
        return self._by_identity.get(entry.identity)

    def probable(self, entry: Entry) -> list[tuple[int, str]]:
        """Those that are probably the same, with the reason, the likeliest first."""
        sounding, reordered = self._by_sound.like(entry), self._by_characters.like(entry)
        born = self._born_with(entry)
        if not (sounding or reordered or born):
            return []  # as for nearly every row
        found: dict[int, str] = {}
        namesakes = _namesakes(entry, sounding)
        sounding = tuple(one for one in sounding if _sounds_like(one, entry))
        for key, reason in (
            *_here(entry, (*namesakes, *sounding), reordered, born),
            *_nearly_here(entry, (*reordered, *sounding)),
            *self.elsewhere(entry),
        ):
            found.setdefault(key, reason)
        return list(found.items())[:MOST]


class _Index:
    """Entries by their place and a feature of their name.

    Only the hash of both is kept: for a hundred thousand rows the keys themselves would take as
    much memory as the entries.
    """

    def __init__(self, feature: Callable[[str], str]) -> None:
        self._feature = feature
        self._buckets: dict[int, Entry | Bucket] = {}  # nearly always one entry

    def add(self, entry: Entry) -> None:
        key = hash((entry.place, self._feature(entry.name)))
        found = self._buckets.setdefault(key, entry)
        if found is not entry:
            self._buckets[key] = (*_bucket(found), entry)

    def like(self, entry: Entry) -> Bucket:
        """Those in the same place whose names have the same feature."""
        place, wanted = entry.place, self._feature(entry.name)
        found = self._buckets.get(hash((place, wanted)))
        if found is None:
            return ()
        return tuple(
            one
            for one in _bucket(found)
            if one.place == place and self._feature(one.name) == wanted
        )


def _bucket(found: Entry | Bucket) -> Bucket:
    return (found,) if isinstance(found, Entry) else found


def _namesakes(entry: Entry, sounding: Bucket) -> Bucket:
    name = words.fold_name(entry.name)
    same = (one for one in sounding if words.fold_name(one.name) == name)
    return tuple(one for one in same if not one.differs(entry))


def _here(
    entry: Entry, named: Bucket, reordered: Bucket, born: Sequence[Entry]
) -> Iterator[tuple[int, str]]:
    for one in named:
        if not one.differs(entry):
            yield one.key, likeness(one.name, entry.name)
    for one in reordered:
        if not one.differs(entry):
            yield one.key, _("The characters of the name stand in another order.")
    for one in born:
        is_here = one.place == entry.place
        if is_here and words.name_similarity(one.name, entry.name) >= BORN_ALIKE:
            yield one.key, _("A similar name and the same date of birth.")


def _nearly_here(entry: Entry, alike: Bucket) -> Iterator[tuple[int, str]]:
    """The same name in the same place, with a typing error in date or number."""
    for one in alike:
        if one.born and one.born == entry.born:
            yield one.key, _("Same name and date of birth; the identity number is another.")
        elif one.born and entry.born and is_slip(one.born, entry.born):
            yield one.key, _("Same name, same village; the dates of birth are alike.")


def _sounds_like(one: Entry, other: Entry) -> bool:
    return words.name_similarity(one.name, other.name) >= SURE_NAME


@lru_cache(maxsize=16384)
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
