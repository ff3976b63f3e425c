"""Helpers reach the households they are paired with; units those of their members."""

from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, OuterRef, Q

from jiedui.accounts.roles import Role
from jiedui.core.models import NOTHING, allow, need
from jiedui.core.trees import below, reach_all
from jiedui.core.users import User
from jiedui.households.models import Household, Need, Person
from jiedui.orgs.models import Member, Organisation
from jiedui.orgs.scopes import Scope, of
from jiedui.pairing.models import Avoidance, Pair
from jiedui.places.models import Place

UNITS = (Role.LIAISON,)


def _helped(field: str) -> Any:
    """Households (keys in `field`) that the user helps, or a member below the user's unit."""

    def rule(scope: Scope) -> Q | bool:
        if scope.member is None and not scope.roles & set(UNITS):
            return False  # a condition less for the database to look at
        # One subquery for each: together, neither would follow an index.
        either = (scope.own("member"), scope.organisations("organisation__path", UNITS))
        found = (Pair.objects.open().filter(one) for one in either if one and one is not NOTHING)
        wanted = (Q(**{f"{field}__in": pairs.values("household")}) for pairs in found)
        return reduce(or_, wanted, NOTHING)

    return rule


def _left_alone(scope: Scope) -> Q | bool:
    """Households whose last helper was of the user's unit: it has to find a successor."""
    if not scope.roles & set(UNITS):
        return False
    running = Pair.objects.open().filter(household=OuterRef("household"), kind=OuterRef("kind"))
    last = Pair.objects.filter(
        scope.organisations("organisation__path", UNITS),
        ~Exists(running.filter(campaign=OuterRef("campaign"))),
        ended__isnull=False,
        successors=None,
    )
    return Q(pk__in=last.order_by().values("household"))


def _carried_or_received(scope: Scope) -> Q | bool:
    """By organisations of the scope, or for its households and places.

    Keys are compared, not paths of joined tables: so the database follows the index of each. Where
    the organisations are those of all pairs, nothing is left to compare.
    """
    if reach_all(scope.organisation_roots(), Pair.objects.all(), "organisation"):
        return True
    found = NOTHING
    if scope.organisation_roots():
        own = Organisation.objects.filter(scope.organisations("path"))
        found |= Q(organisation__in=own.values("pk"))
    if scope.place_roots():
        homes = Household.objects.filter(scope.places("place__path")).order_by()
        places = Place.objects.filter(scope.places("path")).order_by()
        found |= Q(household__in=homes.values("pk")) | Q(place__in=places.values("pk"))
    return found


def _helping_in_the_village(scope: Scope) -> Q:
    """A village officer sees who helps the households there."""
    here = scope.places("household__place__path", (Role.VILLAGE_OFFICER,))
    kept = scope.places("place__path", (Role.VILLAGE_OFFICER,))
    return Q(pk__in=Pair.objects.filter(here | kept).order_by().values("member"))


def reachable_places(user: User, *, permission: str = "registers.read") -> Any:
    """Places whose keepers one reads of, or finds ("pair.change"): those in one's area; for a
    unit, which keeps places anywhere, all of them.
    """
    scope = of(user).holding(permission)
    if any(g.organisation for g in scope.grants):
        return below("")
    return scope.places("path")


def connect() -> None:
    for model in (Pair, Avoidance):
        need(model, read="registers.read", change="pair.change")
    allow(Member, _helping_in_the_village)
    allow(Pair, _carried_or_received)
    allow(Pair, lambda scope: scope.own("member"))
    allow(Household, _helped("pk"))
    allow(Household, _left_alone)
    allow(Person, _helped("household"))
    allow(Need, _helped("household"))
    allow(Avoidance, lambda scope: scope.organisations("member__organisation__path"))
    allow(Avoidance, lambda scope: scope.own("member"))


def is_own(user: User, pair: Pair) -> bool:
    """Whether the user is the helper of this pair."""
    return pair.member_id is not None and pair.member_id == of(user).member
