"""Who could help a household: nearest and best fitting helpers first, each with reasons."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from django.db.models import QuerySet, prefetch_related_objects
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jiedui.campaigns.models import Campaign
from jiedui.campaigns.playbook.pairs import Pairing
from jiedui.core import household_codes
from jiedui.core.trees import below
from jiedui.engines.matching.costs import pair_costs
from jiedui.households.models import Household
from jiedui.orgs.models import Member
from jiedui.pairing import coverage, loads
from jiedui.pairing.models import Avoidance, Pair
from jiedui.pairing.problem import BuiltProblem, Options, build_problem, hard_score, hardest_bar
from jiedui.pairing.units import Units

COUNTY = 6  # digits of a county's path
ENOUGH = 40  # helpers of the county; with fewer, those of the whole campaign are asked
HERE_M = 100  # metres: the same village
ALONE = Options(hardest="off")


@dataclass(frozen=True)
class Suggestion:
    """A helper for a household. `cost` is the engine's: one unit is ten metres of way."""

    member: Member
    cost: int
    distance_m: int | None
    taken: int
    most: int
    reasons: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    unit: str = ""

    @property
    def has_room(self) -> bool:
        return self.taken < self.most

    @property
    def distance_km(self) -> float | None:
        return None if self.distance_m is None else round(self.distance_m / 1000, 1)


def suggest(
    campaign: Campaign,
    pairing: Pairing,
    household: Household,
    *,
    among: QuerySet[Member],
    count: int = 6,
    before: Member | None = None,
) -> list[Suggestion]:
    """The best helpers with room for a household; those of the unit of `before` come first.

    `among` are the members the asking user may name.
    """
    rows = _likely(campaign, pairing, household, among, before)
    built = _built(campaign, pairing, household, rows)
    order = _order(built, campaign, rows, before)
    room = built.problem.capacity > 0
    chosen = [at for at in order if room[at] and not _avoids(built, at)][:count]
    return describe(campaign, pairing, household, built, chosen, before=before)


def weigh(
    campaign: Campaign,
    pairing: Pairing,
    household: Household,
    members: Sequence[Member],
    *,
    before: Member | None = None,
) -> list[Suggestion]:
    """What speaks for and against these members as helpers, in the order given."""
    if not members:
        return []
    keys = [member.pk for member in members]
    built = _built(campaign, pairing, household, Member.objects.filter(pk__in=keys))
    row = {pk: at for at, pk in enumerate(built.helpers)}
    chosen = [row[key] for key in keys]
    return describe(campaign, pairing, household, built, chosen, before=before)


def _likely(
    campaign: Campaign,
    pairing: Pairing,
    household: Household,
    among: QuerySet[Member],
    before: Member | None,
) -> QuerySet[Member]:
    """Helpers at work in the household's county, with the old helper's colleagues; or all."""
    present = Pair.objects.open().filter(
        campaign=campaign, kind=pairing.key, household=household, member__isnull=False
    )
    rows = loads.helpers(campaign, pairing).filter(pk__in=among.order_by().values("pk"))
    rows = rows.exclude(pk__in=list(present.values_list("member", flat=True)))
    if before:
        rows = rows.exclude(pk=before.pk)
        colleagues = rows.filter(organisation=before.organisation)
        near = rows.filter(below(household.place.path[:COUNTY], field="organisation__place__path"))
        both = near | colleagues
    else:
        both = rows.filter(below(household.place.path[:COUNTY], field="organisation__place__path"))
    return both if len(both[:ENOUGH]) == ENOUGH else rows


def _built(
    campaign: Campaign, pairing: Pairing, household: Household, rows: QuerySet[Member]
) -> BuiltProblem:
    one = Household.objects.filter(pk=household.pk)
    return build_problem(
        campaign, pairing, households=one, helpers=rows, options=ALONE, is_for_one=True
    )


def _costs(built: BuiltProblem) -> Any:
    helpers = np.arange(len(built.helpers))
    return pair_costs(built.problem, np.zeros(len(helpers), np.int64), helpers)


def _order(
    built: BuiltProblem, campaign: Campaign, rows: QuerySet[Member], before: Member | None
) -> list[int]:
    """Row numbers of helpers, the best first: colleagues of the helper before, then by cost."""
    costs = _costs(built)
    if before is None:
        return [int(at) for at in np.argsort(costs, kind="stable")]
    near = set(rows.filter(organisation=before.organisation_id).values_list("pk", flat=True))
    is_far = np.array([pk not in near for pk in built.helpers], np.bool_)
    return [int(at) for at in np.lexsort((costs, is_far))]


def _avoids(built: BuiltProblem, at: int) -> bool:
    return bool((built.problem.avoid[:, 1] == at).any())


def describe(
    campaign: Campaign,
    pairing: Pairing,
    household: Household,
    built: BuiltProblem,
    chosen: Iterable[int],
    *,
    before: Member | None = None,
) -> list[Suggestion]:
    """Suggestions for these helpers (row numbers of the problem)."""
    rows = list(chosen)
    costs = _costs(built)
    keys = [built.helpers[at] for at in rows]
    members = Member.objects.select_related("organisation__place").in_bulk(keys)
    reasons = Reasons(campaign, pairing, members=list(members.values()))
    prefetch_related_objects([household], "needs")  # asked for each of them
    taken = loads.busy(campaign, pairing.key, members=keys)
    ways = built.distances(np.zeros(len(rows), np.int64), np.array(rows, np.int64))
    limits = loads.Limits(campaign, pairing)
    found = []
    for at, key, way in zip(rows, keys, ways, strict=True):
        member = members[key]
        most = limits.of(member).most
        found.append(
            Suggestion(
                member=member,
                cost=int(costs[at]),
                distance_m=way,
                taken=taken.get(key, 0),
                most=most,
                reasons=reasons.speak_for(household, member, way, before=before),
                unit=_besides(
                    reasons.units.unit_name(member.organisation.path), member.organisation.name
                ),
                doubts=reasons.speak_against(household, member, taken.get(key, 0), most),
            )
        )
    return found


def _besides(unit: str, branch: str) -> str:
    """The unit's name where the branch's does not say it already."""
    return "" if branch.startswith(unit) else unit


class Reasons:
    """Says in words why a helper fits a household, for a page of rows at once."""

    def __init__(
        self,
        campaign: Campaign,
        pairing: Pairing,
        *,
        members: Sequence[Member],
        bar: int | None = None,
    ) -> None:
        """`bar` is the score the hardest share begins at, where it is known already."""
        self.campaign = campaign
        self.pairing = pairing
        self.units = Units.of(campaign, paths={m.organisation.path for m in members})
        self.leading = loads.leading_grades(campaign.playbook, pairing)
        self._members = [m.pk for m in members]
        self._bar = bar
        self._limits: dict[loads.Role, loads.Limits] = {}

    def limits(self, role: loads.Role) -> loads.Limits:
        if role not in self._limits:
            self._limits[role] = loads.Limits(self.campaign, self.pairing, role=role)
        return self._limits[role]

    @cached_property
    def bar(self) -> int:
        return self._bar or hardest_bar(
            self.pairing, coverage.eligible(self.campaign, self.pairing)
        )

    @cached_property
    def avoiding(self) -> set[tuple[int, int]]:
        rows = Avoidance.objects.filter(member__in=self._members, state=Avoidance.State.ACCEPTED)
        return set(rows.values_list("member", "household"))

    def is_hardest(self, household: Household) -> bool:
        if not self.leading:
            return False
        score = hard_score(household.difficulty, is_marked=household.is_hardest)
        return score >= self.bar

    def wanted(self, household: Household) -> list[str]:
        """Kinds of need of a household: by its main cause, and those open (prefetched or not)."""
        open_needs = [n.kind for n in household.needs.all() if not (n.met_on or n.ended)]
        return list(dict.fromkeys([*self.pairing.fit.get(household.cause, ()), *open_needs]))

    def fitting(self, household: Household, member: Member) -> list[str]:
        can = {*member.skills, *self.units.strengths(member.organisation.path)}
        return [kind for kind in self.wanted(household) if kind in can]

    def speak_for(
        self,
        household: Household,
        member: Member,
        distance_m: int | None,
        *,
        before: Member | None = None,
    ) -> list[str]:
        found = []
        if before and member.organisation_id == before.organisation_id:
            found.append(_("same organisation as the helper before"))
        if self.units.is_tied(member.organisation.path, household.place_id):
            found.append(_("the unit answers for this village"))
        if distance_m is not None:
            km = f"{distance_m / 1000:.1f}"
            near = distance_m < HERE_M
            found.append(_("at work here") if near else _("about %(km)s km away") % {"km": km})
        if kinds := self.fitting(household, member):
            names = "、".join(str(household_codes.NEED_KIND.name(kind)) for kind in kinds)
            found.append(_("can help with: %(needs)s") % {"needs": names})
        if member.rank in self.leading and self.is_hardest(household):
            found.append(_("a leader, for one of the hardest households"))
        return found

    def speak_against(
        self, household: Household, member: Member, taken: int, most: int
    ) -> list[str]:
        found = []
        if member.ended:
            found.append(_("has left"))
        if (member.pk, household.pk) in self.avoiding:
            found.append(_("is to avoid this household (回避)"))
        if taken >= most:
            found.append(
                ngettext(
                    "carries %(taken)d already, the playbook allows %(most)d",
                    "carry %(taken)d already, the playbook allows %(most)d",
                    taken,
                )
                % {"taken": taken, "most": most}
            )
        if self.is_hardest(household) and member.rank not in self.leading:
            found.append(_("one of the hardest households, but no leader"))
        if self.units.is_tied(member.organisation.path, household.place_id) is False:
            found.append(_("another unit answers for this village"))
        return found
