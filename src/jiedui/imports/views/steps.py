"""The steps every page of an upload shows, and how an upload is fetched."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from jiedui.core import readings
from jiedui.imports import actions
from jiedui.imports.models import Upload


@dataclass(frozen=True)
class Step:
    """One step: where it is, what is to be done there, and whether one is there."""

    name: str
    label: str
    href: str
    count: int
    tone: str  # of the count: amber asks for something, red is wrong, grey informs
    is_here: bool


def fetch(request: HttpRequest, pk: int) -> Upload:
    """The upload, or 404 for a stranger; a failed job is told to it first."""
    rows = Upload.objects.visible_to(request.user).select_related("job", "owner")
    upload: Upload = get_object_or_404(rows, pk=pk)
    actions.recover(upload)
    return upload


def unsure(upload: Upload) -> int:
    """Columns a person should look at: not recognised, or only by likeness."""
    with readings.unseen():  # counted only
        columns = [column for sheet in upload.sheets.values() for column in sheet]
    return sum(c["by"] in ("similar", "taken", "others", "") for c in columns)


def steps(upload: Upload, here: str) -> list[Step]:
    """The way of a list, for the head of its pages."""
    mistakes = upload.count("mistakes")
    count = actions.undecided(upload) if upload.is_open else 0
    named = (
        ("layout", pgettext("step", "Sheets"), upload.unanswered, "amber"),
        ("columns", pgettext("step", "Columns"), unsure(upload), "amber"),
        ("mistakes", _("Mistakes"), mistakes or upload.count("warnings"),
         "red" if mistakes else "grey"),
        ("doubles", _("Duplicates"), count, "amber"),
        ("show", _("Preview"), upload.count("new") + upload.count("changed"), "grey"),
    )  # fmt: skip
    return [
        Step(name, label, reverse(f"imports:{name}", args=[upload.pk]), number, tone, name == here)
        for name, label, number, tone in named
    ]


def context(upload: Upload, here: str) -> dict[str, Any]:
    """What the head of every page of an upload needs."""
    return {"upload": upload, "steps": steps(upload, here), "here": here}
