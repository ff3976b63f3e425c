"""Which household or person of the registers a row means: surely, probably, or not at all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from jiedui.core import crypto
from jiedui.engines import words
from jiedui.households.models import Household, Person
from jiedui.imports.values import tidy

SURE_NAME, BORN_ALIKE = 0.85, 0.6
_OTHER_NAME = 0.5


@dataclass(slots=True)
class KnownPerson:
    pk: int
    household: int
    number: str
    name: str
    relation: str
    born: date | None
    digest: str
    ended: date | None


@dataclass(slots=True)
class KnownHousehold:
    pk: int
    number: str
    head: str
    place: int
    path: str
    place_name: str
    ended: date | None
    people: list[KnownPerson] = field(default_factory=list)

    @property
    def born(self) -> date | None:
        """When the head was born, if that is known."""
        return next((p.born for p in self.people if p.relation == "head" and p.born), None)


@dataclass
class Found:
    """The household or person surely meant, or those probably meant with the reason."""

    target: int | None = None
    candidates: list[tuple[int, str]] = field(default_factory=list)


class Households:
    """All households with their people, looked up in memory."""

    def __init__(self) -> None:
        self.by_pk: dict[int, KnownHousehold] = {}
        self.by_number: dict[str, KnownHousehold] = {}
        self.by_place: dict[tuple[int, str], list[KnownHousehold]] = defaultdict(list)
        self.by_sound: dict[tuple[int, str], list[KnownHousehold]] = defaultdict(list)
        self.by_birth: dict[tuple[int, date], list[KnownHousehold]] = defaultdict(list)
        self.person_by_number: dict[str, KnownPerson] = {}
        self.person_by_pk: dict[int, KnownPerson] = {}
        self.person_by_digest: dict[str, KnownPerson] = {}
        self._peopled: set[int] = set()  # places with a household: elsewhere nobody is known
        self._last: dict[tuple[str, int], int] = {}
        self._load()

    def _load(self) -> None:
        rows = Household.objects.values_list(
            "pk", "number", "head", "place", "place__path", "place__name", "ended"
        )
        for row in rows.iterator(chunk_size=5000):
            one = KnownHousehold(*row)
            self.by_pk[one.pk] = self.by_number[one.number] = one
            self.by_number.setdefault(tidy(one.number), one)  # typed on a form with wide digits
        people = Person.objects.values_list(
            "pk", "household", "number", "name", "relation", "born", "identity_digest", "ended"
        )
        for someone in people.iterator(chunk_size=5000):
            self._take(KnownPerson(*someone))
        for one in self.by_pk.values():
            if one.ended is None:
                self._index(one)

    def _take(self, person: KnownPerson) -> None:
        self.person_by_number[person.number] = self.person_by_pk[person.pk] = person
        self.person_by_number.setdefault(tidy(person.number), person)
        if person.ended is None:
            self.by_pk[person.household].people.append(person)
            if person.digest:
                self.person_by_digest[person.digest] = person

    def _index(self, one: KnownHousehold) -> None:
        self._peopled.add(one.place)
        self.by_place[one.place, words.fold_name(one.head)].append(one)
        self.by_sound[one.place, words.blurred_key(one.head)].append(one)
        if one.born:
            self.by_birth[one.place, one.born].append(one)

    # Households

    def find(
        self, *, number: str, identity: str, head: str, place: int, born: date | None
    ) -> Found:
        """By number; else by identity number; else by name, village and birth; else probably."""
        digest = crypto.digest(identity)
        person = self.person_by_digest.get(digest) if digest else None
        if number and (known := self.by_number.get(number)):
            is_other = words.name_similarity(known.head, head) < _OTHER_NAME and not (
                person and person.household == known.pk
            )
            reason = _("The number is the same, the name of the head is another.")
            return Found(candidates=[(known.pk, reason)]) if is_other else Found(known.pk)
        if person:
            if not number:
                return Found(person.household)
            reason = _("The identity number is the same, the household number is another.")
            return Found(candidates=[(person.household, reason)])
        return self._by_name(number=number, head=head, place=place, born=born, digest=digest)

    def _by_name(
        self, *, number: str, head: str, place: int, born: date | None, digest: str
    ) -> Found:
        if place not in self._peopled:
            return Found()
        namesakes = [
            one
            for one in self.by_place.get((place, words.fold_name(head)), ())
            if not _differ(one, born, digest)
        ]
        # Two numbers for one name: the other system may number anew, or there are two families.
        if len(namesakes) == 1 and not number and namesakes[0].head == head:
            return Found(namesakes[0].pk)
        return Found(candidates=self._probable(head, place, born, digest, namesakes))

    def _probable(
        self,
        head: str,
        place: int,
        born: date | None,
        digest: str,
        namesakes: Iterable[KnownHousehold],
    ) -> list[tuple[int, str]]:
        found = {one.pk: likeness(one.head, head) for one in namesakes}
        for one in self.by_sound.get((place, words.blurred_key(head)), ()):
            if one.pk in found or _differ(one, born, digest):
                continue
            if words.name_similarity(one.head, head) >= SURE_NAME:
                found[one.pk] = likeness(one.head, head)
        for one in self.by_birth.get((place, born), ()) if born else ():
            if one.pk not in found and words.name_similarity(one.head, head) >= BORN_ALIKE:
                found[one.pk] = _("A similar name and the same date of birth.")
        return list(found.items())[:4]

    # Numbers for what has none

    def free_number(self, start: str) -> str:
        """The next free household number of a village: its code and four digits."""
        return self._free(start, 4, self.by_number)

    def free_person_number(self, household: str) -> str:
        return self._free(household, 2, self.person_by_number)

    def _free(self, start: str, digits: int, taken: Mapping[str, object]) -> str:
        count = self._last.get((start, digits), 0) + 1
        while f"{start}-{count:0{digits}d}" in taken:
            count += 1
        self._last[start, digits] = count
        return f"{start}-{count:0{digits}d}"

    # People

    def find_person(
        self, household: int | None, *, number: str, identity: str, name: str, born: date | None,
        is_head: bool = False,
    ) -> Found:  # fmt: skip
        """Within the household; by number or identity number also elsewhere, to be decided."""
        digest = crypto.digest(identity)
        known = self.person_by_number.get(number) if number else None
        known = known or (self.person_by_digest.get(digest) if digest else None)
        if known:
            if known.household == household and words.name_similarity(known.name, name) >= 0.5:
                return Found(known.pk)
            return Found(candidates=[(known.pk, self._elsewhere(known))])
        if household is None:
            return Found()
        return self._in_household(self.by_pk[household], name=name, born=born, is_head=is_head)

    def _elsewhere(self, person: KnownPerson) -> str:
        home = self.by_pk[person.household]
        return _("This number belongs to %(name)s in the household of %(head)s (%(number)s).") % {
            "name": person.name,
            "head": home.head,
            "number": home.number,
        }

    def _in_household(
        self, home: KnownHousehold, *, name: str, born: date | None, is_head: bool
    ) -> Found:
        folded = words.fold_name(name)
        namesakes = [p for p in home.people if words.fold_name(p.name) == folded]
        if len(namesakes) == 1:
            return Found(namesakes[0].pk)
        if is_head and (heads := [p for p in home.people if p.relation == "head"]):
            return Found(heads[0].pk)
        found = [
            (p.pk, likeness(p.name, name))
            for p in home.people
            if words.name_similarity(p.name, name) >= (BORN_ALIKE if p.born == born else SURE_NAME)
            and not (p.born and born and p.born != born)
        ]
        return Found(candidates=found)


def _differ(one: KnownHousehold, born: date | None, digest: str) -> bool:
    """Whether birth or identity number show that they are two families."""
    if born and one.born and born != one.born:
        return True
    known = {p.digest for p in one.people if p.relation == "head" and p.digest}
    return bool(digest and known and digest not in known)


def likeness(known: str, name: str) -> str:
    """Why two names may be one."""
    if known == name:
        return _("Same name, same village.")
    if words.fold_name(known) == words.fold_name(name):
        return _("The same name in another way of writing.")
    if words.homophone_key(known) == words.homophone_key(name):
        return _("The names sound the same.")
    return _("The names are similar.")


def born_of(value: Any) -> date | None:
    return value if isinstance(value, date) else None
