"""Projects by state on the board, in a list that is searched, on their place, in the calendar."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jiedui.projects import actions

pytestmark = pytest.mark.django_db
DONE, UNDER_WAY = 119, 18  # as published (许昌)


@pytest.fixture
def many(campaign, make, willow_village, other_village, today):
    for n in range(DONE + UNDER_WAY):
        is_done = n < DONE
        make(
            name=f"路{n:03}", place=willow_village if n % 3 else other_village,
            state="built" if is_done else "building",
            due=today + timedelta(days=n - DONE - 5) if not is_done else today,
        )  # fmt: skip
    return campaign


def lanes(client, user):
    client.force_login(user)
    return {one.key: one for one in client.get("/projects/").context["lanes"]}


def test_the_board_counts_each_state_and_shows_what_is_due_first(client, many, office):
    found = lanes(client, office)
    assert {key: one.count for key, one in found.items()} == {
        "listed": 0, "building": UNDER_WAY, "built": DONE, "accepted": 0, "halted": 0,
    }  # fmt: skip
    assert found["building"].budget_fen == UNDER_WAY * 35_000_00
    names = [card.project.name for card in found["building"].cards]
    assert names == [f"路{n}" for n in range(DONE, DONE + UNDER_WAY)]
    assert len(found["built"].cards) == 20
    page = client.get("/projects/").content.decode()
    assert "逾期 5 天" in page
    assert "全部 119 个" in page
    assert "5 个已逾期" in page


def test_the_board_shows_only_what_one_may_see(client, many, lu):
    found = lanes(client, lu)
    assert found["building"].count == sum(n % 3 == 0 for n in range(DONE, DONE + UNDER_WAY))


def test_the_board_and_the_list_ask_no_more_of_many(client, many, office, road):
    client.force_login(office)
    for url in ("/projects/", "/projects/list/?size=50"):
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        assert len(queries) <= 14, url


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", DONE + UNDER_WAY),
        ("stage=done", DONE),
        ("state=building", UNDER_WAY),
        ("late=1", 5),
        ("q=路00", 10),
        ("place=211104100201&stage=under_way", 6),
        ("kind=road&sort=-due", DONE + UNDER_WAY),
        ("kind=nothing", DONE + UNDER_WAY),
        ("organisation=00010001", DONE + UNDER_WAY),
        ("done_to=2020-01-01", 0),
    ],
)
def test_the_list_is_searched_filtered_and_sorted(client, many, office, query, count):
    client.force_login(office)
    assert client.get(f"/projects/list/?{query}").context["list"].total == count


def test_a_project_that_is_finished_is_not_overdue_but_may_have_been_late(road, today):
    actions.step(road, day=today, state="built", due=today - timedelta(days=4), text="补", by=None)
    assert road.days_late(today) == 4
    assert not road.is_late(today)
    assert road.times_moved == 0  # to an earlier day


def test_home_tells_who_keeps_them_of_overdue_projects(client, many, office, liaison, leader):
    for user, is_told in ((office, True), (liaison, True), (leader, False)):
        client.force_login(user)
        page = client.get("/").content.decode()
        assert ("5 个项目已逾期" in page) is is_told, user
        assert ("/projects/list/?late=1" in page) is is_told, user


def test_the_page_of_the_place_and_the_calendar_lead_to_it(client, road, office, today):
    client.force_login(office)
    page = client.get(road.place.get_absolute_url()).content.decode()
    assert road.get_absolute_url() in page
    page = client.get(f"/campaigns/calendar/?year={road.due.year}&month={road.due.month}")
    assert re.search(r"/projects/list/\?due_from=[\d-]+&amp;due_to=", page.content.decode())


def test_a_campaign_without_projects_says_so(client, campaign, office):
    text = campaign.source
    start, end = text.index("[[projects]]"), text.index("[[figures]]")
    campaign.source = text[:start] + text[end:]
    campaign.save()
    client.force_login(office)
    assert "本活动没有项目" in client.get("/projects/").content.decode()
    assert client.get("/projects/road/new/").status_code == 404
