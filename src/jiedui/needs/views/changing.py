"""A request asked for, checked, claimed, done, confirmed: a page with one form for each step."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache

from jiedui.campaigns.current import running_campaign
from jiedui.campaigns.playbook import by_key
from jiedui.core.doors import needs, number
from jiedui.core.entries import form_page
from jiedui.core.sending import send
from jiedui.core.voiding import VoidForm
from jiedui.needs import actions, scopes
from jiedui.needs.forms import (
    AskForm,
    CheckForm,
    ClaimForm,
    ConfirmForm,
    DoneForm,
    ReasonForm,
    WordingForm,
    the_only_one,
)
from jiedui.needs.models import NeedRequest, State
from jiedui.orgs.models import Organisation

WORDING = ("public_text", "detail", "urgency")


@needs(scopes.ASK)
def kinds(request: HttpRequest) -> HttpResponse:
    """What may be asked for; `?household=` or `?place=` is handed on to the form."""
    campaign = running_campaign(request)
    names = ("household", "place", "organisation")
    given = {name: request.GET[name] for name in names if name in request.GET}
    asker = next(iter(given), "")
    found = [one for one in campaign.playbook.needs if not asker or asker in one.asked_for]
    query = f"?{urlencode(given)}" if given else ""
    if len(found) == 1:
        return redirect(reverse("needs:new", args=[found[0].key]) + query)
    return render(request, "needs/kinds.html", {"kinds": found, "query": query})


@never_cache  # going back must not show a form whose number has been used
@needs(scopes.ASK)
def new(request: HttpRequest, key: str) -> HttpResponse:
    campaign = running_campaign(request)
    kind = by_key(campaign.playbook.needs).get(key)
    if kind is None:
        raise Http404
    initial = _initial(request)
    form = AskForm(
        request.POST or None,
        user=request.user,
        kind=kind,
        household=initial.get("household"),
        initial=initial,
    )

    def work() -> HttpResponse:
        row = actions.ask(campaign, form.asked(), by=request.user)
        messages.success(request, _("It is written down and waits to be checked."))
        return redirect(row)

    if answer := send(request, form, work):
        return answer
    return render(request, "needs/new.html", {"form": form, "kind": kind})


def _initial(request: HttpRequest) -> dict[str, Any]:
    """Who asks, as the address says it (`?household=`), of those the user may ask for."""
    found = {}
    rows = {
        "household": scopes.households,
        "place": scopes.places,
        "organisation": scopes.organisations,
    }
    for name, of in rows.items():
        if key := number(request.GET.get(name, "")):
            found[name] = of(request.user).filter(pk=key).first()
    return found


def _kept(request: HttpRequest, pk: str, *states: State, permission: str) -> NeedRequest:
    """A request in force that the user may change by this permission, in one of these states."""
    rows = NeedRequest.objects.changeable_by(request.user, permission=permission)
    return _one(rows, pk, states)


def _one(rows: Any, pk: str, states: tuple[State, ...]) -> NeedRequest:
    """Of these rows the one in force; in another state, whoever comes late reads its page."""
    related = ("campaign", "place", "household", "organisation", "need__household")
    row: NeedRequest = get_object_or_404(
        rows.filter(voided_on=None).select_related(*related), pk=pk
    )
    if row.state not in states:
        raise Past(row)
    return row


class Past(Exception):
    """The step this form is for has been taken, or is not due yet."""

    def __init__(self, row: NeedRequest) -> None:
        super().__init__()
        self.row = row


View = Callable[..., HttpResponse]


def _led_back(view: View) -> View:
    """Where a step is past, its page says so and leads to the request."""

    def led(request: HttpRequest, pk: str) -> HttpResponse:
        try:
            return view(request, pk)
        except Past as past:
            text = _("This step is not open: the request is %(state)s.")
            messages.warning(request, text % {"state": past.row.state.label})
            return redirect(past.row)

    return led


def _held(request: HttpRequest, pk: str) -> NeedRequest:
    """One that the user has claimed, or keeps there."""
    claimed = scopes.claimed_by(request.user)
    if claimed.filter(pk=pk).exists():
        return _one(claimed, pk, (State.CLAIMED,))
    return _kept(request, pk, State.CLAIMED, permission=scopes.CHECK)


def _page(
    request: HttpRequest, asked: NeedRequest, form: Any, act: Any, **more: Any
) -> HttpResponse:
    return form_page(
        request,
        form,
        act,
        back=asked.get_absolute_url(),
        template="needs/step.html",
        request_row=asked,
        **more,
    )


@needs(scopes.CHECK)
@_led_back
def edit(request: HttpRequest, pk: str) -> HttpResponse:
    row = _kept(request, pk, State.ASKED, State.OPEN, permission=scopes.CHECK)
    form = WordingForm(request.POST or None, initial={name: getattr(row, name) for name in WORDING})

    def act(typed: dict[str, Any]) -> None:
        actions.amend(row, typed, by=request.user)

    return _page(request, row, form, act, title=_("Edit"), row=row)


@needs(scopes.CHECK)
@_led_back
def check(request: HttpRequest, pk: str) -> HttpResponse:
    row = _kept(request, pk, State.ASKED, permission=scopes.CHECK)

    def act(typed: dict[str, Any]) -> None:
        actions.check(row, **{"is_public": False} | typed, by=request.user)

    return _page(
        request, row, CheckForm(request.POST or None, row=row), act,
        title=pgettext("request", "Check"), save=_("It is as asked for"),
        done=_("The request may be claimed now."),
    )  # fmt: skip


@needs(scopes.CHECK)
@_led_back
def decline(request: HttpRequest, pk: str) -> HttpResponse:
    states = (State.ASKED, State.OPEN, State.CLAIMED)
    row = _kept(request, pk, *states, permission=scopes.CHECK)

    def act(typed: dict[str, Any]) -> None:
        actions.decline(row, **typed, by=request.user)

    return _page(
        request, row, ReasonForm(request.POST or None), act,
        title=_("Turn down"), save=_("Turn down"), done=_("The request is turned down."),
    )  # fmt: skip


@needs(scopes.CLAIM)
@_led_back
def claim(request: HttpRequest, pk: str) -> HttpResponse:
    rows = scopes.board(request.user)
    if not rows.filter(pk=pk).exists():  # it was claimed a moment ago, by somebody one may see
        rows = NeedRequest.objects.visible_to(request.user)
    row = _one(rows, pk, (State.OPEN,))
    kind = row.asked
    choices = scopes.claimers(request.user, kind) if kind else {}
    usual = the_only_one(choices)
    form = ClaimForm(request.POST or None, rows=choices, permission=scopes.CLAIM, usual=usual)

    def act(_typed: dict[str, Any]) -> None:
        actions.claim(row, form.claimer, by=request.user)

    return _page(
        request, row, form, act,
        title=_("Claim"), save=_("Claim"),
        done=_("It is yours to do. Open it to see who asked."),
    )  # fmt: skip


@needs(scopes.DISPATCH)
@_led_back
def dispatch(request: HttpRequest, pk: str) -> HttpResponse:
    row = _kept(request, pk, State.OPEN, permission=scopes.DISPATCH)
    kind = row.asked
    choices = scopes.dispatched(request.user, row.campaign, kind) if kind else {}
    suited = _suited(row) if "organisation" in choices else []
    usual = {"organisation": suited[0]} if suited else {}
    form = ClaimForm(request.POST or None, rows=choices, permission=scopes.DISPATCH, usual=usual)

    def act(_typed: dict[str, Any]) -> None:
        actions.claim(row, form.claimer, by=request.user, is_dispatched=True)

    return _page(
        request, row, form, act,
        title=_("Send somebody"), save=_("Send"), done=_("They are to do it now."),
        suited=suited,
    )  # fmt: skip


def _suited(row: NeedRequest) -> list[Organisation]:
    """Units of the campaign whose strengths meet this kind, those with fewest open claims first."""
    kind = row.asked
    return scopes.suited(row.campaign, kind)[:SUITED] if kind else []


SUITED = 5


@needs(scopes.CLAIM, scopes.CHECK)
@_led_back
def give_back(request: HttpRequest, pk: str) -> HttpResponse:
    row = _held(request, pk)

    def act(typed: dict[str, Any]) -> str:
        actions.give_back(row, **typed, by=request.user)
        return reverse("needs:list")

    return _page(
        request, row, ReasonForm(request.POST or None), act,
        title=_("Give back"), save=_("Give back"), done=_("It may be claimed again."),
    )  # fmt: skip


@needs(scopes.CLAIM, scopes.CHECK)
@_led_back
def done(request: HttpRequest, pk: str) -> HttpResponse:
    row = _held(request, pk)

    def act(typed: dict[str, Any]) -> None:
        actions.finish(row, **typed, by=request.user)

    return _page(
        request, row, DoneForm(request.POST or None), act,
        title=_("Report as done"), done=_("Now who asked is asked whether it was done."),
    )  # fmt: skip


@needs(scopes.CHECK)
@_led_back
def confirm(request: HttpRequest, pk: str) -> HttpResponse:
    row = _kept(request, pk, State.DONE, permission=scopes.CHECK)

    def act(typed: dict[str, Any]) -> None:
        actions.confirm(row, **typed, by=request.user)

    return _page(
        request, row, ConfirmForm(request.POST or None, row=row), act,
        title=_("Confirm and rate"), save=_("Settle"), done=_("The request is settled."),
    )  # fmt: skip


@needs(scopes.CHECK)
@_led_back
def send_back(request: HttpRequest, pk: str) -> HttpResponse:
    row = _kept(request, pk, State.DONE, permission=scopes.CHECK)

    def act(typed: dict[str, Any]) -> None:
        actions.send_back(row, **typed, by=request.user)

    return _page(
        request, row, ReasonForm(request.POST or None), act,
        title=_("Not done"), save=_("Send back"), done=_("Those who claimed it go on with it."),
    )  # fmt: skip


@needs(scopes.CHECK)
@_led_back
def void(request: HttpRequest, pk: str) -> HttpResponse:
    row = _kept(request, pk, *State, permission=scopes.CHECK)

    def act(typed: dict[str, Any]) -> str:
        actions.void(row, by=request.user, **typed)
        return row.get_absolute_url()

    return _page(
        request, row, VoidForm(request.POST or None), act,
        title=_("Take out a record"), save=_("Take out"),
        done=_("The record is out of every figure. Its reason is kept."),
    )  # fmt: skip
