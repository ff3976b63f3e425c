"""A household struck off ends its pairs with the reason, and can be taken back."""

from datetime import timedelta

import pytest
from django.urls import reverse

from jiedui.core.household_codes import STRIKE_REASON
from jiedui.core.models import AuditEntry
from jiedui.orgs import actions as orgs
from jiedui.orgs import membership
from jiedui.orgs.models import Organisation
from jiedui.pairing.coverage import coverage
from jiedui.pairing.models import Avoidance, Pair


def _strike(client, household, today, **more):
    values = {"on": today.isoformat(), "reason": "moved_away", **more}
    return client.post(reverse("households:strike", args=[household.pk]), values)


def _restore(client, household, **values):
    return client.post(reverse("households:restore", args=[household.pk]), values)


@pytest.fixture
def struck(client, office, zhou_and_the_qins, today):
    client.force_login(office)
    assert _strike(client, zhou_and_the_qins.household, today).status_code == 302
    zhou_and_the_qins.refresh_from_db()
    return zhou_and_the_qins.household


def test_its_pairs_end_with_the_reason_of_the_household(client, struck, zhou_and_the_qins, today):
    struck.refresh_from_db()
    assert (struck.ended, struck.end_reason) == (today, "moved_away")
    assert (zhou_and_the_qins.ended, zhou_and_the_qins.end_reason) == (today, "moved_away")
    page = client.get(zhou_and_the_qins.get_absolute_url()).content.decode()
    assert str(STRIKE_REASON.name("moved_away")) in page


def test_the_reasons_are_those_of_households(client, office, qin_family, today):
    client.force_login(office)
    shown = client.get(reverse("households:strike", args=[qin_family.pk]))
    offered = [key for key, _name in shown.context["form"].fields["reason"].choices]
    assert offered == ["", *(one.key for one in STRIKE_REASON)]  # nothing is chosen beforehand
    assert "reason" in _strike(client, qin_family, today, reason="retired").context["form"].errors


def test_striking_leaves_the_number_of_those_without_a_helper_as_it_was(
    client, office, campaign, zhou_and_the_qins, willow_village, today
):
    from jiedui.households.models import Household

    Household.objects.create(
        number="H2", head="独户", place=willow_village, kind="allowance", since=today
    )
    kin = campaign.playbook.pairing("kinship")
    before = coverage(campaign, kin)
    client.force_login(office)
    _strike(client, zhou_and_the_qins.household, today)
    after = coverage(campaign, kin)
    assert (before.uncovered, after.uncovered) == (1, 1)
    assert (before.eligible, after.eligible) == (2, 1)


def test_it_can_be_taken_back_and_its_pairs_with_it(client, struck, zhou_and_the_qins):
    assert "reason" in _restore(client, struck, reason="").context["form"].errors
    assert _restore(client, struck, reason="登错户了", with_pairs="on").status_code == 302
    struck.refresh_from_db()
    zhou_and_the_qins.refresh_from_db()
    assert (struck.ended, struck.end_reason) == (None, "")
    assert (zhou_and_the_qins.ended, zhou_and_the_qins.end_reason) == (None, "")
    said = AuditEntry.objects.get(action="household.restored").content
    assert said["struck_for"] == "moved_away"
    assert _restore(client, struck, reason="再来").context["form"].non_field_errors()


def test_without_its_pairs_it_stands_among_those_without_a_helper(
    client, struck, zhou_and_the_qins, campaign
):
    _restore(client, struck, reason="登错户了")
    zhou_and_the_qins.refresh_from_db()
    assert zhou_and_the_qins.ended is not None
    assert coverage(campaign, campaign.playbook.pairing("kinship")).uncovered == 1


def test_a_helper_who_left_meanwhile_does_not_come_back_with_it(
    client, struck, zhou_and_the_qins, zhou, today
):
    orgs.leave(zhou, on=today, reason="retirement", by=None)
    _restore(client, struck, reason="登错户了", with_pairs="on")
    assert not Pair.objects.open().exists()


def test_a_pair_that_ended_before_stays_ended(
    client, office, campaign, he, zhou_and_the_qins, branch, today
):
    earlier = Pair.objects.create(
        campaign=campaign, kind="kinship", member=he, organisation=branch,
        household=zhou_and_the_qins.household, since=today - timedelta(days=50),
        ended=today - timedelta(days=9), end_reason="transfer",
    )  # fmt: skip
    client.force_login(office)
    _strike(client, zhou_and_the_qins.household, today)
    _restore(client, zhou_and_the_qins.household, reason="登错户了", with_pairs="on")
    earlier.refresh_from_db()
    assert earlier.ended == today - timedelta(days=9)
    assert Pair.objects.open().get() == zhou_and_the_qins


def test_no_household_leaves_in_the_future(client, office, zhou_and_the_qins, today):
    client.force_login(office)
    late = _strike(client, zhou_and_the_qins.household, today + timedelta(days=1))
    assert late.context["form"].non_field_errors()
    assert Pair.objects.open().exists()


def test_strangers_take_nothing_back(client, struck, lu, auditor):
    for user, status in ((lu, 404), (auditor, 403)):
        client.force_login(user)
        assert _restore(client, struck, reason="登错户了").status_code == status


def test_who_moved_meanwhile_answers_from_where_they_are_now(
    client, office, liaison, struck, zhou_and_the_qins, zhou, bureau, today
):
    other = Organisation.objects.create(
        parent=bureau.parent, path="00010002", name="水利局", kind="unit", number="U2"
    )
    membership.move([zhou], to=other, on=today, by=office)
    _restore(client, struck, reason="弄错了", with_pairs="on")
    zhou_and_the_qins.refresh_from_db()
    assert (zhou_and_the_qins.ended, zhou_and_the_qins.organisation) == (None, other)
    client.force_login(liaison)
    visit = f"{reverse('fieldwork:visit')}?pair={zhou_and_the_qins.pk}"
    assert client.get(visit).status_code == 404


def test_who_is_to_avoid_the_household_does_not_come_back(
    client, office, struck, zhou_and_the_qins, zhou, today
):
    Avoidance.objects.create(
        member=zhou, household=struck, state=Avoidance.State.ACCEPTED, declared_on=today
    )
    _restore(client, struck, reason="弄错了", with_pairs="on")
    zhou_and_the_qins.refresh_from_db()
    assert zhou_and_the_qins.ended == today


def test_an_overlap_that_is_over_does_not_begin_again(
    client, office, struck, zhou_and_the_qins, he, today
):
    yesterday = today - timedelta(days=1)
    Pair.objects.filter(pk=zhou_and_the_qins.pk).update(overlap_until=yesterday)
    _restore(client, struck, reason="弄错了", with_pairs="on")
    zhou_and_the_qins.refresh_from_db()
    assert zhou_and_the_qins.ended == today
