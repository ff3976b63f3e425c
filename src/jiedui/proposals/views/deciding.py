"""Deciding about a proposal: a row left out, the other plan, all or some of it approved."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jiedui.core.doors import needs, number
from jiedui.core.refusals import Refused
from jiedui.pairing.forms import reasons
from jiedui.proposals import approvals, approving, proposing, reviewing
from jiedui.proposals.models import Proposal, ProposedPair
from jiedui.proposals.views.proposed import the_proposal, the_row
from jiedui.proposals.views.review import Rows


@require_POST
@needs("pair.propose")
def leave_out(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    found = the_row(request, pk, row, "pair.propose")
    reviewing.leave_out(found, by=request.user, is_left_out="back" not in request.POST)
    return redirect(request.POST.get("next") if _is_ours(request, found) else found.proposal)  # type: ignore[arg-type]


def _is_ours(request: HttpRequest, row: ProposedPair) -> bool:
    """Whether `next` leads back to this proposal's own page and nowhere else."""
    return request.POST.get("next", "").startswith(f"{row.proposal.get_absolute_url()}?")


@require_POST
@needs("pair.propose")
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    proposal = the_proposal(request, pk, "pair.propose")
    reviewing.discard(proposal, by=request.user)
    messages.success(request, _("The proposal is laid aside."))
    return redirect("proposals:list")


@require_POST
@needs("pair.propose")
def go_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Review the plan of the other goal."""
    proposal = the_proposal(request, pk, "pair.propose")
    with transaction.atomic():
        reviewing.still_open(proposal)
        proposing.go_over(proposal, goal=request.POST.get("goal", ""), by=request.user)
    messages.success(request, _("You are looking at the other plan now."))
    return redirect(proposal)


@require_POST
@needs("pair.propose")
def without_minimums(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the same plan without minimums, to be compared with this one."""
    proposal = the_proposal(request, pk, "pair.propose")
    found = proposing.without_minimums(proposal, by=request.user)
    assert found.job is not None
    return redirect(found.job)


@needs("pair.approve")
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """What approving all rows, those ticked, or those the filters left would do; then do it."""
    proposal = the_proposal(request, pk, "pair.approve")
    sent = request.POST if request.method == "POST" else request.GET
    rows = _meant(request, pk, sent)
    if request.method != "POST":
        return _confirm(request, proposal, rows)
    reason = request.POST.get("reason", "")
    if reason and reason not in dict(reasons(proposal.campaign, None)):
        raise Refused(_("This reason is not in the playbook."))
    if approvals.is_large(proposal, rows=rows):
        approval = approvals.ask(proposal, by=request.user, rows=rows, reason=reason)
        assert approval.job is not None
        return redirect(approval.job)
    approving.approve(proposal, by=request.user, rows=rows, reason=reason)
    return redirect(proposal)


def _meant(request: HttpRequest, pk: int, sent: QueryDict) -> QuerySet[Any, Any] | None:
    """The rows ticked, else those the filters of the page left; None for all."""
    query = QueryDict(sent.get("query", ""))
    listing = Rows(request.user, params=query, kwargs={"pk": pk})
    ticked = [key for text in sent.getlist("row") if (key := number(text))]
    if ticked:
        return listing.rows(request.user).filter(pk__in=ticked).values("pk")
    return listing.filtered.values("pk") if listing.values else None


def _confirm(
    request: HttpRequest, proposal: Proposal, rows: QuerySet[Any, Any] | None
) -> HttpResponse:
    """The page that says in numbers what one is about to approve."""
    if proposal.state != Proposal.State.READY or proposal.approvals.waiting().exists():
        return redirect(proposal)
    found = approving.preview(proposal, rows=rows)
    pairing = proposal.campaign.playbook.pairing(proposal.kind)
    context = {
        "proposal": proposal,
        "preview": found,
        "refused": found.refused[: approvals.NAMED],
        "refused_rest": max(0, len(found.refused) - approvals.NAMED),
        "is_part": rows is not None,
        "needs_other": not approving.may_approve(proposal, by=request.user),
        "reasons": reasons(proposal.campaign, pairing) if found.changed else [],
        "query": request.GET.get("query", ""),
        "ticked": [key for text in request.GET.getlist("row") if (key := number(text))],
    }
    return render(request, "proposals/approve.html", context)
