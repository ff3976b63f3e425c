"""A project written down, put right, carried on, compared, taken out."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache

from jiedui.campaigns.current import running_campaign
from jiedui.campaigns.playbook import by_key
from jiedui.core.doors import needs, number
from jiedui.core.entries import form_page
from jiedui.core.sending import send
from jiedui.core.voiding import VoidForm
from jiedui.projects import actions, scopes
from jiedui.projects.forms import (
    AFTER,
    BEFORE,
    MONEY,
    CompareForm,
    NewProjectForm,
    ProjectForm,
    StepForm,
    answers_typed,
    funds_typed,
    parted,
)
from jiedui.projects.models import Project


@never_cache  # going back must not show a form whose number has been used
@needs(scopes.CHANGE)
def new(request: HttpRequest, key: str) -> HttpResponse:
    campaign = running_campaign(request)
    kind = by_key(campaign.playbook.projects).get(key)
    if kind is None:
        raise Http404
    at = number(request.GET.get("place", ""))
    place = scopes.places(campaign, kind).filter(pk=at).first() if at else None
    form = NewProjectForm(
        request.POST or None,
        user=request.user,
        campaign=campaign,
        kind=kind,
        initial={"place": place},
    )

    def work() -> HttpResponse:
        project = actions.register(campaign, form.planned(), by=request.user)
        messages.success(request, _("The project is written down."))
        return redirect(project)

    if answer := send(request, form, work):
        return answer
    context = {"form": form, "kind": kind, "back": f"{reverse('projects:board')}?kind={kind.key}"}
    return render(request, "projects/new.html", context)


def _project(request: HttpRequest, pk: str) -> Project:
    """A project in force that the user may change."""
    rows = Project.objects.changeable_by(request.user).filter(voided_on=None)
    found: Project = get_object_or_404(
        rows.select_related("campaign", "place", "organisation"), pk=pk
    )
    return found


@needs(scopes.CHANGE)
def edit(request: HttpRequest, pk: str) -> HttpResponse:
    project = _project(request, pk)
    names = ("name", "text", "place", "organisation", "since")
    form = ProjectForm(
        request.POST or None,
        user=request.user,
        campaign=project.campaign,
        kind=project.asked,
        project=project,
        initial={name: getattr(project, name) for name in names} | funds_typed(project),
    )

    def act(typed: dict[str, Any]) -> None:
        values = {name: value for name, value in typed.items() if name in names}
        values["funds"] = parted(typed, MONEY)
        actions.amend(project, values, by=request.user)

    return form_page(
        request,
        form,
        act,
        title=project.name,
        back=project.get_absolute_url(),
        row=project,
        template="projects/edit.html",
    )


@never_cache
@needs(scopes.CHANGE)
def step(request: HttpRequest, pk: str) -> HttpResponse:
    """Another state, another due day, or what is new; each is kept as a step of its own."""
    project = _project(request, pk)
    initial = {"state": project.state_key, "due": project.due, "day": _day_of(request)}
    form = StepForm(request.POST or None, project=project, initial=initial)

    def act(typed: dict[str, Any]) -> None:
        actions.step(
            project,
            day=form.cleaned_data["day"],
            state=typed.get("state", project.state_key),
            due=typed.get("due", project.due),
            text=typed.get("text", ""),
            by=request.user,
        )

    return form_page(
        request,
        form,
        act,
        title=pgettext("project", "Next step"),
        back=project.get_absolute_url(),
        row=project,
        template="projects/step.html",
        done=_("The step is written down."),
        project=project,
    )


def _day_of(request: HttpRequest) -> date:
    """The day that was typed; else today. Over midnight nobody else has changed it."""
    try:
        return date.fromisoformat(request.POST.get("day", ""))
    except ValueError:
        return timezone.localdate()


@needs(scopes.CHANGE)
def compare(request: HttpRequest, pk: str) -> HttpResponse:
    """How it was before and how it is after, question by question."""
    project = _project(request, pk)
    if project.asked is None or not project.asked.questions:
        raise Http404
    form = CompareForm(request.POST or None, kind=project.asked, initial=answers_typed(project))

    def act(typed: dict[str, Any]) -> None:
        actions.compare(
            project,
            before=project.answers_before | parted(typed, BEFORE),
            after=project.answers_after | parted(typed, AFTER),
            by=request.user,
        )

    return form_page(
        request,
        form,
        act,
        title=_("Before and after"),
        back=project.get_absolute_url(),
        row=project,
        template="projects/compare.html",
        project=project,
    )


@needs(scopes.CHANGE)
def void(request: HttpRequest, pk: str) -> HttpResponse:
    project = _project(request, pk)

    def act(typed: dict[str, Any]) -> str:
        actions.void(project, by=request.user, **typed)
        return project.get_absolute_url()

    return form_page(
        request,
        VoidForm(request.POST or None),
        act,
        title=_("Take out a record"),
        back=project.get_absolute_url(),
        done=_("The record is out of every figure. Its reason is kept."),
        save=_("Take out"),
    )
