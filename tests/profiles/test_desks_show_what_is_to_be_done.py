from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jiedui.fieldwork.models import Activity
from jiedui.handover import actions as handover
from jiedui.households.models import Household, Income, Need
from jiedui.ledger import actions as ledger
from jiedui.ledger.actions import Given
from jiedui.pairing import actions as pairing
from jiedui.supervision.models import Issue


@pytest.fixture
def village(campaign, willow_village, zhou_and_the_qins, bureau, qin_family, today):
    """The Qins, whose visit is overdue, and others without a helper; a need, a gift, an issue."""
    Household.objects.create(
        number="H2", head="吴双", place=willow_village, kind="allowance",
        since=today - timedelta(days=90),
    )  # fmt: skip
    Need.objects.create(household=qin_family, kind="medical", text="配老花镜", since=today)
    rice = Given("goods", today, 6_000, "大米", 1, "袋", "市场价")
    ledger.give(campaign, rice, giver=bureau, household=qin_family, by=None)
    Issue.objects.create(
        campaign=campaign, organisation=bureau, place=willow_village, kind="k", source="s",
        text="路灯不亮", found_on=today,
    )  # fmt: skip
    return willow_village


def test_the_village_page_is_the_desk_of_its_officer(client, village, village_officer, qin_family):
    client.force_login(village_officer)
    answer = client.get(village.get_absolute_url())
    page = answer.content.decode()
    for word in ("秦安", "周明", "吴双", "配老花镜", "大米", "路灯不亮", "officer"):
        assert word in page, word
    lines = answer.context["desk"].lines
    assert lines[0].household == qin_family
    assert [len(line.helpers) for line in lines] == [1, 0]
    assert lines[0].is_late == (answer.context["desk"].late == 1)
    assert not answer.context["parts"]
    found = client.get(village.get_absolute_url(), {"q": "吴"}).context["desk"].lines
    assert [line.household.head for line in found] == ["吴双"]


def test_who_is_a_stranger_there_reads_nobody(client, village, lu):
    client.force_login(lu)
    page = client.get(village.get_absolute_url()).content.decode()
    for word in ("秦安", "周明", "吴双", "配老花镜", "大米", "路灯不亮", ">officer<"):
        assert word not in page, word


def test_more_households_ask_no_more(client, village, village_officer, campaign, branch, he, today):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            client.get(village.get_absolute_url())
        return len(queries)

    client.force_login(village_officer)
    asked()
    few = asked()
    for n in range(9):
        home = Household.objects.create(
            number=f"Z{n}", head=f"户{n}", place=village, kind="allowance",
            since=today - timedelta(days=90),
        )  # fmt: skip
        pairing.open_pair(
            campaign, kind="kinship", member=he, household=home, by=None,
            since=today - timedelta(days=80),
        )  # fmt: skip
    assert asked() == few


def test_a_unit_sees_its_members_with_their_households(
    client, village, liaison, bureau, branch, qin_family
):
    client.force_login(liaison)
    for organisation in (bureau, branch):
        answer = client.get(organisation.get_absolute_url())
        (line,) = answer.context["desk"].lines
        assert (line.household, str(line.helpers[0].helper)) == (qin_family, "周明")
    assert "其下没有" not in answer.content.decode()


def test_a_visit_and_a_gift_of_one_day_stand_together_below_their_year(
    client, village, office, campaign, zhou_and_the_qins, qin_family, today
):
    Activity.objects.create(
        campaign=campaign, kind="visit", day=today, organisation=zhou_and_the_qins.organisation,
        place=village, household=qin_family, pair=zhou_and_the_qins, recorded_at="2026-01-01T00Z",
    )  # fmt: skip
    client.force_login(office)
    years = client.get(qin_family.get_absolute_url()).context["years"]
    assert [year.number for year in years] == sorted({today.year, *(y.number for y in years)})[::-1]
    assert [event.icon for event in years[0].days[0].events] == ["message", "gift"]


def test_income_is_a_line_from_two_years_on(client, village, office, qin_family):
    client.force_login(office)
    Income.objects.create(household=qin_family, year=2023, wage_fen=100_000)
    assert client.get(qin_family.get_absolute_url()).context["income_line"] is None
    Income.objects.create(household=qin_family, year=2024, wage_fen=250_000)
    answer = client.get(qin_family.get_absolute_url())
    assert answer.context["income_line"].values == [1000, 2500]
    assert "2,500.00" in answer.content.decode()


def test_a_household_alone_offers_to_find_a_helper_to_those_who_may(
    client, village, office, village_officer, zhou_and_the_qins, qin_family, today
):
    handover.end(zhou_and_the_qins, on=today - timedelta(days=4), reason="transfer", by=None)
    for user, may in ((office, True), (village_officer, False)):
        client.force_login(user)
        page = client.get(qin_family.get_absolute_url()).content.decode()
        assert (reverse("pairing:find", args=[qin_family.pk]) in page) == may
