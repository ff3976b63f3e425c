from datetime import timedelta

import pytest
from django.urls import reverse

from jiedui.core.jobs import DUTIES
from jiedui.handover import actions as handover
from jiedui.households.models import Household
from jiedui.orgs.models import Member, Team
from jiedui.pairing import actions
from jiedui.pairing.coverage import gap, gaps, uncovered
from jiedui.pairing.models import Avoidance, Pair
from jiedui.places.models import Place
from jiedui.web import jobs

PLACES = """
[[place_kinds]]
key = "stairwell"
name = { zh = "楼道", en = "Stairwell" }
level = "stairwell"
keeper_pairing = "stairs"

[[place_kinds]]
key = "point"
name = { zh = "服务点", en = "Service point" }
level = "post"
keeper_pairing = "points"

[[pairings]]
key = "stairs"
name = { zh = "楼道长", en = "Stairwell head" }
helper = "member"
helped = "place"
place_kinds = ["stairwell"]
handover = { overlap_days = 0, joint_visit = false, sheet = false }

[[pairings]]
key = "points"
name = { zh = "服务点值守", en = "Service point" }
helper = "team"
helped = "place"
place_kinds = ["point"]

[[windows]]
"""


def _typed(row):
    return f"{getattr(row, 'head', row)}（{row.number}）"


def _hand_over(client, pair, to, today, **more):
    address = reverse("handover:hand_over", args=[pair.pk])
    values = {"first": _typed(to), "on": today.isoformat(), "reason": "transfer"}
    return client.post(address, values | more)


def test_an_organiser_hands_a_pair_over_and_prints_the_sheet(
    client, office, zhou_and_the_qins, he, today
):
    client.force_login(office)
    pair = zhou_and_the_qins
    page = client.get(reverse("handover:hand_over", args=[pair.pk])).content.decode()
    assert he.name in page  # suggested: same branch, with places left
    response = _hand_over(client, pair, he, today)
    successor = Pair.objects.get(member=he)
    assert response.url == successor.get_absolute_url()
    shown = client.get(response.url).content.decode()
    assert "周明" in shown and "何静" in shown
    for one in (pair, successor):
        sheet = client.get(reverse("handover:sheet", args=[one.pk])).content.decode()
        assert "周明" in sheet and "何静" in sheet and "秦安" in sheet


def test_a_second_handover_of_the_same_pair_is_refused_on_the_page(
    client, office, zhou_and_the_qins, he, branch, today
):
    client.force_login(office)
    third = Member.objects.create(number="M3", name="林芳", organisation=branch, rank="clerk")
    _hand_over(client, zhou_and_the_qins, he, today)
    response = _hand_over(client, zhou_and_the_qins, third, today)
    assert response.status_code == 200
    assert response.context["form"].non_field_errors()
    assert Pair.objects.open().count() == 2


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"first": "没有这个人"}, "first"),
        ({"on": "2999-01-01"}, "on"),
        ({"on": "gestern"}, "on"),
        ({"reason": "no such"}, "reason"),
        ({"first": ""}, "first"),
    ],
)
def test_what_is_wrong_with_a_handover_stands_beside_the_field(
    client, office, zhou_and_the_qins, he, today, wrong, field
):
    client.force_login(office)
    response = _hand_over(client, zhou_and_the_qins, he, today, **wrong)
    assert field in response.context["form"].errors
    assert Pair.objects.count() == 1


def test_strangers_get_404_and_readers_may_not_change(
    client, zhou_and_the_qins, he, lu, helper, supervisor, today
):
    pair = zhou_and_the_qins
    pages = [pair.get_absolute_url(), reverse("handover:sheet", args=[pair.pk])]
    client.force_login(lu)
    assert [client.get(page).status_code for page in pages] == [404, 404]
    for user in (helper, supervisor):
        client.force_login(user)
        assert [client.get(page).status_code for page in pages] == [200, 200]
        assert _hand_over(client, pair, he, today).status_code == 403
    assert Pair.objects.count() == 1


def test_a_liaison_reaches_only_pairs_of_the_own_unit(
    client, liaison, zhou_and_the_qins, bureau, he
):
    other = Member.objects.create(number="F1", name="外人", organisation=bureau.parent)
    foreign = Household.objects.create(
        number="F1", head="远户", place=zhou_and_the_qins.household.place, kind="allowance",
        since=zhou_and_the_qins.since,
    )  # fmt: skip
    pair = actions.open_pair(
        zhou_and_the_qins.campaign, kind="kinship", member=other, household=foreign,
        since=zhou_and_the_qins.since, by=None,
    )  # fmt: skip
    client.force_login(liaison)
    assert client.get(reverse("handover:hand_over", args=[zhou_and_the_qins.pk])).status_code == 200
    assert client.get(reverse("handover:hand_over", args=[pair.pk])).status_code == 404
    assert client.get(reverse("handover:leave", args=[other.pk])).status_code == 404


def test_the_list_of_pairs_filters_searches_and_stays_cheap(
    client, office, campaign, branch, willow_village, today, django_assert_max_num_queries
):
    for n in range(30):
        member = Member.objects.create(
            number=f"L{n}", name=f"员{n}", organisation=branch, pinyin=f"yuan{n}", initials="y"
        )
        home = Household.objects.create(
            number=f"L{n}", head=f"户{n}", place=willow_village, kind="allowance", since=today
        )
        actions.open_pair(
            campaign, kind="kinship", member=member, household=home, since=today, by=None
        )
    client.force_login(office)
    with django_assert_max_num_queries(14):
        page = client.get(reverse("pairing:list"))
    assert page.context["list"].total == 30
    found = client.get(reverse("pairing:list"), {"q": "yuan7", "place": "211104100200"})
    assert found.context["list"].total == 1
    assert client.get(reverse("pairing:list"), {"state": "ended"}).context["list"].total == 0
    export = client.get(reverse("pairing:list"), {"export": "xlsx"})
    assert export.status_code == 200
    export.close()


def test_a_household_left_alone_is_listed_with_days_and_finds_a_helper(
    client, office, campaign, zhou_and_the_qins, zhou, he, today
):
    handover.end(zhou_and_the_qins, on=today - timedelta(days=12), reason="transfer", by=None)
    client.force_login(office)
    page = client.get(reverse("pairing:uncovered"))
    assert page.context["gap"].red == 1  # longer than the playbook's ten days
    assert "state-red" in page.content.decode()
    address = reverse("pairing:find", args=[zhou_and_the_qins.household_id])
    offered = client.get(address)
    assert {s.member for s in offered.context["suggestions"]} == {zhou, he}
    assert all(one.reasons is not None for one in offered.context["suggestions"])
    client.post(address, {"member": _typed(he), "since": today.isoformat()})
    assert not uncovered(campaign, campaign.playbook.pairing("kinship")).exists()


def test_who_finds_the_household_taken_is_told_so(
    client, office, campaign, zhou, he, qin_family, branch, today
):
    third = Member.objects.create(number="M3", name="林芳", organisation=branch, rank="clerk")
    client.force_login(office)
    address = reverse("pairing:find", args=[qin_family.pk])
    for member in (zhou, he):  # the playbook allows two
        client.post(address, {"member": _typed(member), "since": today.isoformat()})
    response = client.post(address, {"member": _typed(third), "since": today.isoformat()})
    assert response.context["form"].non_field_errors()
    assert Pair.objects.count() == 2


def test_the_liaison_of_the_last_helper_sees_whom_the_unit_left_alone(
    client, liaison, lu, zhou_and_the_qins, today
):
    household = zhou_and_the_qins.household
    handover.end(zhou_and_the_qins, on=today, reason="transfer", by=None)
    assert Household.objects.visible_to(liaison).get() == household
    client.force_login(liaison)
    assert client.get(reverse("pairing:uncovered")).context["list"].total == 1
    client.force_login(lu)
    assert client.get(reverse("pairing:uncovered")).context["list"].total == 0


def test_a_helper_declares_an_avoidance_and_somebody_else_decides(
    client, office, helper, lu, zhou_and_the_qins, zhou, qin_family
):
    client.force_login(helper)
    address = reverse("pairing:avoidance_new")
    client.post(address, {"household": _typed(qin_family), "reason": "表亲"})
    declared = Avoidance.objects.get()
    assert (declared.member, declared.state) == (zhou, "declared")
    again = client.post(address, {"household": _typed(qin_family), "reason": "表亲"})
    assert again.context["form"].non_field_errors()
    decide = reverse("pairing:avoidance_decide", args=[declared.pk])
    assert client.post(decide, {"accept": "1"}).status_code == 403
    client.force_login(office)
    client.post(decide, {"accept": "1"})
    declared.refresh_from_db()
    assert declared.state == "accepted"
    client.post(decide, {"reject": "1"})  # decided already
    declared.refresh_from_db()
    assert declared.state == "accepted"
    page = client.get(reverse("pairing:avoidances")).content.decode()
    assert reverse("handover:hand_over", args=[zhou_and_the_qins.pk]) in page
    client.force_login(lu)
    assert client.get(reverse("pairing:avoidances")).context["list"].total == 0
    assert client.post(decide, {"accept": "1"}).status_code == 403


@pytest.fixture
def with_places(campaign, willow_village):
    campaign.source = campaign.source.replace("[[windows]]\n", PLACES, 1)
    campaign.save()
    for path, level in (("001", "stairwell"), ("002", "stairwell"), ("003", "post")):
        Place.objects.create(
            parent=willow_village, path=willow_village.path + path,
            code=willow_village.path + path, name=f"{level}{path}", level=level,
        )  # fmt: skip
    return campaign


def test_places_without_a_keeper_are_listed_and_given_one(
    client, office, with_places, zhou, he, branch, today
):
    client.force_login(office)
    page = client.get(reverse("pairing:keepers"))
    assert page.context["gap"].count == 2
    well = Place.objects.filter(level="stairwell").first()
    address = f"{reverse('pairing:keep', args=[well.pk])}?kind=stairs"
    client.post(address, {"helper": _typed(zhou), "since": today.isoformat()})
    pair = Pair.objects.get()
    assert (pair.place, pair.member) == (well, zhou)
    twice = client.post(address, {"helper": _typed(he), "since": today.isoformat()})
    assert twice.context["form"].non_field_errors()
    assert client.get(pair.get_absolute_url()).status_code == 200
    _hand_over(client, pair, he, today)
    pair.refresh_from_db()
    assert pair.ended == today  # no overlap in this playbook
    assert client.get(reverse("pairing:keepers"), {"kept": "no"}).context["list"].total == 1
    assert {g.pairing.key: g.count for g in gaps(with_places)}["stairs"] == 1


def test_a_team_keeps_a_service_point(client, office, with_places, branch, today):
    team = Team.objects.create(
        number="T1", name="柳树志愿队", kind="volunteer", organisation=branch
    )
    point = Place.objects.get(level="post")
    client.force_login(office)
    address = f"{reverse('pairing:keep', args=[point.pk])}?kind=points"
    client.post(address, {"helper": _typed(team), "since": today.isoformat()})
    assert Pair.objects.get().team == team
    assert team.name in client.get(f"{reverse('pairing:keepers')}?kind=points").content.decode()
    assert client.get(reverse("pairing:keepers"), {"kind": "nothing"}).status_code == 404


def test_ending_needs_a_day_that_is_not_to_come(client, office, zhou_and_the_qins, today):
    client.force_login(office)
    address = reverse("handover:end", args=[zhou_and_the_qins.pk])
    tomorrow = (today + timedelta(days=1)).isoformat()
    assert client.post(address, {"on": tomorrow, "reason": "transfer"}).status_code == 200
    zhou_and_the_qins.refresh_from_db()
    assert zhou_and_the_qins.ended is None
    client.post(address, {"on": today.isoformat(), "reason": "transfer"})
    zhou_and_the_qins.refresh_from_db()
    assert zhou_and_the_qins.ended == today


def test_the_worker_closes_overlaps_that_are_over(zhou_and_the_qins, he, today):
    (successor,) = handover.hand_over(
        zhou_and_the_qins, to=[he], on=today, reason="transfer", by=None
    )
    Pair.objects.filter(pk=zhou_and_the_qins.pk).update(overlap_until=today - timedelta(days=1))
    jobs.work(once=True)
    zhou_and_the_qins.refresh_from_db()
    assert zhou_and_the_qins.ended == today - timedelta(days=1)
    successor.refresh_from_db()
    assert successor.ended is None
    assert handover.close_due_overlaps in DUTIES


def test_a_duty_that_fails_keeps_no_other_from_being_done(monkeypatch, today, caplog):
    done = []

    def fails(day):
        raise LookupError(day)

    monkeypatch.setattr(jobs, "DUTIES", [fails, done.append])
    jobs.do_duties(today)
    assert done == [today]
    assert "fails" in caplog.text


def test_the_alarm_counts_only_what_the_user_may_see(campaign, qin_family, office, lu):
    kinship = campaign.playbook.pairing("kinship")
    assert gap(campaign, kinship, user=office).count == 1
    assert gap(campaign, kinship, user=lu).count == 0
    assert gap(campaign, kinship).tone == "red"
