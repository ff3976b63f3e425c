"""A form sent from a page: once; beside the first where the second says something else."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import OperationalError, transaction
from django.forms import ChoiceField, ModelChoiceField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from jiedui.core import drafts, submissions
from jiedui.core.models import Submission
from jiedui.core.refusals import Refused, unless_taken, will_pass
from jiedui.core.submissions import OtherContent, Sent
from jiedui.core.texts import moment_text
from jiedui.core.users import User

Work = Callable[[], HttpResponse]


def send(
    request: HttpRequest, form: Any, work: Work, *, again: str = "", is_secret: bool = False
) -> HttpResponse | None:
    """The answer to a form that is valid and did its work; None when it has to be shown again.

    Sent a second time, it leads where the first answer led (`again` where that led nowhere). When
    the action refuses, its sentence stands on the form and nothing typed is lost. Of a secret form
    nobody learns who sent it.
    """
    if not form.is_valid():
        return None
    by = None if is_secret else request.user

    def save() -> HttpResponse:
        with unless_taken():
            return once(request, work, by=by, again=again, words=words_of(form))

    try:
        return _once_more(save)
    except OtherContent as other:
        return beside_the_first(request, other.earlier, words=words_of(form))
    except Refused as refused:
        form.add_error(None, refused.sentence)
        return None


def _once_more(save: Work) -> HttpResponse:
    """Save; of two who waited for each other, the one that was ended tries again."""
    try:
        return save()
    except OperationalError as error:
        if not will_pass(error) or transaction.get_connection().in_atomic_block:
            raise
        return save()


def once(
    request: HttpRequest,
    work: Work,
    *,
    by: User | None,
    again: str = "",
    words: dict[str, Any] | None = None,
) -> HttpResponse:
    """What the work answers, the first time this form is sent; for pages without a form object."""
    sent = Sent.by_form(request, words=words)

    def first() -> HttpResponse:
        answer = work()
        drafts.forget(request.user, request.get_full_path())
        submissions.led_to(sent, getattr(answer, "url", "") or again)
        return answer

    return submissions.once(sent, by=by, work=first, again=lambda row: as_before(request, row))


def as_before(request: HttpRequest, earlier: Submission) -> HttpResponse:
    """The same was sent before: to what came of it."""
    text = _("This was saved already, at %(moment)s. Nothing was written twice.")
    drafts.forget(request.user, request.get_full_path())
    messages.info(request, text % {"moment": moment_text(earlier.at)})
    return redirect(earlier.answer or "/")


def overtaken(request: HttpRequest, record: Any, *, form: str) -> HttpResponse:
    """The record was corrected or taken out while its form stood open: nothing is written.

    Leads to `form`, which corrects what stands in its place now, and offers there what was typed;
    without one, to the record.
    """
    is_typed = request.method == "POST"
    if form and is_typed and drafts.keep_sent(request, user=request.user, form=form):
        text = _("Somebody has corrected this record meanwhile; below is how it stands now. What"
                 " you typed was not saved: it is kept, and offered here.")  # fmt: skip
    elif form:
        text = _("Somebody has corrected this record meanwhile; below is how it stands now.")
    elif is_typed:
        text = _("This record has been taken out meanwhile. What you typed was not saved.")
    else:
        text = _("This record has been taken out already.")
    messages.warning(request, text)
    return redirect(form or record)


@dataclass(frozen=True)
class Line:
    """One field of a form as it was sent first and as it is sent now."""

    label: str
    first: str
    now: str

    @property
    def differs(self) -> bool:
        return self.first != self.now


def beside_the_first(
    request: HttpRequest, earlier: Submission, *, words: dict[str, Any] | None = None
) -> HttpResponse:
    """Nothing is written: what was saved first, and what was sent now.

    A stranger sees only the latter, which is their own.
    """
    is_own = earlier.owner_id is not None and earlier.owner_id == request.user.pk
    first, known = submissions.typed(earlier) if is_own else ([], {})
    sent = Sent.by_form(request)
    lines = _lines(first, sent.fields if sent else [], words=known or words or {})
    context = {"earlier": earlier if is_own else None, "lines": lines, "is_known": bool(first)}
    return render(request, "core/sent_twice.html", context, status=409)


def _lines(
    first: submissions.Fields, now: submissions.Fields, *, words: dict[str, Any]
) -> list[Line]:
    before, after = _field_texts(first, words), _field_texts(now, words)
    labels = words.get("labels", {})
    lines = [
        Line(labels.get(name, name), before.get(name, ""), after.get(name, ""))
        for name in dict.fromkeys([*before, *after])
    ]
    return [line for line in lines if line.first or line.now]


def _field_texts(fields: submissions.Fields, words: dict[str, Any]) -> dict[str, str]:
    """Fields as people read them; of several values under one name each."""
    found: dict[str, str] = {}
    for name, value in fields:
        text = words.get("options", {}).get(name, {}).get(value, value)
        found[name] = f"{found[name]}、{text}" if name in found else text
    return found


def _choosers(field: Any) -> list[Any]:
    """The field itself, when its options are few and fixed."""
    is_list = isinstance(field, ChoiceField) and not isinstance(field, ModelChoiceField)
    return [field] if is_list else []


def words_of(form: Any) -> dict[str, Any]:
    """What people call the fields of a form and the options of each."""
    visible: list[Any] = form.visible_fields()
    options = {
        one.html_name: {str(key): str(text) for key, text in chooser.choices}
        for one in visible
        for chooser in _choosers(one.field)
    }
    return {"labels": {one.html_name: str(one.label) for one in visible}, "options": options}
