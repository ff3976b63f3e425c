"""Approving a proposal: its pairs are opened, what no longer fits is refused by name."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from jiedui.accounts.roles import PERMISSIONS
from jiedui.campaigns.playbook.pairs import Pairing
from jiedui.core import audit
from jiedui.core.doors import may
from jiedui.core.models import AuditEntry
from jiedui.core.refusals import Refused, unless_taken
from jiedui.households.models import Household
from jiedui.orgs import persons
from jiedui.orgs.models import Appointment, Member
from jiedui.pairing import leavers, loads, telling
from jiedui.pairing.models import Avoidance, Pair, Proposal, ProposedPair
from jiedui.pairing.passage import Passage, pass_on
from jiedui.pairing.question import Options
from jiedui.pairing.reviewing import still_open
from jiedui.pairing.units import Units

# What is read of a row and its two sides: sixteen thousand at once.
NEEDED = (
    *("proposal", "is_by_hand", "is_left_out", "household__head", "household__ended"),
    *("member__name", "member__rank", "member__ended", "member__organisation"),
)
MAKING = ("proposal.asked", "proposal.changed")
APPROVERS = [role for role, may in PERMISSIONS.items() if "pair.approve" in may]


@dataclass(frozen=True)
class Approval:
    """How many pairs were opened or changed; which rows were refused, and why."""

    opened: int
    changed: int
    refused: list[tuple[Household, str]]


def may_approve(proposal: Proposal, *, by: Any) -> bool:
    """Whoever asked for a plan or changed it by hand does not approve it, under whatever account,
    while somebody else could (two persons).
    """
    if by is None:
        return True
    makers = _makers(proposal)
    return not persons.behind(by).is_one_of(makers) or not _others(proposal, by, makers=makers)


def _makers(proposal: Proposal) -> set[int | None]:
    """Accounts that asked for the plan or changed rows of it by hand."""
    entries = AuditEntry.objects.filter(
        kind=proposal._meta.label_lower, subject=str(proposal.pk), action__in=MAKING
    )
    return {proposal.rules.get("by"), *entries.values_list("actor_id", flat=True)} - {None}


def _others(proposal: Proposal, by: Any, *, makers: set[int | None]) -> bool:
    """Whether another person could approve it: somebody who has no part in it.

    Accounts are asked one after another, up to the first that may: nearly always the first.
    """
    appointed = Appointment.objects.filter(role__in=APPROVERS, ended=None, user__is_active=True)
    return any(
        may(user, "pair.approve", on=proposal) and not persons.behind(user).is_one_of(makers)
        for user in get_user_model()._default_manager.filter(
            pk__in=appointed.exclude(user=by).values("user")
        )
    )


@transaction.atomic
def approve(
    proposal: Proposal, *, by: Any, rows: QuerySet[Any, Any] | None = None, reason: str = ""
) -> Approval:
    """Open the pairs of a proposal, or of these rows of it, in one transaction.

    Approving again opens nothing twice. Rows whose household or helper is no longer free are
    refused by name. `reason` is the playbook's reason for helpers that a re-plan changes.
    """
    if not may_approve(proposal, by=by):
        raise Refused(
            _("Whoever asked for a proposal or changed it does not approve it; ask a colleague to.")
        )
    try:
        proposal = still_open(proposal)
    except Refused:
        if Proposal.objects.filter(pk=proposal.pk, state=Proposal.State.APPROVED).exists():
            return Approval(0, 0, [])  # somebody was faster, or the button was pressed twice
        raise
    chosen = _chosen(proposal, rows)
    done = _open(proposal, chosen, by=by, reason=reason)
    if rows is None or not _waiting(proposal).exists():
        Proposal.objects.filter(pk=proposal.pk).update(
            state=Proposal.State.APPROVED,
            approved_by=audit.signed(by),
            approved_on=timezone.localdate(),
        )
    audit.record("proposal.approved", proposal, by=by, opened=done.opened, changed=done.changed,
                 refused=[household.pk for household, _why in done.refused])  # fmt: skip
    return done


def _chosen(proposal: Proposal, rows: QuerySet[Any, Any] | None) -> list[ProposedPair]:
    wanted = _waiting(proposal) if rows is None else _waiting(proposal).filter(pk__in=rows)
    rows = wanted.select_related("household", "member").only(*NEEDED, "household__number")
    return list(rows.order_by("pk"))


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


def preview(proposal: Proposal, *, rows: QuerySet[Any, Any] | None = None) -> Preview:
    """Count what `approve` would do with these rows now; changes nothing."""
    chosen = _chosen(proposal, rows)
    state = _State(proposal, chosen)
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
        rest=_waiting(proposal).count() - len(chosen),
        left_out=proposal.rows.filter(is_left_out=True).count(),
        over=[
            (member, state.load[key], most)
            for key, member in members.items()
            if state.load[key] > (most := state.most(member))
        ],
    )


def _waiting(proposal: Proposal) -> QuerySet[ProposedPair]:
    """Rows that could still become pairs: with a helper, not left out, not opened already."""
    opened = Pair.objects.filter(proposal=proposal).values("household")
    rows = proposal.rows.filter(is_left_out=False, member__isnull=False)
    return rows.exclude(household__in=opened)


def _open(proposal: Proposal, rows: list[ProposedPair], *, by: Any, reason: str) -> Approval:
    state = _State(proposal, rows)
    fresh: list[ProposedPair] = []
    changed: list[tuple[ProposedPair, Running]] = []
    refused: list[tuple[Household, str]] = []
    for row in rows:
        old = state.replaced(row)
        if old and old.member == row.member_id:
            continue  # a re-plan that leaves everything as it is
        if why := state.objection(row, reason=reason):
            refused.append((row.household, why))
            continue
        state.take(row, instead_of=old)
        if old:
            changed.append((row, old))
        else:
            fresh.append(row)
    _hand_over(proposal, changed, by=by, reason=reason)
    new = [_pair(proposal, row, role=state.role) for row in fresh]
    homes = [row.household_id for row in fresh]
    leavers.close(proposal.campaign, kind=proposal.kind, households=homes, by=by)
    with unless_taken():
        opened = Pair.objects.bulk_create(new, batch_size=1000)
    for start in range(0, len(opened), 500):
        part = opened[start : start + 500]
        pairs = [[p.pk, p.household_id, p.member_id] for p in part]
        audit.record("proposal.pairs_opened", proposal, by=by, pairs=pairs)
    return Approval(len(opened), len(changed), refused)


def _hand_over(
    proposal: Proposal, changed: list[tuple[ProposedPair, "Running"]], *, by: Any, reason: str
) -> None:
    """Whoever helps today passes on to whom the plan names; all are to be told."""
    today = timezone.localdate()
    is_tied = proposal.campaign.playbook.pairing(proposal.kind).inside_unit == "only"
    rows = Pair.objects.select_related("member", "organisation")
    rows = rows.select_related("household__place") if is_tied else rows
    pairs = rows.in_bulk([old.pk for _row, old in changed])
    people = Member.objects.select_related("organisation")
    takers = people.in_bulk({row.member_id for row, _old in changed if row.member_id})
    passages = []
    for row, old in changed:
        pair = pairs[old.pk]
        pair.campaign = proposal.campaign
        passages.append(Passage(pair, [takers[row.member_id or 0]], today, reason, proposal))
    telling.write_down(pass_on(passages, by=by), by=by)


def _pair(proposal: Proposal, row: ProposedPair, *, role: loads.Role) -> Pair:
    assert row.member is not None
    return Pair(
        campaign_id=proposal.campaign_id,
        kind=proposal.kind,
        role=role,
        member=row.member,
        organisation_id=row.member.organisation_id,
        household=row.household,
        since=timezone.localdate(),
        proposal=proposal,
    )


def _outside(proposal: Proposal, pairing: Pairing) -> set[int]:
    """Rows whose helper's unit does not answer for the village, where only such may help there."""
    if pairing.inside_unit != "only":
        return set()
    rows = proposal.rows.filter(member__isnull=False)
    found = list(rows.values_list("pk", "household__place", "member__organisation__path"))
    units = Units.of(proposal.campaign, paths={path for _pk, _place, path in found})
    return {pk for pk, place, path in found if not units.is_tied(path, place)}


class Running(NamedTuple):
    """The first helper of a household today."""

    pk: int
    member: int | None
    name: str | None


class _State:
    """How things stand while pairs are opened: who is paired, who is full, who avoids whom."""

    def __init__(self, proposal: Proposal, rows: list[ProposedPair]) -> None:
        campaign = proposal.campaign
        self.book = campaign.playbook
        self.pairing = self.book.pairing(proposal.kind)
        self.is_replan = proposal.rules.get("scope") == "all"
        self.role = Options.of(proposal.rules).role
        self.load = loads.busy(campaign, proposal.kind, role=self.role)
        running = Pair.objects.open().filter(
            campaign=campaign, kind=proposal.kind, household__isnull=False
        )
        self.beside = set(running.order_by().values_list("household", "member"))
        serving = running.filter(overlap_until=None, member__ended=None).order_by("-role", "-pk")
        found = list(serving.values_list("household", "pk", "member", "member__name", "role"))
        self.running = {household: Running(*rest[:3]) for household, *rest in found}
        self.seconds = {one[0]: Running(*one[1:4]) for one in found if one[4] == "second"}
        avoided = Avoidance.objects.filter(state=Avoidance.State.ACCEPTED)
        self.avoided = set(avoided.values_list("member", "household"))
        self.outside = _outside(proposal, self.pairing)

    def objection(self, row: ProposedPair, *, reason: str) -> str:
        """Why a row cannot become a pair now; "" when it can."""
        member, old = row.member, self.replaced(row)
        assert member is not None
        if row.household.ended:
            return _("no longer on the register")
        if self.role == "second" and (why := self._no_second(row)):
            return why
        if old and not self.is_replan:
            return _("paired with %(member)s meanwhile") % {"member": old.name}
        if old and not reason:
            return _("changes helper, but no reason was given")
        if member.ended:
            return _("%(member)s has left meanwhile") % {"member": member.name}
        if (row.household_id, member.pk) in self.beside:
            return _("These two are paired already.")
        if (member.pk, row.household_id) in self.avoided:
            return _("%(member)s is to avoid this household (回避)") % {"member": member.name}
        if row.pk in self.outside:
            return _("another unit answers for this village")
        full = self.load.get(member.pk, 0) >= self.most(member)
        if full and not row.is_by_hand and not self.is_replan:
            return _("%(member)s has no place left") % {"member": member.name}
        return ""

    def replaced(self, row: ProposedPair) -> Running | None:
        """The helper whose place the row's takes; a second helper takes nobody's."""
        return None if self.role == "second" else self.running.get(row.household_id)

    def _no_second(self, row: ProposedPair) -> str:
        """Why the household of a row can have no second helper now; "" when it can."""
        first, second = (one.get(row.household_id) for one in (self.running, self.seconds))
        if first is None:
            return _("has no first helper any more")
        if second:
            return _("has %(member)s as second helper meanwhile") % {"member": second.name}
        if first.member == row.member_id:
            return _("%(member)s is its first helper") % {"member": first.name}
        return ""

    def most(self, member: Member) -> int:
        return loads.load_of(self.book, self.pairing, member.rank, role=self.role).most

    def take(self, row: ProposedPair, *, instead_of: Running | None = None) -> None:
        assert row.member_id is not None
        self.load[row.member_id] = self.load.get(row.member_id, 0) + 1
        if instead_of and instead_of.member:
            self.load[instead_of.member] = self.load.get(instead_of.member, 0) - 1
