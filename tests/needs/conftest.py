"""A wish of the Qins, at each step of its way."""

import pytest


@pytest.fixture
def ask(campaign, qin_family, today):
    """Ask for something as the Qins do, today."""
    from jiedui.needs import actions

    usual = {
        "kind": "wish", "public_text": "想要一辆轮椅", "day": today, "household": qin_family,
        "detail": "秦母腿脚不便",
    }  # fmt: skip

    def asked(**more):
        return actions.ask(campaign, actions.Asked(**usual | more), by=None)

    return asked


@pytest.fixture
def wish(ask):
    return ask()


@pytest.fixture
def on_board(wish):
    from jiedui.needs import actions

    actions.check(wish, is_public=True, by=None)
    return wish


@pytest.fixture
def claimed(on_board, zhou, helper):
    from jiedui.needs import actions

    actions.claim(on_board, zhou, by=helper)
    return on_board


@pytest.fixture
def done(claimed, helper, today):
    from jiedui.needs import actions

    actions.finish(claimed, on=today, text="送去轮椅一辆", by=helper)
    return claimed
