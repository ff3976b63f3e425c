"""The size of a household on the register follows who comes and who leaves by a list.

And when only some of it can be undone: the size is then what the rows that stay make of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from jiedui.core.changes import Change, stored
from jiedui.households.models import Household, Person
from jiedui.imports.matching.drafts import Draft, Part, Staged, current
from jiedui.imports.matching.known_households import Households

Deed = Mapping[str, Any]


@dataclass
class _Change:
    first: Staged  # the row that tells it
    come: int = 0
    left: int = 0


def follow_size(staged: Sequence[Staged], known: Households, part: Part) -> list[Draft]:
    """Households get the size they have after this list, unless it says one itself.

    As on the pages: whoever comes is counted where the size was less than those written down,
    and whoever leaves is taken off. Returns the drafts that say it.
    """
    changes = _changes(staged, known)
    sizes = {pk: now["size"] for pk, now in current(part, set(changes), ["size"]).items()}
    said, drafts = _households(staged), []
    for pk, change in changes.items():
        living = len(known.by_pk[pk].people) + change.come - change.left
        size = max(sizes[pk] - change.left, living, 1)
        if size == sizes[pk] or (pk in said and "size" in said[pk].values):
            continue
        if pk not in said:
            said[pk] = Draft("household", {}, target=pk)
            change.first.drafts.append(said[pk])
        said[pk].values["size"] = size
        drafts.append(said[pk])
    return drafts


def _changes(staged: Sequence[Staged], known: Households) -> dict[int, _Change]:
    found: dict[int, _Change] = {}
    for one in staged:
        for pk, come in _moves(one, known):
            change = found.setdefault(pk, _Change(one))
            change.come += come > 0
            change.left += come < 0
    return found


def _moves(one: Staged, known: Households) -> Iterator[tuple[int, int]]:
    """Which households on the register one more (1) or one less (-1) lives in by this row."""
    for draft in one.drafts if not one.outcome else ():
        home = draft.values.get("household_id")
        if draft.part != "person" or home is None:
            continue
        person = known.person_by_pk.get(draft.target or 0)
        was = person.household if person and person.ended is None else None
        now = home if not draft.values.get("ended") and (draft.is_new or was) else None
        if was != now:
            yield from ((pk, come) for pk, come in ((was, -1), (now, 1)) if pk in known.by_pk)


def _households(staged: Sequence[Staged]) -> dict[int, Draft]:
    """The rows of the list that speak of households on the register."""
    drafts = (draft for one in staged for draft in one.drafts if draft.part == "household")
    return {draft.target: draft for draft in drafts if draft.target is not None}


# Where a list is undone. A deed is what a row did to one record: part, pk, old, new.


@dataclass(frozen=True)
class _Moved:
    household: int
    row: int
    has_left: bool


def moved_in(deeds: Mapping[int, Sequence[Deed]]) -> list[_Moved]:
    """Who came into a household, or left one, by these rows (row → what it did)."""
    of_people = [(row, d) for row, some in deeds.items() for d in some if d["part"] == "person"]
    homes = _homes(d["pk"] for _row, d in of_people if d["old"] and "ended" in d["new"])
    found = []
    for row, deed in of_people:
        old, new = deed["old"] or {}, deed["new"]
        if (came := new.get("household_id")) and not new.get("ended"):
            found.append(_Moved(came, row, has_left=False))
        left = old.get("household_id")
        if left is None and new.get("ended") and not old.get("ended"):
            left = homes.get(deed["pk"])
        if left:
            found.append(_Moved(left, row, has_left=True))
    return found


def _homes(people: Iterable[int]) -> dict[int, int]:
    found = stored(Person, set(people), ["household_id"], is_held=False)
    return {pk: here["household_id"] for pk, here in found.items()}


class SizesAfterUndo:
    """What sizes households had before rows of a list are taken back, and what they have then."""

    def __init__(self, deeds: Mapping[int, Sequence[Deed]], kept: Collection[int]) -> None:
        moved, self._left = moved_in(deeds), dict[int, int]()
        staying = {one.household for one in moved if one.row in kept}
        going = {one.household for one in moved if one.row not in kept}
        said = {d["pk"]: d for some in deeds.values() for d in some if _says_size(d)}
        now = stored(Household, staying & going, ["size", "version"], is_held=True)
        # A household that somebody changed since keeps what they wrote.
        self._before = {
            key: said[key]["old"]["size"] if key in said else here["size"]
            for key, here in now.items()
            if key not in said or said[key].get("version") == here["version"]
        }
        for one in moved:
            if one.has_left and one.row in kept:
                self._left[one.household] = self._left.get(one.household, 0) + 1

    def changes(self) -> list[Change]:
        """The sizes that are not yet what they should be, after rows were taken back."""
        now = stored(Household, self._before, ["size", "version"], is_held=True)
        rows = Person.objects.filter(household__in=self._before, ended=None).order_by()
        living = dict(rows.values_list("household").annotate(count=Count("pk")))
        found = []
        for key, here in now.items():
            size = max(self._before[key] - self._left.get(key, 0), living.get(key, 0), 1)
            if size != here["size"]:
                change = {"size": here["size"]}, {"size": size}
                found.append(Change(key, *change, version=here["version"]))
        return found


def _says_size(deed: Deed) -> bool:
    return deed["part"] == "household" and "size" in (deed["old"] or {})
