"""更正: whatever nobody touched stays, also what could not be chosen any more."""

from datetime import timedelta

import pytest
from django.urls import reverse

from jiedui.campaigns.models import Task
from jiedui.fieldwork import actions
from jiedui.fieldwork.actions import Done
from jiedui.fieldwork.models import Activity
from jiedui.orgs import actions as orgs
from jiedui.orgs import ending, membership
from jiedui.orgs.models import Organisation, Team
from page_forms import forms_of


def correct(client, row, **typed):
    """What stands after somebody opened the form of this record and typed that."""
    url = reverse("fieldwork:correct", args=[row.pk])
    page = client.get(url).content.decode()
    form = next(one for one in forms_of(page) if one.number)
    answer = client.post(url, {**form.fields, **typed})
    assert answer.status_code == 302, answer.context["form"].errors
    return Activity.objects.standing().get()


@pytest.fixture
def tasks(campaign, today):
    def task(n):
        return Task.objects.create(
            campaign=campaign, key=f"k{n}", name=f"任务{n}", activity_kind="cleaning", wanted=1,
            starts=today - timedelta(days=400 - n * 20), due=today - timedelta(days=390 - n * 20),
            per="unit",
        )  # fmt: skip

    return [task(n) for n in range(14)]


def test_a_visit_keeps_its_task_and_its_length(client, zhou_and_the_qins, office, tasks, today):
    client.force_login(office)
    told = Done("visit", today, note="甲", task=tasks[3], minutes=25)
    new = correct(client, actions.visit(zhou_and_the_qins, told, by=None), note="乙")
    assert (new.note, new.task, new.minutes) == ("乙", tasks[3], 25)


def test_an_activity_keeps_a_task_of_long_ago(
    client, campaign, office, branch, willow_village, tasks
):
    client.force_login(office)
    told = Done("cleaning", tasks[0].starts, members_counted=3, task=tasks[0], minutes=100)
    old = actions.activity(campaign, told, organisation=branch, place=willow_village, by=None)
    new = correct(client, old, note="乙")
    assert (new.task, new.minutes) == (tasks[0], 100)


def test_who_has_left_or_moved_since_still_was_there(
    client, campaign, office, bureau, branch, he, zhou, zhou_and_the_qins, willow_village, today
):
    client.force_login(office)
    told = Done("visit", today, note="甲", members=[zhou, he])
    visit = actions.visit(zhou_and_the_qins, told, by=None)
    other = Organisation.objects.create(
        parent=bureau.parent, path="00010002", name="水利局", kind="unit"
    )
    membership.move([zhou], to=other, on=today, by=None)
    visit = correct(client, visit, note="乙")
    orgs.leave(he, on=today, reason="retirement", by=None)
    visit = correct(client, visit, note="丙")
    assert {one.member for one in visit.attendances.all()} == {zhou, he}


def test_an_ended_unit_a_closed_place_and_an_ended_team_stay(
    client, campaign, office, branch, he, willow_village, today
):
    client.force_login(office)
    team = Team.objects.create(organisation=branch, name="一队", kind="crew", since=today)
    old = actions.activity(
        campaign, Done("cleaning", today, members=[he], note="甲"),
        organisation=branch, place=willow_village, team=team, by=None,
    )  # fmt: skip
    orgs.leave(he, on=today, reason="retirement", by=None)
    Team.objects.filter(pk=team.pk).update(ended=today)
    ending.end(branch, on=today, by=None)
    type(willow_village).objects.filter(pk=willow_village.pk).update(ended=today)
    new = correct(client, old, note="乙")
    assert (new.organisation, new.place, new.team) == (branch, willow_village, team)
    assert [one.member for one in new.attendances.all()] == [he]


def test_what_stays_is_no_door_to_what_one_may_not_choose(
    client, campaign, liaison, office, bureau, branch, willow_village, today
):
    """An ended unit may stay; another ended one is not found."""
    gone = Organisation.objects.create(
        parent=bureau, path="000100010009", name="老支部", kind="branch", number="B9", ended=today
    )
    old = actions.activity(
        campaign, Done("cleaning", today, members_counted=3, note="甲"),
        organisation=branch, place=willow_village, by=None,
    )  # fmt: skip
    client.force_login(office)
    url = reverse("fieldwork:correct", args=[old.pk])
    form = next(one for one in forms_of(client.get(url).content.decode()) if one.number)
    answer = client.post(url, {**form.fields, "organisation": f"{gone.name}（{gone.number}）"})
    assert answer.context["form"].errors["organisation"]
    assert Activity.objects.standing().get() == old


def test_of_two_windows_the_second_is_told_and_keeps_what_it_typed(
    client, zhou_and_the_qins, office, today
):
    old = actions.visit(zhou_and_the_qins, Done("visit", today, note="一"), by=None)
    client.force_login(office)
    url = reverse("fieldwork:correct", args=[old.pk])
    first, second = (
        next(f for f in forms_of(client.get(url).content.decode()) if f.number) for _ in "12"
    )
    client.post(url, {**first.fields, "note": "甲改"})
    answer = client.post(url, {**second.fields, "note": "乙改"}, follow=True)
    new = Activity.objects.standing().get()
    here = reverse("fieldwork:correct", args=[new.pk])
    assert answer.redirect_chain == [(here, 302)]
    assert "甲改" in answer.content.decode() and new.note == "甲改"
    offered = client.get(reverse("web:drafts"), {"form": here}).content.decode()
    assert "乙改" in offered
    actions.void(new, reason="错了", by=office)
    answer = client.post(here, {**second.fields, "note": "乙改"}, follow=True)
    assert answer.redirect_chain == [(new.get_absolute_url(), 302)]


def test_a_correction_taken_back_can_be_made_again(client, zhou_and_the_qins, office, today):
    old = actions.visit(zhou_and_the_qins, Done("visit", today, note="一"), by=None)
    client.force_login(office)
    new = correct(client, old, note="二")
    client.post(reverse("fieldwork:undo", args=[new.pk]))
    assert correct(client, old, note="三").corrects == old
