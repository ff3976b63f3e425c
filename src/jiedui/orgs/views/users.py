"""Accounts and what they are appointed to."""

from typing import Any

from django.contrib.auth import update_session_auth_hash
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from jiedui.accounts import actions as accounts
from jiedui.accounts.models import User
from jiedui.accounts.roles import Role
from jiedui.core.doors import may, needs
from jiedui.core.entries import form_page
from jiedui.core.lists import (
    Action,
    Badge,
    Choice,
    Column,
    Empty,
    Listing,
    Search,
    YesNo,
    listing_view,
)
from jiedui.core.picks import Pick, offers
from jiedui.orgs import appointments
from jiedui.orgs.forms.users import AppointForm, TieForm, UserChangeForm, UserForm
from jiedui.orgs.models import Appointment, Member, Organisation
from jiedui.orgs.picks import MEMBER, ORGANISATION
from jiedui.places.models import Place
from jiedui.places.picks import PLACE

OPEN = Badge(gettext_lazy("may sign in"), "green", "circle-check")
CLOSED = Badge(gettext_lazy("closed"), "grey", "ban")


def _holding(rows: QuerySet[User], role: str) -> QuerySet[User]:
    held = Appointment.objects.filter(role=role, ended=None)
    return rows.filter(pk__in=held.values("user"))


def _roles(row: Any) -> str:
    names = dict.fromkeys(str(one.get_role_display()) for one in row.held)
    first = [str(Role.ADMINISTRATOR.label)] if row.is_superuser else []
    return "、".join(dict.fromkeys([*first, *names]))


class Users(Listing[User]):
    key = "users"
    title = gettext_lazy("Users")
    icon = "user-check"
    model = User
    permission = "appointments.change"
    order = ("username",)
    action = Action(gettext_lazy("New user"), "orgs:user_new", "users.change")
    columns = (
        Column(
            "username",
            gettext_lazy("User name"),
            sort="username",
            link=lambda row: reverse("orgs:user", args=[row.pk]),
        ),
        Column("display_name", gettext_lazy("Name"), sort="display_name"),
        Column("roles", gettext_lazy("Roles"), value=_roles),
        Column("last_login", gettext_lazy("Last sign-in"), kind="moment", sort="last_login"),
        Column("state", gettext_lazy("State"), value=lambda row: OPEN if row.is_active else CLOSED),
    )
    filters = (
        Search("username", "display_name"),
        Choice("role", gettext_lazy("Role"), Role.choices, by=_holding),
        YesNo("is_active", gettext_lazy("May sign in")),
    )
    empty = Empty("user-check", gettext_lazy("No users yet"))

    def rows(self, user: Any) -> QuerySet[User]:
        # The view lets in only who may appoint; these see all accounts, and no household by it.
        return User.objects.all()

    def dress(self, rows: QuerySet[User]) -> QuerySet[User]:
        running = Appointment.objects.filter(ended=None).order_by("pk")
        return rows.prefetch_related(Prefetch("appointments", running, to_attr="held"))


users = listing_view(Users)


@needs("users.change")
def new(request: HttpRequest) -> HttpResponse:
    form = UserForm(request.POST or None)
    if form.is_valid():
        made, password = accounts.open_account(by=request.user, **form.cleaned_data)
        return render(request, "orgs/password.html", {"account": made, "password": password})
    context = {"form": form, "title": _("New user"), "back": reverse("orgs:users")}
    return render(request, "core/form.html", context)


@needs("appointments.change")
def show(request: HttpRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(User, pk=pk)
    held = account.appointments.select_related("organisation", "place")
    member = Member.objects.filter(user=account).select_related("organisation").first()
    context = {
        "account": account,
        "held": held.filter(ended=None).order_by("pk"),
        "past": held.exclude(ended=None).order_by("-ended")[:20],
        "member": member,
        "state": OPEN if account.is_active else CLOSED,
        "is_oneself": account.pk == request.user.pk,
    }
    return render(request, "orgs/user.html", context)


@needs("users.change")
def change(request: HttpRequest, pk: int) -> HttpResponse:
    # The form writes into its own instance; the action needs the row as it was.
    form = UserChangeForm(request.POST or None, instance=get_object_or_404(User, pk=pk))

    def act(typed: dict[str, Any]) -> None:
        accounts.change_account(User.objects.get(pk=pk), by=request.user, **typed)

    title = str(User.objects.get(pk=pk))
    return form_page(request, form, act, title=title, back=reverse("orgs:user", args=[pk]))


@require_POST
@needs("users.change")
def reset(request: HttpRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(User, pk=pk)
    password = accounts.reset_password(account, by=request.user)
    if account == request.user:
        update_session_auth_hash(request, account)
    return render(request, "orgs/password.html", {"account": account, "password": password})


@needs("appointments.change")
def appoint(request: HttpRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(User, pk=pk)

    def act(typed: dict[str, Any]) -> None:
        appointments.appoint(account, by=request.user, **typed)

    return form_page(
        request,
        AppointForm(request.POST or None),
        act,
        title=_("Appoint %s") % account,
        back=reverse("orgs:user", args=[pk]),
        save=_("Appoint"),
        done=_("The appointment is in force."),
    )


@require_POST
@needs("appointments.change")
def dismiss(request: HttpRequest, pk: int, appointment: int) -> HttpResponse:
    rows = Appointment.objects.select_related("user", "organisation", "place")
    row = get_object_or_404(rows, pk=appointment, user__pk=pk)
    appointments.end(row, on=timezone.localdate(), by=request.user)
    return redirect("orgs:user", pk)


@needs("users.change")
def tie(request: HttpRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(User, pk=pk)
    own = Member.objects.filter(user=account).first()
    form = TieForm(request.POST or None, initial={"member": own})

    def act(typed: dict[str, Any]) -> None:
        appointments.tie(account, typed["member"], by=request.user)

    back = reverse("orgs:user", args=[pk])
    return form_page(request, form, act, title=_("Whose account is %s") % account, back=back)


@needs("appointments.change")
def appoint_offers(request: HttpRequest, what: str) -> HttpResponse:
    """Names for the fields of an appointment; an administrator reads no register for it."""
    known: dict[str, tuple[Pick, QuerySet[Any]]] = {
        "organisation": (ORGANISATION, Organisation.objects.standing().select_related("parent")),
        "place": (PLACE, Place.objects.standing().select_related("parent")),
    }
    if may(request.user, "users.change"):
        known["member"] = (MEMBER, Member.objects.serving().select_related("organisation"))
    if what not in known:
        raise Http404
    return offers(request, *known[what])
