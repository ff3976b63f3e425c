"""A proposal under review: rows changed by hand or left out, the whole laid aside."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from jiedui.core import audit
from jiedui.core.refusals import Refused
from jiedui.core.users import User
from jiedui.orgs.models import Member
from jiedui.pairing import loads, suggestions
from jiedui.pairing.models import Avoidance, Pair
from jiedui.pairing.problem import Options
from jiedui.proposals import explanation, proposing, stored_plans, words
from jiedui.proposals.models import Approval, Proposal, ProposedPair
from jiedui.proposals.stored_plans import SolvedProblem


@dataclass(frozen=True)
class Changed:
    """What choosing by hand has done: the plan's points before and after, the helper's load."""

    before: int
    after: int
    load: int
    most: int
    moved: int = 0  # other households that got another helper for it

    @property
    def is_over(self) -> bool:
        return self.load > self.most


@transaction.atomic
def change_helper(
    row: ProposedPair, *, member: Member, by: User | None, others_move: bool = False
) -> Changed:
    """Another helper than the engine's, chosen by a person who answers for it.

    With `others_move` the fewest other rows change with it, so that nobody carries too many and
    nobody is left alone; else the helper may come to carry more than the playbook says.
    """
    proposal = still_open(row.proposal)
    if member.ended:
        raise Refused(_("%(member)s has left.") % {"member": member.name})
    avoided = Avoidance.objects.filter(
        member=member, household=row.household, state=Avoidance.State.ACCEPTED
    )
    if avoided.exists():
        raise Refused(_("%(member)s is to avoid this household (回避).") % {"member": member.name})
    if helps_already(row, member):
        raise Refused(words.forbidden("helps"))
    if Pair.objects.filter(proposal=proposal, household=row.household).exists():
        raise Refused(_("This row is a pair already; hand it over instead."))
    kept = stored_plans.of(proposal)
    moves = _moves(proposal, kept, row, member) if others_move else []
    before = {"member": row.member_id}
    total = proposal.result["now"]["cost"]
    _choose(row, member, kept)
    _move(proposal, kept, moves)
    audit.record("proposal.changed", proposal, by=by, household=row.household_id, before=before,
                 after={"member": member.pk},
                 moved=[[one.household, one.before, one.after] for one in moves])  # fmt: skip
    proposing.summarise(proposal)
    load, most = room(proposal, kept, member)
    return Changed(total, proposal.result["now"]["cost"], load, most, len(moves))


def helps_already(row: ProposedPair, member: Member) -> bool:
    """Whether this member has the household already, in a place which the row does not fill."""
    proposal = row.proposal
    running = Pair.objects.open().filter(campaign=proposal.campaign, kind=proposal.kind)
    if Options.of(proposal.rules).role == "first":
        running = running.exclude(role="first", overlap_until=None)
    return running.filter(household=row.household, member=member).exists()


def _moves(
    proposal: Proposal, kept: SolvedProblem | None, row: ProposedPair, member: Member
) -> list[explanation.Move]:
    """Which others change when this pair is insisted on."""
    household = kept.households.get(row.household_id) if kept else None
    helper = kept.helpers.get(member.pk) if kept else None
    if kept is None or household is None or helper is None:
        raise Refused(_("This helper could not be chosen when the plan was worked out."))
    found = explanation.insist(proposal, kept, household=household, helper=helper)
    if found is None:
        raise Refused(_("The rules of the plan forbid this pair; choose it without the others."))
    return found.moves


def _choose(row: ProposedPair, member: Member, kept: SolvedProblem | None) -> None:
    """Write another helper into a row, by hand."""
    row.member, row.is_by_hand, row.is_left_out = member, True, False
    household = kept.households.get(row.household_id) if kept else None
    helper = kept.helpers.get(member.pk) if kept else None
    if kept and household is not None and helper is not None:
        row.cost = explanation.bill(kept, household, helper).total
        row.distance_m = kept.built.distances([household], [helper])[0]
    else:  # who came later is weighed as the register stands now
        proposal = row.proposal
        pairing = proposal.campaign.playbook.pairing(proposal.kind)
        (found,) = suggestions.weigh(proposal.campaign, pairing, row.household, [member])
        row.cost, row.distance_m = found.cost, found.distance_m
    row.save()


def _move(proposal: Proposal, kept: SolvedProblem | None, moves: list[explanation.Move]) -> None:
    """Write into other rows what insisting on one pair changes there."""
    wanted = proposal.rows.filter(household__in=[one.household for one in moves])
    rows = {row.household_id: row for row in wanted.select_related("proposal__campaign")}
    members = Member.objects.in_bulk([one.after for one in moves if one.after])
    for one in moves:
        row = rows[one.household]
        if one.after is None:
            row.member, row.is_by_hand, row.cost, row.distance_m = None, True, 0, None
            row.save()
        else:
            _choose(row, members[one.after], kept)


def room(proposal: Proposal, kept: SolvedProblem | None, member: Member) -> tuple[int, int]:
    """How many households the plan gives this helper, and for how many there was room."""
    load = proposal.rows.filter(member=member, is_left_out=False).count()
    helper = kept.helpers.get(member.pk) if kept else None
    if kept and helper is not None:
        return load, int(kept.problem.capacity[helper])
    campaign, kind = proposal.campaign, proposal.kind
    role = Options.of(proposal.rules).role
    most = loads.Limits(campaign, campaign.playbook.pairing(kind), role=role).of(member).most
    taken = loads.busy(campaign, kind, members=[member.pk], role=role).get(member.pk, 0)
    return load, max(0, most - taken)


@transaction.atomic
def leave_out(row: ProposedPair, *, by: User | None, is_left_out: bool = True) -> None:
    """A row that is not to become a pair with this proposal; or back in."""
    proposal = still_open(row.proposal)
    if row.is_left_out == is_left_out:
        return
    ProposedPair.objects.filter(pk=row.pk).update(is_left_out=is_left_out)
    action = "proposal.row_left_out" if is_left_out else "proposal.row_back_in"
    audit.record(action, proposal, by=by, household=row.household_id)
    proposing.summarise(proposal)


def still_open(proposal: Proposal, *, but_for: Approval | None = None) -> Proposal:
    """The proposal, locked until the transaction ends.

    Raises `Refused` once it is decided, and while an approval other than `but_for` waits.
    """
    # The conditional update is the lock: of two at once, the second waits and then looks again.
    if not Proposal.objects.filter(pk=proposal.pk, state=Proposal.State.READY).update(
        state=Proposal.State.READY
    ):
        raise Refused(_("This proposal has been decided already."))
    _nobody_approves(proposal, but_for=but_for)
    return Proposal.objects.select_related("campaign").get(pk=proposal.pk)


def _nobody_approves(proposal: Proposal, *, but_for: Approval | None = None) -> None:
    waiting = Approval.objects.waiting().filter(proposal=proposal)
    other = waiting.exclude(pk=but_for.pk if but_for else None).first()
    if other:
        raise Refused(
            _("%(who)s has approved this proposal; its pairs are being opened just now.")
            % {"who": other.signed}
        )


@transaction.atomic
def discard(proposal: Proposal, *, by: User | None) -> None:
    """Lay a proposal aside; pairs already opened from it stay."""
    undecided = (Proposal.State.READY, Proposal.State.SOLVING)
    if not Proposal.objects.filter(pk=proposal.pk, state__in=undecided).update(
        state=Proposal.State.DISCARDED
    ):
        raise Refused(_("This proposal has been decided already."))
    _nobody_approves(proposal)
    audit.record("proposal.discarded", proposal, by=by)
