"""Handing over in bulk: all pairs of a member or an organisation, or those somebody chose.

Prepared as a draft: the engine proposes a successor for every pair, people change what they know
better, and one confirmation does it all in one transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiedui.campaigns.models import Campaign
from jiedui.core import audit, inside
from jiedui.core.locking import hold
from jiedui.core.refusals import Refused
from jiedui.core.trees import below
from jiedui.core.users import User
from jiedui.handover import actions, notifications
from jiedui.handover.models import HandOver, HandOverLine
from jiedui.handover.succession import successors
from jiedui.handover.transfer import Transfer, transfer_all
from jiedui.orgs import actions as orgs
from jiedui.orgs import ending, membership
from jiedui.orgs.models import Member, Organisation
from jiedui.pairing import villages
from jiedui.pairing.models import Pair
from jiedui.places.models import Place

Fate, State = HandOver.Fate, HandOver.State
APART = gettext_lazy(
    "You do not look after all organisations of these pairs together: hand over the pairs of one"
    " unit at a time, or each on its own page."
)


@dataclass(frozen=True)
class Settled:
    """How many pairs passed on, ended without a successor, or were left as they are."""

    passed: int
    ended: int
    left: int


@transaction.atomic
def prepare(
    giver: Member | Organisation,
    *,
    fate: str,
    on: date,
    reason: str,
    among: QuerySet[Member],
    by: User | None,
    goes_to: Organisation | None = None,
) -> HandOver:
    """Draft the hand-over of all pairs of a member, or of an organisation and all below it.

    `among` are the members who may be named as successors. A draft that was there is replaced.
    """
    _check_fate(giver, fate, on=on, reason=reason, goes_to=goes_to)
    if fate == Fate.NOW:
        inside.check_ends(
            Member, dict.fromkeys(members_of(giver).values_list("pk", flat=True), on), by=by
        )
    if isinstance(giver, Organisation):
        parts = Organisation.objects.standing().below(giver).values_list("pk", flat=True)
        inside.check_ends(Organisation, dict.fromkeys(parts, on), by=by)
    is_member = isinstance(giver, Member)
    mine = {"member": giver} if is_member else {"dissolved": giver}
    HandOver.objects.filter(**mine, state=State.DRAFT).update(state=State.DISCARDED)
    drafted: HandOver = HandOver.objects.create(
        organisation=giver.organisation if isinstance(giver, Member) else giver,
        fate=fate,
        goes_to=goes_to if fate == Fate.MOVE or not is_member else None,
        on=on,
        reason=reason,
        made_by=audit.signed(by),
        **mine,
    )
    audit.record("hand_over.prepared", drafted, by=by, fate=fate, reason=reason, day=on)
    propose(drafted, among=among)
    return drafted


@transaction.atomic
def prepare_chosen(
    pairs: Sequence[Pair], *, on: date, reason: str, among: QuerySet[Member], by: User | None
) -> HandOver:
    """Draft the hand-over of these pairs alone; their helpers stay.

    Raises `Refused` for a pair that cannot pass on with others, a day to come, and a reason for
    which a helper leaves.
    """
    _check_reason(Fate.STAY, on=on, reason=reason)
    if not pairs or any(not can_pass_on(pair) for pair in pairs):
        raise Refused(_("Pairs have come or gone meanwhile; tick them again."))
    drafted = HandOver.objects.create(
        organisation=organisation_above(pairs),
        fate=Fate.STAY,
        on=on,
        reason=reason,
        made_by=audit.signed(by),
    )
    HandOverLine.objects.bulk_create(
        [HandOverLine(hand_over=drafted, pair=pair) for pair in pairs], batch_size=500
    )
    audit.record(
        "hand_over.prepared", drafted, by=by, fate=Fate.STAY.value, reason=reason, day=on,
        pairs=len(pairs),
    )  # fmt: skip
    propose(drafted, among=among)
    return drafted


def can_pass_on(pair: Pair) -> bool:
    """Whether it can pass on together with others: running, of a member, not being handed over."""
    return bool(pair.member_id) and pair.ended is None and pair.overlap_until is None


def organisation_above(pairs: Sequence[Pair]) -> Organisation:
    """The lowest organisation at or above those of all these pairs; `Refused` where none is."""
    lines = [set(Organisation.cuts(path)) for path in {pair.organisation.path for pair in pairs}]
    if not (shared := set.intersection(*lines)):
        raise Refused(APART)
    return Organisation.objects.get(path=max(shared))


def _check_fate(
    giver: Member | Organisation, fate: str, *, on: date, reason: str, goes_to: Any
) -> None:
    if giver.ended:
        raise Refused(_("%(name)s has left or ended already.") % {"name": giver.name})
    _check_reason(fate, on=on, reason=reason)
    if isinstance(giver, Organisation) and fate == Fate.LATER:
        raise Refused(_("Members of a dissolved organisation leave, or go to another one."))
    if fate != Fate.MOVE and (goes_to is None or isinstance(giver, Member)):
        return
    if goes_to is None:
        raise Refused(_("Say to which organisation."))
    inside = isinstance(giver, Organisation) and goes_to.path.startswith(giver.path)
    if goes_to.ended or inside or (isinstance(giver, Member) and goes_to == giver.organisation):
        raise Refused(_("They go to another organisation that stands."))


def _check_reason(fate: str, *, on: date, reason: str) -> None:
    if on > timezone.localdate():
        raise Refused(_("This day lies in the future."))
    books = (campaign.playbook for campaign in Campaign.objects.all())
    if fate != Fate.NOW and any(playbook.ends_at_once(reason) for playbook in books):
        raise Refused(_("For this reason a helper leaves the register on that day."))


def pairs_in(hand_over: HandOver) -> QuerySet[Pair]:
    """The pairs of a hand-over that have to pass on now; of chosen ones those still below its
    organisation: where a helper moves, the pairs are for others to decide on."""
    if hand_over.is_of_chosen:
        rows = _passing().filter(below(hand_over.organisation.path, field="organisation__path"))
        return rows.filter(hand_over_lines__hand_over=hand_over)
    return pairs_of(hand_over.giver)


def givers(hand_over: HandOver) -> QuerySet[Member]:
    """The members who hand over, and are named as nobody's successor."""
    if hand_over.is_of_chosen:
        return Member.objects.serving().filter(pk__in=pairs_in(hand_over).values("member"))
    return members_of(hand_over.giver)


def _passing() -> QuerySet[Pair]:
    """Running pairs that are not being handed over, nor a team's."""
    return Pair.objects.open().filter(overlap_until=None, team=None)


def pairs_of(giver: Member | Organisation) -> QuerySet[Pair]:
    """All pairs of a member, or of an organisation and all below it, that have to pass on now."""
    rows = _passing()
    if isinstance(giver, Member):
        return rows.filter(member=giver)
    of_members = below(giver.path, field="member__organisation__path")
    return rows.filter(
        of_members | (Q(member=None) & below(giver.path, field="organisation__path"))
    )


def members_of(giver: Member | Organisation) -> QuerySet[Member]:
    """Who hands over: the member, or everybody serving in the organisation and below it."""
    rows = Member.objects.serving()
    if isinstance(giver, Member):
        return rows.filter(pk=giver.pk)
    return rows.filter(below(giver.path, field="organisation__path"))


@transaction.atomic
def propose(hand_over: HandOver, *, among: QuerySet[Member]) -> int:
    """Ask the engine for successors; what was changed by hand stays.

    Returns how many lines are no more, because their pairs have ended or are handed over already.
    """
    still_draft(hand_over)
    kept = {row.pair_id: row for row in hand_over.rows.filter(is_by_hand=True)}
    pairs = list(
        pairs_in(hand_over).select_related("campaign", "household", "member", "organisation")
    )
    open_pairs = [pair for pair in pairs if pair.pk not in kept]
    going = set(givers(hand_over).values_list("pk", flat=True))
    found = successors(open_pairs, among=among, going=going)
    keepers = _keepers(hand_over, open_pairs)
    ways = {key: one.distance_m for key, one in found.items()}
    ways |= {key: one.distance_m for key, one in keepers.items()}
    gone = hand_over.rows.exclude(pair__in=[pair.pk for pair in pairs]).count()
    hand_over.rows.exclude(pk__in=[kept[p.pk].pk for p in pairs if p.pk in kept]).delete()
    HandOverLine.objects.bulk_create(
        [
            HandOverLine(
                hand_over=hand_over,
                pair=pair,
                first_id=found[pair.pk].member if pair.pk in found else None,
                organisation=keepers[pair.pk].organisation if pair.pk in keepers else None,
                distance_m=ways.get(pair.pk),
            )
            for pair in open_pairs
        ],
        batch_size=500,
    )
    return gone


def _keepers(hand_over: HandOver, pairs: list[Pair]) -> dict[int, villages.Offer]:
    """The organisations that might keep the places of one that is dissolved, by key of the pair."""
    found: dict[int, villages.Offer] = {}
    rows = [pair for pair in pairs if pair.place_id and pair.member_id is None]
    rows.sort(key=lambda pair: (pair.campaign_id, pair.kind))
    for _kind, group in groupby(rows, key=lambda pair: (pair.campaign_id, pair.kind)):
        kept = {pair.place_id: pair for pair in group if pair.place_id}
        campaign, kind = next((pair.campaign, pair.kind) for pair in kept.values())
        places = Place.objects.filter(pk__in=kept)
        offers, _alone = villages.offers(
            campaign, campaign.playbook.pairing(kind), places=places, going=hand_over.dissolved
        )
        found |= {kept[one.place.pk].pk: one for one in offers}
    return found


@transaction.atomic
def choose(
    row: HandOverLine,
    *,
    to: Sequence[Member | Organisation],
    distance_m: int | None = None,
    by: User | None,
) -> None:
    """Name one or two successors for a pair by hand, or nobody: it is left open then."""
    still_draft(row.hand_over)
    if len(to) > 2 or len({one.pk for one in to}) != len(to):
        raise Refused(_("Name one successor, or two different ones."))
    going = set(givers(row.hand_over).values_list("pk", flat=True))
    for one in to:
        if one.ended:
            raise Refused(_("%(name)s has left or ended already.") % {"name": one.name})
        if isinstance(one, Member) and one.pk in going:
            raise Refused(_("%(name)s hands over as well.") % {"name": one.name})
    members = [one for one in to if isinstance(one, Member)]
    row.first = members[0] if members else None
    row.second = members[1] if len(members) > 1 else None
    row.organisation = next((one for one in to if isinstance(one, Organisation)), None)
    row.distance_m, row.is_by_hand = distance_m, True
    row.save()
    keys = [one.pk for one in to]
    audit.record("hand_over.chosen", row.hand_over, by=by, pair=row.pair_id, to=keys)


@transaction.atomic
def discard(hand_over: HandOver, *, by: User | None) -> None:
    drafts = HandOver.objects.filter(pk=hand_over.pk, state=State.DRAFT)
    if not drafts.update(state=State.DISCARDED):
        raise Refused(_("This hand-over has been decided already."))
    audit.record("hand_over.discarded", hand_over, by=by)


def still_draft(hand_over: HandOver) -> None:
    if not HandOver.objects.filter(pk=hand_over.pk, state=State.DRAFT).exists():
        raise Refused(_("This hand-over has been decided already."))


@transaction.atomic
def settle(hand_over: HandOver, *, by: User | None) -> Settled:
    """Carry it out: leavers leave, every pair passes on or is left open, notifications are created.

    Raises `Refused`, and nothing has happened, when a pair came or went since it was proposed.
    """
    drafts = HandOver.objects.filter(pk=hand_over.pk, state=State.DRAFT)
    # The conditional update is the lock: of two who confirm at once, one updates no row.
    if not drafts.update(state=State.DONE, done_on=timezone.localdate(), done_by=audit.signed(by)):
        raise Refused(_("This hand-over has been decided already."))
    rows = list(
        hand_over.rows.select_related(
            "pair__campaign", "pair__household__place", "pair__place", "pair__organisation",
            "first__organisation", "second__organisation", "organisation",
        ).order_by("pk")
    )  # fmt: skip
    # Before anything is recorded: whoever writes down what they did waits, or was there before.
    hold(givers(hand_over)).order_by("pk").in_bulk()
    if {row.pair_id for row in rows} != set(pairs_in(hand_over).values_list("pk", flat=True)):
        raise Refused(_("Pairs have come or gone meanwhile; ask for proposals anew."))
    leaving = list(givers(hand_over))
    _before(hand_over, leaving, by=by)
    done = _pass_on(hand_over, rows, by=by)
    _after(hand_over, leaving, by=by)
    audit.record("hand_over.done", hand_over, by=by, passed=done.passed, ended=done.ended)
    return done


def _before(hand_over: HandOver, leaving: list[Member], *, by: User | None) -> None:
    if hand_over.fate != Fate.NOW:
        return
    orgs.leave_together(leaving, on=hand_over.on, reason=hand_over.reason, by=by)
    in_overlap = Pair.objects.open().filter(member__in=leaving, overlap_until__isnull=False)
    ends = [(pair, max(hand_over.on, pair.since)) for pair in in_overlap]
    actions.end_all(ends, reason=hand_over.reason, by=by)


def _pass_on(hand_over: HandOver, rows: list[HandOverLine], *, by: User | None) -> Settled:
    # Read after the members have left: no overlap with somebody who is gone.
    members = Member.objects.in_bulk({row.pair.member_id for row in rows if row.pair.member_id})
    transfers: list[Transfer] = []
    ending: list[tuple[Pair, date]] = []
    for row in rows:
        pair, day = row.pair, max(hand_over.on, row.pair.since)
        if pair.member_id:
            pair.member = members[pair.member_id]
        if row.takers:
            transfers.append(Transfer(pair, row.takers, day, hand_over.reason))
        elif _must_end(hand_over, pair):
            ending.append((pair, day))
    notifications.write_down(transfer_all(transfers, by=by), by=by)
    actions.end_all(ending, reason=hand_over.reason, by=by)
    done = len(transfers), len(ending)
    return Settled(*done, left=len(rows) - sum(done))


def _must_end(hand_over: HandOver, pair: Pair) -> bool:
    """Nobody carries the pair any more: the member has left, or the organisation is dissolved."""
    if pair.member is None:
        return hand_over.fate in (Fate.NOW, Fate.MOVE)
    return hand_over.fate == Fate.NOW


def _after(hand_over: HandOver, leaving: list[Member], *, by: User | None) -> None:
    if hand_over.fate == Fate.MOVE and hand_over.goes_to:
        membership.move(leaving, to=hand_over.goes_to, on=hand_over.on, by=by)
    if hand_over.fate == Fate.LATER and hand_over.member:
        actions.let_go(hand_over.member, on=hand_over.on, by=by)
    if hand_over.dissolved is None or hand_over.fate == Fate.STAY:
        return
    standing = Organisation.objects.standing().filter(below(hand_over.dissolved.path))
    for one in standing.order_by("-path"):  # what lies deeper ends first
        ending.end(one, on=hand_over.on, by=by, successor=hand_over.goes_to)
