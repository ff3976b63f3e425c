"""Pairs go along: with members and teams that move, and with organisations that end."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy

from jiedui.core import audit, inside
from jiedui.core.users import User
from jiedui.handover import actions, notifications
from jiedui.handover.models import HandOver
from jiedui.handover.transfer import Transfer, transfer_all
from jiedui.households.actions import RESTORED, STRUCK
from jiedui.households.models import Household
from jiedui.orgs.ending import DEPENDENTS, Dependents, Ending
from jiedui.orgs.membership import CLOSING, FOLLOWING, Carriers
from jiedui.orgs.models import Member, Organisation
from jiedui.pairing.models import Avoidance, Pair

# In the national list of reasons why pairs change (变更原因): 单位撤并.
MERGED = "unit_merged"


def follow(carriers: Carriers, to: Organisation, by: User | None) -> None:
    """Whoever moves takes along all they answer for: seen, opened and visited from there alone.

    What was done until now stays credited to where they were (`Pair.organisation_on`).
    """
    mine = Q(member__in=[one for one in carriers if isinstance(one, Member)])
    mine |= Q(team__in=[one for one in carriers if not isinstance(one, Member)])
    rows = Pair.objects.open().filter(mine).exclude(organisation=to)
    keys = list(rows.order_by("pk").values_list("pk", "organisation"))
    Pair.objects.filter(pk__in=[pk for pk, _old in keys]).update(organisation=to)
    entries = [
        audit.Entry(
            "pair.moved", "pairing.pair", str(pk), {"organisation": old}, {"organisation": to.pk}
        )
        for pk, old in keys
    ]
    audit.record_many(entries, by=by)
    drafts = HandOver.objects.filter(state=HandOver.State.DRAFT)
    drafts.filter(member__in=[one for one in carriers if isinstance(one, Member)]).update(
        organisation=to
    )


def carried(members: Sequence[Member]) -> dict[int, list[Pair]]:
    """What each of these members answers for now, to be shown before they move."""
    found: dict[int, list[Pair]] = {one.pk: [] for one in members}
    rows = Pair.objects.open().filter(member__in=members).order_by("household__number", "pk")
    for pair in rows.select_related(
        "household", "place", "partner_member", "partner_organisation", "campaign"
    ):
        found[pair.member_id or 0].append(pair)
    return found


def _own() -> QuerySet[Pair]:
    """What organisations themselves answer for: villages, places, other organisations."""
    rows = Pair.objects.open().filter(member=None, team=None)
    return rows.select_related(
        "campaign", "place", "household", "partner_member", "partner_organisation", "organisation"
    )


def _partners() -> QuerySet[Pair]:
    return Pair.objects.open().select_related("campaign", "member", "team", "organisation")


def _pass_on(ending: Ending, rows: QuerySet[Pair]) -> None:
    """The successor answers; a pair it has already, or that is passing on, ends."""
    ours = set(_bonds(Pair.objects.open().filter(organisation=ending.heir, member=None, team=None)))
    transfers, over = [], []
    for pair in rows:
        is_double = pair.overlap_until is not None or _bond(pair) in ours
        if is_double or pair.partner_organisation_id == ending.heir.pk:
            over.append(pair)
        else:
            day = max(ending.on, pair.since)
            transfers.append(Transfer(pair, [ending.heir], day, MERGED, stays=False))
    notifications.write_down(transfer_all(transfers, by=ending.by), by=ending.by)
    _close(ending, over)


def _bond(pair: Pair) -> tuple[Any, ...]:
    return (
        pair.campaign_id, pair.kind, pair.household_id, pair.place_id, pair.partner_member_id,
        pair.partner_organisation_id,
    )  # fmt: skip


def _bonds(rows: QuerySet[Pair]) -> list[tuple[Any, ...]]:
    return [_bond(pair) for pair in rows]


def _close(ending: Ending, rows: Iterable[Pair]) -> None:
    ends = [(pair, max(ending.on, pair.since)) for pair in rows]
    actions.end_all(ends, reason=MERGED, by=ending.by)


def _partner_passes(ending: Ending, rows: QuerySet[Pair]) -> None:
    """Whoever helped the organisation helps the successor: the pair ends, and a new one begins."""
    pairs = list(rows)
    _close(ending, pairs)
    for pair in pairs:
        day = max(ending.on, pair.since)
        same = Pair.objects.open().filter(
            campaign=pair.campaign, kind=pair.kind, partner_organisation=ending.heir,
            member=pair.member, team=pair.team, organisation=pair.organisation,
        )  # fmt: skip
        if pair.organisation_id == ending.heir.pk or same.exists():
            continue
        fresh = Pair.objects.create(
            campaign=pair.campaign, kind=pair.kind, role=pair.role, member=pair.member,
            team=pair.team, organisation=pair.organisation, partner_organisation=ending.heir,
            since=day, previous=pair,
        )  # fmt: skip
        audit.record("pair.opened", fresh, by=ending.by, organisation=ending.heir.pk)


def struck(household: Household, *, on: date, reason: str, by: User | None) -> int:
    """A household left the register: nobody answers for it any longer. Returns how many ended."""
    pairs = list(Pair.objects.open().filter(household=household))
    ends = [(pair, max(on, pair.since)) for pair in pairs]
    actions.end_all(ends, reason=reason, by=by)
    return len(pairs)


def restored(household: Household, *, on: date, reason: str, by: User | None) -> int:
    """It is on the register again: helpers whose pairs ended with it answer again, if they can.

    Who has left meanwhile does not, nor who is to avoid the household, nor who only stayed for an
    overlap that is over. Who has moved answers from where they are now.
    """
    rows = Pair.objects.filter(household=household, end_reason=reason, ended__gte=on).carried()
    rows = rows.exclude(overlap_until__lt=timezone.localdate())
    pairs = [
        pair
        for pair in rows.select_related("member__organisation", "team__organisation")
        if not _taken(pair) and not _avoided(pair)
    ]
    for pair in pairs:
        Pair.objects.filter(pk=pair.pk).update(ended=None, end_reason="")
        audit.record("pair.reopened", pair, by=by, day=on)
        if carrier := pair.member or pair.team:
            follow([carrier], carrier.organisation, by)
    return len(pairs)


def _avoided(pair: Pair) -> bool:
    """Whether it was accepted meanwhile that the two avoid each other."""
    rows = Avoidance.objects.filter(state=Avoidance.State.ACCEPTED)
    return rows.filter(member=pair.member_id or 0, household=pair.household_id).exists()


def _taken(pair: Pair) -> bool:
    """Whether the same two are paired by another pair already."""
    same = Pair.objects.open().filter(
        campaign=pair.campaign_id, kind=pair.kind, household=pair.household_id
    )
    return same.filter(member=pair.member_id, team=pair.team_id).exists()


def close_what_was_left(member: Member, by: User | None) -> None:
    """Nobody answered while they were away: what was never handed over ended when they left."""
    pairs = list(Pair.objects.open().filter(member=member))
    days = {pair.pk: max(member.ended or pair.since, pair.since) for pair in pairs}
    days = inside.not_before(Pair, days)
    actions.end_all([(p, days[p.pk]) for p in pairs], reason=member.end_reason, by=by)


def connect() -> None:
    FOLLOWING.append(follow)
    CLOSING.append(close_what_was_left)
    STRUCK.append(struck)
    RESTORED.append(restored)
    DEPENDENTS.extend(
        [
            Dependents(
                name=gettext_lazy("Pairs of the organisation itself"),
                icon="heart-handshake",
                rows=_own,
                field="organisation",
                passes=gettext_lazy("pass on to the successor"),
                closes=gettext_lazy("end; what they were for has nobody then"),
                pass_on=_pass_on,
                close=_close,
                label=lambda pair: str(pair.partner),
            ),
            Dependents(
                name=gettext_lazy("Pairs with the organisation as partner"),
                icon="heart-handshake",
                rows=_partners,
                field="partner_organisation",
                passes=gettext_lazy("go on with the successor"),
                closes=gettext_lazy("end on that day"),
                pass_on=_partner_passes,
                close=_close,
                label=lambda pair: str(pair.helper),
            ),
        ]
    )
