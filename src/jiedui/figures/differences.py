"""What figures come to on a snapshot, from what they came to on the one before and the rows that
differ.

Numbers of rows and sums are those of the snapshot before, without the rows that have gone and with
those that have come. Different people and households do not add up: they are counted, before and
now, among all rows of whoever a row that differs is about; everybody else counts as before.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from jiedui.campaigns.playbook.publishing import Figure
from jiedui.core.apart import apart
from jiedui.figures import duck, schemas, store
from jiedui.figures.arrow import whole
from jiedui.figures.expressions import (
    ORGANISATION_KINDS,
    DatedPlaybook,
    FigureQuery,
    expression,
    selected,
    tables_of,
)
from jiedui.figures.models import Snapshot

Kept = list[list[Any]]  # part, value as text, records: what `FigureValue.result` holds
MOST_READ = 400_000  # rows of files that may be compared
MOST = 2_000  # rows that may differ: with more, counting from the files is as fast
_lock = threading.RLock()
_open: "list[_Difference]" = []  # the last one


@apart
def from_before(
    before: Snapshot, now: Snapshot, query: FigureQuery, kept: Mapping[str, tuple[Figure, Kept]]
) -> dict[str, Kept]:
    """Results on `now`, by digest, from those kept of `before`; of those that follow from them."""
    with _lock:
        difference = _between(before, now)
        found = {key: difference.result(key, *one, query) for key, one in kept.items()}
    return {key: result for key, result in found.items() if result is not None}


def forget() -> None:
    """Hold no rows any more."""
    _open.clear()


def _between(before: Snapshot, now: Snapshot) -> "_Difference":
    if not _open or _open[0].keys != (before.key, now.key, str(store.folder())):
        _open[:] = [_Difference(before, now)]
    return _open[0]


@dataclass(frozen=True)
class _Rows:
    """Rows of a table that are in one snapshot only, or are others in it (Arrow tables)."""

    gone: Any
    come: Any

    def both(self, column: str) -> Any:
        """What stands in a column of any of them."""
        import pyarrow as pa

        found = [whole(side[column]) for side in (self.gone, self.come)]
        return pa.concat_arrays(found).unique().drop_null()


@dataclass
class _Difference:
    before: Snapshot
    now: Snapshot
    _rows: dict[str, _Rows | None] = field(default_factory=dict)
    _sides_of: dict[str, _Rows] = field(default_factory=dict)
    _same_homes: dict[str, bool] = field(default_factory=dict)

    @property
    def keys(self) -> tuple[str, str, str]:
        return self.before.key, self.now.key, str(store.folder())

    @property
    def dated(self) -> DatedPlaybook:
        return DatedPlaybook(self.now.campaign.playbook, self.now.as_of)

    def result(self, key: str, figure: Figure, kept: Kept, query: FigureQuery) -> Kept | None:
        """What a figure over a table comes to now; None where it has to be counted."""
        if figure.measure not in ("count", "sum") or not self._rests_on(figure, query):
            return None
        gone, come = (self._count(key, figure, query, side) for side in self._sides(figure))
        sums = merged(kept, gone, come)
        if not query.by:
            return sums
        empty = [row for row in sums if row[0] in {part for part, *_ in gone} and not row[2]]
        if empty and (figure.distinct or figure.column):
            return None  # no row behind the part holds a value any more: is there a row at all?
        return [row for row in sums if row not in empty]

    def _rests_on(self, figure: Figure, query: FigureQuery) -> bool:
        """Whether only rows of the figure's own table differ, and few."""
        table, dated = str(figure.over), self.dated
        if self.rows(table) is None:
            return False
        others = tables_of(figure, query, dated) - {table}
        if query.by in ORGANISATION_KINDS:
            others.add("organisations")  # where they stand, also of rows of that table
        changed = {name for name in others if self._differs(name)}
        return not changed or (changed == {"households"} and self._has_same_homes(figure))

    def _differs(self, table: str) -> bool:
        return bool(self._files(self.before, self.now, table))

    def rows(self, table: str) -> _Rows | None:
        """The rows that differ; None where there are too many."""
        if table not in self._rows:
            self._rows[table] = self._compared(table)
        return self._rows[table]

    def _compared(self, table: str) -> _Rows | None:
        sides = [
            self._files(self.now, self.before, table),
            self._files(self.before, self.now, table),
        ]
        if sum(file["rows"] for files in sides for file in files) > MOST_READ:
            return None
        gone, come = (_read(table, files) for files in sides)
        if gone is None or come is None:
            return None
        rows = difference(gone, come, key=schemas.record_key(table))
        return rows if len(rows.gone) + len(rows.come) <= MOST else None

    def _files(self, without: Snapshot, own: Snapshot, table: str) -> list[dict[str, Any]]:
        """Files of a table that the snapshot `own` has and the other has not."""
        known = {file["sha256"] for file in without.files(table)}
        return [file for file in own.files(table) if file["sha256"] not in known]

    def _has_same_homes(self, figure: Figure) -> bool:
        """Whether the households that a figure is counted among are the same ones as before."""
        if self.rows("households") is None:
            return False
        among = str(figure.among)
        if among not in self._same_homes:
            gone, come = (self._homes(among, side) for side in self._tables("households", ""))
            self._same_homes[among] = gone == come
        return self._same_homes[among]

    def _homes(self, among: str, side: str) -> set[int]:
        if not side:
            return set()
        chosen = selected(self.dated.playbook.figure(among), FigureQuery(), self.dated)
        found = duck.run(self.now, lambda: chosen.select("id"), tables=["households"], schema=side)
        return {row[0] for row in found}

    def _sides(self, figure: Figure) -> list[str]:
        return self._tables(str(figure.over), figure.distinct or "")

    def _tables(self, table: str, column: str) -> list[str]:
        """Two schemas of DuckDB with the rows to count in the table; "" where there are none."""
        name = f"{table}_{column}"
        if name not in self._sides_of:
            rows = self.rows(table)
            assert rows is not None
            self._sides_of[name] = self._of_whom(table, column, rows) if column else rows
        sides = (("gone", self._sides_of[name].gone), ("come", self._sides_of[name].come))
        return [
            duck.put(self.now, f"{side}_{name}_{self.before.key}", table, rows) if len(rows) else ""
            for side, rows in sides
        ]

    def _of_whom(self, table: str, column: str, rows: _Rows) -> _Rows:
        """All rows, before and now, of those about whom there are rows that differ."""
        import pyarrow as pa
        import pyarrow.compute as pc

        key = schemas.record_key(table)
        about = duck.rows_with(self.now, table, column, rows.both(column))
        about = about.select(rows.come.schema.names).cast(rows.come.schema)
        others = about.filter(pc.invert(pc.is_in(about[key], value_set=whole(rows.come[key]))))
        return _Rows(
            gone=pa.concat_tables([others, rows.gone]), come=pa.concat_tables([others, rows.come])
        )

    def _count(
        self, key: str, figure: Figure, query: FigureQuery, side: str
    ) -> list[tuple[Any, ...]]:
        if not side:
            return []
        return duck.run(
            self.now,
            lambda: expression(figure, query, self.dated),
            tables=tables_of(figure, query, self.dated),
            key=key,
            schema=side,
        )


def difference(gone: Any, come: Any, *, key: str) -> _Rows:
    """Of two versions of a table (Arrow, of one schema) the rows that are not in both."""
    import pyarrow.compute as pc

    at = pc.index_in(whole(come[key]), value_set=whole(gone[key]))
    beside = gone.take(at)
    is_same = pc.is_valid(at)
    for name in come.schema.names:
        is_same = pc.and_(is_same, _equal(whole(come[name]), whole(beside[name])))
    same = come.filter(is_same)
    is_gone = pc.invert(pc.is_in(whole(gone[key]), value_set=whole(same[key])))
    return _Rows(gone=gone.filter(is_gone), come=come.filter(pc.invert(is_same)))


def _equal(one: Any, other: Any) -> Any:
    """Whether values are equal, or both nothing."""
    import pyarrow.compute as pc

    nothing = pc.and_(pc.is_null(one), pc.is_null(other))
    return pc.or_(pc.fill_null(pc.equal(one, other), False), nothing)


def merged(kept: Kept, gone: Sequence[Any], come: Sequence[Any]) -> Kept:
    """What was kept, without what has gone and with what has come, part by part."""
    sums = {part: (Decimal(value), records) for part, value, records in kept}
    for rows, sign in ((gone, -1), (come, 1)):
        for part, value, records in rows:
            before, count = sums.get(part, (Decimal("0.00"), 0))
            sums[part] = before + sign * value, count + sign * (records or 0)
    return [[part, str(sums[part][0]), sums[part][1]] for part in sorted(sums, key=in_order)]


def in_order(part: str | None) -> tuple[bool, str]:
    """Parts by name, rows that belong nowhere last."""
    return part is None, part or ""


def _read(table: str, files: Sequence[Mapping[str, Any]]) -> Any:
    """The rows of these files; None where one was written with other columns, or is not there."""
    import pyarrow as pa

    schema = schemas.arrow(table)
    found = [schema.empty_table()]
    for file in files:
        if not store.path(file["sha256"]).exists():
            return None
        rows = store.read(file["sha256"])
        if not rows.schema.equals(schema):
            return None
        found.append(rows)
    return pa.concat_tables(found).combine_chunks()
