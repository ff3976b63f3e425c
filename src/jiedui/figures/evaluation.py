"""What figures come to on a snapshot, exactly, with what they count and the day they stand for.

`evaluate` is the one door for dashboards, bulletins, scores and the command line. Values are kept
beside the snapshot: neither a snapshot nor a figure's definition ever changes.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from jiedui.campaigns.playbook.publishing import Figure
from jiedui.core.apart import apart
from jiedui.figures import duck, expressions, store
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
COUNTING = hashlib.sha256(Path(expressions.__file__).read_bytes()).hexdigest()
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
    asked = [(figure, FigureQuery(**within, since=first, until=last)) for first, last in periods]
    return [_value(snapshot, figure, rows[0]) for rows in _kept_or_counted(snapshot, asked)]


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
        return _kept_or_counted(snapshot, [(figure, query) for figure in figures])
    path, whole = subtree
    found = _kept_or_counted(snapshot, [(figure, whole) for figure in figures])
    return [
        [next((row for row in rows if row[0] == path), None) or _nothing(figure, path)]
        for figure, rows in zip(figures, found, strict=True)
    ]


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


def _kept_or_counted(
    snapshot: Snapshot, asked: Sequence[tuple[Figure, FigureQuery]]
) -> list[list[Row]]:
    dated = dated_playbook(snapshot)
    digests = [digest_of(figure, query, dated) for figure, query in asked]
    kept = {
        one.digest: [_row(*row) for row in one.result]
        for one in FigureValue.objects.filter(snapshot=snapshot, digest__in=set(digests))
    }
    missing = {d: one for d, one in zip(digests, asked, strict=True) if d not in kept}
    fresh = _of_the_one_before(
        snapshot, {d: tables_of(figure, query, dated) for d, (figure, query) in missing.items()}
    )
    for digest, (figure, query) in missing.items():
        if digest not in fresh:
            counted = count(snapshot, figure, query)
            fresh[digest] = [[part, _text(value), records] for part, value, records in counted]
        kept[digest] = [_row(*row) for row in fresh[digest]]
    FigureValue.objects.bulk_create(
        (FigureValue(snapshot=snapshot, digest=d, result=result) for d, result in fresh.items()),
        ignore_conflicts=True,
    )
    return [kept[digest] for digest in digests]


def _of_the_one_before(snapshot: Snapshot, wanted: dict[str, set[str]]) -> dict[str, Any]:
    """Results kept of the newest other snapshot, of those figures whose tables are the same in
    both: a visit leaves what households are counted by as it was.

    `wanted` are the tables each figure reads, by digest.
    """
    others = Snapshot.objects.filter(campaign=snapshot.campaign_id).exclude(pk=snapshot.pk)
    before = others.first() if wanted else None
    if before is None:
        return {}
    same = {name for name, own in snapshot.tables.items() if own == before.tables.get(name)}
    digests = [digest for digest, tables in wanted.items() if tables <= same]
    rows = FigureValue.objects.filter(snapshot=before, digest__in=digests)
    return dict(rows.values_list("digest", "result"))


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
    return sorted(
        (_row(part, _text(value), records or 0) for part, value, records in rows),
        key=lambda row: (row[0] is None, row[0] or ""),
    )


def _text(value: Any) -> str | None:
    """Exact for decimals; floats (means, ratios) to the six digits that are the same everywhere."""
    if value is None:
        return None
    return str(round(value, 6)) if isinstance(value, float) else str(value)


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
