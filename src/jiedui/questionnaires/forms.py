"""A form of the playbook on a page: what it is about, the day, and its questions."""

import json
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from jiedui.campaigns.playbook.forms import Form, Question
from jiedui.core.picks import FOR, Pick, PickField, choose_from
from jiedui.core.users import User
from jiedui.households.picks import HOUSEHOLD
from jiedui.orgs.picks import MEMBER, ORGANISATION, TEAM
from jiedui.places.picks import PLACE
from jiedui.questionnaires import scopes
from jiedui.questionnaires.actions import Filled
from jiedui.questionnaires.answers import condition
from jiedui.questionnaires.fields import TICKED, answer_field
from jiedui.questionnaires.models import Sheet

PICKS: dict[str, Pick] = {
    "household": HOUSEHOLD, "member": MEMBER, "organisation": ORGANISATION, "team": TEAM,
    "place": PLACE,
}  # fmt: skip
SUBJECT_NAMES = {
    "household": _("Household"), "member": _("Member"), "organisation": _("Organisation"),
    "team": _("Team"), "place": _("Place"),
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One question as it stands on the page; `heading` begins a group."""

    question: Question
    bound: BoundField
    heading: str
    condition: str

    @property
    def is_ticked(self) -> bool:
        return self.question.type in TICKED

    @property
    def rules(self) -> str:
        """When it is shown, for the script of the page, as JSON; "" for always.

        A list of fields, each with the values it may have.
        """
        rules = [
            {"field": f"f_{key}", "values": [_sent(word) for word in words]}
            for key, words in self.question.shown_when.items()
        ]
        return json.dumps(rules) if rules else ""


def _sent(word: str) -> str:
    """A word of `shown_when` as the page sends it."""
    return {"yes": "1", "no": "0"}.get(word, word)


class SheetForm(forms.Form):
    id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid7)
    day = forms.DateField(label=_("Day"), widget=forms.DateInput, initial=timezone.localdate)

    def __init__(
        self,
        *args: Any,
        user: User,
        asked: Form,
        corrects: Sheet | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.asked = asked
        today = timezone.localdate().isoformat()
        self.fields["day"].widget.attrs.update(max=today)
        pick = PICKS[asked.about]
        self.fields["subject"] = PickField(pick, label=SUBJECT_NAMES[asked.about])
        permission = scopes.permission_for(asked)
        offers = f"{reverse(pick.url)}?{urlencode({FOR: permission})}"
        kept = [corrects.subject] if corrects else []
        choose_from(self, "subject", scopes.subjects(user, asked), offers=offers, kept=kept)
        for question in asked.questions:
            field = answer_field(question)
            if question.shown_when:
                field.required = False  # whether it is, the other answers decide
            self.fields[f"f_{question.key}"] = field

    def lines(self) -> list[Line]:
        """The questions in order, each group with its heading once."""
        found: list[Line] = []
        group = ""
        for question in self.asked.questions:
            name = str(question.group or "")
            heading, group = (name if name != group else ""), name
            bound = self[f"f_{question.key}"]
            when = condition(question, self.asked.questions)
            found.append(Line(question, bound, heading, when))
        return found

    def filled(self) -> Filled:
        facts = self.cleaned_data
        return Filled(
            form=self.asked.key,
            day=facts["day"],
            subject=facts["subject"],
            answers={
                question.key: value
                for question in self.asked.questions
                if (value := facts.get(f"f_{question.key}")) not in (None, "", [])
            },
            id=facts["id"],
        )
