"""Is what a bulletin says still true of the records it was counted from? Figure by figure."""

from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from jiedui.core.models import AuditEntry
from jiedui.core.refusals import Refused
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


@dataclass(frozen=True)
class Result:
    """`equal` only if the files, the text and every figure are as they were."""

    bulletin: int
    title: str
    number: str
    state: str
    snapshot: str
    as_of: str
    files_equal: bool
    difference: str
    text_equal: bool
    figures: tuple[Line, ...]

    @property
    def equal(self) -> bool:
        return self.files_equal and self.text_equal and all(one.equal for one in self.figures)

    def as_dict(self) -> dict[str, Any]:
        return {
            **asdict(self),
            "figures": [asdict(one) for one in self.figures],
            "equal": self.equal,
        }


def verify(bulletin: Bulletin) -> Result:
    """Hash the snapshot's files, then count every figure again from them, kept results aside."""
    snapshot = bulletin.snapshot
    verdict = figures.verify_snapshot(snapshot)
    with bulletin.spoken():
        lines = tuple(_line(bulletin, one) for one in bulletin.figures)
    return Result(
        bulletin=bulletin.pk,
        title=bulletin.title,
        number=bulletin.number,
        state=bulletin.state,
        snapshot=snapshot.key,
        as_of=snapshot.as_of.isoformat(),
        files_equal=verdict.equal,
        difference=verdict.difference,
        text_equal=_is_text_equal(bulletin),
        figures=lines,
    )


def find(number: int | str) -> Bulletin:
    """By its key or its public token. Raises `Refused`."""
    wanted = Q(token=str(number))
    if str(number).isdecimal():
        wanted |= Q(pk=int(number))
    found = Bulletin.objects.filter(wanted).select_related("snapshot", "campaign").first()
    if found is None:
        raise Refused(_("There is no bulletin %(number)s.") % {"number": number})
    return found


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


def _is_text_equal(bulletin: Bulletin) -> bool:
    """A frozen text still has the hash that the audit chain kept when it was frozen."""
    if not bulletin.is_frozen:
        return True
    digest = bulletin.digest_with(
        year=bulletin.year, serial=bulletin.serial, issued_on=bulletin.issued_on
    )
    entry = AuditEntry.objects.filter(
        action="bulletin.frozen", kind="reports.bulletin", subject=str(bulletin.pk)
    ).last()
    return entry is not None and digest == bulletin.digest == entry.content.get("digest")
