"""Requests on the screen: states as badges, kinds by the names of the playbook, who asked."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy, ngettext

from jiedui.campaigns.models import all_campaigns
from jiedui.core.lists import Badge
from jiedui.core.lists.columns import Tone
from jiedui.core.texts import count_text
from jiedui.needs.models import RUNNING, NeedRequest, State

SIGNS: dict[str, tuple[Tone, str]] = {
    State.ASKED: ("amber", "clipboard-check"),
    State.OPEN: ("blue", "inbox"),
    State.CLAIMED: ("blue", "hammer"),
    State.DONE: ("amber", "clipboard-check"),
    State.CONFIRMED: ("green", "circle-check"),
    State.DECLINED: ("grey", "ban"),
}
TAKEN_OUT = Badge(gettext_lazy("taken out"), "grey", "ban")
URGENCY = {
    1: gettext_lazy("can wait"),
    2: gettext_lazy("soon"),
    3: gettext_lazy("urgent"),
}
SOON = 2  # days


def kind_name(row: NeedRequest) -> str:
    return str(row.asked.name) if row.asked else row.kind


def state_badge(row: NeedRequest) -> Badge:
    return TAKEN_OUT if row.voided_on else Badge(row.state.label, *SIGNS[row.state])


def urgency_badge(row: NeedRequest) -> Badge | None:
    if row.urgency < 2:
        return None
    tone: Tone = "red" if row.urgency == 3 else "amber"
    return Badge(URGENCY[row.urgency], tone, "alert-triangle")


def due_badge(row: NeedRequest, *, today: date) -> Badge | None:
    """How many days are left for the next step, or have passed."""
    if row.due is None or row.voided_on or row.state not in RUNNING:
        return None
    left = (row.due - today).days
    if left < 0:
        word = ngettext("%(n)s day late", "%(n)s days late", -left) % {"n": count_text(-left)}
        return Badge(word, "red", "alert-triangle")
    if left == 0:
        return Badge(gettext_lazy("due today"), "amber", "clock")
    word = ngettext("%(n)s day left", "%(n)s days left", left) % {"n": count_text(left)}
    return Badge(word, "amber" if left <= SOON else "grey", "clock")


def asker_name(row: NeedRequest) -> str:
    """Who asked, for those who may know."""
    if row.household:
        return str(row.household.head)
    return str(row.organisation.name) if row.organisation else str(row.place.name)


def all_kinds() -> list[tuple[str, str]]:
    """Of every campaign here; the first to use a key names it."""
    names: dict[str, Any] = {}
    for campaign in all_campaigns():
        for kind in campaign.playbook.needs:
            names.setdefault(kind.key, str(kind.name))
    return list(names.items())
