"""Gifts lie inside the days of whoever gave and got them, the movements of money in their fund."""

from datetime import date

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiedui.core.inside import INSIDE, Inside
from jiedui.core.locking import held
from jiedui.core.refusals import Refused
from jiedui.core.texts import day_text
from jiedui.households.models import Household
from jiedui.ledger.models import Fund, FundEntry, Gift
from jiedui.orgs.membership import check_standing
from jiedui.orgs.models import Member, Organisation
from jiedui.places.models import Place


def check(
    day: date,
    *,
    giver: Organisation,
    household: Household | None,
    member: Member | None,
    place: Place | None,
) -> None:
    """Raises `Refused` when one of them was not there on the day of a gift.

    All are held, in the order of `fieldwork.inside`: whoever ends one of them meanwhile waits.
    """
    check_standing(giver, on=day)
    if household and (home := held(household)).ended and day > home.ended:
        raise Refused(
            _("This household left the register on %(day)s.") % {"day": day_text(home.ended)}
        )
    if member and (now := held(member)).ended and day > now.ended:
        raise Refused(
            _("%(name)s left on %(day)s and cannot have been there.")
            % {"name": now.name, "day": day_text(now.ended)}
        )
    if place and (there := held(place)).ended and day > there.ended:
        raise Refused(
            _("%(name)s ended on %(day)s; nothing new is written down for it.")
            % {"name": there.name, "day": day_text(there.ended)}
        )


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
