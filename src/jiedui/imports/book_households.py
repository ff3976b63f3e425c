"""Lists of households: one row per household, or one per person in the national order (R10)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from jiedui.imports.book import Book, text
from jiedui.imports.drafts import Draft, Staged, read
from jiedui.imports.household_parts import (
    HOUSEHOLD,
    PERSON_OF_HOUSEHOLD,
    PERSONAL,
    person_values,
)
from jiedui.imports.known_households import Households, born_of
from jiedui.imports.known_places import Known, Missing, Villages
from jiedui.imports.rows import Row
from jiedui.imports.schemas import HOUSEHOLDS

# A person's number is the household's with two digits more, 30 characters in all.
NUMBER_LENGTH = 27


class HouseholdBook(Book):
    schema = HOUSEHOLDS
    parts = {"household": HOUSEHOLD, "person": PERSON_OF_HOUSEHOLD}

    def open(self) -> None:
        self.villages, self.known = Villages(by=self.by), Households()
        self.homes: dict[str, Staged] = {}  # ref → the row that speaks for the household
        self.sizes: dict[str, int] = {}
        self._last: dict[str, str] = {}  # sheet → ref of the last head above
        self._fresh: dict[tuple[object, ...], Row] = {}
        self._numbers: dict[str, str] = {}
        # Heads first: a person's row may stand above the head's.
        self._refs = {(r.sheet, r.number): self._ref(r) for r in self.parsed.rows}
        self._count()
        self.parsed.rows.sort(key=lambda row: not _is_head(row))

    def stage(self) -> list[Staged]:
        order = {(r.sheet, r.number): n for n, r in enumerate(self.parsed.rows)}
        staged = super().stage()
        staged.sort(key=lambda one: order[one.place])
        self.parsed.rows.sort(key=lambda row: order[row.sheet, row.number])
        return staged

    def _ref(self, row: Row) -> str:
        if code := text(row, "household_code"):
            return f"household {code}"
        if _is_head(row):
            self._last[row.sheet] = f"household in {row.sheet} {row.number}"
        return self._last.get(row.sheet, "")

    def _count(self) -> None:
        for row in self.parsed.rows:
            ref = self._refs[row.sheet, row.number]
            self.sizes[ref] = self.sizes.get(ref, 0) + 1

    def holder(self, ref: str) -> Staged | None:
        return self.homes.get(ref)

    def hold(self, staged: Staged) -> None:
        if _is_head(staged.row):
            self.homes.setdefault(self._refs[staged.place], staged)

    def look_up(self, row: Row) -> None:
        if text(row, "village") and _is_head(row):
            place = self._place(row)
            if isinstance(place, Missing):
                self.missing(row, place)

    def _place(self, row: Row) -> Known | Missing:
        return self.villages.find(
            text(row, "village"), township=text(row, "township"), county=text(row, "county")
        )

    def draft(self, row: Row) -> Staged:
        return self._home(row) if _is_head(row) else self._member(row)

    # The row of the head: a household, and a person where something is said of the person

    def _home(self, row: Row) -> Staged:
        place = self._place(row)
        staged = Staged(row, self.title(row))
        if isinstance(place, Missing):
            self.missing(row, place)
            return staged
        staged.where = place.full
        ref = self._refs[row.sheet, row.number]
        home = self._household(row, place, ref)
        staged.drafts = [home]
        if any(row.values.get(key) is not None for key in PERSONAL):
            staged.drafts.append(self._head(row, home))
        self.homes.setdefault(ref, staged)
        return staged

    def _household(self, row: Row, place: Known, ref: str) -> Draft:
        values = read(HOUSEHOLD, row) | {"place_id": place.pk}
        number = text(row, "household_code")
        if len(number) > NUMBER_LENGTH:
            self.wrong(
                row,
                "household_code",
                _("This number is too long."),
                _("At most %(most)d characters are kept.") % {"most": NUMBER_LENGTH},
            )
        found = self.known.find(
            number=number,
            identity=text(row, "identity"),
            head=values["head"],
            place=place.pk,
            born=born_of(row.values.get("birth")),
        )
        draft = Draft("household", values, ref, target=found.target, candidates=found.candidates)
        for key in filter(None, [found.target, *(pk for pk, _why in found.candidates)]):
            self._check_reachable(row, key)
        if found.target is not None and self.known.by_pk[found.target].path.startswith(place.path):
            del values["place_id"]  # it lives in this village; which stairwell the list cannot say
        if draft.is_new:
            self._refuse_twins(row, draft, place)
        return draft

    def _check_reachable(self, row: Row, key: int) -> None:
        known = self.known.by_pk[key]
        if not self.villages.is_own(known.path):
            self.wrong(
                row,
                "household_code",
                _("This number belongs to a household elsewhere."),
                _("Correct the number, or ask the office to move the household."),
            )
        elif known.ended:
            self.wrong(
                row,
                "household_code",
                _("The household with this number left the register on %(day)s.")
                % {"day": known.ended.isoformat()},
                _("Give a household that comes on the register again a new number."),
            )

    def _refuse_twins(self, row: Row, draft: Draft, place: Known) -> None:
        """Two rows that nothing tells apart cannot both be found again next time."""
        key: tuple[object, ...] = ("number", text(row, "household_code"))
        if not key[1]:
            born = row.values.get("birth")
            key = (place.pk, draft.values["head"], born, text(row, "identity"))
        first = self._fresh.setdefault(key, row)
        if first is not row:
            self.wrong(
                row,
                "household_code",
                _("Nothing tells this household from the one in row %(row)d.")
                % {"row": first.number},
                _("Delete one of them, or give each its own household number."),
            )

    def _head(self, row: Row, home: Draft) -> Draft:
        values = person_values(PERSON_OF_HOUSEHOLD, row) | {"relation": "head"}
        draft = Draft("person", values)
        if home.is_new and not home.candidates:
            self._match(row, draft, None, home.ref)
        elif not home.is_new:
            self._match(row, draft, home.target, home.ref, is_head=True)
        else:
            draft.links = {"household_id": home.ref}  # matched when the household is decided
        return draft

    def decided(self, staged: Staged, draft: Draft) -> None:
        if draft.part == "household" and len(staged.drafts) > 1:
            person = staged.drafts[1]
            self._match(staged.row, person, draft.target, draft.ref, is_head=True)
            if person.candidates:  # one question a row: the number stays with its bearer
                person.target = person.candidates[0][0]

    # The row of another person

    def _member(self, row: Row) -> Staged:
        staged = Staged(row, self.title(row))
        ref = self._refs[row.sheet, row.number]
        holder = self.homes.get(ref)
        household = holder.drafts[0] if holder and holder.drafts else None
        target = household.target if household else self._registered(row, holder)
        if holder is None and target is None:
            self.wrong(
                row,
                "relation",
                _("No row of this household is its head (户主)."),
                _("Add the row of the head, or correct the relation or the number."),
            )
            return staged
        draft = Draft("person", person_values(PERSON_OF_HOUSEHOLD, row))
        staged.where = holder.title if holder else self.known.by_pk[target or 0].head
        self._match(row, draft, target, ref)
        staged.drafts = [draft]
        return staged

    def _registered(self, row: Row, holder: Staged | None) -> int | None:
        known = self.known.by_number.get(text(row, "household_code")) if holder is None else None
        if known and self.villages.is_own(known.path) and not known.ended:
            return known.pk
        return None

    def _match(
        self, row: Row, draft: Draft, household: int | None, ref: str, *, is_head: bool = False
    ) -> None:
        found = self.known.find_person(
            household,
            number=text(row, "person_code"),
            identity=text(row, "identity"),
            name=draft.values["name"],
            born=born_of(row.values.get("birth")),
            is_head=is_head,
        )
        draft.target, draft.candidates = found.target, found.candidates
        if household is None:
            draft.links = {"household_id": ref}
        else:
            draft.links = {}
            draft.values["household_id"] = household

    # What new records need

    def complete(self, staged: Staged, draft: Draft) -> dict[str, Any]:
        if draft.part == "person":
            return {"number": self._person_number(draft), "since": self._since(draft)}
        number = self._numbers[draft.ref] = self._household_number(draft)
        return {
            "number": number,
            "kind": "other_hardship",
            "size": self.sizes.get(draft.ref, 1),
            "since": self.today.isoformat(),
        }

    def _since(self, draft: Draft) -> str:
        holder = self.homes.get(draft.links.get("household_id", ""))
        if holder and holder.drafts:
            return str(holder.drafts[0].values.get("since") or self.today.isoformat())
        return self.today.isoformat()

    def _household_number(self, draft: Draft) -> str:
        if "number" in draft.values:
            return str(draft.values["number"])
        place = self.villages.by_pk[draft.values["place_id"]]
        return self.known.free_number(place.code)

    def _person_number(self, draft: Draft) -> str:
        if "number" in draft.values:
            return str(draft.values["number"])
        ref = draft.links.get("household_id")
        home = self._numbers.get(ref) if ref else None
        return self.known.free_person_number(home or self._number_of(draft))

    def _number_of(self, draft: Draft) -> str:
        pk = draft.values.get("household_id")
        if pk is None:  # the household of the link is one that exists
            holder = self.homes[draft.links["household_id"]]
            pk = holder.drafts[0].target
        return self.known.by_pk[pk or 0].number


def _is_head(row: Row) -> bool:
    return row.values.get("relation") in (None, "head")
