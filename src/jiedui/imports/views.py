"""Doors to what was sent in: the list of uploads."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiedui.core.lists import Badge, Choice, Column, Empty, Listing, Search
from jiedui.imports.models import Kind, Upload

TONES = {
    Upload.State.READING: ("blue", "hourglass"),
    Upload.State.REFUSED: ("red", "alert-circle"),
    Upload.State.CHECKED: ("amber", "eye"),
    Upload.State.APPLYING: ("blue", "hourglass"),
    Upload.State.APPLIED: ("green", "circle-check"),
    Upload.State.UNDONE: ("grey", "arrow-back-up"),
    Upload.State.DROPPED: ("grey", "circle-x"),
}


def state_badge(upload: Upload) -> Badge:
    """The state of an upload as word, tone and sign."""
    tone, icon = TONES[Upload.State(upload.state)]
    return Badge(upload.get_state_display(), tone, icon)


class Uploads(Listing[Upload]):
    key = "uploads"
    title = gettext_lazy("Import")
    icon = "upload"
    model = Upload
    url = "imports:list"
    permission = "import"
    export_permission = "registers.export"
    order = ("-made",)
    columns = (
        Column("name", gettext_lazy("File"), sort="name", link=True),
        Column(
            "kind",
            gettext_lazy("Kind of list"),
            value=lambda row: row.get_kind_display(),
            sort="kind",
        ),
        Column("state", gettext_lazy("State"), value=state_badge, sort="state"),
        Column(
            "rows",
            gettext_lazy("Rows"),
            kind="count",
            value=lambda row: row.count("rows"),
        ),
        Column("new", gettext_lazy("New"), kind="count", value=lambda row: row.count("new")),
        Column(
            "changed", gettext_lazy("Changed"), kind="count", value=lambda row: row.count("changed")
        ),
        Column(
            "mistakes",
            gettext_lazy("Mistakes"),
            kind="count",
            value=lambda row: row.count("mistakes"),
        ),
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
        return {"kinds": Kind.choices, "uploads_title": _("Earlier imports")}
