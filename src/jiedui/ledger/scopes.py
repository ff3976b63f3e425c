"""Who sees gifts and funds: the giving unit, the receiving place, and the helper.

Who may record or take out is narrower than who may look: `givers`, `receivers`, `changeable`.
"""

from typing import Any

from django.db.models import Q, QuerySet

from jiedui.accounts.roles import Role
from jiedui.campaigns.reach import visible
from jiedui.core.models import allow
from jiedui.households.models import Household
from jiedui.ledger.models import Fund, Gift
from jiedui.orgs.models import Member, Organisation
from jiedui.orgs.scopes import of
from jiedui.places.models import Place

UNITS = (Role.OFFICE, Role.LIAISON)
AREAS = (Role.OFFICE, Role.VILLAGE_OFFICER)


def connect() -> None:
    allow(Gift, lambda u: visible(u, organisation="giver__path", place="place__path"))
    allow(Gift, lambda u: Q(member=of(u).member) if of(u).member else False)
    allow(Fund, lambda u: of(u).organisations("organisation__path"))


def givers(user: Any) -> QuerySet[Organisation]:
    """Organisations in whose name the user may write a gift down.

    The user's own and those above it up to the unit; all below a liaison's or the office's root;
    whoever gives in the village, for its officer.
    """
    scope = of(user)
    standing: QuerySet[Organisation] = Organisation.objects.standing().exclude(kind="area")
    if scope.roles & {Role.VILLAGE_OFFICER}:
        return standing
    return standing.filter(
        scope.organisations("path", UNITS) | Q(path__in=_line_of(scope.member or 0))
    )


def _line_of(member: int) -> list[str]:
    path = Member.objects.filter(pk=member).values_list("organisation__path", flat=True).first()
    return Organisation.cuts(path) if path else []


def receivers(user: Any) -> QuerySet[Household]:
    """Households the user may write a gift for: those the user may open, still on the register."""
    return Household.objects.visible_to(user).filter(ended=None)


def receiving_places(user: Any) -> QuerySet[Place]:
    """Places that may receive a gift: an officer's own, for others any that stands."""
    standing: QuerySet[Place] = Place.objects.standing()
    scope = of(user)
    if scope.roles & {*UNITS, Role.HELPER}:
        return standing
    return standing.filter(scope.places("path", AREAS))


def changeable(user: Any) -> QuerySet[Gift]:
    """Gifts the user may confirm or take out: those the user might have recorded."""
    scope = of(user)
    mine = Q(member=scope.member or 0) | scope.organisations("giver__path", UNITS)
    return Gift.objects.visible_to(user).filter(mine | scope.places("place__path", AREAS))
