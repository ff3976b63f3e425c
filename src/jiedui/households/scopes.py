"""Who sees which household: by place here; helpers and units are let in by the pairing app."""

from jiedui.core.models import allow
from jiedui.households.models import Household, Need, Person
from jiedui.orgs.scopes import of


def connect() -> None:
    allow(Household, lambda u: of(u).places("place__path"))
    allow(Person, lambda u: of(u).places("household__place__path"))
    allow(Need, lambda u: of(u).places("household__place__path"))
