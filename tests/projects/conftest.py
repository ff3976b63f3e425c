"""A road in Willow village that the bureau answers for."""

from datetime import timedelta

import pytest


@pytest.fixture
def make(campaign, bureau, willow_village, today):
    """Write a project down as it was ten days ago, due in twenty days."""
    from jiedui.projects import actions

    usual = {
        "kind": "road", "name": "路", "place": willow_village, "organisation": bureau,
        "state": "listed", "day": today - timedelta(days=10), "due": today + timedelta(days=20),
        "funds": {"county": 30_000_00, "village": 5_000_00}, "before": {"paved": "1.5"},
    }  # fmt: skip

    def made(**more):
        return actions.register(campaign, actions.Planned(**usual | more), by=None)

    return made


@pytest.fixture
def road(make):
    return make(name="柳树村通村路")
