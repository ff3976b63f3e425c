"""Signing in, one's own settings, and the accounts of an installation."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from jiedui.accounts import actions
from jiedui.accounts.demonstration import demonstration_accounts
from jiedui.accounts.forms import ProfileForm, SignInForm, UserChangeForm, UserForm
from jiedui.accounts.models import User
from jiedui.accounts.roles import Role
from jiedui.core import audit
from jiedui.core.doors import needs
from jiedui.core.lists import Action, Badge, Column, Listing, Search, YesNo, listing_view

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
        _remember_language(response, form.get_user().language)
        return response


class PasswordChange(auth_views.PasswordChangeView):
    template_name = "core/form.html"
    success_url = reverse_lazy("accounts:profile")
    extra_context = {"title": gettext_lazy("Change the password")}

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        audit.record("account.password_changed", form.user, by=form.user)
        messages.success(self.request, _("The new password is in force."))
        return response


def profile(request: HttpRequest) -> HttpResponse:
    form = ProfileForm(request.POST or None, instance=request.user)
    if form.is_valid():
        form.save()
        messages.success(request, _("Your settings are saved."))
        response = redirect("accounts:profile")
        _remember_language(response, form.instance.language)
        return response
    roles = [Role(role).label for role in sorted(request.user.roles)]  # type: ignore[union-attr]
    return render(request, "accounts/profile.html", {"form": form, "roles": roles})


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Speak this language from now on, on this device and for this user."""
    wanted = request.POST.get("language", "")
    response = _back(request)
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
    response = _back(request)
    if request.user.is_authenticated:
        User.objects.filter(pk=request.user.pk).update(large_type=not request.user.large_type)
    else:
        is_large = request.COOKIES.get(LARGE_TYPE_COOKIE) == "1"
        response.set_cookie(
            LARGE_TYPE_COOKIE, "0" if is_large else "1", max_age=YEAR, samesite="Lax", httponly=True
        )
    return response


def _back(request: HttpRequest) -> HttpResponse:
    target = request.POST.get("next", "/")
    is_ours = url_has_allowed_host_and_scheme(target, {request.get_host()})
    return redirect(target if is_ours else "/")


class Users(Listing[User]):
    key = "users"
    title = gettext_lazy("Users")
    icon = "user-check"
    model = User
    permission = "users.change"
    order = ("username",)
    action = Action(gettext_lazy("New user"), "accounts:new_user", "users.change")
    columns = (
        Column(
            "username",
            gettext_lazy("User name"),
            sort="username",
            link=lambda row: reverse("accounts:user", args=[row.pk]),
        ),
        Column("display_name", gettext_lazy("Name"), sort="display_name"),
        Column("last_login", gettext_lazy("Last sign-in"), kind="moment", sort="last_login"),
        Column(
            "is_active",
            gettext_lazy("State"),
            kind="badge",
            value=lambda row: Badge(gettext_lazy("open"), "green", "check")
            if row.is_active
            else Badge(gettext_lazy("closed"), "grey", "ban"),
        ),
    )
    filters = (
        Search("username", "display_name"),
        YesNo("is_active", gettext_lazy("May sign in")),
    )

    def rows(self, user: User) -> QuerySet[User]:
        # The view lets in only who may change users; these see all of them.
        return User.objects.all()


users = listing_view(Users)


@needs("users.change")
def new_user(request: HttpRequest) -> HttpResponse:
    form = UserForm(request.POST or None)
    if form.is_valid():
        made, password = actions.open_account(by=request.user, **form.cleaned_data)
        return render(request, "accounts/password.html", {"account": made, "password": password})
    context = {"form": form, "title": _("New user"), "back": reverse("accounts:users")}
    return render(request, "core/form.html", context)


@needs("users.change")
def user(request: HttpRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(User, pk=pk)
    if request.method == "POST" and "reset" in request.POST:
        password = actions.reset_password(account, by=request.user)
        if account == request.user:
            update_session_auth_hash(request, account)
        return render(request, "accounts/password.html", {"account": account, "password": password})
    form = UserChangeForm(request.POST or None, instance=account)
    if form.is_valid():
        # The form has already written into its instance: what was before is read again.
        before = User.objects.get(pk=pk)
        actions.change_account(before, by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("accounts:users")
    return render(request, "accounts/user.html", {"form": form, "account": account})
