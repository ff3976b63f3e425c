"""The questions a playbook asks, as fields of a form on a page."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jiedui.campaigns.playbook.forms import Question
from jiedui.questionnaires.answers import Asked, limits, scale5_names

TICKED = ("choice", "choices", "yes_no", "scale5")  # chosen from what stands there


def answer_field(question: Asked) -> forms.Field:
    """The form field of a question; its type says which."""
    common: dict[str, Any] = {"label": str(question.name), "required": question.required}
    if question.unit:
        common["label"] = f"{question.name}（{question.unit}）"
    if question.hint or question.private:
        hints = [str(question.hint)] if question.hint else []
        common["help_text"] = " ".join([*hints, *([str(_("Kept encrypted."))] * question.private)])
    options = [(option.key, str(option.name)) for option in question.options]
    match question.type:
        case "long_text":
            return forms.CharField(max_length=5000, widget=forms.Textarea({"rows": 3}), **common)
        case "whole" | "points":
            return forms.IntegerField(**_limits(question), **common)
        case "number":
            return forms.DecimalField(
                max_digits=14, decimal_places=4, **_limits(question, most=None), **common
            )
        case "yes_no":
            choices = [("1", _("yes")), ("0", _("no"))]
            return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **common)
        case "scale5":
            steps = list(scale5_names().items())
            return forms.ChoiceField(choices=steps, widget=forms.RadioSelect, **common)
        case "day":
            return forms.DateField(widget=forms.DateInput, **common)
        case "choice":
            return forms.ChoiceField(choices=options, widget=forms.RadioSelect, **common)
        case "choices":
            tick = forms.CheckboxSelectMultiple
            return forms.MultipleChoiceField(choices=options, widget=tick, **common)
    return forms.CharField(max_length=300, **common)


def _limits(question: Asked, most: int | None = 10**9) -> dict[str, Any]:
    low, high = limits(question) if isinstance(question, Question) else (None, None)
    usual = None if most is None else -most
    return {
        "min_value": usual if low is None else low,
        "max_value": most if high is None else high,
    }
