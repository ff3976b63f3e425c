"""Accounts and appointments: given by somebody else, in the open, three keepers apart."""

from datetime import timedelta

import pytest
from django.urls import reverse

from jiedui.accounts.models import User
from jiedui.core.models import AuditEntry
from jiedui.core.refusals import Refused
from jiedui.orgs import appointments
from jiedui.orgs.models import Appointment, Member


@pytest.fixture
def wu(db):
    return User.objects.create_user("wu", password="correct horse battery", display_name="吴敏")


def _appoint(client, user, today, **values):
    url = reverse("orgs:appoint", args=[user.pk])
    return client.post(url, {"since": today.isoformat(), **values})


def test_a_first_password_is_shown_once_and_works(client, administrator):
    client.force_login(administrator)
    values = {"username": "wu", "display_name": "吴敏"}
    page = client.post(reverse("orgs:user_new"), values)
    password = page.context["slips"][0].password
    assert password in page.content.decode()
    account = User.objects.get(username="wu")
    assert password not in client.get(reverse("orgs:user", args=[account.pk])).content.decode()
    client.logout()
    values = {"username": "wu", "password": password}
    assert client.post(reverse("accounts:login"), values).status_code == 302


def test_an_appointment_opens_the_registers_and_its_end_closes_them(
    client, administrator, wu, bureau, today
):
    client.force_login(administrator)
    assert _appoint(client, wu, today, role="liaison", organisation="农业局").status_code == 302
    assert AuditEntry.objects.filter(action="appointment.given").exists()
    client.force_login(wu)
    assert client.get(reverse("orgs:members")).status_code == 200
    assert "农业局" in client.get(reverse("accounts:profile")).content.decode()
    client.force_login(administrator)
    row = Appointment.objects.get(user=wu)
    client.post(reverse("orgs:dismiss", args=[wu.pk, row.pk]))
    client.force_login(wu)
    assert client.get(reverse("orgs:members")).status_code == 403


@pytest.mark.parametrize(
    "values",
    [
        {"role": "liaison"},
        {"role": "village_officer"},
        {"role": "office"},
        {"role": "liaison", "organisation": "没有这个局"},
        {"role": "king"},
    ],
)
def test_an_appointment_says_where(client, administrator, wu, bureau, today, values):
    client.force_login(administrator)
    assert _appoint(client, wu, today, **values).context["form"].errors
    assert not Appointment.objects.filter(user=wu).exists()


def test_an_administrator_does_not_appoint_oneself(client, administrator, bureau, today):
    client.force_login(administrator)
    values = {"role": "office", "organisation": "农业局"}
    response = _appoint(client, administrator, today, **values)
    assert response.context["form"].non_field_errors()
    own = Appointment.objects.get(user=administrator)
    client.post(reverse("orgs:dismiss", args=[administrator.pk, own.pk]))
    own.refresh_from_db()
    assert own.ended is None


@pytest.mark.parametrize("role", ["administrator", "auditor"])
def test_who_works_does_not_also_run_or_audit(client, administrator, liaison, bureau, today, role):
    client.force_login(administrator)
    response = _appoint(client, liaison, today, role=role, organisation="农业局")
    assert response.context["form"].non_field_errors()


def test_an_office_appoints_only_below_itself(client, wu, bureau, today):
    clerk = User.objects.create_user("clerk")
    Appointment.objects.create(user=clerk, role="office", organisation=bureau, since=today)
    client.force_login(clerk)
    for values in (
        {"role": "liaison", "organisation": "盘锦市"},
        {"role": "village_officer", "place": "大洼区"},
        {"role": "administrator"},
    ):
        assert _appoint(client, wu, today, **values).context["form"].non_field_errors()
    assert _appoint(client, wu, today, role="liaison", organisation="U1").status_code == 302


def test_an_account_is_tied_to_one_member(client, administrator, wu, helper, zhou, he):
    client.force_login(administrator)
    tie = reverse("orgs:user_tie", args=[wu.pk])
    assert client.post(tie, {"member": "周明"}).context["form"].non_field_errors()
    client.post(tie, {"member": "何静"})
    assert Member.objects.get(user=wu) == he
    client.post(tie, {"member": ""})
    assert not Member.objects.filter(user=wu).exists()


@pytest.mark.parametrize("name", ["orgs:users", "orgs:user_new"])
def test_others_do_not_see_accounts(client, liaison, name):
    client.force_login(liaison)
    assert client.get(reverse(name)).status_code == 403


def test_names_for_an_appointment_are_offered_to_who_appoints(
    client, administrator, liaison, bureau
):
    url = reverse("orgs:appoint_offers", args=["organisation"])
    client.force_login(administrator)
    assert "农业局" in client.get(url, {"q": "农业"}).content.decode()
    client.force_login(liaison)
    assert client.get(url).status_code == 403


def test_an_appointment_holds_from_its_first_day_on(client, administrator, wu, bureau, today):
    client.force_login(administrator)
    begins = today + timedelta(days=30)
    _appoint(client, wu, begins, role="liaison", organisation="农业局")
    client.force_login(wu)
    assert client.get(reverse("orgs:members")).status_code == 403
    assert "农业局" not in client.get(reverse("accounts:profile")).content.decode()
    Appointment.objects.filter(user=wu).update(since=today)
    assert client.get(reverse("orgs:members")).status_code == 200
    assert "农业局" in client.get(reverse("accounts:profile")).content.decode()


def test_an_appointment_to_come_keeps_the_keepers_apart_already(
    client, administrator, wu, bureau, today
):
    client.force_login(administrator)
    begins = today + timedelta(days=30)
    _appoint(client, wu, begins, role="liaison", organisation="农业局")
    page = _appoint(client, wu, today, role="auditor", organisation="农业局")
    assert page.context["form"].non_field_errors()


@pytest.mark.parametrize("roles", [("office", "auditor"), ("auditor", "office")])
def test_tying_an_account_keeps_the_keepers_apart(
    client, administrator, wu, zhou, bureau, today, roles
):
    """The member signed for another account before, which still works or audits."""
    first = User.objects.create_user("first", password="correct horse battery")
    client.force_login(administrator)
    tie = reverse("orgs:user_tie", args=[first.pk])
    client.post(tie, {"member": "周明"})
    for account, role in zip((first, wu), roles, strict=True):
        answer = _appoint(client, account, today, role=role, organisation="农业局")
        assert answer.status_code == 302
    client.post(tie, {"member": ""})
    assert not Member.objects.get(pk=zhou.pk).user
    page = client.post(reverse("orgs:user_tie", args=[wu.pk]), {"member": "周明"})
    assert page.context["form"].non_field_errors()
    assert not Member.objects.get(pk=zhou.pk).user


def test_tying_looks_at_every_entry_of_the_person(administrator, wu, zhou, he, bureau, today):
    Member.objects.filter(pk__in=[zhou.pk, he.pk]).update(identity_digest="d" * 32)
    first = User.objects.create_user("first", password="correct horse battery")
    appointments.tie(first, zhou, by=administrator)
    facts = {"organisation": bureau, "place": None, "since": today, "by": administrator}
    appointments.appoint(first, role="liaison", **facts)
    appointments.appoint(wu, role="auditor", **facts)
    with pytest.raises(Refused):
        appointments.tie(wu, he, by=administrator)
