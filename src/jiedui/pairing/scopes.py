"""Helpers reach the households they are paired with; units those of their members."""

from typing import Any

from django.db.models import Exists, OuterRef, Q

from jiedui.accounts.roles import PERMISSIONS, Role
from jiedui.core.doors import may
from jiedui.core.models import allow, allow_change
from jiedui.core.trees import below
from jiedui.households.models import Household, Need, Person
from jiedui.orgs.models import Member
from jiedui.orgs.scopes import of
from jiedui.pairing.models import Avoidance, HandOver, Pair, Proposal, Telling, Wish

UNITS = (Role.LIAISON,)
# Who sees a pair through one role does not change it through another.
CHANGING = [role for role, permissions in PERMISSIONS.items() if "pair.change" in permissions]
TELLING = (Role.OFFICE, Role.VILLAGE_OFFICER)
REVIEWING = (Role.OFFICE, Role.LEADER, Role.AUDITOR)


def _paired(user: Any) -> Q:
    """Open pairs of the user, or of a member below the user's unit."""
    scope = of(user)
    return Q(member=scope.member or 0) | scope.organisations("organisation__path", UNITS)


def _households(user: Any) -> Any:
    return Pair.objects.open().filter(_paired(user)).values("household")


def _left_alone(user: Any) -> Q:
    """Households whose last helper was of the user's unit: it has to find a successor."""
    scope = of(user)
    if not scope.roles & set(UNITS):
        return Q(pk__in=[])
    running = Pair.objects.open().filter(household=OuterRef("household"), kind=OuterRef("kind"))
    last = Pair.objects.filter(
        scope.organisations("organisation__path", UNITS),
        ~Exists(running.filter(campaign=OuterRef("campaign"))),
        ended__isnull=False,
        successors=None,
    )
    return Q(pk__in=last.order_by().values("household"))


def _proposals(user: Any) -> Q | bool:
    """The office, leaders and auditors see those of their campaigns, everybody else their own."""
    mine = Q(rules__by=user.pk)
    return mine | of(user).organisations("campaign__organisation__path", REVIEWING)


def _helping_in_the_village(user: Any) -> Q:
    """A village officer sees who helps the households there."""
    here = of(user).places("household__place__path", (Role.VILLAGE_OFFICER,))
    kept = of(user).places("place__path", (Role.VILLAGE_OFFICER,))
    return Q(pk__in=Pair.objects.filter(here | kept).order_by().values("member"))


def reachable_places(user: Any) -> Any:
    """Places in the user's area; units keep places anywhere, so their liaisons reach all."""
    scope = of(user)
    if may(user, "pair.change") or any(g.organisation for g in scope.grants):
        return below("")
    return scope.places("path")


def connect() -> None:
    allow(Member, _helping_in_the_village)
    allow(Pair, lambda u: of(u).organisations("organisation__path"))
    allow(Pair, lambda u: of(u).places("household__place__path"))
    allow(Pair, lambda u: of(u).places("place__path"))
    allow(Pair, lambda u: Q(member=of(u).member or 0))
    allow_change(Pair, lambda u: of(u).organisations("organisation__path", CHANGING))
    allow_change(Pair, lambda u: of(u).places("household__place__path", CHANGING))
    allow_change(Pair, lambda u: of(u).places("place__path", CHANGING))
    allow_change(Avoidance, lambda u: of(u).organisations("member__organisation__path", CHANGING))
    _connect_changes()
    allow(Household, lambda u: Q(pk__in=_households(u)))
    allow(Household, _left_alone)
    allow(Proposal, _proposals)
    allow(Avoidance, lambda u: of(u).organisations("member__organisation__path"))
    allow(Avoidance, lambda u: Q(member=of(u).member or 0))
    allow(Person, lambda u: Q(household__in=_households(u)))
    allow(Need, lambda u: Q(household__in=_households(u)))


def _connect_changes() -> None:
    """Who sees and moves what belongs to pairs that pass on, or are wished to."""
    allow(HandOver, lambda u: of(u).organisations("organisation__path"))
    allow_change(HandOver, lambda u: of(u).organisations("organisation__path", CHANGING))
    for model in (Telling, Wish):
        allow(model, lambda u: of(u).organisations("pair__organisation__path"))
        allow(model, lambda u: of(u).places("pair__household__place__path"))
        allow_change(model, lambda u: of(u).organisations("pair__organisation__path", CHANGING))
    allow(Telling, lambda u: of(u).organisations("pair__previous__organisation__path"))
    # The village tells the family.
    allow_change(Telling, lambda u: of(u).places("pair__household__place__path", TELLING))
    allow_change(Wish, lambda u: of(u).places("pair__household__place__path", CHANGING))
    allow(Wish, lambda u: Q(pair__member=of(u).member or 0, side=Wish.Side.HELPER))
