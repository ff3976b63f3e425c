"""The complaint box, open to everybody; and the notices that went to one's own account."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from jiedui.core.doors import is_ours, number
from jiedui.core.lists import (
    Badge,
    Column,
    DateRange,
    Empty,
    Listing,
    Search,
    YesNo,
    listing_view,
)
from jiedui.core.sending import send
from jiedui.notices import actions
from jiedui.notices.forms import AnswerForm, ComplaintForm
from jiedui.notices.models import Complaint, Notice

OPEN = Badge(gettext_lazy("waiting for an answer"), "amber", "clock")
ANSWERED = Badge(gettext_lazy("answered"), "green", "check")


class Complaints(Listing[Complaint]):
    key = "complaints"
    title = gettext_lazy("Complaint box")
    icon = "message-report"
    model = Complaint
    permission = "complaints.answer"
    export_permission = "complaints.answer"
    order = ("-made",)
    columns = (
        Column("text", gettext_lazy("About"), value=str, link=True, panel=True),
        Column("made", gettext_lazy("Came in"), kind="moment", sort="made"),
        Column(
            "state",
            gettext_lazy("State"),
            kind="badge",
            value=lambda row: ANSWERED if row.answered else OPEN,
            sort="answered",
        ),
        Column("page", gettext_lazy("Page"), shown=False),
        Column("answered_by", gettext_lazy("Answered by"), shown=False),
    )
    filters = (
        Search("text", "answer"),
        YesNo("open", gettext_lazy("Waiting"), yes=Q(answered=None)),
        DateRange("made", gettext_lazy("Came in"), moments=True),
    )
    empty = Empty(
        "mood-smile",
        gettext_lazy("The box is empty"),
        gettext_lazy("Notes from any page arrive here."),
    )

    def dress(self, rows: QuerySet[Complaint]) -> QuerySet[Complaint]:
        return rows.select_related("answered_by")


complaints = listing_view(Complaints)


@login_not_required
def complain(request: HttpRequest) -> HttpResponse:
    form = ComplaintForm(request.POST or None, initial={"page": request.GET.get("from", "")})
    answer = send(request, form, lambda: _complained(request, form.cleaned_data), is_secret=True)
    return answer or render(request, "notices/complain.html", {"form": form})


def _complained(request: HttpRequest, facts: dict[str, Any]) -> HttpResponse:
    if not facts["website"]:
        origin = request.META.get("REMOTE_ADDR", "")
        actions.complain(facts["text"], contact=facts["contact"], page=facts["page"], origin=origin)
    messages.success(request, _("Thank you. The campaign office reads every note."))
    page = facts["page"]
    may_return = request.user.is_authenticated and is_ours(request, page)
    return redirect(page if may_return else "notices:complain")


def show(request: HttpRequest, pk: int) -> HttpResponse:
    complaint = get_object_or_404(Complaint.objects.visible_to(request.user), pk=pk)
    form = AnswerForm(request.POST or None)

    def work() -> HttpResponse:
        actions.answer(complaint, text=form.cleaned_data["text"], by=request.user)
        messages.success(request, _("The answer is kept."))
        return redirect("notices:list")

    answer = send(request, form, work)
    return answer or render(request, "notices/show.html", {"complaint": complaint, "form": form})


SHOWN = 30


def mine(request: HttpRequest) -> HttpResponse:
    """What the house has told the user, the newest first; unread until the user says so."""
    rows = Notice.objects.visible_to(request.user)
    page = Paginator(rows, SHOWN).get_page(request.GET.get("page"))
    lines = [
        {"notice": notice, "text": written.text, "href": written.href}
        for notice, written in actions.written(list(page))
    ]
    context = {"page": page, "lines": lines, "unread": rows.filter(read=None).count()}
    return render(request, "notices/mine.html", context)


@require_POST
def read(request: HttpRequest) -> HttpResponse:
    """One notice has been read, or all of them."""
    rows = Notice.objects.visible_to(request.user)
    key = number(request.POST.get("notice", ""))
    actions.read(rows if key is None else rows.filter(pk=key))
    return redirect("notices:mine")
