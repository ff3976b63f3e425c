"""The page about a household, place, organisation, team or member shows its sheets and forms."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jiedui.orgs.models import Team
from jiedui.questionnaires import actions, beside
from jiedui.questionnaires.actions import Filled

pytestmark = pytest.mark.django_db
OTHERS = """
[[forms]]
key = "person"
name = { zh = "党员问卷", en = "Ask a member" }
about = "member"
questions = [{ key = "mark", name = { zh = "评分", en = "Mark" }, type = "points", points = 10 }]

[[forms]]
key = "crew"
name = { zh = "队伍问卷", en = "Ask a team" }
about = "team"
team_kinds = ["volunteer"]
questions = [{ key = "went", name = { zh = "去过没有", en = "Went" }, type = "yes_no" }]

[[team_kinds]]
key = "volunteer"
name = { zh = "志愿队", en = "Volunteers" }
"""


@pytest.fixture
def page(client):
    def opened(row, user):
        client.force_login(user)
        return client.get(row.get_absolute_url()).content.decode()

    return opened


def test_a_household_shows_its_sheets_and_leads_to_its_forms(
    page, client, office, helper, survey, zhou_and_the_qins, qin_family, today
):
    first = page(qin_family, helper)
    assert survey.get_absolute_url() in first
    assert f"/forms/needs/new/?about={qin_family.pk}" in first
    assert "/forms/revisit/new/" not in first
    chosen = client.get(f"/forms/needs/new/?about={qin_family.pk}").content.decode()
    assert "秦安（H1）" in chosen
    assert f"/forms/revisit/new/?about={qin_family.pk}" in page(qin_family, office)
    actions.void(survey, reason="问错了户", by=None)
    assert survey.get_absolute_url() not in page(qin_family, helper)


def test_what_supervision_asked_is_shown_to_supervision_alone(
    page, campaign, office, helper, village_officer, zhou_and_the_qins, qin_family, today
):
    asked = Filled("revisit", today, qin_family, {"came": False})
    revisit = actions.record(campaign, asked, by=None)
    assert revisit.get_absolute_url() in page(qin_family, office)
    for user in (helper, village_officer):
        assert revisit.get_absolute_url() not in page(qin_family, user)


def test_a_village_shows_points_to_who_supervises_it(
    page, inspection, willow_village, supervisor, helper
):
    shown = page(willow_village, supervisor)
    assert inspection.get_absolute_url() in shown
    assert "25 分（满分 30 分）" in shown
    assert f"/forms/look/new/?about={willow_village.pk}" in shown
    hidden = page(willow_village, helper)
    assert inspection.get_absolute_url() not in hidden
    assert "/forms/look/new/" not in hidden


def test_organisations_members_and_teams_show_theirs(
    page, campaign, branch, bureau, zhou, liaison, today
):
    campaign.source = campaign.source + OTHERS
    campaign.save()
    team = Team.objects.create(name="柳河队", number="T1", kind="volunteer", organisation=branch)
    given = [
        ("branch", branch, {"meetings": 3}), ("person", zhou, {"mark": 7}),
        ("crew", team, {"went": True}),
    ]  # fmt: skip
    for form, row, answers in given:
        sheet = actions.record(campaign, Filled(form, today, row, answers), by=None)
        shown = page(row, liaison)
        assert sheet.get_absolute_url() in shown, form
        assert f"/forms/{form}/new/?about={row.pk}" in shown, form
    assert "/forms/branch/new/" not in page(bureau, liaison)  # it is about branches
    team.kind = "other"
    team.save()
    assert "/forms/crew/new/" not in page(team, liaison)


def test_of_what_has_ended_nothing_new_is_written(page, office, survey, qin_family, today):
    qin_family.ended = today
    qin_family.save()
    shown = page(qin_family, office)
    assert survey.get_absolute_url() in shown
    assert "/forms/needs/new/" not in shown


def test_many_sheets_cost_no_more_and_the_list_has_the_others(
    page, client, office, campaign, survey, qin_family, today, monkeypatch
):
    monkeypatch.setattr(beside, "SHOWN", 2)
    page(qin_family, office)
    with CaptureQueriesContext(connection) as one:
        client.get(qin_family.get_absolute_url())
    given = {"income": 1, "house": True}
    for days in range(1, 4):
        filled = Filled("needs", today - timedelta(days=days), qin_family, given)
        actions.record(campaign, filled, by=None)
    with CaptureQueriesContext(connection) as four:
        shown = client.get(qin_family.get_absolute_url()).content.decode()
    assert len(four) == len(one)
    assert sum("questionnaires_sheet" in query["sql"] for query in four) == 1
    assert shown.count("/forms/sheets/0") == 2
    assert f"{reverse('questionnaires:list')}?q=" in shown
