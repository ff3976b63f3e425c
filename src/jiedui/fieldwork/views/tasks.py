"""Tasks: units × tasks at a glance, one task and everybody who has to do it, own tasks."""

from dataclasses import replace
from datetime import date
from functools import reduce
from operator import or_ as either
from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiedui.accounts.models import User
from jiedui.campaigns import actions
from jiedui.campaigns.current import campaign_of, running_campaign
from jiedui.campaigns.models import Campaign, Task
from jiedui.campaigns.playbook import by_key
from jiedui.core.doors import may, needs
from jiedui.core.lists import Tree
from jiedui.core.sending import send
from jiedui.core.trees import below
from jiedui.fieldwork import matrix, scopes, task_reminders
from jiedui.fieldwork.completion import Completion, completions
from jiedui.fieldwork.forms.tasks import DoneForm, OwnTaskForm
from jiedui.orgs.models import Organisation
from jiedui.questionnaires.scopes import permission_for

CHANGING = ("plan.change", "campaign.change")
PICKER = Tree("organisation", gettext_lazy("Organisation"), Organisation)  # fmt: skip


def where(request: HttpRequest) -> tuple[Campaign | None, Organisation | None]:
    campaign = campaign_of(request)
    chosen = PICKER.read(request.GET)
    path = chosen.path if isinstance(chosen, Organisation) else ""
    root = matrix.root_for(campaign, request.user, path=path) if campaign else None
    return campaign, root


@needs("registers.read")
def listing(request: HttpRequest) -> HttpResponse:
    """Units × tasks in pages of both, or the tasks that units chose themselves."""
    running_campaign(request)
    campaign, root = where(request)
    if campaign is None or root is None:
        return render(request, "fieldwork/tasks_none.html", {})
    if "pick" in request.GET:
        return _offers(request, campaign, root)
    today = timezone.localdate()
    choices = matrix.choices(campaign, today=today)
    choice = next((c for c in choices if c.key == request.GET.get("when")), choices[0])
    is_own = request.GET.get("choice") == "own"
    rows = Task.objects.filter(campaign=campaign, is_prescribed=not is_own)
    rows = matrix.chosen(rows, choice, today=today)
    context: dict[str, Any] = {
        "root": root,
        "line": _crumbs(root, campaign, request.user),
        "picker": PICKER,
        "choices": choices,
        "choice": choice,
        "is_own": is_own,
        "is_unfinished": is_unfinished(request),
        "may_add": may(request.user, *CHANGING),
        "may_remind": may(request.user, *CHANGING)
        and task_reminders.may_remind(under=root, by=cast(User, request.user)),
        "today": today,
    }
    is_print = "print" in request.GET
    shown = _own if is_own else _prescribed_print if is_print else _prescribed
    context |= shown(request, campaign, rows, root, today)
    return render(request, f"fieldwork/tasks{'_print' * is_print}.html", context)


def _prescribed(
    request: HttpRequest, campaign: Campaign, rows: QuerySet[Task], root: Organisation, today: date
) -> dict[str, Any]:
    """One page of tasks across and one page of units down; the foot counts all units."""
    tasks = Paginator(rows, matrix.ACROSS).get_page(request.GET.get("tasks"))
    found = matrix.block(campaign, list(tasks), root=root, today=today)
    page = Paginator(_lines(request, found), matrix.PAGE).get_page(request.GET.get("page"))
    return {"tasks": tasks, "grid": replace(found, lines=list(page)), "page": page}


def is_unfinished(request: HttpRequest) -> bool:
    """Whether only those are wanted who are not done with something that has begun."""
    return request.GET.get("state") == "unfinished"


def _lines(request: HttpRequest, found: matrix.Block) -> list[matrix.Line]:
    return [one for one in found.lines if one.is_behind or not is_unfinished(request)]


def _prescribed_print(
    request: HttpRequest, campaign: Campaign, rows: QuerySet[Task], root: Organisation, today: date
) -> dict[str, Any]:
    """Everything, in as many tables as A4 needs."""
    sheets = Paginator(rows, matrix.ACROSS_PAPER)
    blocks = [matrix.block(campaign, list(sheet), root=root, today=today) for sheet in sheets]
    return {"grids": [replace(one, lines=_lines(request, one)) for one in blocks]}


def _offers(request: HttpRequest, campaign: Campaign, root: Organisation) -> HttpResponse:
    """What the organisation filter offers: those whose tasks the user may look at."""
    text = request.GET.get(PICKER.key, "")
    text = "" if text.isdecimal() else text
    own = [Q(path__startswith=path) for path in matrix.own_roots(campaign, request.user)]
    offered = (PICKER.matching(text) if text else matrix.below_root(root)).filter(
        reduce(either, own)
    )
    query = request.GET.copy()
    for name in ("pick", "page", PICKER.key):
        query.pop(name, None)
    links = []
    for one in offered.select_related("parent")[: PICKER.OFFERED]:
        query[PICKER.key] = one.path
        links.append((one, f"{request.path}?{query.urlencode()}"))
    return render(request, "core/filters/_offers.html", {"links": links, "text": text})


def _crumbs(root: Organisation, campaign: Campaign, user: Any) -> list[Organisation]:
    """Organisations above the shown one that the user may go back up to."""
    own = matrix.own_roots(campaign, user)
    return [o for o in root.line() if o.pk != root.pk and any(map(o.path.startswith, own))]


def _own(
    request: HttpRequest, campaign: Campaign, rows: QuerySet[Task], root: Organisation, today: date
) -> dict[str, Any]:
    """The tasks that units below the root chose themselves, a page of them (on paper all)."""
    own = rows.filter(below(root.path, field="organisation__path")).select_related("organisation")
    page = Paginator(own, own.count() or 1 if "print" in request.GET else matrix.PAGE).get_page(
        request.GET.get("page")
    )
    by_task = {c.task.pk: c for c in completions(campaign, list(page), until=today)}
    lines = [(by_task[t.pk], matrix.STATES[by_task[t.pk].state(today)]) for t in page
            if t.pk in by_task]  # fmt: skip
    return {"own": lines, "page": page}


@needs("registers.read")
def show(request: HttpRequest, pk: int) -> HttpResponse:
    campaign, root = where(request)
    if campaign is None or root is None:
        raise Http404
    task = get_object_or_404(visible_tasks(campaign, root, request.user), pk=pk)
    today = timezone.localdate()
    found = completions(campaign, [task], until=today, under=root.path)
    names = Organisation.objects.in_bulk([one.organisation for one in found])
    sort = request.GET.get("sort", "")
    lines = [
        (names[one.organisation], one, matrix.STATES[one.state(today)],
         matrix.records_href(task, one.path))
        for one in found
    ]  # fmt: skip
    lines.sort(key=lambda line: _order(sort.lstrip("-"), line), reverse=sort.startswith("-"))
    context = {
        "task": task,
        "root": root,
        "lines": lines,
        "done": sum(one.is_done for one in found),
        "behind": sum(one.is_behind(today) for one in found),
        "may_remind": may(request.user, *CHANGING)
        and task_reminders.may_remind(task, under=root, by=cast(User, request.user)),
        "advice": _advice(campaign, task),
        "counted": _counted(campaign, task),
        "form": _done_form(request, task, found),
        "fill_in": _fill_in(request, campaign, task, today),
        "sort": sort,
        "heads": _heads(request, sort),
        "today": today,
        "records": matrix.records_href(task, root.path),
    }
    template = "fieldwork/task_print.html" if "print" in request.GET else "fieldwork/task.html"
    return render(request, template, context)


def visible_tasks(campaign: Campaign, root: Organisation, user: Any) -> QuerySet[Task]:
    """Prescribed tasks, and those the user's own organisations chose."""
    own = Q(organisation=None)
    for path in matrix.own_roots(campaign, user):
        own |= below(path, field="organisation__path")
    return Task.objects.filter(own, campaign=campaign).select_related("organisation")


def _order(sort: str, line: tuple[Organisation, Completion, Any, str]) -> Any:
    organisation, one, badge, _href = line
    keys: dict[str, tuple[Any, ...]] = {
        "name": (organisation.pinyin, one.path),
        "done": (one.done, one.path),
    }
    keys["state"] = (one.is_done, badge.tone, one.path)
    return keys.get(sort, (one.path,))


def _heads(request: HttpRequest, sort: str) -> list[tuple[Any, str, str]]:
    """Label, address and direction (as aria-sort says it) of the sortable columns."""
    labels = {"name": _("Organisation"), "done": _("Counted"), "state": _("State")}
    heads = []
    for key, label in labels.items():
        query = request.GET.copy()
        query["sort"] = f"-{key}" if sort == key else key
        direction = {key: "ascending", f"-{key}": "descending"}.get(sort, "")
        heads.append((label, f"?{query.urlencode()}", direction))
    return heads


def _advice(campaign: Campaign, task: Task) -> Any:
    rule = by_key(campaign.playbook.tasks).get(task.key)
    return rule.advice if rule else None


def _counted(campaign: Campaign, task: Task) -> str:
    """From what the task is counted, in words."""
    playbook = campaign.playbook
    if task.output_kind:
        output = by_key(playbook.outputs).get(task.output_kind)
        return f"{output.name} {task.wanted} {output.unit}" if output else task.output_kind
    if task.activity_kind:
        kind = by_key(playbook.activities).get(task.activity_kind)
        return f"{kind.name} × {task.wanted}" if kind else task.activity_kind
    if task.form_key:
        form = by_key(playbook.forms).get(task.form_key)
        return f"{form.name} × {task.wanted}" if form else task.form_key
    return _("reported by the organisation")


def _done_form(request: HttpRequest, task: Task, found: list[Completion]) -> DoneForm | None:
    """Offered for tasks without records, for organisations the user acts for."""
    if task.is_counted or not may(request.user, *CHANGING):
        return None
    waiting = [one.organisation for one in found if not one.is_done]
    rows = scopes.planning(request.user).filter(pk__in=waiting)
    return DoneForm(rows=rows) if rows.exists() else None


def _fill_in(request: HttpRequest, campaign: Campaign, task: Task, today: date) -> str:
    """Where the form of a task that has begun is filled in; "" for who may not."""
    form = by_key(campaign.playbook.forms).get(task.form_key)
    if form is None or task.starts > today or not may(request.user, permission_for(form)):
        return ""
    return reverse("questionnaires:new", args=[form.key])


@needs(*CHANGING)
def done(request: HttpRequest, pk: int) -> HttpResponse:
    """An organisation says that a task without records is done."""
    campaign, root = where(request)
    if campaign is None or root is None or request.method != "POST":
        raise Http404
    task = get_object_or_404(visible_tasks(campaign, root, request.user), pk=pk)
    form = DoneForm(request.POST, rows=scopes.planning(request.user))

    def work() -> HttpResponse:
        actions.report_task(task, by=request.user, **form.cleaned_data)
        messages.success(request, _("The task is reported as done."))
        return redirect("campaigns:task", task.pk)

    if answer := send(request, form, work):
        return answer
    messages.error(request, " ".join(str(e) for es in form.errors.values() for e in es))
    return redirect("campaigns:task", task.pk)


@needs(*CHANGING)
def new(request: HttpRequest) -> HttpResponse:
    """A unit adds a task of its own (自选动作); those of the playbook are suggested."""
    running_campaign(request)
    campaign, root = where(request)
    if campaign is None or root is None:
        return render(request, "fieldwork/tasks_none.html", {})
    offered = [t for t in campaign.playbook.tasks if t.choice == "self_chosen"]
    start = by_key(tuple(offered)).get(request.GET.get("from", ""))
    form = OwnTaskForm(
        request.POST or None,
        campaign=campaign,
        hosts=scopes.planning(request.user).filter(below(campaign.organisation.path)),
        initial={"organisation": root}
        | ({"name": str(start.name), "activity_kind": start.activity or "",
            "form_key": "" if start.activity else start.form or "",
            "wanted": start.wanted} if start else {}),
    )  # fmt: skip

    def work() -> HttpResponse:
        task = actions.choose_task(campaign, by=request.user, **form.cleaned_data)
        messages.success(request, _("The task is added."))
        return redirect("campaigns:task", task.pk)

    if answer := send(request, form, work):
        return answer
    back = reverse("campaigns:tasks")
    context = {"form": form, "offered": offered, "title": _("New task of one's own"), "back": back}
    return render(request, "fieldwork/task_new.html", context)
