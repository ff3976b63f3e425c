"""Writing what a plan asks for: rows are looked at before the lock, and written in portions."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from jiedui.core import audit
from jiedui.core.models import AuditEntry
from jiedui.core.refusals import unless_taken
from jiedui.core.users import User
from jiedui.handover import notifications
from jiedui.handover.transfer import Transfer, transfer_all
from jiedui.households.models import Household
from jiedui.orgs.models import Member, Organisation
from jiedui.pairing import leavers, loads
from jiedui.pairing.models import Pair
from jiedui.proposals.models import Proposal, ProposedPair
from jiedui.proposals.standing import Running, Standing

# What is read of a row and its two sides: sixteen thousand at once.
NEEDED = (
    *("proposal", "is_by_hand", "is_left_out", "household__head", "household__ended"),
    *("member__name", "member__rank", "member__most_pairs", "member__ended"),
    "member__organisation",
)
APART = ("fieldwork.activity", "ledger.gift", "accounts.user")  # what bears on no pair
LOOKED = r"\.(read|read_many|printed|exported)$"  # what was only looked at changes nothing
Rows = QuerySet[Any, Any] | Collection[int] | None  # of a proposal: a query, their keys, or all


def waiting(proposal: Proposal) -> QuerySet[ProposedPair]:
    """Rows that could still become pairs: with a helper, not left out, not opened already."""
    opened = Pair.objects.filter(proposal=proposal).values("household")
    rows = proposal.rows.filter(is_left_out=False, member__isnull=False)
    return rows.exclude(household__in=opened)


def chosen(proposal: Proposal, rows: Rows) -> list[ProposedPair]:
    """These of the rows that wait, with what is needed of their two sides."""
    wanted = waiting(proposal)
    if isinstance(rows, QuerySet):
        wanted = wanted.filter(pk__in=rows)
    found = wanted.select_related("household", "member").only(*NEEDED, "household__number")
    every = rows is None or isinstance(rows, QuerySet)
    keys = frozenset() if every else frozenset(rows or ())  # too many for one query
    return [row for row in found.order_by("pk") if every or row.pk in keys]


@dataclass
class Work:
    """What is still to be written; read before the lock, in which on SQLite nobody else writes."""

    proposal: Proposal
    until: int  # the last entry of the audit chain when it was read
    role: loads.Role
    aside: int  # rows that need nothing written: unchanged, or refused
    transfers: list[Transfer]
    fresh: list[ProposedPair]
    refused: list[tuple[Household, str]]

    @property
    def is_outdated(self) -> bool:
        """Whether anything that may bear on it was changed since; visits and gifts do not."""
        since = AuditEntry.objects.filter(pk__gt=self.until).exclude(kind__in=APART)
        return since.exclude(action__regex=LOOKED).exists()

    @property
    def is_done(self) -> bool:
        return not self.transfers and not self.fresh


def look(proposal: Proposal, rows: Rows, *, reason: str) -> Work:
    """Which of these rows can become pairs now, which are refused, and why."""
    until = _last_entry()
    wanted, state = chosen(proposal, rows), Standing(proposal)
    fresh: list[ProposedPair] = []
    changed: list[tuple[ProposedPair, Running]] = []
    refused: list[tuple[Household, str]] = []
    for row in wanted:
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
    aside = len(wanted) - len(changed) - len(fresh)
    transfers = _transfers(proposal, changed, reason=reason)
    return Work(proposal, until, state.role, aside, transfers, fresh, refused)


def _last_entry() -> int:
    return AuditEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def write(work: Work, *, most: int | None, by: User | None) -> tuple[int, int]:
    """Write the next portion, inside the caller's transaction; how many were opened, and changed.

    `most` is the rows of a portion; None writes all.
    """
    # Whoever helps today passes on first; all are to be notified.
    transfers, work.transfers = work.transfers[:most], _after(work.transfers, most)
    if transfers:
        notifications.write_down(transfer_all(transfers, by=by), by=by)
    room = None if most is None else most - len(transfers)
    fresh, work.fresh = work.fresh[:room], _after(work.fresh, room)
    if fresh:
        _open(work, fresh, by=by)
    work.until = _last_entry()  # what this portion said of itself is nothing new
    return len(fresh), len(transfers)


def _after(rows: list[Any], most: int | None) -> list[Any]:
    return [] if most is None else rows[most:]


def _open(work: Work, rows: list[ProposedPair], *, by: User | None) -> None:
    proposal = work.proposal
    homes = [row.household_id for row in rows]
    leavers.close(proposal.campaign, kind=proposal.kind, households=homes, by=by)
    with unless_taken():
        opened = Pair.objects.bulk_create(_pair(proposal, row, role=work.role) for row in rows)
    pairs = [[p.pk, p.household_id, p.member_id] for p in opened]
    audit.record("proposal.pairs_opened", proposal, by=by, pairs=pairs)


def _transfers(
    proposal: Proposal, changed: list[tuple[ProposedPair, Running]], *, reason: str
) -> list[Transfer]:
    today = timezone.localdate()
    is_tied = proposal.campaign.playbook.pairing(proposal.kind).inside_unit == "only"
    rows = Pair.objects.select_related("household__place") if is_tied else Pair.objects.all()
    pairs = rows.in_bulk([old.pk for _row, old in changed])
    people = _people({key for row, old in changed for key in (row.member_id, old.member)})
    units = Organisation.objects.in_bulk({one.organisation_id for one in pairs.values()})
    transfers = []
    for row, old in changed:
        pair = pairs[old.pk]
        pair.campaign, pair.organisation = proposal.campaign, units[pair.organisation_id]
        if pair.member_id:
            pair.member = people[pair.member_id]
        transfers.append(Transfer(pair, [people[row.member_id or 0]], today, reason, proposal.pk))
    return transfers


def _people(keys: set[int | None]) -> dict[int, Member]:
    """These members, one object each whatever they hand over or take, with their organisations."""
    found: dict[int, Member] = Member.objects.in_bulk(keys - {None})
    own = Organisation.objects.in_bulk({one.organisation_id for one in found.values()})
    for one in found.values():
        one.organisation = own[one.organisation_id]
    return found


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
