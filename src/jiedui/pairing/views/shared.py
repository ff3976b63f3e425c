"""What the views of this app share: the campaign, the kind of pair, permissions."""

from functools import cached_property
from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from jiedui.campaigns.models import Campaign
from jiedui.campaigns.playbook.pairs import Pairing
from jiedui.core.doors import may
from jiedui.core.users import User
from jiedui.orgs.models import Member
from jiedui.pairing.models import Pair


def kinds(campaign: Campaign, *, helped: str, helper: str = "") -> list[Pairing]:
    """Kinds of pair for households, or for places; the main one first."""
    found = [
        p
        for p in campaign.playbook.pairings
        if p.helped == helped and (not helper or p.helper == helper)
    ]
    return sorted(found, key=lambda p: not p.main)


def chosen_kind(request: HttpRequest, found: list[Pairing]) -> Pairing | None:
    """The kind asked for in `?kind=`, else the first; 404 for one that is not there."""
    key = request.GET.get("kind") or request.POST.get("kind")
    if not key:
        return found[0] if found else None
    chosen = next((one for one in found if one.key == key), None)
    if chosen is None:
        raise Http404
    return chosen


def the_pair(request: HttpRequest, pk: int, *, to_change: bool = False) -> Pair:
    """A pair the user may see, or change; 404 otherwise."""
    seen, changed = Pair.objects.visible_to, Pair.objects.changeable_by
    rows = (changed if to_change else seen)(request.user).select_related(
        "campaign", "member__organisation", "team", "organisation", "household__place", "place"
    )
    pair: Pair = get_object_or_404(rows, pk=pk)
    return pair


def may_change(request: HttpRequest, pair: Pair) -> bool:
    return may(request.user, "pair.change", on=pair)


def nameable(user: User, *, permission: str = "pair.change") -> Any:
    """Members the user may name as helpers: seen by whom the pairs are changed or proposed."""
    return Member.objects.visible_to(user, permission=permission).filter(ended=None)


class InCampaign:
    """For listings: the campaign and kind of pair of this request, given by `kwargs`."""

    kwargs: dict[str, Any]

    @cached_property
    def campaign(self) -> Campaign | None:
        return Campaign.objects.filter(pk=self.kwargs.get("campaign", 0)).first()

    @cached_property
    def pairing(self) -> Pairing | None:
        if self.campaign is None:
            return None
        found = (p for p in self.campaign.playbook.pairings if p.key == self.kwargs.get("kind"))
        return next(found, None)
