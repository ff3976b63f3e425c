"""Who may be paired with whom, at which load, and how a pair is handed over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from jiedui.campaigns.playbook.declare import Text, item
from jiedui.campaigns.playbook.people import PlaceLevel
from jiedui.core.codes import AFFILIATION, CAUSE, HOUSEHOLD_KIND, NEED_KIND, UNIT_KIND

AFFILIATION_KEYS = tuple(code.key for code in AFFILIATION)
CAUSE_KEYS = tuple(code.key for code in CAUSE)
HOUSEHOLD_KEYS = tuple(code.key for code in HOUSEHOLD_KIND)
NEED_KEYS = tuple(code.key for code in NEED_KIND)
UNIT_KEYS = tuple(code.key for code in UNIT_KIND)


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """Fewest and most partners of one helper; `most` may be passed only by hand."""

    fewest: int = item(0, low=0)
    most: int = item(low=0)

    def wrong(self) -> Iterator[tuple[str, str]]:
        if self.most < self.fewest:
            yield "most", "most_below_fewest"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadRule:
    """`[[pairings.loads]]`: the load of members of these ranks in units of this sort.

    What is left out does not matter. `classes` are words the office gives its units in the
    register of organisations. Of several rules the first that fits a member counts.
    """

    ranks: tuple[str, ...] = item((), ref="ranks")
    levels: tuple[str, ...] = item((), one_of=AFFILIATION_KEYS)  # 隶属关系 of the unit
    unit_kinds: tuple[str, ...] = item((), one_of=UNIT_KEYS)
    classes: tuple[str, ...] = item(())
    fewest: int = item(0, low=0)
    most: int = item(low=0)

    def wrong(self) -> Iterator[tuple[str, str]]:
        if self.most < self.fewest:
            yield "most", "most_below_fewest"
        if not (self.ranks or self.by_unit):
            yield "ranks", "load_for_anybody"

    @property
    def by_unit(self) -> bool:
        return bool(self.levels or self.unit_kinds or self.classes)

    @property
    def load(self) -> Load:
        return Load(fewest=self.fewest, most=self.most)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """`[[pairings.quotas]]`: partners that all of one organisation should have together.

    `of` is the kind of organisation, such as `group`: each of them, with all below it.
    """

    of: str = item(ref="organisation_kinds")
    fewest: int = item(0, low=0)
    most: int | None = item(None, low=0)

    def wrong(self) -> Iterator[tuple[str, str]]:
        if self.most is not None and self.most < self.fewest:
            yield "most", "most_below_fewest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hardest:
    """The hardest households go to leaders: leaders choose among the hardest `share`."""

    share: Fraction = item(Fraction(1, 5))
    ranks: tuple[str, ...] = item(ref="ranks")

    def wrong(self) -> Iterator[tuple[str, str]]:
        if not 0 < self.share <= 1:
            yield "share", "share"


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """How a pair passes on (接力). Days are calendar days.

    The helper before stays answerable until the successor's first visit, but no longer than the
    overlap; or, with `until = "overlap"`, through all of it.
    """

    until: Literal["first_visit", "overlap"] = item("overlap")
    overlap_days: int = item(10, low=0, high=365)
    successors: int = item(1, low=1, high=5)
    joint_visit: bool = item(True)
    sheet: bool = item(True)  # a handover sheet signed by both


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeReason:
    """`[[change_reasons]]`: why a pair may end.

    `side` says whose circumstances changed; `needs_successor` asks for a new helper at once.
    `ends_helper` says from when the helper before answers for nothing: `at_once` for whoever
    cannot stay through an overlap (a death), else only once the hand-over is over.
    """

    key: str = item(longest=20)
    name: Text = item()
    side: Literal["helper", "helped", "office"] = item()
    needs_successor: bool = item(True)
    ends_helper: Literal["at_once", "after_overlap"] = item("after_overlap")

    def wrong(self) -> Iterator[tuple[str, str]]:
        if self.ends_helper == "at_once" and self.side != "helper":
            yield "ends_helper", "ends_another"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """`[[pairings]]`: one kind of pair.

    `helper` is who answers for it, `helped` whom or what it is for. A member's load is that of the
    first of `loads` that fits, else by rank that of `load`, else `usual_load`. `helpers_each` are
    the helpers of one partner.
    `fit` ties a household's main cause (CAUSE) to what a helper's unit is good at (NEED_KIND).
    """

    key: str = item(longest=30)
    name: Text = item()
    helper: Literal["member", "organisation", "team"] = item()
    helped: Literal["household", "place", "member", "organisation"] = item()
    main: bool = item(False)  # the pair that coverage figures speak of
    helper_kinds: tuple[str, ...] = item((), ref="organisation_kinds|team_kinds")
    helped_kinds: tuple[str, ...] = item((), one_of=HOUSEHOLD_KEYS)
    place_level: PlaceLevel | None = item(None)
    place_kinds: tuple[str, ...] = item((), ref="place_kinds")
    ranks: tuple[str, ...] = item((), ref="ranks")
    loads: tuple[LoadRule, ...] = item(())
    load: Mapping[str, Load] = item({}, keys="ranks")
    quotas: tuple[Quota, ...] = item(())
    usual_load: Load = item(Load(fewest=0, most=1))
    helpers_each: Load = item(Load(fewest=1, most=1))
    everyone: bool = item(True)  # each eligible partner must have one; the rest is listed
    hardest: Hardest | None = item(None)
    second_helper: Text | None = item(None)  # the duty of the second of two helpers
    # How many partners one may second, beside one's own; left out, these count among one's own.
    second_load: Load | None = item(None)
    handover: Handover = item(Handover())
    gap_warn_days: int = item(1, low=0, high=365)
    gap_red_days: int = item(10, low=0, high=365)
    stable_years: int = item(0, low=0, high=20)
    reasons: tuple[str, ...] = item((), ref="change_reasons")
    avoid: tuple[str, ...] = item((), one_of=("kin", "creditor", "dispute"))
    same_place: PlaceLevel | None = item(None)  # prefer partners of one helper in one such place
    # A helper's partners lie in places tied to the helper's unit: these first, or only these.
    inside_unit: Literal["first", "only"] | None = item(None)
    fit: Mapping[str, tuple[str, ...]] = item({}, one_of=CAUSE_KEYS, values=NEED_KEYS)

    def wrong(self) -> Iterator[tuple[str, str]]:
        if self.helped == "place" and not (self.place_level or self.place_kinds):
            yield "helped", "place_without_level"
        if self.helped != "place" and (self.place_level or self.place_kinds):
            yield "place_level" if self.place_level else "place_kinds", "place_not_helped"
        if self.gap_red_days < self.gap_warn_days:
            yield "gap_red_days", "red_before_warn"
        if self.second_load and self.helpers_each.most < 2:
            yield "second_load", "second_without_room"
        if self.inside_unit and (self.helper, self.helped) != ("member", "household"):
            yield "inside_unit", "inside_without_households"
        if len({quota.of for quota in self.quotas}) < len(self.quotas):
            yield "quotas", "quota_twice"
        if self.helper != "member" and (self.loads or self.load or self.ranks or self.hardest):
            yield "helper", "rank_without_member"
