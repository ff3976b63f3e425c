"""Whoever reaches a household reads its sheets; what supervision asked, supervision alone."""

import pytest
from django.urls import reverse

from jiedui.questionnaires import actions
from jiedui.questionnaires.actions import Filled
from jiedui.questionnaires.models import Sheet

pytestmark = pytest.mark.django_db
SHOW, CORRECT, VOID = "questionnaires:show", "questionnaires:correct", "questionnaires:void"


@pytest.fixture
def revisit(campaign, qin_family, today):
    return actions.record(campaign, Filled("revisit", today, qin_family, {"came": False}), by=None)


def answers(client, user, sheet):
    client.force_login(user)
    pages = [client.get(reverse(name, args=[sheet.pk])).status_code for name in (SHOW, CORRECT)]
    return [*pages, client.post(reverse(VOID, args=[sheet.pk]), {}).status_code]


def test_the_survey_is_for_who_reaches_the_household(
    client,
    survey,
    zhou_and_the_qins,
    office,
    helper,
    liaison,
    village_officer,
    lu,
    leader,
    supervisor,
):
    for user in (office, helper, liaison, village_officer):
        assert answers(client, user, survey) == [200, 200, 200], user
    assert answers(client, leader, survey) == [200, 403, 403]
    assert answers(client, supervisor, survey) == [200, 404, 404]
    assert answers(client, lu, survey) == [404, 404, 404]


def test_what_the_family_told_supervision_its_helper_never_reads(
    client, revisit, zhou_and_the_qins, office, helper, liaison, village_officer, supervisor, lu
):
    for user in (office, supervisor):
        assert answers(client, user, revisit) == [200, 200, 200], user
    for user in (helper, liaison, village_officer, lu):
        assert answers(client, user, revisit) == [404, 404, 404], user
        assert "/forms/revisit/new/" not in client.get("/forms/").content.decode()
        for page in ("new", "blank", "results"):
            assert client.get(f"/forms/revisit/{page}/").status_code == 404
        page = client.get("/forms/sheets/").content.decode()
        assert str(revisit.pk) not in page


def test_one_fills_in_only_about_what_one_reaches(
    client, campaign, zhou_and_the_qins, willow_village, other_village, lu, supervisor, today
):
    client.force_login(lu)
    typed = {"day": today.isoformat(), "subject": "秦安（H1）", "f_income": "1", "f_house": "1"}
    typed["id"] = "019300000000700080000000000000aa"
    assert "没有找到“秦安（H1）”" in client.post("/forms/needs/new/", typed).content.decode()
    client.force_login(supervisor)
    assert client.get("/forms/needs/new/").status_code == 403
    look = {"day": today.isoformat(), "subject": "柳树村", "f_files": "21", "id": typed["id"]}
    assert client.post("/forms/look/new/", look).status_code == 200
    assert client.post("/forms/look/new/", {**look, "f_files": "20"}).status_code == 302
    assert Sheet.objects.get().points == 20


def test_a_branch_is_asked_only_where_the_form_is_about_branches(
    client, campaign, branch, bureau, liaison, today
):
    client.force_login(liaison)
    typed = {"day": today.isoformat(), "f_meetings": "3", "id": "019300000000700080000000000000ab"}
    assert (
        client.post("/forms/branch/new/", {**typed, "subject": "农业局（U1）"}).status_code == 200
    )
    assert (
        client.post(
            "/forms/branch/new/", {**typed, "subject": "农业局机关党支部（B1）"}
        ).status_code
        == 302
    )
    assert Sheet.objects.get().organisation == branch


def test_who_holds_no_register_sees_no_form(client, campaign, administrator):
    client.force_login(administrator)
    for page in ("/forms/", "/forms/sheets/", "/forms/needs/new/", "/forms/needs/results/"):
        assert client.get(page).status_code == 403
