"""Signing in, one's own settings, and the accounts of an installation."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from jiedui.accounts import actions, passwords
from jiedui.accounts.demonstration import demonstration_accounts
from jiedui.accounts.forms import ProfileForm, SignInForm
from jiedui.accounts.models import User
from jiedui.accounts.roles import Role, offices_of
from jiedui.core import audit
from jiedui.core.doors import way_back
from jiedui.core.sending import send

LARGE_TYPE_COOKIE = "large_type"
YEAR = 365 * 24 * 3600  # seconds


class SignIn(auth_views.LoginView):
    template_name = "accounts/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        accounts = [
            {"account": one, "role": Role(one.role).label} for one in demonstration_accounts()
        ]
        return super().get_context_data(demonstration=accounts, **kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_valid(form)
        user = form.get_user()
        audit.record("account.signed_in", user, by=user)
        _remind(self.request, user)
        _remember_language(response, user.language)
        return response

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        if getattr(form, "is_locked", False):
            return render(self.request, "accounts/locked.html", status=429)
        return super().form_invalid(form)


def _remind(request: HttpRequest, user: User) -> None:
    days = passwords.days_left(user)
    if days is not None and 0 <= days < passwords.REMIND:
        text = ngettext(
            "Your password has to be changed within %(n)s day. You find this under “My settings”.",
            "Your password has to be changed within %(n)s days. You find this under “My settings”.",
            days + 1,
        )
        messages.info(request, text % {"n": days + 1})


class PasswordChange(auth_views.PasswordChangeView):
    template_name = "core/form.html"
    success_url = reverse_lazy("accounts:profile")
    extra_context = {"title": gettext_lazy("Change the password")}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if self.request.user.must_change_password:  # type: ignore[union-attr]
            kwargs["intro"] = _(
                "Before you go on, choose a password that only you know: the present one was given"
                " to you by somebody else, or has grown too old."
            )
        return super().get_context_data(**kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        was_required = form.user.must_change_password
        response = super().form_valid(form)
        actions.password_changed(form.user, session_key=self.request.session.session_key)
        messages.success(self.request, _("The new password is in force."))
        return redirect(settings.LOGIN_REDIRECT_URL) if was_required else response


def profile(request: HttpRequest) -> HttpResponse:
    form = ProfileForm(request.POST or None, instance=request.user)

    def work() -> HttpResponse:
        form.save()
        messages.success(request, _("Your settings are saved."))
        response = redirect("accounts:profile")
        _remember_language(response, form.instance.language)
        return response

    if answer := send(request, form, work):
        return answer
    context = {"form": form, "offices": offices_of(request.user)}  # type: ignore[arg-type]
    return render(request, "accounts/profile.html", context)


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Speak this language from now on, on this device and for this user."""
    wanted = request.POST.get("language", "")
    response = redirect(way_back(request))
    if wanted in dict(settings.LANGUAGES):
        _remember_language(response, wanted)
        if request.user.is_authenticated:
            User.objects.filter(pk=request.user.pk).update(language=wanted)
    return response


def _remember_language(response: HttpResponse, wanted: str) -> None:
    if wanted:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, wanted, max_age=YEAR, samesite="Lax", httponly=True
        )


@login_not_required
@require_POST
def large_type(request: HttpRequest) -> HttpResponse:
    """Switch between 16 and 20 pixel type, for this user or, before sign-in, this device."""
    response = redirect(way_back(request))
    if request.user.is_authenticated:
        User.objects.filter(pk=request.user.pk).update(large_type=not request.user.large_type)
    else:
        is_large = request.COOKIES.get(LARGE_TYPE_COOKIE) == "1"
        response.set_cookie(
            LARGE_TYPE_COOKIE, "0" if is_large else "1", max_age=YEAR, samesite="Lax", httponly=True
        )
    return response
