"""What is written down about households, the people in them, their needs and incomes."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from jiedui.core import readings
from jiedui.core.doors import needs
from jiedui.core.entries import form_page
from jiedui.core.users import User
from jiedui.households import actions
from jiedui.households.forms import (
    DayForm,
    HeadForm,
    HouseholdForm,
    IncomeForm,
    LeaveForm,
    NeedForm,
    PersonForm,
    RestoreForm,
    StrikeForm,
)
from jiedui.households.models import Household, Income, Need, Person

PERSON_FIELDS = ("name", "relation", "gender", "born", "since")


def _household(request: HttpRequest, pk: int) -> Household:
    return get_object_or_404(Household.objects.changeable_by(request.user), pk=pk)


@needs("registers.change")
def new(request: HttpRequest) -> HttpResponse:
    form = HouseholdForm(request.POST or None, user=request.user)
    return form_page(
        request,
        form,
        lambda typed: actions.register(typed, by=request.user),
        title=_("New household"),
        back=reverse("households:list"),
        done=_("%s is in the register."),
    )


@needs("registers.change")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    row = _household(request, pk)
    if row.holds("phone") or row.holds("address"):
        for name in ("phone", "address"):  # the form shows both, also that one is empty
            readings.note(row.read_as(), name)
    form = HouseholdForm(request.POST or None, instance=row, user=request.user)

    def act(typed: dict[str, Any]) -> None:
        actions.amend(row, typed, version=row.version, by=request.user)

    return form_page(request, form, act, title=row.head, back=row.get_absolute_url(), row=row)


@needs("registers.change")
def strike(request: HttpRequest, pk: int) -> HttpResponse:
    row = _household(request, pk)

    def act(typed: dict[str, Any]) -> None:
        actions.strike(row, by=request.user, **typed)

    form = StrikeForm(request.POST or None)
    title = _("Take %s off the register") % row.head
    intro = _("Its pairs end on that day. What was done for the household stays readable.")
    return form_page(request, form, act, title=title, back=row.get_absolute_url(), intro=intro)


@needs("registers.change")
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """The household was struck off by mistake, or is in need again."""
    row = _household(request, pk)

    def act(typed: dict[str, Any]) -> None:
        actions.restore(row, by=request.user, **typed)

    form = RestoreForm(request.POST or None)
    title = _("Take %s back on the register") % row.head
    intro = _("It stands on the register as before. Whoever has left meanwhile does not come back.")
    back = row.get_absolute_url()
    return form_page(request, form, act, title=title, back=back, intro=intro)


@needs("registers.change")
def head(request: HttpRequest, pk: int) -> HttpResponse:
    """Another person of the household is its head."""
    row = _household(request, pk)

    def act(typed: dict[str, Any]) -> None:
        actions.change_head(
            row,
            typed["next_head"],
            former_relation=typed.get("former_relation", ""),
            by=request.user,
        )

    form = HeadForm(request.POST or None, household=row)
    title = _("Head of the household of %s") % row.head
    return form_page(request, form, act, title=title, back=row.get_absolute_url())


@needs("registers.change")
def person_new(request: HttpRequest, pk: int) -> HttpResponse:
    row = _household(request, pk)

    def act(typed: dict[str, Any]) -> None:
        actions.add_person(row, typed, by=request.user)

    form = PersonForm(request.POST or None)
    title = _("New person")
    return form_page(request, form, act, title=title, back=row.get_absolute_url())


def _person(request: HttpRequest, pk: int) -> Person:
    rows = Person.objects.changeable_by(request.user).select_related("household")
    return get_object_or_404(rows, pk=pk, ended=None)


@needs("registers.change")
def person(request: HttpRequest, pk: int) -> HttpResponse:
    row = _person(request, pk)
    initial = {name: getattr(row, name) for name in PERSON_FIELDS}
    form = PersonForm(request.POST or None, initial=initial)
    if row.holds("identity"):
        form.fields["identity"].help_text = _("One is kept. Leave this empty to keep it.")

    def act(typed: dict[str, Any]) -> None:
        actions.amend_person(row, typed, by=request.user)

    back = row.household.get_absolute_url()
    return form_page(request, form, act, title=row.name, back=back, row=row)


@needs("registers.change")
def person_leaves(request: HttpRequest, pk: int) -> HttpResponse:
    row = _person(request, pk)

    def act(typed: dict[str, Any]) -> None:
        actions.leave(row, by=request.user, **typed)

    form = LeaveForm(request.POST or None, person=row)
    title = _("%s leaves the household") % row.name
    return form_page(request, form, act, title=title, back=row.household.get_absolute_url())


@needs("registers.change")
def income(request: HttpRequest, pk: int) -> HttpResponse:
    """The income of one year, new or corrected."""
    row = _household(request, pk)
    year = IncomeForm.year_in(request.POST.get("year") or request.GET.get("year", ""))
    known = Income.objects.filter(household=row, year=year).first()
    form = IncomeForm(
        request.POST or None, initial=IncomeForm.of(known) if known else {"year": year}
    )

    def act(typed: dict[str, Any]) -> None:
        typed.pop("year", None)
        version = known.version if known else 0
        actions.earn(row, year, typed, by=request.user, version=version)

    return form_page(
        request,
        form,
        act,
        title=_("Income of %s") % row.head,
        back=row.get_absolute_url(),
        intro=_("Net income is the sum less the costs. Gifts of the campaign do not count."),
        row=known or Income(household=row, year=year),
        which=str(year),
    )


def _needing(rows: Any, user: User) -> Any:
    """Who keeps the register or visits the household writes its needs down."""
    visited = rows.changeable_by(user, permission="visit.record")
    return rows.changeable_by(user) | visited


@needs("registers.change", "visit.record")
def need_new(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(_needing(Household.objects, request.user), pk=pk)

    def act(typed: dict[str, Any]) -> None:
        actions.add_need(row, typed, by=request.user)

    form = NeedForm(request.POST or None)
    return form_page(request, form, act, title=_("New need"), back=row.get_absolute_url())


@needs("registers.change", "visit.record")
def need_over(request: HttpRequest, pk: int, how: str) -> HttpResponse:
    """A need has been met, or is no longer there."""
    rows = _needing(Need.objects, request.user).select_related("household")
    row = get_object_or_404(rows, pk=pk)
    finish = {"met": actions.meet, "dropped": actions.drop}[how]

    def act(typed: dict[str, Any]) -> None:
        finish(row, on=typed["on"], by=request.user)

    title = _("The need is met") if how == "met" else _("The need is no longer there")
    form = DayForm(request.POST or None)
    return form_page(
        request, form, act, title=title, back=row.household.get_absolute_url(), intro=row.text
    )
