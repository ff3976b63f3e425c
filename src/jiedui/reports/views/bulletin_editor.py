"""Writing a bulletin: the editor with its figures and preview, and what its buttons do."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jiedui.core import merging
from jiedui.core.doors import may, needs, number
from jiedui.core.refusals import Refused
from jiedui.core.texts import day_text
from jiedui.figures import actions as figures
from jiedui.reports import actions, filling, wording
from jiedui.reports.models import Bulletin
from jiedui.reports.views.bulletin_text import NO_STYLES, figure_rows, preview_lines
from jiedui.reports.views.bulletins import context_of, get


def show(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft opens for writing, for whoever may; else it is read."""
    bulletin = get(request, pk)
    if not bulletin.is_frozen and may(request.user, "bulletin.write", on=bulletin):
        return _editor(request, bulletin)
    return render(request, "reports/bulletin.html", context_of(request, bulletin))


def _editor(request: HttpRequest, bulletin: Bulletin, **more: Any) -> HttpResponse:
    newest = figures.latest(bulletin.campaign)
    playbook = bulletin.campaign.playbook
    context = {
        "bulletin": bulletin,
        "title": bulletin.title,
        "text": bulletin.text,
        "rows": figure_rows(bulletin, more.pop("styles", NO_STYLES)),
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


def _days(bulletin: Bulletin) -> list[dict[str, str]]:
    """The two days that can stand in the text like a figure."""
    with bulletin.in_own_language():
        issued = day_text(bulletin.issued_on) if bulletin.issued_on else _("filled in when issued")
        return [
            {"token": "as_of", "name": _("As of"), "text": day_text(bulletin.snapshot.as_of)},
            {"token": "issued_on", "name": _("Issued on"), "text": issued},
        ]


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
        return _editor(request, bulletin, refused=refused.sentence, **typed)
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
    return _editor(
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
