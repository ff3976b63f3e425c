"""Finds the household or person of a row in the registers: certain, probable or no match."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial

from django.utils.translation import gettext as _

from jiedui.core import crypto
from jiedui.engines import words
from jiedui.households.models import Household, Person
from jiedui.imports.matching.contradictions import Facts, is_like, same_number
from jiedui.imports.matching.departed import Departed
from jiedui.imports.matching.drafts import Draft
from jiedui.imports.matching.ended import left
from jiedui.imports.matching.likenesses import (
    BORN_ALIKE,
    MOST,
    SURE_NAME,
    Births,
    Entry,
    Likenesses,
    likeness,
)
from jiedui.imports.matching.place_names import Known
from jiedui.imports.matching.reach import Reach
from jiedui.imports.values.parsers import tidy


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
    why: str  # the reason for leaving

    @property
    def facts(self) -> Facts:
        return Facts(self.name, self.born, self.digest)


@dataclass(slots=True)
class KnownHousehold:
    pk: int
    number: str
    head: str
    place: int
    path: str
    place_name: str
    ended: date | None
    why: str  # the reason for ending
    people: list[KnownPerson] = field(default_factory=list)
    gone: list[KnownPerson] = field(default_factory=list)  # those who left it

    @property
    def head_person(self) -> KnownPerson | None:
        """The person living here who is recorded as head."""
        return next((p for p in self.people if p.relation == "head"), None)

    @property
    def born(self) -> date | None:
        """When the head was born, if that is known."""
        return self.head_person.born if self.head_person else None

    @property
    def home(self) -> Known:
        """Its place."""
        return Known(self.place, self.path, "", self.place_name, "")

    @property
    def facts(self) -> Facts:
        """Known facts of the head, to be compared with a row."""
        return Facts(self.head, self.born, self.head_person.digest if self.head_person else "")

    def is_headed_by(self, name: str) -> bool:
        """Whether a name may be that of its head: at present, before, or any member's."""
        names = (person.name for person in (*self.people, *self.gone))
        return not name or is_like(self.head, name) or any(is_like(n, name, 1) for n in names)


@dataclass
class Found:
    """A search result: `target` for a certain match, else `candidates` with their reasons.

    `gone` has the sentences for candidates that have left, `left` that of a certain match which has
    left; a list never revives these. `is_taken`: the number is that of a record out of reach.
    """

    target: int | None = None
    candidates: list[tuple[int, str]] = field(default_factory=list)
    gone: dict[int, str] = field(default_factory=dict)
    left: str = ""
    is_taken: bool = False

    def copy_to(self, draft: Draft) -> None:
        """Copy the result into a draft."""
        draft.target, draft.left = self.target, self.left
        draft.candidates, draft.gone = self.candidates, self.gone

    @classmethod
    def of_likenesses(
        cls, here: Iterable[tuple[int, str]], departed: Mapping[int, tuple[str, str]]
    ) -> Found:
        """Probable matches: present records first, then those that left (see `Departed`)."""
        candidates, gone = dict(here), dict[int, str]()
        for key, (reason, sentence) in departed.items():
            if key not in candidates:
                gone[key] = sentence
            candidates[key] = f"{candidates.get(key, reason)} {sentence}"
        return cls(candidates=list(candidates.items()), gone=gone)


class Households:
    """The households within reach and their people, held in memory."""

    def __init__(self, reach: Reach) -> None:
        self.reach = reach
        self.by_pk: dict[int, KnownHousehold] = {}
        self.by_number: dict[str, KnownHousehold] = {}
        self.standing = Likenesses()  # households, by their heads
        self.people = Births()
        self.person_by_number: dict[str, KnownPerson] = {}
        self.person_by_pk: dict[int, KnownPerson] = {}
        self.person_by_digest: dict[str, KnownPerson] = {}
        self.left_by_digest: dict[str, KnownPerson] = {}
        self.departed = Departed()  # households, by their heads and by who left them
        self.people_departed = Departed()
        # All numbers, also those out of reach: a number is given only once.
        self.numbers = set(Household.objects.values_list("number", flat=True))
        self.person_numbers = set(Person.objects.values_list("number", flat=True))
        self._load()

    def _load(self) -> None:
        rows = self.reach.rows(Household).values_list(
            *("pk", "number", "head", "place", "place__path", "place__name", "ended", "end_reason"),
        )
        for row in rows.iterator(chunk_size=5000):
            one = KnownHousehold(*row)
            self.by_pk[one.pk] = self.by_number[one.number] = one
            self.by_number.setdefault(tidy(one.number), one)  # typed on a form with wide digits
        people = self.reach.rows(Person).values_list(
            *("pk", "household", "number", "name", "relation", "born", "identity_digest", "ended"),
            "end_reason",
        )
        for someone in people.iterator(chunk_size=5000):
            self._take(KnownPerson(*someone))
        for one in self.by_pk.values():
            if one.ended is None:
                self.standing.add(_entry(one))
            else:
                self.departed.add(_entry(one), partial(self._farewell_of_household, one))
            self._take_departed(one)

    def _take_departed(self, home: KnownHousehold) -> None:
        for person in home.gone:
            farewell = partial(self._farewell, person)
            self.departed.add(replace(_entry_of(person), key=home.pk, place=home.place), farewell)
            self.people_departed.add(_entry_of(person), farewell)

    def _take(self, person: KnownPerson) -> None:
        home = self.by_pk.get(person.household)
        if home is None:  # added between the two queries
            return
        self.person_by_number[person.number] = self.person_by_pk[person.pk] = person
        self.person_by_number.setdefault(tidy(person.number), person)
        is_here = person.ended is None
        (home.people if is_here else home.gone).append(person)
        if person.digest:
            is_listed = is_here and home.ended is None
            known = self.person_by_digest if is_listed else self.left_by_digest
            known[person.digest] = person
        if is_here and home.ended is None:
            self.people.add(_entry_of(person))

    # Households

    def find(
        self, *, number: str, identity: str, head: str, place: Known, born: date | None
    ) -> Found:
        """By number; else by identity number; else by name, village and birth; else probably."""
        digest = crypto.digest(identity)
        person = self._person(digest)
        if number and (known := self.by_number.get(number)):
            return self._numbered(known, person, Facts(head, born, digest), place)
        if number in self.numbers:
            return Found(is_taken=True)
        if person:
            return self._of_person(person, number)
        return self._by_name(Entry(0, head, place.pk, born, digest), number=number)

    def _person(self, digest: str) -> KnownPerson | None:
        """The person with this identity number; one who left only if nobody present has it."""
        if not digest:
            return None
        return self.person_by_digest.get(digest) or self.left_by_digest.get(digest)

    def _numbered(
        self, known: KnownHousehold, person: KnownPerson | None, facts: Facts, place: Known
    ) -> Found:
        """The household with the number of the row, only probable where other facts contradict."""
        if known.ended:
            return Found(known.pk)  # the comparison decides what follows
        within = person if person and person.household == known.pk else None
        is_head = words.fold_name(known.head) == words.fold_name(facts.name)
        gone = within if within or is_head else self._former(known, facts.name, facts.born)
        if gone and gone.ended:
            return _left(known.pk, self._farewell(gone))
        differing = [] if within else known.facts.contradictions(facts)
        if differing and (former := _like(known.gone, facts)):
            return Found.of_likenesses((), {known.pk: self._reasons(former[0], facts)})
        if not within and not known.path.startswith(place.path):
            differing.insert(0, _("village"))
        if differing:
            return Found(candidates=[(known.pk, same_number(differing))])
        return Found(known.pk)

    def _former(self, home: KnownHousehold, name: str, born: date | None) -> KnownPerson | None:
        """A person of this name who left, if nobody of that name lives in the household."""
        folded = words.fold_name(name)
        if any(words.fold_name(p.name) == folded for p in home.people):
            return None
        same = [p for p in home.gone if words.fold_name(p.name) == folded]
        return next((p for p in same if not (born and p.born and p.born != born)), None)

    def _of_person(self, person: KnownPerson, number: str) -> Found:
        home = self.by_pk[person.household]
        if home.ended or person.ended:
            return _left(home.pk, self._farewell(person))
        if not number:
            return Found(home.pk)
        reason = _("The identity number is the same, the household number is another.")
        return Found(candidates=[(home.pk, reason)])

    def _farewell(self, person: KnownPerson) -> str:
        home = self.by_pk[person.household]
        if person.ended:
            return left(person.name, person.ended, person.why)
        return self._farewell_of_household(home)

    def _farewell_of_household(self, home: KnownHousehold) -> str:
        return left(f"{home.head} {home.number}", home.ended or date.min, home.why)

    def _reasons(self, person: KnownPerson, facts: Facts) -> tuple[str, str]:
        return likeness(person.name, facts.name), self._farewell(person)

    def _by_name(self, entry: Entry, *, number: str) -> Found:
        namesakes = self.standing.namesakes(entry)
        # A row with an unknown number is not certain by name alone: the sender's system may have
        # renumbered, or there may be two families.
        if len(namesakes) == 1 and not number and namesakes[0].name == entry.name:
            return Found(namesakes[0].key)
        return Found.of_likenesses(self.standing.probable(entry), self.departed.probable(entry))

    # People

    def persons_of(self, *, number: str, identity: str) -> list[int]:
        """Keys of the people who have this number or this identity number."""
        found = self.person_by_number.get(number), self._person(crypto.digest(identity))
        return [one.pk for one in found if one]

    def find_person(
        self, household: int | None, *, number: str, identity: str, name: str, born: date | None,
        is_head: bool = False,
    ) -> Found:  # fmt: skip
        """Within the household; elsewhere by number or identity number, then as a candidate."""
        known = self.person_by_number.get(number) if number else None
        if number and known is None and number in self.person_numbers:
            return Found(is_taken=True)
        facts = Facts(name, born, crypto.digest(identity))
        if known := known or self._person(facts.digest):
            return self._identified(known, household, facts, number)
        found = Found()
        if household is not None:
            found = self._in_household(self.by_pk[household], facts, is_head=is_head)
        if not is_head and found == Found():
            entry = Entry(0, name, household, born, facts.digest)
            here = dict(self.people.elsewhere(entry))
            departed = {} if here else self.people_departed.elsewhere(entry)
            return Found.of_likenesses(list(here.items())[:MOST], departed)
        return found

    def _identified(
        self, known: KnownPerson, household: int | None, facts: Facts, number: str
    ) -> Found:
        """The person with the row's number or identity number; a candidate if facts contradict."""
        differing = known.facts.contradictions(facts)
        is_numbered = self.person_by_number.get(number) is known
        if known.ended:
            found = _left(known.pk, self._farewell(known))
            is_sure = is_numbered and not differing
            return Found(gone=found.gone, left=self._farewell(known)) if is_sure else found
        if known.household != household or (differing and not is_numbered):
            return Found(candidates=[(known.pk, self._elsewhere(known))])
        if differing:
            return Found(candidates=[(known.pk, same_number(differing))])
        return Found(known.pk)

    def _elsewhere(self, person: KnownPerson) -> str:
        home = self.by_pk[person.household]
        return _("This number belongs to %(name)s in the household of %(head)s (%(number)s).") % {
            "name": person.name,
            "head": home.head,
            "number": home.number,
        }

    def _in_household(self, home: KnownHousehold, facts: Facts, *, is_head: bool) -> Found:
        folded = words.fold_name(facts.name)
        namesakes = [p for p in home.people if words.fold_name(p.name) == folded]
        if len(namesakes) == 1:
            return self._of_namesake(namesakes[0], facts)
        if not namesakes and (gone := self._former(home, facts.name, facts.born)):
            return _left(gone.pk, self._farewell(gone))
        departed = _like(home.gone, facts)
        head = home.head_person if is_head else None
        if head and (not departed or _like([head], facts)):
            # Renamed, unless another birth or identity number shows that it is a new head.
            nameless = replace(head.facts, name=facts.name)
            return Found() if nameless.contradictions(facts) else Found(head.pk)
        here = [(p.pk, likeness(p.name, facts.name)) for p in _like(home.people, facts)]
        return Found.of_likenesses(here, {p.pk: self._reasons(p, facts) for p in departed})

    def _of_namesake(self, person: KnownPerson, facts: Facts) -> Found:
        """The person of this name; only a candidate where birth or identity number differ."""
        if not (differing := person.facts.contradictions(facts)):
            return Found(person.pk)
        reason = _("The name is the same, but these differ: %(what)s.")
        return Found(candidates=[(person.pk, reason % {"what": "、".join(differing)})])


def _left(key: int, sentence: str) -> Found:
    return Found(candidates=[(key, sentence)], gone={key: sentence})


def _like(people: Iterable[KnownPerson], facts: Facts) -> list[KnownPerson]:
    """People with names like that of the row, without those known to be born on another day."""
    return [
        p
        for p in people
        if words.name_similarity(p.name, facts.name)
        >= (BORN_ALIKE if p.born == facts.born else SURE_NAME)
        and not (p.born and facts.born and p.born != facts.born)
    ]


def _entry_of(person: KnownPerson) -> Entry:
    return Entry(person.pk, person.name, person.household, person.born, person.digest)


def _entry(one: KnownHousehold) -> Entry:
    head = one.head_person
    born, digest = (head.born, head.digest) if head else (None, "")
    return Entry(one.pk, one.head, one.place, born, digest)
