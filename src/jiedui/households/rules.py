"""What days and years a household, its people, needs and income may have."""

from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from jiedui.core.faults import Fault, Values, out_of_order, to_come

EARLIEST = 2000  # a need of an earlier year is a slip of the pen


def of_household(values: Values) -> Iterator[Fault]:
    yield from to_come(values, "since", "consent_on", "ended")
    yield from out_of_order(values, "since", "ended")


def of_person(values: Values) -> Iterator[Fault]:
    yield from to_come(values, "born", "since", "ended")
    sentence = _("Nobody lives in a household before the day of birth.")
    yield from out_of_order(values, "born", "since", sentence=sentence)
    yield from out_of_order(values, "since", "ended")


def of_need(values: Values) -> Iterator[Fault]:
    yield from to_come(values, "since", "met_on", "ended")
    since: Any = values.get("since")
    if since and since.year < EARLIEST:
        sentence = _("Needs are written down from %(year)s on.") % {"year": EARLIEST}
        yield Fault(("since",), sentence, _("Check the year."))
    yield from out_of_order(values, "since", "met_on")
    yield from out_of_order(values, "since", "ended")


def of_income(values: Values) -> Iterator[Fault]:
    year: Any = values.get("year")
    if year and year > timezone.localdate().year:
        yield Fault(("year",), _("This year has not begun yet."), _("Check the year."))
