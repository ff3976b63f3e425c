"""What hangs on members and teams that a list moves, ends or brings back goes along.

These are the actions of the pages; the list writes its own columns after them.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from jiedui.core.refusals import Refused
from jiedui.imports.drafts import Changes, day
from jiedui.orgs import membership
from jiedui.orgs.models import FormerMembership, Member, Organisation, Team


def follow_members(changes: Changes, by: Any) -> None:
    """Members go to another organisation, or serve again; the times before are kept."""
    returning = {pk: one for pk, one in changes.items() if _is_return(one)}
    taken_back = _forget_returns(changes)
    moving = {pk: one for pk, one in changes.items() if pk not in {*returning, *taken_back}}
    today = timezone.localdate()
    for to, keys in _by_organisation(moving).items():
        rows = Member.objects.serving().filter(pk__in=keys)
        membership.move(rows, to=_organisation(to), on=today, by=by, raises=False)
    for pk, change in returning.items():
        _bring_back(pk, change, by=by)


def _is_return(change: Any) -> bool:
    was, now = change.get("ended", (None, None))
    return was is not None and now is None


def _bring_back(pk: int, change: Any, *, by: Any) -> None:
    member = Member.objects.get(pk=pk)
    to = change.get("organisation_id", (None, member.organisation_id))[1]
    since = change["since"][1]
    if since is None:
        raise Refused(_("Say since when %(name)s serves again.") % {"name": member.name})
    membership.come_back(
        member, to=_organisation(to), since=day(since), values={}, by=by, raises=False
    )


def _forget_returns(changes: Changes) -> list[int]:
    """A return that is taken back leaves no time before it: that is again the last one."""
    found = []
    for pk, change in changes.items():
        was, now = change.get("ended", (None, None))
        if was is None and now and "since" in change:
            known = FormerMembership.objects.filter(member=pk, ended=day(now)).last()
            if known:
                Member.objects.filter(pk=pk).update(end_reason=known.reason)
                known.delete()
                found.append(pk)
    return found


def follow_teams(changes: Changes, by: Any) -> None:
    """Teams belong to another organisation, with what they answer for."""
    for to, keys in _by_organisation(changes).items():
        for team in Team.objects.active().filter(pk__in=keys):
            membership.move_team(team, to=_organisation(to), by=by, raises=False)


def _by_organisation(changes: Changes) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for pk, change in changes.items():
        if "organisation_id" in change:
            found[change["organisation_id"][1]].append(pk)
    return found


def _organisation(pk: int) -> Organisation:
    return Organisation.objects.get(pk=pk)


def is_later(since: Any, ended: date | None) -> bool:
    """Whether somebody who left on a day serves again from a later one."""
    return isinstance(since, date) and ended is not None and since > ended
