"""Shapes of what is typed about projects."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from uuid_utils.compat import uuid7

from jiedui.campaigns.models import Campaign
from jiedui.campaigns.playbook.forms import Question
from jiedui.campaigns.playbook.projects import ProjectKind
from jiedui.core.entries import YuanField
from jiedui.core.picks import FOR, PickField, choose_from
from jiedui.core.users import User
from jiedui.orgs.picks import ORGANISATION
from jiedui.places.picks import PLACE
from jiedui.projects import scopes
from jiedui.projects.actions import Planned
from jiedui.projects.models import Project
from jiedui.projects.words import state_name
from jiedui.questionnaires.fields import TICKED, answer_field

MONEY, BEFORE, AFTER = "m_", "b_", "a_"  # before the key of a source, or of a question


class ProjectForm(forms.Form):
    """What stays the same from its first step to its last."""

    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=80)
    text = forms.CharField(
        label=_("What is to be done"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    place = PickField(PLACE, label=_("Place"))
    organisation = PickField(ORGANISATION, label=_("Organisation that answers for it"))
    since = forms.DateField(label=_("To begin on"), required=False)

    def __init__(
        self,
        *args: Any,
        user: User,
        campaign: Campaign,
        kind: ProjectKind | None,
        project: Project | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        kept = ([project.place], [project.organisation]) if project else ([], [])
        choose_from(
            self, "place", scopes.places(campaign, kind), kept=kept[0], offers=reverse(PLACE.url)
        )
        offers = f"{reverse(ORGANISATION.url)}?{urlencode({FOR: scopes.CHANGE})}"
        choose_from(self, "organisation", scopes.owners(user), kept=kept[1], offers=offers)
        for source in kind.sources if kind else ():
            self.fields[MONEY + source.key] = YuanField(
                label=str(source.name), required=False, min_value=0
            )

    def money(self) -> list[BoundField]:
        return [self[name] for name in self.fields if name.startswith(MONEY)]


def parted(typed: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """Of what was typed the fields with this prefix, without it."""
    return {
        name.removeprefix(prefix): value for name, value in typed.items() if name.startswith(prefix)
    }


def funds_typed(project: Project) -> dict[str, Any]:
    """The money of a project as a form begins with it, in yuan."""
    return {MONEY + key: f"{fen / 100:.2f}" for key, fen in project.funds.items()}


class NewProjectForm(ProjectForm):
    """A project with the state it has now, and how it is before anything is done."""

    id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid7)
    due = forms.DateField(label=_("To be finished by"), required=False)
    state = forms.ChoiceField(label=_("State"))
    day = forms.DateField(
        label=_("In this state since"),
        initial=timezone.localdate,
        help_text=_("Of a finished project the day on which it was finished."),
    )

    def __init__(self, *args: Any, kind: ProjectKind, **kwargs: Any) -> None:
        super().__init__(*args, kind=kind, **kwargs)
        self.kind = kind
        chooser: Any = self.fields["state"]
        chooser.choices = [(one.key, str(one.name)) for one in kind.states]
        self.fields["day"].widget.attrs.update(max=timezone.localdate().isoformat())
        for question in kind.questions:
            self.fields[BEFORE + question.key] = answer_field(question)

    def asked(self) -> list["Asked"]:
        """The questions about how it is before."""
        return [Asked(one, (self[BEFORE + one.key],)) for one in self.kind.questions]

    def planned(self) -> Planned:
        facts = dict(self.cleaned_data)
        names = ("name", "text", "place", "organisation", "since", "due", "state", "day", "id")
        given = {key: fen for key, fen in parted(facts, MONEY).items() if fen is not None}
        return Planned(
            kind=self.kind.key,
            funds=given,
            before=_given(parted(facts, BEFORE)),
            **{name: facts[name] for name in names},
        )


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in (None, "", [])}


class StepForm(forms.Form):
    """How the project stands from a day on."""

    state = forms.ChoiceField(label=_("State"))
    day = forms.DateField(label=_("Day"), initial=timezone.localdate)
    due = forms.DateField(label=_("To be finished by"), required=False)
    text = forms.CharField(
        label=_("What is new"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed where the due day moves or the project stops: the reason."),
    )

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        states = project.asked.states if project.asked else ()
        choices = {one.key: str(one.name) for one in states}
        choices.setdefault(project.state_key, state_name(project, project.state_key))
        chooser: Any = self.fields["state"]
        chooser.choices = list(choices.items())
        self.fields["day"].widget.attrs.update(max=timezone.localdate().isoformat())


@dataclass(frozen=True)
class Asked:
    """A question with its fields: how it was before, or both before and after."""

    question: Question
    bound: tuple[BoundField, ...]

    @property
    def is_ticked(self) -> bool:
        return self.question.type in TICKED


class CompareForm(forms.Form):
    """Each question of a kind of project twice."""

    def __init__(self, *args: Any, kind: ProjectKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        for question in kind.questions:
            for prefix, label in ((BEFORE, _("before")), (AFTER, _("after"))):
                field = answer_field(question)
                field.required = False  # as one side is written down long before the other
                field.label = f"{field.label} · {label}"
                self.fields[prefix + question.key] = field

    def asked(self) -> Iterator[Asked]:
        for question in self.kind.questions:
            fields = (self[BEFORE + question.key], self[AFTER + question.key])
            yield Asked(question, fields)


def answers_typed(project: Project) -> dict[str, Any]:
    """What is known of before and after, as a form begins with it."""
    sides = ((BEFORE, project.answers_before), (AFTER, project.answers_after))
    return {
        prefix + key: {True: "1", False: "0"}[value] if isinstance(value, bool) else value
        for prefix, values in sides
        for key, value in values.items()
    }
