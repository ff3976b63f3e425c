"""Which household or person of the registers a row means: surely, probably, or not at all."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from jiedui.core import crypto
from jiedui.engines import words
from jiedui.households.models import Household, Person
from jiedui.imports.drafts import Draft
from jiedui.imports.ended import left
from jiedui.imports.likenesses import BORN_ALIKE, MOST, SURE_NAME, Entry, Likenesses, likeness
from jiedui.imports.reach import Reach
from jiedui.imports.values import tidy

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
    why: str  # it ended
    people: list[KnownPerson] = field(default_factory=list)
    gone: list[KnownPerson] = field(default_factory=list)  # who left it

    @property
    def head_person(self) -> KnownPerson | None:
        """Who of those living here is the head, where that is written down."""
        return next((p for p in self.people if p.relation == "head"), None)

    @property
    def born(self) -> date | None:
        """When the head was born, if that is known."""
        return self.head_person.born if self.head_person else None


@dataclass
class Found:
    """The household or person surely meant, or those probably meant with the reason.

    `gone` says of candidates that they left, `left` of the one surely meant; a list never brings
    these back. `is_taken`: the number belongs to a record that the sender does not reach.
    """

    target: int | None = None
    candidates: list[tuple[int, str]] = field(default_factory=list)
    gone: dict[int, str] = field(default_factory=dict)
    left: str = ""
    is_taken: bool = False

    def tell(self, draft: Draft) -> None:
        """Write down in a draft what was found."""
        draft.target, draft.left = self.target, self.left
        draft.candidates, draft.gone = self.candidates, self.gone


class Households:
    """The households within reach with their people, looked up in memory."""

    def __init__(self, reach: Reach) -> None:
        self.reach = reach
        self.by_pk: dict[int, KnownHousehold] = {}
        self.by_number: dict[str, KnownHousehold] = {}
        self.standing = Likenesses()  # households, by their heads
        self.people = Likenesses()
        self.person_by_number: dict[str, KnownPerson] = {}
        self.person_by_pk: dict[int, KnownPerson] = {}
        self.person_by_digest: dict[str, KnownPerson] = {}
        self.left_by_digest: dict[str, KnownPerson] = {}
        self.left_by_name: dict[tuple[int, str], list[KnownHousehold]] = defaultdict(list)
        # Every number there is, also out of reach: numbers are given once.
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
            "pk", "household", "number", "name", "relation", "born", "identity_digest", "ended"
        )
        for someone in people.iterator(chunk_size=5000):
            self._take(KnownPerson(*someone))
        for one in self.by_pk.values():
            if one.ended is None:
                self.standing.add(_entry(one))
            else:
                self.left_by_name[one.place, words.fold_name(one.head)].append(one)

    def _take(self, person: KnownPerson) -> None:
        home = self.by_pk.get(person.household)
        if home is None:  # it came on the register between the two questions
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
            digests = frozenset({person.digest} if person.digest else ())
            self.people.add(Entry(person.pk, person.name, home.pk, person.born, digests))

    # Households

    def find(
        self, *, number: str, identity: str, head: str, place: int, born: date | None
    ) -> Found:
        """By number; else by identity number; else by name, village and birth; else probably."""
        digest = crypto.digest(identity)
        person = self._person(digest)
        if number and (known := self.by_number.get(number)):
            return self._numbered(known, person, head=head, born=born)
        if number in self.numbers:
            return Found(is_taken=True)
        if person:
            return self._of_person(person, number)
        digests = frozenset({digest} if digest else ())
        return self._by_name(place, Entry(0, head, place, born, digests), number=number)

    def _person(self, digest: str) -> KnownPerson | None:
        """Who has this identity number; somebody who left only where nobody else has it."""
        if not digest:
            return None
        return self.person_by_digest.get(digest) or self.left_by_digest.get(digest)

    def _numbered(
        self, known: KnownHousehold, person: KnownPerson | None, *, head: str, born: date | None
    ) -> Found:
        """The household with the number of the row, unless the row is about somebody else."""
        if known.ended:
            return Found(known.pk)  # the list of its kind says what is done with it
        within = person if person and person.household == known.pk else None
        is_head = words.fold_name(known.head) == words.fold_name(head)
        gone = within if within or is_head else self._former(known, head, born)
        if gone and gone.ended:
            return _left(known.pk, self._farewell(gone))
        if within or words.name_similarity(known.head, head) >= _OTHER_NAME:
            return Found(known.pk)
        reason = _("The number is the same, the name of the head is another.")
        return Found(candidates=[(known.pk, reason)])

    def _former(self, home: KnownHousehold, name: str, born: date | None) -> KnownPerson | None:
        """Who left this household and bears the name, while nobody of that name lives in it."""
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
            return left(person.name, person.ended)
        return left(f"{home.head} {home.number}", home.ended or date.min, home.why)

    def _by_name(self, place: int, entry: Entry, *, number: str) -> Found:
        namesakes = self.standing.namesakes(entry)
        # Two numbers for one name: the other system may number anew, or there are two families.
        if len(namesakes) == 1 and not number and namesakes[0].name == entry.name:
            return Found(namesakes[0].key)
        gone = self._left_by_name(place, entry)
        candidates = [*self.standing.probable(entry), *gone.items()]
        return Found(candidates=candidates, gone=gone)

    def _left_by_name(self, place: int, entry: Entry) -> dict[int, str]:
        """Households of this name that left the register from this village."""
        key = (place, words.fold_name(entry.name))
        return {
            one.pk: left(f"{one.head} {one.number}", one.ended, one.why)
            for one in self.left_by_name.get(key, ())
            if one.ended and not _entry(one).differs(entry)
        }

    # People

    def find_person(
        self, household: int | None, *, number: str, identity: str, name: str, born: date | None,
        is_head: bool = False,
    ) -> Found:  # fmt: skip
        """Within the household; by number or identity number also elsewhere, to be decided."""
        known = self.person_by_number.get(number) if number else None
        if number and known is None and number in self.person_numbers:
            return Found(is_taken=True)
        known = known or self._person(crypto.digest(identity))
        if known and known.ended:
            is_same = words.name_similarity(known.name, name) >= _OTHER_NAME
            is_sure = is_same and self.person_by_number.get(number) is known
            found = _left(known.pk, self._farewell(known))
            return Found(gone=found.gone, left=self._farewell(known)) if is_sure else found
        if known:
            if known.household == household and words.name_similarity(known.name, name) >= 0.5:
                return Found(known.pk)
            return Found(candidates=[(known.pk, self._elsewhere(known))])
        found = Found()
        if household is not None:
            home = self.by_pk[household]
            found = self._in_household(home, name=name, born=born, is_head=is_head)
        if not is_head and found == Found():
            digest = crypto.digest(identity)
            entry = Entry(0, name, household, born, frozenset({digest} if digest else ()))
            found.candidates = list(self.people.elsewhere(entry))[:MOST]
        return found

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
        if not namesakes and (gone := self._former(home, name, born)):
            return _left(gone.pk, self._farewell(gone))
        if is_head and (heads := [p for p in home.people if p.relation == "head"]):
            return Found(heads[0].pk)
        found = [
            (p.pk, likeness(p.name, name))
            for p in home.people
            if words.name_similarity(p.name, name) >= (BORN_ALIKE if p.born == born else SURE_NAME)
            and not (p.born and born and p.born != born)
        ]
        return Found(candidates=found)


def _left(key: int, sentence: str) -> Found:
    return Found(candidates=[(key, sentence)], gone={key: sentence})


def _entry(one: KnownHousehold) -> Entry:
    heads = [p for p in one.people if p.relation == "head"]
    digests = frozenset(p.digest for p in heads if p.digest)
    return Entry(one.pk, one.head, one.place, one.born, digests)
