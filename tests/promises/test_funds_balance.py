"""A fund is never negative, and is the sum of its entries.

A machine makes moves through the apps' own actions and keeps books of its own; after every move
the product must say the same as these books.
"""

import pytest
from django.db import connection
from django.db.models import Sum
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from tests.promises.moves import MOVES, Undone, tried

from jiedui.core import audit
from jiedui.ledger import actions as ledger
from jiedui.ledger.actions import Given
from jiedui.ledger.models import Fund, FundEntry, Gift


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
