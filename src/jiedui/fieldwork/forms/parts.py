"""What both forms share: topics, minutes, outputs, and the fields a playbook asks of a kind."""

from decimal import Decimal
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from jiedui.campaigns.playbook import Playbook, by_key
from jiedui.campaigns.playbook.forms import Field
from jiedui.campaigns.playbook.work import Activity, Output
from jiedui.questionnaires.fields import answer_field

MINUTES = [("", _("not said")), *((n, n) for n in (10, 20, 30, 45, 60, 90, 120))]
MOST_COUNTED = 1_000_000
COUNT: dict[str, Any] = {"min_value": 0, "max_value": MOST_COUNTED, "required": False}


def minutes_field() -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=_("Minutes"),
        choices=MINUTES,
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )


def keep_minutes(form: forms.Form, minutes: int | None) -> None:
    """A length that came from elsewhere, and that no button names, stays."""
    field: Any = form.fields["minutes"]
    if minutes and minutes not in dict(MINUTES):
        field.choices = [*MINUTES, (minutes, minutes)]


def day_field(**more: Any) -> forms.DateField:
    return forms.DateField(label=_("Day"), widget=forms.DateInput, **more)


def note_field() -> forms.CharField:
    return forms.CharField(
        label=_("Note"), max_length=2000, required=False, widget=forms.Textarea({"rows": 3})
    )


def kind_fields(playbook: Playbook, kind: Activity) -> dict[str, forms.Field]:
    """Topics, outputs and questions of one kind of activity, as form fields."""
    fields: dict[str, forms.Field] = {}
    if kind.topics:
        topics = by_key(playbook.topics)
        fields["topics"] = forms.MultipleChoiceField(
            label=_("What was it about"),
            choices=[(key, topics[key].name) for key in kind.topics],
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )
    for output in outputs_of(playbook, kind):
        fields[f"out_{output.key}"] = forms.DecimalField(
            label=str(output.name), min_value=0, max_digits=10, decimal_places=2, required=False
        )
    return fields | {f"f_{one.key}": answer_field(one) for one in kind.fields}


def outputs_of(playbook: Playbook, kind: Activity) -> list[Output]:
    known = by_key(playbook.outputs)
    return [known[key] for key in kind.outputs]


def output_rows(
    form: forms.Form, playbook: Playbook, kind: Activity
) -> list[tuple[Output, BoundField]]:
    return [(one, form[f"out_{one.key}"]) for one in outputs_of(playbook, kind)]


def answer_rows(form: forms.Form, kind: Activity) -> list[tuple[Field, BoundField]]:
    return [(one, form[f"f_{one.key}"]) for one in kind.fields]


def outputs_given(facts: dict[str, Any], kind: Activity) -> dict[str, Decimal]:
    return {key: facts[f"out_{key}"] for key in kind.outputs if facts.get(f"out_{key}")}


def answers_given(facts: dict[str, Any], kind: Activity) -> dict[str, Any]:
    return {f.key: v for f in kind.fields if (v := facts.get(f"f_{f.key}")) not in (None, "", [])}
