"""Handing pairs over and ending them, so that no household is ever left alone unseen."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from jiedui.core import audit, bulk, inside
from jiedui.core.jobs import daily
from jiedui.core.locking import hold
from jiedui.core.models import AuditEntry
from jiedui.core.refusals import Refused
from jiedui.core.texts import day_text
from jiedui.core.users import User
from jiedui.handover import notifications
from jiedui.handover.models import HandOver
from jiedui.handover.transfer import Transfer, transfer_all
from jiedui.orgs import actions as orgs
from jiedui.orgs.models import Member
from jiedui.pairing.carriers import Helper
from jiedui.pairing.models import Pair


@transaction.atomic
def hand_over(
    pair: Pair, *, to: Sequence[Helper], on: date, reason: str, by: User | None
) -> list[Pair]:
    """Hand a pair on to one successor, or to two together (盘锦).

    The old helper stays answerable as the playbook asks, so the household is never alone:
    through the overlap, or until the successor's first visit in it. Creates the notifications.
    """
    successors = transfer_all([Transfer(pair, to, on, reason)], by=by)
    notifications.write_down(successors, by=by)
    return successors


def visited(pair: Pair, *, on: date, by: User | None) -> None:
    """The first visit of a successor ends the time of the helper before, if the playbook says so.

    Called for every visit recorded; a visit after the overlap changes nothing.
    """
    until = pair.campaign.playbook.pairing(pair.kind).handover.until
    if until == "first_visit" and pair.previous_id is not None:
        _end_before(pair, on=on, by=by)


@transaction.atomic
def _end_before(pair: Pair, *, on: date, by: User | None) -> None:
    before = Pair.objects.open().filter(pk=pair.previous_id, overlap_until__gte=on)
    for one in before.select_related("member"):
        # A visit recorded late must not cut off what the helper before has done since.
        day = inside.not_before(Pair, {one.pk: on})[one.pk]
        _end_overlap(one, on=day, by=by)


@transaction.atomic
def unvisited(pair: Pair, *, since: datetime, by: User | None) -> bool:
    """A visit written down at this moment is taken back at once, and with it what it ended.

    The helper before answers again, and is on the register again if that was their last pair.
    Returns whether the visit had ended anything.
    """
    done = AuditEntry.objects.filter(at__gte=since)
    ended = done.filter(kind="pairing.pair", subject=str(pair.previous_id))
    before = Pair.objects.filter(pk=pair.previous_id or 0, ended__isnull=False).first()
    if before is None or not ended.filter(action="pair.overlap_ended").exists():
        return False
    left = done.filter(kind="orgs.member", subject=str(before.member_id), action="member.left")
    if before.member and before.member.ended and left.exists():
        orgs.stay(before.member, by=by)
    Pair.objects.filter(pk=before.pk).update(ended=None)
    audit.record("pair.reopened", before, by=by)
    return True


@transaction.atomic
def end(pair: Pair, *, on: date, reason: str, by: User | None) -> None:
    """End a pair without a successor: its household then shows as uncovered from that day."""
    if on < pair.since:
        raise Refused(_("The pair began on %(day)s.") % {"day": day_text(pair.since)})
    if on > timezone.localdate():
        raise Refused(_("The day must lie between the beginning of the pair and today."))
    end_all([(pair, on)], reason=reason, by=by)


@transaction.atomic
@audit.gathered()
def end_all(ends: Sequence[tuple[Pair, date]], *, reason: str, by: User | None) -> None:
    """End these pairs, each on its day, all or none; whoever waited for it leaves.

    Raises `Refused` when one has ended already, or has a visit after its day.
    """
    days = {pair.pk: on for pair, on in ends}
    members = {pair.member_id for pair, _on in ends if pair.member_id}
    people = hold(Member.objects.filter(pk__in=members)).order_by("pk").in_bulk()
    if len(hold(Pair.objects.open().filter(pk__in=days)).order_by("pk").in_bulk()) < len(days):
        raise Refused(_("This pair has ended already."))
    inside.check_ends(Pair, days, by=by)
    bulk.update(Pair, ["ended", "end_reason"], [[on, reason, key] for key, on in days.items()])
    entries = [
        audit.Entry(
            "pair.ended", "pairing.pair", str(key), {}, {}, facts={"reason": reason, "day": on}
        )
        for key, on in days.items()
    ]
    audit.record_many(entries, by=by)
    for key, member in people.items():
        last = max(on for pair, on in ends if pair.member_id == key)
        let_go(member, on=last, by=by)


@transaction.atomic
@audit.gathered()
def leave(member: Member, *, on: date, reason: str, by: User | None) -> int:
    """A helper leaves: their pairs end too. Returns how many; those households need somebody.

    A pair in which a colleague called on the household since ends with that visit.
    """
    orgs.leave(member, on=on, reason=reason, by=by)
    pairs = list(Pair.objects.open().filter(member=member))
    days = inside.not_before(Pair, {pair.pk: max(on, pair.since) for pair in pairs})
    end_all([(pair, days[pair.pk]) for pair in pairs], reason=reason, by=by)
    return len(pairs)


@daily
def close_due_overlaps(today: date) -> None:
    close_overlaps(today=today)


def close_overlaps(*, today: date, by: User | None = None) -> int:
    """End the pairs whose overlap is over; run once a day. Returns how many were ended."""
    over = list(Pair.objects.open().filter(overlap_until__lt=today).select_related("member"))
    days = inside.not_before(Pair, {pair.pk: pair.overlap_until for pair in over})
    return sum(_end_overlap(pair, on=days[pair.pk], by=by) for pair in over)


@transaction.atomic
@audit.gathered()
def _end_overlap(pair: Pair, *, on: date, by: User | None) -> int:
    if not Pair.objects.open().filter(pk=pair.pk).update(ended=on):
        return 0
    audit.record("pair.overlap_ended", pair, by=by, day=on)
    if pair.member:
        let_go(pair.member, on=on, by=by)
    return 1


def let_go(member: Member, *, on: date, by: User | None) -> None:
    """Who was to leave once the successors have taken over leaves when the last pair is closed."""
    waiting = HandOver.objects.filter(
        member=member, state=HandOver.State.DONE, fate=HandOver.Fate.LATER
    )
    reason = waiting.order_by("-pk").values_list("reason", flat=True).first()
    pairs = Pair.objects.filter(member=member)
    if reason is None or member.ended or pairs.filter(ended=None).exists():
        return
    last = pairs.aggregate(last=Max("ended"))["last"] or on
    day = max(on, last, member.since or on)
    day = inside.not_before(Member, {member.pk: day})[member.pk]
    orgs.leave(member, on=day, reason=reason, by=by, today=day)
