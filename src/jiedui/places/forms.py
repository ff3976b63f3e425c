"""Shapes of what is typed about places of one's own."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from jiedui.core.entries import RowField, limit
from jiedui.places.actions import OWN_LEVELS
from jiedui.places.models import Place


class PlaceForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=60)
    level = forms.ChoiceField(
        label=gettext_lazy("Level"), choices=[(level.value, level.label) for level in OWN_LEVELS]
    )
    parent = RowField(Place, label=gettext_lazy("Lies in"))
    since = forms.DateField(label=gettext_lazy("Since"))

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limit(self, user)


class RenameForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=60)


class CloseForm(forms.Form):
    on = forms.DateField(label=gettext_lazy("Day"))
