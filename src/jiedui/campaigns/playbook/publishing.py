"""What is counted and published: figures, dashboards, bulletins."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from jiedui.campaigns.playbook.declare import Text, item
from jiedui.campaigns.playbook.tables import TABLES, columns

Counts = Literal[
    "people", "person_times", "households", "money", "items", "places", "organisations", "teams",
    "activities", "pairs", "issues", "measures", "services", "days", "sheets", "projects",
    "requests", "points",
    "share",
]  # fmt: skip
ROLES = (
    "office", "liaison", "helper", "village_officer", "supervisor", "leader", "auditor",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """One condition on a column. Exactly one of the following is set.

    `words`: the column holds one of these (also true/false). `low`/`high`: a range, both ends
    included, either may be missing. `empty`: the column holds nothing (True) or something (False).
    `window`, `phase`: the day lies in that window (of any year) or phase of this playbook.
    """

    column: str
    words: tuple[str | int | bool, ...] = ()
    low: int | date | None = None
    high: int | date | None = None
    empty: bool | None = None
    window: str | None = None
    phase: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """`[[figures]]`: table + aggregate + filters; no Python.

    count: rows, or different values of `distinct`. sum, mean: of `column` (fen for money; shown in
    yuan where `counts = "money"`). total, difference, ratio: of the figures named in `parts`
    (difference: first minus the others; ratio: first over second). `among` keeps to records about
    the households that another figure counts, such as those on the register.
    """

    key: str = item()
    name: Text = item()
    unit: Text = item(longest=20)
    counts: Counts = item()
    measure: Literal["count", "sum", "mean", "total", "difference", "ratio"] = item("count")
    over: str | None = item(None, one_of=tuple(TABLES))
    column: str | None = item(None)
    distinct: str | None = item(None)
    where: tuple[Filter, ...] = item(())
    among: str | None = item(None, ref="figures")
    parts: tuple[str, ...] = item((), ref="figures")
    note: Text | None = item(None)  # what is counted and what is not

    def wrong(self) -> Iterator[tuple[str, str]]:
        if self.measure in ("total", "difference", "ratio"):
            yield from self._wrong_sum_of_figures()
        elif self.over is None:
            yield "measure", "table_missing"
        if self.measure in ("sum", "mean") and self.column is None:
            yield "measure", "column_missing"
        if self.distinct and self.measure != "count":
            yield "distinct", "distinct_without_count"
        if self.counts == "money" and self.over in ("answers", "project_answers"):
            yield "counts", "money_of_answers"
        if self.among and "household" not in columns(str(self.over)):
            yield "among", "among_without_household"

    def _wrong_sum_of_figures(self) -> Iterator[tuple[str, str]]:
        if len(self.parts) < 2 or (self.measure == "ratio" and len(self.parts) != 2):
            yield "parts" if self.parts else "measure", "parts"
        if self.key in self.parts:
            yield "parts", "part_of_itself"
        if self.over:
            yield "over", "table_and_parts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """`[[dashboards]]`: a group of figures shown together to some roles.

    `by` breaks them down by place level or organisation kind; `over_time` draws them by month.
    """

    key: str = item()
    name: Text = item()
    roles: tuple[str, ...] = item((), one_of=ROLES)  # empty: everybody
    figures: tuple[str, ...] = item(ref="figures")
    by: Literal["county", "town", "village", "unit", "branch", "none"] = item("none")
    over_time: bool = item(False)


LINES = ("title", "to", "copies", "signed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulletin:
    """`[[bulletins]]`: a text with figures to be filled in (see `template.py`).

    `LINES` are templates without figures; each bulletin begins with what they come to, and they are
    edited there. The layout is GB/T 9704; headings begin with 一、 （一） 1. as people write them.
    """

    key: str = item()
    name: Text = item()
    title: Text = item()
    kind: Literal["notice", "brief"] = item("notice")  # 通报, 简报
    to: Text | None = item(None)  # 主送
    copies: Text | None = item(None)  # 抄送
    signed: Text | None = item(None)  # 署名; the office where missing
    text: Text = item(longest=50_000)


def figure_problems(figure: Mapping[str, object]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Columns a raw `[[figures]]` table names that its table does not have, with those it has."""
    known = columns(str(figure.get("over")))
    for field in ("column", "distinct"):
        name = figure.get(field)
        if known and isinstance(name, str) and name not in known:
            yield field, name, tuple(known)
