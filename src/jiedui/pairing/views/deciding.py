"""Deciding about a proposal: another helper for a row, a row left out, all or some approved."""

from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from jiedui.core.doors import needs
from jiedui.core.refusals import Refused
from jiedui.pairing import approving, reviewing
from jiedui.pairing.forms import ChangeForm, reasons
from jiedui.pairing.models import ProposedPair
from jiedui.pairing.question import Options
from jiedui.pairing.suggestions import Suggestion, suggest, weigh
from jiedui.pairing.views.proposed import helpers_now, the_proposal, the_row
from jiedui.pairing.views.review import Rows
from jiedui.pairing.views.shared import nameable

NAMED = 8  # refused rows named in one message


@needs("pair.propose")
def change(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """Another helper for one row: what it costs more, how far it is, what speaks against it."""
    found = the_row(request, pk, row)
    campaign, household = found.proposal.campaign, found.household
    pairing = campaign.playbook.pairing(found.proposal.kind)
    form = ChangeForm(request.POST or request.GET or None, user=request.user)
    picked = form.cleaned_data["member"] if form.is_valid() else None
    if request.method == "POST" and picked:
        reviewing.change_helper(found, member=picked, by=request.user)
        messages.success(request, _("%(member)s is proposed now.") % {"member": picked.name})
        return redirect(found.proposal)
    asked = weigh(campaign, pairing, household, [picked] if picked else [])
    likely = suggest(campaign, pairing, household, among=nameable(request.user))
    context = {
        "row": found,
        "household": household,
        "form": form,
        "now": weigh(campaign, pairing, household, [found.member])[0] if found.member else None,
        "picked": next(iter(_compared(asked, found)), None),
        "suggestions": _compared(likely, found),
    }
    return render(request, "pairing/change.html", context)


def _compared(found: list[Suggestion], row: ProposedPair) -> list[Suggestion]:
    """The suggestions with what each costs more than the helper proposed so far.

    In a re-plan, a change of helper has its price, as it had when the plan was worked out.
    """
    if row.member is None:
        return found
    now = helpers_now(row.proposal, [row]).get(row.household_id)
    price = Options.of(row.proposal.rules).change if now else 0

    def charge(member: int | None) -> int:
        return price if now and member != now[0] else 0

    before = row.cost + charge(row.member_id)
    return [replace(one, more=one.cost + charge(one.member.pk) - before) for one in found]


@require_POST
@needs("pair.propose")
def leave_out(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    found = the_row(request, pk, row)
    reviewing.leave_out(found, by=request.user, is_left_out="back" not in request.POST)
    return redirect(request.POST.get("next") if _is_ours(request, found) else found.proposal)  # type: ignore[arg-type]


def _is_ours(request: HttpRequest, row: ProposedPair) -> bool:
    """Whether `next` leads back to this proposal's own page and nowhere else."""
    return request.POST.get("next", "").startswith(f"{row.proposal.get_absolute_url()}?")


@require_POST
@needs("pair.propose")
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    proposal = the_proposal(request, pk)
    reviewing.discard(proposal, by=request.user)
    messages.success(request, _("The proposal is laid aside."))
    return redirect("pairing:proposals")


@require_POST
@needs("pair.approve")
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve all rows, or those the filters of the page left."""
    proposal = the_proposal(request, pk)
    listing = Rows(request.user, params=QueryDict(request.POST.get("query", "")), kwargs={"pk": pk})
    rows = listing.filtered.values("pk") if listing.values else None
    reason = request.POST.get("reason", "")
    if reason and reason not in dict(reasons(proposal.campaign, None)):
        raise Refused(_("This reason is not in the playbook."))
    done = approving.approve(proposal, by=request.user, rows=rows, reason=reason)
    _tell(request, done)
    return redirect(reverse("pairing:proposal", args=[pk]))


def _tell(request: HttpRequest, done: approving.Approval) -> None:
    count = done.opened + done.changed
    said = ngettext("%(count)d pair is open now.", "%(count)d pairs are open now.", count)
    messages.success(request, said % {"count": count})
    if done.refused:
        named = "；".join(f"{h.head}（{h.number}）{why}" for h, why in done.refused[:NAMED])
        rest = len(done.refused) - NAMED
        messages.warning(
            request,
            _("%(count)d rows were refused: %(named)s%(rest)s")
            % {
                "count": len(done.refused),
                "named": named,
                "rest": _(" and %(n)d more") % {"n": rest} if rest > 0 else "",
            },
        )
