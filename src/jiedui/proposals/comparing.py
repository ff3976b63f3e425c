"""Today, least change and least cost side by side; and loads as tables, for the page of a plan."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from jiedui.campaigns.playbook import Playbook
from jiedui.core.texts import count_text
from jiedui.orgs.models import Organisation
from jiedui.proposals import weights
from jiedui.proposals.models import Proposal, StoredPlan

TOP = 12  # units on the page of a plan; the others have a page of their own


@dataclass(frozen=True)
class Side:
    """One column of the comparison."""

    name: str
    goal: str
    is_shown: bool
    cells: list[str]


@dataclass(frozen=True)
class Comparison:
    heads: list[str]
    sides: list[Side]

    @property
    def lines(self) -> list[tuple[str, list[str]]]:
        """Row by row: what is compared, and each side's value."""
        return [(head, [side.cells[at] for side in self.sides])
                for at, head in enumerate(self.heads)]  # fmt: skip


def compare(proposal: Proposal) -> Comparison | None:
    """Both plans for everybody beside today's pairs; None when only one was worked out."""
    kept = list(proposal.stored_plans.defer("data").order_by("goal"))
    if len(kept) < 2:
        return None
    today = kept[0].result["today"]
    sides = [Side(_("as it is now"), "", False, _cells(today))]
    for row in kept:
        name = str(StoredPlan.Goal(row.goal).label)
        is_shown = row.goal == proposal.rules.get("goal")
        sides.append(Side(name, row.goal, is_shown, _cells(row.result["plan"])))
    return Comparison(_heads(), sides)


def beside(proposal: Proposal) -> Comparison | None:
    """This plan without minimums beside the same one with them; None when it is no such plan."""
    other = Proposal.objects.filter(
        pk=proposal.rules.get("beside"), campaign=proposal.campaign_id, kind=proposal.kind
    ).first()
    if other is None or "plan" not in other.result or "plan" not in proposal.result:
        return None
    pairs = (("with minimums", other), ("without", proposal))
    names = {"with minimums": _("with minimums"), "without": _("without minimums")}
    sides = [
        Side(names[key], "", one is proposal, _cells(one.result["plan"])) for key, one in pairs
    ]
    return Comparison(_heads(), sides)


def _heads() -> list[str]:
    return [
        _("Households with a helper"),
        _("Hardest households led by a leader"),
        _("Way, half are below (km)"),
        _("Way, 19 of 20 are below (km)"),
        _("All ways together (km)"),
        _("Needs met by a fitting helper"),
        _("Pairs changed"),
        _("Total of the plan (km)"),
    ]


def _cells(facts: dict[str, Any]) -> list[str]:
    def share(part: str, whole: str) -> str:
        return f"{count_text(facts[part])} / {count_text(facts[whole])}"

    return [
        share("covered", "households"),
        share("hard_led", "hard"),
        metres(facts["median_m"]),
        metres(facts["far_m"]),
        count_text(facts["km"]),
        share("needs_met", "needs"),
        count_text(facts["changed"]),
        weights.km(facts["cost"]),
    ]


def metres(value: int | None) -> str:
    """Metres in kilometres with one decimal; a dash when not known."""
    return "—" if value is None else f"{value / 1000:,.1f}"


def by_rank(playbook: Playbook, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Loads by rank in the order of the playbook, named; a rank without any helper is left out."""
    names = {rank.key: str(rank.name) for rank in playbook.ranks}
    known = {one["key"]: one for one in found}
    order = [key for key in [*names, ""] if key in known]
    return [{**known[key], "name": names.get(key, _("no rank"))} for key in order]


def by_unit(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Loads by unit, named."""
    units = Organisation.objects.filter(path__in=[one["key"] for one in found])
    known = {path: (pk, name) for path, pk, name in units.values_list("path", "pk", "name")}
    return [
        {**one, "pk": known[one["key"]][0], "name": known[one["key"]][1]}
        for one in found
        if one["key"] in known
    ]
