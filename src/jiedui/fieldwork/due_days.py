"""How many visits are due on each day, for the calendar; each number leads to these pairs."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiedui.campaigns.agenda import DayCount
from jiedui.campaigns.models import Campaign
from jiedui.core.lists import DateRange
from jiedui.fieldwork import due_visits
from jiedui.pairing.models import Pair


def by_day(campaign: Campaign, reader: Any, since: date, until: date) -> Iterator[DayCount]:
    """Visits the reader may see; those of days that have passed are overdue."""
    today = timezone.localdate()
    mine = Pair.objects.current().filter(campaign=campaign).visible_to(reader)
    # Counted here: the database would work the day out once more for each condition on it.
    rows = due_visits.with_pair_visits(mine, today=today).order_by()
    days = Counter(rows.values_list("next_due", flat=True))
    for day in sorted(day for day in days if day and since <= day <= until):
        is_late = day < today
        text = _("visits overdue") if is_late else _("visits due")
        yield DayCount(day, days[day], text, _href(day), is_late)


def _href(day: date) -> str:
    query = {f"{NEXT_DUE.key}_{end}": day.isoformat() for end in ("from", "to")}
    return f"{reverse('pairing:list')}?{urlencode(query)}"


class _NextDue(DateRange):
    """Pairs of today whose next visit is due between two days."""

    def narrow(self, rows: Any, value: tuple[date | None, date | None]) -> Any:
        pairs = due_visits.with_pair_visits(Pair.objects.current(), today=timezone.localdate())
        return rows.filter(pk__in=super().narrow(pairs, value).values("pk"))


NEXT_DUE = _NextDue("due", gettext_lazy("Next visit due"), field="next_due")
