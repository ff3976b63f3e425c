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
