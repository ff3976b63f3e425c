"""Lists of people of households that are on the register, and of what households need."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from jiedui.engines.words import fold_name
from jiedui.households.heads import HEAD
from jiedui.households.models import Need
from jiedui.imports.columns.schemas import NEEDS, PEOPLE
from jiedui.imports.matching.comparison import Comparison, birth_of, text
from jiedui.imports.matching.drafts import Draft, Staged, day, read, same
from jiedui.imports.matching.ended import left
from jiedui.imports.matching.household_parts import NEED, PERSON, SIZE, person_values
from jiedui.imports.matching.known_households import Found, Households, KnownHousehold
from jiedui.imports.matching.known_places import Villages
from jiedui.imports.matching.place_names import Missing
from jiedui.imports.matching.sizes import follow_size
from jiedui.imports.tables.rows import Row
from jiedui.imports.values.parsers import BLANKS, tidy

URGENCY = {"low": 1, "soon": 2, "urgent": 3}


class OfHouseholds(Comparison):
    """Rows that belong to a household of the register, found by number or by head and village."""

    def open(self) -> None:
        self.villages, self.known = Villages(self.reach), Households(self.reach)

    def home(self, row: Row) -> KnownHousehold | None:
        """The household of a row, or None, after the mistake was reported."""
        number = text(row, "household_code")
        known = self.known.by_number.get(number) if number else self._by_head(row)
        if known is None:
            if (row.sheet, row.number) not in self._wrong:
                self._unknown(row, number)
            return None
        if number and not self._agrees(row, known):
            return None
        return known

    def _agrees(self, row: Row, home: KnownHousehold) -> bool:
        """Whether village and head beside the number of a row are those of the household."""
        village, town = text(row, "village"), text(row, "township")
        place = (
            self.villages.find(village, township=town, county=text(row, "county"), here=home.home)
            if village
            else None
        )
        if isinstance(place, Missing):
            self.missing(row, place)
            return False
        wrong = [
            *(["village"] if place and not home.path.startswith(place.path) else []),
            *(["head"] if not home.is_headed_by(text(row, "head")) else []),
        ]
        for field in wrong[:1]:
            self.wrong(
                row,
                field,
                _("The household with the number %(number)s is %(head)s in %(village)s.")
                % {"number": home.number, "head": home.head, "village": self.village(home)},
                _("Correct the number, the village or the name of the head."),
            )
        if place and not wrong:
            self.found_as(row, "village", place.name)
            self.found_as(row, "head", home.head)
        return not wrong

    def has_left(self, home: KnownHousehold, staged: Staged) -> bool:
        """Whether the household has left the register; then the row is left out."""
        if home.ended:
            reason = left(f"{home.head} {home.number}", home.ended, home.why)
            sentence = _("The household is no longer on the register: %(left)s") % {"left": reason}
            staged.drafts = [Draft([*self.parts][-1], {}, left=sentence)]
        return home.ended is not None

    def village(self, home: KnownHousehold) -> str:
        """Town and village of the household, for the preview."""
        return self.villages.full_name(home.path) or home.place_name

    def _by_head(self, row: Row) -> KnownHousehold | None:
        head, identity = text(row, "head"), text(row, "identity")
        village, town = text(row, "village"), text(row, "township")
        place = self.villages.find(village, township=town, county=text(row, "county"))
        if isinstance(place, Missing):
            self.missing(row, place)
            return None
        if not head:
            return None
        found = self.known.find(
            number="",
            identity=identity if self.schema is NEEDS else "",
            head=head,
            place=place,
            born=None,
        )
        known = self.known.by_pk.get(found.target or 0) or self._only(found, head)
        if known is not None:
            self.found_as(row, "village", place.name)
            self.found_as(row, "head", known.head)
        elif found.gone:
            mend = _("Write the household number, or the name of the head there is now.")
            self.wrong(row, "head", found.candidates[0][1], mend)
        return known

    def _only(self, found: Found, head: str) -> KnownHousehold | None:
        """The only candidate, if its head has this name in other characters."""
        if len(found.candidates) != 1:
            return None
        known = self.known.by_pk[found.candidates[0][0]]
        return known if fold_name(known.head) == fold_name(head) else None

    def _unknown(self, row: Row, number: str) -> None:
        if number:
            self.wrong(
                row,
                "household_code",
                _("No household of your area has the number %(number)s.") % {"number": number[:40]},
                _("Correct the number, or import the list of households first."),
            )
        else:
            field = "head" if "head" in row.values else "household_code"
            self.wrong(
                row,
                field,
                _("Which household this is cannot be told by name and village."),
                _("Write the household number, or import the list of households first."),
            )


def begun_by(today: date, draft: Draft, *ends: str) -> str:
    """The first day of a new record: today, or its end where that is earlier."""
    over = [draft.values[name] for name in ends if draft.values.get(name)]
    return min([today.isoformat(), *over])


class PeopleComparison(OfHouseholds):
    schema = PEOPLE
    parts = {"household": SIZE, "person": PERSON}

    @property
    def taken(self) -> Mapping[str, Collection[str]]:
        return {"person": self.known.person_numbers}

    def draft(self, row: Row) -> Staged:
        staged = Staged(row, self.title(row))
        home = self.home(row)
        if home is None:
            return staged
        staged.where = f"{self.village(home)} {home.head} {home.number}"
        if self.has_left(home, staged):
            return staged
        values = person_values(PERSON, row) | {"household_id": home.pk}
        found = self.known.find_person(
            home.pk,
            number=text(row, "person_code"),
            identity=text(row, "identity"),
            name=values["name"],
            born=birth_of(row),
            is_head=values.get("relation") == "head",
        )
        draft = Draft("person", values, target=found.target)
        if found.is_taken:
            self.out_of_reach(row, "person")
        elif found.gone and "ended" in values:  # the list records the leaving as well
            draft.target = next(iter(found.gone))
        else:
            found.copy_to(draft)
            self.find_twins(row, draft, name=values["name"], place=home.pk)
        self._check_head(row, draft, home)
        staged.drafts = [draft]
        return staged

    def _check_head(self, row: Row, draft: Draft, home: KnownHousehold) -> None:
        """Refuse a change of the head: only its page and lists of households change it."""
        head, values = home.head_person, draft.values
        relation = values.get("relation", "")
        if head and draft.target == head.pk:
            is_same = same(head.name, values["name"]) and relation in ("", HEAD)
            is_fine = is_same and not values.get("ended")
        else:
            is_fine = relation != HEAD or (head is None and same(home.head, values["name"]))
        if not is_fine:
            self.wrong(
                row,
                "relation" if relation else "name",
                _("%(name)s is the head of this household.") % {"name": home.head},
                _("Change the head on the page of the household, or by a list of households."),
            )

    def follow(self) -> list[Draft]:
        return follow_size(self.staged, self.known, SIZE)

    def complete(self, staged: Staged, draft: Draft) -> dict[str, Any]:
        number = draft.values.get("number")
        home = self.known.by_pk[draft.values["household_id"]].number
        return {"number": number or self.free_number("person", home, digits=2)}

    def defaults(self, staged: Staged, draft: Draft) -> dict[str, Any]:
        return {"since": begun_by(self.today, draft, "ended")}


@dataclass(frozen=True)
class KnownNeed:
    pk: int
    since: date
    closed: date | None  # it was met, or is no longer there


class NeedComparison(OfHouseholds):
    schema = NEEDS
    parts = {"need": NEED}

    def open(self) -> None:
        super().open()
        rows = self.reach.rows(Need).values_list(
            *("household", "kind", "text", "pk", "since", "met_on", "ended")
        )
        self.needs: dict[tuple[Any, ...], KnownNeed] = {}
        for home, kind, words, pk, since, met, ended in rows.order_by("pk"):
            key = (home, kind, "" if words in BLANKS else tidy(words))
            known = KnownNeed(pk, since, met or ended)
            self.needs[key] = self.needs[*key, since.isoformat()] = known
        self._seen: dict[tuple[Any, ...], Row] = {}

    def title(self, row: Row) -> str:
        return text(row, "head") or text(row, "household_code")

    def draft(self, row: Row) -> Staged:
        staged = Staged(row, self.title(row))
        home = self.home(row)
        if home is None:
            return staged
        staged.title, staged.where = f"{home.head} {home.number}", self.village(home)
        if self.has_left(home, staged):
            return staged
        values = read(NEED, row) | {"household_id": home.pk}
        if "urgency" in values:
            values["urgency"] = URGENCY[values["urgency"]]
        key = (home.pk, values["kind"], tidy(values.get("text", "")))
        self._refuse_twins(row, (*key, values.get("since", "")))
        draft = Draft("need", values)
        self._match(draft, key)
        staged.drafts = [draft]
        return staged

    def _refuse_twins(self, row: Row, key: tuple[Any, ...]) -> None:
        first = self._seen.setdefault(key, row)
        if first is not row:
            self.wrong(
                row,
                "title",
                _("This is the same entry as in row %(row)d.") % {"row": first.number},
                _("Delete one of the two rows."),
            )

    def _match(self, draft: Draft, key: tuple[Any, ...]) -> None:
        """Match the need of that day, else the latest of its kind unless it was closed by then."""
        since = draft.values.get("since", "")
        dated, known = self.needs.get((*key, since)), self.needs.get(key)
        if dated or known is None:
            draft.target = dated.pk if dated else None
        elif known.closed is None:
            draft.target = known.pk
        elif not since or day(since) <= known.closed:
            # Either an older list, or the same need again: a person decides.
            sentence = _("This need was met or dropped on %(day)s.") % {
                "day": known.closed.isoformat()
            }
            draft.candidates, draft.gone = [(known.pk, sentence)], {known.pk: sentence}

    def defaults(self, staged: Staged, draft: Draft) -> dict[str, Any]:
        return {"since": begun_by(self.today, draft, "met_on", "ended")}
