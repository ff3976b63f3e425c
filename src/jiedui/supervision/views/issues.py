"""Issues: listed, written down, mended, struck off by somebody else, back again."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from jiedui.campaigns.current import running_campaign
from jiedui.core.doors import may, needs
from jiedui.core.entries import form_page
from jiedui.core.histories import history
from jiedui.core.lists import (
    Action,
    Badge,
    Choice,
    Column,
    DateRange,
    Empty,
    Listing,
    Search,
    Tree,
    YesNo,
    listing_view,
)
from jiedui.core.sending import send
from jiedui.core.users import User
from jiedui.orgs.models import Organisation
from jiedui.places.models import Place
from jiedui.supervision import actions, scopes, words
from jiedui.supervision.forms.issues import DayForm, IssueForm, ReopenForm
from jiedui.supervision.models import Issue, Measure

State = Issue.State


def late(rows: QuerySet[Any], yes: bool) -> QuerySet[Any]:
    overdue = Issue.objects.overdue(today=timezone.localdate()).values("pk")
    return rows.filter(pk__in=overdue) if yes else rows.exclude(pk__in=overdue)


def state_badge(row: Issue) -> Badge:
    return words.LATE if words.is_late(row, today=timezone.localdate()) else words.STATES[row.state]


class Issues(Listing[Issue]):
    key = "issues"
    url = "supervision:issues"
    title = gettext_lazy("Issues")
    icon = "flag"
    model = Issue
    permission = "registers.read"
    template = "supervision/issues.html"
    order = ("-found_on", "-pk")
    action = Action(gettext_lazy("New issue"), "supervision:issue_new", "issues.report")
    more = (
        Action(
            gettext_lazy("Ledger of issues"), "supervision:ledger", "registers.export", "printer"
        ),
    )
    card = ("organisation", "due", "state")
    columns = (
        Column("tick", gettext_lazy("Choose"), value="", template="supervision/_tick.html"),
        Column("text", gettext_lazy("What is wrong"), link=True, panel=True),
        Column("kind", gettext_lazy("Kind"), value=words.kind_name, sort="kind"),
        Column("source", gettext_lazy("Source"), value=words.source_name, sort="source"),
        Column(
            "organisation",
            gettext_lazy("Organisation"),
            value="organisation.name",
            sort="organisation__path",
        ),
        Column("owner", gettext_lazy("Person"), value="owner.name", shown=False),
        Column("place", gettext_lazy("Place"), value="place.name", sort="place__path", shown=False),
        Column("found_on", gettext_lazy("Found on"), kind="day", sort="found_on"),
        Column("due", gettext_lazy("To be mended by"), kind="day", sort="due"),
        Column("state", gettext_lazy("State"), kind="badge", value=state_badge, sort="state"),
        Column("closed_on", gettext_lazy("Struck off"), kind="day", sort="closed_on", shown=False),
        Column(
            "times_reopened",
            gettext_lazy("Times it came back"),
            kind="count",
            sort="times_reopened",
            shown=False,
        ),
    )
    filters = (
        Search("text", hint=gettext_lazy("Words of the issue")),
        Choice("state", gettext_lazy("State"), State.choices),
        Choice("kind", gettext_lazy("Kind"), words.all_kinds),
        Choice("source", gettext_lazy("Source"), words.all_sources),
        Tree("organisation", gettext_lazy("Organisation"), Organisation),
        Tree("place", gettext_lazy("Place"), Place),
        YesNo("late", gettext_lazy("Overdue"), by=late),
        YesNo("again", gettext_lazy("Came back"), yes=Q(times_reopened__gt=0)),
        DateRange("due", gettext_lazy("Due")),
        DateRange("found", gettext_lazy("Found on"), field="found_on"),
    )
    empty = Empty(
        "flag",
        gettext_lazy("No issues are known"),
        gettext_lazy("What is found in checks, in discussion or by residents is listed here."),
        "supervision:issue_new",
        gettext_lazy("New issue"),
        "issues.report",
    )

    def dress(self, rows: QuerySet[Issue]) -> QuerySet[Issue]:
        return rows.select_related("campaign", "organisation", "owner", "place")

    @property
    def shown(self) -> list[Column]:
        """Only who may decide about issues can tick them, and only on the screen."""
        columns = [column for column in self._chosen_columns if column.key != "tick"]
        on_paper = "print" in self.params or "export" in self.params
        if on_paper or not may(self.user, "issues.change"):
            return columns
        return [self.columns[0], *columns]

    @property
    def _chosen_columns(self) -> list[Column]:
        keys = set(self.chosen.split("."))
        chosen = [column for column in self.columns if column.key in keys]
        return chosen or [column for column in self.columns if column.shown]

    def _line(self, row: Any) -> Any:
        row.may_decide = self.holds("issues.change", row)
        return super()._line(row)

    def extra(self) -> dict[str, Any]:
        return {"may_decide": may(self.user, "issues.change")}


listing = listing_view(Issues)


@needs("issues.report")
def new(request: HttpRequest) -> HttpResponse:
    campaign = running_campaign(request)
    if not campaign.playbook.issue_kinds:
        return render(request, "supervision/no_kind.html", {})
    form = IssueForm(request.POST or None, user=request.user, campaign=campaign)

    def act(typed: dict[str, Any]) -> str:
        return _after_reporting(
            actions.report(campaign, by=request.user, **typed), user=request.user
        )

    return form_page(
        request,
        form,
        act,
        title=_("New issue"),
        back=reverse("supervision:issues"),
        done=_("The issue is written down."),
        template="supervision/issue_new.html",
    )


def _after_reporting(issue: Issue, *, user: User) -> str:
    """Who reports an issue of an organisation out of sight does not get its page."""
    seen = Issue.objects.visible_to(user).filter(pk=issue.pk).exists()
    return issue.get_absolute_url() if seen else reverse("supervision:issues")


@needs("registers.read")
def show(request: HttpRequest, pk: int) -> HttpResponse:
    issue = _issue(request, pk)
    context = {
        "issue": issue,
        "state": words.STATES[issue.state],
        "late": words.LATE if words.is_late(issue, today=timezone.localdate()) else None,
        "kind": words.kind_name(issue),
        "source": words.source_name(issue),
        "measures": issue.measures.select_related("organisation", "owner"),
        "open_measures": set(
            Measure.objects.visible_to(request.user)
            .filter(issues=issue)
            .values_list("pk", flat=True)
        ),
        "history": history(issue, words=words.HISTORY),
        "steps": _steps(issue, request.user),
    }
    return render(request, "supervision/issue.html", context)


def _issue(request: HttpRequest, pk: int) -> Issue:
    rows = Issue.objects.visible_to(request.user).select_related(
        "campaign", "organisation", "owner", "place", "done_by", "checked_by"
    )
    issue: Issue = get_object_or_404(rows, pk=pk)
    return issue


def _steps(issue: Issue, user: User) -> list[tuple[str, Any, Any, str, forms.Form]]:
    """What this user can do with the issue now: key, button, explanation, sign, form."""
    steps: list[tuple[str, Any, Any, str, forms.Form]] = []
    if not scopes.may_change(issue, user):
        return steps
    if issue.state == State.UNDER_WAY:
        hint = _("Then somebody else has to look.")
        steps.append(("mended", _("Report as mended"), hint, "check", DayForm()))
    if issue.state == State.TO_CHECK and not actions.is_owner(issue, user):
        hint = _("You have looked at it yourself, and it is mended.")
        steps.append(("strike-off", _("Strike off"), hint, "clipboard-check", DayForm()))
    if issue.state in (State.TO_CHECK, State.CLOSED):
        hint = _("It was found again, or it is not mended after all.")
        steps.append(("reopen", _("It came back"), hint, "refresh", ReopenForm()))
    return steps


@require_POST
@needs("issues.change")
def act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    known: dict[str, tuple[Any, type[forms.Form]]] = {
        "mended": (actions.mended, DayForm),
        "strike-off": (actions.strike_off, DayForm),
        "reopen": (actions.reopen, ReopenForm),
    }
    if act not in known:
        raise Http404
    issue = _issue(request, pk)
    if not scopes.may_change(issue, request.user):
        raise Http404
    action, shape = known[act]
    form = shape(request.POST)

    def work() -> HttpResponse:
        action(issue, by=request.user, **form.cleaned_data)
        messages.success(request, _("It is written down."))
        return redirect(issue)

    if answer := send(request, form, work):
        return answer
    messages.error(request, " ".join(str(e) for es in form.errors.values() for e in es))
    return redirect(issue)
