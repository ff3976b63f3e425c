"""Who takes part: phases of the campaign, ranks, levels of answering, organisations, places."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from jiedui.campaigns.playbook.declare import Text, item
from jiedui.core.codes import RANK

RANK_KEYS = tuple(code.key for code in RANK)
PlaceLevel = Literal[
    "province", "city", "county", "town", "village",
    "estate", "building", "stairwell", "grid", "zone", "post",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """`[campaign]`: what it is called, who leads it, where and when."""

    key: str = item(longest=100)  # addresses carry as much of it as fits
    name: Text = item()
    full_name: Text = item()
    office: Text = item()  # the body that publishes: “…领导小组办公室”
    place: str = item()  # root of the area: 6 to 12 digits of the statistical code
    starts: date = item()
    ends: date = item()
    summary: Text | None = item(None)
    document_word: str = item("", longest=20)  # 发文机关代字, as in 盘走亲办〔2016〕1号

    def wrong(self) -> Iterator[tuple[str, str]]:
        if not (self.place.isascii() and self.place.isdigit() and 2 <= len(self.place) <= 12):
            yield "place", "code"
        if self.ends < self.starts:
            yield "ends", "before_start"


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """`[[phases]]`: a stretch of the campaign with a name and an aim of its own."""

    key: str = item()
    name: Text = item()
    starts: date = item()
    ends: date = item()
    aim: Text | None = item(None)

    def wrong(self) -> Iterator[tuple[str, str]]:
        if self.ends < self.starts:
            yield "ends", "before_start"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationKind:
    """`[[organisation_kinds]]`: a layer of the organisation tree, as this campaign calls it."""

    key: Literal["area", "unit", "branch", "group"] = item()
    name: Text = item()
    under: str | None = item(None, ref="organisation_kinds")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rank:
    """`[[ranks]]`: members who carry the same load.

    `grades` are the values of the member register (职务级别) that fall into this rank.
    """

    key: str = item()
    name: Text = item()
    grades: tuple[str, ...] = item((), one_of=RANK_KEYS)
    leader: bool = item(False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """`[[levels]]`: one level of the responsibility network (五位一体), from the top down."""

    key: str = item()
    name: Text = item()
    answers_for: Text = item()
    held_by: Literal["member", "organisation", "team", "village_officer"] = item("member")
    area: PlaceLevel | None = item(None)
    ranks: tuple[str, ...] = item((), ref="ranks")


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamKind:
    """`[[team_kinds]]`: teams beside the organisation tree (劝导队, 志愿服务队)."""

    key: str = item(longest=30)
    name: Text = item()
    icon: str = item("users")
    base: PlaceLevel | None = item(None)
    duty: Text | None = item(None)
    wanted: int | None = item(None, low=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceKind:
    """`[[place_kinds]]`: kinds of places made by users that this campaign keeps (楼道, 责任区)."""

    key: str = item(longest=20)
    name: Text = item()
    level: PlaceLevel = item()
    icon: str = item("map-pin")
    keeper_pairing: str | None = item(None, ref="pairings")  # None: nobody has to keep it
    duty: Text | None = item(None)
