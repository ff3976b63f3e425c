"""Names of goods: which are written, under which each counts, and joining two of them."""

from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jiedui.campaigns.current import running_campaign
from jiedui.campaigns.models import Campaign
from jiedui.campaigns.scopes import covers
from jiedui.core.doors import needs
from jiedui.core.sending import send
from jiedui.ledger import names
from jiedui.ledger.forms import JoinForm
from jiedui.ledger.models import Gift, JoinedName


@needs("registers.read")
def listed(request: HttpRequest) -> HttpResponse:
    """Every name written, how often, and under which it counts; who may, joins two."""
    campaign = running_campaign(request)
    lines = _lines(request, campaign)
    may_join = covers(campaign, request.user, "fund.change")  # sums of all of it change
    known = [line["item"] for line in lines]
    form = JoinForm(request.POST or None, names=known)

    def work() -> HttpResponse:
        row = names.join(campaign, by=request.user, **form.cleaned_data)
        text = _("“%(name)s” counts under “%(means)s” from now on.")
        messages.success(request, text % {"name": row.name, "means": row.means})
        return redirect("ledger:names")

    if may_join and (answer := send(request, form, work)):
        return answer
    context = {"lines": lines, "form": form if may_join and len(known) > 1 else None,
               "may_join": may_join}  # fmt: skip
    return render(request, "ledger/names.html", context)


def _lines(request: HttpRequest, campaign: Campaign) -> list[dict[str, Any]]:
    rows = Gift.objects.visible_to(request.user).filter(
        campaign=campaign, kind=Gift.Kind.GOODS, voided_on=None
    )
    joined = {row.name: row for row in JoinedName.objects.filter(campaign=campaign)}
    counted = rows.order_by().values("item").annotate(gifts=Count("pk")).order_by("item")
    return [{**line, "joined": joined.get(line["item"])} for line in counted]


@require_POST
@needs("fund.change")
def part(request: HttpRequest, pk: int) -> HttpResponse:
    campaign = running_campaign(request)
    if not covers(campaign, request.user, "fund.change"):
        raise Http404
    row = get_object_or_404(JoinedName.objects.filter(campaign=campaign), pk=pk)
    names.part(row, by=request.user)
    messages.success(request, _("“%(name)s” counts for itself again.") % {"name": row.name})
    return redirect("ledger:names")
