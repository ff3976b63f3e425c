"""A proposal under review: rows changed by hand or left out, the whole laid aside."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from jiedui.core import audit
from jiedui.core.refusals import Refused
from jiedui.orgs.models import Member
from jiedui.pairing import proposing, suggestions
from jiedui.pairing.models import Avoidance, Proposal, ProposedPair


@transaction.atomic
def change_helper(row: ProposedPair, *, member: Member, by: Any) -> ProposedPair:
    """Another helper than the engine's, chosen by a person who answers for it."""
    proposal = still_open(row.proposal)
    pairing = proposal.campaign.playbook.pairing(proposal.kind)
    if member.ended:
        raise Refused(_("%(member)s has left.") % {"member": member.name})
    (found,) = suggestions.weigh(proposal.campaign, pairing, row.household, [member])
    avoided = Avoidance.objects.filter(
        member=member, household=row.household, state=Avoidance.State.ACCEPTED
    )
    if avoided.exists():
        raise Refused(_("%(member)s is to avoid this household (回避).") % {"member": member.name})
    before = row.member_id
    row.member, row.is_by_hand, row.is_left_out = member, True, False
    row.cost, row.distance_m = found.cost, found.distance_m
    row.save()
    audit.record("proposal.changed", proposal, by=by, household=row.household_id,
                 before={"member": before}, after={"member": member.pk})  # fmt: skip
    proposing.summarise(proposal)
    return row


@transaction.atomic
def leave_out(row: ProposedPair, *, by: Any, is_left_out: bool = True) -> None:
    """A row that is not to become a pair with this proposal; or back in."""
    proposal = still_open(row.proposal)
    if row.is_left_out == is_left_out:
        return
    ProposedPair.objects.filter(pk=row.pk).update(is_left_out=is_left_out)
    action = "proposal.row_left_out" if is_left_out else "proposal.row_back_in"
    audit.record(action, proposal, by=by, household=row.household_id)
    proposing.summarise(proposal)


def still_open(proposal: Proposal) -> Proposal:
    """The proposal, locked until the transaction ends. Raises `Refused` once it is decided."""
    # The conditional update is the lock: of two at once, the second waits and then looks again.
    if not Proposal.objects.filter(pk=proposal.pk, state=Proposal.State.READY).update(
        state=Proposal.State.READY
    ):
        raise Refused(_("This proposal has been decided already."))
    return Proposal.objects.select_related("campaign").get(pk=proposal.pk)


@transaction.atomic
def discard(proposal: Proposal, *, by: Any) -> None:
    """Lay a proposal aside; pairs already opened from it stay."""
    undecided = (Proposal.State.READY, Proposal.State.SOLVING)
    if not Proposal.objects.filter(pk=proposal.pk, state__in=undecided).update(
        state=Proposal.State.DISCARDED
    ):
        raise Refused(_("This proposal has been decided already."))
    audit.record("proposal.discarded", proposal, by=by)
