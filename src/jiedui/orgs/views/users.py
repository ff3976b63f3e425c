"""Accounts and what they are appointed to."""

from typing import Any

from django.core.exceptions import PermissionDenied
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
from jiedui.core import trees
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
from jiedui.core.picks import Pick, choose_from, offers
from jiedui.core.sending import send
from jiedui.orgs import appointments, welcoming
from jiedui.orgs.forms.users import (
    AppointForm,
    HelpersForm,
    TieForm,
    UserChangeForm,
    UserForm,
    WelcomeForm,
)
from jiedui.orgs.models import Appointment, Member, Organisation
from jiedui.orgs.picks import MEMBER, ORGANISATION
from jiedui.orgs.welcoming import FIELD_ROLES, Slip
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
    more = (
        Action(
            gettext_lazy("Accounts for helpers"),
            "orgs:welcome_helpers",
            "registers.change",
            "user-plus",
        ),
    )
    empty = Empty(
        "user-check",
        gettext_lazy("No users yet"),
        gettext_lazy("Open accounts for members of the register, from their own pages."),
        "orgs:members",
        gettext_lazy("To the members"),
        "registers.read",
    )

    def rows(self, user: Any) -> QuerySet[User]:
        return appointments.known_to(user)

    def dress(self, rows: QuerySet[User]) -> QuerySet[User]:
        running = Appointment.objects.filter(ended=None).order_by("pk")
        return rows.prefetch_related(Prefetch("appointments", running, to_attr="held"))


users = listing_view(Users)


def _account(request: HttpRequest, pk: int) -> User:
    return get_object_or_404(appointments.known_to(request.user), pk=pk)


@needs("users.change")
def new(request: HttpRequest) -> HttpResponse:
    form = UserForm(request.POST or None)

    def work() -> HttpResponse:
        slip = Slip(*accounts.open_account(by=request.user, **form.cleaned_data))
        return _handed_out(request, [slip], title=_("The account is open"))

    if answer := send(request, form, work, again=reverse("orgs:users")):
        return answer
    context = {"form": form, "title": _("New user"), "back": reverse("orgs:users")}
    return render(request, "core/form.html", context)


@needs("appointments.change")
def show(request: HttpRequest, pk: int) -> HttpResponse:
    account = _account(request, pk)
    held = account.appointments.select_related("organisation", "place")
    member = Member.objects.filter(user=account).select_related("organisation").first()
    context = {
        "account": account,
        "held": held.filter(ended=None).order_by("pk"),
        "past": held.exclude(ended=None).order_by("-ended")[:20],
        "member": member,
        "state": OPEN if account.is_active else CLOSED,
        "is_oneself": account.pk == request.user.pk,
        "may_reset": welcoming.may_reset(account, by=request.user),
    }
    return render(request, "orgs/user.html", context)


@needs("users.change")
def change(request: HttpRequest, pk: int) -> HttpResponse:
    # The form writes into its own instance; the action needs the row as it was.
    row = _account(request, pk)
    form = UserChangeForm(request.POST or None, instance=_account(request, pk))

    def act(typed: dict[str, Any]) -> None:
        accounts.change_account(row, typed, by=request.user)

    back = reverse("orgs:user", args=[pk])
    return form_page(request, form, act, title=str(row), back=back, row=row)


@require_POST
@needs("appointments.change")
def reset(request: HttpRequest, pk: int) -> HttpResponse:
    account = _account(request, pk)
    if not welcoming.may_reset(account, by=request.user):
        raise PermissionDenied
    slip = Slip(account, accounts.reset_password(account, by=request.user))
    return _handed_out(request, [slip], title=_("A new password"))


def _handed_out(request: HttpRequest, slips: list[Slip], *, title: str) -> HttpResponse:
    """First passwords on slips: this answer is the only place they ever stand."""
    answer = render(request, "orgs/slips.html", {"slips": slips, "title": title})
    answer["Cache-Control"] = "no-store"
    return answer


@needs("appointments.change")
def welcome(request: HttpRequest, pk: int) -> HttpResponse:
    """An account for a member of the register, from the member's own page."""
    own = Member.objects.changeable_by(request.user, permission="appointments.change")
    member = get_object_or_404(own, pk=pk)
    form = WelcomeForm(request.POST or None, roles=FIELD_ROLES, initial=_suggested(member))

    def work() -> HttpResponse:
        slip = welcoming.welcome(member, by=request.user, **form.cleaned_data)
        return _handed_out(request, [slip], title=_("The account is open"))

    if answer := send(request, form, work, again=reverse("orgs:users")):
        return answer
    context = {
        "form": form,
        "title": _("Account for %(name)s") % {"name": member.name},
        "save": _("Open the account"),
        "back": member.get_absolute_url(),
    }
    return render(request, "orgs/welcome.html", context)


def _suggested(member: Member) -> dict[str, Any]:
    """The name in pinyin; the unit above the member's branch."""
    path = member.organisation.path
    above = Organisation.objects.filter(path__in=Organisation.cuts(path), kind="unit")
    return {
        "username": welcoming.usernames([member])[0],
        "role": Role.HELPER,
        "organisation": above.order_by("-path").first() or member.organisation,
        "place": member.place,
    }


@needs("appointments.change")
def welcome_helpers(request: HttpRequest) -> HttpResponse:
    """Accounts for all helpers of an organisation, with slips to cut apart."""
    form = HelpersForm(request.POST or None, initial={"organisation": request.GET.get("in", "")})
    rows: Any = ORGANISATION.standing(request.user)
    choose_from(
        form,
        "organisation",
        rows.changeable_by(request.user, permission="appointments.change"),
        offers=reverse("orgs:offers"),
    )

    def work() -> HttpResponse:
        root = form.cleaned_data["organisation"]
        own = Member.objects.changeable_by(request.user, permission="appointments.change")
        below = own.filter(trees.below(root.path, field="organisation__path"), ended=None)
        slips = welcoming.welcome_helpers(below, by=request.user)
        return _handed_out(request, slips, title=_("The accounts are open"))

    if answer := send(request, form, work, again=reverse("orgs:users")):
        return answer
    context = {
        "form": form,
        "title": _("Accounts for helpers"),
        "save": _("Open the accounts"),
        "back": reverse("orgs:members"),
    }
    return render(request, "orgs/welcome.html", context)


@needs("appointments.change")
def appoint(request: HttpRequest, pk: int) -> HttpResponse:
    account = _account(request, pk)

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
    row = get_object_or_404(rows, pk=appointment, user=_account(request, pk))
    appointments.end(row, on=timezone.localdate(), by=request.user)
    return redirect("orgs:user", pk)


@needs("users.change")
def tie(request: HttpRequest, pk: int) -> HttpResponse:
    account = _account(request, pk)
    own = Member.objects.filter(user=account).first()
    form = TieForm(request.POST or None, initial={"member": own})

    def act(typed: dict[str, Any]) -> None:
        appointments.tie(account, typed.get("member", own), by=request.user)

    back, title = reverse("orgs:user", args=[pk]), _("Whose account is %s") % account
    return form_page(request, form, act, title=title, back=back, row=account)


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
