"""Guards for views: who may pass."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme

from jiedui.core.users import User

View = Callable[..., HttpResponse]
DIGITS = 18  # so many fit into the key of every database


def number(text: str) -> int | None:
    """The number an address names, such as the key of a row; None for all that is none."""
    return int(text) if text.isdecimal() and len(text) <= DIGITS else None


def is_ours(request: HttpRequest, address: str) -> bool:
    """Whether this is an address on this site, to go back to: "abc" or "//abc" is none."""
    here = {request.get_host()}
    return address.startswith("/") and url_has_allowed_host_and_scheme(address, here)


def way_back(request: HttpRequest) -> str:
    """Where the form says one came from (`next`), when that is on this site; else home."""
    target = str(request.POST.get("next", ""))
    return target if is_ours(request, target) else "/"


def may(user: User | None, *permissions: str, on: Any = None) -> bool:
    """Whether this user holds at least one of these permissions; a stranger holds none.

    Anywhere at all, as a menu asks; or `on` a row, as every page about a row must ask.
    """
    if not getattr(user, "is_authenticated", False):
        return False
    account: Any = user
    held = [one for one in permissions if account.may(one)]
    if on is None:
        return bool(held)
    rows = type(on)._default_manager.filter(pk=on.pk)
    found = (rows.permitted(user, one) for one in held)
    # Who may do it with every row is not asked for this one.
    return any(allowed is rows or allowed.exists() for allowed in found)


def keeps_typed(view: View) -> View:
    """Mark a view that keeps what is typed (POST) and shows nothing then: it ends no sign-in."""
    view.keeps_typed = True  # type: ignore[attr-defined]
    return view


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
