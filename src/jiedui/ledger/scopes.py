"""Who sees gifts and funds: the giving unit, the receiving place, and the helper.

Who may record or take out is narrower than who may look: `givers`, `receivers`, `changeable`.
"""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet

from jiedui.accounts.roles import Role
from jiedui.campaigns.reach import within
from jiedui.core.models import allow, allow_change, need
from jiedui.core.users import User
from jiedui.households.models import Household
from jiedui.ledger.models import Fund, Gift
from jiedui.orgs.models import Member, Organisation
from jiedui.orgs.scopes import Scope, of
from jiedui.places.models import Place


def _given(scope: Scope) -> Q:
    """By organisations of the scope, or to its places."""
    return scope.organisations("giver__path") | scope.places("place__path")


def connect() -> None:
    need(Gift, read="registers.read", change="gift.record")
    need(Fund, read="registers.read", change="fund.change")
    allow(Gift, lambda scope: within(scope, _given))
    allow(Gift, lambda scope: scope.own("member"))
    allow_change(Gift, lambda scope: scope.own("member"))
    allow_change(Gift, lambda scope: scope.organisations("giver__path"))
    allow_change(Gift, lambda scope: scope.places("place__path"))
    allow(Fund, lambda scope: scope.organisations("organisation__path"))


def givers(user: User) -> QuerySet[Organisation]:
    """Organisations in whose name the user may write a gift down.

    The user's own and those above it up to the unit; all below a liaison's or the office's root;
    whoever gives in the village, for its officer.
    """
    scope = of(user).holding("gift.record")
    standing: QuerySet[Organisation] = Organisation.objects.standing().exclude(kind="area")
    if scope.roles & {Role.VILLAGE_OFFICER}:
        return standing
    return standing.filter(scope.organisations("path") | Q(path__in=_line_of(scope.member or 0)))


def _line_of(member: int) -> list[str]:
    path = Member.objects.filter(pk=member).values_list("organisation__path", flat=True).first()
    return Organisation.cuts(path) if path else []


def receivers(user: User) -> QuerySet[Household]:
    """Households the user may write a gift for, still on the register."""
    return Household.objects.changeable_by(user, permission="gift.record").filter(ended=None)


def receiving_places(user: User) -> QuerySet[Place]:
    """Places that may receive a gift: an officer's own, for others any that stands."""
    standing: QuerySet[Place] = Place.objects.standing()
    scope = of(user).holding("gift.record")
    if scope.roles & {Role.OFFICE, Role.LIAISON, Role.HELPER}:
        return standing
    return standing.filter(scope.places("path"))


def sources(user: User) -> QuerySet[Fund]:
    """Funds the user may write down gifts out of."""
    return Fund.objects.changeable_by(user, permission="gift.record").filter(ended=None)


def may_give(
    user: User,
    *,
    giver: Organisation,
    to: Household | Place,
    fund: Fund | None = None,
    corrects: Gift | None = None,
) -> bool:
    """Whether one appointment alone lets the user write down such a gift.

    What stands in the gift it corrects may stay, for an appointment that may change that gift.
    """
    receiving: Any = receivers if isinstance(to, Household) else receiving_places
    chosen: list[tuple[Any, Any]] = [(givers, giver), (receiving, to), (sources, fund)]
    if corrects:
        standing = (corrects.giver, corrects.household or corrects.place, corrects.fund)
        chosen = [(rows, row) for rows, row in chosen if row not in standing]
    return any(
        (corrects is None or changeable(part).filter(pk=corrects.pk).exists())
        and all(row is None or rows(part).filter(pk=row.pk).exists() for rows, row in chosen)
        for part in of(user).parts()
    )


def may_distribute(
    user: User,
    *,
    giver: Organisation,
    to: Sequence[Household | Place],
    fund: Fund | None,
) -> bool:
    """Whether the user may write down a gift to each of these, as `may_give` has it for one."""
    wanted = {(type(row), row.pk) for row in to}
    for part in of(user).parts():
        if not givers(part).filter(pk=giver.pk).exists():
            continue
        if fund and not sources(part).filter(pk=fund.pk).exists():
            continue
        for model, rows in ((Household, receivers(part)), (Place, receiving_places(part))):
            keys = [pk for kind, pk in wanted if kind is model]
            if keys:
                found = rows.filter(pk__in=keys).values_list("pk", flat=True)
                wanted -= {(model, pk) for pk in found}
    return not wanted


def changeable(user: User) -> QuerySet[Gift]:
    """Gifts the user may confirm or take out: those the user might have recorded."""
    return Gift.objects.changeable_by(user)
