"""Content of a record that its campaign's playbook no longer provides for; a correction keeps it.

A later version of the playbook may drop a field, a topic or an output of a kind of activity, or
stop listing members by name. The form no longer shows these, so nobody can have removed them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from jiedui.campaigns.models import Campaign, earlier_playbooks
from jiedui.campaigns.playbook import Playbook, by_key, work
from jiedui.campaigns.playbook.forms import Field
from jiedui.core import readings
from jiedui.fieldwork.models import Activity, Output
from jiedui.orgs.models import Member
from jiedui.questionnaires import answers

Line = tuple[str, str]  # the name of the field, and its value as text


@dataclass(frozen=True)
class FormerContent:
    """The part of a record that the kind of today has no place for."""

    answers: Mapping[str, Any] = field(default_factory=dict)
    private: Mapping[str, Any] = field(default_factory=dict)
    topics: tuple[str, ...] = ()
    outputs: tuple[Output, ...] = ()
    members: tuple[Member, ...] = ()
    members_counted: int = 0
    cadres_counted: int = 0
    public_counted: int = 0


def of(old: Activity, kind: work.Activity) -> FormerContent:
    current = {one.key for one in kind.fields}
    with readings.unseen():  # written again as it is
        private = old.private_answers
    return FormerContent(
        answers={key: value for key, value in old.more.items() if key not in current},
        private={key: value for key, value in private.items() if key not in current},
        topics=tuple(key for key in old.topics if key not in kind.topics),
        outputs=tuple(one for one in old.outputs.all() if one.kind not in kind.outputs),
        members=tuple(old.attended) if kind.members in ("counts", "none") else (),
        members_counted=old.members_counted if kind.members == "none" else 0,
        cadres_counted=old.cadres_counted if kind.members == "none" else 0,
        public_counted=old.public_counted if kind.public == "none" else 0,
    )


def answered(old: Activity | None) -> dict[str, Any]:
    """All answers of the record that is corrected: those that nobody changes stay as they are."""
    with readings.unseen():
        return {**old.more, **old.private_answers} if old else {}


def lines(activity: Activity, shown: Mapping[str, Any]) -> list[Line]:
    """Of `shown`, answers of this record, those to fields that the playbook no longer has."""
    kind = activity.of_kind
    current = {one.key for one in kind.fields} if kind else set()
    gone = {key: value for key, value in shown.items() if key not in current}
    known = _fields(activity.campaign, activity.kind) if gone else {}
    return [
        (str(known[key].name), answers.display(known[key], value)) if key in known
        else (key, str(value))
        for key, value in gone.items()
    ]  # fmt: skip


def all_lines(activity: Activity, kind: work.Activity, shown: Mapping[str, Any]) -> list[Line]:
    """Everything a correction keeps without showing a field; `shown`: what its reader may see."""
    kept = of(activity, kind)
    books = _books(activity.campaign) if kept.topics or kept.outputs else []
    topics = [_topic(books, key) for key in kept.topics]
    people = [one.name for one in kept.members]
    found = [
        *lines(activity, shown),
        (_("What was it about"), "、".join(topics)),
        *((_output(books, one), f"{one.quantity.normalize():f} {one.unit}")
          for one in kept.outputs),
        (_("Members by name"), "、".join(people)),
        (_("Members, persons"), str(kept.members_counted or "")),
        (_("of these, leading cadres"), str(kept.cadres_counted or "")),
        (_("People of the place, persons"), str(kept.public_counted or "")),
    ]  # fmt: skip
    return [(name, text) for name, text in found if text]


def _fields(campaign: Campaign, kind: str) -> dict[str, Field]:
    """Every field that any version of the playbook has had for this kind; the latest wins."""
    books = earlier_playbooks(campaign)
    kinds = [one for playbook in books for one in playbook.activities if one.key == kind]
    return {one.key: one for old in kinds for one in old.fields}


def _books(campaign: Campaign) -> list[Playbook]:
    return [*earlier_playbooks(campaign), campaign.playbook]


def _topic(books: list[Playbook], key: str) -> str:
    names = {
        name: str(topic.name)
        for playbook in books
        for name, topic in by_key(playbook.topics).items()
    }
    return names.get(key, key)


def _output(books: list[Playbook], output: Output) -> str:
    names = {
        name: str(one.name) for playbook in books for name, one in by_key(playbook.outputs).items()
    }
    return names.get(output.kind, output.kind)
