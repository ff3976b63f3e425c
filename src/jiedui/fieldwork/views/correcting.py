"""A wrong record is opened filled in and saved as it should have been; or taken back at once."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from jiedui.campaigns.playbook.work import Activity as Kind
from jiedui.core import undoing
from jiedui.core.doors import may, needs
from jiedui.core.editing import keep_old_options
from jiedui.core.refusals import Refused
from jiedui.core.sending import overtaken, send
from jiedui.core.users import User
from jiedui.fieldwork import actions, former_content, scopes
from jiedui.fieldwork.actions import Done
from jiedui.fieldwork.forms.activities import ActivityForm
from jiedui.fieldwork.forms.visits import VisitForm
from jiedui.fieldwork.models import Activity

RELATED = (
    *("campaign__place", "organisation__place", "team", "place", "household__place", "task"),
    *("pair__campaign__place", "pair__member", "pair__organisation__place", "pair__team"),
    *("pair__household__place", "pair__place", "corrects"),
)
COPIED_FIELDS = ("day", "minutes", "note", "organisation", "place", "team", "task")
COUNTED = ("members_counted", "cadres_counted", "public_counted")


def _own(request: HttpRequest, pk: str) -> Activity:
    rows = scopes.changeable(request.user).filter(voided_on=None)
    return get_object_or_404(rows.select_related(*RELATED), pk=pk)


@never_cache
@needs("visit.record", "activity.record")
def correct(request: HttpRequest, pk: str) -> HttpResponse:
    """The form the record was written with, as it stands; saving it takes the old one out."""
    old = get_object_or_404(scopes.changeable(request.user).select_related(*RELATED), pk=pk)
    if old.voided_on:
        return overtaken(request, old, form=_form_of(actions.stand_in(old), request.user))
    kind = old.of_kind
    if kind is None:
        raise Refused(_("The playbook no longer knows this kind; take the record out instead."))
    shown = _readable_answers(old, request.user)
    form = _form(request, old, kind, shown)
    keep_old_options(form)

    def work() -> HttpResponse:
        new = _saved(form, old, by=request.user)
        messages.success(request, _("The record is corrected. The old one stays readable."))
        undoing.offer(request, "fieldwork:undo", new.pk)
        return redirect(new)

    if answer := send(request, form, work):
        return answer
    template = "fieldwork/visit.html" if old.pair else "fieldwork/activity_new.html"
    context = {"form": form, "kind": kind, "pair": old.pair, "corrects": old}
    context["kept"] = former_content.all_lines(old, kind, shown)
    return render(request, template, context)


def _form_of(standing: Activity | None, user: User) -> str:
    """Where this record is corrected, by a user who may."""
    if standing is None or not scopes.changeable(user).filter(pk=standing.pk).exists():
        return ""
    return reverse("fieldwork:correct", args=[standing.pk])


def _form(request: HttpRequest, old: Activity, kind: Kind, shown: dict[str, Any]) -> Any:
    typed, initial = request.POST or None, _initial(old, shown)
    if old.pair is None:
        campaign = old.campaign
        return ActivityForm(
            typed, user=request.user, campaign=campaign, kind=kind, initial=initial, corrects=old
        )
    return VisitForm(typed, pair=old.pair, kind=kind, may_give=False, initial=initial, corrects=old)


def _initial(old: Activity, shown: dict[str, Any]) -> dict[str, Any]:
    """The values of the record under the names of the form's fields."""
    people = old.attended
    helper = old.pair.member_id if old.pair else None
    offered = old.of_kind.topics if old.of_kind else ()  # a topic no longer offered has no checkbox
    return (
        {name: getattr(old, name) for name in COPIED_FIELDS}
        | {name: getattr(old, name) or None for name in COUNTED}
        | {"members": people, "companions": [one for one in people if one.pk != helper]}
        | {"topics": [key for key in old.topics if key in offered]}
        | {f"out_{one.kind}": one.quantity for one in old.outputs.all()}
        | {f"f_{key}": value for key, value in shown.items()}
    )


def _readable_answers(old: Activity, user: User) -> dict[str, Any]:
    """Its answers, those kept encrypted only for whoever may read them."""
    private = old.private and may(user, "sensitive.read", on=old)
    return dict(old.more) | (actions.read_private(old, by=user) if private else {})


def _saved(form: Any, old: Activity, *, by: User | None) -> Activity:
    done = _with_unreadable_answers(_with_fields_not_shown(form, old), old, by)
    if old.pair:
        return actions.visit(old.pair, done, by=by, corrects=old)
    facts = form.cleaned_data
    return actions.activity(
        old.campaign,
        done,
        organisation=facts["organisation"],
        place=facts["place"],
        team=facts.get("team", old.team),
        by=by,
        corrects=old,
    )


def _with_fields_not_shown(form: Any, old: Activity) -> Done:
    """What the form has no field for stays as it was written."""
    done: Done = form.done()
    if "task" not in form.fields:
        done = replace(done, task=old.task)
    if old.pair:  # leading cadres are only asked of group activities
        done = replace(done, cadres_counted=old.cadres_counted)
    return done


def _with_unreadable_answers(done: Done, old: Activity, user: User | None) -> Done:
    """Encrypted answers that the writer may not read stay as they are."""
    if not old.private or may(user, "sensitive.read", on=old):
        return done
    current = {one.key for one in old.of_kind.fields} if old.of_kind else set()
    unread = {key: value for key, value in old.private_answers.items() if key in current}
    return replace(done, fields={**unread, **done.fields})


@require_POST
@needs("visit.record", "activity.record")
def undo(request: HttpRequest, pk: str) -> HttpResponse:
    """Take back what one has just written down oneself."""
    row = _own(request, pk)
    undoing.check(request.user, row.pk)
    actions.take_back(row, by=request.user)
    messages.success(request, _("It is taken back."))
    return redirect(row.corrects or row)
