"""The audit chain to look through, and walking it from end to end."""

import re
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import BooleanField, Q, QuerySet, Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from jiedui.accounts.roles import Role
from jiedui.core import audit as chain
from jiedui.core import jobs, kinds
from jiedui.core.doors import may
from jiedui.core.lists import Choice, Column, DateRange, Empty, Listing, Search, listing_view
from jiedui.core.models import AuditEntry
from jiedui.core.personal import HIDDEN
from jiedui.orgs.models import Organisation
from jiedui.orgs.scopes import of
from jiedui.reports.actions import VERIFY_CHAIN
from jiedui.reports.audit_words import ACTIONS, DOORS, KINDS

HASH = re.compile(r"[0-9a-f]{40,64}")
MADE_UP = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")  # a UUID says nothing


def _what(entry: AuditEntry) -> str | Promise:
    return ACTIONS.get(entry.action, entry.action)


def _subject(entry: AuditEntry) -> str:
    if not entry.kind:
        return ""
    number = "" if MADE_UP.fullmatch(entry.subject) else entry.subject
    return f"{KINDS.get(kinds.present(entry.kind), entry.kind)} {number}".strip()


def _changes(entry: Any) -> str:
    """Fields that changed, and the plain facts; only their names for who reads no register."""
    before, after = entry.content.get("before") or {}, entry.content.get("after") or {}
    if not entry.is_open:
        names = [name for name in entry.content if name not in ("before", "after")]
        return ", ".join([*after, *names])[:200]
    changed = [_change(name, before.get(name, ""), value) for name, value in after.items()]
    facts = [
        f"{name}: {_short(value)}"
        for name, value in entry.content.items()
        if name not in ("before", "after") and value not in (None, "", [], {})
    ]
    return "; ".join([*changed, *facts])[:200]


def _change(name: str, before: Any, after: Any) -> str:
    if HIDDEN in (before, after):
        return f"{name}: {gettext('changed')}"
    return f"{name}: {_short(before)} → {_short(after)}"


def _short(value: Any) -> str:
    """Hashes by their first characters; the whole entry stands in the export of the database."""
    text = str(value)
    return f"{text[:12]}…" if HASH.fullmatch(text) else text


def _reach(user: Any) -> Q:
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
        Column("subject", _("Of what"), value=_subject),
        Column("door", _("Door"), value=lambda row: DOORS.get(row.door, row.door)),
        Column("address", _("Network address"), shown=False),
        Column("content", _("Facts"), value=_changes, template="reports/_facts.html"),
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

    def rows(self, user: Any) -> QuerySet[AuditEntry]:
        return AuditEntry.objects.filter(_reach(user))

    def dress(self, rows: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
        """Administrators see no household: names of heads and people stand among the values."""
        is_open = Value(may(self.user, "registers.read"), output_field=BooleanField())
        return rows.annotate(is_open=is_open)

    def extra(self) -> dict[str, Any]:
        last = AuditEntry.objects.filter(action="audit.verified").order_by("-pk").first()
        return {"last": last, "is_unanchored": chain.is_unanchored()}


audit = listing_view(Entries)


@require_POST
def verify(request: HttpRequest) -> HttpResponse:
    if not may(request.user, "audit.read"):
        raise PermissionDenied
    return redirect(jobs.queue(VERIFY_CHAIN, subject="", by=request.user))
