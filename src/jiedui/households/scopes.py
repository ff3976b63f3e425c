"""Who sees which household: by place here; helpers and units are let in by the pairing app."""

from jiedui.core.models import allow, need
from jiedui.households.models import Household, Need, Person


def connect() -> None:
    for model in (Household, Person, Need):
        need(model, read="registers.read", change="registers.change")
    allow(Household, lambda scope: scope.places("place__path"))
    allow(Person, lambda scope: scope.places("household__place__path"))
    allow(Need, lambda scope: scope.places("household__place__path"))
