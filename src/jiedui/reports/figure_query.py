"""What an entry of a bulletin asks of a snapshot: which figure, where, and for which days."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from jiedui.campaigns.models import Campaign
from jiedui.campaigns.playbook.publishing import Figure, Filter
from jiedui.campaigns.playbook.tables import TABLES
from jiedui.campaigns.playbook.windows import windows_between
from jiedui.core.refusals import Refused
from jiedui.figures.evaluation import Value, evaluate
from jiedui.figures.models import Snapshot
from jiedui.orgs.models import Organisation
from jiedui.places.models import Place

Entry = dict[str, Any]
Stretch = tuple[date | None, date | None]


@dataclass(frozen=True)
class Frame:
    """What holds for figures of a bulletin that do not say otherwise."""

    since: date | None = None
    until: date | None = None
    place: str = ""  # path
    organisation: str = ""


def entry_of(
    campaign: Campaign, key: str, arguments: Mapping[str, Any], *, frame: Frame, as_of: date
) -> Entry:
    """The entry without value and id. Raises `Refused` for a place or organisation not known."""
    figure = campaign.playbook.figure(key)
    since, until = _days(campaign, arguments, frame=frame, as_of=as_of)
    place = str(arguments.get("place", "")) or frame.place
    own = str(arguments.get("organisation", ""))
    return {
        "key": key,
        "name": str(figure.name),
        "unit": str(figure.unit),
        "counts": figure.counts,
        "place": _path_of_place(place) if place else "",
        "organisation": _path_of_organisation(own) if own else frame.organisation,
        "since": str(since or ""),
        "until": str(until or ""),
        "window": _open_window(campaign, figure, arguments),
    }


def values_of(
    snapshot: Snapshot, entry: Mapping[str, Any], *, by: str | None = None
) -> list[Value]:
    """The value of an entry on a snapshot; several where it is broken down."""
    return evaluate(
        snapshot,
        [figure_of(snapshot.campaign, entry)],
        place=place_of(entry),
        organisation=organisation_of(entry),
        since=day_of(entry["since"]),
        until=day_of(entry["until"]),
        by=by,
    )


def figure_of(campaign: Campaign, entry: Mapping[str, Any]) -> Figure:
    """The playbook's figure, narrowed to a window that comes again every year where asked."""
    figure = campaign.playbook.figure(entry["key"])
    if not entry.get("window"):
        return figure
    column = TABLES[str(figure.over)].period
    return replace(figure, where=(*figure.where, Filter(column=column, window=entry["window"])))


def place_of(entry: Mapping[str, Any]) -> Place | None:
    return Place.objects.filter(path=entry["place"]).first() if entry["place"] else None


def organisation_of(entry: Mapping[str, Any]) -> Organisation | None:
    path = entry["organisation"]
    return Organisation.objects.filter(path=path).first() if path else None


def text_of(value: Any) -> str | None:
    """Exact, as an entry keeps it."""
    return None if value is None else str(Decimal(value))


def _days(
    campaign: Campaign, arguments: Mapping[str, Any], *, frame: Frame, as_of: date
) -> Stretch:
    """Days a template asks for: its own, else a phase, a window of a year, a year, the frame."""
    if arguments.get("since") or arguments.get("until"):
        return day_of(arguments.get("since")), day_of(arguments.get("until"))
    if phase := arguments.get("phase"):
        found = next(one for one in campaign.playbook.phases if one.key == phase)
        return found.starts, found.ends
    year = int(arguments["year"]) if arguments.get("year") else None
    if (window := arguments.get("window")) and year:
        return _window_of_year(campaign, window, year)
    if window:
        return None, None
    if year:
        return date(year, 1, 1), date(year, 12, 31)
    return frame.since, frame.until


def _window_of_year(campaign: Campaign, window: str, year: int) -> Stretch:
    """From the first to the last day of the windows that end in the year: 两节 begin before it."""
    first, last = date(year - 1, 1, 1), date(year + 1, 12, 31)
    spans = windows_between(campaign.playbook, window, since=first, until=last)
    inside = [span for span in spans if span.ends.year == year]
    if not inside:
        raise Refused(
            _("The window %(key)s has no days in %(year)s.") % {"key": window, "year": year}
        )
    return min(s.starts for s in inside), max(s.ends for s in inside)


def _open_window(campaign: Campaign, figure: Figure, arguments: Mapping[str, Any]) -> str:
    """The window as a condition of its own; only figures over one dated table can carry it."""
    window = str(arguments.get("window") or "")
    if not window or not figure.over or not TABLES[figure.over].period:
        return ""
    return window


def _path_of_place(code: str) -> str:
    places = Place.objects.filter(path=code) | Place.objects.filter(code=code.ljust(12, "0"))
    path = places.values_list("path", flat=True).first()
    if path is None:
        raise Refused(_("There is no place with the code %(code)s.") % {"code": code})
    return str(path)


def _path_of_organisation(number: str) -> str:
    rows = Organisation.objects.filter(number=number) | Organisation.objects.filter(path=number)
    path = rows.values_list("path", flat=True).first()
    if path is None:
        raise Refused(
            _("There is no organisation with the number %(number)s.") % {"number": number}
        )
    return str(path)


def day_of(value: Any) -> date | None:
    if isinstance(value, date) or not value:
        return value or None
    return date.fromisoformat(str(value))
