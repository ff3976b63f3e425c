"""Setting a campaign up in two steps, and checking a playbook before."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from jiedui.campaigns import actions, scopes
from jiedui.campaigns import playbook as playbooks
from jiedui.campaigns.current import campaign_of, choices
from jiedui.campaigns.forms.setup import PLACES, CheckForm, PlaybookForm, StartForm, place_label
from jiedui.campaigns.models import Campaign
from jiedui.campaigns.playbook import moving
from jiedui.core.doors import needs
from jiedui.core.picks import LABELLED, OFFERED
from jiedui.core.refusals import Refused
from jiedui.core.sending import send
from jiedui.core.typed import searched
from jiedui.core.users import User
from jiedui.orgs import actions as orgs
from jiedui.orgs.models import Organisation
from jiedui.places import actions as places
from jiedui.places import atlas
from jiedui.places.models import Place

NAMES = ("name", "full_name", "office", "document_word")


@needs("campaign.change")
def new(request: HttpRequest) -> HttpResponse:
    """First the playbook, with all its mistakes; then where, who and when."""
    if "source" in request.POST:
        return _where(request, request.POST["source"], StartForm)
    form = PlaybookForm(request.POST or None, request.FILES or None)
    if not form.is_valid():
        return render(request, "campaigns/new.html", {"form": form})
    text = form.cleaned_data["text"]
    if mistakes := playbooks.check(text):
        context = {"form": form, "mistakes": mistakes}
        return render(request, "campaigns/new.html", context)
    return _where(request, text, None)


def _where(request: HttpRequest, source: str, shape: type[StartForm] | None) -> HttpResponse:
    if mistakes := playbooks.check(source):
        context = {"form": PlaybookForm(), "mistakes": mistakes}
        return render(request, "campaigns/new.html", context)
    playbook = playbooks.load(source, name="")
    form = StartForm(
        request.POST if shape else None,
        user=request.user,
        playbook=playbook,
        initial={"source": source},
    )

    def work() -> HttpResponse:
        campaign = _start(form.cleaned_data, request.user)
        messages.success(request, _("%s has been set up.") % campaign.title)
        if (now := campaign_of(request)) and now != campaign:
            text = _("You still work in %s; the other one is chosen at the top of the page.")
            messages.info(request, text % now.title)
        return redirect("campaigns:show", campaign.pk)

    if answer := send(request, form, work):
        return answer
    since = timezone.localdate()
    moved = playbooks.load(moving.beginning(source, since), name="")
    context = {"form": form, "playbook": playbook, "phases": moved.phases, "since": since}
    return render(request, "campaigns/start.html", context)


@transaction.atomic
def _start(facts: dict[str, Any], user: User) -> Campaign:
    source = moving.beginning(facts["source"], facts["since"])
    source = moving.called(source, place=facts["place"].code, **{k: facts[k] for k in NAMES})
    chosen = facts["organisation"]
    if chosen and not scopes.may_act_for(chosen, user, "campaign.change"):
        raise Refused(_("You cannot start a campaign of %(name)s.") % {"name": chosen})
    places.bring_in(facts["place"].code, by=user)
    place = Place.objects.get(code=facts["place"].code)
    root = chosen or _founded(facts["new_organisation"], place, user)
    return actions.start(source, organisation=root, place=place, by=user)


def _founded(name: str, place: Place, user: User) -> Organisation:
    values = {"name": name.strip(), "kind": Organisation.Kind.AREA, "place": place}
    return orgs.found(None, values, by=user)


@needs("campaign.change")
def place_offers(request: HttpRequest) -> HttpResponse:
    return national_offers(request)


def national_offers(request: HttpRequest, *, levels: Sequence[str] = PLACES) -> HttpResponse:
    """Places of the national tree for the letters typed so far."""
    text = searched(request.GET.get("q", ""), most=40)
    labelled = LABELLED.fullmatch(text)
    text = labelled["name"].strip() if labelled else text
    found = (
        atlas.search(text, levels=levels, limit=OFFERED) if text else atlas.provinces()[:OFFERED]
    )
    lines = [(place_label(one), one.name, atlas.full_name(one.code)) for one in found]
    return render(request, "core/picks/offers.html", {"lines": lines, "text": text})


@needs("campaign.change")
def check(request: HttpRequest) -> HttpResponse:
    """Check a playbook, or an edited copy of a running one, without changing anything."""
    form = CheckForm(request.POST or None, request.FILES or None, initial=_begin(request))
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        text = form.cleaned_data["text"]
        mistakes = playbooks.check(text)
        playbook = None if mistakes else playbooks.load(text, name="")
        warnings = [] if mistakes else playbooks.warn(text)
        context |= {
            "mistakes": mistakes,
            "is_checked": True,
            "playbook": playbook,
            "warnings": warnings,
        }
        context["form"] = CheckForm(initial={"text": text})
    return render(request, "campaigns/check.html", context)


def _begin(request: HttpRequest) -> dict[str, str]:
    """The text one starts from: a running campaign's, or a shipped playbook's."""
    running = {str(one.pk): one for one in choices(request)}
    if campaign := running.get(request.GET.get("campaign", "")):
        return {"text": campaign.source}
    key = request.GET.get("from", "")
    return {"text": playbooks.source(key)} if key in playbooks.available() else {}
