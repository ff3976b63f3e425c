"""Who sees which household: by place here; helpers and units are let in by the pairing app."""

from jiedui.core.models import Rule, allow, need
from jiedui.core.trees import reach_all
from jiedui.households.models import Household, Need, Person


def connect() -> None:
    for model in (Household, Person, Need):
        need(model, read="registers.read", change="registers.change")
    allow(Household, _living_at("place__path"))
    allow(Person, _living_at("household__place__path"))
    allow(Need, _living_at("household__place__path"))


def _living_at(field: str) -> Rule:
    """Who may see all households sees them without a join that reads every row."""
    homes = Household.objects.all()
    return lambda scope: reach_all(scope.place_roots(), homes, "place") or scope.places(field)
