"""Whom did you visit? The page asks the same for thirty pairs as for one, whomever they are for."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jiedui.households.models import Household
from jiedui.orgs.models import Member, Organisation
from jiedui.pairing.models import Pair
from jiedui.places.models import Place

MOST = 10


def household(n, *, village, **_more):
    return Household.objects.create(
        number=f"X{n}", head=f"户{n}", kind="allowance", place=village, since="2020-01-01"
    )


def place(n, *, village, **_more):
    """A stairwell in a building of its own."""
    code = f"{village.path}{n:02}"
    building = Place.objects.create(
        parent=village, path=code, code=code, name=f"{n}号楼", level="building", kind="building"
    )
    return Place.objects.create(
        parent=building, path=f"{code}01", code=f"{code}01", name="1单元", level="stairwell",
        kind="stairwell",
    )  # fmt: skip


def partner_member(n, *, branch, **_more):
    return Member.objects.create(number=f"P{n}", name=f"员{n}", organisation=branch)


def partner_organisation(n, *, branch, **_more):
    return Organisation.objects.create(
        parent=branch, path=f"{branch.path}{n:04}", name=f"{n}组", kind="group"
    )


@pytest.fixture
def pairs(campaign, zhou, branch, willow_village, today):
    """Makes so many pairs of Zhou's with partners of a kind."""

    def make(partner, count):
        for n in range(10, 10 + count):
            receiver = partner(n, village=willow_village, branch=branch)
            Pair.objects.create(
                campaign=campaign, kind="kinship", member=zhou, organisation=branch,
                since=today - timedelta(days=30), **{partner.__name__: receiver},
            )  # fmt: skip

    return make


@pytest.mark.parametrize("partner", [household, place, partner_member, partner_organisation])
@pytest.mark.parametrize("who", ["helper", "liaison", "office"])
def test_it_asks_little_for_thirty(client, pairs, partner, who, request, helper):
    pairs(partner, 29)
    client.force_login(request.getfixturevalue(who))
    client.get(reverse("fieldwork:visit"))
    with CaptureQueriesContext(connection) as asked:
        page = client.get(reverse("fieldwork:visit"))
    assert len(page.context["cards"]) == 29
    assert len(asked) <= MOST, [query["sql"][:150] for query in asked]


@pytest.mark.parametrize("partner", [household, place, partner_member, partner_organisation])
def test_the_form_itself_asks_little(client, pairs, partner, helper):
    pairs(partner, 2)
    client.force_login(helper)
    address = f"{reverse('fieldwork:visit')}?pair={Pair.objects.first().pk}"
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    assert len(asked) <= MOST, [query["sql"][:150] for query in asked]


def test_the_office_finds_the_overdue_first(client, rich, office, pairs, today):
    pairs(household, 2)
    late = Pair.objects.latest("pk")
    Pair.objects.filter(pk=late.pk).update(since=today - timedelta(days=600))
    client.force_login(office)
    cards = client.get(reverse("fieldwork:visit")).context["cards"]
    assert cards[0].pair == late
