"""Figures from figures: what is made of others, and subtrees from the places and organisations in
them. `expressions.expression` gives the same from the files, for whoever counts again.
"""

from collections.abc import Sequence
from decimal import Decimal

from jiedui.campaigns.playbook.publishing import Figure
from jiedui.figures.differences import Kept, in_order
from jiedui.figures.expressions import SUMS, DatedPlaybook, FigureQuery, is_float

NOTHING = Decimal("0.00")


def adds_up(figure: Figure, dated: DatedPlaybook) -> bool:
    """Whether it is made of figures that are kept exactly; means and ratios are rounded."""
    parts = [dated.playbook.figure(key) for key in figure.parts]
    return figure.measure in SUMS and not any(is_float(part, dated) for part in parts)


def base(figure: Figure, query: FigureQuery) -> FigureQuery | None:
    """The query whose parts add up to this one's: numbers and sums in trees; None if none do."""
    kind, _, length = query.by.partition("/")
    if figure.measure not in ("count", "sum") or figure.distinct or length == "0":
        return None
    if kind not in ("", "org", "place") or query != FigureQuery(by=query.by):
        return None
    return FigureQuery(by=f"{kind or 'place'}/0")


def of_subtrees(paths: Kept, query: FigureQuery) -> Kept:
    """The sums of what each place or organisation comes to by itself, in subtrees or altogether."""
    length = int(query.by.partition("/")[2] or 0)
    sums: dict[str | None, tuple[Decimal, int]] = {} if query.by else {None: (NOTHING, 0)}
    for path, value, records in paths:
        part = path[:length] if length and path and len(path) >= length else None
        before, count = sums.get(part, (NOTHING, 0))
        sums[part] = before + Decimal(value), count + records
    return [[part, str(sums[part][0]), sums[part][1]] for part in sorted(sums, key=in_order)]


def of_parts(figure: Figure, results: Sequence[Kept]) -> Kept:
    """The figure from the results of its parts, in the order it names them."""
    groups = {row[0] for result in results for row in result}
    columns = [{part: (value, records) for part, value, records in one} for one in results]
    rows: Kept = []
    for group in sorted(groups, key=in_order):
        found = [column.get(group, ("0.00", 0)) for column in columns]
        value = _combined(figure, [Decimal(value) for value, _records in found])
        rows.append([group, value, sum(records for _value, records in found)])
    return rows


def _combined(figure: Figure, values: Sequence[Decimal]) -> str | None:
    first, others = values[0], sum(values[1:], NOTHING)
    if figure.measure == "total":
        return str(first + others)
    if figure.measure == "difference":
        return str(first - others)
    return str(round(float(first) / float(others), 6)) if others else None
