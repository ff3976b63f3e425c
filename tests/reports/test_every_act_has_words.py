"""The audit page says in words what was done, and through which door: no key is left."""

import re
from pathlib import Path

import jiedui
from jiedui.reports.audit_words import ACTIONS, DOORS, KINDS

RECORDED = re.compile(
    r'\b(?:record|record_many|Entry|amend|amend_many)\(\s*(?:[\w.]+,\s*)?"([a-z_]+\.[a-z_]+)"'
)
THROUGH = re.compile(r'\bthrough\(\s*"([a-z_]+)"')


def test_every_act_has_words():
    sources = Path(jiedui.__file__).parent.rglob("*.py")
    found = {key for path in sources for key in RECORDED.findall(path.read_text("utf-8"))}
    assert len(found) > 60
    assert found - set(ACTIONS) - set(KINDS) == set()


def test_every_door_has_words():
    sources = Path(jiedui.__file__).parent.rglob("*.py")
    found = {key for path in sources for key in THROUGH.findall(path.read_text("utf-8"))}
    assert found > {"web", "import", "job"}
    assert found - set(DOORS) == set()
