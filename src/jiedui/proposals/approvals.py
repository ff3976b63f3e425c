"""Large approvals: asked for on the page, done by a job; what came of them is kept."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from jiedui.core.jobs import Progress, queue, runner
from jiedui.core.refusals import Refused
from jiedui.core.users import User
from jiedui.households.models import Household
from jiedui.proposals import approved_pairs, approving
from jiedui.proposals.models import Approval, Proposal
from jiedui.proposals.reviewing import still_open

APPROVE = "pairing.approve"
NAMED = 8  # refused rows named on the page
PARTLY = 1_000  # refused rows looked at for those to be named
AT_ONCE = 500  # rows; opening or handing them over takes about a second. More are a job


def is_large(proposal: Proposal, *, rows: approved_pairs.Rows = None) -> bool:
    return _meant(proposal, rows).count() > AT_ONCE


def _meant(proposal: Proposal, rows: approved_pairs.Rows) -> Any:
    waiting = approved_pairs.waiting(proposal)
    return waiting if rows is None else waiting.filter(pk__in=rows)


@transaction.atomic
def ask(
    proposal: Proposal, *, by: User | None, rows: approved_pairs.Rows = None, reason: str = ""
) -> Approval:
    """Have a job approve it; until it is done nothing of the proposal can be changed.

    The rows meant are those of this moment. Raises `Refused` like `approving.approve`.
    """
    approving.check_second_person(proposal, by=by)
    proposal = still_open(proposal)
    keys = None if rows is None else list(_meant(proposal, rows).values_list("pk", flat=True))
    approval = approving.note(proposal, by=by, reason=reason, rows=keys)
    approval.job = queue(APPROVE, subject=str(approval.pk), by=by)
    approval.save(update_fields=["job"])
    return approval


@runner(APPROVE)
def run(subject: str, progress: Progress) -> str:
    """Cut short it goes on where it stopped; done twice it changes nothing more."""
    approval = Approval.objects.select_related("proposal", "by", "job").get(pk=subject)
    if approval.done is None:
        with translation.override(approval.language):
            _carry_out(approval, progress)
    return reverse("proposals:show", args=[approval.proposal_id])


def _carry_out(approval: Approval, progress: Progress) -> None:
    proposal = approval.proposal
    # Roles may have ended, and the account closed, since it was asked.
    allowed = Proposal.objects.permitted(approval.by, "pair.approve")
    if not allowed.filter(pk=proposal.pk).exists():
        raise Refused(_("You may no longer approve this proposal."))
    rows = None if approval.rows is None else frozenset(approval.rows)
    # Of all rows, those of before an interruption wait no longer.
    total = (
        approval.written + approved_pairs.waiting(proposal).count() if rows is None else len(rows)
    )
    done = approving.approve(
        proposal, by=approval.by, rows=rows, reason=approval.reason, approval=approval,
        report=lambda count, message: progress(count, total=total, message=message),
    )  # fmt: skip
    progress(total, total=total, message=_("%(count)d pairs are open now.")
             % {"count": done.opened + done.changed})  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    """The last approval of a proposal, and the refused rows whose households are named."""

    approval: Approval
    named: list[tuple[Household, str]]

    @property
    def rest(self) -> int:
        """Refused rows that are not named."""
        return len(self.approval.refused) - len(self.named)


def last(proposal: Proposal, *, among: QuerySet[Household]) -> Outcome | None:
    """What came of the last approval, or how it stands; only households of `among` are named."""
    found = proposal.approvals.select_related("job").order_by("-pk").first()
    if found is None:
        return None
    refused = dict(found.refused)
    homes = among.filter(pk__in=list(refused)[:PARTLY]).order_by("pk")[:NAMED]
    return Outcome(found, [(home, refused[home.pk]) for home in homes])
