"""Gifts lie inside the days of whoever gave and got them, the movements of money in their fund."""

from collections.abc import Sequence
from datetime import date
from typing import TypeVar

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiedui.core.inside import INSIDE, Inside
from jiedui.core.locking import held, hold
from jiedui.core.refusals import Refused
from jiedui.core.texts import day_text
from jiedui.households.models import Household
from jiedui.ledger.models import Fund, FundEntry, Gift
from jiedui.orgs.membership import check_standing
from jiedui.orgs.models import Member, Organisation
from jiedui.places.models import Place

Row = TypeVar("Row", bound=Model)


def check(
    day: date,
    *,
    giver: Organisation,
    household: Household | None,
    member: Member | None,
    place: Place | None,
) -> None:
    """Raises `Refused` when one of them was not there on the day of a gift."""
    check_all(
        day,
        giver=giver,
        households=[household] if household else [],
        member=member,
        places=[place] if place else [],
    )


def check_all(
    day: date,
    *,
    giver: Organisation,
    households: Sequence[Household],
    member: Member | None,
    places: Sequence[Place],
) -> None:
    """Raises `Refused` when one of them was not there on the day of gifts to all of these.

    All are held, in the order of `fieldwork.inside`: whoever ends one of them meanwhile waits.
    """
    check_standing(giver, on=day)
    for home in _held(households):
        if home.ended and day > home.ended:
            raise Refused(
                _("The household of %(name)s left the register on %(day)s.")
                % {"name": home.head, "day": day_text(home.ended)}
            )
    if member and (now := held(member)).ended and day > now.ended:
        raise Refused(
            _("%(name)s left on %(day)s and cannot have been there.")
            % {"name": now.name, "day": day_text(now.ended)}
        )
    for there in _held(places):
        if there.ended and day > there.ended:
            raise Refused(
                _("%(name)s ended on %(day)s; nothing new is written down for it.")
                % {"name": there.name, "day": day_text(there.ended)}
            )


def _held(rows: Sequence[Row]) -> list[Row]:
    """These rows of one model as they are now, in the order of their keys."""
    if not rows:
        return []
    found = type(rows[0])._default_manager.filter(pk__in=[row.pk for row in rows])
    return list(hold(found.order_by("pk")))


def _gifts(owner: type[Model], path: str, *, ends: Promise, begins: Promise | str = "") -> Inside:
    return Inside(
        owner=owner,
        path=path,
        days=("day",),
        rows=lambda: Gift.objects.standing(),
        ends=ends,
        begins=begins,
    )


def connect() -> None:
    INSIDE.extend(
        [
            _gifts(
                Household,
                "household",
                ends=gettext_lazy(
                    "There is a gift of %(day)s to this household; it cannot leave the register"
                    " before that day. If the gift is wrong, correct it or take it out first."
                ),
            ),
            _gifts(
                Organisation,
                "giver",
                ends=gettext_lazy(
                    "There is a gift of %(day)s from this organisation; it cannot end before that"
                    " day. If the gift is wrong, correct it or take it out first."
                ),
                begins=gettext_lazy(
                    "There is a gift of %(day)s from this organisation; it cannot begin after that"
                    " day."
                ),
            ),
            _gifts(
                Member,
                "member",
                ends=gettext_lazy(
                    "There is a gift of %(day)s that this member brought; they cannot leave before"
                    " that day. If the gift is wrong, correct it or take it out first."
                ),
            ),
            _gifts(
                Place,
                "place",
                ends=gettext_lazy(
                    "There is a gift of %(day)s in this place; it cannot end before that day. If"
                    " the gift is wrong, correct it or take it out first."
                ),
            ),
            Inside(
                owner=Fund,
                path="fund",
                days=("day",),
                rows=lambda: FundEntry.objects.all(),
                ends=gettext_lazy(
                    "Money moved in this fund on %(day)s; it cannot end before that day."
                ),
            ),
        ]
    )
