"""A form filled in on a page, and a sheet put right."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from jiedui.campaigns.current import running_campaign
from jiedui.campaigns.playbook.forms import Form
from jiedui.core.doors import may, needs, number
from jiedui.core.sending import overtaken, send
from jiedui.core.users import User
from jiedui.questionnaires import actions, scopes
from jiedui.questionnaires.forms import SheetForm
from jiedui.questionnaires.models import SUBJECTS, Sheet
from jiedui.questionnaires.views.forms import readable_form


@never_cache  # going back must not show a form whose number has been used
@needs(*scopes.RECORDS)
def new(request: HttpRequest, key: str) -> HttpResponse:
    campaign = running_campaign(request)
    asked = readable_form(request.user, campaign, key)
    if not may(request.user, scopes.permission_for(asked)):
        raise PermissionDenied
    form = SheetForm(
        request.POST or None,
        user=request.user,
        asked=asked,
        initial={"subject": _subject(request, asked)},
    )

    def work() -> HttpResponse:
        sheet = actions.record(campaign, form.filled(), by=request.user)
        messages.success(request, _("“%(form)s” is filled in.") % {"form": asked.name})
        return redirect(sheet)

    if answer := send(request, form, work):
        return answer
    back = reverse("questionnaires:index")
    return render(request, "questionnaires/fill.html", _context(form, asked, back))


def _subject(request: HttpRequest, asked: Form) -> Any:
    """What the address names, as a page about it does; None where it may not be chosen."""
    pk = number(request.GET.get("about", ""))
    return scopes.subjects(request.user, asked).filter(pk=pk).first() if pk else None


def _context(form: SheetForm, asked: Form, back: str, **more: Any) -> dict[str, Any]:
    return {"form": form, "asked": asked, "lines": form.lines(), "back": back, **more}


@never_cache
@needs(*scopes.RECORDS)
def correct(request: HttpRequest, pk: str) -> HttpResponse:
    """The sheet as it stands; saving it takes the old one out."""
    rows = scopes.changeable(request.user).select_related("campaign", *SUBJECTS)
    old = get_object_or_404(rows, pk=pk)
    if old.voided_on:
        return overtaken(request, old, form=_form_of(old, request.user))
    values = _readable(old, request.user)
    initial = {"day": old.day, "subject": old.subject}
    initial |= {f"f_{key}": _on_page(value) for key, value in values.items()}
    form = SheetForm(
        request.POST or None, user=request.user, asked=old.form, corrects=old, initial=initial
    )

    def work() -> HttpResponse:
        sheet = actions.correct(old, form.filled(), by=request.user)
        messages.success(request, _("The record is corrected. The old one stays readable."))
        return redirect(sheet)

    if answer := send(request, form, work):
        return answer
    context = _context(form, old.form, old.get_absolute_url(), corrects=old)
    return render(request, "questionnaires/fill.html", context)


def _form_of(old: Sheet, user: User) -> str:
    """Where the sheet that stands in place of this one is corrected, by a user who may."""
    later: Sheet | None = old
    while later and later.voided_on:
        later = scopes.changeable(user).filter(corrects=later).first()
    return reverse("questionnaires:correct", args=[later.pk]) if later else ""


def _readable(old: Sheet, user: User) -> dict[str, Any]:
    """All its answers. Who may not read those kept encrypted cannot put the sheet right."""
    private = actions.read_private(old, by=user) if old.holds("private") else {}
    return dict(old.answers) | private


def _on_page(value: Any) -> Any:
    return {True: "1", False: "0"}[value] if isinstance(value, bool) else value
