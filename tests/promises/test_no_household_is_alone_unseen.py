"""No household is alone without being shown.

A machine makes moves through the apps' own actions and keeps books of its own; after every move
the product must say the same as these books.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from tests.promises.moves import MOVES, Undone, tried

from jiedui.handover import actions as handover
from jiedui.handover import bulk_hand_over
from jiedui.households import actions as households
from jiedui.households.models import Household
from jiedui.orgs import actions as orgs
from jiedui.orgs.models import Member
from jiedui.pairing import actions as pairing
from jiedui.pairing.coverage import uncovered
from jiedui.pairing.models import Pair

OVERLAP = 10  # days, as tests/playbooks/small.toml says
HELPERS, HOMES = st.integers(0, 4), st.integers(0, 2)
FATES = st.sampled_from(["now", "later", "stay"])


@dataclass(frozen=True)
class Tie:
    """One pair in the machine's books; `ended` is the last day the helper answers."""

    helper: int
    home: int
    since: date
    ended: date | None = None
    until: date | None = None


def pairs_machine(campaign, branch, village, today):
    class Pairs(Undone):
        @initialize()
        def begin(self):
            self.now = today - timedelta(days=200)
            common = {"place": village, "kind": "allowance", "since": self.now}
            self.homes = [
                Household.objects.create(number=f"P{n}", head=f"户{n}", **common) for n in range(3)
            ]
            self.people = [
                Member.objects.create(number=f"P{n}", name=f"成员{n}", organisation=branch)
                for n in range(5)
            ]
            self.ties, self.left, self.gone, self.waiting = [], {}, set(), set()

        @rule(days=st.integers(1, 25))
        def days_go_by(self, days):
            self.now = min(self.now + timedelta(days=days), today)
            # What the nightly work does on the day it runs.
            handover.close_overlaps(today=self.now)
            over = [t for t in self.ties if t.ended is None and t.until and t.until < self.now]
            self._replace(over, lambda tie: replace(tie, ended=tie.until))
            self._let_go()

        @rule(helper=HELPERS, home=HOMES)
        def open(self, helper, home):
            done = tried(
                pairing.open_pair, campaign, kind="kinship", member=self._person(helper),
                household=self._home(home), since=self.now, by=None,
            )  # fmt: skip
            self.ties += [Tie(helper, home, self.now)] if done else []

        @rule(home=HOMES)
        def end(self, home):
            for pair, tie in self._running(home)[:1]:
                if tried(handover.end, pair, on=self.now, reason="transfer", by=None):
                    self._replace([tie], lambda tie: replace(tie, ended=self.now))
                    self._let_go()

        @rule(home=HOMES, to=st.lists(HELPERS, min_size=1, max_size=2), died=st.booleans())
        def hand_over(self, home, to, died):
            for pair, tie in self._running(home)[:1]:
                people, reason = [self._person(one) for one in to], "death" if died else "transfer"
                done = tried(
                    handover.hand_over, pair, to=people, on=self.now, reason=reason, by=None
                )
                if not done:
                    continue
                stays = not died and tie.helper not in self.left
                until = {"until": self.now + timedelta(days=OVERLAP)} if stays else {}
                ends = {} if stays else {"ended": self.now}
                self._replace([tie], lambda tie, new=until | ends: replace(tie, **new))
                self.ties += [Tie(one, home, self.now) for one in to]

        @rule(helper=HELPERS, by_the_register=st.booleans())
        def leaves(self, helper, by_the_register):
            leave = orgs.leave if by_the_register else handover.leave
            person = self._person(helper)
            if tried(leave, person, on=self.now, reason="retirement", by=None):
                self.left[helper] = self.now
                if leave is handover.leave:
                    mine = [t for t in self.ties if t.helper == helper and t.ended is None]
                    self._replace(mine, lambda tie: replace(tie, ended=self.now))

        @rule(helper=HELPERS, days=st.integers(1, 25))
        def leaves_and_is_taken_off_later(self, helper, days):
            """The register is told first; the office closes the pairs some days after."""
            self.leaves(helper, by_the_register=True)
            self.days_go_by(days)
            for pair in Pair.objects.open().filter(member=self.people[helper]):
                if tried(handover.end, pair, on=self.now, reason="retirement", by=None):
                    mine = [t for t in self.ties if t.helper == helper and t.ended is None]
                    home = [one.pk for one in self.homes].index(pair.household_id)
                    mine = [tie for tie in mine if tie.home == home]
                    self._replace(mine, lambda tie: replace(tie, ended=self.now))

        @rule(helper=HELPERS, to=st.none() | HELPERS, fate=FATES)
        def hands_everything_over(self, helper, to, fate):
            """All pairs of one helper at once, to whom the engine names or all to one colleague."""
            person = self._person(helper)
            drafted = []
            if not tried(
                lambda: drafted.append(
                    bulk_hand_over.prepare(
                        person, fate=fate, on=self.now, reason="retirement",
                        among=Member.objects.all(), by=None,
                    )
                )
            ):  # fmt: skip
                return
            rows = list(drafted[0].rows.select_related("pair", "hand_over"))
            for row in rows:
                if to is not None and not tried(
                    bulk_hand_over.choose, row, to=[self._person(to)], by=None
                ):
                    return
            mine = [t for t in self.ties if t.helper == helper and t.ended is None]
            if not tried(bulk_hand_over.settle, drafted[0], by=None):
                return
            taken = {row.pair.household_id: row.first for row in drafted[0].rows.all()}
            self._write_down(mine, taken, fate)
            if fate == "now":
                self.left[helper] = self.now
            if fate == "later":
                self.waiting.add(helper)
                self._let_go()

        def _write_down(self, mine, taken, fate):
            people = [one.pk for one in self.people]
            for tie in mine:
                taker = taken.get(self.homes[tie.home].pk) if tie.until is None else None
                if taker:
                    self.ties.append(Tie(people.index(taker.pk), tie.home, self.now))
                if fate == "now":
                    self._replace([tie], lambda one: replace(one, ended=self.now))
                elif taker:
                    until = self.now + timedelta(days=OVERLAP)
                    self._replace([tie], lambda one, until=until: replace(one, until=until))

        def _let_go(self):
            """Who waits for the successors leaves on the last day they answered for anybody."""
            for helper in self.waiting - set(self.left):
                mine = [t for t in self.ties if t.helper == helper]
                if all(tie.ended for tie in mine):
                    days = [tie.ended for tie in mine]
                    self.left[helper] = max(days, default=self.now)

        @rule(home=HOMES)
        def the_successor_calls(self, home):
            """A first visit ends the time of the helper before."""
            rows = Pair.objects.open().filter(household=self.homes[home], overlap_until=None)
            for pair in rows.exclude(previous=None).select_related("campaign", "previous"):
                before = pair.previous
                handover.visited(pair, on=self.now, by=None)
                if before.ended or before.overlap_until is None:
                    continue
                if before.overlap_until < self.now:
                    continue
                helper = [one.pk for one in self.people].index(before.member_id)
                over = [t for t in self.ties if (t.helper, t.home) == (helper, home) and t.until
                        and t.ended is None]  # fmt: skip
                self._replace(over, lambda tie: replace(tie, ended=self.now))
                self._let_go()

        @rule(home=HOMES)
        def household_goes(self, home):
            row = self._home(home)
            if tried(households.strike, row, on=self.now, reason="moved", by=None):
                self.gone.add(home)

        @invariant()
        def whoever_is_alone_is_listed_since_the_right_day(self):
            if not hasattr(self, "homes"):
                return
            rows = uncovered(campaign, campaign.playbook.pairing("kinship"))
            listed = {row.pk: row.alone_since for row in rows}
            expected = {
                self.homes[home].pk: self._alone_since(home)
                for home in range(3)
                if home not in self.gone and self._alone_since(home)
            }
            assert listed == expected

        def _alone_since(self, home):
            """The last day somebody answered; the first of the register if nobody ever did."""
            last = []
            for tie in (one for one in self.ties if one.home == home):
                ends = [day for day in (tie.ended, self.left.get(tie.helper)) if day]
                if not ends:
                    return None
                last.append(max(tie.since, min(ends)))
            return max(last, default=self.homes[home].since)

        def _person(self, helper):
            return Member.objects.get(pk=self.people[helper].pk)

        def _home(self, home):
            return Household.objects.get(pk=self.homes[home].pk)

        def _running(self, home):
            """Pairs of a household nobody hands over yet, each with its line in the books."""
            found = []
            for pair in Pair.objects.open().filter(household=self.homes[home], overlap_until=None):
                helper = [one.pk for one in self.people].index(pair.member_id)
                ties = [t for t in self.ties if t.home == home and t.ended is None and not t.until]
                found += [(pair, tie) for tie in ties if tie.helper == helper]
            return found

        def _replace(self, ties, change):
            self.ties = [change(tie) if tie in ties else tie for tie in self.ties]

    return Pairs


@pytest.mark.django_db
def test_no_sequence_of_moves_leaves_a_household_alone_unseen(
    campaign, branch, willow_village, today
):
    campaign.source = campaign.source.replace(
        "handover = {", 'handover = { until = "first_visit",', 1
    )
    campaign.save()
    run_state_machine_as_test(
        pairs_machine(campaign, branch, willow_village, today), settings=MOVES
    )
