"""From asking to being confirmed, through the pages, by the people who do it."""

from datetime import date

import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from jiedui.core.models import AuditEntry
from jiedui.core.refusals import Refused
from jiedui.engines.seasons import due_on
from jiedui.households.models import Need, Person
from jiedui.needs import actions
from jiedui.needs.models import CONDITIONS, Claim, NeedRequest, State

pytestmark = pytest.mark.django_db
NEW = "/requests/wish/new/"
ID = "01930000-0000-7000-8000-00000000000a"


def url(name, row):
    return reverse(f"needs:{name}", args=[row.pk])


def typed(today, **more):
    return {
        "id": ID, "household": "秦安（H1）", "public_text": "想要一辆轮椅",
        "detail": "秦母腿脚不便", "urgency": "2", "day": today.isoformat(), **more,
    }  # fmt: skip


def test_from_asking_to_being_confirmed(
    client, campaign, qin_family, village_officer, helper, zhou, today
):
    client.force_login(village_officer)
    assert client.post(NEW, typed(today)).status_code == 302
    wish = NeedRequest.objects.get()
    assert (wish.state, wish.place, wish.detail) == ("asked", qin_family.place, "秦母腿脚不便")
    assert wish.due == due_on(today, days=2, working=True)
    assert client.post(url("check", wish), {"public_text": "想要轮椅", "is_public": "on"}).url
    wish.refresh_from_db()
    assert (wish.state, wish.public_text) == ("open", "想要轮椅")
    assert wish.due == due_on(today, days=3, working=True)

    client.force_login(helper)
    page = client.get("/requests/").content.decode()
    assert "想要轮椅" in page
    page = client.get(url("show", wish)).content.decode()
    assert "秦安" not in page
    assert 'value="周明（M1）"' in client.get(url("claim", wish)).content.decode()
    client.post(url("claim", wish), {"member": "周明（M1）"})
    wish.refresh_from_db()
    assert wish.state == "claimed"
    page = client.get(url("show", wish)).content.decode()
    assert "秦安" in page
    assert "秦母腿脚不便" not in page
    page = client.post(url("show", wish)).content.decode()
    assert "秦母腿脚不便" in page
    assert AuditEntry.objects.filter(action="needrequest.read", subject=str(wish.pk)).exists()
    client.post(url("done", wish), {"on": today.isoformat(), "text": "送去轮椅"})
    wish.refresh_from_db()
    assert wish.state == "done"
    assert client.post(url("confirm", wish), {"rating": "5"}).status_code == 403

    client.force_login(village_officer)
    client.post(url("confirm", wish), {"rating": "4", "text": "很好用"})
    wish.refresh_from_db()
    assert (wish.state, wish.rating, wish.due) == ("confirmed", 4, None)
    assert wish.claims.get().ending == "settled"
    client.force_login(helper)
    page = client.post(url("show", wish)).content.decode()
    assert "很好用" in page
    assert "秦母腿脚不便" not in page  # no longer theirs to know


def test_sent_twice_it_is_written_once_and_other_content_is_shown(
    client, campaign, qin_family, village_officer, today
):
    client.force_login(village_officer)
    for _n in range(2):
        client.post(NEW, typed(today))
    assert NeedRequest.objects.count() == 1
    assert client.post(NEW, typed(today, public_text="想要一张床")).status_code == 409


def test_of_two_who_claim_only_one_gets_it(on_board, zhou, he, bureau):
    stale = NeedRequest.objects.get(pk=on_board.pk)
    actions.claim(on_board, zhou, by=None)
    for claimer in (he, bureau):
        with pytest.raises(Refused, match="刚刚"):
            actions.claim(stale, claimer, by=None)
    assert Claim.objects.get().member == zhou


def test_who_comes_late_reads_that_it_is_claimed(client, claimed, liaison):
    client.force_login(liaison)  # of the unit whose member claimed it
    answer = client.post(url("claim", claimed), {"organisation": "农业局（U1）"}, follow=True)
    assert "这一步现在不能办" in answer.content.decode()
    assert Claim.objects.count() == 1


def test_what_is_given_back_is_claimed_by_another_and_both_are_kept(claimed, he, helper):
    actions.give_back(claimed, reason="调离", by=helper)
    assert claimed.state == "open"
    actions.claim(claimed, he, by=None)
    kept = claimed.claims.values_list("member", "ending", "reason")
    assert next(iter(kept))[1:] == ("given_back", "调离")
    assert claimed.claims.filter(ended=None).get().member == he


def test_the_bureau_is_sent_and_does_it(client, wish, office, liaison, bureau, today):
    actions.check(wish, is_public=False, by=None)
    client.force_login(liaison)
    assert client.get(url("show", wish)).status_code == 404
    client.force_login(office)
    client.post(url("dispatch", wish), {"organisation": "农业局（U1）"})
    assert wish.claims.get().is_dispatched
    client.force_login(liaison)
    assert client.get(url("show", wish)).status_code == 200
    client.post(url("done", wish), {"on": today.isoformat(), "text": "修好屋顶"})
    wish.refresh_from_db()
    assert wish.state == "done"


def test_whoever_did_it_cannot_confirm_it(client, ask, office, bureau, today):
    wish = ask()
    actions.check(wish, is_public=True, by=None)
    actions.claim(wish, bureau, by=office)
    actions.finish(wish, on=today, text="做了", by=None)
    with pytest.raises(Refused, match="办理的人"):
        actions.confirm(wish, rating=5, by=office)
    client.force_login(office)
    client.post(url("confirm", wish), {"rating": "5"})
    wish.refresh_from_db()
    assert wish.state == "done"


def test_not_done_goes_back_to_those_who_claimed_it(client, done, village_officer):
    client.force_login(village_officer)
    client.post(url("send_back", done), {"reason": "轮子是坏的"})
    done.refresh_from_db()
    assert (done.state, done.done_text, done.times_returned) == ("claimed", "", 1)
    assert done.claims.filter(ended=None).exists()
    assert "轮子是坏的" in client.get(url("show", done)).content.decode()


@pytest.mark.parametrize("state", ["wish", "on_board", "claimed"])
def test_it_is_turned_down_with_a_reason(request, client, village_officer, state):
    row = request.getfixturevalue(state)
    client.force_login(village_officer)
    client.post(url("decline", row), {"reason": " "})
    row.refresh_from_db()
    assert row.declined_on is None
    client.post(url("decline", row), {"reason": "已由低保解决"})
    row.refresh_from_db()
    assert row.state == "declined"
    assert not row.claims.filter(ended=None).exists()


def test_a_need_on_file_is_met_when_it_is_confirmed(ask, qin_family, zhou, helper, today):
    need = Need.objects.create(household=qin_family, kind="disability", since=today)
    row = ask(need=need)
    actions.check(row, is_public=True, by=None)
    actions.claim(row, zhou, by=helper)
    actions.finish(row, on=today, text="送去", by=helper)
    actions.confirm(row, rating=5, by=None)
    need.refresh_from_db()
    assert need.met_on == today


@pytest.mark.parametrize(
    "text",
    ["秦安想要轮椅", "秦 安想要轮椅", "小禾（秦小禾）要书包", "H1要轮椅", "电话139 9876 5432",
     "请打0427-2820123", "柳树村七组门牌十二要轮椅"],
)  # fmt: skip
def test_the_public_wording_names_nobody(
    client, campaign, qin_family, village_officer, today, text
):
    qin_family.address = "柳树村七组门牌十二"
    qin_family.save()
    Person.objects.create(household=qin_family, number="H1-02", name="秦小禾", since=today)
    client.force_login(village_officer)
    page = client.post(NEW, typed(today, public_text=text)).content.decode()
    assert "对外的说法" in page
    assert not NeedRequest.objects.exists()


def test_a_name_that_came_later_is_found_when_it_is_checked(wish, qin_family, today):
    Person.objects.create(household=qin_family, number="H1-03", name="轮椅", since=today)
    with pytest.raises(Refused, match="对外的说法"):
        actions.check(wish, is_public=True, by=None)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("household", "不知是谁"), ("household", ""), ("organisation", "没有这个"),
        ("public_text", ""), ("public_text", "x" * 201), ("public_text", "椅\x00"),
        ("urgency", "9"), ("day", "2099-01-01"), ("day", "昨天"), ("id", "1"),
        ("detail", "x" * 501),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_said_and_nothing_is_lost(
    client, campaign, qin_family, office, today, name, value
):
    client.force_login(office)
    answer = client.post(NEW, typed(today, **{"detail": "秦母腿脚不便", name: value}))
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "invalid-feedback" in page or "alert-danger" in page
    assert not NeedRequest.objects.exists()


@pytest.mark.parametrize("rating", ["", "0", "6", "good"])
def test_a_rating_is_1_to_5(client, done, village_officer, rating):
    client.force_login(village_officer)
    client.post(url("confirm", done), {"rating": rating})
    done.refresh_from_db()
    assert done.state == "done"


def test_who_may_not_claim_this_kind_is_refused(ask, zhou, willow_village, bureau):
    service = ask(kind="service", household=None, place=willow_village)
    actions.check(service, is_public=True, by=None)
    assert not service.is_public  # of a kind that is dispatched only
    with pytest.raises(Refused):
        actions.claim(service, bureau, by=None)
    with pytest.raises(Refused):
        actions.claim(service, zhou, by=None, is_dispatched=True)
    actions.claim(service, bureau, by=None, is_dispatched=True)


def test_who_asked_is_of_those_this_kind_is_for(ask, qin_family):
    with pytest.raises(Refused):
        ask(kind="service")
    with pytest.raises(Refused):
        ask(kind="house")


STEPS = ("check", "hide", "claim", "send", "back", "finish", "confirm", "return", "decline", "void")


def _take(step, row, zhou):
    today = date.today()
    {
        "check": lambda: actions.check(row, is_public=True, by=None),
        "hide": lambda: actions.check(row, is_public=False, by=None),
        "claim": lambda: actions.claim(row, zhou, by=None),
        "send": lambda: actions.claim(row, zhou, by=None, is_dispatched=True),
        "back": lambda: actions.give_back(row, reason="忙", by=None),
        "finish": lambda: actions.finish(row, on=row.claimed_on or today, text="好", by=None),
        "confirm": lambda: actions.confirm(row, rating=3, by=None),
        "return": lambda: actions.send_back(row, reason="没有", by=None),
        "decline": lambda: actions.decline(row, reason="不用", by=None),
        "void": lambda: actions.void(row, reason="错", by=None),
    }[step]()


@given(steps=st.lists(st.sampled_from(STEPS), max_size=9))
@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(
    __import__("hypothesis").HealthCheck
))  # fmt: skip
def test_every_request_is_in_exactly_one_state_whatever_is_tried(ask, zhou, steps):
    row = ask()
    for step in steps:
        try:
            _take(step, row, zhou)
        except Refused:
            continue
    row = NeedRequest.objects.get(pk=row.pk)
    rows = NeedRequest.objects.filter(pk=row.pk)
    assert [one for one in State if rows.filter(CONDITIONS[one]).exists()] == [row.state]
    is_held = row.state in (State.CLAIMED, State.DONE) and row.voided_on is None
    assert row.claims.filter(ended=None).count() == int(is_held)
    is_running = row.state not in (State.CONFIRMED, State.DECLINED)
    assert (row.due is not None) is is_running
