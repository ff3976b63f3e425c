"""Whoever answers for a project keeps it; whoever is there reads it; nobody else learns of it."""

import pytest
from django.urls import reverse

from addresses import content
from jiedui.projects.models import Project

pytestmark = pytest.mark.django_db
PAGES = ("show", "edit", "step", "compare", "void")


def answers(client, user, project):
    client.force_login(user)
    return [client.get(reverse(f"projects:{one}", args=[project.pk])).status_code for one in PAGES]


def test_each_role_reads_or_keeps_what_lies_in_its_area(
    client, road, office, liaison, village_officer, supervisor, leader, auditor, lu, helper
):
    for user in (office, liaison):
        assert answers(client, user, road) == [200] * 5, user
    for user in (village_officer, supervisor, leader, auditor):
        assert answers(client, user, road) == [200, 403, 403, 403, 403], user
        assert "/projects/road/new/" not in client.get("/projects/").content.decode()
        assert client.get("/projects/road/new/").status_code == 403
    for user in (lu, helper):
        assert answers(client, user, road) == [404, 403, 403, 403, 403], user
        for page in ("/projects/", "/projects/list/"):
            assert road.name not in client.get(page).content.decode()


def test_a_liaison_neither_sees_nor_keeps_projects_of_another_unit(
    client, bureau, make, other_village, liaison, today
):
    from jiedui.orgs.models import Organisation

    other = Organisation.objects.create(
        parent=bureau.parent, path="00010002", name="水务局", kind="unit", number="U2"
    )
    well = make(organisation=other, name="柳树村水井")
    assert answers(client, liaison, well) == [404] * 5
    typed = {
        "id": "019300000000700080000000000000aa", "name": "路", "place": "榆树村",
        "organisation": "水务局（U2）", "state": "listed", "day": today.isoformat(),
    }  # fmt: skip
    page = client.post("/projects/road/new/", typed)
    assert "没有找到“水务局（U2）”" in page.content.decode()
    assert list(Project.objects.all()) == [well]


def test_a_list_leaves_on_paper_and_as_a_workbook_only_for_who_may(
    client, road, office, leader, lu
):
    for user, is_open in ((office, True), (leader, False)):
        client.force_login(user)
        for query in ("print=1", "export=xlsx"):
            answer = client.get(f"/projects/list/?{query}")
            assert (answer.status_code == 200) is is_open, (user, query)
            assert not is_open or road.name in content(answer)
    client.force_login(lu)
    assert road.name not in client.get("/projects/list/?print=1").content.decode()


def test_who_holds_no_register_sees_no_project(client, road, administrator):
    client.force_login(administrator)
    for page in ("/projects/", "/projects/list/", "/projects/road/new/", road.get_absolute_url()):
        assert client.get(page).status_code == 403
