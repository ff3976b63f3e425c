"""Money is given out only on days on which it was there; wrong entries are put right, readable."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import Sum
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jiedui.core.models import AuditEntry
from jiedui.core.refusals import Refused
from jiedui.ledger import actions, corrections, days
from jiedui.ledger.actions import Given
from jiedui.ledger.corrections import Contribution, correct_contribution
from jiedui.ledger.models import Fund, FundEntry, Gift


@pytest.fixture
def ago(today):
    return lambda number: today - timedelta(days=number)


@pytest.fixture
def fund(campaign, bureau, ago):
    """Opened 30 days ago; 1,000 yuan came 20 days ago, 500 more 5 days ago."""
    fund = actions.open_fund(campaign, organisation=bureau, name="爱心基金", since=ago(30), by=None)
    for fen, day in ((100_000, 20), (50_000, 5)):
        actions.contribute(fund, amount_fen=fen, day=ago(day), donor=bureau, by=None)
    return fund


@pytest.fixture
def give(campaign, fund, bureau, qin_family, ago):
    def given(fen, day):
        return actions.give(
            campaign, Given("cash", ago(day), fen), giver=bureau, household=qin_family,
            fund=fund, by=None,
        )  # fmt: skip

    return given


def _books(fund):
    fund.refresh_from_db()
    return fund.balance_fen, list(days.by_day(fund).values_list("day_balance_fen", flat=True))


@pytest.mark.parametrize(
    ("fen", "day"),
    [(1, 40), (1, 25), (100_001, 10), (150_001, 0)],
    ids=["before the fund", "before its money", "more than there was", "more than there is"],
)
def test_what_was_not_there_on_the_day_is_refused(fund, give, fen, day):
    before = _books(fund)
    with pytest.raises(Refused):
        give(fen, day)
    assert _books(fund) == before
    assert not Gift.objects.exists()


def test_a_later_day_that_would_fall_short_is_named(fund, give, ago):
    give(150_000, 2)
    with pytest.raises(Refused) as refused:
        give(1, 10)  # enough on that day, but then given out twice
    assert "爱心基金" in refused.value.sentence


def test_money_before_the_fund_is_refused(fund, bureau, ago):
    with pytest.raises(Refused):
        actions.contribute(fund, amount_fen=1, day=ago(31), donor=bureau, by=None)


def test_the_statement_goes_day_by_day(client, fund, give, bureau, office, ago):
    give(30_000, 10)
    actions.contribute(fund, amount_fen=7_000, day=ago(15), donor=bureau, by=None)  # told late
    client.force_login(office)
    entries = client.get(fund.get_absolute_url()).context["entries"]
    assert [one.day for one in entries] == [ago(5), ago(10), ago(15), ago(20)]
    assert [one.day_balance_fen for one in entries] == [127_000, 77_000, 107_000, 100_000]


def test_a_wrong_contribution_is_corrected_and_stays_readable(client, fund, bureau, office, ago):
    wrong = fund.entries.get(amount_fen=50_000)
    client.force_login(office)
    address = reverse("ledger:correct", args=[fund.pk, wrong.pk])
    assert client.get(address).context["form"].initial["amount"] == 500
    fields = {
        "amount": "50", "day": ago(6).isoformat(), "donor_name": "李某", "note": "",
        "reason": "多写了一个零",
    }  # fmt: skip
    client.post(address, fields)
    fund.refresh_from_db()
    assert fund.balance_fen == 105_000
    back = FundEntry.objects.get(reverses=wrong)
    assert (back.amount_fen, back.day, back.note) == (-50_000, wrong.day, "多写了一个零")
    page = client.get(fund.get_absolute_url()).content.decode()
    assert "多写了一个零" in page
    assert "李某" in page
    assert AuditEntry.objects.filter(action="fund.corrected").count() == 1
    client.post(address, fields)  # sent twice
    fund.refresh_from_db()
    assert fund.balance_fen == 105_000


def test_a_contribution_that_was_given_out_already_cannot_go(fund, give, ago, bureau):
    give(120_000, 1)
    wrong = fund.entries.get(amount_fen=50_000)
    before = _books(fund)
    for right in (Contribution(0, wrong.day), Contribution(19_999, wrong.day, donor=bureau)):
        with pytest.raises(Refused):
            correct_contribution(wrong, right, reason="没有到账", by=None)
    assert _books(fund) == before
    late = Contribution(50_000, ago(0), donor=bureau)
    with pytest.raises(Refused):  # it came only after it had been given out
        correct_contribution(wrong, late, reason="今天才到账", by=None)
    assert correct_contribution(
        wrong, Contribution(20_000, wrong.day, donor=bureau), reason="少到了", by=None
    )
    assert _books(fund)[0] == 0


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_correction_needs_its_reason(fund, bureau, reason):
    entry = fund.entries.first()
    with pytest.raises(Refused):
        correct_contribution(
            entry, Contribution(1, entry.day, donor=bureau), reason=reason, by=None
        )


def test_a_gift_is_not_corrected_as_a_contribution(client, fund, give, office):
    entry = give(10, 1).fund_entry
    client.force_login(office)
    assert client.get(reverse("ledger:correct", args=[fund.pk, entry.pk])).status_code == 404
    with pytest.raises(Refused):
        correct_contribution(entry, Contribution(1, entry.day), reason="错", by=None)


@pytest.mark.parametrize("role", ["liaison", "auditor", "lu", "helper"])
def test_only_who_keeps_the_fund_corrects(client, fund, request, role):
    client.force_login(request.getfixturevalue(role))
    entry = fund.entries.first()
    answer = client.post(reverse("ledger:correct", args=[fund.pk, entry.pk]), {"amount": 1})
    assert answer.status_code in (403, 404)


def test_no_gift_before_the_campaign(campaign, bureau, qin_family):
    day = campaign.starts - timedelta(days=1)
    with pytest.raises(Refused):
        actions.give(campaign, Given("cash", day, 100), giver=bureau, household=qin_family, by=None)


@pytest.mark.django_db
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    moves=st.lists(
        st.tuples(st.sampled_from("igc"), st.integers(1, 900), st.integers(0, 35)), max_size=14
    )
)
def test_whatever_is_written_in_whatever_order_no_day_is_below_zero(
    moves, campaign, bureau, qin_family, ago
):
    fund = Fund.objects.create(
        campaign=campaign, organisation=bureau, name=f"f{Fund.objects.count()}", since=ago(30)
    )
    for what, fen, day in moves:
        entries = list(fund.entries.filter(amount_fen__gt=0))
        try:
            if what == "i":
                actions.contribute(fund, amount_fen=fen, day=ago(day), donor=bureau, by=None)
            elif what == "g":
                actions.give(
                    campaign, Given("cash", ago(day), fen), giver=bureau, household=qin_family,
                    fund=fund, by=None,
                )  # fmt: skip
            elif entries:
                right = Contribution(fen % 300, ago(day), donor=bureau)
                correct_contribution(entries[fen % len(entries)], right, reason="错", by=None)
        except Refused:
            pass
    fund.refresh_from_db()
    by_day, balance = {}, 0
    for day, fen in fund.entries.order_by("day").values_list("day", "amount_fen"):
        balance += fen
        by_day[day] = balance
    assert all(fen >= 0 for fen in by_day.values())
    assert fund.balance_fen == balance == (fund.entries.aggregate(s=Sum("amount_fen"))["s"] or 0)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one write at a time")
@pytest.mark.django_db(transaction=True)
def test_two_at_once_do_not_spend_the_money_of_an_early_day(campaign, bureau, qin_family, ago):
    """Enough today, but not on the day both write down: the lock covers the days as well."""
    from concurrent.futures import ThreadPoolExecutor

    fund = actions.open_fund(campaign, organisation=bureau, name="基金", since=ago(30), by=None)
    actions.contribute(fund, amount_fen=1_000, day=ago(20), donor=bureau, by=None)
    actions.contribute(fund, amount_fen=90_000, day=ago(0), donor=bureau, by=None)

    def spend(_number):
        try:
            actions.give(
                campaign, Given("cash", ago(10), 300), giver=bureau, household=qin_family,
                fund=Fund.objects.get(pk=fund.pk), by=None,
            )  # fmt: skip
        except Refused:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(spend, range(8)))
    assert sum(done) == 3
    assert min(days.by_day(fund).values_list("day_balance_fen", flat=True)) >= 0


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one write at a time")
@pytest.mark.django_db(transaction=True)
def test_two_corrections_at_once_take_one_entry_back(campaign, bureau, ago):
    from concurrent.futures import ThreadPoolExecutor

    fund = actions.open_fund(campaign, organisation=bureau, name="基金", since=ago(30), by=None)
    entry = actions.contribute(fund, amount_fen=1_000, day=ago(20), donor=bureau, by=None)

    def correct(fen):
        try:
            right = corrections.Contribution(fen, ago(20), donor=bureau)
            correct_contribution(FundEntry.objects.get(pk=entry.pk), right, reason="错", by=None)
        except Refused:
            return 0
        finally:
            connection.close()
        return fen

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(correct, [100, 200]))
    fund.refresh_from_db()
    assert sorted(done)[0] == 0
    assert fund.balance_fen == sum(done)
