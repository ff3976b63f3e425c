"""Pairs pass on to successors, one or thousands of them: the same rules, in few queries."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiedui.campaigns.models import Campaign
from jiedui.core import audit, bulk, inside
from jiedui.core.locking import hold
from jiedui.core.refusals import Refused, unless_taken
from jiedui.core.users import User
from jiedui.orgs.models import Member
from jiedui.pairing.carriers import Helper, carrier, check_helper, check_village
from jiedui.pairing.models import Avoidance, Pair
from jiedui.pairing.units import Units

AT_ONCE = 5_000  # keys in one query; more than SQLite takes are read in parts
PARTNERS = ("household_id", "place_id", "partner_member_id", "partner_organisation_id")


@dataclass(frozen=True)
class Transfer:
    """A pair and who takes it over: one successor, or two together (盘锦).

    Its campaign, and who carries it, are read along with the pair where many pass on.
    """

    pair: Pair
    to: Sequence[Helper]
    on: date
    reason: str
    proposal_id: int | None = None  # of the proposal it comes from, if any
    stays: bool = True  # False: the present helper is gone from that day on, so there is no overlap

    @cached_property
    def until(self) -> date | None:
        """The last day the helper before stays answerable; whoever died or left cannot."""
        pair = self.pair
        playbook = pair.campaign.playbook
        days = playbook.pairing(pair.kind).handover.overlap_days
        carrier = pair.member or pair.team or pair.organisation
        stays = (
            self.stays and days and carrier.ended is None and not playbook.ends_at_once(self.reason)
        )
        return self.on + timedelta(days=days) if stays else None


@transaction.atomic
def transfer_all(transfers: Sequence[Transfer], *, by: User | None) -> list[Pair]:
    """All of them or none; the new pairs, in order. Notify afterwards: `notifications.write_down`.

    Raises `Refused` with the reason of the first that may not pass on.
    """
    made = [_successors(one) for one in transfers]
    _check(transfers, made)
    _check_ends(transfers, by=by)
    _relieve(transfers)
    new = [pair for some in made for pair in some]
    with unless_taken():
        bulk.create(new)
    entries = [
        audit.Entry(
            "pair.handed_over", "pairing.pair", str(one.pair.pk), {}, {},
            facts={"reason": one.reason, "successors": [pair.pk for pair in some]},
        )
        for one, some in zip(transfers, made, strict=True)
    ]  # fmt: skip
    audit.record_many(entries, by=by)
    return new


def _check(transfers: Sequence[Transfer], made: Sequence[list[Pair]]) -> None:
    today, known = timezone.localdate(), _Known(transfers)
    for one, new in zip(transfers, made, strict=True):
        pair, members = one.pair, _members(one)
        _check_successors(one, today=today)
        avoiding = [m.name for m in members if (m.pk, pair.household_id) in known.avoiding]
        if avoiding:
            names = ", ".join(avoiding)
            raise Refused(_("%(member)s is to avoid this household (回避).") % {"member": names})
        is_tied = pair.campaign.playbook.pairing(pair.kind).inside_unit == "only"
        if is_tied and pair.household:
            check_village(members, pair.household, units=known.units(pair.campaign))
        known.take(new)


def _check_successors(one: Transfer, *, today: date) -> None:
    pair, to = one.pair, one.to
    if not 1 <= len(to) <= 2 or len({helper.pk for helper in to}) != len(to):
        raise Refused(_("Name one successor, or two different ones."))
    if one.on < pair.since or one.on > today:
        raise Refused(_("The day must lie between the beginning of the pair and today."))
    before = pair.member or pair.team or pair.organisation
    for helper in to:
        check_helper(helper, on=one.on)
        if helper == before:
            raise Refused(_("The successor must be somebody else."))


def _members(one: Transfer) -> list[Member]:
    return [helper for helper in one.to if isinstance(helper, Member)]


class _Known:
    """What has to be known of all who are concerned, read at once."""

    def __init__(self, transfers: Sequence[Transfer]) -> None:
        self.transfers = transfers
        self._units: dict[int, Units] = {}

    @cached_property
    def avoiding(self) -> set[tuple[int, int]]:
        """(member, household) of those who are to avoid each other."""
        homes = {one.pair.household_id for one in self.transfers} - {None}
        rows = Avoidance.objects.filter(state=Avoidance.State.ACCEPTED)
        return {
            pair
            for part in _parts(homes)
            for pair in rows.filter(household__in=part).values_list("member", "household")
        }

    @cached_property
    def running(self) -> set[tuple[Any, ...]]:
        """Every open pair with one of these partners, as `_bond` tells it."""
        found = set()
        for name in PARTNERS:
            keys = {getattr(one.pair, name) for one in self.transfers} - {None}
            for part in _parts(keys):
                rows = Pair.objects.open().filter(**{f"{name}__in": part}).order_by()
                found |= {_bond(*row) for row in rows.values_list(*_BOND)}
        return found

    def units(self, campaign: Campaign) -> Units:
        """The units of all successors in a campaign."""
        if campaign.pk not in self._units:
            mine = [one for one in self.transfers if one.pair.campaign_id == campaign.pk]
            paths = {member.organisation.path for one in mine for member in _members(one)}
            self._units[campaign.pk] = Units.of(campaign, paths=paths)
        return self._units[campaign.pk]

    def take(self, new: Sequence[Pair]) -> None:
        """Nobody is paired with the same partner twice, nor by two of these transfers."""
        bonds = {_bond(*[getattr(pair, name) for name in _BOND]) for pair in new}
        if bonds & self.running:
            raise Refused(_("These two are paired already."))
        self.running.update(bonds)


_BOND = ("organisation_id", "team_id", "member_id", "campaign_id", "kind", *PARTNERS)


def _bond(organisation: int, team: int | None, member: int | None, *what: Any) -> tuple[Any, ...]:
    """Who carries what, in which kind of pair; the same for two pairs of the same two."""
    if member or team:
        return ("member", member, *what) if member else ("team", team, *what)
    return ("organisation", organisation, *what)


def _check_ends(transfers: Sequence[Transfer], *, by: User | None) -> None:
    """Nobody hands over on a day before a visit they made; most hand over today."""
    ends = {one.pair.pk: one.until or one.on for one in transfers}
    early = {key: day for key, day in ends.items() if day < timezone.localdate()}
    for part in _parts(sorted(early)):
        hold(Pair.objects.filter(pk__in=part)).order_by("pk").in_bulk()
    inside.check_ends(Pair, early, by=by)


def _relieve(transfers: Sequence[Transfer]) -> None:
    """Those before stay through the overlap, or end on that day."""
    alike: dict[tuple[str, date, date | None], list[int]] = {}
    for one in transfers:
        alike.setdefault((one.reason, one.on, one.until), []).append(one.pair.pk)
    for (reason, on, until), keys in alike.items():
        fresh = {"overlap_until": until} if until else {"ended": on}
        for part in _parts(keys):
            still = Pair.objects.open().filter(pk__in=part, overlap_until=None)
            # The conditional update is the lock: of two organisers at once, one is missing rows.
            if still.update(end_reason=reason, **fresh) != len(part):
                raise Refused(_("This pair has ended or is being handed over already."))
    for one in transfers:
        until = one.until
        one.pair.overlap_until, one.pair.ended = until, None if until else one.on


def _successors(one: Transfer) -> list[Pair]:
    pair = one.pair
    return [
        Pair(
            campaign=pair.campaign,
            kind=pair.kind,
            role=pair.role if number == 0 else "second",
            **{name: getattr(pair, name) for name in PARTNERS},
            since=one.on,
            previous=pair,
            proposal_id=one.proposal_id,
            **carrier(helper),
        )
        for number, helper in enumerate(one.to)
    ]


def _parts(keys: Iterable[Any]) -> Iterator[list[Any]]:
    rest = iter(keys)
    while part := list(islice(rest, AT_ONCE)):
        yield part
