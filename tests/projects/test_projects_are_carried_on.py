"""A project is written down, carried on step by step, compared and put right; nothing is lost."""

from datetime import timedelta

import pytest
from django.urls import reverse
from uuid_utils.compat import uuid7

from jiedui.core import audit
from jiedui.core.models import AuditEntry
from jiedui.core.refusals import Refused
from jiedui.projects import actions
from jiedui.projects.models import Project

pytestmark = pytest.mark.django_db
NEW = "/projects/road/new/"


def typed(today, **more):
    return {
        "id": str(uuid7()), "name": "榆树村通组路", "place": "榆树村",
        "organisation": "农业局（U1）", "state": "building",
        "day": (today - timedelta(days=3)).isoformat(),
        "due": (today + timedelta(days=30)).isoformat(), "m_county": "12,000.50", "b_paved": "0.8",
        **more,
    }  # fmt: skip


def page_of(client, name, project):
    return reverse(f"projects:{name}", args=[project.pk])


def sent(client, url, **more):
    """What the form at this address holds, with some of it typed anew, sent."""
    from page_forms import forms_of

    page = client.get(url).content.decode()
    [form] = [one for one in forms_of(page) if one.number and "version" in one.fields]
    fields = {name: values for name, values in form.fields.items() if values}
    return client.post(url, {**fields, **more})


def test_a_liaison_writes_a_project_of_the_own_unit_down(
    client, liaison, campaign, other_village, bureau, today
):
    client.force_login(liaison)
    assert "硬化路（公里）" in client.get(NEW).content.decode()
    answer = client.post(NEW, typed(today))
    road = Project.objects.get()
    assert answer.url == road.get_absolute_url()
    assert (road.place, road.organisation) == (other_village, bureau)
    assert (road.stage, road.started_on) == ("under_way", today - timedelta(days=3))
    assert (road.funds, road.budget_fen) == ({"county": 1_200_050}, 1_200_050)
    assert road.answers_before == {"paved": "0.8"}
    page = client.get(answer.url).content.decode()
    for text in ("施工中", "县级财政 12,000.50", "0.8 公里", "还有 30 天"):
        assert text in page
    assert audit.verify().broken is None


def test_its_course_is_kept_and_the_last_step_is_how_it_stands(client, office, road, today):
    client.force_login(office)
    url = page_of(client, "step", road)
    assert sent(client, url, state="building", day=today.isoformat()).status_code == 302
    later = (today + timedelta(days=60)).isoformat()
    assert "请写明调整期限的原因" in sent(client, url, due=later).content.decode()
    assert sent(client, url, due=later, text="雨季停工半月").status_code == 302
    assert sent(client, url, text="路基完成").status_code == 302
    assert sent(client, url, state="built").status_code == 302
    road.refresh_from_db()
    assert (road.stage, road.started_on, road.done_on) == ("done", today, today)
    assert (road.due.isoformat(), road.times_moved) == (later, 1)
    states = list(road.steps.values_list("state_key", flat=True))
    assert states == ["listed", "building", "building", "building", "built"]
    last = road.steps.latest("pk")
    assert (last.state_key, last.due) == (road.state_key, road.due)
    page = client.get(road.get_absolute_url()).content.decode()
    for text in ("完工期限由", "雨季停工半月", "路基完成", "延期 1 次"):
        assert text in page
    assert sent(client, url, state="accepted", text="验收合格").status_code == 302
    road.refresh_from_db()
    assert (road.state_key, road.done_on) == ("accepted", today)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({}, "有什么进展"),
        ({"state": "halted"}, "停工原因"),
        ({"day": "2020-01-01", "text": "早"}, "不能更早"),
        ({"day": "2099-01-01", "text": "晚"}, "不能晚于今天"),
        ({"state": "flown"}, "flown"),
        ({"due": "2020-01-01", "text": "提前"}, "不能早于计划开工"),
    ],
)
def test_a_step_that_cannot_be_is_refused(client, office, road, today, values, sentence):
    Project.objects.update(since=today)
    client.force_login(office)
    answer = sent(client, page_of(client, "step", road), **values)
    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert road.steps.count() == 1


def test_of_two_windows_the_later_is_told(client, office, road, today):
    client.force_login(office)
    url = page_of(client, "step", road)
    old = client.get(url).context["editing"].token
    sent(client, url, state="building")
    stale = {"id": str(uuid7()), "started": old, "day": today.isoformat(), "state": "built",
             "due": road.due.isoformat()}  # fmt: skip
    answer = client.post(url, stale)
    assert answer.status_code == 409
    assert "施工中" in answer.content.decode()
    assert Project.objects.get().state_key == "building"


def test_a_form_that_stood_open_over_midnight_keeps_the_day_it_showed(
    client, office, road, today, monkeypatch
):
    yesterday = today - timedelta(days=1)
    client.force_login(office)
    url = page_of(client, "step", road)
    with monkeypatch.context() as patch:
        patch.setattr("django.utils.timezone.localdate", lambda *_args: yesterday)
        form = client.get(url).context["form"]
        token = client.get(url).context["editing"].token
    assert form["day"].value() == yesterday
    typed = {"id": str(uuid7()), "started": token, "day": yesterday.isoformat(),
             "state": "building", "due": road.due.isoformat()}  # fmt: skip
    assert client.post(url, typed).status_code == 302
    assert road.steps.latest("pk").day == yesterday


def test_two_who_started_from_one_version_do_not_overwrite_each_other(road, today):
    from jiedui.core.changes import Stale

    mine, yours = Project.objects.get(), Project.objects.get()
    known = {"day": today, "due": road.due, "text": "进展", "by": None}
    actions.step(mine, state="building", **known)
    for late in (
        lambda: actions.step(yours, state="halted", **known),
        lambda: actions.step(yours, state="listed", **known),
        lambda: actions.amend(yours, {"name": "别的路"}, by=None),
        lambda: actions.compare(yours, before={"paved": "2"}, after={}, by=None),
    ):
        with pytest.raises(Stale):
            late()
    assert mine.steps.count() == 2


def test_before_and_after_stand_side_by_side_with_the_difference(client, office, road):
    client.force_login(office)
    url = page_of(client, "compare", road)
    answer = sent(client, url, a_paved="4", a_lamps="1", b_lamps="0", a_said="出门不踩泥")
    assert answer.status_code == 302
    road.refresh_from_db()
    assert road.answers_before == {"paved": "1.5", "lamps": False}
    assert road.answers_after == {"paved": "4", "lamps": True, "said": "出门不踩泥"}
    page = client.get(road.get_absolute_url()).content.decode()
    for text in ("1.5 公里", "4 公里", "+2.5", "出门不踩泥"):
        assert text in page
    assert sent(client, url, a_paved="-3").status_code == 200
    sent(client, url, a_said="")
    road.refresh_from_db()
    assert "said" not in road.answers_after


def test_money_and_place_are_put_right_and_the_chain_says_so(
    client, office, auditor, road, other_village
):
    client.force_login(office)
    url = page_of(client, "edit", road)
    assert sent(client, url, m_county="", m_village="6000", place="榆树村").status_code == 302
    road.refresh_from_db()
    assert (road.funds, road.budget_fen) == ({"village": 600_000}, 600_000)
    assert road.place == other_village
    assert sent(client, url, m_village="-1").status_code == 200
    assert sent(client, url, place="柳河镇").status_code == 200  # a road is built in a village
    client.force_login(auditor)
    page = client.get(reverse("reports:audit"), {"action": "project.amended"}).content.decode()
    assert "村集体" in page
    assert "柳树村通村路" in page


def test_what_the_playbook_asks_no_more_stays_readable(client, office, road):
    campaign = road.campaign
    source = campaign.source.replace('key = "paved"', 'key = "length"')
    campaign.source = source.replace('key = "county", name', 'key = "city", name')
    campaign.save()
    client.force_login(office)
    sent(client, page_of(client, "compare", road), a_length="3")
    sent(client, page_of(client, "edit", road), m_city="100")
    road.refresh_from_db()
    assert road.answers_before == {"paved": "1.5"}
    assert road.answers_after == {"length": "3"}
    assert road.funds == {"county": 30_000_00, "village": 5_000_00, "city": 100_00}
    page = client.get(road.get_absolute_url()).content.decode()
    assert "1.5" in page


def test_a_kind_the_playbook_has_no_more_is_still_shown_and_listed(client, office, road):
    campaign = road.campaign
    campaign.source = campaign.source.replace('key = "road"', 'key = "bridge"')
    campaign.save()
    client.force_login(office)
    assert client.get(road.get_absolute_url()).status_code == 200
    assert road.name in client.get("/projects/list/").content.decode()
    assert client.get(page_of(client, "compare", road)).status_code == 404
    for name in ("edit", "step"):
        assert client.get(page_of(client, name, road)).status_code == 200
    assert sent(client, page_of(client, "step", road), text="照旧").status_code == 302


def test_taken_out_it_stays_readable_and_counts_no_more(client, office, road):
    client.force_login(office)
    url = page_of(client, "void", road)
    assert client.post(url, {"reason": ""}).status_code == 200
    client.post(url, {"reason": "登记了两次"})
    assert "登记了两次" in client.get(road.get_absolute_url()).content.decode()
    for page in ("/projects/", "/projects/list/"):
        assert road.name not in client.get(page).content.decode()
    assert road.name in client.get("/projects/list/?voided=1").content.decode()
    for name in ("edit", "step", "compare", "void"):
        assert client.get(page_of(client, name, road)).status_code == 404
    with pytest.raises(Refused):
        actions.amend(Project.objects.get(), {"name": "路"}, by=None)


def test_sent_twice_it_is_written_once_and_other_content_is_shown(
    client, office, other_village, campaign, today
):
    client.force_login(office)
    first = typed(today)
    assert client.post(NEW, first).status_code == 302
    assert client.post(NEW, first).status_code == 302
    assert client.post(NEW, {**first, "name": "别的路"}).status_code == 409
    assert Project.objects.get().steps.count() == 1
    assert AuditEntry.objects.filter(action="project.registered").count() == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", ""), ("name", "路" * 81), ("place", "柳河镇"), ("place", "北京市"),
        ("organisation", "没有这个单位"), ("state", "flown"), ("day", "明天"),
        ("day", "2099-01-01"), ("due", "2019-13-01"), ("since", "2098-01-01"),
        ("m_county", "很多"), ("m_county", "-1"),
        ("m_county", "1e99"), ("b_paved", "-1"), ("b_paved", "NaN"), ("b_lamps", "maybe"),
        ("b_said", "x" * 301), ("id", "1"), ("name", "路\x00"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_said_and_nothing_typed_is_lost(
    client, office, other_village, campaign, today, name, value
):
    client.force_login(office)
    answer = client.post(NEW, typed(today, text="铺水泥路面", **{name: value}))
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "铺水泥路面" in page
    assert "invalid-feedback" in page or "alert-danger" in page
    assert not Project.objects.exists()


def test_who_answers_for_an_open_project_ends_only_with_a_successor(road, bureau, today):
    from jiedui.orgs.ending import unsettled

    assert "未完工的项目 (1)" in unsettled([bureau.pk])[bureau.pk]
    actions.step(road, day=today, state="built", due=road.due, text="", by=None)
    assert "项目" not in str(unsettled([bureau.pk]))


def test_its_place_does_not_end_before_it_was_finished(road, willow_village, today):
    from jiedui.places import actions as places

    actions.step(road, day=today, state="built", due=road.due, text="", by=None)
    with pytest.raises(Refused, match="项目"):
        places.close(willow_village, on=today - timedelta(days=2), by=None)
