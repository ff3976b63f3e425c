"""Values of a new snapshot that pages need, counted ahead so that the pages answer at once."""

from collections.abc import Callable, Iterator
from typing import Any

from django.db.models.functions import Length
from django.utils.translation import gettext as _

from jiedui.campaigns.models import Campaign
from jiedui.core.trees import below
from jiedui.figures import history, this_month
from jiedui.figures.evaluation import grouping, keep
from jiedui.figures.expressions import PLACE_CUTS, FigureQuery
from jiedui.figures.models import Snapshot
from jiedui.figures.parts import CHOICES
from jiedui.orgs.models import Organisation


def warm(snapshot: Snapshot, *, progress: Callable[[int, str], None] | None = None) -> int:
    """Count every figure as a whole, for every organisation and area, and by dashboard's parts.

    Returns how many values were counted; `progress` is called before each grouping with how many
    there are by then, and the name of the grouping.
    """
    counted = 0
    for by, keys in questions(snapshot.campaign):
        if progress:
            progress(counted, name_of(by))
        figures = [snapshot.campaign.playbook.figure(key) for key in keys]
        keep(snapshot, figures, FigureQuery(by=by))
        counted += len(figures)
    if figure := this_month.figure(snapshot.campaign.playbook):
        for since, until in this_month.periods(snapshot.as_of):
            keep(snapshot, [figure], FigureQuery(since=since, until=until))
    return counted


def total(campaign: Campaign) -> int:
    """How many values `warm` will count."""
    return sum(len(keys) for _by, keys in questions(campaign))


def name_of(by: str) -> str:
    """What is counted at a grouping, in words."""
    kind = by.partition("/")[0]
    words = {"": _("the whole campaign"), "place": _("by area"), "org": _("by organisation")}
    return words[kind] if kind in words else str(CHOICES.get(kind, kind))


def questions(campaign: Campaign) -> Iterator[tuple[str, list[str]]]:
    """Groupings, each with the figures that pages break down so."""
    every = [figure.key for figure in campaign.playbook.figures]
    yield "", every
    for by in subtrees(campaign):
        yield by, every
    wanted: dict[str, dict[str, Any]] = {}
    for dashboard in campaign.playbook.dashboards:
        for by in (dashboard.by, "month" if dashboard.over_time else "none"):
            if by != "none":
                wanted.setdefault(grouping(by), {}).update(dict.fromkeys(dashboard.figures))
    dated = [one.key for one in campaign.playbook.figures if history.is_dated(one)]
    wanted.setdefault("month", {}).update(dict.fromkeys(dated))
    for by, keys in wanted.items():
        yield by, list(keys)


def subtrees(campaign: Campaign) -> list[str]:
    """The depths at which the campaign has areas and organisations."""
    root = len(campaign.place.path)
    places = [f"place/{cut}" for cut in PLACE_CUTS.values() if cut >= root]
    rows = Organisation.objects.filter(below(campaign.organisation.path))
    depths = rows.order_by().values_list(Length("path"), flat=True).distinct()
    return places + [f"org/{depth}" for depth in sorted(depths)]
