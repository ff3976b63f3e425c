"""Who keeps a request reads all of it; who may claim it reads no name; strangers find nothing."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from addresses import content
from jiedui.needs import actions
from jiedui.needs.models import NeedRequest

pytestmark = pytest.mark.django_db
STEPS = ("edit", "check", "decline", "claim", "dispatch", "give_back", "done", "confirm", "void")


def shows(client, user, row):
    client.force_login(user)
    return client.get(reverse("needs:show", args=[row.pk]))


def test_what_is_not_checked_is_seen_only_where_it_was_asked(
    client, wish, office, village_officer, supervisor, leader, auditor, liaison, helper, lu
):
    for user in (office, village_officer, supervisor, leader, auditor):
        assert "秦安" in shows(client, user, wish).content.decode(), user
    for user in (liaison, helper, lu):
        assert shows(client, user, wish).status_code == 404, user


def test_only_who_keeps_it_opens_what_is_confidential(
    client, wish, office, village_officer, supervisor, leader, auditor
):
    link = reverse("needs:show", args=[wish.pk])
    for user, is_open in (
        (office, True), (village_officer, True), (supervisor, False), (leader, False),
        (auditor, False),
    ):  # fmt: skip
        client.force_login(user)
        assert ("秦母腿脚不便" in client.post(link).content.decode()) is is_open, user


def test_the_board_names_nobody_and_is_for_whoever_may_claim(
    client, on_board, liaison, helper, lu, administrator
):
    for user in (liaison, helper, lu):
        client.force_login(user)
        for page in ("/requests/", reverse("needs:show", args=[on_board.pk])):
            text = client.get(page).content.decode()
            assert on_board.public_text in text, (user, page)
            assert "秦安" not in text, (user, page)
            assert "（H1" not in text, (user, page)
        assert "秦安" not in client.get("/requests/list/").content.decode()
    client.force_login(administrator)
    assert client.get("/requests/").status_code == 403


def test_what_somebody_claimed_leaves_the_board_and_the_eyes_of_others(
    client, claimed, helper, liaison, lu
):
    for user, status in ((helper, 200), (liaison, 200), (lu, 404)):
        assert shows(client, user, claimed).status_code == status, user
    client.force_login(lu)
    assert claimed.public_text not in client.get("/requests/").content.decode()


def test_who_gave_it_back_sees_no_name_any_more(client, claimed, helper):
    actions.give_back(claimed, reason="忙", by=helper)
    assert "秦安" not in shows(client, helper, claimed).content.decode()


@pytest.mark.parametrize("state", ["wish", "on_board", "claimed", "done"])
def test_nobody_takes_a_step_that_is_not_theirs(
    request, client, state, supervisor, leader, auditor, lu
):
    row = request.getfixturevalue(state)
    version = NeedRequest.objects.get().version
    for user in (supervisor, leader, auditor, lu):
        client.force_login(user)
        for step in STEPS:
            if user is lu and step == "claim":
                continue
            answer = client.post(
                reverse(f"needs:{step}", args=[row.pk]),
                {"reason": "x", "text": "x", "rating": "5", "public_text": "x", "urgency": "1"},
            )
            assert answer.status_code in (403, 404), (user, step)
    assert NeedRequest.objects.get().version == version


def test_a_liaison_claims_for_the_own_unit_alone(client, on_board, bureau, liaison):
    from jiedui.orgs.models import Organisation

    Organisation.objects.create(
        parent=bureau.parent, path="00010002", name="水务局", kind="unit", number="U2"
    )
    client.force_login(liaison)
    link = reverse("needs:claim", args=[on_board.pk])
    assert "没有找到" in client.post(link, {"organisation": "水务局（U2）"}).content.decode()
    assert client.post(link, {"organisation": "农业局（U1）"}).status_code == 302


def test_a_helper_claims_for_nobody_else(client, on_board, helper, he):
    client.force_login(helper)
    link = reverse("needs:claim", args=[on_board.pk])
    assert "没有找到" in client.post(link, {"member": "何静（M2）"}).content.decode()


def test_what_fits_the_own_unit_stands_first(client, ask, bureau, liaison, willow_village):
    campaign_rows = [ask(public_text=f"心愿{n}", urgency=3) for n in range(3)]
    for row in campaign_rows:
        actions.check(row, is_public=True, by=None)
    client.force_login(liaison)
    assert "专长相符" not in client.get("/requests/").content.decode()
    bureau.strengths = ["health"]
    bureau.save()
    page = client.get("/requests/").content.decode()
    assert page.count("专长相符") >= 3
    assert client.get("/requests/?fits=0").context["list"].total == 0


def test_lists_by_state_place_and_day(client, ask, office, other_village, willow_village, zhou):
    rows = [ask(public_text=f"心愿{n}") for n in range(6)]
    for row in rows[1:]:
        actions.check(row, is_public=True, by=None)
    actions.claim(rows[5], zhou, by=None)
    NeedRequest.objects.filter(pk__in=[rows[0].pk, rows[1].pk]).update(
        due=rows[0].due - timedelta(days=30)
    )
    ask(public_text="村里要路灯", household=None, place=other_village)
    client.force_login(office)
    for query, count in (
        ("", 7), ("state=asked", 2), ("state=open", 4), ("state=claimed", 1), ("late=1", 2),
        ("state=running", 7), ("place=211104100201", 1), ("kind=wish", 7), ("q=路灯", 1),
        ("q=秦安", 6), ("unit=0001", 1), ("kind=nothing", 7), ("sort=-due", 7),
    ):  # fmt: skip
        assert client.get(f"/requests/list/?{query}").context["list"].total == count, query


def test_a_list_leaves_only_with_who_may_take_it_away(client, claimed, office, leader, lu):
    for user, is_open in ((office, True), (leader, False)):
        client.force_login(user)
        for query in ("print=1", "export=xlsx"):
            answer = client.get(f"/requests/list/?{query}")
            assert (answer.status_code == 200) is is_open, (user, query)
            assert not is_open or claimed.public_text in content(answer)
    client.force_login(lu)
    assert "秦安" not in client.get("/requests/list/?print=1").content.decode()


def test_pages_ask_no_more_of_many(client, ask, office, helper, zhou):
    rows = [ask(public_text=f"心愿{n}") for n in range(20)]
    for row in rows:
        actions.check(row, is_public=True, by=None)
    for row in rows[:8]:
        actions.claim(row, zhou, by=None)
    for user in (office, helper):
        client.force_login(user)
        for page in ("/requests/", "/requests/list/"):
            with CaptureQueriesContext(connection) as queries:
                client.get(page)
            assert len(queries) <= 22, (user, page)


def test_a_unit_that_ends_gives_back_what_it_claimed(on_board, bureau, branch, today):
    from jiedui.orgs.ending import unsettled

    actions.claim(on_board, bureau, by=None)
    assert "已认领的需求 (1)" in unsettled([bureau.pk])[bureau.pk]


def test_home_tells_who_has_to_take_the_next_step(
    client, ask, wish, claimed, helper, village_officer, leader
):
    other = ask(public_text="想要书包")
    for user, said in (
        (village_officer, "审核 1 件需求"), (helper, "办理需求：想要一辆轮椅"), (leader, None),
    ):  # fmt: skip
        client.force_login(user)
        page = client.get("/").content.decode()
        assert said is None or said in page, user
        assert ("件需求" in page or "办理需求" in page) is (said is not None), user
    actions.check(other, is_public=True, by=None)
    client.force_login(village_officer)
    assert "1 件需求没人认领" in client.get("/").content.decode()


def test_the_pages_of_the_household_and_the_village_lead_to_it(
    client, wish, village_officer, helper, lu
):
    for page in (wish.household.get_absolute_url(), wish.place.get_absolute_url()):
        client.force_login(village_officer)
        assert wish.get_absolute_url() in client.get(page).content.decode(), page
        client.force_login(lu)
        assert wish.get_absolute_url() not in client.get(page).content.decode(), page
    client.force_login(village_officer)
    page = client.get(wish.household.get_absolute_url()).content.decode()
    link = f"/requests/new/?household={wish.household.pk}"
    assert link in page
    page = client.get(link, follow=True).content.decode()
    assert "秦安（H1）" in page
