"""Which column is which: shown with samples, put right by a person, remembered."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from jiedui.core.doors import needs
from jiedui.imports import actions
from jiedui.imports.columns.schemas import SCHEMAS
from jiedui.imports.models import Upload
from jiedui.imports.views.steps import context, fetch


@needs("import")
def columns(request: HttpRequest, pk: int) -> HttpResponse:
    upload = fetch(request, pk)
    if request.method == "POST":
        job = actions.correct(upload, _chosen(request, upload), by=request.user)
        messages.success(request, _("The columns are as you said, now and next time."))
        return redirect(job)
    fields = [(field.key, field.title) for field in SCHEMAS[upload.kind].fields]
    sheets = [(sheet, _dressed(upload, found)) for sheet, found in upload.sheets.items()]
    page = context(upload, "columns") | {"sheets": sheets, "fields": fields}
    page["missing"] = _missing(upload)
    return render(request, "imports/columns.html", page)


def _chosen(request: HttpRequest, upload: Upload) -> dict[str, dict[int, str]]:
    return {
        sheet: {
            column["column"]: request.POST.get(f"{number}-{column['column']}", column["field"])
            for column in columns
        }
        for number, (sheet, columns) in enumerate(upload.sheets.items())
    }


def _dressed(upload: Upload, columns: list[dict[str, Any]]) -> list[dict[str, Any]]:
    fields = SCHEMAS[upload.kind].by_key
    badges = {
        "exact": (_("recognised"), "green", "check"),
        "normalised": (_("recognised"), "green", "check"),
        "part": (_("recognised"), "green", "check"),
        "chosen": (_("chosen by you"), "blue", "user-check"),
        "remembered": (_("as last time"), "blue", "history"),
        "similar": (_("please check"), "amber", "help-circle"),
        "taken": (_("another column is this already"), "amber", "help-circle"),
        "others": (_("may be somebody else's, please check"), "amber", "help-circle"),
        "": (_("not recognised"), "amber", "help-circle"),
    }
    dressed = []
    for column in columns:
        word, tone, icon = badges.get(column["by"], badges[""])
        field = fields.get(column["field"])
        if field and not field.is_kept:
            word, tone, icon = _("not kept"), "grey", "minus"
        elif not field and column["by"] in ("chosen", "remembered"):
            word, tone, icon = _("left out"), "grey", "minus"
        why = field.why_not if field else ""
        dressed.append(column | {"word": word, "tone": tone, "icon": icon, "why": why})
    return dressed


def _missing(upload: Upload) -> list[str]:
    """Required columns nobody found, sheet by sheet."""
    required = [field for field in SCHEMAS[upload.kind].fields if field.required]
    found = [{c["field"] for c in columns} for columns in upload.sheets.values()]
    return [f.title for f in required if any(f.key not in fields for fields in found)]
