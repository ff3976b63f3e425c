"""Pages for paper that name people: whatever leaves on paper leaves a mark in the audit chain."""

from typing import Any

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from jiedui.core import audit

PRINTED = 1_000  # rows on paper, some forty sheets; more is a workbook


def on_paper(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    of: str,
    action: str = "register.printed",
    rows: int,
    subject: Model | None = None,
    filters: dict[str, Any] | None = None,
) -> HttpResponse:
    """The page, and an entry that says who printed how many rows of what, by `filter_facts`."""
    audit.record(action, subject, by=request.user, listing=of, rows=rows, filters=filters or {})
    return render(request, template, context)
