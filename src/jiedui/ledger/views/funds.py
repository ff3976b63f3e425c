"""Funds: how much is left, where it came from and went to."""

from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.cache import never_cache

from jiedui.campaigns.current import running_campaign
from jiedui.core.doors import may, needs
from jiedui.core.entries import form_page
from jiedui.core.lists import Action, Badge, Column, Empty, Listing, Search, YesNo, listing_view
from jiedui.core.paper import on_paper
from jiedui.core.users import User
from jiedui.ledger import actions, corrections, days
from jiedui.ledger.forms import ContributionForm, CorrectionForm, FundForm
from jiedui.ledger.models import Fund, FundEntry
from jiedui.orgs.models import Organisation
from jiedui.orgs.scopes import of

OPEN = Badge(pgettext_lazy("fund", "open"), "green", "check")
CLOSED = Badge(pgettext_lazy("fund", "closed"), "grey", "lock")
SHOWN = 200  # entries on the page of a fund; all of them are printed


class Funds(Listing[Fund]):
    key = "funds"
    url = "ledger:funds"
    title = gettext_lazy("Funds")
    icon = "wallet"
    model = Fund
    permission = "registers.read"
    order = ("name",)
    action = Action(gettext_lazy("New fund"), "ledger:fund_new", "fund.change")
    columns = (
        Column("name", gettext_lazy("Name of the fund"), sort="name", link=True),
        Column(
            "balance",
            gettext_lazy("Balance"),
            value="balance_fen",
            kind="yuan",
            unit=gettext_lazy("yuan"),
            sort="balance_fen",
        ),
        Column("organisation", gettext_lazy("Kept by"), sort="organisation__path"),
        Column("campaign", gettext_lazy("Campaign"), shown=False),
        Column("since", gettext_lazy("Opened on"), kind="day", sort="since"),
        Column(
            "state",
            gettext_lazy("State"),
            kind="badge",
            value=lambda fund: CLOSED if fund.ended else OPEN,
        ),
    )
    filters = (
        Search("name", "organisation__name", "organisation__pinyin", "organisation__initials"),
        YesNo(
            "open",
            pgettext_lazy("fund", "open"),
            by=lambda rows, yes: rows.filter(ended__isnull=yes),
        ),
    )
    empty = Empty(
        "wallet",
        gettext_lazy("No fund yet"),
        gettext_lazy("A fund keeps what was given for the campaign, and never falls below zero."),
        "ledger:fund_new",
        gettext_lazy("New fund"),
        "fund.change",
    )

    def dress(self, rows: QuerySet[Fund]) -> QuerySet[Fund]:
        return rows.select_related("organisation", "campaign")


funds = listing_view(Funds)


@needs("registers.read")
def show(request: HttpRequest, pk: int) -> HttpResponse:
    fund = get_object_or_404(
        Fund.objects.visible_to(request.user).select_related("organisation", "campaign"), pk=pk
    )
    entries = list(_entries(fund))
    if "print" in request.GET:
        return _print(request, fund, entries)
    context = {
        "fund": fund,
        "entries": entries[: -SHOWN - 1 : -1],  # the newest day first
        "total": len(entries),
        "may_change": not fund.ended and may(request.user, "fund.change", on=fund),
    }
    return render(request, "ledger/fund.html", context)


def _print(request: HttpRequest, fund: Fund, entries: list[FundEntry]) -> HttpResponse:
    context = {
        "fund": fund,
        "entries": entries,
        "money_in": sum(e.amount_fen for e in entries if e.amount_fen > 0),
        "money_out": -sum(e.amount_fen for e in entries if e.amount_fen < 0),
        "now": timezone.now(),
    }
    return on_paper(
        request, "ledger/fund_print.html", context, of="fund", rows=len(entries), subject=fund
    )


def _entries(fund: Fund) -> QuerySet[FundEntry]:
    """The statement of a fund: day by day, whenever each entry was written down."""
    related = ("donor", "gift__household", "gift__place", "reverses", "reversed_by")
    return days.by_day(fund).select_related(*related)


def _holders(user: User) -> QuerySet[Organisation]:
    found: QuerySet[Organisation] = Organisation.objects.standing()
    return found.filter(of(user).holding("fund.change").organisations("path"))


@needs("fund.change")
def new(request: HttpRequest) -> HttpResponse:
    campaign = running_campaign(request)
    initial = {"organisation": _holders(request.user).filter(pk=campaign.organisation_id).first()}
    form = FundForm(request.POST or None, holders=_holders(request.user), initial=initial)
    return form_page(
        request,
        form,
        lambda typed: actions.open_fund(campaign, by=request.user, **typed),
        title=_("New fund"),
        back=reverse("ledger:funds"),
        done=_("The fund is open. Write down what comes in."),
        template="ledger/fund_new.html",
        known=campaign.playbook.funds,
    )


def _changeable(request: HttpRequest, pk: int) -> Fund:
    found: Fund = get_object_or_404(Fund.objects.changeable_by(request.user), pk=pk)
    return found


@never_cache
@needs("fund.change")
def contribute(request: HttpRequest, pk: int) -> HttpResponse:
    fund = _changeable(request, pk)
    form = ContributionForm(request.POST or None)

    def act(typed: dict[str, Any]) -> None:
        amount = int(typed.pop("amount") * 100)
        actions.contribute(fund, amount_fen=amount, by=request.user, **typed)

    return form_page(
        request,
        form,
        act,
        title=_("Money into “%(fund)s”") % {"fund": fund},
        back=fund.get_absolute_url(),
        done=_("The money is in the fund."),
        template="ledger/contribute.html",
        save=_("Write down"),
        fund=fund,
    )


@never_cache
@needs("fund.change")
def correct(request: HttpRequest, pk: int, entry: int) -> HttpResponse:
    """A wrong contribution, opened as it was written, to be saved as it should have been."""
    fund = _changeable(request, pk)
    rows = FundEntry.objects.filter(fund=fund, gift=None, reverses=None, amount_fen__gt=0)
    wrong = get_object_or_404(rows.select_related("donor"), pk=entry)
    written = {
        "amount": Decimal(wrong.amount_fen) / 100, "day": wrong.day, "donor": wrong.donor,
        "donor_name": wrong.donor_name, "note": wrong.note,
    }  # fmt: skip
    form = CorrectionForm(request.POST or None, initial=written)

    def act(typed: dict[str, Any]) -> None:
        reason, amount = typed.pop("reason"), int(typed.pop("amount") * 100)
        right = corrections.Contribution(amount_fen=amount, **typed)
        corrections.correct_contribution(wrong, right, reason=reason, by=request.user)

    return form_page(
        request,
        form,
        act,
        title=_("Correct an entry of “%(fund)s”") % {"fund": fund},
        back=fund.get_absolute_url(),
        done=_("The entry is corrected; the wrong one stays readable."),
        template="ledger/contribute.html",
        save=_("Correct"),
        fund=fund,
    )
