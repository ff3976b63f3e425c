"""What every request passes: which door it came through, and how a refusal is told."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme

from jiedui.core import audit
from jiedui.core.refusals import Refused

Answer = Callable[[HttpRequest], HttpResponse]


class AuditDoorMiddleware:
    """Audit entries made during a request carry the door "web"."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with audit.through("web"):
            return self.get_response(request)


class LanguageMiddleware(LocaleMiddleware):
    """Chinese, unless somebody chose otherwise: what the browser prefers is not asked."""

    def process_request(self, request: HttpRequest) -> None:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        known = dict(settings.LANGUAGES)
        translation.activate(chosen if chosen in known else settings.LANGUAGE_CODE)
        request.LANGUAGE_CODE = translation.get_language()


class RefusalMiddleware:
    """`Refused` becomes a message on the page one came from, or a 409 for programs."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, Refused):
            return None
        if "application/json" in request.headers.get("Accept", ""):
            return JsonResponse({"refused": error.sentence}, status=409)
        messages.error(request, error.sentence)
        back = request.META.get("HTTP_REFERER", "")
        if not url_has_allowed_host_and_scheme(back, {request.get_host()}):
            back = "/"
        if back == request.build_absolute_uri():
            back = "/"  # or the same page would be refused again, and again
        if getattr(request, "htmx", False):
            return HttpResponse(status=204, headers={"HX-Redirect": back})
        return HttpResponseRedirect(back)
