"""Lists of people of households that are on the register, and of what households need."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from jiedui.households.models import Need
from jiedui.imports.book import Book, text
from jiedui.imports.drafts import Draft, Staged, read
from jiedui.imports.household_parts import NEED, PERSON, person_values
from jiedui.imports.known_households import Households, KnownHousehold, born_of
from jiedui.imports.known_places import Missing, Villages
from jiedui.imports.rows import Row
from jiedui.imports.schemas import NEEDS, PEOPLE
from jiedui.imports.values import BLANKS, tidy

URGENCY = {"low": 1, "soon": 2, "urgent": 3}


class OfHouseholds(Book):
    """Rows that belong to a household of the register, found by number or by head and village."""

    def open(self) -> None:
        self.villages, self.known = Villages(by=self.by), Households()

    def home(self, row: Row) -> KnownHousehold | None:
        """The household of a row, or None after its mistake was told."""
        number = text(row, "household_code")
        known = self.known.by_number.get(number) if number else self._by_head(row)
        if known is None:
            if (row.sheet, row.number) not in self._wrong:
                self._unknown(row, number)
            return None
        if not self.villages.is_own(known.path):
            self.wrong(
                row,
                "household_code",
                _("This number belongs to a household elsewhere."),
                _("Correct the number, or delete the row."),
            )
            return None
        return known

    def village(self, home: KnownHousehold) -> str:
        """Where the household lives, with the town, as the preview tells it."""
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
            place=place.pk,
            born=None,
        )
        return self.known.by_pk[found.target] if found.target is not None else None

    def _unknown(self, row: Row, number: str) -> None:
        if number:
            self.wrong(
                row,
                "household_code",
                _("No household has the number %(number)s.") % {"number": number[:40]},
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


class PeopleBook(OfHouseholds):
    schema = PEOPLE
    parts = {"person": PERSON}

    def draft(self, row: Row) -> Staged:
        staged = Staged(row, self.title(row))
        home = self.home(row)
        if home is None:
            return staged
        staged.where = f"{self.village(home)} {home.head} {home.number}"
        values = person_values(PERSON, row) | {"household_id": home.pk}
        found = self.known.find_person(
            home.pk,
            number=text(row, "person_code"),
            identity=text(row, "identity"),
            name=values["name"],
            born=born_of(row.values.get("birth")),
            is_head=values.get("relation") == "head",
        )
        staged.drafts = [Draft("person", values, target=found.target, candidates=found.candidates)]
        return staged

    def complete(self, staged: Staged, draft: Draft) -> dict[str, Any]:
        number = draft.values.get("number")
        home = self.known.by_pk[draft.values["household_id"]].number
        return {"number": number or self.known.free_person_number(home)}

    def defaults(self, staged: Staged, draft: Draft) -> dict[str, Any]:
        return {"since": self.today.isoformat()}


class NeedBook(OfHouseholds):
    schema = NEEDS
    parts = {"need": NEED}

    def open(self) -> None:
        super().open()
        rows = Need.objects.values_list("household", "kind", "text", "since", "pk")
        self.needs: dict[tuple[Any, ...], int] = {}
        for home, kind, words, since, pk in rows.order_by("pk"):
            key = (home, kind, "" if words in BLANKS else tidy(words))
            self.needs[key] = self.needs[*key, since.isoformat()] = pk
        self._seen: dict[tuple[Any, ...], Row] = {}

    def title(self, row: Row) -> str:
        return text(row, "head") or text(row, "household_code")

    def draft(self, row: Row) -> Staged:
        staged = Staged(row, self.title(row))
        home = self.home(row)
        if home is None:
            return staged
        staged.title, staged.where = f"{home.head} {home.number}", self.village(home)
        values = read(NEED, row) | {"household_id": home.pk}
        if "urgency" in values:
            values["urgency"] = URGENCY[values["urgency"]]
        key = (home.pk, values["kind"], tidy(values.get("text", "")))
        dated = (*key, values.get("since", ""))  # the same may be needed again another year
        first = self._seen.setdefault(dated, row)
        if first is not row:
            self.wrong(
                row,
                "title",
                _("This is the same entry as in row %(row)d.") % {"row": first.number},
                _("Delete one of the two rows."),
            )
        target = self.needs.get(dated) or self.needs.get(key)
        staged.drafts = [Draft("need", values, target=target)]
        return staged

    def defaults(self, staged: Staged, draft: Draft) -> dict[str, Any]:
        return {"since": self.today.isoformat()}
