"""Guards for views: who may pass."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

View = Callable[..., HttpResponse]


def may(user: Any, *permissions: str) -> bool:
    """Whether this user holds at least one of these permissions; a stranger holds none."""
    return bool(getattr(user, "is_authenticated", False)) and any(map(user.may, permissions))


def needs(*permissions: str) -> Callable[[View], View]:
    """Let in users who hold at least one of these permissions; others get the 403 page."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not may(request.user, *permissions):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate
