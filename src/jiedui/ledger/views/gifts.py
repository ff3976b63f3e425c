"""One gift: written down, looked at, confirmed, taken out."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache

from jiedui.campaigns.current import running_campaign
from jiedui.campaigns.models import Campaign
from jiedui.core import undoing
from jiedui.core.doors import may, needs, number
from jiedui.core.entries import form_page
from jiedui.core.histories import history
from jiedui.core.picks import Pick, offers
from jiedui.core.sending import send
from jiedui.core.users import User
from jiedui.core.voiding import VoidForm
from jiedui.households.picks import HOUSEHOLD
from jiedui.ledger import actions, scopes
from jiedui.ledger.forms import GiftForm, ReceiptForm
from jiedui.ledger.models import Gift
from jiedui.ledger.views.registers import state
from jiedui.orgs.models import Member, Organisation
from jiedui.orgs.picks import ORGANISATION
from jiedui.orgs.scopes import of
from jiedui.places.picks import PLACE

WORDS = {
    "gift.recorded": gettext_lazy("written down"),
    "gift.confirmed": gettext_lazy("receipt confirmed"),
    "gift.voided": gettext_lazy("taken out"),
    "gift.restored": gettext_lazy("stands again"),
}


@never_cache  # going back must not show a form whose number has been used
@needs("gift.record")
def new(request: HttpRequest) -> HttpResponse:
    campaign = running_campaign(request)
    form = GiftForm(
        request.POST or None, user=request.user, campaign=campaign, initial=_initial(request)
    )

    def work() -> HttpResponse:
        gifts = _give(request, campaign, form)
        total = sum(gift.value_fen for gift in gifts)
        messages.success(
            request,
            ngettext(
                "%(lines)d line is written down, %(yuan)s yuan in all.",
                "%(lines)d lines are written down, %(yuan)s yuan in all.",
                len(gifts),
            )
            % {"lines": len(gifts), "yuan": f"{total / 100:,.2f}"},
        )
        undoing.offer(request, "ledger:gift_undo", form.cleaned_data["id"])
        return redirect(gifts[0] if len(gifts) == 1 else "ledger:gifts")

    if answer := send(request, form, work):
        return answer
    return render(request, "ledger/new.html", {"form": form, "campaign_here": campaign})


def _initial(request: HttpRequest) -> dict[str, Any]:
    """The household of the page one came from, and one's own unit as giver."""
    user = request.user
    found: dict[str, Any] = {"giver": own_unit(user)}
    if key := number(request.GET.get("household", "")):
        found["household"] = get_object_or_404(scopes.receivers(user), pk=key)
    return found


def own_unit(user: User) -> Organisation | None:
    """The unit on whose behalf the user usually gives: the nearest one above, else the root."""
    mine = scopes.givers(user)
    member = Member.objects.filter(pk=of(user).member or 0).select_related("organisation").first()
    if member:
        line = mine.filter(path__in=Organisation.cuts(member.organisation.path))
        return line.filter(kind="unit").last() or line.last()
    grants = of(user).holding("gift.record").grants
    roots = [g.organisation for g in grants if g.organisation]
    return mine.filter(path__in=roots).first()


def _give(request: HttpRequest, campaign: Campaign, form: GiftForm) -> list[Gift]:
    facts = form.cleaned_data
    return actions.give_all(
        campaign,
        form.given(),
        id=facts["id"],
        giver=facts["giver"],
        household=facts["household"],
        place=facts["place"],
        fund=facts.get("fund"),
        member=as_helper(request.user),
        by=request.user,
    )


def as_helper(user: User) -> Member | None:
    """The member who signs in, as whom a helper gives."""
    return Member.objects.filter(pk=of(user).member or 0).first()


@needs("registers.read")
def show(request: HttpRequest, pk: str) -> HttpResponse:
    gift = get_object_or_404(_dressed(Gift.objects.visible_to(request.user)), pk=pk)
    context = {
        "gift": gift,
        "state": state(gift),
        "history": history(gift, words=WORDS),
        "may_change": not gift.voided_on and may(request.user, "gift.record", on=gift),
        "receipt": ReceiptForm(initial={"name": gift.household.head if gift.household else ""}),
        "void": VoidForm(),
        "stand_in": gift.corrected_by.first(),
    }
    return render(request, "ledger/gift.html", context)


def _dressed(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.select_related(
        "household", "place__parent", "giver", "fund", "member", "campaign", "corrects"
    )


@needs("gift.record")
def confirm(request: HttpRequest, pk: str) -> HttpResponse:
    gift = get_object_or_404(_dressed(scopes.changeable(request.user)), pk=pk)
    initial = {"name": gift.household.head if gift.household else ""}
    form = ReceiptForm(request.POST or None, initial=initial)

    def act(typed: dict[str, Any]) -> None:
        actions.confirm(gift, by=request.user, **typed)

    return form_page(
        request,
        form,
        act,
        title=_("Confirm a receipt"),
        back=gift.get_absolute_url(),
        done=_("The receipt is kept."),
        template="ledger/confirm.html",
        save=_("Confirm"),
        gift=gift,
    )


@needs("gift.record")
def void(request: HttpRequest, pk: str) -> HttpResponse:
    gift = get_object_or_404(_dressed(scopes.changeable(request.user)), pk=pk)

    def act(typed: dict[str, Any]) -> None:
        actions.void(gift, reason=typed["reason"], by=request.user)

    return form_page(
        request,
        VoidForm(request.POST or None),
        act,
        title=_("Take out a gift"),
        back=gift.get_absolute_url(),
        done=_("The gift is out of every figure. Its reason is kept."),
        template="ledger/confirm.html",
        save=_("Take out"),
        gift=gift,
    )


@needs("gift.record", "fund.change")
def offer(request: HttpRequest, what: str) -> HttpResponse:
    """Names for a field of a form, among what the user may choose there."""
    user = request.user
    organisations = Organisation.objects.standing()
    known: dict[str, tuple[Pick, QuerySet[Any]]] = {
        "household": (HOUSEHOLD, scopes.receivers(user).select_related("place")),
        "place": (PLACE, scopes.receiving_places(user).select_related("parent")),
        "giver": (ORGANISATION, scopes.givers(user).select_related("parent")),
        "donor": (ORGANISATION, organisations.select_related("parent")),
        "holder": (ORGANISATION, organisations.select_related("parent")),
    }
    if what not in known:
        raise Http404
    return offers(request, *known[what])
