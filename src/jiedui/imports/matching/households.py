"""Lists of households: one row per household, or one per person in the national order (R10)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from jiedui.households.models import Income
from jiedui.imports.columns.schemas import HOUSEHOLDS
from jiedui.imports.matching.comparison import Comparison, Outcome, birth_of, text
from jiedui.imports.matching.drafts import Draft, Staged, read
from jiedui.imports.matching.ended import left, means_left
from jiedui.imports.matching.heads import follow_head
from jiedui.imports.matching.household_parts import (
    HOUSEHOLD,
    INCOME,
    PERSON_OF_HOUSEHOLD,
    PERSONAL,
    income_values,
    income_year,
    kind_in,
    person_values,
)
from jiedui.imports.matching.known_households import Households, KnownHousehold
from jiedui.imports.matching.known_places import Villages
from jiedui.imports.matching.place_names import Known, Missing
from jiedui.imports.matching.sizes import follow_size
from jiedui.imports.matching.targets import mark_targeted
from jiedui.imports.tables.rows import Row

# A person's number is the household's with two digits more, 30 characters in all.
NUMBER_LENGTH = 27
_TOGETHER = 2_000  # rows looked at together: they are forgotten with all that was found out


class HouseholdComparison(Comparison):
    schema = HOUSEHOLDS
    parts = {"household": HOUSEHOLD, "person": PERSON_OF_HOUSEHOLD, "income": INCOME}

    def open(self) -> None:
        self.villages, self.known = Villages(self.reach), Households(self.reach)
        rows = self.reach.rows(Income).values_list("household", "year", "pk")
        self.incomes = {(home, year): pk for home, year, pk in rows}
        self._undated: set[str] = set()  # sheets that do not say of which year an income is
        self.homes: dict[str, Staged] = {}  # ref → the row of the household's head
        self._fresh: dict[object, tuple[str, int]] = {}  # what distinguishes a new household
        self._given: dict[str, str] = {}
        found = Counter(map(self._ref, self.parsed.rows))
        self.sizes = {ref: count for ref, count in found.items() if count > 1}

    @property
    def taken(self) -> Mapping[str, Collection[str]]:
        return {"household": self.known.numbers, "person": self.known.person_numbers}

    def groups(self) -> Iterable[Sequence[Row]]:
        """Where every row is a household of its own, portions; but whoever is moved from one
        household to another may concern a row anywhere.
        """
        rows = self.parsed.rows
        if self.sizes or not all(map(_is_head, rows)) or any(map(self._moves_somebody, rows)):
            return [rows]
        return [rows[start : start + _TOGETHER] for start in range(0, len(rows), _TOGETHER)]

    def _moves_somebody(self, row: Row) -> bool:
        """Whether it was decided that the person of this row is one who is known elsewhere."""
        decided = self.decisions.get(row.place)
        if decided is None or decided.target is None:
            return False
        number, identity = text(row, "person_code"), text(row, "identity")
        return decided.target in self.known.persons_of(number=number, identity=identity)

    def forget(self) -> None:
        self.homes.clear()

    def judged(self, rows: Sequence[Row]) -> list[Staged]:
        # Heads first: a person's row may stand above the head's.
        order = {row.place: n for n, row in enumerate(rows)}
        staged = super().judged(sorted(rows, key=lambda row: not _is_head(row)))
        staged.sort(key=lambda one: order[one.place])
        mark_targeted(staged, self.villages, today=self.today)
        return staged

    def _ref(self, row: Row) -> str:
        """A key that the rows of one household share; "" where that cannot be decided."""
        if self.parsed.families and row.place in self.parsed.families:
            return self.parsed.families[row.place]
        code = "".join(text(row, "household_code").split())
        return f"number {code}" if code else f"{row.sheet} row {row.number}"

    def holder(self, ref: str) -> Staged | None:
        return self.homes.get(ref)

    def hold(self, staged: Staged) -> None:
        if _is_head(staged.row):
            self.homes.setdefault(self._ref(staged.row), staged)

    def look_up(self, row: Row) -> None:
        if text(row, "village") and _is_head(row):
            place = self._place(row)
            if isinstance(place, Missing):
                self.missing(row, place)

    def _place(self, row: Row) -> Known | Missing:
        known = self.known.by_number.get(text(row, "household_code"))
        here, town = known.home if known else None, text(row, "township")
        village, county = text(row, "village"), text(row, "county")
        return self.villages.find(village, township=town, county=county, here=here)

    def draft(self, row: Row) -> Staged:
        return self._home(row) if _is_head(row) else self._member(row)

    # The row of the head: a household, and a person where columns of persons are filled

    def _home(self, row: Row) -> Staged:
        place = self._place(row)
        staged = Staged(row, self.title(row))
        if isinstance(place, Missing):
            self.missing(row, place)
            return staged
        staged.where = place.full
        self.found_as(row, "village", place.name)
        ref = self._ref(row)
        home = self._household(row, place, ref)
        staged.drafts = [home]
        if any(row.values.get(key) is not None for key in PERSONAL):
            staged.drafts.append(self._head(row, home))
        staged.drafts += self._income(row, home)
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
            place=place,
            born=birth_of(row),
        )
        draft = Draft("household", values, ref)
        found.copy_to(draft)
        if found.is_taken:
            self.out_of_reach(row, "household")
        if found.target is not None:
            self._check_standing(row, self.known.by_pk[found.target])
            self._keep_place(draft)
        if draft.is_new:
            self._refuse_twins(row, draft, place)
            self.find_twins(row, draft, name=values["head"], place=place.pk)
        return draft

    def _keep_place(self, home: Draft) -> None:
        """Keep the present place of a household inside the village of the row: it is more exact."""
        known = self.known.by_pk[home.target or 0]
        village = self.villages.by_pk.get(home.values["place_id"])
        if village is None or known.path.startswith(village.path):
            del home.values["place_id"]

    def _income(self, row: Row, home: Draft) -> list[Draft]:
        values: dict[str, Any] = dict(income_values(row))
        if not values:
            return []
        year = income_year(row)
        if year is None:
            year = self.today.year - 1
            self._warn_undated(row, year)
        draft = Draft("income", values | {"year": year})
        self._match_income(draft, home)
        return [draft]

    def _match_income(self, draft: Draft, home: Draft) -> None:
        if home.target is None:
            draft.links = {"household_id": home.ref}
        else:
            draft.links, draft.values["household_id"] = {}, home.target
            draft.target = self.incomes.get((home.target, draft.values["year"]))

    def _warn_undated(self, row: Row, year: int) -> None:
        if row.sheet not in self._undated:
            self._undated.add(row.sheet)
            self.wrong(
                row,
                "wage_income",
                _("The list does not say of which year the income is; %(year)d is assumed.")
                % {"year": year},
                _("Add a column 收入年度 or 数据日期."),
                is_error=False,
            )

    def _check_standing(self, row: Row, known: KnownHousehold) -> None:
        if known.ended and not means_left(text(row, "state")):
            self._refuse_gone(row, known)

    def _refuse_gone(self, row: Row, known: KnownHousehold) -> None:
        self.wrong(
            row,
            "household_code",
            _("The household with this number is no longer on the register: %(left)s")
            % {"left": left(known.head, known.ended or self.today, known.why)},
            _("Give a household that comes on the register again a new number."),
        )

    def settled(self, staged: Staged) -> None:
        for draft in staged.drafts:
            # Our own exports have “other” for a person whose relation is not recorded.
            if draft.differences.get("relation") == ("", "other"):
                del draft.differences["relation"]
        home = staged.drafts[0] if staged.drafts else None
        known = self.known.by_pk.get(home.target or 0) if home else None
        is_gone = home and home.part == "household" and known and known.ended
        if is_gone and known and any(d.is_new or d.differences for d in staged.drafts):
            self._refuse_gone(staged.row, known)
            staged.outcome, staged.drafts = Outcome.BAD, []

    def _refuse_twins(self, row: Row, draft: Draft, place: Known) -> None:
        """Refuse a second new household that nothing distinguishes from one above."""
        key: object = text(row, "household_code")
        if key and not self.parsed.families and self._ref(row) not in self.sizes:
            return  # the only row with this number
        if not key:
            born = row.values.get("birth")
            key = (place.pk, draft.values["head"], born, text(row, "identity"))
        first = self._fresh.setdefault(key, row.place)
        if first != row.place:
            self.wrong(
                row,
                "household_code",
                _("Nothing tells this household from the one in row %(row)d.") % {"row": first[1]},
                _("Delete one of them, or give each its own household number."),
            )

    def _head(self, row: Row, home: Draft) -> Draft:
        values = person_values(PERSON_OF_HOUSEHOLD, row) | {"relation": "head"}
        draft = Draft("person", values)
        if home.is_new and not home.candidates:
            self._match(row, draft, None, home.ref)
        elif not home.is_new:
            self._match(row, draft, home.target, home.ref, is_head=True)
            known = self.known.by_pk[home.target or 0]
            if draft.target and known.head == values["name"]:
                del values["name"]  # unchanged on the household, so it stays on the person
        else:
            draft.links = {"household_id": home.ref}  # matched when the household is decided
        return draft

    def decided(self, staged: Staged, draft: Draft) -> None:
        if draft.part != "household":
            return
        if draft.target is not None:
            self._keep_place(draft)
        for other in staged.drafts[1:]:
            if other.part == "income":
                self._match_income(other, draft)
                continue
            self._match(staged.row, other, draft.target, draft.ref, is_head=True)
            self._settle_second(staged, other, draft)

    def _settle_second(self, staged: Staged, person: Draft, home: Draft) -> None:
        """A row is decided once: refuse it where the head is doubtful besides the household."""
        if not person.candidates:
            return
        key, reason = person.candidates[0]
        if key in person.gone:
            self.leave(staged, reason)
        elif self.known.person_by_pk[key].household == home.target:
            person.target = key
        else:
            self.wrong(
                staged.row,
                "identity",
                reason,
                _("Correct the number, or move the person on the page of the household."),
            )

    def together(self) -> None:
        """Add changes that keep the household's head and the person who is head the same."""
        listed_people = {
            draft.target for one in self.staged for draft in one.drafts if draft.part == "person"
        }
        for one in self.staged:
            if not one.outcome and one.drafts and one.drafts[0].part == "household":
                home = self.known.by_pk.get(one.drafts[0].target or 0)
                one.drafts += follow_head(one, home, listed_people) if home else []

    def follow(self) -> list[Draft]:
        return follow_size(self.staged, self.known, HOUSEHOLD)

    # The row of another person

    def _household_of(self, holder: Staged | None, target: int | None) -> str:
        """Village and head of a person's household, for the preview."""
        if holder:
            return f"{holder.where} {holder.title}".strip()
        home = self.known.by_pk[target or 0]
        return f"{self.villages.full_name(home.path) or home.place_name} {home.head}"

    def _member(self, row: Row) -> Staged:
        staged = Staged(row, self.title(row))
        ref = self._ref(row)
        holder = self.homes.get(ref)
        household = holder.drafts[0] if holder and holder.drafts else None
        if holder and holder.is_gone:
            # The head's row is left out; without a known number this row is left out as well.
            if self._registered(row, None) is None:
                self.leave(staged, holder.reason)
                return staged
            holder = household = None
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
        staged.where = self._household_of(holder, target)
        self._match(row, draft, target, ref)
        staged.drafts = [draft]
        return staged

    def _registered(self, row: Row, holder: Staged | None) -> int | None:
        known = self.known.by_number.get(text(row, "household_code")) if holder is None else None
        if known is None or known.ended:
            return None
        if not text(row, "village"):
            return known.pk
        place = self._place(row)  # numbers of lists are often 1, 2, 3
        is_here = not isinstance(place, Missing) and known.path.startswith(place.path)
        return known.pk if is_here else None

    def _match(
        self, row: Row, draft: Draft, household: int | None, ref: str, *, is_head: bool = False
    ) -> None:
        found = self.known.find_person(
            household,
            number=text(row, "person_code"),
            identity=text(row, "identity"),
            name=draft.values["name"],
            born=birth_of(row),
            is_head=is_head,
        )
        found.copy_to(draft)
        if found.is_taken:
            self.out_of_reach(row, "person")
        elif not is_head and not _is_head(row):
            self.find_twins(row, draft, name=draft.values["name"], place=ref)
        if household is None:
            draft.links = {"household_id": ref}
        else:
            draft.links = {}
            draft.values["household_id"] = household

    # What new records need

    def defaults(self, staged: Staged, draft: Draft) -> dict[str, Any]:
        if draft.part == "income":
            return {}
        if draft.part == "person":
            return {"since": self._since(draft)}
        return {
            "kind": kind_in(self.parsed.titles.get(staged.row.sheet, ())) or "other_hardship",
            "size": self.sizes.get(draft.ref, 1),
            "since": self.today.isoformat(),
        }

    def complete(self, staged: Staged, draft: Draft) -> dict[str, Any]:
        if draft.part == "income":
            return {}
        if draft.part == "person":
            return {"number": self._person_number(draft)}
        number = self._given[draft.ref] = self._household_number(draft)
        return {"number": number}

    def _since(self, draft: Draft) -> str:
        """The first day of a new person: that of a new household, else today; not before birth."""
        holder, since = self.homes.get(draft.links.get("household_id", "")), self.today.isoformat()
        if holder and holder.drafts:
            home = holder.drafts[0]
            since = str(home.values.get("since") or self.added(holder, home)["since"])
        return max(since, str(draft.values.get("born", "")))

    def _household_number(self, draft: Draft) -> str:
        if "number" in draft.values:
            return str(draft.values["number"])
        place = self.villages.by_pk[draft.values["place_id"]]
        return self.free_number("household", place.code, digits=4)

    def _person_number(self, draft: Draft) -> str:
        if "number" in draft.values:
            return str(draft.values["number"])
        ref = draft.links.get("household_id")
        home = self._given.get(ref) if ref else None
        return self.free_number("person", home or self._number_of(draft), digits=2)

    def _number_of(self, draft: Draft) -> str:
        pk = draft.values.get("household_id")
        if pk is None:  # the household of the link is one that exists
            holder = self.homes[draft.links["household_id"]]
            pk = holder.drafts[0].target
        return self.known.by_pk[pk or 0].number


def _is_head(row: Row) -> bool:
    return row.values.get("relation") in (None, "head")
