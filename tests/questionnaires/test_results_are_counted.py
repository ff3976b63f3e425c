"""Sheets are listed and counted question by question; a blank form is printed."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jiedui.households.models import Household
from jiedui.questionnaires import actions
from jiedui.questionnaires.actions import Filled
from jiedui.questionnaires.views.results import result, tally

pytestmark = pytest.mark.django_db


@pytest.fixture
def many(campaign, willow_village, other_village, today):
    homes = Household.objects.bulk_create(
        Household(
            number=f"X{n}", head=f"户{n}", kind="allowance", since=today,
            place=willow_village if n % 3 else other_village,
        )
        for n in range(60)
    )  # fmt: skip
    for n, home in enumerate(homes):
        given = {"income": 1000 * n, "house": n % 4 != 0, "satisfied": str(1 + n % 5)}
        if n % 4 == 0:
            given["defects"] = ["roof", "wall"][: 1 + n % 8 // 4]
        actions.record(campaign, Filled("needs", today, home, given), by=None)
    return campaign


def test_shares_are_of_those_who_answered(many):
    form = many.playbook.form("needs")
    total, answered = tally(many.sheets.values_list("playbook_text", "answers"), lambda _t: form)
    assert total == 60
    by_key = {one.key: result(one, answered) for one in form.questions}
    assert [(bar.name, bar.count) for bar in by_key["house"].bars] == [("是", 45), ("否", 15)]
    defects = by_key["defects"]
    assert defects.answered == 15
    assert {bar.name: bar.count for bar in defects.bars} == {"屋顶": 15, "墙": 7}
    assert by_key["satisfied"].mean == 3
    assert (by_key["income"].lowest, by_key["income"].highest) == (0, 59000)
    assert by_key["income"].mean == 29500


def test_the_results_of_one_village_are_those_of_its_households(client, many, office):
    client.force_login(office)
    page = client.get("/forms/needs/results/").content.decode()
    assert "60 份" in page
    assert "不参加统计" in page
    page = client.get("/forms/needs/results/?place=211104100201").content.decode()
    assert "20 份" in page


def test_the_list_behind_a_number_holds_as_many(client, many, office):
    client.force_login(office)
    actions.void(many.sheets.first(), reason="重复登记", by=None)
    index = client.get("/forms/").content.decode()
    link = next(part.split('"')[0] for part in index.split('href="')[1:] if "form=needs" in part)
    assert ">59</a>" in index
    listed = client.get(link.replace("&amp;", "&")).content.decode()
    assert "共 <strong>59</strong> 条" in listed


def test_a_longer_list_asks_no_more(client, many, office):
    client.force_login(office)
    counts = []
    for size in (25, 50):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page = client.get(f"/forms/sheets/?size={size}").content.decode()
        counts.append(len(queries))
        assert page.count("入户摸底表") >= size
    assert counts[0] >= counts[1]


def test_the_list_is_searched_and_filtered(client, many, office, survey):
    client.force_login(office)
    assert "秦安" in client.get("/forms/sheets/?q=秦安").content.decode()
    assert "秦安" not in client.get("/forms/sheets/?form=look").content.decode()


def test_a_blank_form_has_each_question_with_its_answers_and_condition(client, campaign, office):
    client.force_login(office)
    page = client.get("/forms/needs/blank/").content.decode()
    for text in ("1. 年收入（元）", "□ 是", "□ 屋顶", "只在“住房安全”为否时填", "□ 很差"):
        assert text in page
    page = client.get("/forms/look/blank/").content.decode()
    assert "资料齐全（20 分）" in page


def test_a_form_that_changed_loses_no_answer(client, many, office):
    many.source = many.source.replace(
        '{ key = "wall", name = { zh = "墙", en = "Wall" } },', ""
    ).replace('type = "scale5"', 'type = "whole"')
    many.save()
    client.force_login(office)
    page = client.get("/forms/needs/results/").content.decode()
    assert "墙" in page  # offered no more, and still counted
    assert "60 个答案是按以前另一种问法答的" in page
