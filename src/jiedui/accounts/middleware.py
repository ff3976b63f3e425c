"""A sign-in left alone ends; a password somebody else knows is changed before anything else."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from jiedui.accounts import sessions
from jiedui.core import drafts
from jiedui.core.doors import is_ours
from jiedui.core.users import User

Answer = Callable[[HttpRequest], HttpResponse]
ALWAYS_OPEN = ("accounts:password", "accounts:logout")


class SignInsMiddleware:
    """Stands behind AuthenticationMiddleware and before LoginRequiredMiddleware."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        signed_in = request.user
        # Asked only by pages that want to know; whoever has left is nobody, on every page.
        request.user = SimpleLazyObject(  # type: ignore[assignment]
            lambda: _present(request, signed_in)
        )
        response = self.get_response(request)
        if getattr(request, "htmx", False) and _leads_to_the_door(response):
            # A part of a page cannot hold the sign-in page: the whole page goes there.
            here = urlsplit(request.headers.get("HX-Current-URL", ""))
            back = redirect_to_login(f"{here.path or '/'}{'?' * bool(here.query)}{here.query}")
            sent_on = HttpResponse(status=204, headers={"HX-Redirect": back.url})
            sent_on.cookies = response.cookies  # a message for the sign-in page among them
            return sent_on
        return response

    def process_view(
        self, request: HttpRequest, view: Any, _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        # A page open to everybody does not ask who is there, nor keep anybody's sign-in alive.
        if not getattr(view, "login_required", True):
            return None
        if not request.user.is_authenticated:
            keeps_typed = request.method == "POST" and getattr(view, "keeps_typed", False)
            return _nobody_there(request, keeps_typed=keeps_typed)
        sessions.note_seen(request)
        name = request.resolver_match.view_name if request.resolver_match else ""
        if request.user.must_change_password and name not in ALWAYS_OPEN:
            target = resolve_url("accounts:password")
            if getattr(request, "htmx", False):
                return HttpResponse(status=204, headers={"HX-Redirect": target})
            return redirect(target)
        return None


def _present(request: HttpRequest, user: User) -> Any:
    """Who is there: nobody, where a sign-in was left alone for too long (`request.left_by`)."""
    if not user.is_authenticated or not sessions.is_left(request, user):
        return user
    request.left_by = user  # type: ignore[attr-defined]
    return AnonymousUser()


def _nobody_there(request: HttpRequest, *, keeps_typed: bool) -> HttpResponse | None:
    user = getattr(request, "left_by", None)
    if user is None:
        if request.method == "POST" and not keeps_typed:
            messages.warning(request, _("You were signed out; what you typed was not saved."))
        return None
    request.user = user
    # Whoever types on in a form left open must not lose it: it is kept, and nothing is shown.
    return None if keeps_typed else _end(request)


def _leads_to_the_door(response: HttpResponse) -> bool:
    door = resolve_url(settings.LOGIN_URL)
    return response.status_code == 302 and response["Location"].startswith(door)


def _end(request: HttpRequest) -> HttpResponse:
    user, is_sending = request.user, request.method == "POST"
    logout(request)
    text = _("You were signed out because nothing happened for a while.")
    if is_sending:
        is_kept = drafts.keep_sent(request, user=user)
        text += " " + (
            _("What you typed is kept: sign in, and it is offered to you on its page.")
            if is_kept
            else _("What you typed could not be kept and was not saved.")
        )
    messages.warning(request, text)
    return redirect_to_login(_page_of_the_form(request) if is_sending else request.get_full_path())


def _page_of_the_form(request: HttpRequest) -> str:
    """Where what is sent was typed: an address that only takes forms cannot be gone to."""
    came = urlsplit(request.META.get("HTTP_REFERER", ""))
    here = f"{came.path}{'?' * bool(came.query)}{came.query}"
    is_own = came.netloc == request.get_host() and is_ours(request, here)
    return here if is_own else request.get_full_path()
