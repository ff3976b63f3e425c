"""What may stand in a demonstration: registers, shares, activities with their totals, figures.

Plain dataclasses with the marks of a playbook (`declare.item`), read by the reader of playbooks. A
`ref` or `keys` names a section of the playbook, or one of the demonstration's own
(`organisations`, `rank_shares`). Numbers are those of the full scale.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from jiedui.campaigns.playbook.declare import item
from jiedui.campaigns.playbook.pairs import HOUSEHOLD_KEYS
from jiedui.campaigns.playbook.people import RANK_KEYS
from jiedui.core.codes import UNIT_KIND

UNIT_KEYS = tuple(code.key for code in UNIT_KIND)
HOSTS = "organisation_kinds|team_kinds|organisations"
BRANDS = "brands"  # as a host: organisations with a brand of their own


class Words(tuple[str, ...]):
    """Texts to draw from: a list, or the name of one in `texts.toml` (`"streets.events"`)."""

    __slots__ = ()


class Pattern(str):
    """A name with slots for the place and so on: `"{area}党支部"`."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Amount:
    """A total for all together (`416`), or what there is of each.

    Of each, anything between two (`{ fewest = 2, most = 5 }`) or one of some (`[20, 50, 100]`).
    """

    total: int | None = None
    fewest: int = 0
    most: int = 0
    choices: tuple[int, ...] = ()

    @property
    def largest(self) -> int:
        return self.most if self.total is None else self.total


@dataclass(frozen=True, slots=True)
class Expected:
    """A figure as published: a value, or limits that both count in."""

    fewest: Decimal
    most: Decimal

    def __contains__(self, value: object) -> bool:
        return isinstance(value, (int, Decimal)) and self.fewest <= value <= self.most


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterSizes:
    """`[registers]`: how many stand on each register today, and how many have left it."""

    members: int = item(low=1)
    members_left: int = item(0, low=0)
    branches: int = item(0, low=0)  # in all; 0: as many as the organisations bring along
    households: int = item(0, low=0)
    households_left: int = item(0, low=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationGroup:
    """`[[organisations]]`: alike organisations, in each place of a level or at the top.

    `{area}` in a text is the place, `{name}` one of `names`; a name may say the kind of unit and
    what it is good at: `"民政局|state|living care"`.
    """

    key: str = item()
    kind: Literal["area", "unit"] = item("unit")
    for_each: Literal["campaign", "county", "town"] = item("campaign")
    place_kinds: tuple[str, ...] = item(())  # only in places of these kinds
    names: Words = item(Words())
    name: Pattern = item(Pattern("{area}{name}"))
    most: int = item(0, low=0)  # of the names, spread evenly; 0: all
    unit_kind: str = item("state", one_of=UNIT_KEYS)
    branches: Amount = item(Amount())
    branch_names: Words = item(Words(("第一党支部", "第二党支部", "第三党支部", "基层联合党支部")))
    branch_stem: Pattern = item(Pattern("{unit}"))  # what stands before the name of a branch
    groups: int = item(0, low=0, high=9)  # party groups of a branch that has any
    groups_share: Fraction = item(Fraction(1, 2))
    ranks: str = item("", ref="rank_shares")
    weight: int = item(1, low=1)  # members of one branch, beside those of others
    village_branch: Pattern = item(Pattern())  # of each village below: "{area}党支部"; or none
    village_ranks: str = item("", ref="rank_shares")
    village_weight: int = item(1, low=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class RankShares:
    """`[rank_shares.…]`: who heads such a unit, and how often each rank is held."""

    head: str = item(one_of=RANK_KEYS)
    others: Mapping[str, int] = item(one_of=RANK_KEYS, low=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPlaces:
    """`[[places]]`: places of a kind of the playbook, below villages and communities.

    `each` says how many stand inside one another, from the estate down; else `total` are spread.
    """

    kind: str = item(ref="place_kinds")
    names: Words = item(Words())
    total: int = item(0, low=0)
    each: Mapping[str, Amount] = item({}, one_of=("estate", "building", "stairwell"))

    def wrong(self) -> Iterator[tuple[str, str]]:
        if bool(self.total) == bool(self.each):
            yield "total", "total_or_each"


@dataclass(frozen=True, slots=True, kw_only=True)
class Households:
    """`[households]`: which kinds there are, how often, and how many are the hardest."""

    kinds: Mapping[str, int] = item({}, one_of=HOUSEHOLD_KEYS, low=0)
    hardest: Fraction = item(Fraction(1, 10))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """`[[pairs]]`: pairs of a kind of the playbook.

    `within`: helpers of that place come first. `without`: so many are left without a helper today.
    """

    kind: str = item(ref="pairings")
    total: int = item(0, low=0)  # 0: one for each partner
    within: Literal["city", "county", "town", "village"] = item("county")
    first_days: int = item(60, low=1)  # all began within so many days of the campaign
    without: int = item(0, low=0)
    handing_over: int = item(0, low=0)  # hand-overs under way today
    two_successors: Fraction = item(Fraction(0))  # share of hand-overs to two together
    avoidances: int = item(0, low=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visits:
    """`[visits]`: visits to households, fitted to a number of person-times.

    They follow the rhythms and tasks of the playbook; each key is the share of households visited,
    or of heads and pairs that kept to the task.
    """

    pairing: str = item(ref="pairings")
    person_times: int = item(low=0)
    people_each: Decimal = item(Decimal("1.4"))  # helpers on an average visit
    rhythms: Mapping[str, Fraction] = item({}, keys="rhythms")
    years: tuple[Fraction, ...] = item(())  # visits of each year, as a share of the last one's
    recent: Fraction = item(Fraction(9, 10))  # households seen within the rhythm just now
    tasks: Mapping[str, Fraction] = item({}, keys="tasks")
    instead: Mapping[str, Fraction] = item({}, keys="activities")  # of regular visits: another kind
    remote: Mapping[str, Fraction] = item({}, keys="activities")  # contact without a visit
    handover: str | None = item(None, ref="activities")
    noted: Fraction = item(Fraction(1, 5))
    texts: Mapping[str, Words] = item({})  # answers to the playbook's fields, by key
    outputs: Mapping[str, Amount] = item({}, keys="outputs")  # of one visit that brings it


@dataclass(frozen=True, slots=True, kw_only=True)
class Local:
    """Of the activities of a kind, those in one place."""

    place: str = item()  # its code
    count: int = item(low=1)
    members: int = item(0, low=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Activities:
    """`[[activities]]`: activities of a kind of the playbook, beside visits to households.

    With `count` so many, on days between `first_day` and `last_day` or in the `window`; else one
    for each window of its task or rhythm, by the `share` who kept to it; else one for each host.
    """

    kind: str = item(ref="activities")
    by: tuple[str, ...] = item(())
    count: int = item(0, low=0)
    share: Fraction = item(Fraction(1))
    recent: Fraction | None = item(None)  # of a rhythm by months: the share in the last one
    window: str | None = item(None, ref="windows")
    phase: str | None = item(None, ref="phases")
    first_day: int = item(0, low=0)  # days after the campaign began
    members: Amount = item(Amount())
    by_name: int = item(0, low=0)  # up to so many are written down by name
    cadres: Fraction = item(Fraction(0))  # leading cadres among the members
    public: Amount = item(Amount())
    outputs: Mapping[str, Amount] = item({}, keys="outputs")
    counted_public: str | None = item(None, ref="outputs")  # the output that is the public's number
    at_households: Fraction = item(Fraction(0))  # of visits to households: by the helper, of a pair
    minutes: Amount = item(Amount(60))
    notes: Words = item(Words())
    noted: Fraction = item(Fraction(1))
    texts: Mapping[str, Words] = item({})  # answers to the playbook's fields, by key
    places: tuple[Local, ...] = item(())


@dataclass(frozen=True, slots=True, kw_only=True)
class Festival:
    """Part of what was given on visits: within the last window of this kind that is over."""

    window: str = item(ref="windows")
    yuan: int = item(low=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitGifts:
    """`[visit_gifts]`: cash and goods brought along on visits, to a total value.

    The value of `[[goods_given]]` and of the donations in goods of funds is part of it.
    """

    yuan: int = item(low=1)
    festival: Festival | None = item(None)
    steady: Fraction = item(Fraction(1, 3))  # of the value: help that lasts
    cash: Mapping[str, int] = item({}, low=0)  # yuan and how often
    steady_cash: Mapping[str, int] = item({}, low=0)
    goods_share: Fraction = item(Fraction(2, 5))  # of the gifts, those in goods
    goods: Mapping[str, Amount] = item({}, keys="goods")  # how much at once
    steady_goods: Mapping[str, Amount] = item({}, keys="goods")
    occasions: Mapping[str, str] = item({}, one_of=("festival", "farm", "regular"))


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodsGiven:
    """`[[goods_given]]`: goods and cash that so many organisations bring to villages."""

    givers: int = item(low=1)
    by: tuple[str, ...] = item(("branch",))
    goods: Mapping[str, Amount] = item({}, keys="goods")
    yuan: int = item(0, low=0)
    occasion: str = item("")
    pairing: str | None = item(None, ref="pairings")  # to the village of this pair
    window: str | None = item(None, ref="windows")


@dataclass(frozen=True, slots=True, kw_only=True)
class Donation:
    """A fund whose donations were published, and the goods the same unit gave."""

    yuan: int = item(low=1)
    times: int = item(1, low=1, high=50)
    note: str = item("")
    goods: Mapping[str, int] = item({}, keys="goods", low=1)
    occasion: str = item("")


@dataclass(frozen=True, slots=True, kw_only=True)
class Funds:
    """`[funds]`: one of the office, and of a share of the units; what they pay of steady help."""

    units: Fraction = item(Fraction(2, 5))
    pays: Fraction = item(Fraction(1, 4))
    office_pays: Fraction = item(Fraction(1, 10))
    donations: tuple[Donation, ...] = item(())


@dataclass(frozen=True, slots=True, kw_only=True)
class Issues:
    """`[issues]`: issues of the organisations the playbook names, and the measures for them."""

    found: int = item(low=1)
    measures: int = item(low=1)
    closed: Fraction = item(Fraction(9, 10))
    first_day: int = item(5, low=0)
    last_days: int = item(0, low=0)  # none is found in the last days before today

    def wrong(self) -> Iterator[tuple[str, str]]:
        if self.measures > self.found:
            yield "measures", "more_measures"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheets:
    """`[[sheets]]`: so many fillings-in of a form of the playbook, in the last days."""

    form: str = item(ref="forms")
    count: int = item(low=1)
    last_days: int = item(120, low=1)
    texts: Mapping[str, Words] = item({})  # by key of a question


REQUEST_STATES = ("asked", "open", "claimed", "done", "confirmed", "declined")


@dataclass(frozen=True, slots=True, kw_only=True)
class Requests:
    """`[[requests]]`: so many of a kind of need in each state, asked in the last days.

    `texts` are the public wordings, `details` what only who does it reads.
    """

    kind: str = item(ref="needs")
    states: Mapping[str, int] = item(one_of=REQUEST_STATES, low=0)
    texts: Words = item()
    details: Words = item(Words())
    results: Words = item()
    reasons: Words = item()  # why some were turned down
    last_days: int = item(200, low=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Projects:
    """`[[projects]]`: so many projects of a kind in each of its states.

    `before` and `after` are what to draw answers from, by key of a question; those that are done
    have both. `late` is the share that passed its due day, `moved` that whose due day was put off
    for one of `reasons`.
    """

    kind: str = item(ref="projects")
    states: Mapping[str, int] = item(low=0)
    names: Words = item()
    yuan: Amount = item(Amount())  # of each, from all sources together
    late: Fraction = item(Fraction(1, 10))
    moved: Fraction = item(Fraction(1, 5))
    reasons: Words = item(Words())
    before: Mapping[str, Words] = item({})
    after: Mapping[str, Words] = item({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Plans:
    """`[plans]`: plans of organisations under the headings of the playbook."""

    goals: Words = item()
    handed_in: Fraction = item(Fraction(19, 20))
    brands: int = item(0, low=0)  # so many have a brand of their own
    brand_names: Words = item(Words())
    brand_stories: Words = item(Words())


@dataclass(frozen=True, slots=True, kw_only=True)
class Demonstration:
    """A campaign as it went, in numbers. Section names are the TOML table names."""

    playbook: str = item()
    former_places: str = item("")  # the file with places the atlas no longer has
    published: Mapping[str, Expected] = item({}, keys="figures")
    registers: RegisterSizes = item()
    organisations: tuple[OrganisationGroup, ...] = item()
    rank_shares: Mapping[str, RankShares] = item()
    teams: Mapping[str, int] = item({}, keys="team_kinds", low=0)
    places: tuple[OwnPlaces, ...] = item(())
    households: Households = item(Households())
    pairs: tuple[Pairs, ...] = item(())
    visits: Visits | None = item(None)
    activities: tuple[Activities, ...] = item(())
    visit_gifts: VisitGifts | None = item(None)
    goods_given: tuple[GoodsGiven, ...] = item(())
    funds: Funds | None = item(None)
    issues: Issues | None = item(None)
    sheets: tuple[Sheets, ...] = item(())
    projects: tuple[Projects, ...] = item(())
    requests: tuple[Requests, ...] = item(())
    plans: Plans | None = item(None)
