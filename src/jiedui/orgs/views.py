"""Doors to the registers of organisations, members and teams."""

from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiedui.core import org_codes
from jiedui.core.doors import needs
from jiedui.core.lists import (
    Action,
    Badge,
    Choice,
    Column,
    Empty,
    Listing,
    Search,
    Tree,
    YesNo,
)
from jiedui.orgs import actions
from jiedui.orgs.forms import MemberForm, OrganisationForm, TeamForm
from jiedui.orgs.models import Member, Organisation, Team
from jiedui.places.models import Place

ACTIVE = Badge(gettext_lazy("active"), "green", "circle-check")
ENDED = Badge(gettext_lazy("ended"), "grey", "circle-x")


def _state(row: Any) -> Badge:
    return ENDED if row.ended else ACTIVE


class Organisations(Listing[Organisation]):
    key = "organisations"
    title = gettext_lazy("Organisations")
    icon = "sitemap"
    model = Organisation
    url = "orgs:list"
    permission = "registers.read"
    order = ("path",)
    action = Action(gettext_lazy("New organisation"), "orgs:new", "registers.change")
    columns = (
        Column("name", gettext_lazy("Name"), sort="pinyin", link=True),
        Column("number", gettext_lazy("Number"), sort="number", shown=False),
        Column("kind", gettext_lazy("Kind"), value="get_kind_display", sort=("kind", "path")),
        Column("parent", gettext_lazy("Belongs to"), value="parent.name", sort="path"),
        Column(
            "unit_kind",
            gettext_lazy("Kind of unit"),
            value=lambda row: org_codes.UNIT_KIND.name(row.unit_kind),
        ),
        Column("place", gettext_lazy("Place"), value="place.name"),
        Column("since", gettext_lazy("Since"), kind="day", sort="since", shown=False),
        Column("state", gettext_lazy("State"), value=_state),
    )
    filters = (
        Search("name", "pinyin", "initials", "number"),
        Choice("kind", gettext_lazy("Kind"), Organisation.Kind.choices),
        Tree(
            "below",
            gettext_lazy("Belongs to"),
            Organisation,
            path="path",
            fields=("name", "pinyin", "initials"),
        ),
        YesNo("active", gettext_lazy("Active"), yes=Q(ended=None)),
    )
    empty = Empty(
        "sitemap",
        gettext_lazy("No organisations yet"),
        gettext_lazy("Import the list of units and branches, or write the first one down."),
        "imports:list",
        gettext_lazy("Import a list"),
        "import",
    )

    def dress(self, rows: QuerySet[Organisation]) -> QuerySet[Organisation]:
        return rows.select_related("parent", "place")


class Members(Listing[Member]):
    key = "members"
    title = gettext_lazy("Members")
    icon = "users"
    model = Member
    url = "orgs:members"
    permission = "registers.read"
    order = ("number",)
    action = Action(gettext_lazy("New member"), "orgs:member_new", "registers.change")
    columns = (
        Column("name", gettext_lazy("Name"), sort="pinyin", link=True),
        Column("number", gettext_lazy("Number"), sort="number"),
        Column(
            "organisation",
            gettext_lazy("Organisation"),
            value="organisation.name",
            sort="organisation__path",
        ),
        Column("post", gettext_lazy("Post"), sort="post"),
        Column(
            "rank",
            gettext_lazy("Rank"),
            value=lambda row: org_codes.RANK.name(row.rank),
            sort="rank",
        ),
        Column("is_leader", gettext_lazy("Leader"), kind="yes_no", sort="is_leader", shown=False),
        Column("also_at", gettext_lazy("Also registered at"), value="also_at.name", shown=False),
        Column("joined", gettext_lazy("Joined"), kind="day", sort="joined", shown=False),
        Column("state", gettext_lazy("State"), value=_state),
    )
    filters = (
        Search("name", "pinyin", "initials", "number"),
        Tree(
            "organisation",
            gettext_lazy("Organisation"),
            Organisation,
            fields=("name", "pinyin", "initials"),
        ),
        Choice("rank", gettext_lazy("Rank"), org_codes.RANK.choices),
        YesNo("leader", gettext_lazy("Leader"), yes=Q(is_leader=True)),
        YesNo("dual", gettext_lazy("Registered twice"), yes=Q(also_at__isnull=False)),
        YesNo("active", gettext_lazy("Active"), yes=Q(ended=None)),
    )
    empty = Empty(
        "users",
        gettext_lazy("No members yet"),
        gettext_lazy("Import the list of members once the organisations are there."),
        "imports:list",
        gettext_lazy("Import a list"),
        "import",
    )

    def dress(self, rows: QuerySet[Member]) -> QuerySet[Member]:
        return rows.select_related("organisation", "also_at")


class Teams(Listing[Team]):
    key = "teams"
    title = gettext_lazy("Teams")
    icon = "users-group"
    model = Team
    url = "orgs:teams"
    permission = "registers.read"
    order = ("number",)
    action = Action(gettext_lazy("New team"), "orgs:team_new", "registers.change")
    columns = (
        Column("name", gettext_lazy("Name"), sort="pinyin", link=True),
        Column("number", gettext_lazy("Number"), sort="number", shown=False),
        Column("kind", gettext_lazy("Kind"), sort="kind"),
        Column(
            "organisation",
            gettext_lazy("Organisation"),
            value="organisation.name",
            sort="organisation__path",
        ),
        Column("place", gettext_lazy("Place"), value="place.name", sort="place__path"),
        Column("since", gettext_lazy("Since"), kind="day", sort="since"),
        Column("state", gettext_lazy("State"), value=_state),
    )
    filters = (
        Search("name", "pinyin", "initials", "number"),
        Choice("kind", gettext_lazy("Kind"), lambda: _kinds()),
        Tree(
            "organisation",
            gettext_lazy("Organisation"),
            Organisation,
            fields=("name", "pinyin", "initials"),
        ),
        Tree("place", gettext_lazy("Place"), Place, fields=("name", "pinyin", "initials")),
        YesNo("active", gettext_lazy("Active"), yes=Q(ended=None)),
    )
    empty = Empty("users-group", gettext_lazy("No teams yet"))

    def dress(self, rows: QuerySet[Team]) -> QuerySet[Team]:
        return rows.select_related("organisation", "place")


def _kinds() -> list[tuple[str, str]]:
    kinds = Team.objects.order_by("kind").values_list("kind", flat=True).distinct()
    return [(kind, kind) for kind in kinds]


@needs("registers.change")
def new(request: HttpRequest) -> HttpResponse:
    form = OrganisationForm(request.POST or None, user=request.user)
    if form.is_valid():
        values = dict(form.cleaned_data)
        organisation = actions.found(values.pop("parent"), values, by=request.user)
        messages.success(request, _("%s is in the register.") % organisation)
        return redirect(organisation)
    return _form(request, form, title=_("New organisation"), back=reverse("orgs:list"))


@needs("registers.change")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    organisation = get_object_or_404(Organisation.objects.visible_to(request.user), pk=pk)
    form = OrganisationForm(request.POST or None, instance=organisation, user=request.user)
    if form.is_valid():
        values = {k: v for k, v in form.cleaned_data.items() if k != "parent"}
        actions.amend(Organisation.objects.get(pk=pk), values, by=request.user)
        return redirect(organisation)
    return _form(request, form, title=organisation.name, back=organisation.get_absolute_url())


@needs("registers.change")
def member_new(request: HttpRequest) -> HttpResponse:
    form = MemberForm(request.POST or None, user=request.user)
    if form.is_valid():
        member = actions.enrol(form.cleaned_data, by=request.user)
        messages.success(request, _("%s is in the register.") % member)
        return redirect(member)
    return _form(request, form, title=_("New member"), back=reverse("orgs:members"))


@needs("registers.change")
def member_edit(request: HttpRequest, pk: int) -> HttpResponse:
    member = get_object_or_404(Member.objects.visible_to(request.user), pk=pk)
    form = MemberForm(request.POST or None, instance=member, user=request.user)
    if form.is_valid():
        actions.amend_member(Member.objects.get(pk=pk), form.cleaned_data, by=request.user)
        return redirect(member)
    return _form(request, form, title=member.name, back=member.get_absolute_url())


@needs("registers.change")
def team_new(request: HttpRequest) -> HttpResponse:
    form = TeamForm(request.POST or None, user=request.user)
    if form.is_valid():
        team = actions.form_team(form.cleaned_data, by=request.user)
        messages.success(request, _("%s is in the register.") % team)
        return redirect(team)
    return _form(request, form, title=_("New team"), back=reverse("orgs:teams"))


def team(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(
        Team.objects.visible_to(request.user).select_related("organisation", "place"), pk=pk
    )
    places = row.places_in.filter(ended=None).select_related("member__organisation")
    context = {"team": row, "places": places.order_by("-is_head", "member__number")}
    return render(request, "orgs/team.html", context)


def _form(request: HttpRequest, form: Any, *, title: str, back: str) -> HttpResponse:
    return render(request, "core/form.html", {"form": form, "title": title, "back": back})
