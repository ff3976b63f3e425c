"""A figure as one Ibis expression: the same runs on DuckDB on one machine and on Spark on many.

Every expression gives the columns `part`, `value`, `records`: the group a row belongs to (null
without grouping), what the figure comes to, and how many rows stand behind it. Money is in fen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from jiedui.campaigns.playbook import Playbook
from jiedui.campaigns.playbook.publishing import Figure, Filter
from jiedui.campaigns.playbook.tables import TABLES
from jiedui.campaigns.playbook.windows import windows_between
from jiedui.figures import schemas

SUMS = ("total", "difference", "ratio")
PLACE_CUTS: Mapping[str, int] = {"province": 2, "city": 4, "county": 6, "town": 9, "village": 12}
ORGANISATION_KINDS = ("unit", "branch", "group")
PERIODS = ("month", "quarter", "year")
EXACT = "decimal(28, 2)"


@dataclass(frozen=True, kw_only=True)
class FigureQuery:
    """A query for a figure: paths of a subtree, a period (both days included), a grouping.

    `by`: an organisation kind, a period; or `org/8`, `place/6`: subtrees whose paths have so many
    digits (`place/6` are the counties); `org/0`, `place/0`: each organisation or place by itself.
    """

    organisation: str = ""
    place: str = ""
    since: date | None = None
    until: date | None = None
    by: str = ""

    def __post_init__(self) -> None:
        kind, _, length = self.by.partition("/")
        known = ("", *ORGANISATION_KINDS, *PERIODS)
        if self.by not in known and not (kind in ("org", "place") and length.isdecimal()):
            raise ValueError(f"Figures cannot be broken down by {self.by!r}.")

    def as_dict(self) -> dict[str, str]:
        return {name: str(value or "") for name, value in asdict(self).items()}


@dataclass(frozen=True)
class DatedPlaybook:
    """The playbook, and the last day its windows need to be known for."""

    playbook: Playbook
    as_of: date

    def spans(self, one: Filter) -> list[tuple[date, date]]:
        """The stretches of days that a window or phase means, neighbours joined."""
        if one.phase is not None:
            phase = next(p for p in self.playbook.phases if p.key == one.phase)
            return [(phase.starts, phase.ends)]
        first = date(self.playbook.campaign.starts.year - 1, 1, 1)
        last = max(self.as_of, self.playbook.campaign.ends)
        found = windows_between(self.playbook, one.window or "", since=first, until=last)
        return _joined(sorted((w.starts, w.ends) for w in found))


def _joined(spans: list[tuple[date, date]]) -> list[tuple[date, date]]:
    joined: list[tuple[date, date]] = []
    for starts, ends in spans:
        if joined and starts.toordinal() <= joined[-1][1].toordinal() + 1:
            joined[-1] = (joined[-1][0], max(ends, joined[-1][1]))
        else:
            joined.append((starts, ends))
    return joined


def leaves(figure: Figure, dated: DatedPlaybook) -> list[Figure]:
    """The figures over tables that a figure is made of; itself when it is one."""
    if figure.measure not in SUMS:
        return [figure]
    return [leaf for key in figure.parts for leaf in leaves(dated.playbook.figure(key), dated)]


def definition(figure: Figure, dated: DatedPlaybook) -> dict[str, Any]:
    """Everything a figure's value depends on besides the rows; names and notes do not matter."""
    facts: dict[str, Any] = {
        "measure": figure.measure, "over": figure.over, "column": figure.column,
        "distinct": figure.distinct,
        "where": [asdict(one) for one in figure.where],
        "spans": [dated.spans(one) for one in figure.where if one.window or one.phase],
        "parts": [definition(dated.playbook.figure(key), dated) for key in figure.parts],
    }  # fmt: skip
    if figure.among:
        facts["among"] = definition(dated.playbook.figure(figure.among), dated)
    return facts


def expression(figure: Figure, query: FigureQuery, dated: DatedPlaybook) -> Any:
    """The figure as an Ibis table expression with the columns part, value, records."""
    if figure.measure in SUMS:
        return _of_parts(figure, query, dated)
    rows = selected(figure, query, dated)
    value, records = _measured(figure, rows)
    if not query.by:
        return rows.aggregate(value=value, records=records).select(
            part=no_part(), value="value", records="records"
        )
    return rows.group_by("part").aggregate(value=value, records=records)


def selected(figure: Figure, query: FigureQuery, dated: DatedPlaybook) -> Any:
    """The rows behind a figure over a table, with the column `part` where it is broken down."""
    import ibis

    table = str(figure.over)
    rows = ibis.table(schemas.types(table), name=table)
    conditions = [_condition(rows, one, dated) for one in figure.where]
    conditions += _scope(rows, table, query)
    rows = rows.filter(conditions) if conditions else rows
    if figure.among:
        homes = selected(dated.playbook.figure(figure.among), FigureQuery(), dated)
        rows = rows.semi_join(homes, rows.household == homes.id)
    return parted(rows, table, query.by) if query.by else rows


def _measured(figure: Figure, rows: Any) -> tuple[Any, Any]:
    if figure.measure == "count" and figure.distinct is None:
        return rows.count().cast(EXACT), rows.count()
    column = rows[figure.distinct or figure.column]
    records = column.count()
    if figure.measure == "count":
        return column.nunique().cast(EXACT), records
    if figure.measure == "mean":
        return column.cast("float64").mean(), records
    return column.sum().cast(EXACT).fill_null(0).cast(EXACT), records


def _of_parts(figure: Figure, query: FigureQuery, dated: DatedPlaybook) -> Any:
    import ibis

    parts = [dated.playbook.figure(key) for key in figure.parts]
    kind = "float64" if is_float(figure, dated) else EXACT
    tables = []
    for number, part in enumerate(parts):
        one = expression(part, query, dated)
        tables.append(
            one.select(
                part=one.part, value=one.value.cast(kind), records=one.records,
                number=ibis.literal(number, "int64"),
            )
        )  # fmt: skip
    rows = ibis.union(*tables)
    value = _combined(figure, rows).cast(kind)
    return rows.group_by("part").aggregate(value=value, records=rows.records.sum().cast("int64"))


def _combined(figure: Figure, rows: Any) -> Any:
    import ibis

    first = rows.number == 0
    nothing = ibis.literal(0).cast(rows.value.type())
    if figure.measure == "total":
        return rows.value.sum()
    if figure.measure == "difference":
        return ibis.ifelse(first, rows.value, -rows.value).sum()
    over = ibis.ifelse(first, nothing, rows.value).sum()
    return ibis.ifelse(first, rows.value, nothing).sum() / over.nullif(nothing)


def is_float(figure: Figure, dated: DatedPlaybook) -> bool:
    """Whether a mean or ratio is in it, so that its value is not exact."""
    if figure.measure in ("mean", "ratio"):
        return True
    return any(is_float(dated.playbook.figure(key), dated) for key in figure.parts)


def no_part() -> Any:
    """The part of what is not broken down."""
    import ibis

    return ibis.null("string")


def _condition(rows: Any, one: Filter, dated: DatedPlaybook) -> Any:
    """One condition of a figure's `where`."""
    import ibis

    column = rows[one.column]
    if one.words:
        words = one.words
        as_text = column.type().is_integer() and any(isinstance(word, str) for word in words)
        return (column.cast("string") if as_text else column).isin(words)
    if one.empty is not None:
        return column.isnull() if one.empty else column.notnull()
    if one.window is not None or one.phase is not None:
        spans = [column.between(*span) for span in dated.spans(one)]
        return reduce(or_, spans, ibis.literal(False))
    low = [] if one.low is None else [column >= one.low]
    high = [] if one.high is None else [column <= one.high]
    return ibis.and_(*low, *high)


def _scope(rows: Any, table: str, query: FigureQuery) -> list[Any]:
    conditions = []
    if query.organisation:
        conditions.append(rows.org_path.startswith(query.organisation))
    if query.place:
        conditions.append(rows.place.startswith(query.place))
    period = TABLES[table].period
    if period and query.since:
        conditions.append(rows[period] >= query.since)
    if period and query.until:
        conditions.append(rows[period] <= query.until)
    return conditions


def parted(rows: Any, table: str, by: str) -> Any:
    """The rows with the column `part`."""
    kind, _, length = by.partition("/")
    if length:
        column = rows.org_path if kind == "org" else rows.place
        return rows.mutate(part=_cut(column, int(length)))
    if by in PERIODS:
        return _by_period(rows, TABLES[table].period, by)
    return _by_line(rows, by)


def _cut(column: Any, length: int) -> Any:
    import ibis

    if not length:
        return column
    return ibis.ifelse(column.length() >= length, column.substr(0, length), ibis.null("string"))


def _by_period(rows: Any, column: str, by: str) -> Any:
    if not column:  # such rows stand as of the day of the snapshot and fall in no period
        return rows.mutate(part=no_part()).limit(0)
    day = rows[column]
    year = day.year().cast("string")
    if by == "quarter":
        return rows.mutate(part=year + "Q" + day.quarter().cast("string"))
    return rows.mutate(part=year if by == "year" else day.cast("string").substr(0, 7))


def _by_line(rows: Any, kind: str) -> Any:
    """By the topmost unit, branch or group: what stands there equals the figure of its subtree."""
    import ibis

    known = ibis.table(schemas.types("organisations"), name="organisations")
    line = known.select(line_path=known.path, part=known[kind])
    return rows.left_join(line, rows.org_path == line.line_path)


def tables_of(figure: Figure, query: FigureQuery, dated: DatedPlaybook) -> set[str]:
    """The snapshot tables an expression reads."""
    own = leaves(figure, dated)
    found = {str(leaf.over) for leaf in own}
    found |= {"households"} if any(leaf.among for leaf in own) else set()
    return found | ({"organisations"} if query.by in ORGANISATION_KINDS else set())
