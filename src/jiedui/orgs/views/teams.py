"""The register of teams, and who is in them."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Case, CharField, F, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST

from jiedui.core.doors import may, needs
from jiedui.core.entries import form_page
from jiedui.core.lists import (
    Action,
    Choice,
    Column,
    Empty,
    Listing,
    Tree,
    listing_view,
)
from jiedui.core.picks import offers_view
from jiedui.orgs import actions
from jiedui.orgs.forms.registers import DayForm, JoinForm, TeamForm
from jiedui.orgs.models import Team, TeamMember, named_team_kinds
from jiedui.orgs.picks import TEAM
from jiedui.orgs.views.registers import (
    BY_NAME,
    BY_ORGANISATION,
    IS_ACTIVE,
    OF_ORGANISATION,
    STATE,
    edit_view,
    new_view,
    state,
)
from jiedui.places.models import Place

# What apps above show on the page of a team, as HTML.
SECTIONS: list[Callable[[HttpRequest, Team], SafeString]] = []


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
        Column("name", pgettext_lazy("of a thing", "Name"), sort="pinyin", link=True),
        Column("number", gettext_lazy("Number"), sort="number", shown=False),
        Column("kind", gettext_lazy("Kind"), value="kind_label", sort="kind"),
        OF_ORGANISATION,
        Column("place", gettext_lazy("Place"), value="place.name", sort="place__path"),
        Column("since", gettext_lazy("Since"), kind="day", sort="since"),
        STATE,
    )
    filters = (
        BY_NAME,
        Choice("kind", gettext_lazy("Kind"), lambda: _kinds()),
        BY_ORGANISATION,
        Tree("place", gettext_lazy("Place"), Place),
        IS_ACTIVE,
    )
    empty = Empty(
        "users-group",
        gettext_lazy("No teams yet"),
        gettext_lazy("Volunteer teams, dissuasion teams, service stations stand here."),
        "orgs:team_new",
        gettext_lazy("New team"),
        "registers.change",
    )

    def dress(self, rows: QuerySet[Team]) -> QuerySet[Team]:
        return rows.select_related("organisation", "place").annotate(kind_label=_kind_label())


def _kind_label() -> Case:
    """The playbook's name of the kind, worked out by the database for the rows of a page."""
    named = [When(kind=key, then=Value(name)) for key, name in named_team_kinds().items()]
    return Case(*named, default=F("kind"), output_field=CharField())


def _kinds() -> list[tuple[str, str]]:
    kinds = Team.objects.order_by("kind").values_list("kind", flat=True).distinct()
    names = named_team_kinds()
    return [(kind, names.get(kind, kind)) for kind in kinds]


teams = listing_view(Teams)
offers = needs("registers.read")(offers_view(TEAM))
new = new_view(TeamForm, actions.form_team, title=gettext_lazy("New team"), back="orgs:teams")
edit = edit_view(Team, TeamForm, actions.amend_team, ended=None)


@needs("registers.read")
def show(request: HttpRequest, pk: int) -> HttpResponse:
    rows = Team.objects.visible_to(request.user).select_related("organisation", "place")
    row = get_object_or_404(rows, pk=pk)
    places = row.places_in.filter(ended=None).select_related("member__organisation")
    context = {
        "team": row,
        "kind": named_team_kinds().get(row.kind, row.kind),
        "places": places.order_by("-is_head", "member__number"),
        "past": row.places_in.exclude(ended=None).select_related("member").order_by("-ended")[:20],
        "may_change": not row.ended and may(request.user, "registers.change", on=row),
        "state": state(row),
        "sections": [section(request, row) for section in SECTIONS],
    }
    return render(request, "orgs/team.html", context)


def _own(request: HttpRequest, pk: int) -> Team:
    row: Team = get_object_or_404(Team.objects.changeable_by(request.user), pk=pk, ended=None)
    return row


@needs("registers.change")
def join(request: HttpRequest, pk: int) -> HttpResponse:
    row = _own(request, pk)

    def act(typed: dict[str, Any]) -> None:
        for member in typed["members"]:
            actions.join(row, member, on=typed["on"], by=request.user)

    form = JoinForm(request.POST or None, user=request.user)
    title = _("Who joins %s") % row.name
    return form_page(request, form, act, title=title, back=row.get_absolute_url())


@needs("registers.change")
def disband(request: HttpRequest, pk: int) -> HttpResponse:
    row = _own(request, pk)

    def act(typed: dict[str, Any]) -> None:
        actions.disband(row, on=typed["on"], by=request.user)

    form = DayForm(request.POST or None)
    title = _("%s is no more") % row.name
    return form_page(request, form, act, title=title, back=row.get_absolute_url())


@require_POST
@needs("registers.change")
def seat(request: HttpRequest, pk: int, place: int) -> HttpResponse:
    """One member's place in the team: made head, or given up today."""
    row = _own(request, pk)
    places = TeamMember.objects.select_related("member", "team")
    found = get_object_or_404(places, pk=place, team=row)
    if "head" in request.POST:
        actions.lead(found, by=request.user)
    else:
        actions.part(found, on=timezone.localdate(), by=request.user)
        messages.success(request, _("%s is no longer in the team.") % found.member.name)
    return redirect(row)
