"""The campaign a user works in now: chosen in the top bar, kept in session and account."""

from django.contrib.auth import get_user_model
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from jiedui.campaigns.models import Campaign, all_campaigns
from jiedui.core.refusals import Refused
from jiedui.core.users import User
from jiedui.orgs import scopes

SESSION_KEY = "campaign"


class NoCampaign(Refused):
    """No campaign runs yet: its page shows the office the first step, others who takes it."""

    template = "campaigns/none.html"


def campaign_of(request: HttpRequest) -> Campaign | None:
    """The chosen campaign, else `_usual`; None when there is none at all. One query a request."""
    if not hasattr(request, "_campaign"):
        campaigns = {one.key: one for one in choices(request)}
        keys = (request.session.get(SESSION_KEY, ""), getattr(request.user, "campaign", ""))
        chosen = next((campaigns[key] for key in keys if key in campaigns), None)
        request._campaign = chosen or _usual(list(campaigns.values()))  # type: ignore[attr-defined]
    return request._campaign  # type: ignore[attr-defined]


def _usual(campaigns: list[Campaign]) -> Campaign | None:
    """For whoever has chosen none: of those that run today the one set up first, so that another
    one that starts moves nobody; else the newest."""
    today = timezone.localdate()
    running = [one for one in campaigns if one.starts <= today <= (one.ends or today)]
    if running:
        return min(running, key=lambda one: one.pk)
    return next(iter(campaigns), None)


def running_campaign(request: HttpRequest) -> Campaign:
    """The campaign one works in; while there is none, the page that leads to one answers."""
    campaign = campaign_of(request)
    if campaign is None:
        sentence = _("No campaign is running here yet; the campaign office starts one first.")
        raise NoCampaign(sentence)
    return campaign


def choices(request: HttpRequest) -> list[Campaign]:
    """The campaigns of the user's own areas and organisations, the newest first."""
    if not hasattr(request, "_campaigns"):
        request._campaigns = [one for one in all_campaigns() if is_open_to(one, request.user)]  # type: ignore[attr-defined]
    return request._campaigns  # type: ignore[attr-defined]


def is_open_to(campaign: Campaign, user: User) -> bool:
    """Whether the user has an appointment inside the campaign's area, or above it."""
    for grant in scopes.of(user).grants:
        if grant.organisation is None and grant.place is None:
            return True  # over the whole installation, such as the administrator's
        if _on_one_line(grant.organisation, campaign.organisation.path):
            return True
        if _on_one_line(grant.place, campaign.place.path):
            return True
    return False


def _on_one_line(path: str | None, root: str) -> bool:
    return path is not None and (path.startswith(root) or root.startswith(path))


def choose(request: HttpRequest, *, key: str) -> None:
    """Work in this campaign from now on, also after the next sign-in."""
    if any(one.key == key for one in choices(request)):
        request.session[SESSION_KEY] = key
        get_user_model()._default_manager.filter(pk=request.user.pk or 0).update(campaign=key)
