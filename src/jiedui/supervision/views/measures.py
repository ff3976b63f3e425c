"""Measures: listed, decided for one or many issues, carried out."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiedui.core.doors import needs, number
from jiedui.core.entries import form_page
from jiedui.core.histories import history
from jiedui.core.lists import (
    Badge,
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
from jiedui.orgs.models import Organisation
from jiedui.supervision import actions, scopes, words
from jiedui.supervision.forms.issues import DayForm
from jiedui.supervision.forms.measures import MeasureForm
from jiedui.supervision.models import Issue, Measure

MOST = 200  # issues of one measure
DONE = Badge(gettext_lazy("carried out"), "green", "circle-check")
RUNNING = Badge(gettext_lazy("being carried out"), "blue", "hammer")


def state_badge(row: Measure) -> Badge:
    if row.done_on:
        return DONE
    return words.LATE if row.due < timezone.localdate() else RUNNING


def late(rows: QuerySet[Any], yes: bool) -> QuerySet[Any]:
    overdue = Measure.objects.overdue(today=timezone.localdate()).values("pk")
    return rows.filter(pk__in=overdue) if yes else rows.exclude(pk__in=overdue)


class Measures(Listing[Measure]):
    key = "measures"
    url = "supervision:measures"
    title = gettext_lazy("Measures")
    icon = "hammer"
    model = Measure
    permission = "registers.read"
    order = ("due",)
    card = ("organisation", "due", "state")
    columns = (
        Column("text", gettext_lazy("Measure in words"), link=True, panel=True),
        Column(
            "organisation",
            gettext_lazy("Organisation"),
            value="organisation.name",
            sort="organisation__path",
        ),
        Column("owner", gettext_lazy("Person"), value="owner.name"),
        Column("answered", gettext_lazy("Issues it answers"), kind="count"),
        Column("since", gettext_lazy("From"), kind="day", sort="since", shown=False),
        Column("due", gettext_lazy("Done by"), kind="day", sort="due"),
        Column("done_on", gettext_lazy("Carried out"), kind="day", sort="done_on", shown=False),
        Column("state", gettext_lazy("State"), kind="badge", value=state_badge),
    )
    filters = (
        Search("text", hint=gettext_lazy("Words of the measure")),
        Tree("organisation", gettext_lazy("Organisation"), Organisation),
        YesNo("done", gettext_lazy("Carried out"), yes=Q(done_on__isnull=False)),
        YesNo("late", gettext_lazy("Overdue"), by=late),
        DateRange("due", gettext_lazy("Done by")),
    )
    empty = Empty(
        "hammer",
        gettext_lazy("No measures yet"),
        gettext_lazy("Tick issues in their list and decide what is done about them."),
        "supervision:issues",
        gettext_lazy("To the issues"),
    )

    def dress(self, rows: QuerySet[Measure]) -> QuerySet[Measure]:
        return rows.select_related("organisation", "owner").annotate(answered=Count("issues"))


listing = listing_view(Measures)


@needs("issues.change")
def new(request: HttpRequest) -> HttpResponse:
    issues = _chosen(request)
    if not issues:
        messages.error(request, _("Choose at least one issue that the measure answers."))
        return redirect("supervision:issues")
    playbook = issues[0].campaign.playbook
    form = MeasureForm(
        request.POST or None,
        user=request.user,
        days=playbook.issues.due_days if playbook.issues else 30,
        initial={"organisation": issues[0].organisation_id, "owner": issues[0].owner_id},
    )
    return form_page(
        request,
        form,
        lambda typed: actions.decide(issues, by=request.user, **typed),
        title=_("Decide a measure"),
        back=reverse("supervision:issues"),
        done=_("The measure is decided."),
        template="supervision/measure_new.html",
        save=_("Decide"),
        issues=issues,
    )


def _chosen(request: HttpRequest) -> list[Issue]:
    """The ticked issues, of one campaign, that this user may decide about."""
    keys = [key for k in request.GET.getlist("issue") if (key := number(k))]
    rows = scopes.changeable(request.user).filter(pk__in=keys[:MOST])
    found = list(rows.select_related("campaign", "organisation").order_by("found_on", "pk"))
    return [issue for issue in found if issue.campaign_id == found[0].campaign_id]


@needs("registers.read")
def show(request: HttpRequest, pk: int) -> HttpResponse:
    rows = Measure.objects.visible_to(request.user).select_related("organisation", "owner")
    measure: Measure = get_object_or_404(rows, pk=pk)
    may_finish = not measure.done_on and scopes.may_change(measure, request.user)
    form = DayForm(request.POST or None)

    def work() -> HttpResponse:
        actions.finish(measure, on=form.cleaned_data["on"], by=request.user)
        messages.success(request, _("The measure is carried out."))
        return redirect(measure)

    if may_finish and (answer := send(request, form, work)):
        return answer
    answered = Issue.objects.visible_to(request.user).filter(measures=measure)
    context = {
        "measure": measure,
        "state": state_badge(measure),
        "issues": [(one, words.STATES[one.state]) for one in answered],
        "form": form if may_finish else None,
        "history": history(measure, words=words.HISTORY),
    }
    return render(request, "supervision/measure.html", context)
