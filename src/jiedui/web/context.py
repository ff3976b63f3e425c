"""What every page's frame needs; computed only when a template asks for it."""

from functools import partial
from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language

from jiedui.campaigns import current
from jiedui.core.models import Installation
from jiedui.web.navigation import side_of, tabs_for, thumbs_for

LARGE_TYPE_COOKIE = "large_type"


def shell(request: HttpRequest) -> dict[str, Any]:
    """`shell` is the template pages extend: the frame, or nothing around it in the side panel."""
    in_panel = request.headers.get("HX-Target") == "panel-body"
    return {
        "shell": "web/panel.html" if in_panel else "base.html",
        "side": partial(side_of, request),
        "tabs": partial(tabs_for, request),
        "thumbs": partial(thumbs_for, request),
        "campaigns": partial(current.choices, request),
        "campaign": partial(current.campaign_of, request),
        "installation": Installation.current,
        "has_large_type": partial(_has_large_type, request),
        "language_tag": "zh-Hans" if (get_language() or "zh").startswith("zh") else "en",
    }


def _has_large_type(request: HttpRequest) -> bool:
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        return user.large_type
    return request.COOKIES.get(LARGE_TYPE_COOKIE) == "1"
