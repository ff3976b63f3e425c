"""Pages that belong to no app: start, search, jobs, health."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from jiedui import __version__
from jiedui.campaigns import current
from jiedui.core import audit
from jiedui.core.doors import way_back
from jiedui.core.exports import finished
from jiedui.core.jobs import read_note
from jiedui.core.lists import LISTINGS, Listing
from jiedui.core.models import Job
from jiedui.home.todos import Todo
from jiedui.home.views import home as desk
from jiedui.imports.models import Upload
from jiedui.web.first_steps import first_steps
from jiedui.web.heartbeat import is_alive, workers
from jiedui.web.jobs import label, visible_jobs
from jiedui.web.suggestions import suggest

RECENT = 50
JUST_QUEUED = timedelta(seconds=10)  # a job this young is looked at more often
FOUND = 5  # rows per register in the global search
# Where one looks for somebody or something by name; visits and gifts are reached from there.
SEARCHED = (
    *("households", "people", "members", "organisations", "teams", "places", "issues"),
    "projects",
)


def home(request: HttpRequest) -> HttpResponse:
    """The desk of whoever has signed in, with the lists they sent in among the to-dos."""
    return desk.page(
        request,
        more=_imports_waiting(request),
        template="web/home.html",
        first_steps=first_steps(request.user),
    )


def _imports_waiting(request: HttpRequest) -> Iterator[Todo]:
    checked = Upload.objects.filter(owner=request.user.pk, state=Upload.State.CHECKED)
    for upload in checked.order_by("pk")[:3]:
        text = _("Decide about the list %(name)s") % {"name": upload.name}
        yield Todo(text, upload.get_absolute_url(), icon="upload", word=_("checked"))


@login_not_required
def healthz(_request: HttpRequest) -> JsonResponse:
    """For monitors: 200 when the database answers, 503 when it does not.

    `workers` tells for each lane of jobs whether somebody works in it; where nobody does, pages
    still open and `status` is "degraded"; so it is where `audit` is false: what tells that an end
    was cut off the audit chain is missing.
    """
    is_anchored = True
    try:
        connection.ensure_connection()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        is_anchored = not audit.is_unanchored()
        is_well = True
    except DatabaseError:
        is_well = False
    lanes = workers()
    is_whole = is_anchored and all(lanes.values())
    status = "failing" if not is_well else "ok" if is_whole else "degraded"
    facts = {"status": status, "database": is_well, "workers": lanes, "audit": is_anchored}
    return JsonResponse({**facts, "version": __version__}, status=200 if is_well else 503)


def search(request: HttpRequest) -> HttpResponse:
    """Every register the user may read, a few rows of each, with the way to all of them."""
    words = request.GET.get("q", "").strip()
    registers = [LISTINGS[key] for key in SEARCHED if key in LISTINGS]
    allowed = [one for one in registers if words and one.is_open_to(request.user)]
    results = [found for one in allowed if (found := _found(request, one))]
    return render(request, "web/search.html", {"searched": words, "results": results})


def suggestions(request: HttpRequest) -> JsonResponse:
    """What the search offers while one types; without scripts Enter leads to `search`."""
    found = suggest(request.user, text=request.GET.get("q", ""))
    text = ngettext("%(count)d suggestion", "%(count)d suggestions", len(found))
    status = text % {"count": len(found)} if found else _("No suggestions")
    return JsonResponse({"suggestions": [one.as_json() for one in found], "status": status})


def _found(request: HttpRequest, listing_class: type[Listing]) -> dict[str, Any] | None:
    listing = listing_class.searching(request.user, words=request.GET.get("q", ""))
    lines = listing.lines_between(0, FOUND)
    if not lines:
        return None
    return {
        "listing": listing,
        "table": listing.table_of(lines),
        "total": listing.total,
        "all": listing.link(),
    }


@require_POST
def choose_campaign(request: HttpRequest) -> HttpResponse:
    current.choose(request, key=request.POST.get("campaign", ""))
    return redirect(way_back(request))


def job(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(visible_jobs(request.user), pk=pk)
    context = {"job": found, "label": label(found), "note": read_note(found)}
    # Most work is done in a moment; what takes longer is not asked after all the time.
    context["look_again"] = "300ms" if timezone.now() - found.made < JUST_QUEUED else "1s"
    context["waits_for_nobody"] = found.state == Job.State.QUEUED and not is_alive(found.lane)
    # Who looks after the machine sees that work was done; what came of it is its owner's.
    context["is_own"] = found.owner_id == request.user.pk
    is_part = request.headers.get("HX-Target") == "job"
    return render(request, "web/_job.html" if is_part else "web/job.html", context)


def jobs(request: HttpRequest) -> HttpResponse:
    found = list(visible_jobs(request.user).order_by("-pk")[:RECENT])
    lines = [{"pk": one.pk, "row": one, "label": label(one)} for one in found]
    return render(request, "web/jobs.html", {"jobs": lines})


def export(request: HttpRequest, token: str) -> FileResponse:
    """The workbook of a finished export job, for whoever asked for it."""
    found = finished(token, user=request.user)
    if found is None:
        raise Http404
    path, name = found
    return FileResponse(path.open("rb"), as_attachment=True, filename=name)
