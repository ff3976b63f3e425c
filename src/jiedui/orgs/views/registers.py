"""What the registers of organisations, members and teams have in common."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiedui.core.doors import View, needs
from jiedui.core.entries import form_page
from jiedui.core.lists import Badge, Column, Search, Tree, YesNo
from jiedui.orgs.models import Organisation

ACTIVE = Badge(gettext_lazy("active"), "green", "circle-check")
ENDED = Badge(gettext_lazy("ended"), "grey", "circle-x")


def state(row: Any) -> Badge:
    return ENDED if row.ended else ACTIVE


STATE = Column("state", gettext_lazy("State"), value=state)
OF_ORGANISATION = Column(
    "organisation",
    gettext_lazy("Organisation"),
    value="organisation.name",
    sort="organisation__path",
)
BY_NAME = Search("name", "pinyin", "initials", "number")
BY_ORGANISATION = Tree("organisation", gettext_lazy("Organisation"), Organisation)
IS_ACTIVE = YesNo("active", gettext_lazy("Active"), yes=Q(ended=None))


def new_view(form: Any, add: Callable[..., Any], *, title: Any, back: str) -> View:
    """The page that adds a row by the action `add(typed, by=…)`; `back` names the register."""

    @needs("registers.change")
    def new(request: HttpRequest) -> HttpResponse:
        return form_page(
            request,
            form(request.POST or None, user=request.user),
            lambda typed: add(typed, by=request.user),
            title=str(title),
            back=reverse(back),
            done=_("%s is in the register."),
        )

    return new


def edit_view(model: Any, form: Any, amend: Callable[..., Any], **only: Any) -> View:
    """The page that amends a row one answers for; `only` narrows which rows these are."""

    @needs("registers.change")
    def edit(request: HttpRequest, pk: int) -> HttpResponse:
        row = get_object_or_404(model.objects.changeable_by(request.user), pk=pk, **only)

        def act(typed: dict[str, Any]) -> None:
            amend(row, typed, by=request.user)

        form_of = form(request.POST or None, instance=row, user=request.user)
        return form_page(
            request, form_of, act, title=row.name, back=row.get_absolute_url(), row=row
        )

    return edit
