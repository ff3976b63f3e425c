"""What is said of a record that has ended: it is never new, and never revived by a list."""

from __future__ import annotations

import re
from datetime import date

from django.utils.translation import gettext as _

from jiedui.core import codes
from jiedui.engines import words

# What lists say in the column 状态 of a household that is not helped any more.
_GONE = re.compile(r"left|退|离|迁出|注销|出列", re.IGNORECASE)


def means_left(state: str) -> bool:
    """Whether a list says of a household that it has left."""
    return bool(_GONE.search(words.comparable(state)))


def left(name: str, day: date, reason: str = "") -> str:
    """That somebody left, when, and why where that is known."""
    params = {"name": name, "day": day.isoformat()}
    if not reason:
        return _("%(name)s left on %(day)s.") % params
    lists = (codes.STRIKE_REASON, codes.LEAVING_REASON, codes.CHANGE_REASON)
    why = next((str(one.name(reason)) for one in lists if reason in one.by_key), reason)
    return _("%(name)s left on %(day)s because: %(reason)s.") % {**params, "reason": why}


def closed(name: str, day: date) -> str:
    """That an organisation, a team or a place is no more."""
    return _("%(name)s ended on %(day)s.") % {"name": name, "day": day.isoformat()}


def instead(heir: str) -> str:
    """What to write for something that ended; `heir` took over what it had, "" when nobody did."""
    if heir:
        return _("%(heir)s took over what it had. Write that one if it is meant.") % {"heir": heir}
    return _("Write the one there is now, or delete the row.")
