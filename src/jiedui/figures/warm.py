"""Counting ahead what pages will ask of a new snapshot, so that they answer at once."""

from collections.abc import Iterator
from typing import Any

from django.db.models.functions import Length

from jiedui.campaigns.models import Campaign
from jiedui.core.trees import below
from jiedui.figures.evaluation import answers, grouping
from jiedui.figures.expressions import PLACE_CUTS, Question
from jiedui.figures.models import Snapshot
from jiedui.orgs.models import Organisation


def warm(snapshot: Snapshot) -> int:
    """Count every figure as a whole, for every organisation and area, and by dashboard's parts.

    Returns how many questions were asked of the figures.
    """
    asked = 0
    for by, keys in questions(snapshot.campaign):
        figures = [snapshot.campaign.playbook.figure(key) for key in keys]
        answers(snapshot, figures, Question(by=by))
        asked += len(figures)
    return asked


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
    for by, keys in wanted.items():
        yield by, list(keys)


def subtrees(campaign: Campaign) -> list[str]:
    """The depths at which the campaign has areas and organisations."""
    root = len(campaign.place.path)
    places = [f"place/{cut}" for cut in PLACE_CUTS.values() if cut >= root]
    rows = Organisation.objects.filter(below(campaign.organisation.path))
    depths = rows.order_by().values_list(Length("path"), flat=True).distinct()
    return places + [f"org/{depth}" for depth in sorted(depths)]
