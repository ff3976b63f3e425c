"""Who is let in again holds to the rules of whoever is appointed: the keepers stay apart."""

import pytest
from django.urls import reverse

from jiedui.accounts import actions as accounts
from jiedui.accounts.models import User
from jiedui.core.refusals import Refused
from jiedui.orgs import appointments
from jiedui.orgs.models import Appointment, Member


def closed(username, *, role=None, member=None, today=None, unit=None):
    """An account that was closed, and what it may do once it is open."""
    account, _password = accounts.open_account(username, display_name=username, by=None)
    accounts.change_account(account, {"is_active": False}, by=None)
    if member:
        appointments.tie(account, member, by=None)
    if role:
        Appointment.objects.create(user=account, role=role, organisation=unit, since=today)
    return User.objects.get(pk=account.pk)


def let_in(account, *, by=None):
    accounts.change_account(User.objects.get(pk=account.pk), {"is_active": True}, by=by)


@pytest.mark.parametrize(("one", "other"), [("auditor", "office"), ("liaison", "auditor"),
                                            ("administrator", "helper")])  # fmt: skip
def test_a_second_account_of_a_keeper_stays_closed(zhou, bureau, today, one, other):
    unit = None if one == "administrator" else bureau
    first = closed("first", role=one, member=zhou, today=today, unit=unit)
    appointments.tie(first, None, by=None)
    second = closed("second", role=other, member=zhou, today=today, unit=bureau)
    let_in(first)
    with pytest.raises(Refused):
        let_in(second)
    assert not User.objects.get(pk=second.pk).is_active
    accounts.change_account(User.objects.get(pk=first.pk), {"is_active": False}, by=None)
    let_in(second)  # one of the two at a time


def test_the_page_says_so_and_changes_nothing(client, administrator, zhou, bureau, today):
    first = closed("first", role="auditor", member=zhou, today=today, unit=bureau)
    appointments.tie(first, None, by=None)
    let_in(first)
    second = closed("second", role="office", member=zhou, today=today, unit=bureau)
    client.force_login(administrator)
    url = reverse("orgs:user_change", args=[second.pk])
    answer = client.post(url, {"display_name": "别名", "is_active": "on"})
    assert answer.status_code == 200 and "系统管理、业务工" in answer.content.decode()
    second.refresh_from_db()
    assert (second.is_active, second.display_name) == (False, "周明")


def test_two_roles_of_one_closed_account(bureau, today):
    """Given while it was closed, or before the keepers were apart."""
    account = closed("both", role="auditor", today=today, unit=bureau)
    Appointment.objects.create(user=account, role="office", organisation=bureau, since=today)
    with pytest.raises(Refused):
        let_in(account)
    Appointment.objects.filter(role="office").update(ended=today)
    let_in(account)


def test_a_closed_account_gets_no_role_that_it_could_not_hold(bureau, today):
    account = closed("both", role="auditor", today=today, unit=bureau)
    with pytest.raises(Refused):
        appointments.appoint(
            account, role="office", organisation=bureau, place=None, since=today, by=None
        )


def test_two_members_with_one_identity_number(zhou, he, bureau, today):
    Member.objects.filter(pk__in=[zhou.pk, he.pk]).update(identity_digest="d" * 32)
    first = closed("first", role="auditor", member=zhou, today=today, unit=bureau)
    second = closed("second", role="liaison", member=he, today=today, unit=bureau)
    let_in(first)
    with pytest.raises(Refused):
        let_in(second)


def test_closing_and_renaming_ask_nothing(zhou, bureau, today):
    first = closed("first", role="auditor", member=zhou, today=today, unit=bureau)
    Appointment.objects.create(user=first, role="office", organisation=bureau, since=today)
    User.objects.filter(pk=first.pk).update(is_active=True)  # as an earlier version let it be
    accounts.change_account(User.objects.get(pk=first.pk), {"display_name": "甲"}, by=None)
    accounts.change_account(User.objects.get(pk=first.pk), {"is_active": False}, by=None)
