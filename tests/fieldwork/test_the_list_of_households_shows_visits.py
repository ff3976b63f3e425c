"""Households are listed with helper, last and next visit; those on the register unless one asks."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jiedui.core.models import AuditEntry
from jiedui.fieldwork import actions
from jiedui.fieldwork.actions import Done
from jiedui.households.models import Household
from jiedui.notices.models import Notice
from jiedui.pairing.models import Pair

LIST = "/households/"


@pytest.fixture
def many(qin_family, he, campaign, today):
    """Thirty families of another helper, and one that left the register."""
    rows = Household.objects.bulk_create(
        Household(
            number=f"T{n:03}", head=f"户主{n}", place=qin_family.place, kind="other",
            since=today - timedelta(days=500), ended=today if n == 30 else None,
            end_reason="moved" if n == 30 else "",
        )
        for n in range(31)
    )  # fmt: skip
    Pair.objects.bulk_create(
        Pair(
            campaign=campaign, kind="kinship", member=he, organisation=he.organisation,
            household=one, since=today - timedelta(days=2),
        )
        for one in rows[:30]
    )  # fmt: skip
    return rows


def shown(client, **query):
    return [line.row.head for line in client.get(LIST, query).context["list"].lines]


def test_those_who_left_are_listed_only_when_asked_for(client, office, many):
    client.force_login(office)
    page = client.get(LIST)
    assert page.context["list"].total == 31
    assert "?on=all" in page.content.decode()
    assert client.get(LIST, {"on": "all"}).context["list"].total == 32
    assert shown(client, on="0") == ["户主30"]
    assert "已退出" in client.get(LIST, {"on": "0"}).content.decode()


def test_the_search_of_everything_finds_who_left_as_well(client, office, many):
    client.force_login(office)
    assert "户主30" in client.get("/search/", {"q": "户主30"}).content.decode()


def test_a_row_says_who_helps_and_when(client, office, zhou_and_the_qins, today):
    client.force_login(office)
    actions.visit(
        zhou_and_the_qins, Done("visit", today - timedelta(days=1), note="身体好"), by=None
    )
    row = client.get(LIST).context["list"].lines[0]
    cells = {column.key: str(cell) for column, cell in row.cells}
    assert cells["helper"] == "周明"
    assert f"{today - timedelta(days=1):%m-%d}" in cells["last_visit"]
    assert f"/visits/new/?pair={zhou_and_the_qins.pk}" in cells["act"]


def test_the_number_of_queries_does_not_grow_with_the_households(client, office, many):
    client.force_login(office)
    counts = []
    for query in ({"q": "户主1"}, {}, {"size": "50"}):
        client.get(LIST, query)
        with CaptureQueriesContext(connections[Household.objects.db]) as asked:
            client.get(LIST, query)
        counts.append(len(asked))
    assert max(counts) - min(counts) <= 1  # a table of one page needs not ask what is empty


@pytest.mark.parametrize("sort", ["last_visit", "-last_visit", "next_due", "-next_due"])
def test_households_are_sorted_by_visits(client, office, many, zhou_and_the_qins, sort, today):
    client.force_login(office)
    actions.visit(zhou_and_the_qins, Done("visit", today, note="身体好"), by=None)
    seen = [*shown(client, sort=sort), *shown(client, sort=sort, page=2)]
    assert len(seen) == len(set(seen)) == 31
    if sort == "-last_visit":
        assert seen[0] == "秦安"


def test_households_without_a_helper_are_found(client, office, many, qin_family):
    client.force_login(office)
    assert shown(client, helped="0") == [qin_family.head]
    assert len(shown(client, helped="1")) == 25


def test_helpers_of_ticked_households_are_reminded_once(client, office, helper, leader):
    client.force_login(leader)
    assert client.post(LIST, {"act": "remind", "row": ["1"]}).status_code == 403
    client.force_login(office)
    answer = client.post(LIST, {"act": "remind", "row": ["1"]})
    assert answer.status_code == 302 and not Notice.objects.exists()
    assert [str(one) for one in get_messages(answer.wsgi_request)]


def test_the_telephone_is_one_press_away_for_who_visits(client, helper, zhou_and_the_qins):
    household = zhou_and_the_qins.household
    household.phone = "13912345678"
    household.save()
    client.force_login(helper)
    page = client.get(LIST).content.decode()
    details = reverse("profiles:household_details", args=[household.pk])
    assert f'formaction="{details}"' in page
    assert "13912345678" not in page
    assert not AuditEntry.objects.filter(action="household.read").exists()
    assert 'href="tel:13912345678"' in client.post(details).content.decode()
    assert AuditEntry.objects.filter(action="household.read", actor__contains="helper").exists()


def test_no_telephone_where_none_is_known_or_nobody_visits(
    client, helper, leader, zhou_and_the_qins
):
    household = zhou_and_the_qins.household
    details = reverse("profiles:household_details", args=[household.pk])
    client.force_login(helper)
    assert details not in client.get(LIST).content.decode()
    household.phone = "13912345678"
    household.save()
    client.force_login(leader)
    assert details not in client.get(LIST).content.decode()
