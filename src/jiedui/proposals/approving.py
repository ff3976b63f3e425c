"""Approving a proposal: its pairs are opened, what no longer fits is refused by name."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jiedui.accounts.roles import PERMISSIONS
from jiedui.core import audit
from jiedui.core.doors import may
from jiedui.core.jobs import let_others_write
from jiedui.core.models import AuditEntry
from jiedui.core.refusals import Refused
from jiedui.core.users import User
from jiedui.households.models import Household
from jiedui.orgs import persons
from jiedui.orgs.models import Appointment, Member
from jiedui.proposals import approved_pairs
from jiedui.proposals.approved_pairs import Rows
from jiedui.proposals.models import Approval, Proposal, ProposedPair
from jiedui.proposals.reviewing import still_open
from jiedui.proposals.standing import Standing

# What decides which pairs there will be: to leave a row out is a choice as well.
# These keys are stored in the audit chain and are never renamed.
MAKING = (
    "proposal.asked", "proposal.changed", "proposal.row_left_out", "proposal.row_back_in",
    "proposal.went_over",
)  # fmt: skip
PORTION = 200  # pairs written before others get a turn
ReportProgress = Callable[[int, str], None]  # how many rows are done, and what comes now
APPROVERS = [role for role, may in PERMISSIONS.items() if "pair.approve" in may]


def silent(_done: int, _message: str) -> None:
    """For callers that show no progress."""


@dataclass(frozen=True)
class Approved:
    """How many pairs were opened or changed; which rows were refused, and why."""

    opened: int
    changed: int
    refused: list[tuple[Household, str]]


def may_approve(proposal: Proposal, *, by: User | None) -> bool:
    """Whoever asked for a plan or changed it by hand does not approve it, under whatever account,
    while somebody else could (two persons).
    """
    if by is None:
        return True
    makers = _makers(proposal)
    return not persons.behind(by).is_one_of(makers) or not _others(proposal, by, makers=makers)


def _makers(proposal: Proposal) -> set[int | None]:
    """Accounts that asked for the plan, chose it or changed rows of it by hand."""
    entries = AuditEntry.objects.filter(
        kind=proposal._meta.label_lower, subject=str(proposal.pk), action__in=MAKING
    )
    return {proposal.rules.get("by"), *entries.values_list("actor_id", flat=True)} - {None}


def _others(proposal: Proposal, by: User | None, *, makers: set[int | None]) -> bool:
    """Whether another person could approve it: somebody who has no part in it.

    Accounts are asked one after another, up to the first that may: nearly always the first.
    """
    appointed = Appointment.objects.in_force().filter(role__in=APPROVERS, user__is_active=True)
    return any(
        may(user, "pair.approve", on=proposal) and not persons.behind(user).is_one_of(makers)
        for user in get_user_model()._default_manager.filter(
            pk__in=appointed.exclude(user=by).values("user")
        )
    )


def approve(
    proposal: Proposal,
    *,
    by: User | None,
    rows: Rows = None,
    reason: str = "",
    approval: Approval | None = None,
    report: ReportProgress = silent,
) -> Approved:
    """Open the pairs of a proposal, or of these rows of it.

    They are written in portions, each as a whole or not at all, so that others can write between
    two; cut short, it goes on where it stopped when it is done again. Approving again opens nothing
    twice. Rows whose household or helper is no longer free are refused by name. `reason` is the
    playbook's reason for helpers that a re-plan changes. `approval` is the one that waited for
    this; without one there is one portion, which nobody can come between.
    """
    report(0, _("Looking at every row again"))
    portion = PORTION if approval else None
    work = approved_pairs.look(proposal, rows, reason=reason)
    while True:
        if work.is_outdated:
            work = approved_pairs.look(proposal, rows, reason=reason)
        with transaction.atomic():
            check_second_person(proposal, by=by)
            try:
                still_open(proposal, but_for=approval)
            except Refused:
                if Proposal.objects.filter(pk=proposal.pk, state=Proposal.State.APPROVED).exists():
                    return Approved(0, 0, [])  # somebody was faster, or pressed the button twice
                raise
            if work.is_outdated:  # somebody came between, after all
                work = approved_pairs.look(proposal, rows, reason=reason)
            approval = approval or note(proposal, by=by, reason=reason)
            opened, changed = approved_pairs.write(work, most=portion, by=by)
            approval.opened, approval.changed = approval.opened + opened, approval.changed + changed
            approval.save(update_fields=["opened", "changed"])
            if work.is_done:
                return _finish(proposal, approval, refused=work.refused, every=rows is None, by=by)
        report(approval.written + work.aside, _("Opening pairs"))
        let_others_write()


def _finish(
    proposal: Proposal,
    approval: Approval,
    *,
    refused: list[tuple[Household, str]],
    every: bool,
    by: User | None,
) -> Approved:
    if every or not approved_pairs.waiting(proposal).exists():
        Proposal.objects.filter(pk=proposal.pk).update(
            state=Proposal.State.APPROVED,
            approved_by=audit.signed(by),
            approved_on=timezone.localdate(),
        )
    audit.record("proposal.approved", proposal, by=by, opened=approval.opened,
                 changed=approval.changed,
                 refused=[household.pk for household, _why in refused])  # fmt: skip
    approval.done = timezone.now()
    approval.refused = [[household.pk, why] for household, why in refused]
    approval.save(update_fields=["done", "refused"])
    return Approved(approval.opened, approval.changed, refused)


def check_second_person(proposal: Proposal, *, by: User | None) -> None:
    if not may_approve(proposal, by=by):
        raise Refused(
            _("Whoever asked for a proposal or changed it does not approve it; ask a colleague to.")
        )


def note(proposal: Proposal, *, by: User | None, reason: str, **more: Any) -> Approval:
    """That somebody approves it, before anything comes of it."""
    facts = {"by_id": getattr(by, "pk", None), "signed": audit.signed(by), "reason": reason}
    return Approval.objects.create(
        proposal=proposal, language=get_language() or "", **facts, **more
    )


@dataclass(frozen=True)
class Preview:
    """What approving these rows would do, in numbers, before anybody says yes."""

    opened: int
    changed: int
    unchanged: int
    by_hand: int
    helpers: int
    refused: list[tuple[Household, str]]
    rest: int  # rows that would still wait afterwards
    left_out: int
    over: list[tuple[Member, int, int]]  # helpers above their load: new pairs, places


def preview(proposal: Proposal, *, rows: Rows = None) -> Preview:
    """Count what `approve` would do with these rows now; changes nothing."""
    chosen = approved_pairs.chosen(proposal, rows)
    state = Standing(proposal)
    done: list[ProposedPair] = []
    refused: list[tuple[Household, str]] = []
    changed = unchanged = 0
    for row in chosen:
        old = state.replaced(row)
        if old and old.member == row.member_id:
            unchanged += 1
        elif why := state.objection(row, reason="?"):
            refused.append((row.household, why))
        else:
            state.take(row, instead_of=old)
            done.append(row)
            changed += bool(old)
    members = {row.member.pk: row.member for row in done if row.member}
    return Preview(
        opened=len(done) - changed,
        changed=changed,
        unchanged=unchanged,
        by_hand=sum(row.is_by_hand for row in done),
        helpers=len(members),
        refused=refused,
        rest=approved_pairs.waiting(proposal).count() - len(chosen),
        left_out=proposal.rows.filter(is_left_out=True).count(),
        over=[
            (member, state.load[key], most)
            for key, member in members.items()
            if state.load[key] > (most := state.most(member))
        ],
    )
