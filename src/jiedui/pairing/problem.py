"""The problem put to the matching engine, built from the register and the playbook's rules.

Cost of a pair, in units of ten metres: the way between the two, plus for each need the lack of
skill for it, plus a charge for a unit that is not the one tied to the village.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from hashlib import sha256
from itertools import islice
from math import floor
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from django.db.models import Case, F, QuerySet, When

from jiedui.campaigns.models import Campaign
from jiedui.campaigns.playbook.pairs import Pairing
from jiedui.core import household_codes
from jiedui.engines.matching import Problem
from jiedui.engines.matching.problem import FORBIDDEN, NO_BOUND
from jiedui.households.models import Household, Need
from jiedui.orgs.models import Member
from jiedui.pairing import loads, nearness, quotas
from jiedui.pairing.models import Avoidance, Pair
from jiedui.pairing.units import Units

KINDS = tuple(code.key for code in household_codes.NEED_KIND)
COLUMN = {key: at for at, key in enumerate(KINDS)}
OWN_SKILL, UNIT_SKILL = 9, 7  # of 9: what a member can do oneself, and what the unit can
CAUSE_WEIGHT = 2  # as much as a need that is soon to be met
MARKED = 101  # more than any difficulty
FEW = 2000  # helpers asked for by key
ENGINE = "matching 6"


@dataclass(frozen=True)
class Options:
    """What the person asking may choose; stored with the proposal."""

    # Those without a helper; everybody anew; or those who have one get a second.
    scope: Literal["uncovered", "all", "second"] = "uncovered"
    # The hardest go to leaders as far as their places reach; to leaders only; or to anybody.
    hardest: Literal["first", "only", "off"] = "first"
    weight: int = 6  # cost of each missing step of skill, times the weight of the need
    outside: int = 300  # a unit not tied to the village counts like three kilometres more
    # A helper's second new household counts like so much more, the third twice, and so on.
    spread: int = 0
    # Of a plan for everybody: as few pairs as possible change helper, or the way is as short as
    # it can be; then `change` is what one changed pair has to gain at least.
    goal: Literal["change", "cost"] = "change"
    change: int = 0
    minimums: bool = True  # whether the playbook's fewest households of a helper are kept to

    @property
    def role(self) -> loads.Role:
        """What the helpers of such a plan become."""
        return "second" if self.scope == "second" else "first"

    def facts(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of(cls, rules: dict[str, Any]) -> "Options":
        known = {one.name for one in fields(cls)}
        return cls(**{key: value for key, value in rules.items() if key in known})


@dataclass(frozen=True)
class BuiltProblem:
    """A problem, and which household and helper its rows and columns are."""

    problem: Problem
    households: list[int]
    helpers: list[int]
    grades: list[str]  # of the helpers
    units: list[str]  # path of the unit of each helper
    is_hard: npt.NDArray[np.bool_]  # households of the hardest share, whatever the plan does
    has_place: npt.NDArray[np.bool_]  # whether the way of this household can be measured
    has_base: npt.NDArray[np.bool_]

    @property
    def digest(self) -> str:
        """sha256 of everything the engine is given: the same problem, the same digest."""
        seal = sha256()
        for one in fields(Problem):
            value = getattr(self.problem, one.name)
            sentence = f"{one.name}{getattr(value, 'shape', value)}"
            seal.update(sentence.encode())
            seal.update(b"" if isinstance(value, int) else value.tobytes())
        return seal.hexdigest()

    def distances(self, household: Any, helper: Any) -> list[int | None]:
        """Metres between each household and helper (row numbers); None where unknown."""
        way = self.problem.household_xy[household] - self.problem.helper_xy[helper]
        known = self.has_place[household] & self.has_base[helper]
        metres = np.rint(np.hypot(way[:, 0], way[:, 1])).astype(int)
        return [int(m) if k else None for m, k in zip(metres, known, strict=True)]


HOME = ("pk", "place", "place__path", "cause", "difficulty", "is_hardest")
PERSON = (
    *("pk", "rank", "skills", "organisation__path", "place__path"),
    *("organisation", "most_pairs"),
)


def build_problem(
    campaign: Campaign,
    pairing: Pairing,
    *,
    households: QuerySet[Household],
    helpers: QuerySet[Member],
    options: Options,
    hardest_of: QuerySet[Household] | None = None,
    is_for_one: bool = False,
    has_quotas: bool = False,
) -> BuiltProblem:
    """The problem of these households and helpers.

    `hardest_of` are all among whom the hardest share is taken. `is_for_one` compares helpers for
    single households: rank, room and avoidance are then shown, not enforced. `has_quotas`: those
    of whole organisations count as well.
    """
    homes = list(households.order_by("number").values_list(*HOME))
    people = list(helpers.order_by("number").values_list(*PERSON))
    units = Units.of(campaign, paths={p[3] for p in people})
    home_row = {home[0]: at for at, home in enumerate(homes)}
    person_row = {person[0]: at for at, person in enumerate(people)}
    current, kept = _current(campaign, pairing, home_row, person_row, options)
    spots = _positions(campaign, pairing, homes, people, units)
    household_xy, has_place, helper_xy, has_base = spots
    capacity, fewest = _room(campaign, pairing, people, kept, options.role)
    is_leader, is_hard = _leaders(campaign, pairing, homes, people, hardest_of)
    hardest = _for_leaders(homes, is_hard, options, room=int(capacity[is_leader].sum()))
    household_group, helper_group, group_cost = _ties(
        pairing, homes, people, units, options, is_for_one=is_for_one
    )
    bounds = _bounds(campaign, pairing, people, current, options) if has_quotas else {}
    # The engine takes empty arrays for "no needs".
    kinds = len(KINDS) if homes and people else 0
    problem = Problem(
        capacity=capacity,
        min_load=fewest if options.minimums and not is_for_one else 0 * fewest,
        household_xy=household_xy,
        helper_xy=helper_xy,
        needs=_needs(pairing, homes, households)[:, :kinds],
        skills=_skills(people, units)[:, :kinds],
        weight=options.weight,
        load_cost=options.spread * np.arange(max(1, capacity.max(initial=0))),
        hardest=np.zeros(len(homes), np.bool_) if is_for_one else hardest,
        is_leader=is_leader,
        household_group=household_group,
        helper_group=helper_group,
        group_cost=group_cost,
        avoid=np.r_[
            _avoid(home_row, person_row), _beside(campaign, pairing, home_row, person_row, options)
        ],
        current=current,
        change_cost=options.change if options.scope == "all" and options.goal == "cost" else 0,
        keeps=options.scope == "all" and options.goal == "change",
        **bounds,
    )
    return BuiltProblem(
        problem,
        list(home_row),
        list(person_row),
        [p[1] for p in people],
        [units.unit(p[3]) for p in people],
        is_hard,
        has_place,
        has_base,
    )


def _current(
    campaign: Campaign,
    pairing: Pairing,
    home_row: dict[int, int],
    person_row: dict[int, int],
    options: Options,
) -> tuple[npt.NDArray[np.int64], dict[int, int]]:
    """Row of the present first helper of each household; and the partners each helper keeps."""
    current = np.full(len(home_row), -1)
    kept = loads.busy(campaign, pairing.key, members=_few(person_row), role=options.role)
    if options.scope != "all":
        return current, kept
    rows = Pair.objects.open().filter(
        campaign=campaign, kind=pairing.key, role="first", overlap_until=None, member__ended=None
    )
    for household, member in rows.order_by("-pk").values_list("household", "member"):
        if household in home_row and member in person_row:
            if current[home_row[household]] < 0:
                kept[member] = kept.get(member, 0) - 1
            current[home_row[household]] = person_row[member]
    return current, kept


def _positions(
    campaign: Campaign, pairing: Pairing, homes: list[Any], people: list[Any], units: Units
) -> tuple[Any, Any, Any, Any]:
    """Where households are and where helpers set out from, in metres, and which are known.

    A helper sets out from where the present households are (one helper, one village), else from
    home, else from the unit.
    """
    at_work = _at_work(campaign, pairing, [p[0] for p in people]) if pairing.same_place else {}
    bases = [at_work.get(p[0]) or p[4] or units.place(p[3]) for p in people]
    places = [home[2] for home in homes]
    found = nearness.metres(
        {*places, *filter(None, bases)}, latitude=nearness.scale_of(campaign.place.path)
    )
    middle = np.mean(list(found.values()), axis=0) if found else np.zeros(2)

    def spread(paths: list[str]) -> tuple[Any, Any]:
        xy = [found.get(path, middle) for path in paths]
        known = np.array([path in found for path in paths], np.bool_)
        return np.rint(np.array(xy, float).reshape(-1, 2)).astype(np.int64), known

    return *spread(places), *spread(bases)


def _at_work(campaign: Campaign, pairing: Pairing, people: Sequence[int]) -> dict[int, str]:
    """The place of each helper's newest household."""
    rows = Pair.objects.open().filter(
        campaign=campaign, kind=pairing.key, overlap_until=None, household__isnull=False
    )
    if few := _few(people):
        rows = rows.filter(member__in=few)
    return dict(rows.order_by("since", "pk").values_list("member", "household__place__path"))


def _room(
    campaign: Campaign,
    pairing: Pairing,
    people: list[Any],
    kept: dict[int, int],
    role: loads.Role,
) -> tuple[Any, Any]:
    """How many more each helper may take, and how many more each should have."""
    limits = loads.Limits(campaign, pairing, role=role)
    asked = [limits.load(p[1], p[5], own=p[6]) for p in people]
    carried = [kept.get(p[0], 0) for p in people]
    most = [max(0, load.most - n) for load, n in zip(asked, carried, strict=True)]
    fewest = [
        min(room, max(0, load.fewest - n))
        for load, n, room in zip(asked, carried, most, strict=True)
    ]
    return np.array(most, np.int64), np.array(fewest, np.int64)


def _bounds(
    campaign: Campaign, pairing: Pairing, people: list[Any], current: Any, options: Options
) -> dict[str, Any]:
    """The quotas of organisations, as a tree above the helpers; of first helpers alone."""
    bounded = quotas.Quotas(campaign, pairing).bounded if options.role == "first" else []
    if not bounded:
        return {}
    freed = current[current >= 0].tolist()
    tree = quotas.tree(bounded, [p[3] for p in people], freed=freed, none=NO_BOUND)
    lower = tree.lower if options.minimums else [0] * len(tree.lower)
    return {"node": tree.node, "parent": tree.parent, "lower": lower, "upper": tree.upper}


def _few(keys: Iterable[int]) -> list[int] | None:
    """These keys where it pays to ask for them; None where reading all is quicker."""
    found = list(islice(keys, FEW + 1))
    return found if len(found) <= FEW else None


def hard_score(difficulty: int, *, is_marked: bool) -> int:
    """What the hardest share is taken by: those marked by the office first, then by score."""
    return difficulty + (MARKED if is_marked else 0)


def hardest_bar(pairing: Pairing, rows: QuerySet[Household]) -> int:
    """The lowest score that belongs to the hardest share; beyond every score when none does."""
    count = floor(rows.count() * pairing.hardest.share) if pairing.hardest else 0
    if not count:
        return 10**6
    marked = Case(When(is_hardest=True, then=MARKED), default=0)
    scored = rows.order_by().annotate(score=F("difficulty") + marked).order_by("-score")
    return max(1, scored.values_list("score", flat=True)[count - 1])


def _leaders(
    campaign: Campaign,
    pairing: Pairing,
    homes: list[Any],
    people: list[Any],
    hardest_of: QuerySet[Household] | None,
) -> tuple[Any, Any]:
    """Who leads, and which households are of the hardest share."""
    grades = loads.leading_grades(campaign.playbook, pairing)
    is_leader = np.array([p[1] in grades for p in people], np.bool_)
    if not grades or hardest_of is None or not homes:
        return is_leader, np.zeros(len(homes), np.bool_)
    return is_leader, _scores(homes) >= hardest_bar(pairing, hardest_of)


def _scores(homes: list[Any]) -> Any:
    return np.array([hard_score(home[4], is_marked=home[5]) for home in homes], np.int64)


def _for_leaders(homes: list[Any], is_hard: Any, options: Options, *, room: int) -> Any:
    """Which of the hardest may go to leaders alone; `room` are the places these have."""
    if options.hardest == "off":
        return np.zeros(len(homes), np.bool_)
    if options.hardest == "only":
        return is_hard
    hardest = np.zeros(len(homes), np.bool_)
    chosen = np.flatnonzero(is_hard)
    hardest[chosen[np.argsort(-_scores(homes)[chosen], kind="stable")][:room]] = True
    return hardest


def _needs(pairing: Pairing, homes: list[Any], households: QuerySet[Household]) -> Any:
    """Weights of need: what fits the main cause, and open needs by their urgency."""
    needs = np.zeros((len(homes), len(KINDS)), np.int64)
    if not homes:
        return needs
    row = {home[0]: at for at, home in enumerate(homes)}
    for home in homes:
        for kind in pairing.fit.get(home[3], ()):
            needs[row[home[0]], COLUMN[kind]] += CAUSE_WEIGHT
    wanted = Need.objects.open().filter(household__in=households.order_by().values("pk"))
    for pk, kind, urgency in wanted.order_by().values_list("household", "kind", "urgency"):
        if kind in COLUMN:
            needs[row[pk], COLUMN[kind]] += urgency
    return needs


def _skills(people: list[Any], units: Units) -> Any:
    skills = np.zeros((len(people), len(KINDS)), np.int64)
    for at, person in enumerate(people):
        for skill, kinds in ((UNIT_SKILL, units.strengths(person[3])), (OWN_SKILL, person[2])):
            for kind in kinds:
                if kind in COLUMN:
                    skills[at, COLUMN[kind]] = skill
    return skills


def _ties(
    pairing: Pairing,
    homes: list[Any],
    people: list[Any],
    units: Units,
    options: Options,
    *,
    is_for_one: bool,
) -> tuple[Any, Any, Any]:
    """Groups of households by tied village (0: none), of helpers by unit, and the charge."""
    if not pairing.inside_unit or not (units.ties or pairing.inside_unit == "only"):
        return np.zeros(len(homes), np.int64), np.zeros(len(people), np.int64), np.zeros((1, 1))
    villages = {place: at for at, place in enumerate(sorted(units.ties), 1)}
    of_person = [units.unit(p[3]) for p in people]
    column = {unit: at for at, unit in enumerate(sorted(set(of_person)))}
    charge = np.zeros((len(villages) + 1, max(1, len(column))), np.int64)
    # Comparing helpers for one household shows those of another unit with a charge.
    is_strict = pairing.inside_unit == "only" and not is_for_one
    charge[:] = FORBIDDEN if is_strict else options.outside
    charge[0] = FORBIDDEN if is_strict else 0
    for place, tied in units.ties.items():
        for unit in tied & column.keys():
            charge[villages[place], column[unit]] = 0
    return (
        np.array([villages.get(home[1], 0) for home in homes], np.int64),
        np.array([column[unit] for unit in of_person], np.int64),
        charge,
    )


def _avoid(home_row: dict[int, int], person_row: dict[int, int]) -> Any:
    rows = Avoidance.objects.filter(state=Avoidance.State.ACCEPTED)
    return _in_rows(rows.values_list("household", "member"), home_row, person_row)


def _beside(
    campaign: Campaign,
    pairing: Pairing,
    home_row: dict[int, int],
    person_row: dict[int, int],
    options: Options,
) -> Any:
    """Nobody is named twice for a household: who helps there cannot be the second helper, nor who
    is its second helper, or hands it over just now, the first."""
    rows = Pair.objects.open().filter(
        campaign=campaign, kind=pairing.key, household__isnull=False, member__isnull=False
    )
    if options.role == "first":
        rows = rows.exclude(role="first", overlap_until=None)
    return _in_rows(rows.order_by("pk").values_list("household", "member"), home_row, person_row)


def _in_rows(
    rows: Iterable[tuple[int, int]], home_row: dict[int, int], person_row: dict[int, int]
) -> Any:
    """Keys of households and members as row numbers, (K, 2); who is not asked for is left out."""
    pairs = [
        (home_row[household], person_row[member])
        for household, member in rows
        if household in home_row and member in person_row
    ]
    return np.array(pairs, np.int64).reshape(-1, 2)
