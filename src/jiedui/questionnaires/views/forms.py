"""The forms of a campaign: what is asked about whom, how often it was; a blank sheet on paper."""

from typing import Any

from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from jiedui.campaigns.current import running_campaign
from jiedui.campaigns.models import Campaign, Task
from jiedui.campaigns.playbook import by_key
from jiedui.campaigns.playbook.forms import Form
from jiedui.core.doors import may, needs
from jiedui.core.lists import Action
from jiedui.core.users import User
from jiedui.questionnaires import answers, scopes
from jiedui.questionnaires.forms import SUBJECT_NAMES
from jiedui.questionnaires.models import Sheet

ACTIONS: list[Action] = []  # buttons that apps above put on the page of all forms


def readable(user: User, campaign: Campaign) -> list[Form]:
    """The forms the user may read; those of supervision are for supervision."""
    supervises = may(user, scopes.SUPERVISION)
    return [one for one in campaign.playbook.forms if one.filled_by == "field" or supervises]


def readable_form(user: User, campaign: Campaign, key: str) -> Form:
    """The form with this key; raises Http404 where the user may not read it."""
    found = by_key(tuple(readable(user, campaign))).get(key)
    if found is None:
        raise Http404
    return found


def running_tasks(campaign: Campaign) -> dict[str, list[Task]]:
    """Prescribed tasks that are done by a form these days, by its key."""
    today = timezone.localdate()
    rows = Task.objects.filter(
        campaign=campaign, is_prescribed=True, starts__lte=today, due__gte=today
    )
    found: dict[str, list[Task]] = {}
    for task in rows.exclude(form_key=""):
        found.setdefault(task.form_key, []).append(task)
    return found


@needs("registers.read")
def index(request: HttpRequest) -> HttpResponse:
    campaign = running_campaign(request)
    rows = Sheet.objects.standing().visible_to(request.user).filter(campaign=campaign).order_by()
    counts = dict(rows.values_list("form_key").annotate(Count("pk")))
    tasks = running_tasks(campaign)
    lines = [
        {
            "form": form,
            "tasks": tasks.get(form.key, []),
            "about": SUBJECT_NAMES[form.about],
            "count": counts.get(form.key, 0),
            "may_fill": may(request.user, scopes.permission_for(form)),
        }
        for form in readable(request.user, campaign)
    ]
    actions = [one for one in ACTIONS if may(request.user, one.permission)]
    return render(request, "questionnaires/index.html", {"lines": lines, "actions": actions})


@needs("registers.read")
def blank(request: HttpRequest, key: str) -> HttpResponse:
    """The form on A4, to be filled in by hand."""
    form = readable_form(request.user, running_campaign(request), key)
    context = {"asked": form, "lines": blank_lines(form), "about": SUBJECT_NAMES[form.about]}
    return render(request, "questionnaires/blank.html", context)


def blank_lines(form: Form) -> list[dict[str, Any]]:
    """The questions in order as they stand on paper."""
    return [_blank_line(form, number) for number in range(len(form.questions))]


def _blank_line(form: Form, at: int) -> dict[str, Any]:
    question = form.questions[at]
    before = form.questions[at - 1].group if at else None
    return {
        "number": at + 1,
        "question": question,
        "heading": question.group if question.group != before else None,
        "choices": [answers.answer_name(question, word) for word in question.answers],
        "condition": answers.condition(question, form.questions),
    }
