"""When something falls due: windows, the rhythm of visits, tasks and unit plans."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from jiedui.campaigns.playbook.declare import MonthDay, Text, item

Festival = Literal[
    "new_year", "laba", "spring_festival", "lantern", "qingming", "dragon_boat", "mid_autumn",
    "double_ninth", "party_day", "army_day", "national_day", "poverty_day", "disability_day",
    "volunteer_day", "labour_day", "children_day", "teachers_day", "lei_feng_day", "arbor_day",
    "water_day",
]  # fmt: skip
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FestivalWindow:
    """`rule = "festival"`: days before and after a festival; lunar ones move every year."""

    key: str = item()
    name: Text = item()
    rule: Literal["festival"] = item()
    festival: Festival = item()
    before: int = item(10, low=0, high=120)
    after: int = item(0, low=0, high=120)


@dataclass(frozen=True, slots=True, kw_only=True)
class FarmWindow:
    """`rule = "farm"`: a season of farm work in a region (engine table, `farm_seasons`)."""

    key: str = item()
    name: Text = item()
    rule: Literal["farm"] = item()
    season: str = item()
    region: str = item()
    before: int = item(0, low=0, high=60)
    after: int = item(0, low=0, high=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class YearlyWindow:
    """`rule = "yearly"`: the same days every year; may run over New Year (12-20 to 01-10)."""

    key: str = item()
    name: Text = item()
    rule: Literal["yearly"] = item()
    starts: MonthDay = item()
    ends: MonthDay = item()


@dataclass(frozen=True, slots=True, kw_only=True)
class OnceWindow:
    """`rule = "once"`: one stretch of days."""

    key: str = item()
    name: Text = item()
    rule: Literal["once"] = item()
    starts: date = item()
    ends: date = item()

    def wrong(self) -> Iterator[tuple[str, str]]:
        if self.ends < self.starts:
            yield "ends", "before_start"


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthlyWindow:
    """`rule = "monthly"`: a day of every month, by number or as the nth weekday (主题党日)."""

    key: str = item()
    name: Text = item()
    rule: Literal["monthly"] = item()
    day: int | None = item(None, low=1, high=31)
    weekday: Weekday | None = item(None)
    nth: int = item(1, low=1, high=5)
    slack: int = item(7, low=0, high=28)  # days it may slip because of a holiday

    def wrong(self) -> Iterator[tuple[str, str]]:
        if (self.day is None) == (self.weekday is None):
            yield "rule", "day_or_weekday"


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthsWindow:
    """`rule = "months"`: whole months of every year, e.g. `[3, 4]`."""

    key: str = item()
    name: Text = item()
    rule: Literal["months"] = item()
    months: tuple[int, ...] = item(low=1, high=12)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarterlyWindow:
    """`rule = "quarterly"`: every quarter of the year."""

    key: str = item()
    name: Text = item()
    rule: Literal["quarterly"] = item()


Window = (
    FestivalWindow | FarmWindow | YearlyWindow | OnceWindow | MonthlyWindow | MonthsWindow
    | QuarterlyWindow
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class FarmSeason:
    """`[[farm_seasons]]`: a season of farm work the engine's table lacks, or has at other days."""

    region: str = item()
    season: str = item()
    starts: MonthDay = item()
    ends: MonthDay = item()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """`[[rhythms]]`: how often a pair is to meet: every so many months, or in a window."""

    key: str = item()
    name: Text = item()
    pairing: str = item(ref="pairings")
    activity: str = item(ref="activities")
    also: tuple[str, ...] = item((), ref="activities")  # other kinds that count as well
    every_months: int | None = item(None, low=1, high=24)
    window: str | None = item(None, ref="windows")
    times: int = item(1, low=1, high=31)
    phases: tuple[str, ...] = item((), ref="phases")  # empty: in all of them
    leaders_first_days: int = item(0, low=0, high=60)  # leaders visit within the first n days

    def wrong(self) -> Iterator[tuple[str, str]]:
        if (self.every_months is None) == (self.window is None):
            yield "key", "months_or_window"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """`[[tasks]]`: what must (规定动作) or may (自选动作) be done, by each organisation or member.

    Completion is counted: that much of `output`, or `wanted` records of `activity`, or `wanted`
    sheets of `form`; the first of these that is named.
    """

    key: str = item()
    name: Text = item()
    choice: Literal["prescribed", "self_chosen"] = item()
    per: str = item(ref="organisation_kinds|team_kinds|pairings")
    activity: str | None = item(None, ref="activities")
    output: str | None = item(None, ref="outputs")
    form: str | None = item(None, ref="forms")
    wanted: int = item(1, low=1)
    window: str | None = item(None, ref="windows")
    phase: str | None = item(None, ref="phases")
    due: date | None = item(None)
    advice: Text | None = item(None)

    def wrong(self) -> Iterator[tuple[str, str]]:
        if not (self.activity or self.output or self.form):
            yield "key", "task_without_measure"
        if not (self.window or self.phase or self.due):
            yield "key", "task_without_date"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`[plan]`: each unit's own plan (工作方案), due on a day."""

    per: str = item(ref="organisation_kinds")
    due: date = item()
    headings: tuple[Text, ...] = item()
