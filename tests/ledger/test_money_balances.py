from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jiedui.core.refusals import Refused
from jiedui.ledger import actions
from jiedui.ledger.actions import Given
from jiedui.ledger.models import Fund, FundEntry, Gift


@pytest.fixture
def fund(campaign, bureau, today):
    return Fund.objects.create(
        campaign=campaign, organisation=bureau, name="爱心基金", since=today - timedelta(days=9)
    )


def test_a_fund_gives_no_more_than_it_has(campaign, fund, bureau, qin_family, today):
    actions.contribute(fund, amount_fen=10_000, day=today, donor=bureau, by=None)
    cash = Given("cash", today, 10_001)
    with pytest.raises(Refused, match=r"100\.00"):
        actions.give(campaign, cash, giver=bureau, household=qin_family, fund=fund, by=None)
    assert not Gift.objects.exists()


def test_the_database_itself_refuses_a_negative_fund(fund):
    with pytest.raises(IntegrityError), transaction.atomic():
        Fund.objects.filter(pk=fund.pk).update(balance_fen=-1)


def test_goods_keep_their_unit_and_where_their_value_comes_from(
    campaign, bureau, qin_family, today
):
    rice = Given("goods", today, 12_000, "大米", Decimal(2), "袋", "市场价")
    gift = actions.give(campaign, rice, giver=bureau, household=qin_family, by=None)
    assert (gift.quantity, gift.unit, gift.valuation_source) == (2, "袋", "市场价")
    with pytest.raises(Refused):
        no_source = Given("goods", today, 12_000, "大米", Decimal(2), "袋")
        actions.give(campaign, no_source, giver=bureau, household=qin_family, by=None)


def test_a_wrong_gift_puts_the_money_back(campaign, fund, bureau, qin_family, today):
    actions.contribute(fund, amount_fen=50_000, day=today, donor_name="李某", by=None)
    gift = actions.give(
        campaign,
        Given("cash", today, 30_000),
        giver=bureau,
        household=qin_family,
        fund=fund,
        by=None,
    )
    actions.void(gift, reason="重复登记", by=None)
    fund.refresh_from_db()
    assert fund.balance_fen == 50_000
    assert FundEntry.objects.filter(fund=fund).aggregate(s=Sum("amount_fen"))["s"] == 50_000


def test_a_gift_is_confirmed_once(campaign, bureau, qin_family, today):
    gift = actions.give(
        campaign, Given("cash", today, 30_000), giver=bureau, household=qin_family, by=None
    )
    actions.confirm(gift, on=today, name="秦安", how="signature", by=None)
    with pytest.raises(Refused):
        actions.confirm(gift, on=today, name="秦安", how="signature", by=None)


@pytest.mark.django_db(transaction=True)
@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(moves=st.lists(st.tuples(st.booleans(), st.integers(-5, 90_000)), max_size=12))
def test_a_fund_is_never_negative_and_always_the_sum_of_its_entries(
    moves, campaign, bureau, qin_family, today
):
    fund = Fund.objects.create(
        campaign=campaign, organisation=bureau, name=f"f{Fund.objects.count()}", since=today
    )
    for into, fen in moves:
        try:
            if into:
                actions.contribute(fund, amount_fen=fen, day=today, donor=bureau, by=None)
            else:
                actions.give(
                    campaign,
                    Given("cash", today, fen),
                    giver=bureau,
                    household=qin_family,
                    fund=fund,
                    by=None,
                )
        except Refused:
            pass
    fund.refresh_from_db()
    total = fund.entries.aggregate(s=Sum("amount_fen"))["s"] or 0
    assert fund.balance_fen == total >= 0
