"""Shapes of what is typed about households, people and needs."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from jiedui.core import household_codes, org_codes, person_codes
from jiedui.core.entries import IdentityField, PhoneField, RowField, limit
from jiedui.households.models import Household, Need
from jiedui.places.models import Place

NONE = [("", "—")]


class HouseholdForm(forms.ModelForm):
    place = RowField(Place, label=gettext_lazy("Village or community"))
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), choices=household_codes.HOUSEHOLD_KIND.choices
    )
    cause = forms.ChoiceField(
        label=gettext_lazy("Main cause"),
        choices=[*NONE, *household_codes.CAUSE.choices],
        required=False,
    )
    phone = PhoneField(label=gettext_lazy("Telephone"), required=False)
    address = forms.CharField(label=gettext_lazy("Address"), required=False, max_length=120)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Household
        fields = (
            "head",
            "number",
            "place",
            "size",
            "kind",
            "cause",
            "difficulty",
            "is_hardest",
            "phone",
            "address",
            "since",
            "version",
        )
        labels = {
            "head": gettext_lazy("Head of household"),
            "number": gettext_lazy("Number"),
            "size": gettext_lazy("People"),
            "difficulty": gettext_lazy("Difficulty, 0 to 100"),
            "is_hardest": gettext_lazy("One of the hardest households"),
            "since": gettext_lazy("On the register since"),
        }

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limit(self, user)

    def values(self) -> dict[str, Any]:
        return {key: value for key, value in self.cleaned_data.items() if key != "version"}

    def _post_clean(self) -> None:
        """The action writes and checks; the form must not touch the row it was made from."""


class StrikeForm(forms.Form):
    on = forms.DateField(label=gettext_lazy("Day"))
    reason = forms.ChoiceField(
        label=gettext_lazy("Reason"), choices=org_codes.CHANGE_REASON.choices
    )


class PersonForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=40)
    relation = forms.ChoiceField(
        label=gettext_lazy("Relation to the head"), choices=person_codes.RELATION.choices
    )
    gender = forms.ChoiceField(
        label=gettext_lazy("Gender"), choices=[*NONE, *person_codes.GENDER.choices], required=False
    )
    born = forms.DateField(label=gettext_lazy("Born"), required=False)
    identity = IdentityField(
        label=gettext_lazy("Identity number"),
        required=False,
        help_text=gettext_lazy("Not needed. Kept encrypted and masked."),
    )
    since = forms.DateField(label=gettext_lazy("In the household since"))


class NeedForm(forms.ModelForm):
    kind = forms.ChoiceField(label=gettext_lazy("Need"), choices=household_codes.NEED_KIND.choices)
    urgency = forms.TypedChoiceField(
        label=gettext_lazy("Urgency"),
        choices=[
            (1, gettext_lazy("can wait")),
            (2, gettext_lazy("soon")),
            (3, gettext_lazy("urgent")),
        ],
        coerce=int,
    )

    class Meta:
        model = Need
        fields = ("kind", "text", "urgency", "since")
        labels = {"text": gettext_lazy("In words"), "since": gettext_lazy("Since")}
