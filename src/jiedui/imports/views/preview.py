"""What a list would do, row by row, and the buttons that do it, undo it or drop it."""

from functools import cached_property
from typing import Any, ClassVar

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from jiedui.core.doors import needs
from jiedui.core.lists import (
    Badge,
    Choice,
    Column,
    Empty,
    Filter,
    Listing,
    Search,
    YesNo,
    listing_view,
)
from jiedui.core.texts import count_text
from jiedui.core.users import User
from jiedui.imports import actions
from jiedui.imports.models import Kind, StagedRow, Upload
from jiedui.imports.staging import shown
from jiedui.imports.views import accounting
from jiedui.imports.views.steps import context, fetch, unsure

Outcome = StagedRow.Outcome
TONES: dict[str, tuple[Any, str]] = {
    Outcome.NEW: ("green", "plus"),
    Outcome.CHANGED: ("blue", "pencil"),
    Outcome.SAME: ("grey", "check"),
    Outcome.DOUBTFUL: ("amber", "help-circle"),
    Outcome.BAD: ("red", "alert-circle"),
    Outcome.SKIPPED: ("grey", "minus"),
}


def _badge(row: StagedRow) -> Badge:
    tone, icon = TONES[row.outcome]
    return Badge(row.get_outcome_display(), tone, icon)


def _what(row: StagedRow) -> SafeString:
    is_new = row.outcome == Outcome.NEW
    lines = shown.values(row) if is_new else shown.changes(row)
    page = {"row": row, "lines": lines, "is_new": is_new}
    return render_to_string("imports/_changes.html", page)


def _target(row: StagedRow) -> Badge | str:
    """Whether the household is one of those a campaign pairs."""
    if row.is_targeted is None:
        return ""
    if row.is_targeted:
        return Badge(_("inside the target group"), "green", "target")
    return Badge(_("only on the register"), "grey", "minus")


class ByTab(Choice):
    """Chosen by the tabs above the list, so it shows no box of its own."""

    template = "imports/_no_filter.html"


class Rows(Listing[StagedRow]):
    key = "import-rows"
    title = gettext_lazy("Preview")
    icon = "table"
    model = StagedRow
    permission = "import"
    export_permission = "nobody"
    order = ("pk",)
    columns: ClassVar[tuple[Column, ...]] = (
        Column("title", gettext_lazy("Who or what"), sort="title"),
        Column("number", gettext_lazy("Row"), kind="count", sort=("sheet", "number")),
        Column("where", gettext_lazy("Where"), sort="where"),
        Column("outcome", gettext_lazy("What happens"), value=_badge),
        Column("what", gettext_lazy("In detail"), value=_what),
    )
    filters: ClassVar[tuple[Filter, ...]] = (
        Search("title", "where"),
        ByTab("outcome", gettext_lazy("What happens"), Outcome.choices),
    )
    empty = Empty("table", gettext_lazy("No rows"), gettext_lazy("The list has no entries."))
    template = "imports/show.html"

    @cached_property
    def upload(self) -> Upload:
        rows = Upload.objects.visible_to(self.user)
        found: Upload = get_object_or_404(rows, pk=self.kwargs["pk"])
        return found

    def rows(self, user: User) -> QuerySet[StagedRow]:
        return StagedRow.objects.filter(upload=self.upload)

    def dress(self, rows: QuerySet[StagedRow]) -> QuerySet[StagedRow]:
        return rows.select_related("upload")

    def extra(self) -> dict[str, Any]:
        upload = self.upload
        chosen = self.values.get("outcome", "")
        outcomes = [
            (name, word, upload.count(name), self.link(outcome=name), name == chosen)
            for name, word in Outcome.choices
            if upload.count(name)
        ]
        return context(upload, "show") | {
            "title": upload.name,
            "outcomes": outcomes,
            "all_tab": (upload.count("rows"), self.link(outcome=""), not chosen),
            "undecided": actions.undecided(upload) if upload.is_open else 0,
            "confirm": _confirm(upload),
            "work": upload.count("new") + upload.count("changed"),
            "sums": accounting.sums(upload),
            "filled": accounting.filled(upload),
            "lacking": accounting.lacking(upload),
        }


class HouseholdRows(Rows):
    key = "import-household-rows"
    columns = (
        *Rows.columns[:-1],
        Column("target", gettext_lazy("Target group"), value=_target),
        Rows.columns[-1],
    )
    filters = (
        *Rows.filters,
        YesNo("is_targeted", gettext_lazy("Inside the target group"), yes=Q(is_targeted=True)),
    )


def _confirm(upload: Upload) -> str:
    """The question before applying: what will be written and what is left out."""
    made, changed = upload.count("new"), upload.count("changed")
    left = upload.count("bad") + upload.count("skipped")
    question = _("Take over %(new)s new and %(changed)s changed rows?") % {
        "new": count_text(made),
        "changed": count_text(changed),
    }
    if not left:
        return question
    rest = ngettext("%(left)s row is left out.", "%(left)s rows are left out.", left)
    return f"{question} {rest % {'left': count_text(left)}}"


_rows = listing_view(Rows)
_household_rows = listing_view(HouseholdRows)


@needs("import")
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """To the first step of a fresh list that asks for something."""
    upload = fetch(request, pk)
    if not upload.is_open:
        return redirect(upload)
    if upload.unanswered or any(block["hidden_rows"] for block in upload.blocks):
        return redirect("imports:layout", pk)
    if unsure(upload) and not upload.corrections:
        return redirect("imports:columns", pk)
    if upload.count("mistakes"):
        return redirect("imports:mistakes", pk)
    return redirect("imports:doubles" if actions.undecided(upload) else "imports:show", pk)


@needs("import")
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """The preview; while a job works on the list, the job; of a refused file, the reason."""
    upload = fetch(request, pk)
    if upload.state in (Upload.State.READING, Upload.State.APPLYING):
        return _wait(request, upload)
    if upload.state in (Upload.State.REFUSED, Upload.State.DROPPED):
        return render(request, "imports/refused.html", {"upload": upload})
    if upload.is_open and not upload.seal and not actions.undecided(upload):
        return redirect(actions.check(upload, by=request.user))
    rows = _household_rows if upload.kind == Kind.HOUSEHOLDS else _rows
    return rows(request, pk=pk)


def _wait(request: HttpRequest, upload: Upload) -> HttpResponse:
    # Without a job, the request that received the file was cut off before it queued one.
    job = upload.job or actions.check(upload, by=request.user)
    return redirect(job)


@needs("import")
@require_POST
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    upload = fetch(request, pk)
    return redirect(actions.apply(upload, by=request.user))


@needs("import")
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    upload = fetch(request, pk)
    return redirect(actions.undo(upload, by=request.user))


@needs("import")
@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    upload = fetch(request, pk)
    actions.drop(upload, by=request.user)
    messages.success(request, _("The list was dropped; nothing of it was kept."))
    return redirect("imports:list")
