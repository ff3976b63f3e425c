"""One total to many villages or households: the form, its page, and the sheet to sign."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from jiedui.campaigns.current import running_campaign
from jiedui.core import audit, undoing
from jiedui.core.doors import needs
from jiedui.core.entries import form_page
from jiedui.core.paper import on_paper
from jiedui.core.sending import send
from jiedui.core.texts import count_text, moment_text
from jiedui.core.users import User
from jiedui.core.voiding import VoidForm
from jiedui.ledger import actions, distributions, scopes
from jiedui.ledger.distribution_form import DistributionForm
from jiedui.ledger.models import Gift
from jiedui.ledger.views.gifts import as_helper, own_unit
from jiedui.ledger.views.registers import state
from jiedui.places.models import Place

RELATED = ("household", "place__parent", "giver", "fund", "member", "campaign")


@never_cache
@needs("gift.record")
def new(request: HttpRequest) -> HttpResponse:
    campaign = running_campaign(request)
    initial = {"giver": own_unit(request.user), "area": _area(request)}
    form = DistributionForm(
        request.POST or None, user=request.user, campaign=campaign, initial=initial
    )

    def work() -> HttpResponse:
        facts = form.cleaned_data
        gifts = distributions.distribute(
            campaign, form.given(), form.portions(), id=facts["id"], giver=facts["giver"],
            fund=facts.get("fund"), member=as_helper(request.user), by=request.user,
        )  # fmt: skip
        messages.success(request, _saved(len(gifts)))
        undoing.offer(request, "ledger:distribution_undo", facts["id"])
        return redirect(gifts[0].distribution_url)

    is_saving = request.method == "POST" and not form.is_preview
    if is_saving and (answer := send(request, form, work)):
        return answer
    form.is_valid()  # a preview shows what the list has become
    return render(request, "ledger/distribute.html", {"form": form, "campaign_here": campaign})


def _area(request: HttpRequest) -> Place | None:
    """The place of the page one came from."""
    path = request.GET.get("area", "")
    places = scopes.receiving_places(request.user)
    return places.filter(path=path).first() if path.isdecimal() else None


def _saved(lines: int) -> str:
    return ngettext(
        "%(lines)d gift is written down.", "%(lines)d gifts are written down.", lines
    ) % {"lines": lines}


def _of(user: User, pk: UUID, *, permission: str = "") -> QuerySet[Gift]:
    rows: QuerySet[Gift] = Gift.objects.visible_to(user, permission=permission)
    return rows.filter(distribution=pk)


@needs("registers.read")
def show(request: HttpRequest, pk: UUID) -> HttpResponse:
    gifts = list(_of(request.user, pk).select_related(*RELATED).order_by("place__path", "pk"))
    if not gifts:
        raise Http404
    standing = [gift for gift in gifts if not gift.voided_on]
    mine = scopes.changeable(request.user).filter(pk__in=[gift.pk for gift in standing])
    context = {
        "distribution": pk,
        "first": gifts[0],
        "lines": [(gift, state(gift)) for gift in gifts],
        "may_void": bool(standing) and mine.count() == len(standing),
        "may_print": _printed(request.user, pk).exists(),
        "void": VoidForm(),
    } | _sums(standing)
    return render(request, "ledger/distribution.html", context)


def _sums(gifts: list[Gift]) -> dict[str, Any]:
    return {
        "count": len(gifts),
        "quantity": sum((gift.quantity for gift in gifts), Decimal(0)),
        "value": sum(gift.value_fen for gift in gifts),
    }


def _printed(user: User, pk: UUID) -> QuerySet[Gift]:
    return _of(user, pk, permission="registers.export").filter(voided_on=None)


@needs("registers.export")
def sheet(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A sheet to sign: who got how much, and room for a signature and the day."""
    rows = _printed(request.user, pk)
    gifts = list(rows.select_related(*RELATED).order_by("place__path", "pk"))
    if not gifts:
        raise Http404
    mark = _("printed by %(user)s on %(time)s") % {
        "user": audit.signed(request.user),
        "time": moment_text(timezone.now()),
    }
    context = {"first": gifts[0], "gifts": gifts, "mark": mark} | _sums(gifts)
    context["has_households"] = any(gift.household for gift in gifts)
    return on_paper(
        request, "ledger/distribution_sheet.html", context,
        of="distribution_sheet", rows=len(gifts), filters={"distribution": pk},
    )  # fmt: skip


@require_POST
@needs("gift.record")
def undo(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take back what one has just sent oneself (`pk` is the number of the form)."""
    gifts = _standing(request.user, pk)
    undoing.check(request.user, pk)
    actions.take_back(gifts, by=request.user)
    messages.success(request, _("It is taken back."))
    return redirect("ledger:distribution", pk)


def _standing(user: User, pk: UUID) -> list[Gift]:
    """What stands of a distribution, where the user may change all of it."""
    standing = Gift.objects.filter(distribution=pk, voided_on=None)
    mine = scopes.changeable(user).filter(distribution=pk, voided_on=None)
    gifts = list(mine.select_related("corrects__fund", "fund"))
    if not gifts or len(gifts) != standing.count():
        raise Http404
    return gifts


@needs("gift.record")
def void(request: HttpRequest, pk: UUID) -> HttpResponse:
    gifts = _standing(request.user, pk)

    def act(typed: dict[str, Any]) -> None:
        distributions.withdraw(gifts, reason=typed["reason"], by=request.user)

    return form_page(
        request,
        VoidForm(request.POST or None),
        act,
        title=_("Take out %(count)s gifts") % {"count": count_text(len(gifts))},
        back=reverse("ledger:distribution", args=[pk]),
        done=_("The gifts are out of every figure. The reason is kept."),
        template="ledger/confirm.html",
        save=_("Take out"),
        gift=gifts[0],
    )
