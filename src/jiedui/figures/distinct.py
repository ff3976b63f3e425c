"""Different people or households in whole subtrees, from one look at the files of a snapshot.

They do not add up. But whom a figure counts at each place and organisation by itself is far less
than the rows behind it, and whoever is counted in a subtree is counted somewhere in it.
`expressions.expression` gives the same from the files, for whoever counts again.
"""

from typing import Any

from jiedui.campaigns.playbook.publishing import Figure
from jiedui.core.apart import apart
from jiedui.figures import duck, schemas
from jiedui.figures.expressions import (
    EXACT,
    DatedPlaybook,
    FigureQuery,
    no_part,
    parted,
    selected,
    tables_of,
)
from jiedui.figures.models import Snapshot

TABLE = "counted"  # columns: org_path, place, who, records


def is_quick(figure: Figure, query: FigureQuery) -> bool:
    """Whether `count` can answer: the whole campaign, or subtrees, without a period."""
    kind = query.by.partition("/")[0]
    is_whole = kind in ("", "org", "place") and query == FigureQuery(by=query.by)
    return is_whole and figure.measure == "count" and figure.distinct is not None


@apart
def count(
    snapshot: Snapshot, figure: Figure, query: FigureQuery, *, key: str
) -> list[tuple[Any, ...]]:
    """Part, value and records; `key` stands for the figure's definition."""
    dated = DatedPlaybook(snapshot.campaign.playbook, snapshot.as_of)
    with duck.lock:  # or the snapshot might be closed between the two
        duck.hold(
            snapshot,
            key,
            TABLE,
            lambda: counted(figure, dated),
            tables=tables_of(figure, FigureQuery(), dated),
        )
        return duck.run(
            snapshot,
            lambda: among_counted(figure, query),
            tables=(),
            key=f"{key} {query.by}",
            schema=key,
        )


def counted(figure: Figure, dated: DatedPlaybook) -> Any:
    """Whom a figure counts at each place and organisation, and the rows behind it."""
    rows = selected(figure, FigureQuery(), dated)
    rows = rows.mutate(who=rows[str(figure.distinct)])
    return rows.group_by("org_path", "place", "who").aggregate(records=rows.who.count())


def among_counted(figure: Figure, query: FigureQuery) -> Any:
    """The figure from what `counted` gives."""
    import ibis

    table = str(figure.over)
    known = schemas.types(table)
    kinds = {name: known[name] for name in ("org_path", "place")}
    kinds |= {"who": known[str(figure.distinct)], "records": "int64"}
    rows = ibis.table(kinds, name=TABLE)
    rows = parted(rows, table, query.by) if query.by else rows
    sums = {
        "value": rows.who.nunique().cast(EXACT),
        "records": rows.records.sum().cast("int64").fill_null(0),
    }
    if query.by:
        return rows.group_by("part").aggregate(**sums)
    return rows.aggregate(**sums).select(part=no_part(), value="value", records="records")
