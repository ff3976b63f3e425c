"""People and units move, and their families with them, never behind their back."""

from datetime import timedelta

import pytest
from django.urls import reverse
from tests.conftest import _user

from jiedui.core.models import AuditEntry
from jiedui.core.refusals import Refused
from jiedui.fieldwork import actions as fieldwork
from jiedui.fieldwork.actions import Done
from jiedui.fieldwork.models import Activity
from jiedui.handover.models import HandOver
from jiedui.orgs import actions as orgs
from jiedui.orgs import membership
from jiedui.orgs.models import FormerMembership, Member, Organisation
from jiedui.pairing.models import Pair


@pytest.fixture
def water(bureau):
    return Organisation.objects.create(
        parent=bureau.parent, path="00010002", name="水利局", kind="unit", number="U2"
    )


@pytest.fixture
def new_liaison(water):
    return _user("water", "liaison", organisation=water)


def _move(client, today, *, confirmed=True, **more):
    values = {
        "members": "周明",
        "to": "水利局",
        "on": today.isoformat(),
        "families": "along",
        **more,
    }
    if confirmed:
        values["confirmed"] = "1"
    return client.post(reverse("handover:move"), values)


def _visit(client, pair, today, **more):
    values = {"kind": "visit", "day": today.isoformat(), "note": "看望", **more}
    return client.post(f"{reverse('fieldwork:visit')}?pair={pair.pk}", values)


def test_moving_shows_what_goes_along_and_does_nothing_before_it_is_confirmed(
    client, office, water, zhou_and_the_qins, zhou, today
):
    client.force_login(office)
    page = client.get(zhou.get_absolute_url()).content.decode()
    assert f"{reverse('handover:move')}?member={zhou.pk}" in page
    shown = client.get(reverse("handover:move"), {"member": zhou.pk}).content.decode()
    assert "周明（M1）" in shown
    page = _move(client, today, confirmed=False).content.decode()
    assert "秦安" in page and 'name="confirmed"' in page
    assert not FormerMembership.objects.exists()


def test_the_old_liaison_loses_and_the_new_one_gains_the_family(
    client, office, liaison, new_liaison, water, qin_family, zhou_and_the_qins, today
):
    client.force_login(office)
    assert _move(client, today).status_code == 302
    pair = Pair.objects.get(pk=zhou_and_the_qins.pk)
    assert (pair.organisation, pair.since, pair.ended) == (water, zhou_and_the_qins.since, None)
    for user, seen in ((liaison, 404), (new_liaison, 200)):
        client.force_login(user)
        assert client.get(qin_family.get_absolute_url()).status_code == seen
        opened = client.post(reverse("profiles:household_details", args=[qin_family.pk]))
        assert opened.status_code == seen
        assert client.get(f"{reverse('fieldwork:visit')}?pair={pair.pk}").status_code == seen
    assert AuditEntry.objects.filter(action="pair.moved").count() == 1


def test_visits_are_credited_by_their_day(
    client, office, water, branch, zhou, zhou_and_the_qins, today
):
    client.force_login(office)
    day = today - timedelta(days=10)
    _move(client, day)
    pair = Pair.objects.get(pk=zhou_and_the_qins.pk)
    before, after = [
        fieldwork.visit(pair, Done(kind="visit", day=one, note="都好"), by=office)
        for one in (day - timedelta(days=1), day)
    ]
    assert Activity.objects.get(pk=before.pk).organisation == branch
    assert Activity.objects.get(pk=after.pk).organisation == water


def test_families_may_be_handed_over_instead(
    client, office, water, branch, zhou, he, zhou_and_the_qins, today
):
    client.force_login(office)
    asked = _move(client, today, families="handed")
    assert "reason" in asked.context["form"].errors
    assert _move(client, today, families="handed", reason="transfer").status_code == 302
    zhou.refresh_from_db()
    assert zhou.organisation == branch  # nothing before the hand-over is confirmed
    drafted = HandOver.objects.get()
    assert (drafted.fate, drafted.goes_to) == ("move", water)
    client.post(reverse("handover:settle", args=[drafted.pk]))
    zhou.refresh_from_db()
    assert zhou.organisation == water
    assert Pair.objects.open().get(overlap_until=None).member == he
    # Through the overlap Zhou answers from where he serves now.
    assert Pair.objects.open().get(member=zhou).organisation == water


def test_nobody_moves_into_the_future_the_past_of_another_time_or_what_has_ended(
    client, office, bureau, water, zhou, today
):
    client.force_login(office)
    zhou.since = today - timedelta(days=30)
    zhou.save()
    assert "on" in _move(client, today + timedelta(days=1)).context["form"].errors
    early = _move(client, today - timedelta(days=31))
    assert early.context["form"].non_field_errors()
    _move(client, today - timedelta(days=5))
    again = _move(client, today - timedelta(days=9), to="农业局")
    assert again.context["form"].non_field_errors()
    Organisation.objects.filter(pk=bureau.pk).update(ended=today)
    with pytest.raises(Refused):
        membership.move([zhou], to=bureau.__class__.objects.get(pk=bureau.pk), on=today, by=None)
    kept = FormerMembership.objects.get()
    assert (kept.since, kept.ended) == (zhou.since, today - timedelta(days=6))


def test_amending_is_no_way_to_move(office, water, zhou):
    with pytest.raises(Refused):
        orgs.amend_member(zhou, {"organisation": water}, by=office)
    assert Member.objects.get(pk=zhou.pk).organisation != water


def test_strangers_move_nobody_and_nobody_into_a_strange_unit(
    client, lu, auditor, helper, new_liaison, zhou_and_the_qins, water, today
):
    for user, status in ((lu, 200), (auditor, 403), (helper, 403)):
        client.force_login(user)
        assert _move(client, today).status_code == status
    client.force_login(new_liaison)
    assert "members" in _move(client, today).context["form"].errors
    assert not FormerMembership.objects.exists()


def test_a_liaison_does_not_put_a_member_into_another_unit(
    client, liaison, water, zhou_and_the_qins, today
):
    client.force_login(liaison)
    assert "to" in _move(client, today).context["form"].errors
    assert not FormerMembership.objects.exists()


def test_moving_many_takes_the_same_few_queries(
    office, branch, water, campaign, willow_village, today, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from jiedui.households.models import Household

    def crew(count, start):
        people = [
            Member.objects.create(number=f"{start}{n}", name=f"成员{n}", organisation=branch)
            for n in range(count)
        ]
        for n, one in enumerate(people):
            home = Household.objects.create(
                number=f"{start}H{n}", head="户", place=willow_village, kind="allowance",
                since=today,
            )  # fmt: skip
            Pair.objects.create(
                campaign=campaign, kind="kinship", member=one, organisation=branch,
                household=home, since=today,
            )  # fmt: skip
        return people

    counts = []
    for count, start in ((2, "A"), (20, "B")):
        people = crew(count, start)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert membership.move(people, to=water, on=today, by=office) == count
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert set(Pair.objects.values_list("organisation", flat=True)) == {water.pk}
