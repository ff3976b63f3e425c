"""What a form offers reads “秦安（H1）”: a number out of reach is never another of that name."""

import pytest
from django.core.exceptions import ValidationError

from jiedui.households.models import Household
from jiedui.households.picks import HOUSEHOLD
from jiedui.orgs.models import Member
from jiedui.orgs.picks import MEMBER

pytestmark = pytest.mark.django_db


@pytest.fixture
def homes(qin_family, willow_village, other_village, today):
    for number, place in (("H7", willow_village), ("H8", other_village)):
        Household.objects.create(
            number=number, head="秦安", place=place, kind="allowance", since=today
        )
    return Household.objects.select_related("place").exclude(number="H1")


def found(pick, rows, text):
    try:
        one = pick.find(rows, text)
    except ValidationError:
        one = None
    many = [row for fitting in pick.matches(rows, [text]) for row in fitting]
    assert one is None or many == [one]
    return one


def test_a_number_out_of_reach_is_not_another_of_the_same_name(homes):
    assert found(HOUSEHOLD, homes, "秦安（H1）") is None
    assert found(HOUSEHOLD, homes.exclude(number="H8"), "秦安（H1）") is None
    assert found(HOUSEHOLD, homes, "秦安（H7）").number == "H7"


def test_a_place_in_brackets_tells_two_of_one_name_apart(homes):
    assert found(HOUSEHOLD, homes, "秦安（榆树村）").number == "H8"
    assert found(HOUSEHOLD, homes, "秦安（村）") is None
    assert found(HOUSEHOLD, homes.filter(number="H7"), "秦安（村）") is None


def test_brackets_may_be_part_of_a_name(branch):
    one = Member.objects.create(number="M9", name="周明（小）", organisation=branch, rank="clerk")
    assert found(MEMBER, Member.objects.all(), "周明（小）") == one
