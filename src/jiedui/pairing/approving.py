"""Approving a proposal: its pairs are opened, what no longer fits is refused by name."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jiedui.accounts.roles import PERMISSIONS
from jiedui.core import audit
from jiedui.core.doors import may
from jiedui.core.models import AuditEntry
from jiedui.core.refusals import Refused, unless_taken
from jiedui.households.models import Household
from jiedui.orgs import persons
from jiedui.orgs.models import Appointment, Member
from jiedui.pairing import leavers, loads, telling
from jiedui.pairing.models import Approval, Pair, Proposal, ProposedPair
from jiedui.pairing.passage import Passage, pass_on
from jiedui.pairing.reviewing import still_open
from jiedui.pairing.standing import Running, Standing

# What is read of a row and its two sides: sixteen thousand at once.
NEEDED = (
    *("proposal", "is_by_hand", "is_left_out", "household__head", "household__ended"),
    *("member__name", "member__rank", "member__ended", "member__organisation"),
)
MAKING = ("proposal.asked", "proposal.changed")
APART = ("fieldwork.activity", "ledger.gift", "accounts.user")  # what bears on no pair
PART = 500  # rows written between two words of progress
Rows = QuerySet[Any, Any] | Collection[int] | None  # of a proposal: a query, their keys, or all
Tell = Callable[[int, str], None]  # how many rows are done, and what comes now
APPROVERS = [role for role, may in PERMISSIONS.items() if "pair.approve" in may]


def silent(_done: int, _message: str) -> None:
    """Tells nobody."""


@dataclass(frozen=True)
class Approved:
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


def approve(
    proposal: Proposal,
    *,
    by: Any,
    rows: Rows = None,
    reason: str = "",
    asked: Approval | None = None,
    tell: Tell = silent,
) -> Approved:
    """Open the pairs of a proposal, or of these rows of it, in one transaction.

    Approving again opens nothing twice. Rows whose household or helper is no longer free are
    refused by name. `reason` is the playbook's reason for helpers that a re-plan changes. `asked`
    is the approval that waited for this.
    """
    tell(0, _("Looking at every row again"))
    looked = _look(proposal, rows, reason=reason)
    with transaction.atomic():
        check_second_person(proposal, by=by)
        try:
            proposal = still_open(proposal, but_for=asked)
        except Refused:
            if Proposal.objects.filter(pk=proposal.pk, state=Proposal.State.APPROVED).exists():
                return Approved(0, 0, [])  # somebody was faster, or the button was pressed twice
            raise
        if looked.is_outdated:
            looked = _look(proposal, rows, reason=reason)
        done = _open(proposal, looked, by=by, tell=tell)
        if rows is None or not waiting(proposal).exists():
            _close(proposal, by=by)
        audit.record("proposal.approved", proposal, by=by, opened=done.opened,
                     changed=done.changed,
                     refused=[household.pk for household, _why in done.refused])  # fmt: skip
        _keep(asked or note(proposal, by=by, reason=reason), done)
    return done


def _close(proposal: Proposal, *, by: Any) -> None:
    Proposal.objects.filter(pk=proposal.pk).update(
        state=Proposal.State.APPROVED,
        approved_by=audit.signed(by),
        approved_on=timezone.localdate(),
    )


def check_second_person(proposal: Proposal, *, by: Any) -> None:
    if not may_approve(proposal, by=by):
        raise Refused(
            _("Whoever asked for a proposal or changed it does not approve it; ask a colleague to.")
        )


def note(proposal: Proposal, *, by: Any, reason: str, **more: Any) -> Approval:
    """That somebody approves it, before anything comes of it."""
    facts = {"by_id": getattr(by, "pk", None), "signed": audit.signed(by), "reason": reason}
    return Approval.objects.create(
        proposal=proposal, language=get_language() or "", **facts, **more
    )


def _keep(asked: Approval, done: Approved) -> None:
    asked.done = timezone.now()
    asked.opened, asked.changed = done.opened, done.changed
    asked.refused = [[household.pk, why] for household, why in done.refused]
    asked.save(update_fields=["done", "opened", "changed", "refused"])


def _chosen(proposal: Proposal, rows: Rows) -> list[ProposedPair]:
    wanted = waiting(proposal)
    if isinstance(rows, QuerySet):
        wanted = wanted.filter(pk__in=rows)
    found = wanted.select_related("household", "member").only(*NEEDED, "household__number")
    every = rows is None or isinstance(rows, QuerySet)
    keys = frozenset() if every else frozenset(rows or ())  # too many for one question
    return [row for row in found.order_by("pk") if every or row.pk in keys]


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
    chosen = _chosen(proposal, rows)
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
        rest=waiting(proposal).count() - len(chosen),
        left_out=proposal.rows.filter(is_left_out=True).count(),
        over=[
            (member, state.load[key], most)
            for key, member in members.items()
            if state.load[key] > (most := state.most(member))
        ],
    )


def waiting(proposal: Proposal) -> QuerySet[ProposedPair]:
    """Rows that could still become pairs: with a helper, not left out, not opened already."""
    opened = Pair.objects.filter(proposal=proposal).values("household")
    rows = proposal.rows.filter(is_left_out=False, member__isnull=False)
    return rows.exclude(household__in=opened)


@dataclass(frozen=True)
class _Looked:
    """What is to be written, read before the transaction: on SQLite nobody else writes in one."""

    until: int  # the last entry of the audit chain before it was read
    rows: int
    role: loads.Role
    fresh: list[ProposedPair]
    passages: list[Passage]
    refused: list[tuple[Household, str]]

    @property
    def is_outdated(self) -> bool:
        """Whether anything that may bear on it was changed since; visits and gifts do not."""
        since = AuditEntry.objects.filter(pk__gt=self.until)
        return since.exclude(kind__in=APART).exists()


def _look(proposal: Proposal, rows: Rows, *, reason: str) -> _Looked:
    until = AuditEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    chosen, state = _chosen(proposal, rows), Standing(proposal)
    fresh: list[ProposedPair] = []
    changed: list[tuple[ProposedPair, Running]] = []
    refused: list[tuple[Household, str]] = []
    for row in chosen:
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
    passages = [
        one for _n, part in _parts(changed) for one in _passages(proposal, part, reason=reason)
    ]
    return _Looked(until, len(chosen), state.role, fresh, passages, refused)


def _open(proposal: Proposal, looked: _Looked, *, by: Any, tell: Tell) -> Approved:
    fresh, passages = looked.fresh, looked.passages
    kept = looked.rows - len(passages) - len(fresh)
    for done, part in _parts(passages):  # whoever helps today passes on; all are to be told
        tell(kept + done, _("Handing pairs over"))
        telling.write_down(pass_on(part, by=by), by=by)
    tell = _from(kept + len(passages), tell)
    opened = _open_fresh(proposal, fresh, role=looked.role, by=by, tell=tell)
    return Approved(opened, len(passages), looked.refused)


def _from(start: int, tell: Tell) -> Tell:
    """Tell progress of a part of the rows, after so many others."""
    return lambda done, message: tell(start + done, message)


def _open_fresh(
    proposal: Proposal, rows: list[ProposedPair], *, role: loads.Role, by: Any, tell: Tell
) -> int:
    homes = [row.household_id for row in rows]
    leavers.close(proposal.campaign, kind=proposal.kind, households=homes, by=by)
    for done, part in _parts(rows):
        tell(done, _("Opening pairs"))
        with unless_taken():
            opened = Pair.objects.bulk_create(_pair(proposal, row, role=role) for row in part)
        pairs = [[p.pk, p.household_id, p.member_id] for p in opened]
        audit.record("proposal.pairs_opened", proposal, by=by, pairs=pairs)
    return len(rows)


def _parts(rows: list[Any]) -> Iterator[tuple[int, list[Any]]]:
    """A few at a time, each time with how many went before."""
    return ((start, rows[start : start + PART]) for start in range(0, len(rows), PART))


def _passages(
    proposal: Proposal, changed: list[tuple[ProposedPair, Running]], *, reason: str
) -> list[Passage]:
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
    return passages


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
