"""Shapes of what is typed while an installation is set up."""

from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiedui.accounts.models import User
from jiedui.campaigns.forms.setup import NationalPlaceField

AREAS = ("city", "county", "town")


class CodeForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Set-up code"),
        max_length=100,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}
        ),
    )


class SetUpForm(forms.Form):
    """Who leads, where, and who signs in first."""

    place = NationalPlaceField(
        label=gettext_lazy("County or city"),
        levels=AREAS,
        offers=reverse_lazy("web:setup_places"),
        help_text=gettext_lazy("By name, pinyin or code. Its towns and villages come with it."),
    )
    organisation = forms.CharField(
        label=gettext_lazy("Leading organisation"),
        max_length=80,
        help_text=gettext_lazy("All units that take part will stand below it."),
    )
    display_name = forms.CharField(label=gettext_lazy("Your name"), max_length=60)
    username = forms.CharField(
        label=gettext_lazy("User name"),
        max_length=150,
        validators=[UnicodeUsernameValidator()],
        help_text=gettext_lazy("Letters and digits; it cannot be changed later."),
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "off"}),
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        strip=False,
        help_text=gettext_lazy(
            "At least 12 characters: small letters, capital letters, and digits or other signs."
        ),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=gettext_lazy("The password again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    administrator_name = forms.CharField(
        label=gettext_lazy("Name of the system administrator"), max_length=60, required=False
    )
    administrator = forms.CharField(
        label=gettext_lazy("User name of the system administrator"),
        max_length=150,
        required=False,
        validators=[UnicodeUsernameValidator()],
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "off"}),
    )

    def clean(self) -> dict[str, Any]:
        facts: dict[str, Any] = super().clean() or self.cleaned_data
        password = facts.get("password", "")
        if password and "again" in facts and password != facts["again"]:
            self.add_error("again", _("The two passwords differ."))
        self._check_strength(password, facts)
        if facts.get("administrator") and facts["administrator"] == facts.get("username"):
            self.add_error("administrator", _("This is your own user name; give another one."))
        return facts

    def _check_strength(self, password: str, facts: dict[str, Any]) -> None:
        owner = User(username=facts.get("username", ""), display_name=facts.get("display_name", ""))
        try:
            password_validation.validate_password(password, owner)
        except ValidationError as problem:
            self.add_error("password", problem)
