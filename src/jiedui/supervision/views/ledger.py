"""问题整改台账: every issue on A4 landscape, in the usual columns (reference R14), and as .xlsx."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiedui.core import audit, xlsx
from jiedui.core.doors import needs
from jiedui.core.paper import PRINTED, on_paper
from jiedui.core.texts import day_text
from jiedui.core.xlsx import Head, Table
from jiedui.supervision import words
from jiedui.supervision.models import Issue
from jiedui.supervision.views.issues import Issues

HEADS = (
    gettext_lazy("No."),
    gettext_lazy("Source"),
    gettext_lazy("Found on"),
    gettext_lazy("Problem"),
    gettext_lazy("Organisation answerable"),
    gettext_lazy("Person answerable"),
    gettext_lazy("Measure"),
    gettext_lazy("Time limit"),
    gettext_lazy("How it stands"),
    gettext_lazy("Evidence"),
    gettext_lazy("Accepted by"),
    gettext_lazy("Struck off on"),
    gettext_lazy("Came back"),
)


@dataclass(frozen=True)
class Sheet:
    """The filters of the list of issues hold here as well."""

    rows: QuerySet[Any]
    total: int
    chips: list[Any]
    query: str

    def lines(self, most: int | None = None) -> Iterator[list[str]]:
        rows = self.rows.select_related("campaign", "organisation", "owner", "checked_by")
        rows = rows.prefetch_related("measures").order_by("found_on", "pk")
        for number, issue in enumerate(rows[:most], start=1):
            yield [str(number), *_cells(issue)]


def _cells(issue: Issue) -> list[str]:
    # Evidence stays empty here: it is kept in paper files and signed for by hand.
    return [
        words.source_name(issue),
        day_text(issue.found_on),
        issue.text,
        issue.organisation.name,
        issue.owner.name if issue.owner else "",
        "；".join(one.text for one in issue.measures.all()),
        day_text(issue.due),
        str(issue.get_state_display()),
        "",
        audit.signed(issue.checked_by),
        day_text(issue.closed_on),
        str(issue.times_reopened or ""),
    ]


def _sheet(request: HttpRequest) -> Sheet:
    """What leaves on paper and as a workbook alike: the issues that the user may export."""
    found: Any = Issues(request.user, params=request.GET, path=request.path).taken_away()
    return Sheet(found.filtered, found.total, found.chips, request.GET.urlencode())


@needs("registers.export")
def paper(request: HttpRequest) -> HttpResponse:
    sheet = _sheet(request)
    context = {
        "heads": HEADS,
        "sheet": sheet,
        "lines": sheet.lines(PRINTED),
        "is_cut": sheet.total > PRINTED,
        "printed": PRINTED,
        "today": timezone.localdate(),
        "may_export": request.user.may("registers.export"),  # type: ignore[union-attr]
    }
    rows = min(sheet.total, PRINTED)
    return on_paper(request, "supervision/ledger.html", context, of="issue_ledger", rows=rows)


@needs("registers.export")
def workbook(request: HttpRequest) -> HttpResponse:
    sheet = _sheet(request)
    file = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115 (the response closes it)
    heads = [Head(str(title), 30 if at in (3, 6) else 12) for at, title in enumerate(HEADS)]
    with xlsx.workbook(file) as book:
        table = Table(book, _("Ledger of issues"), heads, frame=True)
        for line in sheet.lines():
            table.add(line)
    file.seek(0)
    audit.record("register.exported", by=request.user, listing="issue_ledger", rows=sheet.total)
    name = f"{_('Ledger of issues')}-{timezone.localdate():%Y%m%d}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name)  # type: ignore[return-value]
