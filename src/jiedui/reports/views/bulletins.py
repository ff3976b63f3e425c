"""Bulletins: the list, writing with a live preview, freezing, .docx and paper."""

import re
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header, urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from jiedui.campaigns import scopes
from jiedui.campaigns.current import running_campaign
from jiedui.core import audit, merging
from jiedui.core.doors import may, needs, number
from jiedui.core.lists import Action, Badge, Choice, Column, Empty, Listing, Search, listing_view
from jiedui.core.pages import address
from jiedui.core.refusals import Refused
from jiedui.core.sending import send
from jiedui.core.texts import day_text
from jiedui.figures import actions as figures
from jiedui.reports import actions, documents, filling, wording
from jiedui.reports.documents.annex import qr_png
from jiedui.reports.figure_query import Entry
from jiedui.reports.forms import BeginForm, FreezeForm
from jiedui.reports.models import Bulletin

STATES = {
    "draft": Badge(gettext_lazy("draft"), "amber", "pencil"),
    "frozen": Badge(gettext_lazy("frozen"), "green", "lock"),
}
NO_STYLES: Mapping[str, str] = {}  # chosen and not yet saved
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


def show(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft opens for writing, for whoever may; else it is read."""
    bulletin = get(request, pk)
    if not bulletin.is_frozen and may(request.user, "bulletin.write", on=bulletin):
        return _desk(request, bulletin)
    return render(request, "reports/bulletin.html", context_of(request, bulletin))


def _desk(request: HttpRequest, bulletin: Bulletin, **more: Any) -> HttpResponse:
    newest = figures.latest(bulletin.campaign)
    playbook = bulletin.campaign.playbook
    context = {
        "bulletin": bulletin,
        "title": bulletin.title,
        "text": bulletin.text,
        "rows": _rows(bulletin, more.pop("styles", NO_STYLES)),
        "days": _days(bulletin),
        "shown": merging.shown(_shown(bulletin)),
        "preview": preview_lines(bulletin, bulletin.text, bulletin.figures),
        "known": [(one.key, str(one.name)) for one in playbook.figures],
        "is_older": newest is not None and newest.pk != bulletin.snapshot_id,
        "newest": newest,
        "typed": filling.typed_by_hand(bulletin.text),
        **more,
    }
    context["heads"] = _heads(bulletin, context.get("typed_heads", {}))
    return render(request, "reports/bulletin_edit.html", context)


def _heads(bulletin: Bulletin, typed: Mapping[str, str]) -> list[dict[str, Any]]:
    """Addressees, copies and signature with their labels; what was typed and refused stays."""
    return [
        {"name": name, "label": label, "text": typed.get(name, bulletin.head(name))}
        for name, label in actions.HEADS.items()
    ]


def _rows(bulletin: Bulletin, styles: Mapping[str, str] = NO_STYLES) -> list[dict[str, Any]]:
    used = filling.used(bulletin.text)
    with bulletin.in_own_language():
        offers = {one["id"]: wording.offers(one) for one in bulletin.figures}
    return [
        {
            **one,
            "style": styles.get(one["id"], one["style"]),
            "exact": exact(one),
            "offers": offers[one["id"]],
            "is_used": one["id"] in used,
            "records_url": records_url(bulletin, one),
        }
        for one in bulletin.figures
    ]


def _days(bulletin: Bulletin) -> list[dict[str, str]]:
    """The two days that can stand in the text like a figure."""
    with bulletin.in_own_language():
        issued = day_text(bulletin.issued_on) if bulletin.issued_on else _("filled in when issued")
        return [
            {"token": "as_of", "name": _("As of"), "text": day_text(bulletin.snapshot.as_of)},
            {"token": "issued_on", "name": _("Issued on"), "text": issued},
        ]


def exact(entry: Entry) -> str:
    number = wording.number_of(entry["value"])
    return wording.MISSING if number is None else wording.exact(number, grouped=True)


def records_url(bulletin: Bulletin, entry: Entry) -> str:
    """The page of the figure with its records, for the same place, unit and days."""
    query = {
        name: entry[name] for name in ("place", "organisation", "since", "until") if entry[name]
    }
    address = reverse("figures:show", args=[bulletin.campaign.key, entry["key"]])
    return f"{address}?{urlencode(query)}" if query else address


def preview_lines(bulletin: Bulletin, text: str, entries: list[Entry]) -> list[dict[str, Any]]:
    """Paragraphs as they will look: each a level and its pieces, figures linked to records."""
    with bulletin.in_own_language():
        found = list(
            filling.pieces(
                text, entries, as_of=bulletin.snapshot.as_of, issued_on=bulletin.issued_on
            )
        )
    lines: list[list[dict[str, Any]]] = [[]]
    for piece, entry in found:
        if entry:
            lines[-1].append({"text": piece, "entry": entry, "exact": exact(entry),
                              "url": records_url(bulletin, entry)})  # fmt: skip
            continue
        first, *rest = piece.split("\n")
        lines[-1].append({"text": first})
        lines.extend([{"text": one}] for one in rest)
    return [
        {"level": _level(pieces[0]["text"]), "pieces": pieces}
        for pieces in lines
        if any(one["text"].strip() for one in pieces)
    ]


def _level(text: str) -> str:
    from jiedui.reports.documents.paper import SECTION, SUBSECTION

    return "1" if SECTION.match(text) else "2" if SUBSECTION.match(text) else ""


@require_POST
@needs("bulletin.write")
def write(request: HttpRequest, pk: int) -> HttpResponse:
    """Save; what cannot be saved stays on the page with the sentence that says why."""
    bulletin = get(request, pk, "bulletin.write")
    title, text = request.POST.get("title", ""), request.POST.get("text", "")
    heads = {name: request.POST[name] for name in actions.HEADS if name in request.POST}
    version = number(request.POST.get("version", "")) or 0
    if version != bulletin.version and not bulletin.is_frozen:
        return _put_together(request, bulletin)
    try:
        actions.write(
            bulletin,
            title=title,
            text=text,
            version=version,
            by=request.user,
            styles=_styles(request.POST),
            heads=heads,
        )
    except Refused as refused:
        if bulletin.is_frozen:
            raise
        typed = {"title": title, "text": text, "typed_heads": heads}
        return _desk(request, bulletin, refused=refused.sentence, **typed)
    messages.success(request, _("Saved."))
    return redirect(bulletin)


def _put_together(request: HttpRequest, bulletin: Bulletin) -> HttpResponse:
    """Somebody else saved meanwhile: the editor with both, and what both changed beside it."""
    now = _shown(bulletin)
    merged = merging.merge(request.POST.get(merging.NAME, ""), request.POST.dict(), now)
    values = merged.values
    labels = {"title": _("Title"), "text": _("Text"), **actions.HEADS}
    theirs = [(labels[name], now[name]) for name in merged.both if name in labels]
    message = _(
        "Somebody else saved this meanwhile. What only one of you changed is put together below;"
        " nothing is saved yet."
    )
    return _desk(
        request, bulletin, refused=message, theirs=theirs,
        title=values["title"], text=values["text"],
        typed_heads={name: values[name] for name in actions.HEADS}, styles=_styles(values),
    )  # fmt: skip


def _shown(bulletin: Bulletin) -> dict[str, str]:
    """What the editor shows of the bulletin as it is kept."""
    heads = {name: bulletin.head(name) for name in actions.HEADS}
    styles = {f"style-{one['id']}": one["style"] for one in bulletin.figures}
    return {"title": bulletin.title, "text": bulletin.text, **heads, **styles}


def _styles(posted: Mapping[str, Any]) -> dict[str, str]:
    return {name[6:]: posted[name] for name in posted if name.startswith("style-")}


@require_POST
@needs("bulletin.write")
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The text as it stands in the editor, not yet saved."""
    bulletin = get(request, pk, "bulletin.write")
    text, styles = request.POST.get("text", ""), _styles(request.POST)
    entries = [{**one, "style": styles.get(one["id"], one["style"])} for one in bulletin.figures]
    with bulletin.in_own_language():
        known = [{key for key, _text in wording.offers(one)} for one in bulletin.figures]
        entries = [
            {**new, "shown": wording.shown(new)} if new["style"] in offered else old
            for new, old, offered in zip(entries, bulletin.figures, known, strict=True)
        ]
    context: dict[str, Any] = {"bulletin": bulletin, "typed": filling.typed_by_hand(text)}
    try:
        filling.check_tokens(text, bulletin.figures)
    except Refused as refused:
        context["refused"] = refused.sentence
    context["preview"] = preview_lines(bulletin, text, entries)
    return render(request, "reports/_preview.html", context)


@require_POST
@needs("bulletin.write")
def refresh(request: HttpRequest, pk: int) -> HttpResponse:
    bulletin = get(request, pk, "bulletin.write")
    done = actions.refresh(bulletin, by=request.user)
    message = _("Counted anew; %(count)s figures changed.") % {"count": done.changed}
    messages.success(request, message)
    for sentence in _changed_sentences(done):
        messages.warning(request, sentence)
    return redirect(bulletin)


def _changed_sentences(done: actions.Refreshed) -> list[str]:
    """Which sentences the new figures took out of the template, or brought into it."""
    if done.is_rewritten:
        gone, come = _("No longer true, taken out: %s"), _("True now, put in: %s")
    else:
        gone = _("With these figures the template no longer says, take it out: %s")
        come = _("With these figures the template says as well: %s")
    return [gone % one for one in done.gone] + [come % one for one in done.come]


@require_POST
@needs("bulletin.write")
def add_figure(request: HttpRequest, pk: int) -> HttpResponse:
    bulletin = get(request, pk, "bulletin.write")
    entry = actions.add_figure(bulletin, key=request.POST.get("key", ""), by=request.user)
    text = _("%(name)s stands in the list now: put it where it belongs.") % entry
    messages.success(request, text)
    return redirect(bulletin)


@require_POST
@needs("bulletin.write")
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    bulletin = get(request, pk, "bulletin.write")
    actions.discard(bulletin, by=request.user)
    messages.success(request, _("The draft is gone."))
    return redirect("reports:bulletins")


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
        "rows": [row for row in _rows(bulletin) if row["is_used"]],
        "address": public_address(request, bulletin),
        "state": STATES[bulletin.state],
        "may_freeze": not bulletin.is_frozen and may(request.user, "bulletin.freeze", on=bulletin),
        "day": bulletin.issued_on or timezone.localdate(),
        "may_open": may(request.user, "figures.read"),
    }
