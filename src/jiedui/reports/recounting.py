"""The figures of a bulletin counted again from the snapshot that it keeps, one line for each."""

from dataclasses import dataclass

from jiedui.figures import actions as figures
from jiedui.figures.evaluation import recount
from jiedui.reports import figure_query, wording
from jiedui.reports.models import Bulletin


@dataclass(frozen=True)
class Line:
    """`value` is what the bulletin keeps, `recomputed` what its snapshot comes to now."""

    id: str
    key: str
    name: str
    unit: str
    counts: str
    shown: str
    value: str | None
    recomputed: str | None
    records: int
    equal: bool


def lines(bulletin: Bulletin) -> tuple[Line, ...]:
    """Every figure counted again from the files, results kept from before aside."""
    with bulletin.in_own_language():
        return tuple(_line(bulletin, one) for one in bulletin.figures)


def is_equal(bulletin: Bulletin) -> bool:
    """Whether the files are whole and every figure still comes to what the bulletin says."""
    is_whole = figures.verify_snapshot(bulletin.snapshot).equal
    return is_whole and all(one.equal for one in lines(bulletin))


def _line(bulletin: Bulletin, entry: figure_query.Entry) -> Line:
    value = _again(bulletin, entry)
    kept = wording.number_of(entry["value"])
    is_shown = wording.shown(entry) == entry["shown"]
    return Line(
        id=entry["id"],
        key=entry["key"],
        name=entry["name"],
        unit=entry["unit"],
        counts=entry["counts"],
        shown=entry["shown"],
        value=entry["value"],
        recomputed=value,
        records=entry["records"],
        equal=is_shown and value != "" and wording.number_of(value) == kept,
    )


def _again(bulletin: Bulletin, entry: figure_query.Entry) -> str | None:
    """The figure counted from the files; "" when the files cannot be read any more."""
    try:
        value = recount(
            bulletin.snapshot,
            figure_query.figure_of(bulletin.campaign, entry),
            place=figure_query.place_of(entry),
            organisation=figure_query.organisation_of(entry),
            since=figure_query.day_of(entry["since"]),
            until=figure_query.day_of(entry["until"]),
        )
    except Exception as error:  # DuckDB and the file system have many words for a damaged file
        if not _is_damage(error):
            raise
        return ""
    return figure_query.text_of(value.value)


def _is_damage(error: Exception) -> bool:
    return isinstance(error, OSError) or type(error).__module__.split(".")[0] in (
        "duckdb",
        "_duckdb",
    )
