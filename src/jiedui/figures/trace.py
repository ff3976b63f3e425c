"""From a figure back to its records."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from jiedui.campaigns.playbook.publishing import Figure
from jiedui.campaigns.playbook.tables import TABLES
from jiedui.core.apart import apart
from jiedui.figures import duck, schemas
from jiedui.figures.evaluation import dated_playbook
from jiedui.figures.expressions import FigureQuery, leaves, selected, tables_of
from jiedui.figures.models import Snapshot

SIZE = 50


@dataclass(frozen=True)
class Page:
    """`ids` are (table, record key) in a fixed order; `total` counts the records of all pages."""

    total: int
    number: int
    pages: int
    ids: Sequence[tuple[str, str]]

    @property
    def previous(self) -> int:
        return self.number - 1

    @property
    def next(self) -> int:
        return self.number + 1


def records(
    snapshot: Snapshot,
    figure: Figure,
    query: FigureQuery | None = None,
    *,
    part: str | None = None,
    page: int = 1,
    size: int = SIZE,
) -> Page:
    """The records behind a figure, the newest first; those of a sum part after part.

    `part` narrows them to one part of the query's grouping.
    """
    query = query or FigureQuery()
    own = leaves(figure, dated_playbook(snapshot))
    counts = [_count(snapshot, leaf, query, part) for leaf in own]
    total = sum(counts)
    pages = max(1, -(-total // size))
    number = min(max(1, page), pages)
    start = (number - 1) * size
    ids: list[tuple[str, str]] = []
    for leaf, count in zip(own, counts, strict=True):
        wanted = size - len(ids)
        if wanted and start < count:
            ids += _ids(snapshot, leaf, query, part, limit=wanted, offset=start)
        start = max(0, start - count)
    return Page(total=total, number=number, pages=pages, ids=ids)


def _rows(snapshot: Snapshot, figure: Figure, query: FigureQuery, part: str | None) -> Any:
    """The rows that count: those that hold what is counted different, or added up."""
    rows = selected(figure, query, dated_playbook(snapshot))
    column = figure.distinct or figure.column
    rows = rows.filter(rows[column].notnull()) if column else rows
    if not query.by:
        return rows
    return rows.filter(rows.part.isnull() if part is None else rows.part == part)


@apart
def _count(snapshot: Snapshot, figure: Figure, query: FigureQuery, part: str | None) -> int:
    rows = _rows(snapshot, figure, query, part)
    found = duck.run(
        snapshot, lambda: rows.aggregate(n=rows.count()), tables=_tables(snapshot, figure, query)
    )
    return int(found[0][0])


@apart
def _ids(
    snapshot: Snapshot, figure: Figure, query: FigureQuery, part: str | None, *,
    limit: int, offset: int,
) -> list[tuple[str, str]]:  # fmt: skip
    rows = _rows(snapshot, figure, query, part)
    key = schemas.record_key(str(figure.over))
    days = [day for day in _days(str(figure.over)) if day in rows.columns]
    order = [*(rows[day].desc(nulls_first=False) for day in days), rows[key]]
    wanted = rows.select(key, *days).order_by(order).limit(limit, offset=offset)
    found = duck.run(snapshot, lambda: wanted, tables=_tables(snapshot, figure, query))
    return [(str(figure.over), str(row[0])) for row in found]


def _days(table: str) -> list[str]:
    """The column that says when a record came: the day of what was done, or since when it is."""
    return [TABLES[table].period or "since"]


def _tables(snapshot: Snapshot, figure: Figure, query: FigureQuery) -> set[str]:
    return tables_of(figure, query, dated_playbook(snapshot))
