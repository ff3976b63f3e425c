"""The list of uploads, sending a new one, templates and files to fill in."""

from io import BytesIO
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiedui.core.doors import needs
from jiedui.core.lists import Badge, Choice, Column, Empty, Listing, Search
from jiedui.core.sending import send
from jiedui.core.texts import day_text
from jiedui.imports import actions
from jiedui.imports.columns.schemas import SCHEMAS
from jiedui.imports.forms import UploadForm
from jiedui.imports.models import Kind, Upload
from jiedui.imports.workbooks import exporting
from jiedui.imports.workbooks.templates_xlsx import template as write_template

TONES: dict[str, tuple[Any, str]] = {
    Upload.State.READING: ("blue", "hourglass"),
    Upload.State.REFUSED: ("red", "alert-circle"),
    Upload.State.CHECKED: ("amber", "eye"),
    Upload.State.APPLYING: ("blue", "hourglass"),
    Upload.State.APPLIED: ("green", "circle-check"),
    Upload.State.UNDONE: ("grey", "arrow-back-up"),
    Upload.State.DROPPED: ("grey", "circle-x"),
}
ICONS = {
    Kind.HOUSEHOLDS: "home-heart",
    Kind.PEOPLE: "users",
    Kind.NEEDS: "clipboard-list",
    Kind.ORGANISATIONS: "sitemap",
    Kind.MEMBERS: "user-check",
    Kind.TEAMS: "users-group",
    Kind.PLACES: "stairs",
}
DESCRIPTIONS = {
    Kind.HOUSEHOLDS: gettext_lazy("One row per household, or one per person as national lists are"),
    Kind.PEOPLE: gettext_lazy("People of households that are on the register"),
    Kind.NEEDS: gettext_lazy("What households need, with urgency and day"),
    Kind.ORGANISATIONS: gettext_lazy("Units, branches and groups, in any order"),
    Kind.MEMBERS: gettext_lazy("Party members and officials with their branch"),
    Kind.TEAMS: gettext_lazy("Volunteer teams and service stations, with who is in them"),
    Kind.PLACES: gettext_lazy("Estates, buildings, stairwells, grids and zones"),
}


def state_badge(upload: Upload) -> Badge:
    """The state of an upload as word, tone and sign."""
    tone, icon = TONES[upload.state]
    return Badge(upload.get_state_display(), tone, icon)


def _counted(name: str) -> Any:
    return lambda row: row.count(name)


class Uploads(Listing[Upload]):
    key = "uploads"
    title = gettext_lazy("Import")
    icon = "upload"
    model = Upload
    url = "imports:list"
    permission = "import"
    order = ("-made",)
    columns = (
        Column("name", gettext_lazy("File"), sort="name", link=True),
        Column("kind", gettext_lazy("Kind of list"), sort="kind", value="get_kind_display"),
        Column("state", gettext_lazy("State"), value=state_badge, sort="state"),
        Column("rows", gettext_lazy("Rows"), kind="count", value=_counted("rows")),
        Column("new", gettext_lazy("New"), kind="count", value=_counted("new")),
        Column("changed", gettext_lazy("Changed"), kind="count", value=_counted("changed")),
        Column("mistakes", gettext_lazy("Mistakes"), kind="count", value=_counted("mistakes")),
        Column("made", gettext_lazy("Sent"), kind="moment", sort="made"),
    )
    filters = (
        Search("name"),
        Choice("kind", gettext_lazy("Kind of list"), Kind.choices),
        Choice("state", gettext_lazy("State"), Upload.State.choices),
    )
    empty = Empty(
        "upload",
        gettext_lazy("Nothing has been imported yet"),
        gettext_lazy("Choose a kind of list above and send the file as you have it."),
    )
    template = "imports/list.html"

    def extra(self) -> dict[str, Any]:
        kinds = [(kind.value, kind.label, ICONS[kind], DESCRIPTIONS[kind]) for kind in Kind]
        return {"kinds": kinds}


@needs("import")
def new(request: HttpRequest) -> HttpResponse:
    kind = request.POST.get("kind") or request.GET.get("kind", "")
    if kind not in Kind.values:
        return redirect("imports:list")
    form = UploadForm(request.POST or None, request.FILES or None, initial={"kind": kind})
    if answer := send(request, form, lambda: _received(request, form)):
        return answer
    context = {"form": form, "kind": Kind(kind), "icon_name": ICONS[Kind(kind)]}
    return render(request, "imports/new.html", context)


def _received(request: HttpRequest, form: UploadForm) -> HttpResponse:
    file = form.cleaned_data["file"]
    upload = actions.receive(form.cleaned_data["kind"], file.name, file.chunks(), by=request.user)
    if before := actions.earlier(upload):
        message = _("This very file was imported on %(day)s; see below what is new since.")
        messages.info(request, message % {"day": day_text(before.applied)})
    return redirect(actions.check(upload, by=request.user))


@needs("import")
def template(request: HttpRequest, kind: str) -> HttpResponse:
    """An empty workbook to fill in."""
    schema = SCHEMAS.get(kind)
    if schema is None:
        raise Http404
    out = BytesIO()
    write_template(schema, out)
    return _workbook(out, f"{schema.title}-{_('template')}.xlsx")


@needs(exporting.PERMISSION)
def registers(request: HttpRequest, kind: str) -> HttpResponse:
    """What the registers hold, as a file that can be corrected and sent in again."""
    if kind not in exporting.KINDS:
        raise Http404
    if exporting.is_large(kind, by=request.user):
        return redirect(exporting.in_background(kind, by=request.user))
    out = BytesIO()
    exporting.write(kind, out, by=request.user)
    return _workbook(out, exporting.file_name(kind))


def _workbook(out: BytesIO, name: str) -> HttpResponse:
    out.seek(0)
    return FileResponse(out, as_attachment=True, filename=name)  # type: ignore[return-value]
