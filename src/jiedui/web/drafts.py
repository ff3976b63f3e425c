"""Keeping and offering what is typed into a form and not sent; `core/drafts.js` asks here."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from jiedui.core import drafts
from jiedui.core.doors import keeps_typed
from jiedui.engines import words


@keeps_typed
@require_http_methods(["GET", "POST", "DELETE"])
def draft(request: HttpRequest) -> HttpResponse:
    """The draft of one form (`?form=` its address): offered, kept, or thrown away."""
    form = request.GET.get("form", "")
    if not form.startswith("/") or words.unfit(form):
        return HttpResponseBadRequest()
    if request.method == "GET":
        return _offered(request, form)
    if request.method == "DELETE":
        drafts.forget(request.user, form)
        return HttpResponse(status=204)
    is_json = request.content_type == "application/json"
    fields = _fields(request.body) if is_json else None
    if fields is None:
        return HttpResponseBadRequest()
    return HttpResponse(status=204 if drafts.keep(request.user, form, fields) else 413)


def _offered(request: HttpRequest, form: str) -> HttpResponse:
    found = drafts.of(request.user, form)
    if found is None:
        return HttpResponse(status=204)
    answer = render(request, "web/_draft.html", {"draft": found, "fields": found.text})
    answer["Cache-Control"] = "no-store"
    return answer


def _fields(body: bytes) -> drafts.Fields | None:
    """Pairs of name and value; None for anything else."""
    try:
        sent: Any = json.loads(body)
    except ValueError:
        return None
    if not isinstance(sent, list) or not all(_is_pair(one) for one in sent):
        return None
    return [(name, value) for name, value in sent]


def _is_pair(one: Any) -> bool:
    return isinstance(one, list) and len(one) == 2 and all(isinstance(part, str) for part in one)
