"""Projects on the screen: states as badges, kinds and states by the names of the playbook."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import ngettext

from jiedui.campaigns.models import all_campaigns
from jiedui.core.lists import Badge
from jiedui.core.lists.columns import Tone
from jiedui.core.texts import count_text
from jiedui.projects.models import Project

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

SIGNS: dict[str, tuple[Tone, str]] = {
    Project.Stage.PLANNED: ("grey", "clock"),
    Project.Stage.UNDER_WAY: ("blue", "hammer"),
    Project.Stage.DONE: ("green", "circle-check"),
    Project.Stage.STOPPED: ("amber", "ban"),
}


def kind_name(row: Project) -> str:
    return str(row.asked.name) if row.asked else row.kind


def state_name(row: Project, key: str) -> str:
    """What a state of this project is called; its key where the playbook has it no more."""
    state = row.asked.state(key) if row.asked else None
    return str(state.name) if state else key


def state_badge(row: Project) -> Badge:
    return badge_of(state_name(row, row.state_key), row.stage)


def badge_of(word: "StrOrPromise", stage: str) -> Badge:
    return Badge(word, *SIGNS[stage])


def late_badge(days: int) -> Badge:
    word = ngettext("%(n)s day late", "%(n)s days late", days) % {"n": count_text(days)}
    return Badge(word, "red", "alert-triangle")


def due_badge(row: Project, *, today: date) -> Badge | None:
    """How many days are left, or have passed, of a project that is not finished."""
    if row.due is None or row.stage not in (Project.Stage.PLANNED, Project.Stage.UNDER_WAY):
        return None
    left = (row.due - today).days
    if left < 0:
        return late_badge(-left)
    word = ngettext("%(n)s day left", "%(n)s days left", left) % {"n": count_text(left)}
    return Badge(word, "amber" if left <= SOON else "grey", "clock")


SOON = 14  # days


def all_kinds() -> list[tuple[str, str]]:
    """Of every campaign here; the first to use a key names it."""
    return _named((kind.key, kind.name) for kind in _kinds())


def all_states() -> list[tuple[str, str]]:
    return _named((state.key, state.name) for kind in _kinds() for state in kind.states)


def _kinds() -> Any:
    return (kind for campaign in all_campaigns() for kind in campaign.playbook.projects)


def _named(pairs: Any) -> list[tuple[str, str]]:
    names: dict[str, str] = {}
    for key, name in pairs:
        names.setdefault(key, str(name))
    return list(names.items())
