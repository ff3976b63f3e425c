"""Sentences about records that have ended; a list neither adds them again nor revives them."""

from __future__ import annotations

import re
from datetime import date

from django.utils.translation import gettext as _

from jiedui.core import codes
from jiedui.engines import words

# Words in the column 状态 for a household that is no longer helped.
_GONE = re.compile(r"left|退|离|迁出|注销|出列", re.IGNORECASE)


def means_left(state: str) -> bool:
    """Whether the state of a household means that it has left."""
    return bool(_GONE.search(words.comparable(state)))


def left(name: str, day: date, reason: str = "") -> str:
    """The sentence that somebody left: the day, and the reason where known."""
    params = {"name": name, "day": day.isoformat()}
    if not reason:
        return _("%(name)s left on %(day)s.") % params
    lists = (codes.STRIKE_REASON, codes.LEAVING_REASON, codes.CHANGE_REASON)
    why = next((str(one.name(reason)) for one in lists if reason in one.by_key), reason)
    return _("%(name)s left on %(day)s because: %(reason)s.") % {**params, "reason": why}


def closed(name: str, day: date) -> str:
    """The sentence that an organisation, a team or a place has ended."""
    return _("%(name)s ended on %(day)s.") % {"name": name, "day": day.isoformat()}


def instead(heir: str) -> str:
    """The advice what to write instead; `heir` is the successor, "" when there is none."""
    if heir:
        return _("%(heir)s took over what it had. Write that one if it is meant.") % {"heir": heir}
    return _("Write the one there is now, or delete the row.")
