"""Bulletins: the list, a new one, freezing, .docx and paper."""

import re
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiedui.campaigns import scopes
from jiedui.campaigns.current import running_campaign
from jiedui.core import audit
from jiedui.core.doors import may, needs
from jiedui.core.lists import Action, Badge, Choice, Column, Empty, Listing, Search, listing_view
from jiedui.core.pages import address
from jiedui.core.refusals import Refused
from jiedui.core.sending import send
from jiedui.reports import actions, documents, filling
from jiedui.reports.documents.annex import qr_png
from jiedui.reports.forms import BeginForm, FreezeForm
from jiedui.reports.models import Bulletin
from jiedui.reports.views.bulletin_text import figure_rows, preview_lines

STATES = {
    "draft": Badge(gettext_lazy("draft"), "amber", "pencil"),
    "frozen": Badge(gettext_lazy("frozen"), "green", "lock"),
}
UNFIT = re.compile(r'[\x00-\x1f"\\/:*?<>|]+|\.{2,}')  # in the name of a file, somewhere
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class Bulletins(Listing[Bulletin]):
    key = "bulletins"
    title = gettext_lazy("Bulletins")
    icon = "news"
    model = Bulletin
    url = "reports:bulletins"
    permission = "bulletin.read"
    export_permission = "bulletin.read"
    order = ("-made",)
    action = Action(gettext_lazy("New bulletin"), "reports:bulletin_new", "bulletin.write")
    columns = (
        Column("title", gettext_lazy("Title"), sort="title", link=True),
        Column("number", gettext_lazy("Number")),
        Column("state", gettext_lazy("State"), kind="badge", value=lambda row: STATES[row.state]),
        Column("as_of", gettext_lazy("Figures as of"), value="snapshot.as_of", kind="day"),
        Column("issued_on", gettext_lazy("Issued"), kind="day", sort="issued_on"),
        Column("campaign", gettext_lazy("Campaign"), value="campaign.title", shown=False),
        Column("written_by", gettext_lazy("Written by")),
        Column("frozen_by", gettext_lazy("Frozen by")),
        Column("made", gettext_lazy("Begun"), kind="moment", sort="made", shown=False),
    )
    filters = (
        Search("title"),
        Choice("state", gettext_lazy("State"), Bulletin.State.choices),
    )
    empty = Empty(
        "news",
        gettext_lazy("No bulletins yet"),
        gettext_lazy("Begin with a template of the playbook; its figures are filled in."),
        "reports:bulletin_new",
        gettext_lazy("New bulletin"),
        "bulletin.write",
    )

    def dress(self, rows: QuerySet[Bulletin]) -> QuerySet[Bulletin]:
        return rows.select_related("campaign", "snapshot", "written_by", "frozen_by")


bulletins = listing_view(Bulletins)


def get(request: HttpRequest, pk: int, permission: str = "bulletin.read") -> Bulletin:
    """A bulletin on which the user holds this permission; 404 otherwise."""
    rows = Bulletin.objects.permitted(request.user, permission).select_related(
        "campaign", "snapshot__campaign", "place", "organisation", "written_by", "frozen_by"
    )
    return get_object_or_404(rows, pk=pk)


@needs("bulletin.write")
def new(request: HttpRequest) -> HttpResponse:
    campaign = running_campaign(request)
    if not scopes.covers(campaign, request.user, "bulletin.write"):
        raise PermissionDenied
    if not campaign.playbook.bulletins:
        raise Refused(_("The campaign has no template of a bulletin."))
    form = BeginForm(request.POST or None, campaign=campaign)

    def work() -> HttpResponse:
        return redirect(actions.begin(campaign, by=request.user, **form.cleaned_data))

    if answer := send(request, form, work):
        return answer
    intro = _("The figures are counted from the newest snapshot; you can change every word later.")
    context = {
        "form": form,
        "title": _("New bulletin"),
        "save": _("Fill in"),
        "intro": intro,
        "back": reverse("reports:bulletins"),
    }
    return render(request, "core/form.html", context)


@needs("bulletin.freeze")
def freeze(request: HttpRequest, pk: int) -> HttpResponse:
    bulletin = get(request, pk, "bulletin.freeze")
    form = FreezeForm(request.POST or None, initial={"issued_on": timezone.localdate()})

    def work() -> HttpResponse:
        facts = form.cleaned_data
        actions.freeze(
            bulletin, issued_on=facts["issued_on"], serial=facts["serial"], by=request.user
        )
        message = _("Frozen as %(number)s. It can be verified by anybody.")
        messages.success(request, message % {"number": bulletin.number})
        return redirect(bulletin)

    if answer := send(request, form, work):
        return answer
    context = {
        **context_of(request, bulletin),
        "form": form,
        "typed": filling.typed_by_hand(bulletin.text),
        "is_writer": actions.is_writer(bulletin, request.user),
    }
    return render(request, "reports/bulletin_freeze.html", context)


def docx(request: HttpRequest, pk: int) -> HttpResponse:
    bulletin = get(request, pk)
    content = documents.build(bulletin, address=public_address(request, bulletin))
    audit.record("bulletin.exported", bulletin, by=request.user)
    headers = {"Content-Disposition": disposition(documents.file_name(bulletin))}
    return HttpResponse(content, content_type=DOCX, headers=headers)


def disposition(name: str) -> str:
    """A file to be taken away, under a name that is one on every system."""
    plain = UNFIT.sub(" ", name).strip(" .")
    return content_disposition_header(True, plain) or "attachment"


def paper(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "reports/bulletin_print.html", context_of(request, get(request, pk)))


def picture(request: HttpRequest, pk: int) -> HttpResponse:
    """The QR code of the public page."""
    bulletin = get(request, pk)
    return HttpResponse(qr_png(public_address(request, bulletin)), content_type="image/png")


def public_address(request: HttpRequest, bulletin: Bulletin) -> str:
    return request.build_absolute_uri(address("verify", bulletin.token))


def context_of(request: HttpRequest, bulletin: Bulletin) -> dict[str, Any]:
    """What the page of a bulletin shows."""
    return {
        "bulletin": bulletin,
        "office": bulletin.office,
        **{name: bulletin.head(name) for name in actions.HEADS},
        "preview": preview_lines(bulletin, bulletin.text, bulletin.figures),
        "rows": [row for row in figure_rows(bulletin) if row["is_used"]],
        "address": public_address(request, bulletin),
        "state": STATES[bulletin.state],
        "may_freeze": not bulletin.is_frozen and may(request.user, "bulletin.freeze", on=bulletin),
        "day": bulletin.issued_on or timezone.localdate(),
        "may_open": may(request.user, "figures.read"),
    }
