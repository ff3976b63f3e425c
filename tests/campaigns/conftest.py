"""A campaign whose playbook asks for plans, reports and own tasks, and lies in our own years."""

from datetime import timedelta

import pytest

MORE = """
[plan]
per = "branch"
due = {due}
headings = [
  {{ zh = "查摆问题", en = "Problems" }},
  {{ zh = "整改措施", en = "Measures" }},
]

[[windows]]
key = "planting"
name = {{ zh = "插秧", en = "Rice planting" }}
rule = "farm"
season = "transplanting"
region = "northeast_rice"

[[windows]]
key = "year"
name = {{ zh = "全年", en = "Year" }}
rule = "once"
starts = {starts}
ends = {ends}

[[levels]]
key = "unit"
name = {{ zh = "单位包村", en = "Unit for a village" }}
answers_for = {{ zh = "一个村的进度。", en = "Progress of one village." }}
held_by = "organisation"
area = "village"

[[conduct]]
key = "door"
name = {{ zh = "入户规范", en = "Manners at the door" }}
rules = [{{ zh = "先打电话再上门。", en = "Telephone first." }}]

[[forms]]
key = "look"
name = {{ zh = "自查表", en = "Own check" }}
about = "place"
place_level = "stairwell"
questions = [{{ key = "tidy", type = "yes_no", name = {{ zh = "整洁", en = "Tidy" }} }}]

[[tasks]]
key = "clean"
name = {{ zh = "清洁行动", en = "Clean-up" }}
choice = "prescribed"
per = "branch"
activity = "cleaning"
wanted = 2
window = "year"

[[tasks]]
key = "letters"
name = {{ zh = "发一封信", en = "Letters" }}
choice = "prescribed"
per = "unit"
output = "letters"
wanted = 500
window = "year"

[[tasks]]
key = "own_check"
name = {{ zh = "楼道自查", en = "Own check" }}
choice = "prescribed"
per = "branch"
form = "look"
window = "year"

[[tasks]]
key = "extra"
name = {{ zh = "义诊", en = "Clinic" }}
choice = "self_chosen"
per = "unit"
activity = "cleaning"
window = "year"
"""


@pytest.fixture
def full_campaign(bureau, city, today):
    """Like `campaign`, with a plan, levels, conduct and tasks of every way of counting."""
    from tests.conftest import SMALL_PLAYBOOK

    from jiedui.campaigns import actions

    source = SMALL_PLAYBOOK + MORE.format(
        due=today + timedelta(days=5),
        starts=today - timedelta(days=60),
        ends=today + timedelta(days=10),
    )
    source = source.replace("2020-12-01", (today - timedelta(days=700)).isoformat())
    source = source.replace("2026-12-01", "2031-12-31")
    return actions.start(source, organisation=bureau.parent, place=city, by=None)
