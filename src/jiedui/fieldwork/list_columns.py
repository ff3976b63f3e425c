"""What the list of households shows of visits: who helps, the last visit, and the next one due.

The list belongs to an app below, which knows of no visits; its columns are added from here.
"""

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from jiedui.core.lists import Addition, Column, Listing, RowsAction, YesNo
from jiedui.core.pages import address, link
from jiedui.fieldwork import due_visits, scopes, visit_reminders
from jiedui.pairing.models import Pair


def _complete(rows: list[Any], listing: Listing[Any]) -> None:
    """Who helps, the visits, the pair to record one of, and whether the telephone may be opened."""
    visits = due_visits.of_households([row.pk for row in rows], today=timezone.localdate())
    keys = {pair.pk for one in visits.values() for pair in one.pairs}
    of_these = Pair.objects.filter(pk__in=keys)
    seen = of_these.visible_to(listing.user, permission=listing.needed_permission)
    # Whoever sees every pair is not asked for these.
    seen_keys = keys if seen is of_these else _keys(seen)
    recordable = _keys(of_these & scopes.recordable(listing.user))
    for row in rows:
        found = visits[row.pk]
        row.last_visit, row.next_due = found.last, found.next_due
        row.helping = [pair for pair in found.pairs if pair.pk in seen_keys]
        row.recordable = next((pair for pair in found.pairs if pair.pk in recordable), None)
        row.may_read_details = bool(row.recordable) and listing.holds("sensitive.read", row)


def _keys(pairs: QuerySet[Pair]) -> set[int]:
    return set(pairs.values_list("pk", flat=True))


def _sortable(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Where nobody came yet, or nothing is asked, on every database alike: first, and last."""
    rows = due_visits.with_household_visits(rows, today=timezone.localdate())
    return rows.annotate(
        by_last_visit=Coalesce("last_visit", Value(date.min)),
        by_next_due=Coalesce("next_due", Value(date.max)),
    )


def _helpers(row: Any) -> str:
    return _(", ").join(str(pair.helper) for pair in row.helping)


def _actions(row: Any) -> SafeString:
    """On the card of a phone: the form of a visit and the telephone are one press away."""
    if not row.recordable:
        return SafeString()
    visit = f"{link('fieldwork:visit')}?pair={row.recordable.pk}"
    button = format_html('<a class="btn btn-sm" href="{}">{}</a>', visit, _("Record a visit"))
    if not (row.may_read_details and row.holds("phone")):
        return button
    # By POST: the number is encrypted, and whoever opens it is written down.
    details = address("household.details", row.pk)
    telephone = '{} <button class="btn btn-sm" form="row-act" formaction="{}">{}</button>'
    return format_html(telephone, button, details, _("Telephone"))


VISITS = Addition(
    columns=(
        Column("helper", gettext_lazy("Helper"), value=_helpers),
        Column("last_visit", gettext_lazy("Last visit"), kind="day", sort="by_last_visit"),
        Column("next_due", gettext_lazy("Next visit by"), kind="due", sort="by_next_due"),
        Column("act", gettext_lazy("Visit"), value="", kind="on_card", draw=_actions),
    ),
    before="state",
    sortable=_sortable,
    complete=_complete,
)


def has_helper() -> YesNo:
    pairs = Pair.objects.current().filter(household=OuterRef("pk"))
    return YesNo("helped", gettext_lazy("Has a helper"), yes=Exists(pairs))


def _remind(request: HttpRequest, listing: Listing[Any], rows: QuerySet[Any]) -> HttpResponse:
    """A reminder to the helpers of those of the ticked households or pairs that are overdue."""
    pairs: Any = Pair.objects.current().changeable_by(request.user, permission="pair.tell")
    ticked = rows.order_by().values("pk")
    own = {"pk__in": ticked} if listing.model is Pair else {"household__in": ticked}
    done = len(visit_reminders.remind(pairs.filter(**own), by=request.user).accounts)
    text = ngettext("%(n)d helper is reminded.", "%(n)d helpers are reminded.", done)
    messages.success(request, text % {"n": done})
    return redirect(listing.here)


REMIND = RowsAction(
    "remind",
    gettext_lazy("Remind the helpers"),
    _remind,
    "pair.tell",
    "bell",
    gettext_lazy("Remind the helpers of those among the chosen rows whose visit is overdue?"),
)
