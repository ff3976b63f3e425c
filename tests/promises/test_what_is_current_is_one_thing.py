"""What counts today is one thing: in lists, in coverage, in the snapshot, and for who sees it.

A machine lets people and units move, leave, come back, merge; households are struck off and taken
back. After every move the product must say the same as the machine's own books.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule, run_state_machine_as_test
from tests.promises.moves import MOVES, Undone, tried

from jiedui.fieldwork import actions as fieldwork
from jiedui.fieldwork.actions import Done
from jiedui.figures import register_tables
from jiedui.figures.trees import Trees
from jiedui.households import actions as households
from jiedui.households.models import Household, Person
from jiedui.orgs import actions as orgs
from jiedui.orgs import ending, membership
from jiedui.orgs.models import Member, Organisation
from jiedui.pairing import actions as pairing
from jiedui.pairing.coverage import coverage, uncovered
from jiedui.pairing.models import Pair

PEOPLE, HOMES, UNITS = st.integers(0, 3), st.integers(0, 2), st.integers(0, 2)
DAYS = st.integers(0, 20)


@dataclass
class Helper:
    """Where a helper served from which day on, and when they left."""

    where: list[tuple[date, int]]
    left: date | None = None
    stints: list[date] = field(default_factory=list)


def machine(campaign, root, village, today):
    class World(Undone):
        @initialize()
        def begin(self):
            self.now = today - timedelta(days=300)
            self.units = [
                Organisation.objects.create(
                    parent=root, path=f"{root.path}{n + 50:04d}", name=f"单位{n}", kind="unit",
                    number=f"W{n}", since=self.now,
                )
                for n in range(3)
            ]  # fmt: skip
            self.people = [
                Member.objects.create(
                    number=f"W{n}", name=f"成员{n}", organisation=self.units[0], since=self.now
                )
                for n in range(4)
            ]
            self.homes = [
                Household.objects.create(
                    number=f"W{n}", head=f"户{n}", place=village, kind="allowance", since=self.now
                )
                for n in range(3)
            ]
            for home in self.homes:
                for n, relation in enumerate(("head", "spouse", "son")):
                    Person.objects.create(
                        household=home, number=f"{home.number}-{n}", relation=relation,
                        name=home.head if n == 0 else f"{home.head}之{n}", since=self.now,
                    )  # fmt: skip
            unit = self.units[0].pk
            self.books = {one.pk: Helper(where=[(self.now, unit)]) for one in self.people}
            self.ended_units, self.struck = {}, set()
            self.ties = set()  # (helper, home) that answer now
            self.waiting = {}  # home → ties that its being struck ended

        @rule(days=st.integers(1, 30))
        def days_go_by(self, days):
            self.now = min(self.now + timedelta(days=days), today)

        @rule(helper=PEOPLE, home=HOMES)
        def open(self, helper, home):
            done = tried(
                pairing.open_pair, campaign, kind="kinship", member=self._member(helper),
                household=self._home(home), since=self.now, by=None,
            )  # fmt: skip
            if done:
                self.ties.add((helper, home))

        @rule(helper=PEOPLE, unit=UNITS)
        def move(self, helper, unit):
            going = [self._member(helper)]
            if tried(membership.move, going, to=self._unit(unit), on=self.now, by=None):
                self._serves(helper, self.units[unit].pk)

        @rule(helper=PEOPLE)
        def leave(self, helper):
            person = self._member(helper)
            if tried(orgs.leave, person, on=self.now, reason="retirement", by=None):
                self.books[person.pk].left = self.now
                self.ties = {tie for tie in self.ties if tie[0] != helper}

        @rule(helper=PEOPLE, unit=UNITS)
        def come_back(self, helper, unit):
            person = self._member(helper)
            values = {
                "number": person.number, "name": person.name, "since": self.now,
                "organisation": self._unit(unit),
            }  # fmt: skip
            if tried(orgs.enrol, values, by=None):
                book = self.books[person.pk]
                assert book.left is not None and self.now > book.left
                book.stints.append(book.left)
                book.left = None
                self._serves(helper, self.units[unit].pk)
                # What they left open ended when they left; nobody answered meanwhile.
                assert not Pair.objects.open().filter(member=person).exists()

        @rule(home=HOMES)
        def strike(self, home):
            row = self._home(home)
            if tried(households.strike, row, on=self.now, reason="moved_away", by=None):
                self.struck.add(home)
                self.waiting[home] = {tie for tie in self.ties if tie[1] == home}
                self.ties -= self.waiting[home]

        @rule(home=HOMES, with_pairs=st.booleans())
        def restore(self, home, with_pairs):
            done = tried(
                households.restore, self._home(home), reason="弄错了", by=None,
                with_pairs=with_pairs,
            )  # fmt: skip
            if done:
                self.struck.discard(home)
                if with_pairs:
                    for helper in range(4):
                        self._recount(helper)

        @rule(unit=UNITS, heir=UNITS)
        def merge(self, unit, heir):
            if unit == heir:
                return
            done = tried(
                ending.end, self._unit(unit), on=self.now, by=None, successor=self._unit(heir)
            )
            if done:
                self.ended_units[self.units[unit].pk] = self.now
                for helper in range(4):
                    book = self.books[self.people[helper].pk]
                    if book.left is None and book.where[-1][1] == self.units[unit].pk:
                        self._serves(helper, self.units[heir].pk)

        @rule(home=HOMES, head=st.booleans())
        def somebody_dies(self, home, head):
            living = list(Person.objects.filter(household=self.homes[home], ended=None))
            goes = next((one for one in living if (one.relation == "head") == head), None)
            if goes is None:
                return
            others = [one for one in living if one.pk != goes.pk]
            next_head = others[0] if head and others else None
            size = self._home(home).size
            if tried(
                households.leave, goes, on=self.now, by=None, reason="died", next_head=next_head
            ):
                assert self._home(home).size == max(size - 1, len(others), 1)

        @rule(helper=PEOPLE, home=HOMES, back=DAYS)
        def visit(self, helper, home, back):
            member = self._member(helper)
            pair = Pair.objects.filter(member=member, household=self.homes[home]).first()
            day = self.now - timedelta(days=back)
            found = []
            if pair and tried(
                lambda: found.append(
                    fieldwork.visit(pair, Done(kind="visit", day=day, note="问候"), by=None)
                )
            ):
                assert found[0].organisation_id == self._served(member.pk, day)

        def _serves(self, helper, unit):
            where = self.books[self.people[helper].pk].where
            if where[-1][1] != unit:
                where.append((self.now, unit))

        def _served(self, key, day):
            """The unit the books say; of several moves on one day the last counts."""
            found = [unit for since, unit in self.books[key].where if since <= day]
            return found[-1]

        def _recount(self, helper):
            """What the strike ended is open again where its helper serves."""
            if self.books[self.people[helper].pk].left is not None:
                return
            rows = Pair.objects.filter(member=self.people[helper], ended=None)
            homes = [one.pk for one in self.homes]
            again = {(helper, homes.index(pair.household_id)) for pair in rows}
            self.ties |= {tie for tie in again if tie[1] not in self.struck}

        def _member(self, helper):
            return Member.objects.get(pk=self.people[helper].pk)

        def _home(self, home):
            return Household.objects.get(pk=self.homes[home].pk)

        def _unit(self, unit):
            return Organisation.objects.get(pk=self.units[unit].pk)

        @invariant()
        def lists_snapshot_and_books_agree(self):
            if not hasattr(self, "homes"):
                return
            expected = {(self.people[h].pk, self.homes[n].pk) for h, n in self.ties}
            current = Pair.objects.current().filter(household__in=self.homes)
            assert set(current.values_list("member", "household")) == expected
            source = register_tables.Source(campaign, today, Trees(campaign))
            table = register_tables.pairs(source).to_pylist()
            mine = [one.pk for one in self.homes]
            standing = {
                (row["member"], row["household"])
                for row in table
                if row["household"] in mine and row["ended"] is None
            }
            assert standing == expected

        @invariant()
        def nobody_is_alone_unseen(self):
            if not hasattr(self, "homes"):
                return
            kin = campaign.playbook.pairing("kinship")
            on = {n for n in range(3) if n not in self.struck}
            alone = {self.homes[n].pk for n in on if not any(tie[1] == n for tie in self.ties)}
            rows = uncovered(campaign, kin).filter(pk__in=[one.pk for one in self.homes])
            assert set(rows.values_list("pk", flat=True)) == alone
            found = coverage(campaign, kin)
            assert (found.eligible, found.uncovered) == (len(on), len(alone))

        @invariant()
        def open_pairs_stand_where_their_helpers_serve(self):
            for pair in Pair.objects.open().filter(member__ended=None).select_related("member"):
                assert pair.organisation_id == pair.member.organisation_id

        @invariant()
        def nothing_hangs_on_what_has_ended(self):
            for gone in Organisation.objects.exclude(ended=None):
                assert not [one for one in ending.dependents(gone) if one.kind in ending.DEPENDENTS]

        @invariant()
        def every_household_has_the_head_it_is_named_after(self):
            for home in Household.objects.all():
                heads = home.people.filter(relation="head", ended=None)
                assert [one.name for one in heads] == [home.head]

    return World


@pytest.mark.django_db
def test_no_history_makes_two_numbers_of_one(campaign, bureau, willow_village, today):
    run_state_machine_as_test(
        machine(campaign, bureau.parent, willow_village, today), settings=MOVES
    )
