"""Rows that are probably entries of the registers: a person decides, side by side."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext

from jiedui.core.doors import needs
from jiedui.core.users import User
from jiedui.imports import actions
from jiedui.imports.models import StagedRow, Upload
from jiedui.imports.staging import shown
from jiedui.imports.views.steps import context, fetch

A_PAGE = 10


@needs("import")
def doubles(request: HttpRequest, pk: int) -> HttpResponse:
    upload = fetch(request, pk)
    if request.method == "POST":
        return _decide(request, upload)
    rows = upload.rows.filter(is_doubtful=True).order_by("pk")
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    cards = [_card(row, upload, request.user) for row in page]
    found = context(upload, "doubles") | {
        "cards": cards,
        "page": page,
        "undecided": actions.undecided(upload),
        "total": page.paginator.count,
    }
    return render(request, "imports/doubles.html", found)


def _card(row: StagedRow, upload: Upload, user: User) -> dict[str, Any]:
    row.upload = upload
    lines, sides = shown.sides(row, by=user)
    table = [
        (line.label, line.new, [side.cells[number] for side in sides])
        for number, line in enumerate(lines)
        if line.new or any(side.cells[number][0] for side in sides)
    ]
    return {"row": row, "sides": sides, "table": table}


def _key(text: str) -> int | None:
    """A key of a row; a number no database holds is none."""
    return int(text) if text.isdecimal() and len(text) < 19 else None


def _candidate(text: str) -> int | None:
    """A record, or below zero a row of the same list."""
    key = _key(text.removeprefix("-"))
    return -key if key is not None and text.startswith("-") else key


def _decide(request: HttpRequest, upload: Upload) -> HttpResponse:
    """One answer per card; `rest` answers all that are still open."""
    for name, answer in request.POST.items():
        row = _key(name.removeprefix("row-")) if name.startswith("row-") else None
        if row is not None and answer:
            decision, _colon, target = str(answer).partition(":")
            actions.decide(upload, [row], decision, by=request.user, target=_candidate(target))
    if rest := request.POST.get("rest", ""):
        open_rows = upload.rows.filter(is_doubtful=True, decision="")
        keys = open_rows.values_list("pk", flat=True)
        actions.decide(upload, list(keys), rest, by=request.user)
    left = actions.undecided(upload)
    if not left:
        return redirect(actions.check(upload, by=request.user))
    message = ngettext("%(left)d row is still open.", "%(left)d rows are still open.", left)
    messages.info(request, message % {"left": left})
    number = request.POST.get("next", "")
    return redirect(f"{request.path}?page={number}" if _key(number) is not None else request.path)
