"""What the audit chain keeps of projects, in words: money by source, answers by question."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from django.utils.translation import gettext as _

from jiedui.campaigns.models import all_campaigns
from jiedui.campaigns.playbook.projects import ProjectKind
from jiedui.core.audit_texts import wording
from jiedui.core.refusals import Refused
from jiedui.core.texts import yuan_text
from jiedui.questionnaires.answers import display

Parts = Iterator[tuple[str, str]]


def _kinds() -> Iterator[ProjectKind]:
    for campaign in all_campaigns():
        with suppress(Refused):  # of an older version: its keys stay keys
            yield from campaign.playbook.projects


def _former(key: str) -> str:
    """What the playbook calls no more."""
    return _("formerly “%(key)s”") % {"key": key}


@wording("project.amended", "funds")
def funds(content: Mapping[str, Any]) -> Parts:
    names = {one.key: str(one.name) for kind in _kinds() for one in kind.sources}
    for key, fen in content["after"]["funds"].items():
        yield names.get(key) or _former(key), yuan_text(fen)


@wording("project.compared", "answers_before")
def before(content: Mapping[str, Any]) -> Parts:
    return _answers(content["after"]["answers_before"])


@wording("project.compared", "answers_after")
def after(content: Mapping[str, Any]) -> Parts:
    return _answers(content["after"]["answers_after"])


def _answers(values: Mapping[str, Any]) -> Parts:
    asked = {one.key: one for kind in _kinds() for one in kind.questions}
    for key, value in values.items():
        question = asked.get(key)
        if question:
            yield str(question.name), display(question, value)
        else:
            yield _former(key), str(value)
