"""All mistakes of a list at once, and the sender's own workbook with them marked."""

from functools import cached_property
from typing import Any

from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiedui.core import audit
from jiedui.core.doors import needs
from jiedui.core.lists import Badge, Choice, Column, Empty, Listing, Search, listing_view
from jiedui.core.users import User
from jiedui.imports.columns.schemas import SCHEMAS
from jiedui.imports.models import Flaw, Upload
from jiedui.imports.views import accounting, settling
from jiedui.imports.views.steps import context, fetch
from jiedui.imports.workbooks import marking

_OFTEN = 10  # times; what is wrong in so many rows is mended once, in the column


def _badge(flaw: Flaw) -> Badge:
    if flaw.is_error:
        return Badge(_("mistake"), "red", "alert-circle")
    return Badge(_("doubtful"), "amber", "help-circle")


def _field(flaw: Flaw) -> str:
    field = SCHEMAS[flaw.upload.kind].by_key.get(flaw.field)
    return field.title if field else ""


def _by_severity(rows: QuerySet[Flaw], value: str) -> QuerySet[Flaw]:
    return rows.filter(is_error=value == "mistake")


class Mistakes(Listing[Flaw]):
    key = "import-mistakes"
    title = gettext_lazy("Mistakes")
    icon = "alert-circle"
    model = Flaw
    permission = "import"
    export_permission = "nobody"  # the marked workbook says it better
    order = ("-is_error", "sheet", "row", "pk")
    # A telephone shows the first ones: where it is, what is wrong, how to mend it.
    columns = (
        Column("cell", gettext_lazy("Cell"), sort=("sheet", "row", "column")),
        Column("field", gettext_lazy("Column"), value=_field, sort="field"),
        Column("message", gettext_lazy("What is wrong"), sort="message"),
        Column("mend", gettext_lazy("How to mend it")),
        Column("value", gettext_lazy("Found")),
        Column("severity", gettext_lazy("Weight"), value=_badge),
        Column("sheet", gettext_lazy("Sheet")),
    )
    filters = (
        Search("message", "mend"),
        Choice(
            "weight",
            gettext_lazy("Weight"),
            [("mistake", gettext_lazy("mistake")), ("doubtful", gettext_lazy("doubtful"))],
            by=_by_severity,
        ),
    )
    empty = Empty(
        "circle-check",
        gettext_lazy("No mistakes"),
        gettext_lazy("Every row can be taken over."),
    )
    template = "imports/mistakes.html"

    @cached_property
    def upload(self) -> Upload:
        rows = Upload.objects.visible_to(self.user)
        found: Upload = get_object_or_404(rows, pk=self.kwargs["pk"])
        return found

    def rows(self, user: User) -> QuerySet[Flaw]:
        return Flaw.objects.filter(upload=self.upload)

    def dress(self, rows: QuerySet[Flaw]) -> QuerySet[Flaw]:
        return rows.select_related("upload")

    def extra(self) -> dict[str, Any]:
        upload = self.upload
        to_settle = settling.columns(upload) if upload.is_open else []
        return context(upload, "mistakes") | {
            "often": self._often(),
            "columns_to_settle": to_settle,
            "sums": accounting.sums(upload),
            "lacking": accounting.lacking(upload) if upload.is_open else [],
        }

    def _often(self) -> list[tuple[str, str, int, str]]:
        """The mistakes told many times over: column, what is wrong, how often, its rows."""
        if self.values:
            return []
        frequent = self.rows(self.user).values("field", "message").annotate(times=Count("pk"))
        fields = SCHEMAS[self.upload.kind].by_key
        return [
            (
                fields[one["field"]].title if one["field"] in fields else "",
                one["message"],
                one["times"],
                self.link(q=one["message"]),
            )
            for one in frequent.filter(times__gte=_OFTEN).order_by("-times", "field")[:6]
        ]


_mistakes = listing_view(Mistakes)


@needs("import")
def mistakes(request: HttpRequest, pk: int) -> HttpResponse:
    upload = fetch(request, pk)
    if upload.state in (Upload.State.READING, Upload.State.REFUSED, Upload.State.APPLYING):
        return redirect(upload)
    return _mistakes(request, pk=pk)


@needs("import")
def annotated(request: HttpRequest, pk: int) -> HttpResponse:
    """To the job that makes the workbook that was sent with its mistakes marked."""
    upload = fetch(request, pk)
    if not upload.path.is_file():
        raise Http404
    audit.read(upload, ["file"], by=request.user)
    return redirect(marking.mark(upload, by=request.user))
