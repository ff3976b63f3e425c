"""Playbooks (方案): a campaign written down as data, so that a sixth one needs no Python.

`load` reads a playbook that is kept, `load_new` one that comes in, `check` names every mistake in
one, `warn` what nothing reads yet, `built_in` gives those shipped.
The sections are declared in `people`, `pairs`, `calendar`, `work`, `forms`, `projects`, `needs`,
`giving`, `checks` and `publishing`; `playbook` puts them together; `tables` says what figures may
speak of.
"""

from jiedui.campaigns.playbook.declare import MonthDay, Text
from jiedui.campaigns.playbook.loading import (
    FORMAT,
    available,
    built_in,
    check,
    check_file,
    check_forms,
    load,
    load_new,
    source,
    warn,
)
from jiedui.campaigns.playbook.mistakes import InvalidPlaybook, Mistake
from jiedui.campaigns.playbook.playbook import Playbook, by_key

__all__ = [
    "FORMAT",
    "InvalidPlaybook",
    "Mistake",
    "MonthDay",
    "Playbook",
    "Text",
    "available",
    "built_in",
    "by_key",
    "check",
    "check_file",
    "check_forms",
    "load",
    "load_new",
    "source",
    "warn",
]
