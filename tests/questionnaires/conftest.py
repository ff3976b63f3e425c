"""A campaign that asks about households, villages and branches."""

from pathlib import Path

import pytest

FORMS = (Path(__file__).parent.parent / "playbooks" / "forms.toml").read_text(encoding="utf-8")


@pytest.fixture
def campaign(campaign):
    campaign.source = campaign.source + FORMS
    campaign.save()
    return campaign


@pytest.fixture
def survey(campaign, qin_family, today):
    """A sheet of the survey of the Qins."""
    from jiedui.questionnaires import actions

    given = {"income": 12000, "house": True, "satisfied": "4", "illness": "秦母心脏病"}
    filled = actions.Filled("needs", today, qin_family, given)
    return actions.record(campaign, filled, by=None)


@pytest.fixture
def inspection(campaign, willow_village, today):
    from jiedui.questionnaires import actions

    filled = actions.Filled("look", today, willow_village, {"files": 18, "tidy": 7})
    return actions.record(campaign, filled, by=None)
