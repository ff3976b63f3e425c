"""Every register's pages, through the door, for those who may and those who may not."""

import pytest
from django.urls import reverse

from jiedui.households.models import Household
from jiedui.orgs.models import Member

LISTS = [
    "households:list",
    "households:people",
    "households:needs",
    "orgs:list",
    "orgs:members",
    "orgs:teams",
    "places:list",
    "places:atlas",
]
FORMS = ["households:new", "orgs:new", "orgs:member_new", "orgs:team_new", "places:new"]


@pytest.mark.parametrize("name", LISTS + FORMS)
def test_the_office_opens_every_register(client, office, name):
    client.force_login(office)
    assert client.get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", FORMS)
def test_an_auditor_changes_nothing(client, auditor, name):
    client.force_login(auditor)
    assert client.post(reverse(name), {}).status_code == 403


@pytest.mark.parametrize("name", LISTS)
def test_nobody_reads_a_register_without_signing_in(client, office, name):
    assert client.get(reverse(name)).status_code == 302


@pytest.mark.parametrize("name", ["households:list", "orgs:members", "places:list"])
def test_a_list_asks_the_same_few_questions_however_long_it_is(
    client, office, name, willow_village, branch, today, django_assert_max_num_queries
):
    for n in range(40):
        Household.objects.create(
            number=f"N{n}", head=f"户{n}", place=willow_village, kind="allowance", since=today
        )
        Member.objects.create(number=f"N{n}", name=f"人{n}", organisation=branch)
    client.force_login(office)
    with django_assert_max_num_queries(16):
        assert client.get(reverse(name)).status_code == 200
