"""Accounts from the register: opened, tied and appointed in one step, by who may."""

import pytest
from django.test import Client
from django.urls import reverse

from jiedui.accounts.models import User
from jiedui.orgs.models import Appointment, Member


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
