"""Rules that spare the database a comparison show and hide the same pairs as the comparison."""

import itertools
import random

import pytest
from django.db.models import Q

from jiedui.core.trees import below
from jiedui.households.models import Household
from jiedui.orgs.models import Appointment, Member, Organisation
from jiedui.orgs.scopes import BY_ORGANISATION, BY_PLACE
from jiedui.pairing.models import Pair
from jiedui.places.models import Place

ROLES = ("office", "liaison", "village_officer", "supervisor", "leader", "auditor")


@pytest.fixture
def everywhere(county, bureau, branch, zhou, he, qin_family, willow_village, other_village, today):
    """Pairs of families, members and villages, some of them by organisations of another root."""
    elsewhere = Organisation.objects.create(
        path="0002", name="外地单位", kind="unit", place=other_village
    )
    guest = Member.objects.create(number="G1", name="客", organisation=elsewhere, rank="clerk")
    homes, dice = list(Household.objects.all()[:60]), random.Random(7)
    common = {"campaign": county, "since": today}
    for number, home in enumerate(homes):
        member = dice.choice([zhou, he, guest])
        Pair.objects.create(
            kind="kinship", member=member, organisation=member.organisation, household=home,
            ended=today if number % 5 == 0 else None, **common,
        )  # fmt: skip
    Pair.objects.create(
        kind="mentor", member=zhou, organisation=branch, partner_member=he, **common
    )
    Pair.objects.create(
        kind="mentor", member=guest, organisation=elsewhere, partner_member=he, **common
    )
    Pair.objects.create(kind="village", organisation=bureau, place=willow_village, **common)
    return county


def compared(user, rows, *, household, place, organisation):
    """What the rules say, row by row and with nothing left out."""
    grants = Appointment.objects.filter(user=user).select_related("place", "organisation")
    either = Q(pk__in=[])
    for one in grants:
        if one.organisation and one.role in BY_ORGANISATION and organisation:
            either |= below(one.organisation.path, field=organisation)
        if one.place and one.role in BY_PLACE:
            for field in (household, place):
                either |= below(one.place.path, field=field) if field else Q(pk__in=[])
    return set(rows.filter(either).values_list("pk", flat=True))


def users(django_user_model):
    places = [None, *Place.objects.order_by("path")]
    organisations = [None, *Organisation.objects.order_by("path")]
    for number, (role, place, organisation) in enumerate(
        itertools.product(ROLES, places, organisations)
    ):
        if place is None and organisation is None:
            continue
        user = django_user_model.objects.create(username=f"u{number}")
        Appointment.objects.create(
            user=user, role=role, place=place, organisation=organisation, since="2020-01-01"
        )
        yield user


def test_pairs_are_seen_by_exactly_the_same_users(everywhere, django_user_model):
    seen_something = 0
    for user in users(django_user_model):
        wanted = compared(
            user, Pair.objects.all(),
            household="household__place__path", place="place__path",
            organisation="organisation__path",
        )  # fmt: skip
        found = set(Pair.objects.visible_to(user).values_list("pk", flat=True))
        assert found == wanted, user.username
        seen_something += bool(wanted)
    assert seen_something > 20


def test_whoever_sees_all_pairs_sees_those_of_a_new_unit_only_if_it_is_theirs(
    county, office, zhou_and_the_qins, other_village, today, he
):
    assert Pair.objects.visible_to(office).count() == Pair.objects.count()
    elsewhere = Organisation.objects.create(
        path="0002", name="外地单位", kind="unit", place=other_village
    )
    outside = Pair.objects.create(
        campaign=county, kind="mentor", organisation=elsewhere, partner_member=he, since=today
    )
    assert outside not in Pair.objects.visible_to(office)
    assert Pair.objects.visible_to(office).count() == Pair.objects.count() - 1
