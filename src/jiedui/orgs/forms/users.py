"""Shapes of what is typed about accounts and appointments."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jiedui.accounts.models import User
from jiedui.accounts.roles import Role
from jiedui.core.picks import PickField, choose_from
from jiedui.orgs.models import Member, Organisation
from jiedui.orgs.picks import MEMBER, ORGANISATION
from jiedui.places.models import Place
from jiedui.places.picks import PLACE


class UserForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["username", "display_name"]
        help_texts = {"username": _("Letters and digits; it cannot be changed later.")}


class WelcomeForm(forms.Form):
    """An account for a member: what to sign in with, and what for."""

    username = forms.CharField(
        label=_("User name"),
        max_length=150,
        validators=[UnicodeUsernameValidator()],
        help_text=_("Letters and digits; it cannot be changed later."),
    )
    role = forms.ChoiceField(label=_("Role"))
    organisation = PickField(
        ORGANISATION,
        label=_("Organisation"),
        required=False,
        help_text=_("What a liaison answers for, with everything below it."),
    )
    place = PickField(
        PLACE,
        label=_("Place"),
        required=False,
        help_text=_("What a village officer answers for, with everything below it."),
    )

    def __init__(self, *args: Any, roles: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["role"]
        field.choices = [(role, Role(role).label) for role in roles]
        offer_everywhere(self)

    def clean(self) -> dict[str, Any]:
        """A helper works for the own households, wherever they are."""
        facts: dict[str, Any] = super().clean() or self.cleaned_data
        if facts.get("role") != Role.LIAISON:
            facts["organisation"] = None
        if facts.get("role") != Role.VILLAGE_OFFICER:
            facts["place"] = None
        return facts


class HelpersForm(forms.Form):
    """Accounts for the helpers of one organisation."""

    organisation = PickField(
        ORGANISATION,
        label=_("Organisation"),
        help_text=_("Every member at it or below it who has no account yet gets one."),
    )


class UserChangeForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["display_name", "is_active"]
        labels = {"is_active": _("May sign in")}
        help_texts = {"is_active": ""}


class AppointForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    organisation = PickField(
        ORGANISATION,
        label=_("Organisation"),
        required=False,
        help_text=_("With everything below it. A liaison needs one."),
    )
    place = PickField(
        PLACE,
        label=_("Place"),
        required=False,
        help_text=_("With everything below it. A village officer needs one."),
    )
    since = forms.DateField(label=_("Since"), initial=timezone.localdate)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_everywhere(self)


def offer_everywhere(form: forms.Form) -> None:
    """Names of organisations and places are no secret to those who appoint."""
    for name, rows in (
        ("organisation", Organisation.objects.standing()),
        ("place", Place.objects.standing()),
    ):
        choose_from(form, name, rows, offers=reverse("orgs:appoint_offers", args=[name]))


class TieForm(forms.Form):
    member = PickField(
        MEMBER,
        label=_("Member of the register"),
        required=False,
        help_text=_("A helper sees the own households through this. Empty unties."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        address = reverse("orgs:appoint_offers", args=["member"])
        choose_from(self, "member", Member.objects.serving(), offers=address)
