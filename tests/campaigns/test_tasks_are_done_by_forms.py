"""A task with a form is done by whoever it is for when sheets about them stand in its days."""

import importlib
from datetime import timedelta

import pytest
from django.apps import apps
from django.urls import reverse

from jiedui.campaigns.models import Task, TaskReport
from jiedui.core.refusals import Refused
from jiedui.fieldwork.completion import completions
from jiedui.figures import work_tables
from jiedui.figures.register_tables import Source
from jiedui.figures.trees import Trees
from jiedui.orgs.models import Organisation
from jiedui.pairing.models import Pair
from jiedui.places.models import Place
from jiedui.questionnaires import actions
from jiedui.questionnaires.actions import Filled

FORMS = """
[[forms]]
key = "state"
name = { zh = "支部情况表", en = "State of a branch" }
about = "organisation"
organisation_kinds = ["branch"]
questions = [{ key = "meetings", name = { zh = "几次会", en = "Meetings" }, type = "whole" }]
"""


@pytest.fixture
def stairwell(willow_village):
    return Place.objects.create(
        parent=willow_village, path=f"{willow_village.path}0001", name="一号楼道",
        level="stairwell", kind="stairs",
    )  # fmt: skip


@pytest.fixture
def kept(full_campaign, stairwell, zhou, branch, today):
    """Zhou keeps the stairwell since two weeks."""
    return Pair.objects.create(
        campaign=full_campaign, kind="stairs", member=zhou, organisation=branch, place=stairwell,
        since=today - timedelta(days=14),
    )  # fmt: skip


@pytest.fixture
def task(full_campaign):
    return Task.objects.get(key="own_check")


def look(campaign, stairwell, day):
    filled = Filled("look", day, stairwell, {"tidy": True})
    return actions.record(campaign, filled, by=None)


def done(campaign, task, today):
    return {one.path: one.done for one in completions(campaign, [task], until=today)}


def test_a_sheet_about_what_a_branch_keeps_does_its_task(
    full_campaign, task, kept, stairwell, branch, today
):
    assert task.form_key == "look"
    assert done(full_campaign, task, today) == {branch.path: 0}
    look(full_campaign, stairwell, today)
    assert done(full_campaign, task, today) == {branch.path: 1}
    source = Source(full_campaign, today, Trees(full_campaign))
    row = work_tables.tasks(source, only={task.pk}).to_pylist()[0]
    assert (row["done"], row["complete"]) == (1, True)


def test_a_sheet_counts_for_who_answered_for_the_place_on_that_day(
    full_campaign, task, kept, stairwell, branch, bureau, he, today
):
    other = Organisation.objects.create(
        parent=bureau, path=f"{bureau.path}0009", name="第二支部", kind="branch"
    )
    kept.ended = today - timedelta(days=5)
    kept.save()
    Pair.objects.create(
        campaign=full_campaign, kind="stairs", member=he, organisation=other, place=stairwell,
        since=today - timedelta(days=4),
    )  # fmt: skip
    for days in (20, 9, 6, 1):  # at first nobody kept it
        look(full_campaign, stairwell, today - timedelta(days=days))
    assert done(full_campaign, task, today) == {branch.path: 2, other.path: 1}


def test_sheets_outside_the_window_taken_out_or_of_another_form_do_not_count(
    full_campaign, task, kept, stairwell, branch, today
):
    Task.objects.filter(pk=task.pk).update(starts=today - timedelta(days=2))
    task.refresh_from_db()
    look(full_campaign, stairwell, today - timedelta(days=3))
    sheet = look(full_campaign, stairwell, today)
    actions.void(sheet, reason="填错了楼道", by=None)
    assert done(full_campaign, task, today) == {branch.path: 0}


def test_a_sheet_about_the_organisation_itself_counts_for_it(
    full_campaign, task, branch, bureau, today
):
    full_campaign.source = full_campaign.source + FORMS
    full_campaign.save()
    Task.objects.filter(pk=task.pk).update(form_key="state", per="unit", wanted=2)
    task.refresh_from_db()
    for n in range(2):
        filled = Filled("state", today - timedelta(days=n), branch, {"meetings": 3})
        actions.record(full_campaign, filled, by=None)
    assert done(full_campaign, task, today) == {bureau.path: 2}


def test_the_numbers_lead_to_the_sheets_and_the_task_to_its_form(
    client, office, liaison, full_campaign, task, kept, stairwell, bureau, today
):
    look(full_campaign, stairwell, today)
    client.force_login(office)
    page = client.get(reverse("campaigns:tasks"))
    block = page.context["grid"]
    foot = next(cell for cell in block.feet if cell.task == task)
    assert (foot.records, foot.done, foot.all) == (1, 1, 1)
    assert client.get(foot.records_href).context["list"].total == 1
    other = Organisation.objects.create(
        parent=bureau.parent, path="00010002", name="水利局", kind="unit"
    )
    nobody = foot.records_href.replace(f"={foot.row.path}&", f"={other.path}&")
    assert client.get(nobody).context["list"].total == 0
    client.force_login(liaison)
    shown = client.get(reverse("campaigns:task", args=[task.pk])).content.decode()
    assert "/forms/look/new/" in shown
    assert "自查表 × 1" in shown
    forms = client.get(reverse("questionnaires:index")).content.decode()
    assert "楼道自查" in forms
    assert reverse("campaigns:task", args=[task.pk]) in forms


def test_a_task_by_form_is_not_reported_but_an_earlier_report_stands(
    full_campaign, task, branch, today
):
    from jiedui.campaigns import actions as campaigns

    with pytest.raises(Refused, match="按记录统计"):
        campaigns.report_task(task, organisation=branch, done_on=today, by=None)
    TaskReport.objects.create(task=task, organisation=branch, done_on=today)
    assert done(full_campaign, task, today) == {branch.path: 1}


def test_a_unit_chooses_a_task_of_its_own_that_is_done_by_a_form(
    client, liaison, full_campaign, kept, stairwell, today
):
    client.force_login(liaison)
    facts = {
        "organisation": "农业局", "name": "自查", "form_key": "look", "activity_kind": "",
        "wanted": 1, "starts": today.isoformat(), "due": today.isoformat(),
    }  # fmt: skip
    client.post(reverse("campaigns:task_new"), facts)
    look(full_campaign, stairwell, today)
    own = client.get(reverse("campaigns:tasks"), {"choice": "own"}).context["own"]
    assert [(one.task.form_key, one.is_done) for one, _badge in own] == [("look", True)]
    both = client.post(reverse("campaigns:task_new"), {**facts, "activity_kind": "cleaning"})
    assert "一种活动或一张表" in both.content.decode()


def test_tasks_that_stood_before_learn_their_form(full_campaign, task):
    Task.objects.update(form_key="")
    step = importlib.import_module("jiedui.campaigns.migrations.0009_tasks_know_their_form")
    step.learn(apps, None)
    assert dict(Task.objects.exclude(form_key="").values_list("key", "form_key")) == {
        "own_check": "look"
    }
