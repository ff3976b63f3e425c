"""The second person is another person: not another account, nor one whose password one gave out."""

from datetime import timedelta

import pytest
from django.urls import reverse

from jiedui.accounts import actions as accounts
from jiedui.accounts.models import User
from jiedui.core.refusals import Refused
from jiedui.handover import change_requests
from jiedui.orgs import appointments, persons
from jiedui.orgs.models import Member
from jiedui.pairing import avoiding
from jiedui.pairing.models import Avoidance
from jiedui.proposals import approving, reviewing
from jiedui.proposals.models import Proposal, ProposedPair
from jiedui.supervision import actions as supervision


def _account(username, *, by=None, member=None):
    account, _password = accounts.open_account(username, display_name=username, by=by)
    if member is not None:
        appointments.tie(account, member, by=None)
    return account


def _appointed(account, role, today, *, organisation=None, place=None):
    appointments.appoint(
        account, role=role, organisation=organisation, place=place, since=today, by=None
    )
    return User.objects.get(pk=account.pk)


def test_accounts_of_one_member_are_one_person_also_after_untying(zhou, he):
    first = _account("first", member=zhou)
    appointments.tie(first, None, by=None)
    second, other = _account("second", member=zhou), _account("other", member=he)
    assert persons.behind(second).is_one_of({first.pk})
    assert persons.behind(first).is_one_of({second.pk}, {zhou.pk})
    assert not persons.behind(other).is_one_of({first.pk, second.pk}, {zhou.pk})


def test_two_entries_of_one_identity_number_are_one_person(zhou, he):
    Member.objects.filter(pk__in=[zhou.pk, he.pk]).update(identity_digest="d" * 32)
    first, second = _account("first", member=zhou), _account("second", member=he)
    assert persons.behind(second).is_one_of({first.pk})


def test_whoever_gave_out_the_password_is_behind_the_account(office, liaison):
    opened = _account("opened", by=office)
    further = _account("further", by=opened)
    assert persons.behind(further).is_one_of({office.pk})
    assert not persons.behind(office).is_one_of({further.pk})
    accounts.reset_password(liaison, by=office)
    assert persons.behind(liaison).is_one_of({office.pk})
    assert not persons.same_as(liaison).is_one_of({office.pk})


@pytest.fixture
def plan(campaign, qin_family, zhou, office):
    plan = Proposal.objects.create(
        campaign=campaign, kind="kinship", state="ready", rules={"by": None},
        result={"now": {"cost": 0}},
    )  # fmt: skip
    ProposedPair.objects.create(proposal=plan, household=qin_family, member=zhou, cost=1)
    return plan


def test_who_changed_a_row_by_hand_does_not_approve_the_plan(plan, office, leader, he):
    assert approving.may_approve(plan, by=office)
    reviewing.change_helper(plan.rows.get(), member=he, by=office)
    assert not approving.may_approve(plan, by=User.objects.get(pk=office.pk))
    with pytest.raises(Refused):
        approving.approve(plan, by=office)
    assert approving.approve(plan, by=leader).opened == 1


@pytest.mark.parametrize("is_left_out", [True, False])
def test_nor_who_left_a_row_out_or_took_it_back(plan, office, leader, is_left_out):
    plan.rows.update(is_left_out=not is_left_out)
    reviewing.leave_out(plan.rows.get(), by=office, is_left_out=is_left_out)
    assert not approving.may_approve(plan, by=User.objects.get(pk=office.pk))
    assert approving.may_approve(plan, by=leader)


def test_an_approver_whose_time_has_not_come_is_nobody_who_could(
    plan, office, bureau, city, he, today
):
    later = today + timedelta(days=30)
    _appointed(_account("later"), "leader", later, organisation=bureau.parent, place=city)
    reviewing.change_helper(plan.rows.get(), member=he, by=office)
    assert approving.may_approve(plan, by=User.objects.get(pk=office.pk))


def test_nor_does_an_account_they_opened(plan, office, leader, he, bureau, city, today):
    reviewing.change_helper(plan.rows.get(), member=he, by=office)
    second = _account("second", by=office)
    second = _appointed(second, "leader", today, organisation=bureau.parent, place=city)
    assert not approving.may_approve(plan, by=second)
    assert approving.may_approve(plan, by=leader)


def test_an_approver_of_another_area_is_nobody_else_who_could(plan, office, bureau, today, he):
    """Alone in the area, the office decides by itself; a leader elsewhere changes nothing."""
    far = _appointed(_account("far"), "leader", today, organisation=bureau)
    reviewing.change_helper(plan.rows.get(), member=he, by=office)
    assert not far.may("pair.change")
    assert approving.may_approve(plan, by=User.objects.get(pk=office.pk))


def test_an_owner_does_not_strike_an_issue_off_through_another_account(
    campaign, branch, zhou, office, supervisor, bureau, today
):
    issue = supervision.report(
        campaign, organisation=branch, kind="style", source="own", text="走访少", owner=zhou,
        found_on=today, by=None,
    )  # fmt: skip
    supervision.decide(
        [issue], organisation=branch, text="补走访", since=today, due=today, by=office
    )
    first = _account("first", member=zhou)
    supervision.mended(issue, on=today, by=first)
    appointments.tie(first, None, by=None)
    second = _appointed(_account("second", member=zhou), "liaison", today, organisation=bureau)
    third = _appointed(_account("third", by=first), "liaison", today, organisation=bureau)
    for one in (first, second, third):
        with pytest.raises(Refused):
            supervision.strike_off(issue, on=today, by=one)
    supervision.strike_off(issue, on=today, by=supervisor)


def test_nobody_decides_on_the_own_wish_through_another_account(
    zhou_and_the_qins, zhou, office, bureau, today
):
    asked = _account("asked", member=zhou)
    change_request = change_requests.ask(
        zhou_and_the_qins, side="helper", reason="transfer", text="太远", by=asked
    )
    appointments.tie(asked, None, by=None)
    second = _appointed(_account("second", member=zhou), "liaison", today, organisation=bureau)
    with pytest.raises(Refused):
        change_requests.decide(change_request, grant=True, answer="", by=second)
    change_requests.decide(change_request, grant=True, answer="", by=office)


def test_nor_on_the_own_avoidance(zhou, qin_family, office, bureau, today):
    row = Avoidance.objects.create(
        member=zhou, household=qin_family, reason="表亲", declared_on=today
    )
    first = _account("first", member=zhou)
    appointments.tie(first, None, by=None)
    assert not avoiding.may_decide(row, by=first)
    assert avoiding.may_decide(row, by=office)


def test_nobody_appoints_their_own_second_account(administrator, zhou, bureau, today):
    appointments.tie(administrator, zhou, by=None)
    appointments.tie(administrator, None, by=None)
    second = _account("second", member=zhou)
    with pytest.raises(Refused):
        appointments.appoint(
            second, role="helper", organisation=None, place=None, since=today, by=administrator
        )
    with pytest.raises(Refused):  # three keepers apart, under whatever account
        appointments.appoint(
            second, role="office", organisation=bureau, place=None, since=today, by=None
        )


def test_an_office_neither_gives_nor_ends_helpers_elsewhere(
    client, bureau, willow_village, zhou, today, office
):
    """A helper's appointment names no area: that of the member counts."""
    from jiedui.orgs.models import Organisation

    other = Organisation.objects.create(path="0002", name="锦州市", kind="area")
    far = Member.objects.create(number="F1", name="郑遥", organisation=other, rank="clerk")
    account = _appointed(_account("far", member=far), "helper", today)
    row = account.appointments.get()
    with pytest.raises(Refused):
        appointments.end(row, on=today, by=office)
    client.force_login(office)
    assert client.get(reverse("orgs:user", args=[account.pk])).status_code == 404
    assert "郑遥" not in client.get(reverse("orgs:users")).content.decode()
    near = _appointed(_account("near", member=zhou), "helper", today)
    appointments.end(near.appointments.get(), on=today, by=office)
