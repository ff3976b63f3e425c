"""The page of a pair: who, for whom, before and after, and what was done."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy

from jiedui.core.histories import history
from jiedui.handover.change_requests import open_sides
from jiedui.handover.models import ChangeRequest
from jiedui.handover.views.pairs import sheet_of
from jiedui.pairing.avoiding import may_declare
from jiedui.pairing.models import Avoidance, Pair
from jiedui.pairing.reasons import change_reason
from jiedui.pairing.views.pairs import state
from jiedui.pairing.views.shared import may_change, the_pair
from jiedui.profiles.pair_sections import gifts, visits

HISTORY = {
    "pair.opened": gettext_lazy("paired"),
    "pair.handed_over": gettext_lazy("handed over"),
    "pair.overlap_ended": gettext_lazy("overlap over"),
    "pair.ended": gettext_lazy("ended"),
    "pair.moved": gettext_lazy("moved with the helper"),
    "pair.reopened": gettext_lazy("taken up again"),
    "pair.told": gettext_lazy("told to all concerned"),
}
LONGEST_CHAIN = 40


def show(request: HttpRequest, pk: int) -> HttpResponse:
    """One pair: who, for whom, before and after, and what was done."""
    pair = the_pair(request, pk)
    may = may_change(request, pair)
    is_free = pair.ended is None and pair.overlap_until is None
    context = {
        "pair": pair,
        "state": state(pair),
        "reason": _reason(pair),
        "chain": chain(pair),
        "beside": _beside(pair),
        "sections": [visits(pair, request.user), gifts(pair, request.user)],
        "events": history(pair, words=HISTORY),
        "avoided": _avoided(pair),
        "may_hand_over": may and is_free,
        "may_end": may and pair.ended is None,
        "has_sheet": sheet_of(request, pair) is not None,
        "change_requests": _change_requests(request, pair),
        "may_request": open_sides(request.user, pair),
        "may_declare": may_declare(request.user, pair),
    }
    return render(request, "profiles/pair.html", context)


def _change_requests(request: HttpRequest, pair: Pair) -> list[ChangeRequest]:
    return list(ChangeRequest.objects.visible_to(request.user).filter(pair=pair))


def _avoided(pair: Pair) -> Avoidance | None:
    if pair.ended or not (pair.member_id and pair.household_id):
        return None
    return (
        Avoidance.objects.filter(member=pair.member_id, household=pair.household_id)
        .exclude(state=Avoidance.State.REJECTED)
        .first()
    )


def _reason(pair: Pair) -> Any:
    return change_reason(pair.campaign, pair.end_reason)


def chain(pair: Pair) -> list[Pair]:
    """The line of helpers this pair stands in, the first one first; the history of a relay."""
    if pair.household_id:
        same = Q(household=pair.household_id)
    elif pair.place_id:
        same = Q(place=pair.place_id)
    else:
        same = Q(pk=pair.pk)
    rows = list(
        Pair.objects.filter(same, campaign=pair.campaign_id, kind=pair.kind)
        .select_related("member", "team", "organisation", "campaign", "household", "place")
        .order_by("since", "pk")
    )
    by_key = {one.pk: one for one in rows}
    line = {pair.pk}
    step: Pair | None = pair
    while step and step.previous_id in by_key and step.previous_id not in line:
        step = by_key[step.previous_id]
        line.add(step.pk)
    for one in rows:  # successors began later, so that one pass in order of days finds them all
        if one.previous_id in line:
            line.add(one.pk)
    return [one for one in rows if one.pk in line][:LONGEST_CHAIN]


def _beside(pair: Pair) -> list[Pair]:
    """The other helpers of the same household or place now."""
    if not (pair.household_id or pair.place_id):
        return []
    same = Q(household=pair.household_id) if pair.household_id else Q(place=pair.place_id)
    rows = Pair.objects.open().filter(same, campaign=pair.campaign_id).exclude(pk=pair.pk)
    return list(
        rows.select_related("member", "team", "organisation", "campaign", "household", "place")
    )
