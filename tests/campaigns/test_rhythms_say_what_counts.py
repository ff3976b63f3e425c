"""A rhythm that leaves open whether other visits count as well is told, and can be used."""

import pytest

from jiedui.campaigns import playbook

TOLD = 'also = ["leader_visit", "farm_help", "steady_help", "handover_visit", "household_plan"]\n'


def _about_rhythms(text):
    return [one for one in playbook.warn(text) if one.path.startswith("rhythms")]


@pytest.mark.parametrize("key", ["panjin", "xiejiaji"])
def test_playbooks_that_ship_say_it_of_every_rhythm(key):
    found = [one.expected for one in _about_rhythms(playbook.source(key))]
    assert not [one for one in found if one.startswith("also")]


def test_a_festival_without_it_is_told_with_its_line_and_the_other_visits():
    text = playbook.source("panjin").replace(f'{TOLD}window = "spring', 'window = "spring', 1)
    (told,) = [one for one in _about_rhythms(text) if one.expected.startswith("also")]
    line = text[: text.index('key = "at_spring_festival"')].count("\n")
    assert (told.path, told.line) == ("rhythms[at_spring_festival]", line)
    assert "leader_visit" in told.expected and "phone_call" not in told.expected
    assert playbook.check(text) == []  # it can be used all the same
