"""The audit page says in words what was done: no act is left with its key."""

import re
from pathlib import Path

import jiedui
from jiedui.reports.audit_words import ACTIONS, KINDS

RECORDED = re.compile(
    r'\b(?:record|record_many|Entry|amend|amend_many)\(\s*(?:[\w.]+,\s*)?"([a-z_]+\.[a-z_]+)"'
)


def test_every_act_has_words():
    sources = Path(jiedui.__file__).parent.rglob("*.py")
    found = {key for path in sources for key in RECORDED.findall(path.read_text("utf-8"))}
    assert len(found) > 60
    assert found - set(ACTIONS) - set(KINDS) == set()
