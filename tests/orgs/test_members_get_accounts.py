"""Accounts from the register: opened, tied and appointed in one step, by who may."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from jiedui.accounts.models import User
from jiedui.orgs.models import Appointment, Member
from jiedui.places.models import Place


@pytest.fixture
def door(client, office):
    client.force_login(office)
    return client


def _signs_in(slip):
    values = {"username": slip.account.username, "password": slip.password}
    return Client().post(reverse("accounts:login"), values).status_code == 302


def _account(client, member, **typed):
    return client.post(reverse("orgs:welcome", args=[member.pk]), {"role": "helper", **typed})


def test_a_member_page_leads_to_the_account(door, zhou):
    address = reverse("orgs:welcome", args=[zhou.pk])
    assert address in door.get(zhou.get_absolute_url()).content.decode()
    form = door.get(address).context["form"]
    assert form["username"].value() == "zhouming"
    assert "农业局" in str(form["organisation"].value())


def test_the_slip_opens_the_door_and_is_never_shown_again(door, zhou):
    page = _account(door, zhou, username="zhouming")
    slip = page.context["slips"][0]
    assert slip.password in page.content.decode()
    assert page["Cache-Control"] == "no-store"
    zhou.refresh_from_db()
    assert zhou.user == slip.account and slip.account.roles == {"helper"}
    assert _signs_in(slip)
    again = door.get(reverse("orgs:user", args=[slip.account.pk])).content.decode()
    assert slip.password not in again


def test_a_liaison_answers_for_the_unit(door, zhou, bureau):
    _account(door, zhou, username="zm", role="liaison", organisation="农业局")
    assert Appointment.objects.get(user__username="zm").organisation == bureau


def test_nobody_gets_two_accounts_nor_a_name_that_is_taken(door, zhou, he, helper):
    assert _account(door, zhou, username="zm2").context["form"].non_field_errors()
    assert _account(door, he, username="helper").context["form"].non_field_errors()
    assert not Member.objects.get(pk=he.pk).user


@pytest.mark.parametrize("role", ["leader", "office", "administrator", "auditor"])
def test_an_office_opens_no_account_that_decides(door, zhou, role):
    assert _account(door, zhou, username="zm", role=role).context["form"].errors["role"]
    assert not User.objects.filter(username="zm").exists()


@pytest.mark.parametrize("role", ["leader", "office", "supervisor"])
def test_an_office_makes_no_second_pair_of_eyes_of_its_own(door, zhou, administrator, today, role):
    account = _account(door, zhou, username="zm").context["slips"][0].account
    address = reverse("orgs:appoint", args=[account.pk])
    typed = {"role": role, "organisation": "盘锦市", "since": today.isoformat()}
    assert door.post(address, typed).context["form"].non_field_errors()
    door.force_login(administrator)
    assert door.post(address, typed).status_code == 302


def test_a_password_given_anew_closes_that_way_as_well(door, zhou, helper, today):
    assert door.post(reverse("orgs:user_reset", args=[helper.pk])).context["slips"]
    typed = {"role": "leader", "organisation": "盘锦市", "since": today.isoformat()}
    page = door.post(reverse("orgs:appoint", args=[helper.pk]), typed)
    assert page.context["form"].non_field_errors()


def test_an_office_gives_new_passwords_to_its_helpers_only(door, office, helper, leader, auditor):
    for account in (leader, auditor, office):
        assert door.post(reverse("orgs:user_reset", args=[account.pk])).status_code == 403
    page = door.post(reverse("orgs:user_reset", args=[helper.pk]))
    assert _signs_in(page.context["slips"][0])


def test_all_helpers_of_an_organisation_get_slips_at_once(door, zhou, he, helper, bureau):
    page = door.post(reverse("orgs:welcome_helpers"), {"organisation": "农业局"})
    assert [slip.account.username for slip in page.context["slips"]] == ["hejing"]
    again = door.post(reverse("orgs:welcome_helpers"), {"organisation": "农业局"})
    assert again.context["form"].non_field_errors()


def test_namesakes_get_numbers(door, branch, bureau):
    for number in ("M8", "M9"):
        Member.objects.create(number=number, name="李伟", organisation=branch)
    page = door.post(reverse("orgs:welcome_helpers"), {"organisation": "农业局"})
    assert [slip.account.username for slip in page.context["slips"]] == ["liwei", "liwei2"]


def test_who_may_not_appoint_opens_no_account(client, liaison, zhou):
    client.force_login(liaison)
    assert _account(client, zhou, username="zm").status_code == 403


def test_an_office_elsewhere_gets_no_hint(client, zhou, other_village, today):
    stranger = User.objects.create_user("elsewhere")
    Appointment.objects.create(user=stranger, role="office", place=other_village, since=today)
    client.force_login(stranger)
    assert _account(client, zhou, username="zm").status_code == 404


@pytest.fixture
def far_away(db):
    """A county of another city."""
    city = Place.objects.create(path="2112", code="211200000000", name="铁岭市", level="city")
    return Place.objects.create(
        parent=city, path="211202", code="211202000000", name="银州区", level="county"
    )


def _reset(door, account):
    return door.post(reverse("orgs:user_reset", args=[account.pk]))


@pytest.mark.parametrize("begins", [-1, 30])
def test_an_account_appointed_elsewhere_gets_no_password_from_here(
    door, helper, administrator, far_away, today, begins
):
    """The new password would open the other area as well, or will once the appointment begins."""
    assert _reset(door, helper).status_code == 200
    post = Appointment.objects.create(
        user=helper, role="village_officer", place=far_away, since=today + timedelta(days=begins)
    )
    offered = reverse("orgs:user_reset", args=[helper.pk])
    assert offered not in door.get(reverse("orgs:user", args=[helper.pk])).content.decode()
    assert _reset(door, helper).status_code == 403
    door.force_login(administrator)
    assert _reset(door, helper).status_code == 200
    Appointment.objects.filter(pk=post.pk).update(ended=today)
    door.force_login(User.objects.get(username="office"))
    assert _reset(door, helper).status_code == 200


def test_two_areas_of_an_office_do_not_make_one(door, office, helper, bureau, far_away, today):
    """Each appointment of the account lies within one appointment of the office."""
    Appointment.objects.create(user=office, role="supervisor", place=far_away, since=today)
    Appointment.objects.create(user=helper, role="village_officer", place=far_away, since=today)
    assert _reset(door, helper).status_code == 403
