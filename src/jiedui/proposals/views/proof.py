"""The proof of a plan: what is kept of it, and working it out again."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jiedui.core.doors import needs
from jiedui.pairing import problem
from jiedui.pairing.problem import Options
from jiedui.proposals import replaying, weights, words
from jiedui.proposals.models import Proposal
from jiedui.proposals.views.proposals import MAY_READ, state_of
from jiedui.proposals.views.proposed import the_proposal


@needs(*MAY_READ)
def proof(request: HttpRequest, pk: int) -> HttpResponse:
    """What was asked, what is kept, who asked and approved, and the last time it was redone."""
    proposal = the_proposal(request, pk)
    if proposal.state == Proposal.State.SOLVING:
        return redirect(proposal)
    row = proposal.stored_plans.defer("data").filter(goal=proposal.rules.get("goal", "")).first()
    pairing = proposal.campaign.playbook.pairing(proposal.kind)
    again = row.replay if row else {}
    context = {
        "proposal": proposal,
        "state": state_of(proposal),
        "kept": row,
        "engine_now": problem.ENGINE,
        "rules": words.rules(proposal.campaign, pairing),
        "weights": weights.in_words(Options.of(proposal.rules)),
        "again": again,
        "again_at": parse_datetime(again["at"]) if again else None,
        "parts": _parts(again) if again else [],
    }
    return render(request, "proposals/proof.html", context)


def _parts(again: dict[str, Any]) -> list[tuple[str, bool]]:
    """What was compared, and whether it fits."""
    return [
        (_("What is kept is, byte for byte, what the audit chain recorded."), again["sealed"]),
        (_("The question is the one whose digest stands above."), again["same_question"]),
        (_("Worked out again, every household gets the same helper."), again["same_plan"]),
        (_("The whole costs the same."), again["same_cost"]),
        (_("The independent check finds no rule broken and no better plan."), again["proven"]),
        (_("The rows under review are those of the plan, but for those changed by hand."),
         again["same_rows"]),
    ]  # fmt: skip


@require_POST
@needs(*MAY_READ)
def again(request: HttpRequest, pk: int) -> HttpResponse:
    job = replaying.ask_again(the_proposal(request, pk), by=request.user)
    return redirect(job)
