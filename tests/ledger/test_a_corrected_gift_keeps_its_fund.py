"""更正 of gifts: whatever nobody touched stays, also what could not be chosen any more."""

from datetime import timedelta

import pytest
from django.urls import reverse

from jiedui.households import actions as households
from jiedui.ledger import actions
from jiedui.ledger.actions import Given
from jiedui.ledger.models import Gift
from page_forms import forms_of


@pytest.fixture
def fund(campaign, bureau, today):
    since = today - timedelta(days=30)
    root = bureau.parent
    fund = actions.open_fund(campaign, organisation=root, name="爱心", since=since, by=None)
    actions.contribute(fund, amount_fen=100_000, day=today, donor=bureau, by=None)
    return fund


def opened(client, gift):
    page = client.get(reverse("ledger:gift_correct", args=[gift.pk])).content.decode()
    return next(one for one in forms_of(page) if one.number).fields


def correct(client, gift, **typed):
    url = reverse("ledger:gift_correct", args=[gift.pk])
    answer = client.post(url, {**opened(client, gift), **typed})
    assert answer.status_code == 302, answer.context["form"].errors
    return Gift.objects.standing().get()


@pytest.mark.parametrize("who", ["liaison", "helper", "office"])
def test_a_gift_stays_in_its_fund_whoever_corrects_it(
    client, request, who, campaign, bureau, qin_family, zhou_and_the_qins, zhou, fund, today
):
    gift = actions.give(
        campaign, Given("cash", today, 5_000), giver=bureau, household=qin_family,
        member=zhou, fund=fund, by=None,
    )  # fmt: skip
    client.force_login(request.getfixturevalue(who))
    new = correct(client, gift, occasion="春节")
    fund.refresh_from_db()
    assert (new.occasion, new.fund, fund.balance_fen) == ("春节", fund, 95_000)


def test_a_fund_out_of_reach_stays_beside_one_of_ones_own(
    client, liaison, campaign, bureau, qin_family, zhou_and_the_qins, fund, today
):
    """Its balance is not shown either; and nobody takes another one by typing its key."""
    own = actions.open_fund(campaign, organisation=bureau, name="本单位", since=today, by=None)
    gift = actions.give(
        campaign, Given("cash", today, 5_000), giver=bureau, household=qin_family, fund=fund,
        by=None,
    )  # fmt: skip
    client.force_login(liaison)
    assert "fund" not in opened(client, gift)
    assert correct(client, gift, occasion="春节", fund=str(own.pk)).fund == fund


def test_a_household_struck_off_since_stays_the_receiver(
    client, office, campaign, bureau, qin_family, zhou_and_the_qins, today
):
    gift = actions.give(
        campaign, Given("cash", today, 5_000), giver=bureau, household=qin_family, by=None
    )
    households.strike(qin_family, on=today, reason="relieved", by=None)
    client.force_login(office)
    new = correct(client, gift, cash="60")
    assert (new.household, new.value_fen) == (qin_family, 6_000)


def test_of_two_windows_the_second_is_told_and_keeps_what_it_typed(
    client, office, campaign, bureau, qin_family, today
):
    gift = actions.give(
        campaign, Given("cash", today, 5_000), giver=bureau, household=qin_family, by=None
    )
    client.force_login(office)
    second = opened(client, gift)
    new = correct(client, gift, cash="60")
    url, here = (reverse("ledger:gift_correct", args=[one.pk]) for one in (gift, new))
    answer = client.post(url, {**second, "cash": "70"}, follow=True)
    assert answer.redirect_chain == [(here, 302)]
    assert Gift.objects.standing().get() == new
    assert "70" in client.get(reverse("web:drafts"), {"form": here}).content.decode()


@pytest.mark.parametrize("dropped", ["cash = false", "goods = false", ""])
@pytest.mark.parametrize("kind", ["cash", "goods"])
def test_a_gift_of_a_kind_that_is_given_no_more_stays(
    client, office, campaign, bureau, qin_family, today, dropped, kind
):
    """A later playbook has no cash, no goods, or not this kind of goods."""
    facts = {"item": "大米", "quantity": 2, "unit": "袋", "valuation_source": "市场价"}
    given = Given(kind, today, 120_00, **(facts if kind == "goods" else {}))
    gift = actions.give(campaign, given, giver=bureau, household=qin_family, by=None)
    source = campaign.source.replace("[[goods]]", f"[gifts]\n{dropped}\n\n[[goods]]", 1)
    campaign.source = source.replace('key = "rice"', 'key = "oil"').replace("大米", "油")
    campaign.save()
    client.force_login(office)
    new = correct(client, gift, occasion="春节")
    assert (new.kind, new.value_fen, new.item, new.quantity, new.unit) == (
        gift.kind, gift.value_fen, gift.item, gift.quantity, gift.unit
    )  # fmt: skip
    assert new.occasion == "春节"
