"""The answers to one form as columns of a workbook: one for each question."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from jiedui.campaigns.models import all_campaigns, playbook_of
from jiedui.campaigns.playbook import by_key
from jiedui.campaigns.playbook.forms import Form, Question
from jiedui.core.lists import Column
from jiedui.core.lists.columns import Kind
from jiedui.questionnaires import answers
from jiedui.questionnaires.models import Sheet

KINDS: dict[str, Kind] = {"whole": "count", "number": "count", "points": "count", "day": "day"}


def questions(forms: Sequence[Form]) -> list[Question]:
    """Those of the first form, then those that only the others ask; by key, each once."""
    found: dict[str, Question] = {}
    for form in forms:
        for question in form.questions:
            found.setdefault(question.key, question)
    return list(found.values())


def asked(key: str, texts: Iterable[tuple[str, str]]) -> list[Form]:
    """The form with this key, as it is now and as these texts of playbooks asked it.

    `texts` are digests with the key of the campaign that keeps them; the newest campaign's form
    comes first, since its questions are those one looks for.
    """
    now = [one.playbook_text_id for one in all_campaigns()]
    order = {text: number for number, text in enumerate(now)}
    known = sorted(set(texts), key=lambda one: (order.get(one[0], len(order)), one))
    return [playbook_of(text, name).form(key) for text, name in known]


def columns(found: Sequence[Question], *, private: bool) -> list[Column]:
    """One for each question; for those kept encrypted only where `private`."""
    return [
        Column(
            f"answer-{one.key}",
            str(one.name),
            value=Answer(one.key),
            kind=KINDS.get(one.type, "text"),
            unit=_unit(one),
            group=str(one.group or ""),
        )
        for one in found
        if private or not one.private
    ]


def _unit(question: Question) -> str:
    if question.points:
        return str(_("of %(full)s points") % {"full": question.points})
    return str(question.unit or "")


@dataclass(frozen=True)
class Answer:
    """Reads the answer to one question from a sheet, as the question was asked there."""

    key: str

    def __call__(self, sheet: Sheet) -> Any:
        question = _question(sheet.playbook_text_id, sheet.campaign.key, sheet.form_key, self.key)
        if question is None:
            return None
        is_opened = question.private and sheet.is_opened
        values = sheet.private_answers if is_opened else sheet.answers
        if question.key in values:
            return _plain(question, values[question.key])
        return _("kept encrypted") if question.private and sheet.holds("private") else None


@lru_cache(maxsize=4096)  # asked once for each cell
def _question(text: str, campaign: str, form: str, key: str) -> Question | None:
    return by_key(playbook_of(text, campaign).form(form).questions).get(key)


def _plain(question: Question, value: Any) -> Any:
    if question.type == "number":
        return float(value)
    if question.type == "day":
        return date.fromisoformat(value)
    if question.type in KINDS:
        return value
    return answers.display(question, value)
