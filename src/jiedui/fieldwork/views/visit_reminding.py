"""A reminder to the helpers of overdue households: counted first, then sent with one press."""

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jiedui.campaigns.current import running_campaign
from jiedui.core.doors import needs
from jiedui.core.entries import form_page
from jiedui.core.trees import below
from jiedui.fieldwork import due_visits, visit_reminders
from jiedui.notices.actions import PAUSE_DAYS
from jiedui.pairing.models import Pair

NARROWED_BY = ("place", "organisation")  # paths, as the lists have them


@needs("pair.tell")
def remind(request: HttpRequest) -> HttpResponse:
    """`?place=` and `?organisation=` keep to a subtree, as on the list of pairs."""
    pairs = _overdue(request)
    found = visit_reminders.plan(pairs)
    count = len(found.accounts)
    query = {name: request.GET[name] for name in NARROWED_BY if request.GET.get(name)}
    back = f"{reverse('pairing:list')}?{urlencode({'overdue': '1', **query})}"
    return form_page(
        request,
        forms.Form(request.POST if request.method == "POST" else None),
        lambda _typed: _reminded(pairs, request),
        title=_("Remind helpers of overdue visits"),
        back=back,
        done=ngettext("%(n)d helper is reminded.", "%(n)d helpers are reminded.", count)
        % {"n": count},
        template="fieldwork/visits_remind.html",
        found=found,
        count=count,
        pause=PAUSE_DAYS,
        save=ngettext("Remind %(n)d helper", "Remind %(n)d helpers", count) % {"n": count},
    )


def _reminded(pairs: QuerySet[Pair], request: HttpRequest) -> None:
    visit_reminders.remind(pairs, by=request.user)


def _overdue(request: HttpRequest) -> QuerySet[Pair]:
    campaign = running_campaign(request)
    late = due_visits.overdue_pairs(today=timezone.localdate(), campaign=campaign)
    rows: QuerySet[Pair] = late.changeable_by(request.user, permission="pair.tell")
    for name in NARROWED_BY:
        if path := request.GET.get(name, ""):
            rows = rows.filter(_inside(name, path)) if path.isdecimal() else rows.none()
    return rows


def _inside(name: str, path: str) -> Q:
    if name == "organisation":
        return below(path, field="organisation__path")
    return below(path, field="household__place__path") | below(path, field="place__path")
