"""A member leaves, and colleagues take the pairs over."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from jiedui.campaigns.current import running_campaign
from jiedui.core.doors import needs
from jiedui.core.refusals import Refused
from jiedui.orgs.models import Member
from jiedui.pairing import actions
from jiedui.pairing.forms import LeaveForm
from jiedui.pairing.models import Pair
from jiedui.pairing.suggestions import Suggestion, suggest
from jiedui.pairing.views.shared import nameable


@needs("pair.change")
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave and hand over in one step: each pair goes to the named successor, or ends."""
    rows = Member.objects.changeable_by(request.user).select_related("organisation")
    member = get_object_or_404(rows.filter(ended=None), pk=pk)
    campaign = running_campaign(request)
    pairs = _pairs(member)
    found = {} if request.method == "POST" else _suggested(request.user, member, pairs)
    form = LeaveForm(
        request.POST or None,
        user=request.user,
        pairs=pairs,
        campaign=campaign,
        initial={f"to_{key}": one.member for key, one in found.items()},
    )
    if form.is_valid() and _left(request, member, form):
        return redirect(member)
    lines = [(pair, bound, found.get(pair.pk)) for pair, bound in form.lines]
    context = {"form": form, "member": member, "lines": lines}
    return render(request, "pairing/leave.html", context)


def _pairs(member: Member) -> list[Pair]:
    rows = Pair.objects.open().filter(member=member, overlap_until=None)
    return list(
        rows.select_related(
            "campaign", "household__place", "place", "member__organisation", "organisation"
        ).order_by("household__number", "pk")
    )


def _left(request: HttpRequest, member: Member, form: LeaveForm) -> bool:
    try:
        handed, ended = actions.leave_to(
            member,
            on=form.cleaned_data["on"],
            reason=form.cleaned_data["reason"],
            successors=form.successors,
            by=request.user,
        )
    except Refused as refused:
        form.add_error(None, refused.sentence)
        return False
    said = _("%(name)s has left: %(handed)d pairs handed over, %(ended)d ended.")
    messages.success(request, said % {"name": member.name, "handed": handed, "ended": ended})
    return True


def _suggested(user: Any, member: Member, pairs: list[Pair]) -> dict[int, Suggestion]:
    """The best successor of each pair; nobody is named beyond the places they have left."""
    given: dict[int, int] = {}
    found = {}
    for pair in pairs:
        if pair.household is None:
            continue
        pairing = pair.campaign.playbook.pairing(pair.kind)
        likely = suggest(
            pair.campaign, pairing, pair.household, among=nameable(user), before=member, count=8
        )
        free = [s for s in likely if s.taken + given.get(s.member.pk, 0) < s.most]
        if free:
            found[pair.pk] = free[0]
            given[free[0].member.pk] = given.get(free[0].member.pk, 0) + 1
    return found
