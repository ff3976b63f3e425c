"""One activity: written down by a group, looked at, taken out."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from jiedui.campaigns.current import running_campaign
from jiedui.campaigns.models import Campaign
from jiedui.campaigns.playbook import by_key
from jiedui.core import undoing
from jiedui.core.doors import may, needs
from jiedui.core.entries import form_page
from jiedui.core.histories import history
from jiedui.core.picks import Pick, offers
from jiedui.core.sending import send
from jiedui.core.users import User
from jiedui.fieldwork import actions, former_content, scopes
from jiedui.fieldwork.forms.activities import ActivityForm
from jiedui.fieldwork.forms.voiding import VoidVisitForm
from jiedui.fieldwork.models import Activity
from jiedui.fieldwork.views.visits import gifts_with
from jiedui.ledger.models import Gift
from jiedui.orgs.models import Member, Organisation
from jiedui.orgs.picks import MEMBER, ORGANISATION, TEAM
from jiedui.orgs.scopes import of
from jiedui.places.picks import PLACE
from jiedui.questionnaires import answers

WORDS = {
    "activity.recorded": gettext_lazy("written down"),
    "activity.voided": gettext_lazy("taken out"),
    "activity.read": gettext_lazy("encrypted answers read"),
    "activity.restored": gettext_lazy("stands again"),
}


@never_cache  # going back must not show a form whose number has been used
@needs("activity.record")
def new(request: HttpRequest) -> HttpResponse:
    campaign = running_campaign(request)
    kinds = [k for k in campaign.playbook.activities if k.visits == "none"]
    if not kinds:
        return render(request, "fieldwork/no_kind.html", {})
    kind = next((k for k in kinds if k.key == request.GET.get("kind")), kinds[0])
    form = ActivityForm(
        request.POST or None,
        user=request.user,
        campaign=campaign,
        kind=kind,
        initial=_initial(request.user, campaign),
    )

    def work() -> HttpResponse:
        activity = _save(request, form)
        messages.success(request, _("“%(kind)s” is written down.") % {"kind": kind.name})
        undoing.offer(request, "fieldwork:undo", activity.pk)
        return redirect(activity)

    if answer := send(request, form, work):
        return answer
    context = {"form": form, "kind": kind, "kinds": kinds}
    return render(request, "fieldwork/activity_new.html", context)


def _initial(user: User, campaign: Campaign) -> dict[str, Any]:
    """The user's own unit, and the place it sits in."""
    host = _own_host(user)
    places = scopes.activity_places(user)
    place = host.place if host and host.place_id else None
    if place is None or not places.filter(pk=place.pk).exists():
        grants = of(user).holding("activity.record").grants
        roots = [g.place for g in grants if g.place]
        place = places.filter(path__in=roots or [campaign.place.path]).first()
    return {"organisation": host, "place": place}


def _own_host(user: User) -> Organisation | None:
    hosts = scopes.hosts(user).select_related("place")
    member = Member.objects.filter(pk=of(user).member or 0).select_related("organisation").first()
    own = hosts.filter(pk=member.organisation_id).first() if member else None
    grants = of(user).holding("activity.record").grants
    roots = [g.organisation for g in grants if g.organisation]
    return own or hosts.filter(path__in=roots).first() or hosts.first()


def _save(request: HttpRequest, form: ActivityForm) -> Activity:
    facts = form.cleaned_data
    return actions.activity(
        form.campaign,
        form.done(),
        organisation=facts["organisation"],
        place=facts["place"],
        team=facts.get("team"),
        by=request.user,
    )


@needs("registers.read")
def show(request: HttpRequest, pk: str) -> HttpResponse:
    rows = Activity.objects.visible_to(request.user).select_related(
        *("campaign", "organisation", "team", "place__parent", "household", "pair", "task"),
        *("corrects", "corrected_by"),
    )
    activity = get_object_or_404(rows, pk=pk)
    values = dict(activity.more)
    if request.method == "POST":  # opened on purpose
        values |= actions.read_private(activity, by=request.user)
    gifts = gifts_with(activity, request.user) if activity.pair_id else Gift.objects.none()
    playbook = activity.campaign.playbook
    topics = by_key(playbook.topics)
    outputs = by_key(playbook.outputs)
    context = {
        "activity": activity,
        "people": [a.member for a in activity.attendances.select_related("member__organisation")],
        "topics": [topics[key].name if key in topics else key for key in activity.topics],
        "outputs": [
            (outputs[o.kind].name if o.kind in outputs else o.kind, o)
            for o in activity.outputs.all()
        ],
        "answers": _answer_lines(activity, values),
        "has_private": activity.holds("private")
        and request.method != "POST"
        and may(request.user, "sensitive.read", on=activity),
        "gifts": gifts,
        "history": history(activity, words=WORDS),
        "may_change": _may_change(activity, request.user),
        "void": VoidVisitForm(has_gifts=bool(gifts)),
    }
    return render(request, "fieldwork/activity.html", context)


def _may_change(activity: Activity, user: User) -> bool:
    return not activity.voided_on and may(user, "visit.record", on=activity)


def _answer_lines(activity: Activity, values: dict[str, Any]) -> list[tuple[Any, str]]:
    """Answers in the playbook's order, as people read them."""
    kind = activity.of_kind
    fields = kind.fields if kind else ()
    current = [(f.name, answers.display(f, values[f.key])) for f in fields if f.key in values]
    return [*current, *former_content.lines(activity, values)]


@needs("visit.record")
def void(request: HttpRequest, pk: str) -> HttpResponse:
    rows = scopes.changeable(request.user).select_related("campaign")
    activity = get_object_or_404(rows, pk=pk)
    form = VoidVisitForm(request.POST or None, has_gifts=bool(gifts_with(activity, request.user)))

    def act(typed: dict[str, Any]) -> None:
        actions.void(activity, by=request.user, **typed)

    return form_page(
        request,
        form,
        act,
        title=_("Take out a record"),
        back=activity.get_absolute_url(),
        done=_("The record is out of every figure. Its reason is kept."),
        template="fieldwork/void.html",
        save=_("Take out"),
        activity=activity,
    )


@needs("activity.record", "plan.change", "campaign.change")
def offer(request: HttpRequest, what: str) -> HttpResponse:
    """Names for a field of the form, among what the user may choose there."""
    user = request.user
    known: dict[str, tuple[Pick, QuerySet[Any]]] = {
        "organisation": (ORGANISATION, scopes.hosts(user).select_related("parent")),
        "place": (PLACE, scopes.activity_places(user).select_related("parent")),
        "unit": (ORGANISATION, scopes.planning(user).select_related("parent")),
        "team": (TEAM, scopes.teams(user).select_related("place")),
        "members": (MEMBER, scopes.nameable(user).select_related("organisation")),
    }
    if what not in known:
        raise Http404
    return offers(request, *known[what])
