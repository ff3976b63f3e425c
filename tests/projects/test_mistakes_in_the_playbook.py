"""What is wrong in `[[projects]]` is named with its line."""

from pathlib import Path

import pytest
from django.utils import translation

from jiedui.campaigns.playbook import check, warn

SMALL = (Path(__file__).parents[1] / "playbooks" / "small.toml").read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def test_nothing_of_projects_is_declared_that_no_code_reads():
    assert check(SMALL) == []
    assert [one for one in warn(SMALL) if "project" in one.path] == []


@pytest.mark.parametrize(
    ("old", "new", "at", "problem", "expected"),
    [
        ('stage = "planned"', 'stage = "plannd"', '"plannd"', "“plannd”", "“planned”"),
        ('stage = "under_way"', 'stage = "planned"', "states = [", "under way", "stage ="),
        ('key = "built"', 'key = "listed"', '{ key = "listed", name = { zh = "已完工"', "twice",
         "Another key"),
        ('place_level = "village"', 'place_level = "hamlet"', '"hamlet"', "“hamlet”", "village"),
        ('place_level = "village"', 'place_kinds = ["mill"]', '"mill"', "[[place_kinds]]",
         "Nothing yet"),
        ('type = "number"\nlow', 'type = "number"\nprivate = true\nlow', "[[projects.questions]]",
         "plainly", "private"),
        ('type = "yes_no"\n\n[[projects.questions]]\nkey = "said"',
         'type = "yes_no"\nlow = 1\n\n[[projects.questions]]\nkey = "said"', 'type = "yes_no"\nlow',
         "Only numbers", "whole"),
        ("unit = { zh = \"公里\", en = \"km\" }", "units = 1", "units", "Unknown key “units”",
         "“unit”"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_line(old, new, at, problem, expected):
    assert old in SMALL
    text = SMALL.replace(old, new, 1)
    mistakes = check(text)
    assert [one.line for one in mistakes] == [text[: text.index(at)].count("\n") + 1], mistakes
    assert problem in mistakes[0].problem
    assert expected in mistakes[0].expected
