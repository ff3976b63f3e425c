"""Forms of bulletins: which template for which period, and the number under which one is issued."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jiedui.campaigns.models import Campaign


class BeginForm(forms.Form):
    kind = forms.ChoiceField(label=_("Template"))
    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(),
        help_text=_("Empty: since the campaign began."),
    )  # fmt: skip
    until = forms.DateField(
        label=_("Up to and including"), required=False, widget=forms.DateInput(),
        help_text=_("Empty: up to the newest figures."),
    )  # fmt: skip

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.key, str(one.name)) for one in campaign.playbook.bulletins]
        self.fields["kind"].choices = choices  # type: ignore[attr-defined]


class FreezeForm(forms.Form):
    issued_on = forms.DateField(label=_("Date of issue"), widget=forms.DateInput())
    serial = forms.IntegerField(
        label=_("Number"), required=False, min_value=1, max_value=99_999,
        help_text=_("Empty: the next one of the year."),
    )  # fmt: skip
    is_read = forms.BooleanField(
        label=_("I have read the text and looked at the figures; I did not write it.")
    )
