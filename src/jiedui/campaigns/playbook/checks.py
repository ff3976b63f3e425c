"""How work is checked: issues, draws, the rubric, quality rules, red lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from jiedui.campaigns.playbook.declare import Text, item

QUALITY_RULES = (
    # R11, 1-17
    "id_in_two_households", "id_wrong", "disability_class_wrong", "monitored_incomplete",
    "identified_without_measure", "risk_ended_early", "risk_ended_without_measure",
    "development_only_other", "business_without_income", "income_high_at_identification",
    "wage_tiny", "old_in_post", "pupil_at_work", "work_without_end", "water_not_monitored",
    "extreme_not_ticked", "conditions_missing",
    # R11, for campaigns
    "household_without_helper", "helper_over_load", "two_places_at_once", "visit_in_future",
    "visit_before_pair", "signed_before_period_end", "photo_seen_before", "gift_repeated",
    "quantity_outlier", "total_differs",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueSource:
    """`[[issue_sources]]`: where an issue came from (督查, 自查, 群众反映)."""

    key: str = item()
    name: Text = item()


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueKind:
    """`[[issue_kinds]]`: what sort of thing is wrong."""

    key: str = item()
    name: Text = item()


@dataclass(frozen=True, slots=True, kw_only=True)
class Issues:
    """`[issues]`: from found to struck off (销号); days are calendar days.

    The checker is never the owner: either another member or another organisation.
    """

    per: str | None = item(None, ref="organisation_kinds")  # who is to look for issues
    found_at: str | None = item(None, ref="activities")
    checked_by: Literal["another_member", "another_organisation"] = item("another_member")
    due_days: int = item(30, low=1, high=3650)
    measure_for_many: bool = item(True)  # one measure may answer many issues
    look_back_days: int | None = item(None, low=1, high=3650)  # 回头看


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """`[[draws]]`: a random sample that anyone can replay.

    `share` of the frozen list, split by weight between ways of asking (`by`), proportional over
    `strata` with at least `per_stratum` each, and `spares` drawn beside it.
    """

    key: str = item()
    name: Text = item()
    form: str = item(ref="forms")
    pairing: str | None = item(None, ref="pairings")  # the list: partners of this kind of pair
    share: Fraction = item()
    by: Mapping[str, int] = item(one_of=("phone", "visit"), low=1, high=1000)
    strata: tuple[str, ...] = item((), one_of=("county", "town", "kind", "unit"))
    per_stratum: int = item(0, low=0, high=100)
    spares: Fraction = item(Fraction(1, 5))
    phone_tries: int = item(3, low=1, high=20)
    window: str | None = item(None, ref="windows")
    feeds_rubric: bool = item(False)

    def wrong(self) -> Iterator[tuple[str, str]]:
        if not 0 < self.share <= 1:
            yield "share", "share"
        if not 0 <= self.spares <= 1:
            yield "spares", "share"


@dataclass(frozen=True, slots=True, kw_only=True)
class RubricItem:
    """`[[rubric.items]]`: points for something measured by a figure, by a draw, or by reading."""

    key: str = item()
    name: Text = item()
    points: int = item(low=1, high=1000)
    figure: str | None = item(None, ref="figures")
    draw: str | None = item(None, ref="draws")
    full_at: Fraction | None = item(None)  # the value that earns all points


@dataclass(frozen=True, slots=True, kw_only=True)
class Deduction:
    """`[[rubric.deductions]]`: points taken off for each case."""

    key: str = item()
    name: Text = item()
    points: int = item(low=1, high=1000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """`[[rubric.bands]]`: a grade from so many points on."""

    name: Text = item()
    at_least: int = item(low=0, high=1000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rubric:
    """`[rubric]`: scoring of organisations (never of persons); the items add up to `total`."""

    per: str = item(ref="organisation_kinds")
    total: int = item(100, low=1, high=1000)
    share_of_yearly: Fraction | None = item(None)  # weight in the unit's yearly appraisal
    items: tuple[RubricItem, ...] = item()
    deductions: tuple[Deduction, ...] = item(())
    bands: tuple[Band, ...] = item(())

    def wrong(self) -> Iterator[tuple[str, str]]:
        if sum(line.points for line in self.items) != self.total:
            yield "total", "points_total"


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityRule:
    """`[[quality]]`: a warning switched on or off, or given another limit."""

    rule: str = item(one_of=QUALITY_RULES)
    on: bool = item(True)
    limit: int | None = item(None, low=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """A red line: off, unless somebody writes down why."""

    on: bool = item(False)
    reason: str = item("")

    def wrong(self) -> Iterator[tuple[str, str]]:
        if self.on and len(self.reason.strip()) < 10:
            yield "on", "reason"


@dataclass(frozen=True, slots=True, kw_only=True)
class RedLines:
    """`[red_lines]`: what the 2023/2024 rules on formalism discourage (reference R21). All off."""

    sign_in: Switch = item(Switch())  # 打卡签到
    location_tracks: Switch = item(Switch())  # 定位轨迹
    compulsory_photos: Switch = item(Switch())  # 强制照片
    points: Switch = item(Switch())  # 积分
    rankings_of_persons: Switch = item(Switch())  # 个人排名
    online_time: Switch = item(Switch())  # 在线时长
    usage_rates: Switch = item(Switch())  # 下载率、使用率
    compulsory_sharing: Switch = item(Switch())  # 强制转发点赞
