"""Pairs of every kind declared: members, teams or organisations with households, places, others."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import cycle

from django.utils.translation import gettext as _

from jiedui.campaigns.playbook.pairs import Pairing
from jiedui.core.refusals import Refused
from jiedui.demo.context import Context
from jiedui.demo.declaration import Pairs
from jiedui.demo.household_pairs import HouseholdPairs
from jiedui.demo.records import MemberRow, OrganisationRow, PairRow, TeamRow
from jiedui.demo.registers import LENGTH, Registers
from jiedui.pairing.models import Pair
from jiedui.places.models import Place

COLUMNS = (
    "id campaign kind role member organisation team household place partner_member "
    "partner_organisation since ended end_reason overlap_until previous"
)


@dataclass(frozen=True)
class Helper:
    """Who may answer for a partner, and where it belongs."""

    organisation: OrganisationRow
    member: MemberRow | None = None
    team: TeamRow | None = None

    @property
    def path(self) -> str:
        place = self.team.place if self.team else self.organisation.place
        return place.path if place else ""


@dataclass(frozen=True)
class Partner:
    """Who or what is answered for; one of the three, and where it lies."""

    path: str
    place: Place | None = None
    member: MemberRow | None = None
    organisation: OrganisationRow | None = None


def write_pairs(context: Context, registers: Registers) -> None:
    """Those with households first: who helps in a village is asked by the others."""
    kinds = {one.kind: one for one in context.declared.pairs}
    pairings = [one for one in context.playbook.pairings if one.key in kinds]
    for pairing in sorted(pairings, key=lambda one: one.helped != "household"):
        declared = kinds[pairing.key]
        if pairing.helped == "household":
            _with_households(context, registers, declared, pairing)
        else:
            made = _Dealer(context, registers, declared, pairing).pairs()
            registers.pairs[pairing.key] = made
            rows = [_row(context, pairing.key, pair, None) for pair in made]
            context.writer.write(Pair, rows, columns=COLUMNS)


def _with_households(
    context: Context, registers: Registers, declared: Pairs, pairing: Pairing
) -> None:
    if pairing.helper != "member":
        raise Refused(_("Only members are paired with households in a demonstration."))
    dealer = HouseholdPairs(context, registers, declared, pairing)
    dealer.make()
    rows = [
        _row(context, pairing.key, pair, household.id)
        for household in registers.households
        for pair in household.pairs
    ]
    context.writer.write(Pair, rows, columns=COLUMNS)
    dealer.avoid()


def _row(context: Context, kind: str, pair: PairRow, household: int | None) -> tuple[object, ...]:
    return (
        pair.id, context.campaign.pk, kind, pair.role, pair.member and pair.member.id,
        pair.organisation.id, pair.team and pair.team.id, household,
        pair.place and pair.place.pk, pair.partner_member and pair.partner_member.id,
        pair.partner_organisation and pair.partner_organisation.id, pair.since, pair.ended,
        pair.end_reason, pair.overlap_until, pair.previous,
    )  # fmt: skip


class _Dealer:
    """Pairs of one kind, none of them with a household."""

    def __init__(
        self, context: Context, registers: Registers, declared: Pairs, pairing: Pairing
    ) -> None:
        self.context, self.registers = context, registers
        self.declared, self.pairing = declared, pairing
        self.cut = LENGTH[declared.within]

    def pairs(self) -> list[PairRow]:
        """One for each partner, or as many as declared."""
        helpers, partners = self._helpers(), self._partners()
        if not helpers or not partners:
            problem = _("There is nobody for pairs of the kind “%(kind)s”.")
            raise Refused(problem % {"kind": self.pairing.key})
        if self.declared.total:
            pairs = self._so_many(helpers, partners)
        else:
            pairs = list(self._one_for_each(helpers, partners))
        self._leave_uncovered(pairs)
        return pairs

    def _helpers(self) -> list[Helper]:
        kinds = self.pairing.helper_kinds
        if self.pairing.helper == "member":
            return [Helper(one.organisation, one) for one in self.registers.members.serving]
        if self.pairing.helper == "team":
            teams = [one for one in self.registers.teams if not kinds or one.kind in kinds]
            return [Helper(one.organisation, team=one) for one in teams]
        found = self.registers.organisations.all
        return [Helper(one) for one in found if one.kind in (kinds or ("unit", "branch"))]

    def _partners(self) -> list[Partner]:
        pairing, registers = self.pairing, self.registers
        if pairing.helped == "member":
            return [Partner(_path(m.organisation), member=m) for m in registers.members.serving]
        if pairing.helped == "organisation":
            return [Partner(_path(one), organisation=one) for one in registers.branches]
        if pairing.place_kinds:
            places = [one for one in registers.own_places if one.kind in pairing.place_kinds]
        else:
            places = [one for one in registers.places if one.level == pairing.place_level]
        return [Partner(one.path, place=one) for one in places]

    def _one_for_each(
        self, helpers: Sequence[Helper], partners: Sequence[Partner]
    ) -> Iterator[PairRow]:
        """Members take neighbours up to their usual load, others take turns, near ones first."""
        near: dict[str, list[Helper]] = defaultdict(list)
        for helper in helpers:
            near[helper.path[: self.cut]].append(helper)
        run = self.pairing.usual_load.most if self.pairing.helper == "member" else 1
        at_work, turns = self._at_work(), Counter[str]()
        by_organisation = {one.organisation.id: one for one in helpers if not one.member}
        for partner in partners:
            area = partner.path[: self.cut]
            known = self._known(at_work, by_organisation, partner)
            if not known:
                key = area if near.get(area) else ""
                pool = near.get(key) or list(helpers)
                known = pool[turns[key] // max(1, run) % len(pool)]
                turns[key] += 1
            yield self._open(known, partner)

    def _at_work(self) -> dict[int, Counter[int]]:
        """By place: units whose members help households there, and how many households."""
        found: dict[int, Counter[int]] = defaultdict(Counter)
        for one in self.registers.households:
            if not one.ended and one.pairs:
                found[one.place.pk][one.pairs[-1].helper.unit.id] += 1
        return found

    def _known(
        self, at_work: dict[int, Counter[int]], helpers: dict[int, Helper], partner: Partner
    ) -> Helper | None:
        """The unit that most helpers of a village are of, or one of its branches."""
        if not partner.place or not (most := at_work[partner.place.pk].most_common(1)):
            return None
        unit = helpers.get(most[0][0])
        if unit is None:
            return None
        path = unit.organisation.path
        own = [one for one in helpers.values() if one.organisation.is_below(path)]
        return self.context.rng.choice(own)

    def _so_many(self, helpers: Sequence[Helper], partners: Sequence[Partner]) -> list[PairRow]:
        """Helpers in turn, each with the next partner of its own area."""
        wanted = self.context.scaled(self.declared.total, least=min(8, self.declared.total))
        if wanted > len(helpers) * len(partners):
            problem = _("%(wanted)s pairs cannot be reached: there are %(helpers)s helpers and"
                        " %(partners)s partners.")  # fmt: skip
            known = {"wanted": wanted, "helpers": len(helpers), "partners": len(partners)}
            raise Refused(problem % known)
        areas: dict[str, list[Partner]] = defaultdict(list)
        for partner in partners:
            areas[partner.path[: self.cut]].append(partner)
        queues = {area: cycle(here) for area, here in areas.items()}
        everywhere, seen, pairs = cycle(partners), set[tuple[Helper, Partner]](), list[PairRow]()
        for turn in cycle(range(len(helpers))):
            if len(pairs) >= wanted:
                return pairs
            helper = helpers[turn]
            queue = queues.get(helper.path[: self.cut], everywhere)
            partner = next(queue)
            while (helper, partner) in seen or self._is_itself(helper, partner):
                partner = next(everywhere)
            seen.add((helper, partner))
            pairs.append(self._open(helper, partner))
        return pairs

    def _is_itself(self, helper: Helper, partner: Partner) -> bool:
        return helper.organisation is partner.organisation or (
            helper.member is not None and helper.member is partner.member
        )

    def _open(self, helper: Helper, partner: Partner) -> PairRow:
        start = self.context.starts
        since = self.context.day_between(start, start + timedelta(days=self.declared.first_days))
        return PairRow(
            self.context.writer.first_id(Pair, rows=1), helper.organisation,
            min(since, self.context.today), member=helper.member, team=helper.team,
            place=partner.place, partner_member=partner.member,
            partner_organisation=partner.organisation,
        )  # fmt: skip

    def _leave_uncovered(self, pairs: Sequence[PairRow]) -> None:
        """Some partners whose helper went these days, and nobody has followed yet."""
        if not self.declared.without:
            return
        count = min(len(pairs) // 2, self.context.scaled(self.declared.without, least=2))
        reasons = self.pairing.reasons or ("transferred",)
        reason = "transferred" if "transferred" in reasons else reasons[0]
        for number, pair in enumerate(self.context.rng.sample(list(pairs), k=count)):
            pair.ended, pair.end_reason = (
                self.context.today - timedelta(days=2 + number % 20),
                reason,
            )


def _path(organisation: OrganisationRow) -> str:
    return organisation.place.path if organisation.place else ""
