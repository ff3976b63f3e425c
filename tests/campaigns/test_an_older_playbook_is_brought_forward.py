"""Playbooks kept in the database before a word was declared say the same afterwards."""

import importlib
from pathlib import Path

from jiedui.campaigns.playbook import load

STEP = importlib.import_module("jiedui.campaigns.migrations.0002_death_ends_the_helper_at_once")


class Row:
    def __init__(self, source):
        self.source = source

    def save(self, **_fields):
        pass


class Apps:
    """The rows of campaigns as the database of that time had them."""

    def __init__(self, *rows):
        self.objects = self
        self.all = lambda: rows

    def get_model(self, _app, _name):
        return self


def test_a_death_ends_the_helper_at_once_as_it_did_before():
    small = (Path(__file__).parents[1] / "playbooks/small.toml").read_text(encoding="utf-8")
    row = Row(small.replace('ends_helper = "at_once"\n', ""))
    assert not load(row.source, name="").ends_at_once("death")
    STEP.say(Apps(row), None)
    book = load(row.source, name="")
    assert book.ends_at_once("death")
    assert not book.ends_at_once("retirement") and not book.ends_at_once("transfer")


CHECKLISTS = """
[[place_kinds]]
key = "stairs"
name = { zh = "楼道", en = "Stairwell" }
level = "stairwell"

[[pairings]]
key = "keeper"
name = { zh = "楼道长", en = "Keeper" }
helper = "member"
helped = "place"
place_kinds = ["stairs"]

[[tasks]]
key = "checked"
name = { zh = "自查", en = "Own check" }
choice = "prescribed"
per = "branch"
checklist = "look"
due = 2026-06-01

[[checklists]]
key = "look"
name = { zh = "检查表", en = "Check" }
about = "place"

[[checklists.questions]]  # said aloud
key = "tidy"
name = { zh = "整洁", en = "Tidy" }

[[checklists.questions]]
key = "files"
name = { zh = "资料", en = "Files" }
answer = "points"
points = 20

[[checklists.questions]]
key = "times"
name = { zh = "次数", en = "Times" }
answer = "count"

[[checklists.questions]]
key = "state"
name = { zh = "怎么样", en = "State" }
answer = "choice"
options = ["好", "不好"]

[[draws]]
key = "sample"
name = { zh = "抽查", en = "Sample" }
checklist = "look"
pairing = "keeper"
share = "5%"
by = { visit = 1 }
"""


def test_checklists_become_forms_of_supervision():
    step = importlib.import_module("jiedui.campaigns.migrations.0006_checklists_are_forms")
    small = (Path(__file__).parents[1] / "playbooks/small.toml").read_text(encoding="utf-8")
    before = small[: small.index("[[forms]]")] + small[small.index("[[figures]]") :]
    text = step.rewritten("\ufeff" + before + CHECKLISTS)
    assert "# said aloud" in text
    assert "checklist" not in text
    playbook = load(text, name="")
    [form] = playbook.forms
    assert (form.about, form.place_level, form.filled_by) == ("place", "stairwell", "supervision")
    assert [one.type for one in form.questions] == ["yes_no", "points", "whole", "choice"]
    assert (form.full_points, form.questions[3].answers) == (20, ("answer1", "answer2"))
    assert [playbook.tasks[-1].form, playbook.draws[0].form] == ["look", "look"]
    assert step.rewritten(before) == before
