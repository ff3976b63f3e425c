"""Figures count sheets and their answers; what families told supervision stays out of them."""

from decimal import Decimal
from pathlib import Path

import pytest

from jiedui.campaigns.playbook import check
from jiedui.figures import actions as figures
from jiedui.figures import record_rows, trace
from jiedui.figures.evaluation import evaluate
from jiedui.questionnaires import actions
from jiedui.questionnaires.actions import Filled

pytestmark = pytest.mark.django_db
PLAYBOOKS = Path(__file__).parent.parent / "playbooks"
SMALL_PLAYBOOK = (PLAYBOOKS / "small.toml").read_text(encoding="utf-8")
FORMS = (PLAYBOOKS / "forms.toml").read_text(encoding="utf-8")
FIGURES = """
[[figures]]
key = "surveys"
name = { zh = "摸底户", en = "Surveyed" }
unit = { zh = "户", en = "households" }
counts = "households"
over = "sheets"
distinct = "household"
where = { form = "needs" }

[[figures]]
key = "unsafe"
name = { zh = "屋顶不安全的户", en = "Unsafe roofs" }
unit = { zh = "户", en = "households" }
counts = "households"
over = "answers"
where = { form = "needs", question = "defects", word = "roof" }

[[figures]]
key = "income"
name = { zh = "户均年收入", en = "Mean income" }
unit = { zh = "元", en = "yuan" }
counts = "items"
measure = "mean"
over = "answers"
column = "amount"
where = { form = "needs", question = "income" }

[[figures]]
key = "points"
name = { zh = "检查得分", en = "Points" }
unit = { zh = "分", en = "points" }
counts = "points"
measure = "mean"
over = "sheets"
column = "points"
where = { form = "look" }

[[figures]]
key = "told"
name = { zh = "来过", en = "They came" }
unit = { zh = "户", en = "households" }
counts = "households"
over = "answers"
where = { form = "revisit" }
"""


@pytest.fixture
def asked(campaign, qin_family, willow_village, other_village, zhou_and_the_qins, today):
    campaign.source = campaign.source + FIGURES
    campaign.save()
    sheets = [
        ("needs", qin_family, {"income": 1000, "house": False, "defects": ["roof", "wall"]}),
        ("needs", qin_family, {"income": 2001, "house": True}),
        ("look", willow_village, {"files": 20, "tidy": 5}),
        ("look", other_village, {"files": 10}),
        ("revisit", qin_family, {"came": True}),
    ]
    made = [
        actions.record(campaign, Filled(form, today, subject, given), by=None)
        for form, subject, given in sheets
    ]
    wrong = actions.record(
        campaign, Filled("needs", today, qin_family, {"income": 99999, "house": True}), by=None
    )
    actions.void(wrong, reason="错了", by=None)
    return made


def values(snapshot):
    found = evaluate(snapshot, ["surveys", "unsafe", "income", "points", "told"])
    return [one.value for one in found]


def test_figures_count_what_was_answered(campaign, asked):
    snapshot = figures.take(campaign)
    assert values(snapshot) == [1, 1, Decimal("1500.50"), Decimal("17.50"), 0]


def test_they_are_those_of_a_place_and_of_the_unit_that_helps(
    campaign, asked, willow_village, other_village, bureau
):
    snapshot = figures.take(campaign)
    points = [evaluate(snapshot, ["points"], place=one)[0].value for one in
              (willow_village, other_village)]  # fmt: skip
    assert points == [25, 10]
    assert evaluate(snapshot, ["surveys"], organisation=bureau)[0].value == 1


def test_behind_a_figure_stand_the_sheets_one_may_see(campaign, asked, office, lu):
    snapshot = figures.take(campaign)
    page = trace.records(snapshot, campaign.playbook.figure("unsafe"))
    [record] = record_rows.visible(page.ids, user=office, playbook=campaign.playbook)
    assert record.what == "入户摸底表 · 哪里不安全：屋顶"
    assert (record.who, record.url) == ("秦*", asked[0].get_absolute_url())
    assert record_rows.visible(page.ids, user=lu, playbook=campaign.playbook) == []
    page = trace.records(snapshot, campaign.playbook.figure("points"))
    assert len(record_rows.visible(page.ids, user=office, playbook=campaign.playbook)) == 2
    assert record_rows.visible(page.ids, user=lu, playbook=campaign.playbook) == []


def test_a_sheet_more_is_another_snapshot(campaign, asked, qin_family, today):
    before = figures.take(campaign)
    given = {"income": 3, "house": True}
    actions.record(campaign, Filled("needs", today, qin_family, given), by=None)
    assert figures.take(campaign).key != before.key


def test_an_amount_in_an_answer_is_not_money_of_gifts():
    text = (SMALL_PLAYBOOK + FORMS + FIGURES).replace('counts = "items"', 'counts = "money"')
    [mistake] = check(text)
    assert "income" in mistake.path
