"""The public wording of a request says nothing of whose it is."""

import re

from django.utils.translation import gettext as _

from jiedui.core import readings
from jiedui.core.refusals import Refused
from jiedui.engines import words
from jiedui.households.models import Household

LONG_NUMBER = re.compile(r"\d(?:[\s\-—–.]?\d){6,}")  # of a telephone, a card, an identity
SHORTEST = 2  # characters of a name that are looked for


def check_public(text: str, household: Household | None) -> None:
    """Raises `Refused` where a text names somebody of the household, or gives a long number.

    Everybody who takes part may read it.
    """
    folded = words.fold(text)
    if LONG_NUMBER.search(folded):
        raise Refused(
            _("The public wording holds a long number. Telephone, card and identity numbers belong"
              " into what only the one who does it reads.")
        )  # fmt: skip
    if household is None:
        return
    plain = "".join(folded.split())
    if any(len(name) >= SHORTEST and name in plain for name in _names(household)):
        raise Refused(
            _("The public wording names somebody of the household. Say what is wanted without any"
              " name.")
        )  # fmt: skip
    with readings.unseen():
        address = "".join(words.fold(str(household.address)).split())
    if len(address) > len(household.place.name) and address in plain:
        raise Refused(_("The public wording gives the address of the household; leave it out."))


def _names(household: Household) -> list[str]:
    people = household.people.values_list("name", flat=True)
    return [
        "".join(words.fold(name).split()) for name in {household.head, household.number, *people}
    ]
