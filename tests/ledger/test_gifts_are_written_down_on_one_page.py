from decimal import Decimal

import pytest
from django.urls import reverse

from jiedui.core.models import AuditEntry
from jiedui.ledger import actions
from jiedui.ledger.actions import Given
from jiedui.ledger.models import Fund, FundEntry, Gift

NUMBER = "018f0000-0000-7000-8000-00000000002{}"


@pytest.fixture
def fund(campaign, bureau, today):
    fund = actions.open_fund(campaign, organisation=bureau, name="爱心基金", since=today, by=None)
    actions.contribute(fund, amount_fen=100_000, day=today, donor=bureau, by=None)
    return fund


@pytest.fixture
def page(client, office, campaign, qin_family):
    client.force_login(office)
    return reverse("ledger:new")


def filled(today, **more):
    facts = {
        "id": NUMBER.format(1),
        "day": today.isoformat(),
        "household": "秦安",
        "giver": "农业局",
        "is_steady": "0",
    }
    return {**facts, **more}


def test_several_lines_go_to_one_household_at_once(client, page, qin_family, today):
    sent = filled(today, cash="500", goods_rice="2", item_0="轮椅", quantity_0="1", unit_0="辆",
                  worth_0="480", source_0="发票")  # fmt: skip
    assert client.post(page, sent).status_code == 302
    rows = Gift.objects.order_by("value_fen")
    assert [(g.what, g.value_fen) for g in rows.filter(kind="goods")] == [
        ("大米", 12_000),
        ("轮椅", 48_000),
    ]
    assert rows.get(kind="cash").value_fen == 50_000
    assert {g.household for g in rows} == {qin_family}


def test_sending_twice_gives_once(client, page, fund, today):
    sent = filled(today, cash="500", goods_rice="2", fund=str(fund.pk))
    client.post(page, sent)
    client.post(page, sent)
    fund.refresh_from_db()
    assert Gift.objects.count() == 2
    assert fund.balance_fen == 100_000 - 50_000 - 12_000


def test_a_fund_that_is_too_small_refuses_every_line(client, page, fund, today):
    answer = client.post(page, filled(today, cash="900", goods_rice="2", fund=str(fund.pk)))
    assert "1,000" in str(client.get(page).context["form"]["fund"])
    assert answer.context["form"].non_field_errors()
    fund.refresh_from_db()
    assert not Gift.objects.exists()
    assert fund.balance_fen == 100_000


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"household": ""}, "household"),
        ({"household": "没有这个人"}, "household"),
        ({"place": "柳树村"}, "place"),
        ({"giver": "不存在的单位"}, "giver"),
        ({"cash": "many"}, "cash"),
        ({"cash": "-5"}, "cash"),
        ({"day": "yesterday"}, "day"),
    ],
)
def test_a_wrong_field_is_told_beside_it_and_nothing_is_saved(
    client, page, willow_village, today, more, field
):
    answer = client.post(page, filled(today, goods_rice="2", **more))
    assert answer.context["form"].errors[field]
    assert not Gift.objects.exists()


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"item_0": "轮椅", "quantity_0": "1", "unit_0": "辆"},
        {"quantity_0": "1", "worth_0": "480"},
        {"item_0": "轮椅", "worth_0": "480", "unit_0": "辆", "source_0": "发票"},
    ],
)
def test_half_a_line_is_answered_with_a_sentence(client, page, today, more):
    answer = client.post(page, filled(today, **more))
    assert answer.context["form"].non_field_errors()
    assert not Gift.objects.exists()


def test_a_village_may_receive_too(client, page, willow_village, today):
    client.post(page, filled(today, household="", place="柳树村", cash="500"))
    assert Gift.objects.get().place == willow_village


def test_a_helper_gives_to_the_own_households_only(
    client, helper, zhou, zhou_and_the_qins, other_village, today
):
    from jiedui.households.models import Household

    Household.objects.create(
        number="H8", head="赵远", place=other_village, kind="low_income", since=today
    )
    client.force_login(helper)
    page = reverse("ledger:new")
    refused = client.post(page, filled(today, household="赵远", cash="100"))
    assert refused.context["form"].errors["household"]
    assert (
        "赵远"
        not in client.get(
            reverse("ledger:offers", args=["household"]), {"q": "赵"}
        ).content.decode()
    )
    client.post(page, filled(today, cash="100"))
    assert Gift.objects.get().member == zhou


@pytest.fixture
def gifts(campaign, bureau, qin_family, fund, today):
    rice = Given("goods", today, 12_000, "大米", Decimal(2), "袋", "市场价")
    cash = Given("cash", today, 30_000, occasion="春节")
    return [
        actions.give(campaign, rice, giver=bureau, household=qin_family, by=None),
        actions.give(campaign, cash, giver=bureau, household=qin_family, fund=fund, by=None),
    ]


def rows(client, **filters):
    answer = client.get(reverse("ledger:gifts"), filters)
    return [line.row for line in answer.context["list"].lines]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, 2),
        ({"kind": "cash"}, 1),
        ({"item": "大米"}, 1),
        ({"item": "小米"}, 0),
        ({"q": "秦"}, 2),
        ({"q": "春节"}, 1),
        ({"confirmed": "0"}, 2),
        ({"voided": "1"}, 0),
        ({"place": "211104100"}, 2),
        ({"giver": "00010001"}, 2),
        ({"day_to": "2000-01-01"}, 0),
    ],
)
def test_the_list_is_filtered(client, liaison, gifts, filters, found):
    client.force_login(liaison)
    assert len(rows(client, **filters)) == found


def test_the_list_asks_no_more_for_more_rows(
    client, liaison, gifts, campaign, bureau, qin_family, today, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.force_login(liaison)
    client.get(reverse("ledger:gifts"))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("ledger:gifts"))
    for n in range(1, 9):
        actions.give(campaign, Given("cash", today, n), giver=bureau, household=qin_family, by=None)
    with django_assert_num_queries(len(few)):
        client.get(reverse("ledger:gifts"))


def test_a_gift_shows_where_it_came_from_and_went(client, liaison, gifts):
    client.force_login(liaison)
    page = client.get(gifts[1].get_absolute_url()).content.decode()
    for word in ("农业局", "爱心基金", "秦安", "300.00"):
        assert word in page


def test_a_receipt_by_word_of_mouth_needs_a_witness(client, liaison, gifts, today):
    client.force_login(liaison)
    url = reverse("ledger:confirm", args=[gifts[0].pk])
    facts = {"name": "秦安", "how": "oral", "on": today.isoformat()}
    assert client.post(url, facts).context["form"].non_field_errors()
    client.post(url, {**facts, "witness": "村干部李某"})
    gift = Gift.objects.get(pk=gifts[0].pk)
    assert (gift.confirmed_by, gift.confirmed_how, gift.witness) == ("秦安", "oral", "村干部李某")
    assert client.post(url, {**facts, "how": "signature"}).context["form"].non_field_errors()


def test_taking_a_gift_out_puts_the_money_back(client, liaison, gifts, fund):
    client.force_login(liaison)
    url = reverse("ledger:void", args=[gifts[1].pk])
    assert client.post(url, {"reason": ""}).context["form"].errors["reason"]
    client.post(url, {"reason": "重复"})
    fund.refresh_from_db()
    assert fund.balance_fen == 100_000


def test_a_stranger_gets_404_and_reads_nothing(client, lu, gifts, fund):
    client.force_login(lu)
    assert rows(client) == []
    for url in (
        gifts[0].get_absolute_url(),
        reverse("ledger:confirm", args=[gifts[0].pk]),
        reverse("ledger:void", args=[gifts[0].pk]),
        fund.get_absolute_url(),
    ):
        assert client.get(url).status_code == 404
    assert "秦安" not in client.get(reverse("ledger:sheet")).content.decode()
    assert "大米" not in client.get(reverse("ledger:goods")).content.decode()


def test_an_auditor_changes_nothing(client, auditor, gifts):
    client.force_login(auditor)
    assert client.get(gifts[0].get_absolute_url()).status_code == 200
    for url in (
        reverse("ledger:new"),
        reverse("ledger:void", args=[gifts[0].pk]),
        reverse("ledger:fund_new"),
    ):
        assert client.get(url).status_code == 403


def test_the_receipt_sheet_adds_up_and_leaves_room_to_sign(client, office, gifts):
    client.force_login(office)
    answer = client.get(reverse("ledger:sheet"))
    assert (answer.context["goods"], answer.context["cash"], answer.context["total"]) == (
        12_000,
        30_000,
        42_000,
    )
    assert "paper-wide" in answer.content.decode()
    assert client.get(reverse("ledger:sheet"), {"kind": "cash"}).context["total"] == 30_000


def test_identity_numbers_on_the_sheet_are_masked_and_their_reading_recorded(
    client, office, leader, gifts, qin_family, today
):
    from jiedui.households.models import Person

    Person.objects.create(
        household=qin_family, number="P1", name="秦安", relation="head", since=today,
        identity="211104196001011234",
    )  # fmt: skip
    client.force_login(office)
    page = client.get(reverse("ledger:sheet")).content.decode()
    assert "**************1234" in page
    assert "211104196001011234" not in page
    assert AuditEntry.objects.filter(action="gifts.sheet_read").count() == 1
    client.force_login(leader)
    assert "1234" not in client.get(reverse("ledger:sheet")).content.decode()


def test_who_only_checks_gets_no_identity_numbers_on_the_sheet(
    client, supervisor, zhou_and_the_qins, zhou, gifts, qin_family, today
):
    from jiedui.households.models import Person

    Gift.objects.update(member=zhou)
    Person.objects.create(
        household=qin_family, number="P1", name="秦安", relation="head", since=today,
        identity="211104196001011234",
    )  # fmt: skip
    client.force_login(supervisor)
    page = client.get(reverse("ledger:sheet")).content.decode()
    assert "秦安" in page
    assert "1234" not in page
    assert not AuditEntry.objects.filter(action="gifts.sheet_read").exists()


def test_goods_add_up_by_unit_and_by_township_and_lead_to_their_records(
    client, liaison, gifts, campaign, bureau, qin_family, today
):
    more = Given("goods", today, 6_000, "大米", Decimal(1), "袋", "市场价")
    jin = Given("goods", today, 280, "大米", Decimal(1), "斤", "市场价")
    wrong = actions.give(campaign, more, giver=bureau, household=qin_family, by=None)
    actions.give(campaign, jin, giver=bureau, household=qin_family, by=None)
    actions.void(wrong, reason="重复", by=None)
    client.force_login(liaison)
    context = client.get(reverse("ledger:goods")).context
    assert [(s.item, s.unit, s.quantity, s.value_fen) for s in context["by_item"]] == [
        ("大米", "斤", Decimal(1), 280),
        ("大米", "袋", Decimal(2), 12_000),
    ]
    (town,) = context["by_town"]
    assert (town.name, town.value_fen) == ("柳河镇", 12_280)
    linked = client.get(town.lines[0].href).context["list"]
    assert sum(line.row.value_fen for line in linked.lines) == 12_280
    part = client.get(reverse("ledger:goods"), {"pick": "place"})
    assert part.status_code == 200


def test_a_fund_shows_each_entry_with_the_balance_after_it(client, office, gifts, fund):
    client.force_login(office)
    entries = client.get(fund.get_absolute_url()).context["entries"]
    assert [(e.amount_fen, e.balance_fen) for e in entries] == [
        (-30_000, 70_000),
        (100_000, 100_000),
    ]
    printed = client.get(fund.get_absolute_url(), {"print": "1"})
    assert printed.context["money_out"] == 30_000


def test_money_comes_into_a_fund_once_however_often_it_is_sent(client, office, fund, today):
    client.force_login(office)
    url = reverse("ledger:contribute", args=[fund.pk])
    facts = {"id": NUMBER.format(9), "amount": "200.50", "donor_name": "李某", "day": today}
    client.post(url, facts)
    client.post(url, facts)
    fund.refresh_from_db()
    assert fund.balance_fen == 120_050
    assert client.post(url, {**facts, "amount": "300"}).status_code == 409
    fund.refresh_from_db()
    assert fund.balance_fen == 120_050


def test_a_contribution_without_a_giver_is_refused(client, office, fund, today):
    client.force_login(office)
    url = reverse("ledger:contribute", args=[fund.pk])
    answer = client.post(url, {"id": NUMBER.format(8), "amount": "5", "day": today})
    assert answer.context["form"].non_field_errors()
    assert FundEntry.objects.count() == 1


def test_the_office_opens_a_fund_once(client, office, campaign, today):
    client.force_login(office)
    facts = {"name": "城市基金", "organisation": "盘锦市", "since": today}
    assert client.post(reverse("ledger:fund_new"), facts).status_code == 302
    again = client.post(reverse("ledger:fund_new"), facts)
    assert again.context["form"].non_field_errors()
    assert Fund.objects.count() == 1


def test_a_liaison_may_not_change_funds(client, liaison, fund):
    client.force_login(liaison)
    assert client.get(fund.get_absolute_url()).status_code == 200
    assert client.get(reverse("ledger:contribute", args=[fund.pk])).status_code == 403


def test_funds_are_listed_with_what_is_left(client, office, fund):
    client.force_login(office)
    assert "1,000.00" in client.get(reverse("ledger:funds")).content.decode()
