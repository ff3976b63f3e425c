"""A proposal and its rows as a user may see them, with what a review has to know of them."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from jiedui.core.doors import may
from jiedui.households.models import Household
from jiedui.pairing.models import Pair
from jiedui.proposals.comparing import metres
from jiedui.proposals.models import Proposal, ProposedPair

READ = "proposals.read"


def the_proposal(request: HttpRequest, pk: int, permission: str = READ) -> Proposal:
    """A proposal on which the user holds this permission; 404 otherwise."""
    rows = Proposal.objects.permitted(request.user, permission)
    found: Proposal = get_object_or_404(rows.select_related("campaign", "job"), pk=pk)
    return found


def the_row(request: HttpRequest, pk: int, row: int, permission: str = READ) -> ProposedPair:
    """A row of it: all of them for whoever may approve it, else of households one may see."""
    proposal = the_proposal(request, pk, permission)
    rows = ProposedPair.objects.filter(proposal=proposal)
    if permission != READ or not may(request.user, "pair.approve", on=proposal):
        seen = Household.objects.visible_to(request.user, permission=permission)
        rows = rows.filter(household__in=seen.order_by().values("pk"))
    rows = rows.select_related(
        "proposal__campaign", "household__place__parent", "member__organisation"
    )
    found: ProposedPair = get_object_or_404(rows, pk=row)
    return found


def helpers_now(proposal: Proposal, rows: list[Any]) -> dict[int, tuple[int, str]]:
    """Key and name of the present first helper, for rows still to be decided whose household has
    one: of a re-plan, or of a plan of second helpers."""
    if proposal.rules.get("scope") == "uncovered" or proposal.state != Proposal.State.READY:
        return {}
    running = Pair.objects.open().filter(
        campaign=proposal.campaign,
        kind=proposal.kind,
        household__in=[row.household_id for row in rows],
        overlap_until=None,
        member__ended=None,
    )
    found = running.order_by("-role", "-pk").values_list("household", "member", "member__name")
    return {household: (member, name) for household, member, name in found}


def figures(result: dict[str, Any], *, scope: str = "uncovered") -> list[dict[str, Any]]:
    """The cards above the rows: what the plan comes to, as it stands now; `scope` says for which
    part of the target group it was asked."""
    now, is_second = result.get("now", {}), scope == "second"
    names = {
        "all": _("The whole target group"),
        "second": _("Of the target group, with one helper"),
        "uncovered": _("Of the target group, without a helper"),
    }
    found = [
        {
            "name": names[scope],
            "value": result.get("households"),
            "unit": _("households"),
            "note": _("%(helpers)s helpers with %(places)s free places")
            % {
                "helpers": f"{result.get('helpers', 0):,}",
                "places": f"{result.get('places', 0):,}",
            },
        },
        {
            "name": _("With a second helper") if is_second else _("With a helper"),
            "value": now.get("pairs"),
            "unit": _("households"),
            "note": _("%(hand)s by hand · %(out)s left out")
            % {"hand": now.get("by_hand", 0), "out": now.get("left_out", 0)},
        },
        {
            "name": _("Still without"),
            "value": now.get("nobody"),
            "unit": _("households"),
            "tone": "red" if now.get("nobody") else "green",
            "url": "?which=nobody",
        },
        {
            "name": _("Usual way"),
            "text": metres(now.get("median_m")),
            "unit": _("km"),
            "note": _("19 of 20 are within %(km)s km") % {"km": metres(now.get("far_m"))},
        },
    ]
    return [*found, *_fit(now)]


def _fit(now: dict[str, Any]) -> list[dict[str, Any]]:
    """Cards of the hardest and of the needs, where the stored problem tells of them."""
    found = []
    if now.get("hard"):
        found.append(
            {
                "name": _("Hardest led by a leader"),
                "value": now["hard_led"],
                "unit": _("households"),
                "note": _("of %(all)s among the hardest") % {"all": f"{now['hard']:,}"},
                "url": "?which=hardest",
            }
        )
    if now.get("needs"):
        found.append(
            {
                "name": _("Needs met by a fitting helper"),
                "value": now["needs_met"],
                "unit": _("needs"),
                "note": _("of %(all)s needs") % {"all": f"{now['needs']:,}"},
            }
        )
    return found
