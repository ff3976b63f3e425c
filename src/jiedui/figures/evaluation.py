"""What figures come to on a snapshot, exactly, with what they count and the day they stand for.

`evaluate` is the one door for dashboards, bulletins, scores and the command line. Values are kept
beside the snapshot: neither a snapshot nor a figure's definition ever changes.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from jiedui.campaigns.playbook.publishing import Figure
from jiedui.core.apart import apart
from jiedui.figures import differences, distinct, duck, expressions, store, totals
from jiedui.figures.differences import Kept
from jiedui.figures.expressions import (
    PLACE_CUTS,
    DatedPlaybook,
    FigureQuery,
    definition,
    expression,
    tables_of,
)
from jiedui.figures.models import FigureValue, Snapshot
from jiedui.orgs.models import Organisation
from jiedui.places.models import Place

# What is kept was counted by this code: a release that counts otherwise counts anew.
COUNTERS = (expressions, differences, distinct, totals)
COUNTING = hashlib.sha256(
    b"".join(Path(str(one.__file__)).read_bytes() for one in COUNTERS)
).hexdigest()
Number = int | Decimal
Row = tuple[str | None, Decimal | None, int]  # part, bare value (fen for money), records
FEN = Decimal(100)
KEYS = ("key", "name", "value", "unit", "counts", "as_of", "snapshot", "records")


@dataclass(frozen=True, kw_only=True)
class Value:
    """A figure with everything a reader must know of it. `None`: cannot be said (nothing over 0).

    Money is Decimal yuan, exact to the fen; a share is a fraction of one in hundredths (percent).
    `records` are the rows behind it; `part` is the group, where it was broken down.
    """

    key: str
    name: str
    value: Number | None
    unit: str
    counts: str
    as_of: date
    snapshot: str
    records: int
    part: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """The stable form for JSON: exactly the keys of `KEYS`."""
        number = self.value
        if isinstance(number, Decimal):
            number = int(number) if number == int(number) else float(number)  # type: ignore[assignment]
        return {
            "key": self.key,
            "name": self.name,
            "value": number,
            "unit": self.unit,
            "counts": self.counts,
            "as_of": self.as_of.isoformat(),
            "snapshot": self.snapshot,
            "records": self.records,
        }


def evaluate(
    snapshot: Snapshot,
    figures: Iterable[Figure | str],
    *,
    organisation: Organisation | None = None,
    place: Place | None = None,
    since: date | None = None,
    until: date | None = None,
    by: str | None = None,
) -> list[Value]:
    """Count these figures, in a subtree of organisations or places, and in a period.

    `by` breaks them down: a place level, `unit`, `branch`, `group`, `month`, `quarter` or `year`;
    each part is then one value, those that belong nowhere under the part None. Tables without a
    day of their own stand as of the day of the snapshot: a period does not narrow them, and they
    have no parts by period.
    """
    query = FigureQuery(
        organisation=organisation.path if organisation else "",
        place=place.path if place else "",
        since=since,
        until=until,
        by=grouping(by or ""),
    )
    dated = dated_playbook(snapshot)
    chosen = [dated.playbook.figure(f) if isinstance(f, str) else f for f in figures]
    found = answers(snapshot, chosen, query)
    return [
        _value(snapshot, figure, row)
        for figure, rows in zip(chosen, found, strict=True)
        for row in rows
    ]


def in_periods(
    snapshot: Snapshot,
    figure: Figure,
    periods: Iterable[tuple[date, date]],
    *,
    organisation: Organisation | None = None,
    place: Place | None = None,
) -> list[Value]:
    """The figure in each of these periods (first and last day), read together."""
    within = {
        "organisation": organisation.path if organisation else "",
        "place": place.path if place else "",
    }
    queries = [FigureQuery(**within, since=first, until=last) for first, last in periods]
    kept = _keep(snapshot, [(figure, query) for query in queries])
    return [_value(snapshot, figure, _rows(result)[0]) for result in kept]


def recount(
    snapshot: Snapshot,
    figure: Figure,
    *,
    organisation: Organisation | None = None,
    place: Place | None = None,
    since: date | None = None,
    until: date | None = None,
) -> Value:
    """The figure counted from the files, whatever is kept: for whoever does not take our word."""
    query = FigureQuery(
        organisation=organisation.path if organisation else "",
        place=place.path if place else "",
        since=since,
        until=until,
    )
    return _value(snapshot, figure, count(snapshot, figure, query)[0])


def grouping(by: str) -> str:
    """A place level as the length of its codes, so that it shares what is kept of subtrees."""
    return f"place/{PLACE_CUTS[by]}" if by in PLACE_CUTS else by


def dated_playbook(snapshot: Snapshot) -> DatedPlaybook:
    return DatedPlaybook(snapshot.campaign.playbook, snapshot.as_of)


# What has been counted once is not counted again.


def answers(snapshot: Snapshot, figures: Sequence[Figure], query: FigureQuery) -> list[list[Row]]:
    """Bare rows for every figure, from what is kept or counted now."""
    subtree = _as_subtree(query)
    if subtree is None:
        return [_rows(result) for result in keep(snapshot, figures, query)]
    path, whole = subtree
    found = [_rows(result, part=path) for result in keep(snapshot, figures, whole)]
    return [rows or [_nothing(figure, path)] for figure, rows in zip(figures, found, strict=True)]


def _as_subtree(query: FigureQuery) -> tuple[str, FigureQuery] | None:
    """One subtree and no period: read off the count of all subtrees of that depth, made once."""
    if query.by or query.since or query.until:
        return None
    if bool(query.organisation) == bool(query.place):
        return None
    path = query.organisation or query.place
    kind = "org" if query.organisation else "place"
    return path, FigureQuery(by=f"{kind}/{len(path)}")


def _nothing(figure: Figure, path: str) -> Row:
    is_empty = figure.measure in ("mean", "ratio")
    return (path, None if is_empty else Decimal(0), 0)


def digest_of(figure: Figure, query: FigureQuery, dated: DatedPlaybook) -> str:
    facts = [store.FORMAT, COUNTING, definition(figure, dated), query.as_dict()]
    return hashlib.sha256(json.dumps(facts, sort_keys=True, default=str).encode()).hexdigest()


def keep(snapshot: Snapshot, figures: Sequence[Figure], query: FigureQuery) -> list[Kept]:
    """What `FigureValue` holds of every figure; what it does not hold yet is counted and kept."""
    return _keep(snapshot, [(figure, query) for figure in figures])


def _keep(snapshot: Snapshot, wanted: Sequence[tuple[Figure, FigureQuery]]) -> list[Kept]:
    dated = dated_playbook(snapshot)
    digests = [digest_of(figure, query, dated) for figure, query in wanted]
    own = FigureValue.objects.filter(snapshot=snapshot, digest__in=set(digests))
    kept: dict[str, Kept] = dict(own.values_list("digest", "result"))
    missing: dict[FigureQuery, dict[str, Figure]] = {}
    for digest, (figure, query) in zip(digests, wanted, strict=True):
        if digest not in kept:
            missing.setdefault(query, {})[digest] = figure
    for query, figures in missing.items():
        fresh = _fresh(snapshot, figures, query)
        FigureValue.objects.bulk_create(
            [
                FigureValue(snapshot=snapshot, digest=d, result=result)
                for d, result in fresh.items()
            ],
            ignore_conflicts=True,
        )
        kept |= fresh
    return [kept[digest] for digest in digests]


def _fresh(
    snapshot: Snapshot, missing: Mapping[str, Figure], query: FigureQuery
) -> dict[str, Kept]:
    """Results for these figures, by digest, in the cheapest way that gives them exactly."""
    found = _of_the_one_before(snapshot, missing, query)
    found |= _of_subtrees(snapshot, _without(missing, found), query)
    dated = dated_playbook(snapshot)
    for digest, figure in _without(missing, found).items():
        if totals.adds_up(figure, dated):
            parts = [dated.playbook.figure(key) for key in figure.parts]
            found[digest] = totals.of_parts(figure, keep(snapshot, parts, query))
        else:
            counted = _counted(snapshot, figure, query, dated)
            found[digest] = [[part, _text(value), records] for part, value, records in counted]
    return found


def _counted(
    snapshot: Snapshot, figure: Figure, query: FigureQuery, dated: DatedPlaybook
) -> list[Row]:
    if distinct.is_quick(figure, query):
        key = digest_of(figure, FigureQuery(), dated)
        return _in_order(distinct.count(snapshot, figure, query, key=key))
    return count(snapshot, figure, query)


def _without(figures: Mapping[str, Figure], found: Mapping[str, Kept]) -> dict[str, Figure]:
    return {digest: figure for digest, figure in figures.items() if digest not in found}


def _of_subtrees(
    snapshot: Snapshot, missing: Mapping[str, Figure], query: FigureQuery
) -> dict[str, Kept]:
    """Those that add up, from each place or organisation by itself: counted once for all depths."""
    found = {d: (figure, totals.base(figure, query)) for d, figure in missing.items()}
    added = {d: figure for d, (figure, base) in found.items() if base}
    base = next((base for _figure, base in found.values() if base), None)
    if base is None:
        return {}
    counted = keep(snapshot, list(added.values()), base)
    return {
        digest: totals.of_subtrees(paths, query)
        for digest, paths in zip(added, counted, strict=True)
    }


def _of_the_one_before(
    snapshot: Snapshot, wanted: Mapping[str, Figure], query: FigureQuery
) -> dict[str, Kept]:
    """Results that follow from those kept of the newest other snapshot. Of figures whose tables are
    the same in both they are the same: a visit leaves what households are counted by as it was.
    Others change, on the same day, by the rows that differ.
    """
    others = Snapshot.objects.filter(campaign=snapshot.campaign_id).exclude(pk=snapshot.pk)
    before = others.first() if wanted else None
    if before is None:
        return {}
    known = FigureValue.objects.filter(snapshot=before, digest__in=list(wanted))
    kept: dict[str, Kept] = dict(known.values_list("digest", "result"))
    files = {name: table["files"] for name, table in before.tables.items()}
    same = {name for name, own in snapshot.tables.items() if own["files"] == files.get(name)}
    dated = dated_playbook(snapshot)
    found = {d: k for d, k in kept.items() if tables_of(wanted[d], query, dated) <= same}
    if before.as_of == snapshot.as_of:
        changed = {d: (wanted[d], result) for d, result in kept.items() if d not in found}
        if changed:
            found |= differences.from_before(before, snapshot, query, changed)
    return found


@apart
def count(snapshot: Snapshot, figure: Figure, query: FigureQuery) -> list[Row]:
    """Count a figure from the files, whatever is kept."""
    dated = dated_playbook(snapshot)
    rows = duck.run(
        snapshot,
        lambda: expression(figure, query, dated),
        tables=tables_of(figure, query, dated),
        key=digest_of(figure, query, dated),
    )
    return _in_order(rows)


def _in_order(rows: Iterable[tuple[Any, ...]]) -> list[Row]:
    found = (_row(part, _text(value), records or 0) for part, value, records in rows)
    return sorted(found, key=lambda row: differences.in_order(row[0]))


def _text(value: Any) -> str | None:
    """Exact for decimals; floats (means, ratios) to the six digits that are the same everywhere."""
    if value is None:
        return None
    return str(round(value, 6)) if isinstance(value, float) else str(value)


def _rows(result: Kept, *, part: str | None = None) -> list[Row]:
    """What is kept, in numbers; of one part alone, if it is named."""
    return [_row(*row) for row in result if part is None or row[0] == part]


def _row(part: str | None, value: str | None, records: int) -> Row:
    return part, None if value is None else Decimal(value), records


def _value(snapshot: Snapshot, figure: Figure, row: Row) -> Value:
    part, bare, records = row
    return Value(
        key=figure.key,
        name=str(figure.name),
        value=None if bare is None else _shown(figure, bare),
        unit=str(figure.unit),
        counts=figure.counts,
        as_of=snapshot.as_of,
        snapshot=snapshot.key,
        records=records,
        part=part,
    )


def _shown(figure: Figure, bare: Decimal) -> Number:
    """Fen become yuan, also per household; a fraction becomes percent; what is whole, whole."""
    if figure.counts == "money":
        return (bare / FEN).quantize(Decimal("0.01"))
    if figure.counts == "share" and figure.measure in ("ratio", "mean"):
        bare = bare * 100
    if bare == int(bare):
        return int(bare)
    return bare.quantize(Decimal("0.01"))
