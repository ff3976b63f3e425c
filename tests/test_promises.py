"""The four promises, kept whatever is done in whatever order.

A machine makes moves through the apps' own actions and keeps books of its own; after every move
the product must say the same as these books.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial

import pytest
from django.db import connection, transaction
from django.db.models import Sum
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from jiedui.core import audit
from jiedui.core.models import AuditEntry
from jiedui.core.refusals import Refused
from jiedui.households import actions as households
from jiedui.households.models import Household
from jiedui.ledger import actions as ledger
from jiedui.ledger.actions import Given
from jiedui.ledger.models import Fund, FundEntry, Gift
from jiedui.orgs import actions as orgs
from jiedui.orgs.models import Member
from jiedui.pairing import actions as pairing
from jiedui.pairing.coverage import uncovered
from jiedui.pairing.models import Pair

MOVES = settings(
    max_examples=25,
    stateful_step_count=14,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
OVERLAP = 10  # days, as tests/playbooks/small.toml says
HELPERS, HOMES = st.integers(0, 4), st.integers(0, 2)


class Undone(RuleBasedStateMachine):
    """Each run of moves happens inside a transaction of its own that is never kept."""

    def __init__(self):
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()

    def teardown(self):
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)


def tried(action, *args, **kwargs):
    """Whether the action was done; refusing is allowed, falling is not."""
    try:
        with transaction.atomic():
            action(*args, **kwargs)
    except Refused:
        return False
    return True


# No household is alone unseen.


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
            self.ties, self.left, self.gone = [], {}, set()

        @rule(days=st.integers(1, 25))
        def days_go_by(self, days):
            self.now = min(self.now + timedelta(days=days), today)
            # What the nightly work does on the day it runs.
            pairing.close_overlaps(today=self.now)
            over = [t for t in self.ties if t.ended is None and t.until and t.until < self.now]
            self._replace(over, lambda tie: replace(tie, ended=tie.until))

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
                if tried(pairing.end, pair, on=self.now, reason="transfer", by=None):
                    self._replace([tie], lambda tie: replace(tie, ended=self.now))

        @rule(home=HOMES, to=st.lists(HELPERS, min_size=1, max_size=2), died=st.booleans())
        def hand_over(self, home, to, died):
            for pair, tie in self._running(home)[:1]:
                people, reason = [self._person(one) for one in to], "death" if died else "transfer"
                done = tried(
                    pairing.hand_over, pair, to=people, on=self.now, reason=reason, by=None
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
            leave = orgs.leave if by_the_register else pairing.leave
            person = self._person(helper)
            if tried(leave, person, on=self.now, reason="retirement", by=None):
                self.left[helper] = self.now
                if leave is pairing.leave:
                    mine = [t for t in self.ties if t.helper == helper and t.ended is None]
                    self._replace(mine, lambda tie: replace(tie, ended=self.now))

        @rule(helper=HELPERS, days=st.integers(1, 25))
        def leaves_and_is_taken_off_later(self, helper, days):
            """The register is told first; the office closes the pairs some days after."""
            self.leaves(helper, by_the_register=True)
            self.days_go_by(days)
            for pair in Pair.objects.open().filter(member=self.people[helper]):
                if tried(pairing.end, pair, on=self.now, reason="retirement", by=None):
                    mine = [t for t in self.ties if t.helper == helper and t.ended is None]
                    home = [one.pk for one in self.homes].index(pair.household_id)
                    mine = [tie for tie in mine if tie.home == home]
                    self._replace(mine, lambda tie: replace(tie, ended=self.now))

        @rule(helper=HELPERS, to=HELPERS)
        def leaves_to_a_colleague(self, helper, to):
            person = self._person(helper)
            mine = [t for t in self.ties if t.helper == helper and t.ended is None]
            successors = {
                pair.pk: [self._person(to)] for pair in Pair.objects.open().filter(member=person)
            }
            done = tried(
                pairing.leave_to, person, on=self.now, reason="retirement",
                successors=successors, by=None,
            )  # fmt: skip
            if done:
                self.left[helper] = self.now
                self._replace(mine, lambda tie: replace(tie, ended=self.now))
                self.ties += [Tie(to, t.home, self.now) for t in mine if t.until is None]

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
    run_state_machine_as_test(
        pairs_machine(campaign, branch, willow_village, today), settings=MOVES
    )


# A fund is never negative, and is the sum of its entries.


def funds_machine(campaign, bureau, household, today):
    class Funds(Undone):
        @initialize()
        def begin(self):
            common = {"campaign": campaign, "organisation": bureau, "since": today}
            self.funds = [Fund.objects.create(name=f"基金{n}", **common) for n in range(2)]
            self.balances = [0, 0]

        @rule(fund=st.integers(0, 1), fen=st.integers(-9, 9_000))
        def contribute(self, fund, fen):
            row = self.funds[fund]
            if tried(ledger.contribute, row, amount_fen=fen, day=today, donor=bureau, by=None):
                self.balances[fund] += fen

        @rule(fund=st.integers(0, 1), fens=st.lists(st.integers(-9, 6_000), max_size=3))
        def give(self, fund, fens):
            done = tried(
                ledger.give_all, campaign, [Given("cash", today, fen) for fen in fens],
                giver=bureau, household=household, fund=self.funds[fund], by=None,
            )  # fmt: skip
            self.balances[fund] -= sum(fens) if done else 0

        @rule(which=st.integers(0, 9), fund=st.integers(0, 1))
        def void(self, which, fund):
            gift = Gift.objects.filter(fund=self.funds[fund]).order_by("pk")[which:].first()
            if gift and tried(ledger.void, gift, reason="重复", by=None):
                self.balances[fund] += gift.value_fen

        @rule(fund=st.integers(0, 1))
        def close(self, fund):
            Fund.objects.filter(pk=self.funds[fund].pk).update(ended=today)

        @invariant()
        def balances_are_right(self):
            for row, balance in zip(getattr(self, "funds", []), self.balances_now(), strict=False):
                kept = Fund.objects.get(pk=row.pk).balance_fen
                total = FundEntry.objects.filter(fund=row).aggregate(s=Sum("amount_fen"))["s"]
                assert kept == (total or 0) == balance >= 0
                running = 0
                for entry in FundEntry.objects.filter(fund=row).order_by("pk"):
                    running += entry.amount_fen
                    assert entry.balance_fen == running >= 0

        def balances_now(self):
            return getattr(self, "balances", [])

    return Funds


@pytest.mark.django_db
def test_no_sequence_of_moves_makes_a_fund_negative(campaign, bureau, qin_family, today):
    run_state_machine_as_test(funds_machine(campaign, bureau, qin_family, today), settings=MOVES)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one write at a time")
@pytest.mark.django_db(transaction=True)
def test_two_spenders_at_once_do_not_spend_the_same_money(campaign, bureau, qin_family, today):
    from concurrent.futures import ThreadPoolExecutor

    fund = ledger.open_fund(campaign, organisation=bureau, name="基金", since=today, by=None)
    ledger.contribute(fund, amount_fen=1_000, day=today, donor=bureau, by=None)

    def spend(fen):
        try:
            return tried(
                ledger.give, campaign, Given("cash", today, fen), giver=bureau,
                household=qin_family, fund=Fund.objects.get(pk=fund.pk), by=None,
            )  # fmt: skip
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as both:
        done = list(both.map(spend, [300] * 8))
    fund.refresh_from_db()
    total = fund.entries.aggregate(s=Sum("amount_fen"))["s"]
    assert sum(done) == 3
    assert fund.balance_fen == total == 100
    assert audit.verify().broken is None


# The audit chain breaks when any byte changes.


def _bent(value):
    """The value with one bit of it changed, in every way there is; at most a few for long ones."""
    if isinstance(value, str):
        for at in {0, len(value) // 2, len(value) - 1} if value else ():
            yield value[:at] + chr(ord(value[at]) ^ 1) + value[at + 1 :]
        yield value + "x"
        yield value[:-1] if value else "y"
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from ({**value, key: bent} for bent in _bent(inner))
        yield {**value, "more": 1}
    elif hasattr(value, "isoformat"):
        yield value + timedelta(microseconds=1)
    else:
        yield (value or 0) + 1


def test_the_chain_breaks_whatever_is_changed_in_whatever_entry(db, office):
    AuditEntry.objects.all().delete()
    for number in range(3):
        after = {"name": f"秦{number}", "n": number, "none": None}
        audit.record("thing.changed", office, by=office, before={"name": ""}, after=after)
    kept = list(AuditEntry.objects.order_by("pk"))
    for entry in kept:
        for field in AuditEntry._meta.concrete_fields:
            if field.primary_key:
                continue
            was = getattr(entry, field.attname)
            for bent in _bent(was):
                changed = {field.attname: bent}
                if bent == was or not AuditEntry.objects.filter(pk=entry.pk).update(**changed):
                    continue
                assert audit.verify().broken is not None, (field.name, was, bent)
                AuditEntry.objects.filter(pk=entry.pk).update(**{field.attname: was})
    assert audit.verify().broken is None


def test_the_chain_breaks_when_entries_change_places_or_go(db, office):
    AuditEntry.objects.all().delete()
    rows = [audit.record(f"thing.{n}", office, by=office) for n in range(4)]
    head = audit.verify().head
    first, second = (AuditEntry.objects.filter(pk=row.pk).values().get() for row in rows[1:3])
    for keys in ((second["id"], first["id"]), (first["id"], second["id"])):
        AuditEntry.objects.filter(pk__in=keys).delete()
        AuditEntry.objects.create(**{**first, "id": keys[0]})
        AuditEntry.objects.create(**{**second, "id": keys[1]})
        assert (audit.verify().broken is None) == (keys[0] == first["id"])
    # The last entry gone leaves a chain that fits: the head written down elsewhere tells.
    rows[3].delete()
    assert audit.verify().broken is None
    assert audit.verify().head != head


# What was frozen stays true of its snapshot, whatever happens to the records.


@pytest.mark.django_db
def test_a_frozen_bulletin_verifies_after_any_change_of_the_records(
    campaign, zhou_and_the_qins, he, bureau, office, leader, willow_village, today
):
    from jiedui.figures import actions as figures
    from jiedui.reports import actions as reports
    from jiedui.reports.verification import verify

    bureau_gives = partial(
        ledger.give, campaign, giver=bureau, household=zhou_and_the_qins.household, by=None
    )
    gift = bureau_gives(Given("cash", today, 5_000_000))
    figures.take(campaign)
    bulletin = reports.begin(campaign, kind="monthly", by=office)
    reports.freeze(bulletin, issued_on=today, by=leader)
    said = verify(bulletin)
    assert said.equal
    changes = [
        partial(bureau_gives, Given("cash", today, 77)),
        partial(ledger.void, gift, reason="重复", by=None),
        partial(pairing.hand_over, zhou_and_the_qins, to=[he], on=today, reason="transfer",
                by=None),
        partial(households.strike, zhou_and_the_qins.household, on=today, reason="moved", by=None),
        partial(Household.objects.update, size=9),
        partial(Gift.objects.all().delete),
        partial(figures.take, campaign),
        partial(figures.tidy, campaign),
        partial(type(willow_village).objects.update, name="别处"),
        partial(type(campaign).objects.update, source=campaign.source.replace("小行动", "大行动")),
    ]  # fmt: skip
    for change in changes:
        change()
        bulletin.refresh_from_db()
        assert verify(bulletin) == said, change
