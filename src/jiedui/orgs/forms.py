"""Shapes of what is typed about organisations, members and teams."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from jiedui.core import household_codes, org_codes, person_codes
from jiedui.core.entries import PhoneField, RowField, limit
from jiedui.orgs.models import Member, Organisation, Team
from jiedui.places.models import Place


class Scoped(forms.ModelForm):
    """Choices of a form are rows its user may see."""

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limit(self, user)


class OrganisationForm(Scoped):
    parent = RowField(Organisation, label=gettext_lazy("Belongs to"))
    place = RowField(Place, label=gettext_lazy("Place"), required=False)
    unit_kind = forms.ChoiceField(
        label=gettext_lazy("Kind of unit"),
        choices=[("", "—"), *org_codes.UNIT_KIND.choices],
        required=False,
    )
    strengths = forms.MultipleChoiceField(
        label=gettext_lazy("What it can give"),
        choices=household_codes.NEED_KIND.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Organisation
        fields = ("name", "kind", "parent", "number", "unit_kind", "place", "strengths", "since")
        labels = {
            "name": gettext_lazy("Name"),
            "kind": gettext_lazy("Kind"),
            "number": gettext_lazy("Number"),
            "since": gettext_lazy("Since"),
        }


class MemberForm(Scoped):
    organisation = RowField(Organisation, label=gettext_lazy("Organisation"))
    also_at = RowField(Organisation, label=gettext_lazy("Also registered at"), required=False)
    place = RowField(Place, label=gettext_lazy("Place of residence"), required=False)
    rank = forms.ChoiceField(
        label=gettext_lazy("Rank"), choices=[("", "—"), *org_codes.RANK.choices], required=False
    )
    gender = forms.ChoiceField(
        label=gettext_lazy("Gender"),
        choices=[("", "—"), *person_codes.GENDER.choices],
        required=False,
    )
    political = forms.ChoiceField(
        label=gettext_lazy("Political status"),
        choices=[("", "—"), *person_codes.POLITICAL.choices],
        required=False,
    )
    skills = forms.MultipleChoiceField(
        label=gettext_lazy("Skills"),
        choices=household_codes.NEED_KIND.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    phone = PhoneField(label=gettext_lazy("Telephone"), required=False)

    class Meta:
        model = Member
        fields = (
            "name",
            "number",
            "organisation",
            "post",
            "rank",
            "is_leader",
            "gender",
            "political",
            "joined",
            "phone",
            "also_at",
            "place",
            "skills",
            "since",
        )
        labels = {
            "name": gettext_lazy("Name"),
            "number": gettext_lazy("Number"),
            "post": gettext_lazy("Post"),
            "is_leader": gettext_lazy("Leader"),
            "joined": gettext_lazy("Joined the Party on"),
            "since": gettext_lazy("Since"),
        }


class TeamForm(Scoped):
    organisation = RowField(Organisation, label=gettext_lazy("Organisation"))
    place = RowField(Place, label=gettext_lazy("Place"), required=False)

    class Meta:
        model = Team
        fields = ("name", "number", "kind", "organisation", "place", "since")
        labels = {
            "name": gettext_lazy("Name"),
            "number": gettext_lazy("Number"),
            "kind": gettext_lazy("Kind"),
            "since": gettext_lazy("Since"),
        }
