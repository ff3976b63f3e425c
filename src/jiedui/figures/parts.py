"""The parts of a figure with their names: counties, units, months."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiedui.campaigns.models import Campaign
from jiedui.campaigns.playbook.publishing import Figure
from jiedui.figures.evaluation import Value, evaluate
from jiedui.figures.expressions import PLACE_CUTS
from jiedui.figures.models import Snapshot
from jiedui.figures.wording import exact_text
from jiedui.orgs.models import Organisation
from jiedui.places.models import Place

CHOICES = {
    "county": gettext_lazy("by county"),
    "town": gettext_lazy("by town"),
    "village": gettext_lazy("by village"),
    "unit": gettext_lazy("by unit"),
    "branch": gettext_lazy("by branch"),
    "year": gettext_lazy("by year"),
    "quarter": gettext_lazy("by quarter"),
    "month": gettext_lazy("by month"),
}


@dataclass(frozen=True)
class Part:
    """`param` and `path` say which filter opens this part; `param` is empty where none does."""

    name: str
    value: Value
    param: str = ""

    @property
    def path(self) -> str:
        return self.value.part or ""

    @property
    def text(self) -> str:
        return exact_text(self.value)


def parts(snapshot: Snapshot, figure: Figure, *, by: str, **scope: Any) -> list[Part]:
    """The figure broken down, largest first; periods in their order."""
    values = evaluate(snapshot, [figure], by=by, **scope)
    names = _names(by, [value.part for value in values if value.part])
    param = "place" if by in PLACE_CUTS else "organisation" if by in ("unit", "branch") else ""
    found = [
        Part(
            names.get(value.part or "", _("elsewhere")), value, param if value.part in names else ""
        )
        for value in values
    ]
    if not param:
        return found
    return sorted(found, key=lambda part: (part.value.part is None, -(part.value.value or 0)))


def _names(by: str, paths: Iterable[str]) -> dict[str, str]:
    wanted = list(paths)
    if by in PLACE_CUTS:
        return _place_names(wanted)
    if by in ("unit", "branch", "group"):
        return dict(Organisation.objects.filter(path__in=wanted).values_list("path", "name"))
    return {path: path for path in wanted}


def _place_names(paths: list[str]) -> dict[str, str]:
    known = dict(Place.objects.filter(path__in=paths).values_list("path", "name"))
    # 211100: records of the city itself, which lie in none of its counties.
    above = {path: path.rstrip("0") for path in paths if path not in known}
    cut = {path: stem + "0" * (len(stem) % 2) for path, stem in above.items()}
    found = dict(Place.objects.filter(path__in=cut.values()).values_list("path", "name"))
    itself = {path: found[stem] for path, stem in cut.items() if stem in found}
    return known | {path: _("%(place)s itself") % {"place": n} for path, n in itself.items()}


def choices(campaign: Campaign) -> dict[str, Any]:
    """Ways of breaking down that make sense below the campaign's own place."""
    depth = len(campaign.place.path)
    return {
        by: label for by, label in CHOICES.items() if by not in PLACE_CUTS or PLACE_CUTS[by] > depth
    }
