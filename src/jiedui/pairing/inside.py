"""Pairs begin inside the days of whoever carries them, and of the household they are for."""

from typing import Any

from django.db.models import Model, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jiedui.core.inside import INSIDE, Inside
from jiedui.households.models import Household
from jiedui.orgs.inside import of_the_present
from jiedui.orgs.models import Member, Organisation, Team
from jiedui.pairing.models import Pair


def _of_members() -> QuerySet[Any]:
    return of_the_present(Pair.objects.all(), member="member", day="since")


def _own() -> QuerySet[Any]:
    return Pair.objects.filter(member=None, team=None)


_BY_IT: Promise = _("A pair of %(day)s is carried by it; it cannot begin after that day.")


def connect() -> None:
    for owner, path, rows, begins in _BEGINS:
        INSIDE.append(Inside(owner=owner, path=path, days=("since",), rows=rows, begins=begins))


_BEGINS: tuple[tuple[type[Model], str, Any, Promise], ...] = (
    (
        Household,
        "household",
        lambda: Pair.objects.all(),
        _("This household is paired since %(day)s; it cannot come on the register after that day."),
    ),
    (
        Member,
        "member",
        _of_members,
        _("This member carries a pair since %(day)s; they cannot have come after that day."),
    ),
    (Team, "team", lambda: Pair.objects.all(), _BY_IT),
    (Organisation, "organisation", _own, _BY_IT),
)
