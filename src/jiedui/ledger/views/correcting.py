"""A wrong gift is opened filled in and saved as it should have been; or taken back at once."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from jiedui.core import undoing
from jiedui.core.doors import needs
from jiedui.core.sending import overtaken, send
from jiedui.core.users import User
from jiedui.ledger import actions, lines, scopes
from jiedui.ledger.forms import GiftForm
from jiedui.ledger.models import Gift

RELATED = ("campaign", "household__place", "place", "giver", "fund", "member")


@never_cache
@needs("gift.record")
def correct(request: HttpRequest, pk: str) -> HttpResponse:
    """The form of a gift, filled in with what was written down."""
    rows = scopes.changeable(request.user)
    old = get_object_or_404(rows.select_related(*RELATED), pk=pk)
    if old.voided_on:
        return overtaken(request, old, form=_form_of(actions.stand_in(old), request.user))
    form = GiftForm(
        request.POST or None,
        user=request.user,
        campaign=old.campaign,
        initial=_initial(old),
        corrects=old,
    )

    def work() -> HttpResponse:
        gifts = _saved(form, old, by=request.user)
        messages.success(request, _("The record is corrected. The old one stays readable."))
        undoing.offer(request, "ledger:gift_undo", form.cleaned_data["id"])
        return redirect(gifts[0])

    if answer := send(request, form, work):
        return answer
    return render(request, "ledger/new.html", {"form": form, "corrects": old})


def _form_of(standing: Gift | None, user: User) -> str:
    """Where this gift is corrected, by a user who may."""
    if standing is None or not scopes.changeable(user).filter(pk=standing.pk).exists():
        return ""
    return reverse("ledger:gift_correct", args=[standing.pk])


def _saved(form: GiftForm, old: Gift, *, by: User | None) -> list[Gift]:
    facts = form.cleaned_data
    return actions.give_all(
        old.campaign,
        form.given(),
        id=facts["id"],
        giver=facts["giver"],
        household=facts["household"],
        place=facts["place"],
        fund=form.source,
        member=old.member,
        by=by,
        corrects=old,
    )


def _initial(old: Gift) -> dict[str, Any]:
    return {
        "household": old.household,
        "place": None if old.household else old.place,
        "day": old.day,
        "giver": old.giver,
        "is_steady": "1" if old.is_steady else "0",
        "occasion": old.occasion,
        "fund": old.fund_id,
    } | lines.filled_in(old)


@require_POST
@needs("gift.record")
def undo(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take back all lines of the form (`pk` is its number) one has just sent oneself."""
    numbers = [actions.numbered(pk, line) for line in range(lines.MOST)]
    rows = scopes.changeable(request.user).filter(pk__in=numbers, voided_on=None)
    gifts = list(rows.select_related("corrects__fund"))
    if not gifts:
        raise Http404
    undoing.check(request.user, pk)
    actions.take_back(gifts, by=request.user)
    messages.success(request, _("It is taken back."))
    return redirect(gifts[0].corrects or gifts[0])
