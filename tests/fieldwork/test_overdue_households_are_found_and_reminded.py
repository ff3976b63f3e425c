"""Lists narrow to what is overdue; one press reminds the helpers, and not again at once."""

from datetime import timedelta

import pytest
from django.urls import reverse

from jiedui.core.models import AuditEntry
from jiedui.fieldwork.models import Activity
from jiedui.notices.models import Notice
from jiedui.pairing.models import Pair

REMIND = "/visits/remind/"


@pytest.fixture
def late(rich, zhou_and_the_qins, wang):
    """Zhou has not called on the Qins for 300 days; Wang was paired today."""
    return zhou_and_the_qins


def visited(pair, day):
    return Activity.objects.create(
        campaign=pair.campaign, kind="call_on", day=day, organisation=pair.organisation,
        place=pair.household.place, household=pair.household, pair=pair,
        recorded_at="2026-01-01T00:00:00+08:00",
    )  # fmt: skip


def listed(client, name, **query):
    found = client.get(reverse(name), query).context["list"]
    return [line.row for line in found.lines]


def test_the_lists_of_households_and_pairs_narrow_to_overdue_visits(client, office, late, wang):
    client.force_login(office)
    assert listed(client, "households:list", overdue=1) == [late.household]
    assert listed(client, "households:list", overdue=0) == [wang.household]
    assert listed(client, "pairing:list", overdue=1) == [late]
    assert listed(client, "pairing:list", overdue=0) == [wang]


def test_a_visit_takes_the_household_off_the_list(client, office, late, today):
    client.force_login(office)
    visited(late, today)
    assert listed(client, "households:list", overdue=1) == []


def test_one_press_reminds_the_helpers_and_says_how_many_first(client, office, helper, late):
    client.force_login(office)
    page = client.get(REMIND)
    assert (page.context["found"].pairs, page.context["count"]) == (1, 1)
    client.post(REMIND)
    notice = Notice.objects.get()
    assert (notice.to, notice.subject) == (helper, str(late.member_id))
    entry = AuditEntry.objects.filter(action="visits.reminded").get()
    assert entry.content["members"] == [late.member_id]


def test_the_helper_reads_who_waits_until_the_visit_is_made(client, office, helper, late, today):
    client.force_login(office)
    client.post(REMIND)
    client.force_login(helper)
    (line,) = client.get(reverse("notices:mine")).context["lines"]
    assert "秦安" in line["text"] and line["href"] == late.get_absolute_url()
    visited(late, today)
    assert client.get(reverse("notices:mine")).context["lines"] == []


def test_nobody_is_reminded_twice_within_a_week(client, office, helper, late):
    client.force_login(office)
    client.post(REMIND)
    page = client.get(REMIND)
    assert (page.context["count"], page.context["found"].lately) == (0, 1)
    assert b'<button class="btn btn-primary">' not in page.content
    client.post(REMIND)
    assert Notice.objects.count() == 1
    notice = Notice.objects.get()
    Notice.objects.filter(pk=notice.pk).update(made=notice.made - timedelta(days=8))
    client.post(REMIND)
    assert Notice.objects.count() == 2


def test_who_has_no_account_is_counted_and_not_lost(client, office, late, zhou):
    client.force_login(office)
    found = client.get(REMIND).context["found"]
    assert (found.helpers, found.without_account, found.accounts) == (1, 1, {})


def test_a_village_officer_reminds_about_the_own_village_only(
    client, village_officer, helper, late, other_village
):
    client.force_login(village_officer)
    assert client.get(REMIND).context["found"].pairs == 1
    late.household.place = other_village
    late.household.save()
    assert client.get(REMIND).context["found"].pairs == 0
    client.post(REMIND)
    assert not Notice.objects.exists()


def test_it_is_narrowed_as_the_list_is(client, office, helper, late, willow_village, other_village):
    client.force_login(office)
    for place, found in ((willow_village, 1), (other_village, 0)):
        page = client.get(REMIND, {"place": place.path})
        assert page.context["found"].pairs == found
    assert client.get(REMIND, {"place": "nowhere"}).context["found"].pairs == 0
    assert client.get(REMIND, {"organisation": late.organisation.path}).context["found"].pairs == 1


def test_helpers_and_strangers_cannot_remind(client, helper, leader, late):
    for user in (helper, leader):
        client.force_login(user)
        assert client.get(REMIND).status_code in (403, 404)


def test_it_asks_as_often_for_many_as_for_one(
    client, office, helper, late, wang, today, django_assert_max_num_queries
):
    client.force_login(office)
    client.get(REMIND)
    with django_assert_max_num_queries(25) as one:
        client.get(REMIND)
    Pair.objects.filter(pk=wang.pk).update(since=today - timedelta(days=200))
    with django_assert_max_num_queries(len(one)):
        client.get(REMIND)
