from datetime import timedelta

import pytest
from django.urls import reverse

from jiedui.campaigns.models import Task, TaskReport
from jiedui.fieldwork import actions, matrix
from jiedui.fieldwork.actions import Done
from jiedui.orgs.models import Organisation


@pytest.fixture
def office_client(client, office, full_campaign):
    client.force_login(office)
    return client


@pytest.fixture
def clean_ups(full_campaign, branch, willow_village, today):
    def record(number, **more):
        for n in range(number):
            done = Done(kind="cleaning", day=today - timedelta(days=n), members_counted=5, **more)
            actions.activity(
                full_campaign, done, organisation=branch, place=willow_village, by=None
            )

    return record


def cell(answer, row, key):
    block = answer.context["grid"]
    task_at = [task.key for task in block.tasks].index(key)
    line = next(line for line in block.lines if line.row.name == row)
    return line.cells[task_at]


def test_a_unit_is_done_when_the_records_of_its_branches_reach_what_is_wanted(
    office_client, clean_ups
):
    clean_ups(1)
    assert cell(office_client.get(reverse("campaigns:tasks")), "农业局", "clean").cell.done == 0
    clean_ups(1)
    shown = cell(office_client.get(reverse("campaigns:tasks")), "农业局", "clean")
    assert (shown.cell.done, shown.cell.all, shown.badge.tone) == (1, 1, "green")


def test_outputs_are_summed_into_the_unit_above(office_client, clean_ups):
    clean_ups(1, outputs={"letters": 600})
    shown = cell(office_client.get(reverse("campaigns:tasks")), "农业局", "letters")
    assert (shown.cell.records, shown.cell.done) == (600, 1)


def test_the_counts_lead_to_the_activities_that_were_counted(office_client, clean_ups):
    clean_ups(2)
    shown = cell(office_client.get(reverse("campaigns:tasks")), "农业局", "clean")
    listed = office_client.get(shown.cell.records_href)
    assert listed.context["list"].total == shown.cell.records == 2


def test_more_units_ask_no_more_queries(
    office_client, full_campaign, bureau, django_assert_max_num_queries
):
    for n in range(2, 8):
        unit = Organisation.objects.create(
            parent=bureau.parent, path=f"0001000{n}", name=f"单位{n}", kind="unit"
        )
        Organisation.objects.create(
            parent=unit, path=f"0001000{n}0001", name=f"支部{n}", kind="branch"
        )
    with django_assert_max_num_queries(22):
        answer = office_client.get(reverse("campaigns:tasks"))
    assert len(answer.context["grid"].lines) == 7


def reported(key):
    """A task that leaves no records."""
    Task.objects.filter(key=key).update(form_key="")
    return Task.objects.get(key=key)


def test_a_task_without_records_is_reported_by_its_own_liaison(
    client, full_campaign, liaison, branch, today
):
    client.force_login(liaison)
    task = reported("own_check")
    facts = {"organisation": branch.pk, "done_on": today.isoformat(), "note": "已查"}
    client.post(reverse("campaigns:task_done", args=[task.pk]), facts)
    assert TaskReport.objects.get().organisation == branch
    page = client.get(reverse("campaigns:task", args=[task.pk]))
    assert page.context["done"] == 1
    assert page.context["form"] is None


def test_a_report_for_somebody_elses_branch_is_not_taken(
    client, full_campaign, liaison, bureau, today
):
    other = Organisation.objects.create(
        parent=bureau.parent, path="00010002", name="水利局", kind="unit"
    )
    client.force_login(liaison)
    task = reported("own_check")
    facts = {"organisation": other.pk, "done_on": today.isoformat()}
    client.post(reverse("campaigns:task_done", args=[task.pk]), facts)
    assert not TaskReport.objects.exists()


def test_a_unit_adds_a_task_of_its_own(client, full_campaign, liaison, today):
    client.force_login(liaison)
    begun = client.get(reverse("campaigns:task_new"), {"from": "extra"})
    assert begun.context["form"].initial["activity_kind"] == "cleaning"
    facts = {
        "organisation": "农业局", "name": "义诊", "activity_kind": "cleaning", "wanted": 1,
        "starts": today.isoformat(), "due": (today + timedelta(days=3)).isoformat(),
    }  # fmt: skip
    client.post(reverse("campaigns:task_new"), facts)
    own = client.get(reverse("campaigns:tasks"), {"choice": "own"}).context["own"]
    assert [one.task.name for one, _badge in own] == ["义诊"]


def test_an_own_task_due_before_it_begins_is_refused_on_the_form(
    client, full_campaign, liaison, today
):
    client.force_login(liaison)
    facts = {
        "organisation": "农业局", "name": "义诊", "wanted": 1,
        "starts": today.isoformat(), "due": (today - timedelta(days=3)).isoformat(),
    }  # fmt: skip
    answer = client.post(reverse("campaigns:task_new"), facts)
    assert answer.status_code == 200
    assert answer.context["form"].non_field_errors()


def test_a_liaison_sees_the_own_unit_only(client, full_campaign, liaison, bureau):
    Organisation.objects.create(parent=bureau.parent, path="00010002", name="水利局", kind="unit")
    client.force_login(liaison)
    answer = client.get(reverse("campaigns:tasks"), {"organisation": "00010002"})
    assert answer.context["root"] == bureau


def test_the_task_list_prints(office_client):
    for query in ({"print": 1}, {"print": 1, "choice": "own"}):
        assert office_client.get(reverse("campaigns:tasks"), query).status_code == 200
    task = Task.objects.get(key="clean")
    answer = office_client.get(
        reverse("campaigns:task", args=[task.pk]), {"print": 1, "sort": "-done"}
    )
    assert "农业局机关党支部" in answer.content.decode()


def test_many_units_come_in_pages_and_the_foot_counts_all(office_client, bureau, monkeypatch):
    monkeypatch.setattr(matrix, "PAGE", 1)
    Organisation.objects.create(name="水利局", kind="unit", path="00010009", parent=bureau.parent)
    first, second = (office_client.get(reverse("campaigns:tasks"), {"page": n}) for n in (1, 2))
    names = [[line.row.name for line in page.context["grid"].lines] for page in (first, second)]
    assert [len(one) for one in names] == [1, 1] and names[0] != names[1]
    assert [cell.all for cell in first.context["grid"].feet] == [
        cell.all for cell in second.context["grid"].feet
    ]
    assert 'rel="next"' in first.content.decode()
    assert "水利局" in office_client.get(reverse("campaigns:tasks"), {"print": 1}).content.decode()


def test_many_tasks_come_in_pages_across_and_are_all_on_paper(office_client, monkeypatch):
    monkeypatch.setattr(matrix, "ACROSS", 1)
    monkeypatch.setattr(matrix, "ACROSS_PAPER", 1)
    page = office_client.get(reverse("campaigns:tasks"), {"when": "2026"})
    total = page.context["tasks"].paginator.count
    assert total > 1
    again = office_client.get(reverse("campaigns:tasks"), {"when": "2026", "tasks": 2})
    assert page.context["grid"].tasks != again.context["grid"].tasks
    paper = office_client.get(reverse("campaigns:tasks"), {"when": "2026", "print": 1})
    assert len(paper.context["grids"]) == total


def test_the_foot_leads_to_the_records_of_all_units(office_client, clean_ups, bureau):
    clean_ups(2)
    block = office_client.get(reverse("campaigns:tasks")).context["grid"]
    foot = next(cell for cell in block.feet if cell.task.key == "clean")
    assert (foot.done, foot.share) == (1, 100)
    assert office_client.get(foot.records_href).context["list"].total == foot.records


def test_an_organisation_is_found_by_its_initials(client, full_campaign, liaison, bureau):
    bureau.save()
    stranger = Organisation.objects.create(
        parent=bureau.parent, path="00010002", name="水利局", kind="unit"
    )
    client.force_login(liaison)
    page = reverse("campaigns:tasks")
    offers = client.get(page, {"pick": "organisation", "organisation": "农业"}).content.decode()
    assert bureau.path in offers
    other = client.get(page, {"pick": "organisation", "organisation": "水利"}).content.decode()
    assert stranger.path not in other


def test_the_running_task_comes_first_then_past_then_later_ones(
    office_client, full_campaign, today
):
    def task(key, starts, due):
        Task.objects.create(
            campaign=full_campaign, key=key, name=key, per="unit", activity_kind="cleaning",
            starts=today + timedelta(days=starts), due=today + timedelta(days=due),
        )  # fmt: skip

    Task.objects.filter(is_prescribed=True).delete()
    for key, starts, due in (
        ("later", 5, 40), ("past", -90, -60), ("next", -9, 30), ("just past", -60, -2),
        ("now", -9, 3), ("soon", 2, 20),
    ):  # fmt: skip
        task(key, starts, due)
    shown = office_client.get(reverse("campaigns:tasks")).context["grid"].tasks
    assert [one.key for one in shown] == ["now", "next", "just past", "past", "soon", "later"]


def test_those_behind_come_first_and_can_be_shown_alone(office_client, clean_ups, bureau):
    Organisation.objects.create(parent=bureau.parent, path="00010000", name="审计局", kind="unit")
    clean_ups(2, outputs={"letters": 600})
    Task.objects.filter(key="own_check").delete()
    lines = office_client.get(reverse("campaigns:tasks")).context["grid"].lines
    assert [line.row.name for line in lines] == ["审计局", "农业局"]
    alone = office_client.get(reverse("campaigns:tasks"), {"state": "unfinished"})
    assert [line.row.name for line in alone.context["grid"].lines] == ["审计局"]
    feet = {cell.task.key: (cell.done, cell.all) for cell in alone.context["grid"].feet}
    assert feet["letters"] == (1, 2)  # the foot still counts all
    paper = office_client.get(reverse("campaigns:tasks"), {"state": "unfinished", "print": 1})
    assert "农业局" not in paper.content.decode().partition("<tbody>")[2]
