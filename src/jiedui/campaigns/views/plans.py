"""The units' own plans: who has handed one in, writing one, and the brands side by side."""

from typing import Any

from django.contrib import messages
from django.db.models import DateField, F, FilteredRelation, Q, QuerySet, Value
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiedui.campaigns import actions, scopes
from jiedui.campaigns import headings as texts
from jiedui.campaigns.current import campaign_of, running_campaign
from jiedui.campaigns.forms.plans import PlanForm
from jiedui.campaigns.models import Campaign, Plan
from jiedui.campaigns.playbook.calendar import Plan as PlanRule
from jiedui.core import merging
from jiedui.core.doors import needs
from jiedui.core.lists import Badge, Choice, Column, Empty, Listing, Search, Tree, listing_view
from jiedui.core.refusals import Refused
from jiedui.core.trees import below
from jiedui.core.typed import searched
from jiedui.core.users import User
from jiedui.orgs.models import Organisation

MOST = 120  # brands on one page
NOT_BEGUN = Badge(gettext_lazy("not begun"), "grey", "circle-dashed")
DRAFT = Badge(gettext_lazy("draft"), "blue", "pencil")
HANDED_IN = Badge(gettext_lazy("handed in"), "green", "circle-check")
HANDED_IN_LATE = Badge(gettext_lazy("handed in late"), "amber", "circle-check")
LATE = Badge(gettext_lazy("late"), "red", "clock")
STATES = (
    ("not_begun", NOT_BEGUN.word),
    ("draft", DRAFT.word),
    ("handed_in", HANDED_IN.word),
    ("missing", gettext_lazy("not handed in")),
    ("late", gettext_lazy("late and not handed in")),
)


def state_of(row: Any) -> Badge:
    """`row` comes from `units`: `handed_in` and `plan_version` are None without a plan."""
    if row.handed_in:
        return HANDED_IN_LATE if row.handed_in > row.plan_due else HANDED_IN
    if row.plan_due < timezone.localdate():
        return LATE
    return DRAFT if row.plan_version else NOT_BEGUN


def in_state(rows: QuerySet[Any], state: str) -> QuerySet[Any]:
    missing = Q(handed_in=None)
    conditions = {
        "not_begun": Q(plan_version=None),
        "draft": missing & Q(plan_version__isnull=False),
        "handed_in": ~missing,
        "missing": missing,
        "late": missing & Q(plan_due__lt=timezone.localdate()),
    }
    return rows.filter(conditions[state])


class Plans(Listing[Organisation]):
    key = "plans"
    title = gettext_lazy("Plans")
    icon = "file-text"
    model = Organisation
    permission = "registers.read"
    order = ("path",)
    template = "campaigns/plans.html"
    columns = (
        Column(
            "name",
            gettext_lazy("Organisation"),
            sort="pinyin",
            link=lambda row: reverse("campaigns:plan", args=[row.pk]),
        ),
        Column("parent", gettext_lazy("Belongs to"), value="parent.name", sort="path"),
        Column("state", gettext_lazy("State"), kind="badge", value=state_of),
        Column("handed_in", gettext_lazy("Handed in"), kind="day", sort="handed_in"),
        Column("brand", gettext_lazy("Brand"), value="plan_brand", sort="plan_brand"),
    )
    filters = (
        Search("name", "pinyin", "initials"),
        Choice("state", gettext_lazy("State"), STATES, by=in_state),
        Tree("organisation", gettext_lazy("Belongs to"), Organisation, path="path"),
    )
    empty = Empty(
        "file-text",
        gettext_lazy("Nobody has to hand a plan in"),
        gettext_lazy("The playbook of this campaign asks for no plans, or no unit takes part yet."),
    )

    def rows(self, user: User) -> QuerySet[Organisation]:
        return units(self._campaign, user, permission=self.needed_permission)

    def found(self, keys: list[Any]) -> QuerySet[Organisation]:
        return self.still_seen(keys)

    def dress(self, rows: QuerySet[Organisation]) -> QuerySet[Organisation]:
        return rows.select_related("parent")

    def extra(self) -> dict[str, Any]:
        return {"rule": self._campaign.playbook.plan}

    @cached_property
    def _campaign(self) -> Campaign:
        return Campaign.objects.select_related("organisation").get(pk=self.kwargs["campaign"])


def units(campaign: Campaign, user: User, *, permission: str = "") -> QuerySet[Any]:
    """Organisations that have to plan and whose plans the user may see, with the plan's facts."""
    rule = campaign.playbook.plan
    if rule is None:
        return Organisation.objects.none()
    standing = Organisation.objects.standing().filter(below(campaign.organisation.path))
    rows = standing.filter(kind=rule.per)
    return rows.filter(scopes.plans_of(user, permission=permission)).annotate(
        own_plan=FilteredRelation("plans", condition=Q(plans__campaign=campaign)),
        plan_version=F("own_plan__version"),
        handed_in=F("own_plan__submitted_on"),
        plan_due=Value(rule.due, output_field=DateField()),
        plan_brand=F("own_plan__brand"),
    )


_listing = listing_view(Plans)


@needs("registers.read")
def listing(request: HttpRequest) -> HttpResponse:
    return _listing(request, campaign=running_campaign(request).pk)


def _unit(request: HttpRequest, pk: int) -> tuple[Campaign, Any]:
    campaign = campaign_of(request)
    if campaign is None:
        raise Http404
    return campaign, get_object_or_404(units(campaign, request.user), pk=pk)


@needs("registers.read")
def show(request: HttpRequest, organisation: int) -> HttpResponse:
    campaign, unit = _unit(request, organisation)
    plan = Plan.objects.filter(campaign=campaign, organisation=unit).first()
    rule = campaign.playbook.plan
    names = [str(heading) for heading in rule.headings] if rule else []
    context = {
        "unit": unit,
        "plan": plan,
        "rule": rule,
        "state": state_of(unit),
        "parts": list(zip(names, texts.split(plan.text, _zh(rule)), strict=True)) if plan else [],
        "may_write": scopes.may_write_plan(unit, request.user),
    }
    return render(request, "campaigns/plan.html", context)


def _zh(rule: PlanRule | None) -> list[str]:
    """Headings as they stand in the stored text: in Chinese, whoever reads."""
    return [heading.zh for heading in rule.headings] if rule else []


@needs("plan.change", "campaign.change")
def edit(request: HttpRequest, organisation: int) -> HttpResponse:
    campaign, unit = _unit(request, organisation)
    if not scopes.may_write_plan(unit, request.user):
        raise Http404
    plan = Plan.objects.filter(campaign=campaign, organisation=unit).first()
    rule = campaign.playbook.plan
    form = _form(request, plan, rule)
    theirs = None
    if request.method == "POST" and form.is_valid():
        try:
            actions.write_plan(
                campaign, organisation=unit, by=request.user,
                submit="submit" in request.POST, **form.facts(),
            )  # fmt: skip
        except Refused as refused:
            form.add_error(None, refused.sentence)
            theirs = Plan.objects.filter(campaign=campaign, organisation=unit).first()
            form, theirs = _after_conflict(form, theirs, rule)
        else:
            messages.success(request, _("The plan is saved."))
            return redirect("campaigns:plan", unit.pk)
    context = {"form": form, "unit": unit, "plan": plan, "rule": rule, "theirs": theirs}
    return render(request, "campaigns/plan_edit.html", context)


def _form(request: HttpRequest, plan: Plan | None, rule: PlanRule | None) -> PlanForm:
    text = plan.text if plan else ""
    return PlanForm(request.POST or None, headings=_zh(rule), text=text, initial=_initial(plan))


def _initial(plan: Plan | None) -> dict[str, Any]:
    return {
        "version": plan.version if plan else 0,
        "goals": plan.goals if plan else "",
        "brand": plan.brand if plan else "",
        "brand_story": plan.brand_story if plan else "",
    }


def _after_conflict(form: PlanForm, theirs: Plan | None, rule: PlanRule | None) -> Any:
    """What only one of the two changed is put together; of the rest the other's text is in view."""
    if theirs is None or form.cleaned_data.get("version") == theirs.version:
        return form, None
    # The next save starts from the text of the other writer, which is now in view.
    now = PlanForm(headings=form.headings, text=theirs.text, initial=_initial(theirs))
    mine = form.data.dict()  # type: ignore[attr-defined]
    merged = merging.merge(mine.get(merging.NAME, ""), mine, now.shown)
    form.data = {**mine, **merged.values, "version": str(theirs.version),
                 merging.NAME: merging.shown(now.shown)}  # fmt: skip
    parts = zip(form.headings, texts.split(theirs.text, _zh(rule)), strict=True)
    return form, {"plan": theirs, "parts": list(parts)}


@needs("registers.read")
def brands(request: HttpRequest) -> HttpResponse:
    """One branch, one brand: the brands beside each other, below one's own organisations."""
    campaign = running_campaign(request)
    plans = Plan.objects.visible_to(request.user).filter(campaign=campaign).exclude(brand="")
    text = searched(request.GET.get("q", ""), most=60)
    if text:
        plans = plans.filter(
            Q(brand__icontains=text) | Q(brand_story__icontains=text)
            | Q(organisation__name__icontains=text)
        )  # fmt: skip
    shown = plans.select_related("organisation__parent").order_by("organisation__path")
    context = {"plans": shown[:MOST], "text": text, "total": shown.count(), "most": MOST}
    return render(request, "campaigns/brands.html", context)
