"""What lies inside the days of a household: those who live in it, and what they need."""

from django.utils.translation import gettext_lazy as _

from jiedui.core.inside import INSIDE, Inside
from jiedui.households.models import Household, Need, Person


def connect() -> None:
    INSIDE.extend(
        [
            Inside(
                owner=Household,
                path="household",
                days=("since", "met_on", "ended"),
                rows=lambda: Need.objects.all(),
                ends=_(
                    "A need of this household was written down, met or dropped on %(day)s; it"
                    " cannot leave the register before that day. If that day is wrong, correct it"
                    " by a list of needs first."
                ),
            ),
            Inside(
                owner=Household,
                path="household",
                # Not `since`: without a date in a list it is only the day of the import.
                days=("ended",),
                rows=lambda: Person.objects.all(),
                ends=_(
                    "Somebody left this household on %(day)s; it cannot leave the register before"
                    " that day. If that day is wrong, correct it by a list of people first."
                ),
            ),
        ]
    )
