"""The audit chain to look through, and walking it from end to end."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from jiedui.accounts.roles import Role
from jiedui.core import audit as chain
from jiedui.core import jobs, kinds
from jiedui.core.doors import may
from jiedui.core.lists import Choice, Column, DateRange, Empty, Listing, Search, listing_view
from jiedui.core.models import AuditEntry
from jiedui.core.users import User
from jiedui.orgs.models import Organisation
from jiedui.orgs.scopes import of
from jiedui.reports import audit_facts
from jiedui.reports.actions import VERIFY_CHAIN
from jiedui.reports.audit_words import ACTIONS, DOORS, KINDS

FACTS = 300  # characters of them in a workbook and on paper


def _what(entry: AuditEntry) -> str | Promise:
    return ACTIONS.get(entry.action, entry.action)


def _facts(entry: Any) -> str:
    return "; ".join(map(str, entry.text.facts))[:FACTS]


def _reach(user: User) -> Q:
    """Entries about the places and organisations one audits.

    What concerns the installation as a whole (accounts, imports, exports) is read by who keeps the
    machine, to whom values are not shown, and by who audits all organisations there are.
    """
    scope, auditing = of(user), (Role.AUDITOR,)
    beyond = Organisation.objects.roots().exclude(scope.organisations("path", auditing))
    if may(user, "users.change") or not beyond.exists():
        return Q()
    return scope.organisations("organisation", auditing) | scope.places("place", auditing)


def _of_kind(rows: QuerySet[Any], label: str) -> QuerySet[Any]:
    return rows.filter(kind__in=kinds.labels(label))


class Entries(Listing[AuditEntry]):
    key = "audit"
    title = _("Audit")
    icon = "shield-check"
    model = AuditEntry
    permission = "audit.read"
    export_permission = "audit.read"
    order = ("-pk",)
    template = "reports/audit.html"
    columns = (
        Column("number", _("No."), value="pk", kind="count"),
        Column("at", _("When"), kind="moment", sort="pk"),
        Column("actor", _("Who")),
        Column("action", _("What"), value=_what),
        Column("subject", _("Of what"), value="text.subject", link=lambda row: row.text.url),
        Column("door", _("Door"), value=lambda row: DOORS.get(row.door, row.door)),
        Column("address", _("Network address"), shown=False),
        Column("content", _("Facts"), value=_facts, template="reports/_facts.html"),
        Column("seal", _("Seal"), value=lambda row: row.seal[:16], shown=False),
    )
    filters = (
        Search("actor", "subject", hint=_("Name or number")),
        Choice("action", _("What"), tuple(ACTIONS.items())),
        Choice("kind", _("Of what"), tuple(KINDS.items()), by=_of_kind),
        Choice("door", _("Door"), tuple(DOORS.items())),
        DateRange("at", _("Day"), moments=True),
    )
    empty = Empty("shield-check", _("Nothing has been written down yet"))

    def rows(self, user: User) -> QuerySet[AuditEntry]:
        return AuditEntry.objects.filter(_reach(user))

    def complete(self, rows: list[Any]) -> None:
        """Administrators see no household: names of heads and people stand among the values."""
        is_open = may(self.user, "registers.read")
        texts = audit_facts.in_words(rows, user=self.user, is_open=is_open)
        for row in rows:
            row.text = texts[row.pk]

    def extra(self) -> dict[str, Any]:
        last = AuditEntry.objects.filter(action="audit.verified").order_by("-pk").first()
        return {"last": last, "is_unanchored": chain.is_unanchored()}


audit = listing_view(Entries)


@require_POST
def verify(request: HttpRequest) -> HttpResponse:
    if not may(request.user, "audit.read"):
        raise PermissionDenied
    return redirect(jobs.queue(VERIFY_CHAIN, subject="", by=request.user))
