"""The register of organisations."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from jiedui.core import org_codes
from jiedui.core.doors import needs, number
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
from jiedui.orgs import actions, ending
from jiedui.orgs.forms.registers import EndForm, OrganisationForm
from jiedui.orgs.models import Organisation
from jiedui.orgs.picks import ORGANISATION
from jiedui.orgs.views.registers import BY_NAME, IS_ACTIVE, STATE


class Organisations(Listing[Organisation]):
    key = "organisations"
    title = gettext_lazy("Organisations")
    icon = "sitemap"
    model = Organisation
    url = "orgs:list"
    permission = "registers.read"
    order = ("path",)
    action = Action(gettext_lazy("New organisation"), "orgs:new", "registers.change")
    card = ("kind", "parent", "state")
    columns = (
        Column("name", pgettext_lazy("of a thing", "Name"), sort="pinyin", link=True),
        Column("number", gettext_lazy("Number"), sort="number", shown=False),
        Column("kind", gettext_lazy("Kind"), value="get_kind_display", sort=("kind", "path")),
        Column(
            "parent", pgettext_lazy("organisation", "Belongs to"), value="parent.name", sort="path"
        ),
        Column(
            "unit_kind",
            gettext_lazy("Kind of unit"),
            value=lambda row: org_codes.UNIT_KIND.name(row.unit_kind),
        ),
        Column(
            "affiliation",
            pgettext_lazy("of a unit", "Level"),
            value=lambda row: org_codes.AFFILIATION.name(row.affiliation),
        ),
        Column(
            "classes",
            gettext_lazy("Classes"),
            value=lambda row: "、".join(row.classes),
            shown=False,
        ),
        Column("place", gettext_lazy("Place"), value="place.name"),
        Column("since", gettext_lazy("Since"), kind="day", sort="since", shown=False),
        STATE,
    )
    filters = (
        BY_NAME,
        Choice("kind", gettext_lazy("Kind"), Organisation.Kind.choices),
        Tree("below", gettext_lazy("Belongs to"), Organisation, path="path"),
        IS_ACTIVE,
    )
    empty = Empty(
        "sitemap",
        gettext_lazy("No organisations yet"),
        gettext_lazy("Import the list of units and branches, or write the first one down."),
    )

    def dress(self, rows: QuerySet[Organisation]) -> QuerySet[Organisation]:
        return rows.select_related("parent", "place")


organisations = listing_view(Organisations)
offers = needs("registers.read")(offers_view(ORGANISATION))


def _own(request: HttpRequest, pk: int) -> Organisation:
    row: Organisation = get_object_or_404(Organisation.objects.changeable_by(request.user), pk=pk)
    return row


@needs("registers.change")
def new(request: HttpRequest) -> HttpResponse:
    above = number(request.GET.get("in", "")) or 0
    initial = {"parent": Organisation.objects.filter(pk=above).first()}
    form = OrganisationForm(request.POST or None, user=request.user, initial=initial)

    def act(typed: dict[str, Any]) -> Organisation:
        return actions.found(typed.pop("parent"), typed, by=request.user)

    return form_page(
        request,
        form,
        act,
        title=_("New organisation"),
        back=reverse("orgs:list"),
        done=_("%s is in the register."),
    )


@needs("registers.change")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    row = _own(request, pk)
    form = OrganisationForm(request.POST or None, instance=row, user=request.user)
    del form.fields["parent"]  # its path, and that of all below it, stays

    def act(typed: dict[str, Any]) -> None:
        actions.amend(row, typed, by=request.user)

    return form_page(request, form, act, title=row.name, back=row.get_absolute_url(), row=row)


@needs("registers.change")
def dissolve(request: HttpRequest, pk: int) -> HttpResponse:
    """An organisation ends; the page shows all rows that refer to it and what becomes of them."""
    row = _own(request, pk)

    def act(typed: dict[str, Any]) -> Organisation | None:
        ending.end(row, on=typed["on"], successor=typed["successor"], by=request.user)
        return typed["successor"] or row

    return form_page(
        request,
        EndForm(request.POST or None, user=request.user, organisation=row),
        act,
        title=_("%s ends") % row.name,
        back=row.get_absolute_url(),
        done=_("It has ended; its history stays with it."),
        save=_("End it"),
        template="orgs/end.html",
        confirm=_("End this organisation? What it has passes on or is closed as shown."),
        found=ending.dependents(row),
        organisation=row,
    )
