"""Who sees which household: by place here; helpers and units are let in by the pairing app."""

from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef, Q

from jiedui.core.models import Rule, allow, need
from jiedui.core.once import once
from jiedui.core.trees import below
from jiedui.households.models import Household, Need, Person
from jiedui.places.models import Place


def connect() -> None:
    for model in (Household, Person, Need):
        need(model, read="registers.read", change="registers.change")
    allow(Household, _living_at("place__path"))
    allow(Person, _living_at("household__place__path"))
    allow(Need, _living_at("household__place__path"))


def _living_at(field: str) -> Rule:
    """Who may see all households sees them without a join that reads every row."""
    return lambda scope: _has_every_household(scope.place_roots()) or scope.places(field)


def _has_every_household(roots: tuple[str, ...]) -> bool:
    """Whether every household there is lives below one of these places."""
    outside = Place.objects.exclude(reduce(or_, map(below, roots), Q(pk__in=[])))
    lived_at = outside.filter(Exists(Household.objects.filter(place=OuterRef("pk"))))
    return bool(roots) and not once(("lived at outside", roots), lived_at.exists)
