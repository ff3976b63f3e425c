"""Issues on the screen: states as badges, kinds and sources by the names of the playbook."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from jiedui.campaigns.models import all_campaigns
from jiedui.campaigns.playbook import by_key
from jiedui.core.lists import Badge
from jiedui.supervision.models import NOT_MENDED, Issue

State = Issue.State
STATES: dict[str, Badge] = {
    State.OPEN: Badge(State.OPEN.label, "red", "flag"),
    State.UNDER_WAY: Badge(State.UNDER_WAY.label, "blue", "hammer"),
    State.TO_CHECK: Badge(State.TO_CHECK.label, "amber", "clipboard-check"),
    State.CLOSED: Badge(State.CLOSED.label, "green", "circle-check"),
    State.REOPENED: Badge(State.REOPENED.label, "red", "refresh"),
}
LATE = Badge(_("overdue"), "red", "clock")
HISTORY = {
    "issue.reported": _("found and written down"),
    "issue.mended": _("reported as mended"),
    "issue.struck_off": _("looked at and struck off"),
    "issue.reopened": _("came back"),
    "issue.measure_decided": _("measure decided"),
    "measure.decided": _("measure decided"),
    "measure.finished": _("measure carried out"),
}


def kind_name(issue: Issue) -> str:
    kinds = by_key(issue.campaign.playbook.issue_kinds)
    return str(kinds[issue.kind].name) if issue.kind in kinds else issue.kind


def source_name(issue: Issue) -> str:
    sources = by_key(issue.campaign.playbook.issue_sources)
    return str(sources[issue.source].name) if issue.source in sources else issue.source


def all_kinds() -> list[tuple[str, str]]:
    return _named("issue_kinds")


def all_sources() -> list[tuple[str, str]]:
    return _named("issue_sources")


def _named(section: str) -> list[tuple[str, str]]:
    """Of every campaign here; the first to use a key names it."""
    names: dict[str, str] = {}
    for campaign in all_campaigns():
        for one in getattr(campaign.playbook, section):
            names.setdefault(one.key, str(one.name))
    return list(names.items())


def is_late(row: Any, *, today: date) -> bool:
    """Not mended although its day has passed; an issue waiting for a check is not late."""
    return bool(row.due and row.due < today and row.state in NOT_MENDED)
