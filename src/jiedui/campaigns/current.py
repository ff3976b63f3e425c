"""The campaign a user works in now: chosen in the top bar, kept in the session."""

from django.http import HttpRequest

from jiedui.campaigns.models import Campaign

SESSION_KEY = "campaign"


def campaign_of(request: HttpRequest) -> Campaign | None:
    """The chosen campaign, else the newest; None when there is none at all. One query a request."""
    if not hasattr(request, "_campaign"):
        campaigns = {one.key: one for one in choices(request)}
        chosen = campaigns.get(request.session.get(SESSION_KEY, ""))
        request._campaign = chosen or next(iter(campaigns.values()), None)  # type: ignore[attr-defined]
    return request._campaign  # type: ignore[attr-defined, no-any-return]


def choices(request: HttpRequest) -> list[Campaign]:
    """All campaigns, the newest first."""
    if not hasattr(request, "_campaigns"):
        request._campaigns = list(Campaign.objects.all())  # type: ignore[attr-defined]
    return request._campaigns  # type: ignore[attr-defined, no-any-return]


def choose(request: HttpRequest, *, key: str) -> None:
    if any(one.key == key for one in choices(request)):
        request.session[SESSION_KEY] = key
