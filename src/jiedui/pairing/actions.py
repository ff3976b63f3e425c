"""Opening, handing over and ending pairs, so that no household is ever left alone unseen."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from jiedui.campaigns.models import Campaign
from jiedui.core import audit
from jiedui.core.refusals import Refused
from jiedui.households.models import Household
from jiedui.orgs import actions as orgs
from jiedui.orgs.models import Member
from jiedui.pairing.models import Avoidance, Pair


@transaction.atomic
def open_pair(
    campaign: Campaign,
    *,
    kind: str,
    member: Member,
    household: Household,
    since: date,
    by: Any,
    role: str = "first",
) -> Pair:
    """Pair a member with a household from a day on.

    Raises `Refused` when either has left, they avoid each other, or are paired already.
    """
    _check_helper(member)
    if household.ended:
        raise Refused(_("This household is no longer on the register."))
    if since > timezone.localdate():
        raise Refused(_("A pair exists from its first day on; the day lies in the future."))
    accepted = Avoidance.objects.filter(member=member, household=household)
    if accepted.filter(state=Avoidance.State.ACCEPTED).exists():
        raise Refused(_("%(member)s is to avoid this household (回避).") % {"member": member.name})
    _check_free(campaign, kind, member, household)
    pair = Pair.objects.create(
        campaign=campaign,
        kind=kind,
        role=role,
        member=member,
        organisation=member.organisation,
        household=household,
        since=since,
    )
    audit.record("pair.opened", pair, by=by, household=household.pk, member=member.pk)
    return pair


@transaction.atomic
def hand_over(pair: Pair, *, to: Sequence[Member], on: date, reason: str, by: Any) -> list[Pair]:
    """Hand a pair on to one successor, or to two together (盘锦).

    The old helper stays answerable through the overlap the playbook asks for, so the household
    is never alone; `close_overlaps` ends the old pair when the overlap is over.
    """
    _check_handover(pair, to, on)
    days = pair.campaign.playbook.pairing(pair.kind).handover.overlap_days
    # Whoever died or left cannot stay on for an overlap.
    stays = days and pair.member and pair.member.ended is None and reason != "death"
    until = on + timedelta(days=days) if stays else None
    fresh = {"overlap_until": until} if until else {"ended": on}
    still = Pair.objects.open().filter(pk=pair.pk, overlap_until=None)
    # The conditional update is the lock: of two organisers at once, one updates no row.
    if not still.update(end_reason=reason, **fresh):
        raise Refused(_("This pair has ended or is being handed over already."))
    successors = [
        Pair.objects.create(
            campaign=pair.campaign,
            kind=pair.kind,
            role="first" if number == 0 else "second",
            member=member,
            organisation=member.organisation,
            household=pair.household,
            place=pair.place,
            since=on,
            previous=pair,
        )
        for number, member in enumerate(to)
    ]
    audit.record(
        "pair.handed_over", pair, by=by, reason=reason, successors=[p.pk for p in successors]
    )
    return successors


@transaction.atomic
def end(pair: Pair, *, on: date, reason: str, by: Any) -> None:
    """End a pair without a successor: its household then shows as uncovered from that day."""
    if on < pair.since:
        raise Refused(_("The pair began on %(day)s.") % {"day": pair.since})
    if not Pair.objects.open().filter(pk=pair.pk).update(ended=on, end_reason=reason):
        raise Refused(_("This pair has ended already."))
    audit.record("pair.ended", pair, by=by, reason=reason, day=on)


@transaction.atomic
def leave(member: Member, *, on: date, reason: str, by: Any) -> int:
    """A helper leaves: their pairs end too. Returns how many; those households need somebody."""
    orgs.leave(member, on=on, reason=reason, by=by)
    pairs = list(Pair.objects.open().filter(member=member))
    for pair in pairs:
        end(pair, on=max(on, pair.since), reason=reason, by=by)
    return len(pairs)


def close_overlaps(*, today: date, by: Any = None) -> int:
    """End the pairs whose overlap is over; run once a day. Returns how many were ended."""
    closed = 0
    for pair in Pair.objects.open().filter(overlap_until__lt=today):
        with transaction.atomic():
            closed += Pair.objects.open().filter(pk=pair.pk).update(ended=pair.overlap_until)
            audit.record("pair.overlap_ended", pair, by=by, day=pair.overlap_until)
    return closed


def _check_helper(member: Member) -> None:
    if member.ended:
        raise Refused(
            _("%(member)s left on %(day)s and can take nobody on.")
            % {"member": member.name, "day": member.ended}
        )


def _check_free(campaign: Campaign, kind: str, member: Member, household: Household) -> None:
    """Not twice the same two, and not more helpers than the playbook lets a household have."""
    running = Pair.objects.open().filter(campaign=campaign, kind=kind, household=household)
    if running.filter(member=member).exists():
        raise Refused(_("These two are paired already."))
    most = campaign.playbook.pairing(kind).helpers_each.most
    if running.filter(overlap_until=None).count() >= most:
        raise Refused(_("This household has a helper already; hand the pair over instead."))


def _check_handover(pair: Pair, to: Sequence[Member], on: date) -> None:
    if not 1 <= len(to) <= 2 or len({member.pk for member in to}) != len(to):
        raise Refused(_("Name one successor, or two different ones."))
    if on < pair.since or on > timezone.localdate():
        raise Refused(_("The day must lie between the beginning of the pair and today."))
    for member in to:
        _check_helper(member)
        if member.pk == pair.member_id:
            raise Refused(_("The successor must be somebody else."))
    avoiding = Avoidance.objects.filter(
        member__in=to, household=pair.household, state=Avoidance.State.ACCEPTED
    ).select_related("member")
    if names := ", ".join(row.member.name for row in avoiding):
        raise Refused(_("%(member)s is to avoid this household (回避).") % {"member": names})
    partner = Q(household=pair.household) if pair.household_id else Q(place=pair.place)
    running = Pair.objects.open().filter(partner, campaign=pair.campaign, kind=pair.kind)
    if running.filter(member__in=to).exists():
        raise Refused(_("These two are paired already."))
