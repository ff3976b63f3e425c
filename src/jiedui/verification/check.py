"""Is what a bulletin says still true of the records it was counted from? Figure by figure."""

from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from jiedui.core.models import AuditEntry
from jiedui.core.refusals import Refused
from jiedui.figures import actions as figures
from jiedui.reports import recounting
from jiedui.reports.models import Bulletin
from jiedui.reports.recounting import Line


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
        figures=recounting.lines(bulletin),
    )


def verify_json(number: int | str) -> dict[str, Any]:
    """For the command line, with stable keys. Raises `Refused`."""
    return verify(find(number)).as_dict()


def find(number: int | str) -> Bulletin:
    """By its key or its public token. Raises `Refused`."""
    wanted = Q(token=str(number))
    if str(number).isdecimal():
        wanted |= Q(pk=int(number))
    found = Bulletin.objects.filter(wanted).select_related("snapshot", "campaign").first()
    if found is None:
        raise Refused(_("There is no bulletin %(number)s.") % {"number": number})
    return found


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
