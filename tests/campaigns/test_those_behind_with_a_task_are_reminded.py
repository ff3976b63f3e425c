"""One press reminds the liaisons of all who are behind, and not again within a week."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.conftest import _user

from jiedui.campaigns.models import Task
from jiedui.core.models import AuditEntry
from jiedui.fieldwork import actions
from jiedui.fieldwork.actions import Done
from jiedui.notices.models import Notice
from jiedui.orgs.models import Organisation


@pytest.fixture
def water(bureau):
    """A second unit, with a branch and no liaison."""
    unit = Organisation.objects.create(
        parent=bureau.parent, path="00010002", name="水利局", kind="unit"
    )
    Organisation.objects.create(parent=unit, path="000100020001", name="水利支部", kind="branch")
    return unit


@pytest.fixture
def clean(full_campaign):
    return Task.objects.get(key="clean")


def remind(client, task, **query):
    return client.post(reverse("campaigns:task_remind", args=[task.pk], query=query), follow=True)


def facts(client, task):
    return client.get(reverse("campaigns:task_remind", args=[task.pk])).context["found"]


def test_the_page_counts_before_anything_is_sent(client, office, clean, liaison, water):
    client.force_login(office)
    found = facts(client, clean)
    assert len(found.behind) == 2
    assert found.accounts == (liaison.pk,)
    assert found.unreached == ("000100020001",)
    assert not Notice.objects.exists()


def test_the_liaison_reads_which_task_and_how_many_are_behind(client, office, clean, liaison):
    client.force_login(office)
    remind(client, clean)
    assert Notice.objects.get().to == liaison
    assert AuditEntry.objects.filter(action="task.reminded").count() == 1
    client.force_login(liaison)
    page = client.get(reverse("notices:mine")).content.decode()
    assert "清洁行动" in page
    assert reverse("campaigns:task", args=[clean.pk]) in page


def test_nobody_is_reminded_twice_within_a_week(client, office, clean, liaison):
    client.force_login(office)
    remind(client, clean)
    again = remind(client, clean)
    assert Notice.objects.count() == 1
    assert again.context["form"].non_field_errors()
    Notice.objects.update(made=timezone.now() - timedelta(days=8))
    remind(client, clean)
    assert Notice.objects.count() == 2


def test_who_is_done_is_not_reminded(
    client, office, clean, liaison, branch, willow_village, today, full_campaign
):
    for n in range(2):
        done = Done(kind="cleaning", day=today - timedelta(days=n), members_counted=5)
        actions.activity(full_campaign, done, organisation=branch, place=willow_village, by=None)
    client.force_login(office)
    assert facts(client, clean).behind == ()
    assert remind(client, clean).context["form"].non_field_errors()
    assert not Notice.objects.exists()


def test_a_liaison_reminds_the_own_branches_only(client, clean, liaison, water, branch):
    own = _user("branch-liaison", "liaison", organisation=branch)
    other = _user("water-liaison", "liaison", organisation=water)
    client.force_login(liaison)
    remind(client, clean, organisation=water.path)
    remind(client, clean)
    assert [notice.to for notice in Notice.objects.all()] == [own]
    assert other != own


def test_readers_cannot_remind(client, clean, leader, auditor):
    for user in (leader, auditor):
        client.force_login(user)
        assert remind(client, clean).status_code == 403


def test_reading_many_reminders_asks_no_more_queries(
    client, office, liaison, full_campaign, django_assert_max_num_queries
):
    tasks = Task.objects.filter(campaign=full_campaign, organisation=None)
    Notice.objects.bulk_create(
        [Notice(to=liaison, kind="fieldwork.task_behind", subject=str(one.pk)) for one in tasks]
    )
    client.force_login(liaison)
    with django_assert_max_num_queries(32):
        answer = client.get(reverse("notices:mine"))
    assert len(answer.context["lines"]) == tasks.count() > 2
