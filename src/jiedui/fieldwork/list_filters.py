"""What the lists of households and pairs can be narrowed to because of visits.

Both lists belong to apps below, which know of no visits; their filters are added from here.
"""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jiedui.core.lists import Filter, Listing, YesNo
from jiedui.fieldwork import due_days, due_visits, list_columns

Narrow = Callable[..., QuerySet[Any]]
AFTER_PLACE = 2  # among those on the first line


def overdue(narrow: Narrow) -> YesNo:
    """A filter `?overdue=1` by one of the functions of `due_visits`."""
    return YesNo(
        "overdue",
        _("Visit overdue"),
        by=lambda rows, yes: narrow(rows, yes, today=timezone.localdate()),
    )


def connect() -> None:
    from jiedui.households.views.registers import Households
    from jiedui.pairing.views.pairs import Pairs

    listings: list[tuple[type[Listing[Any]], Narrow, tuple[Filter, ...]]] = [
        (Households, due_visits.narrow_households, (list_columns.has_helper(),)),
        (Pairs, due_visits.narrow_pairs, (due_days.NEXT_DUE,)),
    ]
    for listing, narrow, last in listings:
        filters = list(listing.filters)
        filters.insert(AFTER_PLACE, overdue(narrow))
        listing.filters = (*filters, *last)
        listing.acts = (*listing.acts, list_columns.REMIND)
    Households.add(list_columns.VISITS)
