from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _

from jiedui.accounts import locks
from jiedui.accounts.models import User


class SignInForm(AuthenticationForm):
    is_locked = False

    def clean(self) -> dict[str, Any]:
        username, password = (self.cleaned_data.get(name) for name in ("username", "password"))
        if not username or not password:
            return self.cleaned_data
        address = self.request.META.get("REMOTE_ADDR", "") if self.request else ""
        try:
            self.user_cache = locks.attempt(
                username,
                address,
                lambda: authenticate(self.request, username=username, password=password),
            )
        except locks.Locked:
            self.is_locked = True
        if self.user_cache is None:
            raise self.get_invalid_login_error()
        self.confirm_login_allowed(self.user_cache)
        return self.cleaned_data

    error_messages = {
        "invalid_login": _(
            "User name and password do not belong together. Check the keyboard's capital letters."
        ),
        "inactive": _("This account has been closed. Ask the campaign office."),
    }


class ProfileForm(forms.ModelForm):
    class Meta:
        model = User
        # The name comes from the register or the administrator: it stands below what one signs.
        fields = ["language", "large_type"]
        widgets = {"language": forms.Select(choices=settings.LANGUAGES)}
