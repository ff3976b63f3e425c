"""The first page of an empty installation. Once somebody has an account it is nowhere."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from jiedui.accounts import setup
from jiedui.campaigns.views.setup import national_offers
from jiedui.core.refusals import Refused
from jiedui.orgs import first_account
from jiedui.web.forms import AREAS, CodeForm, SetUpForm

BACKEND = "django.contrib.auth.backends.ModelBackend"
View = Callable[[HttpRequest], HttpResponse]


def while_empty(view: View) -> View:
    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        if not setup.is_empty():
            raise Http404
        return view(request)

    return login_not_required(never_cache(guarded))


@sensitive_post_parameters()
@while_empty
def set_up(request: HttpRequest) -> HttpResponse:
    """First the code of the terminal; then who leads, where, and who signs in first."""
    if not setup.has_entered(request):
        return _ask_for_code(request)
    form = SetUpForm(request.POST or None)
    if form.is_valid():
        try:
            opened = _open(form.cleaned_data)
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            login(request, opened.office, backend=BACKEND)
            return _on(request, opened)
    return render(request, "web/setup.html", {"form": form})


def _ask_for_code(request: HttpRequest) -> HttpResponse:
    form = CodeForm(request.POST if "code" in request.POST else None)
    if form.is_valid():
        try:
            setup.enter(request, form.cleaned_data["code"])
        except Refused as refused:
            form.add_error("code", refused.sentence)
        else:
            return redirect("web:setup")
    return render(request, "web/setup_code.html", {"form": form})


def _open(typed: dict[str, Any]) -> first_account.Opened:
    facts = {key: value for key, value in typed.items() if key not in ("again", "place")}
    return first_account.open_house(facts.pop("username"), place_code=typed["place"].code, **facts)


def _on(request: HttpRequest, opened: first_account.Opened) -> HttpResponse:
    """On to the campaign; before that, the administrator's first password, shown once."""
    if opened.administrator is None:
        return redirect("campaigns:new")
    slips = [{"account": opened.administrator, "password": opened.password}]
    return render(request, "web/setup_done.html", {"slips": slips})


@while_empty
def places(request: HttpRequest) -> HttpResponse:
    if not setup.has_entered(request):
        raise Http404
    return national_offers(request, levels=AREAS)
