"""Helpers reach the households they are paired with; units those of their members."""

from typing import Any

from django.db.models import Q

from jiedui.accounts.roles import Role
from jiedui.core.models import allow
from jiedui.households.models import Household, Need, Person
from jiedui.orgs.scopes import of
from jiedui.pairing.models import Pair

UNITS = (Role.LIAISON,)


def _paired(user: Any) -> Q:
    """Open pairs of the user, or of a member below the user's unit."""
    scope = of(user)
    return Q(member=scope.member or 0) | scope.organisations("organisation__path", UNITS)


def _households(user: Any) -> Any:
    return Pair.objects.open().filter(_paired(user)).values("household")


def connect() -> None:
    allow(Pair, lambda u: of(u).organisations("organisation__path"))
    allow(Pair, lambda u: of(u).places("household__place__path"))
    allow(Pair, lambda u: of(u).places("place__path"))
    allow(Pair, lambda u: Q(member=of(u).member or 0))
    allow(Household, lambda u: Q(pk__in=_households(u)))
    allow(Person, lambda u: Q(household__in=_households(u)))
    allow(Need, lambda u: Q(household__in=_households(u)))
