"""The list of everything done."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _

from jiedui.campaigns.models import all_campaigns, give_campaigns
from jiedui.core.lists import (
    Action,
    Badge,
    Choice,
    Column,
    DateRange,
    Empty,
    Listing,
    Search,
    Tree,
    YesNo,
    joined,
    listing_view,
)
from jiedui.core.texts import count_text
from jiedui.fieldwork.models import Activity, Attendance
from jiedui.orgs.models import Organisation
from jiedui.places.models import Place

TAKEN_OUT = Badge(_("taken out"), "grey", "ban")


def kinds() -> Iterable[tuple[str, str]]:
    """Kinds of every campaign here; the first to use a key names it."""
    names: dict[str, str] = {}
    for campaign in all_campaigns():
        for kind in campaign.playbook.activities:
            names.setdefault(kind.key, str(kind.name))
    return names.items()


def outputs_text(row: Any) -> str:
    names = {one.key: str(one.name) for one in row.campaign.playbook.outputs}
    return "、".join(
        f"{names.get(o.kind, o.kind)} {count_text(o.quantity)} {o.unit}" for o in row.outputs.all()
    )


class Activities(Listing[Activity]):
    key = "activities"
    url = "fieldwork:list"
    title = _("Activities")
    icon = "calendar-event"
    model = Activity
    selectable = True
    permission = "registers.read"
    order = ("-day", "-id")
    action = Action(_("Record a visit"), "fieldwork:visit", "visit.record", icon="pencil")
    more = (Action(_("Group activity"), "fieldwork:new", "activity.record", icon="users-group"),)
    card = ("day", "household", "place")
    columns = (
        Column(
            "kind", _("What was done"), value=lambda row: str(row.kind_name), link=True, panel=True
        ),
        Column("day", _("Day"), kind="day", sort="day"),
        Column("organisation", _("Held by"), sort="organisation__path"),
        Column("household", _("Household"), value="household.head"),
        Column("place", _("Place"), value="place.name", sort="place__path"),
        Column(
            "members",
            _("Members who came"),
            kind="count",
            unit=_("persons"),
            value=lambda row: row.members_counted + row.named,
        ),
        Column(
            "public",
            _("Public"),
            value=lambda row: row.public_counted or None,
            kind="count",
            unit=_("persons"),
            sort="public_counted",
        ),
        Column("outputs", _("Outputs"), value=outputs_text),
        Column(
            "state",
            _("State"),
            value=lambda row: TAKEN_OUT if row.voided_on else None,
            kind="badge",
        ),
        Column("team", _("Team"), shown=False),
        Column("minutes", _("Minutes"), kind="count", shown=False),
        Column("note", _("Note"), shown=False),
        Column("recorded_by", _("Recorded by"), shown=False),
        Column("recorded_at", _("Recorded"), kind="moment", sort="recorded_at", shown=False),
    )
    filters = (
        Search(
            "household__head",
            "household__pinyin__istartswith",
            "household__initials__istartswith",
            "note",
            hint=_("Household, words of the note"),
        ),
        Choice("kind", _("Kind"), kinds),
        DateRange("day", _("Day")),
        Tree("place", _("Place"), Place, path="place__path"),
        Tree("organisation", _("Held by"), Organisation, path="organisation__path"),
        YesNo(
            "public",
            _("With the public"),
            by=lambda rows, yes: rows.filter(**{f"public_counted__{'gt' if yes else 'exact'}": 0}),
        ),
        YesNo(
            "voided", _("Taken out"), by=lambda rows, yes: rows.filter(voided_on__isnull=not yes)
        ),
    )
    empty = Empty(
        "calendar-event",
        _("Nothing has been written down yet"),
        _("Visits and activities appear here with who took part and what came of it."),
        "fieldwork:visit",
        _("Record a visit"),
        "visit.record",
    )

    def dress(self, rows: QuerySet[Activity]) -> QuerySet[Activity]:
        names = ("name",)
        shown = joined(rows, organisation=names, household=("head",), place=names, team=names)
        return shown.prefetch_related("outputs")

    def complete(self, rows: list[Any]) -> None:
        give_campaigns(rows)
        of_these = Attendance.objects.filter(activity__in=[row.pk for row in rows]).order_by()
        named = dict(of_these.values_list("activity").annotate(Count("pk")))
        for row in rows:
            row.named = named.get(row.pk, 0)


activities = listing_view(Activities)
