"""How many issues are due on each day, for the calendar; each number leads to them."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from jiedui.campaigns.agenda import DayCount
from jiedui.campaigns.models import Campaign
from jiedui.supervision.models import NOT_MENDED, Issue


def by_day(campaign: Campaign, reader: Any, since: date, until: date) -> Iterator[DayCount]:
    """Issues the reader may see that are not mended yet."""
    rows = Issue.objects.visible_to(reader).filter(campaign=campaign, state__in=NOT_MENDED)
    days = rows.filter(due__gte=since, due__lte=until).order_by("due").values_list("due")
    for day, count in days.annotate(n=Count("pk", distinct=True)):
        query = urlencode({"due_from": day.isoformat(), "due_to": day.isoformat()})
        href = f"{reverse('supervision:issues')}?{query}"
        yield DayCount(day, count, _("issues due"), href, day < timezone.localdate())
