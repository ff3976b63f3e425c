"""What every request passes: where it comes from, how big it may be, how a refusal is shown."""

import ipaddress
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.middleware.locale import LocaleMiddleware
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme

from jiedui.core import audit, once, readings, sending, submissions
from jiedui.core.refusals import Refused, will_pass
from jiedui.core.submissions import OtherContent, Sent

Answer = Callable[[HttpRequest], HttpResponse]


# Said with every answer, also the shortest refusal; what the settings say of Django's own stands.
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "camera=(), display-capture=(), geolocation=(self), microphone=(), payment=(), usb=()"
    ),
}


class HeadersMiddleware:
    """The outermost one: no answer leaves without the headers that keep browsers careful."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        # Asked without loading anybody: a page that never looked who is there shows nobody's data.
        if getattr(getattr(request, "_cached_user", None), "is_authenticated", False):
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class AddressMiddleware:
    """Behind proxies of one's own, REMOTE_ADDR becomes the address they say the request is from.

    Each proxy adds the address it was asked from to the end of X-Forwarded-For; what stands before
    the entries of our own proxies was written by whoever asks, and is not believed.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.PROXIES:
            request.META["REMOTE_ADDR"] = self.origin(request)
        return self.get_response(request)

    def origin(self, request: HttpRequest) -> str:
        addresses = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        first = addresses[-settings.PROXIES] if len(addresses) >= settings.PROXIES else ""
        return _address(first.strip()) or request.META.get("REMOTE_ADDR", "")


def _address(text: str) -> str:
    """An address without its port; "" where it is none."""
    bare = text.removeprefix("[").partition("]")[0] if text.startswith("[") else text
    host, _colon, port = bare.partition(":")
    try:
        return str(ipaddress.ip_address(host if port.isdigit() and "." in host else bare))
    except ValueError:
        return ""


class SizeMiddleware:
    """What is too big to be a list of ours is refused before a byte of it has been read."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdigit() and int(length) <= settings.UPLOAD_MB * 1024**2:
            return self.get_response(request)
        page = render_to_string("core/413.html", {"megabytes": settings.UPLOAD_MB})
        return HttpResponse(page, status=413, headers={"Connection": "close"})


COMPRESSED = ("text/", "application/json", "application/manifest+json", "image/svg+xml")


class CompressionMiddleware(GZipMiddleware):
    """Pages leave compressed; what is a compressed file already, or streamed, leaves as it is.

    How long a compressed page is must not tell what is in it (BREACH): Django adds up to a hundred
    random bytes to each, and every token of a form is masked anew.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        is_text = response.headers.get("Content-Type", "").startswith(COMPRESSED)
        if response.streaming or not is_text:
            return response
        return super().process_response(request, response)


class OnePageMiddleware:
    """While a page is only looked at, what its parts ask for again is read once (`core.once`)."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        with once.one_page():
            return self.get_response(request)


class AuditDoorMiddleware:
    """Audit entries made during a request carry the door "web" and the address it came from."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with audit.through("web", address=request.META.get("REMOTE_ADDR", "")):
            return self.get_response(request)


class ReadingMiddleware:
    """No answer shows a confidential value without a mark in the audit chain.

    Where the mark cannot be written the answer fails. One that shows nothing (a redirect) needs
    none: what was opened on the way was only compared.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with readings.watched() as seen:
            response = self.get_response(request)
        if (found := seen.unmarked()) and response.status_code not in (204, 301, 302, 303):
            user = request.user if request.user.is_authenticated else None
            audit.record_readings(found, by=user, page=request.path)
        return response


class LanguageMiddleware(LocaleMiddleware):
    """Chinese, unless somebody chose otherwise: what the browser prefers is not asked."""

    def process_request(self, request: HttpRequest) -> None:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        known = dict(settings.LANGUAGES)
        translation.activate(chosen if chosen in known else settings.LANGUAGE_CODE)
        request.LANGUAGE_CODE = translation.get_language()


class SubmissionMiddleware:
    """A form that did its work already is answered before its page looks at it.

    The page could not: what the form was about may be closed, or gone from its choices, since.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: Any, _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        sent = Sent.by_form(request) if request.user.is_authenticated else None
        if sent is None:
            return None
        try:
            earlier = submissions.earlier(sent, by=request.user)
        except OtherContent as other:
            return sending.beside_the_first(request, other.earlier)
        return sending.as_before(request, earlier) if earlier else None


class RefusalMiddleware:
    """`Refused` becomes a message on the page one came from, or a 409 for programs.

    One with a page of its own answers whoever only wanted to look with that page. Where others were
    writing too long, what was sent is shown with a button that sends it again.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if will_pass(error) and not connection.in_atomic_block:
            return _busy(request)
        if not isinstance(error, Refused):
            return None
        if "application/json" in request.headers.get("Accept", ""):
            return JsonResponse({"refused": error.sentence}, status=409)
        if error.template and request.method == "GET":
            return render(request, error.template, error.facts)
        messages.error(request, error.sentence)
        back = request.META.get("HTTP_REFERER", "")
        if not url_has_allowed_host_and_scheme(back, {request.get_host()}):
            back = "/"
        if back == request.build_absolute_uri():
            back = "/"  # or the same page would be refused again, and again
        if getattr(request, "htmx", False):
            return HttpResponse(status=204, headers={"HX-Redirect": back})
        return HttpResponseRedirect(back)


def _busy(request: HttpRequest) -> HttpResponse:
    """Nothing was saved; everything typed goes along with the button that sends it again."""
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"busy": True}, status=503)
    values = [(name, value) for name, some in request.POST.lists() for value in some]
    kept = [(name, value) for name, value in values if name != "csrfmiddlewaretoken"]
    secret = any("password" in name for name, _value in kept)
    context = {
        "is_sending": request.method == "POST",
        "kept": [] if secret else kept,
        "has_files": bool(request.FILES),
        "address": request.get_full_path(),
    }
    return render(request, "core/busy.html", context, status=503)
