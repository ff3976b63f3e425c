"""The list of campaigns, and the pages of one: what it is, its rules, its playbook."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from jiedui.campaigns import scopes, words
from jiedui.campaigns.current import choices
from jiedui.campaigns.models import Campaign
from jiedui.core.doors import may, needs
from jiedui.core.lists import Badge
from jiedui.places.models import Level


@needs("registers.read", "campaign.change")
def listing(request: HttpRequest) -> HttpResponse:
    """The campaigns of the user's own areas, as cards: there are never many."""
    today = timezone.localdate()
    cards = [(one, _line(one), _state(one, today)) for one in choices(request)]
    context = {"cards": cards, "may_start": may(request.user, "campaign.change")}
    return render(request, "campaigns/list.html", context)


def _line(campaign: Campaign) -> words.Line:
    ends = campaign.ends or campaign.playbook.campaign.ends
    return words.line_of(
        campaign.playbook, starts=campaign.starts, ends=ends, today=timezone.localdate()
    )


def _state(campaign: Campaign, today: Any) -> Badge:
    if campaign.ends and today > campaign.ends:
        return Badge(_("over"), "grey", "check")
    if today < campaign.starts:
        return Badge(_("to come"), "grey", "hourglass")
    return Badge(_("under way"), "green", "player-play")


def campaign_or_404(request: HttpRequest, pk: int) -> Campaign:
    """The campaign if it is one of the user's own area; a stranger gets no hint of others."""
    found = next((one for one in choices(request) if one.pk == pk), None)
    if found is None:
        raise Http404
    return found


@needs("registers.read", "campaign.change")
def show(request: HttpRequest, pk: int) -> HttpResponse:
    campaign = campaign_or_404(request, pk)
    playbook = campaign.playbook
    context = {
        "campaign_here": campaign,
        "playbook": playbook,
        "line": _line(campaign),
        "levels": [
            (level, words.SIDES[level.held_by], _area(level.area)) for level in playbook.levels
        ],
        "pairings": [(one, words.pairing_rules(playbook, one)) for one in playbook.pairings],
        "may_lead": scopes.may_lead(campaign, request.user),
        "off": sum(not getattr(playbook.red_lines, key).on for key in words.RED_LINES),
        "lines": len(words.RED_LINES),
    }
    return render(request, "campaigns/show.html", context)


def _area(level: str | None) -> Any:
    return Level(level).label if level else ""


@needs("registers.read", "campaign.change")
def conduct(request: HttpRequest, pk: int) -> HttpResponse:
    """入户规范 on one sheet, for the bag of whoever sets out."""
    campaign = campaign_or_404(request, pk)
    return render(request, "campaigns/conduct.html", {"campaign_here": campaign})


@needs("registers.read", "campaign.change")
def red_lines(request: HttpRequest, pk: int) -> HttpResponse:
    campaign = campaign_or_404(request, pk)
    context = {"campaign_here": campaign, "red_lines": words.red_lines(campaign.playbook)}
    return render(request, "campaigns/red_lines.html", context)


@needs("registers.read", "campaign.change")
def playbook(request: HttpRequest, pk: int) -> HttpResponse:
    """The campaign's playbook as it was written, with its lines numbered."""
    campaign = campaign_or_404(request, pk)
    if "download" in request.GET:
        answer = HttpResponse(campaign.source, content_type="application/toml; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{campaign.key}.toml"'
        return answer
    context = {"campaign_here": campaign, "lines": campaign.source.splitlines()}
    return render(request, "campaigns/playbook.html", context)
