"""One pair is handed over or ended; the sheet both helpers sign."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from jiedui.core.doors import needs, number
from jiedui.core.paper import on_paper
from jiedui.core.sending import send
from jiedui.handover import actions, words
from jiedui.handover.forms import EndForm, HandOverForm
from jiedui.orgs.scopes import Scope, over
from jiedui.pairing.models import Pair
from jiedui.pairing.reasons import change_reason
from jiedui.pairing.suggestions import suggest
from jiedui.pairing.views.shared import nameable, the_pair


@needs("pair.change")
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Name one or two successors; the old helper stays through the overlap."""
    pair = the_pair(request, pk, to_change=True)
    mine = over(request.user, "pair.change", pair)
    initial = {name: _picked(request, pair, name, mine=mine) for name in ("first", "second")}
    initial["reason"] = request.GET.get("reason", "")
    form = HandOverForm(request.POST or None, user=mine, pair=pair, initial=initial)

    def work() -> HttpResponse:
        day, reason = form.cleaned_data["on"], form.cleaned_data["reason"]
        successors = actions.hand_over(
            pair, to=form.successors, on=day, reason=reason, by=request.user
        )
        messages.success(request, _("Handed over. Print the handover sheet for both to sign."))
        return redirect(successors[0])

    if answer := send(request, form, work):
        return answer
    pairing = pair.campaign.playbook.pairing(pair.kind)
    found = []
    if pair.household and pair.member:
        found = suggest(
            pair.campaign,
            pairing,
            pair.household,
            among=nameable(mine),
            before=pair.member,
        )
    context = {
        "form": form,
        "pair": pair,
        "suggestions": found,
        "overlap": words.overlap(pair),
        "has_second": "second" in form.fields,
        "first": request.GET.get("first", ""),
    }
    return render(request, "handover/hand_over.html", context)


def _picked(request: HttpRequest, pair: Pair, name: str, *, mine: Scope) -> Any:
    """A successor chosen by a link of the suggestions."""
    key = number(request.GET.get(name, ""))
    if not key or not pair.member_id:
        return None
    return get_object_or_404(nameable(mine), pk=key)


@needs("pair.change")
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a pair without a successor; what it was for then shows as uncovered."""
    pair = the_pair(request, pk, to_change=True)
    form = EndForm(request.POST or None, pair=pair)

    def work() -> HttpResponse:
        actions.end(pair, by=request.user, **form.cleaned_data)
        messages.success(request, _("The pair has ended."))
        return redirect(pair)

    if answer := send(request, form, work):
        return answer
    context = {
        "form": form,
        "title": _("End the pair of %(helper)s") % {"helper": pair.helper},
        "intro": _("Without a successor, %(partner)s stands on the list of those without a helper"
                   " from the next day on.") % {"partner": pair.partner},
        "save": _("End the pair"),
        "back": pair.get_absolute_url(),
        "confirm": _("End this pair without a successor?"),
    }  # fmt: skip
    return render(request, "core/form.html", context)


def sheet_of(request: HttpRequest, pair: Pair) -> Pair | None:
    """The pair whose handover a sheet tells of: this one or its predecessor, if one may see it."""
    key = pair.pk if pair.successors.exists() else pair.previous_id
    return Pair.objects.visible_to(request.user).filter(pk=key).first() if key else None


def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The handover sheet (交接单, R14) of a pair and its successors, to be signed by both."""
    pair = the_pair(request, pk)
    old = sheet_of(request, pair) or pair
    household = old.household
    context = {
        "pair": old,
        "successors": old.successors.select_related("member", "team", "organisation"),
        "day": old.successors.order_by("since").values_list("since", flat=True).first(),
        "reason": change_reason(old.campaign, old.end_reason),
        "people": household.people.filter(ended=None) if household else [],
        "needs": household.needs.open() if household else [],
    }
    return on_paper(
        request, "handover/sheet.html", context, of="hand_over_sheet", rows=1, subject=old
    )
