from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _

from jiedui.accounts.models import User


class SignInForm(AuthenticationForm):
    error_messages = {
        "invalid_login": _(
            "User name and password do not belong together. Check the keyboard's capital letters."
        ),
        "inactive": _("This account has been closed. Ask the campaign office."),
    }


class ProfileForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["display_name", "language", "large_type"]
        widgets = {"language": forms.Select(choices=settings.LANGUAGES)}
