"""Who sees activities: the hosting unit, the place, and whoever took part."""

from django.db.models import Q

from jiedui.core.models import allow
from jiedui.fieldwork.models import Activity, Attendance
from jiedui.orgs.scopes import of


def connect() -> None:
    allow(Activity, lambda u: of(u).organisations("organisation__path"))
    allow(Activity, lambda u: of(u).places("place__path"))
    allow(
        Activity,
        lambda u: Q(pk__in=Attendance.objects.filter(member=of(u).member or 0).values("activity")),
    )
