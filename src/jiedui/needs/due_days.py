"""How many requests have their next step due on each day, for the calendar."""

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
from jiedui.needs.models import NeedRequest


def by_day(campaign: Campaign, reader: Any, since: date, until: date) -> Iterator[DayCount]:
    """Requests the reader may see that are neither settled nor turned down."""
    if not campaign.playbook.needs:
        return
    rows = NeedRequest.objects.standing().running().visible_to(reader).filter(campaign=campaign)
    days = rows.filter(due__gte=since, due__lte=until).order_by("due").values_list("due")
    for day, count in days.annotate(n=Count("pk")):
        query = urlencode({"due_from": day.isoformat(), "due_to": day.isoformat()})
        href = f"{reverse('needs:list')}?{query}"
        yield DayCount(day, count, _("requests due"), href, day < timezone.localdate())
