"""Shapes of what is typed about places of one's own."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy

from jiedui.core.picks import PickField, choose_from, limit
from jiedui.core.users import User
from jiedui.places.actions import OWN_LEVELS
from jiedui.places.picks import PLACE


class PlaceForm(forms.Form):
    parent = PickField(PLACE, label=gettext_lazy("Lies in"))
    level = forms.ChoiceField(
        label=gettext_lazy("Level"), choices=[(level.value, level.label) for level in OWN_LEVELS]
    )
    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=60)
    since = forms.DateField(label=gettext_lazy("Since"), initial=timezone.localdate)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limit(self, user, "registers.change")
        rows: Any = PLACE.standing(user)
        choose_from(self, "parent", rows.changeable_by(user))


class RenameForm(forms.Form):
    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=60)


class CloseForm(forms.Form):
    on = forms.DateField(label=gettext_lazy("Last day"), initial=timezone.localdate)
