"""The card that hangs on the household's wall (明白卡, R14): who, what is needed, what comes in."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from jiedui.core.doors import needs
from jiedui.core.paper import on_paper
from jiedui.core.users import User
from jiedui.households.models import Household


class Helper(NamedTuple):
    name: str
    post: str  # and unit
    phone: str  # masked for those who may not open the household's details
    since: date


# Helpers are known to an app above, which adds its function here.
helpers_of: list[Callable[[Household, User], Iterable[Helper]]] = []


@needs("registers.read")
def card(request: HttpRequest, pk: int) -> HttpResponse:
    """One A4 page, no sensitive detail of the family; blank lines are for visits, by hand."""
    rows = Household.objects.visible_to(request.user).select_related("place__parent__parent")
    row = get_object_or_404(rows, pk=pk)
    context = {
        "household": row,
        "people": row.people.filter(ended=None),
        "needs": row.needs.filter(met_on=None, ended=None)[:6],
        "incomes": row.incomes.order_by("-year")[:3],
        "helpers": [line for lines in helpers_of for line in lines(row, request.user)],
        "blank": range(5),
    }
    return on_paper(request, "households/card.html", context, of="card", rows=1, subject=row)
