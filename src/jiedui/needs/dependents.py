"""Open requests and claims refer to the organisation that asked, or that answers for the claim."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiedui.core import audit, changes
from jiedui.needs import actions
from jiedui.needs.models import Claim, NeedRequest
from jiedui.orgs.ending import DEPENDENTS, Dependents, Ending


def _ask_on(ending: Ending, rows: QuerySet[Any]) -> None:
    for row in rows:
        heir = {"organisation": ending.heir}
        changes.apply(row, heir, action="needrequest.passed_on", by=ending.by)


def _claim_on(ending: Ending, rows: QuerySet[Any]) -> None:
    for claim in rows.select_related("request"):
        claim.organisation = ending.heir
        claim.save(update_fields=["organisation"])
        audit.record(
            "needrequest.passed_on", claim.request, by=ending.by, organisation=ending.heir.pk
        )


def _give_back(ending: Ending, rows: QuerySet[Any]) -> None:
    """What was not done yet; what waits for being confirmed is settled before."""
    reason = _("%(name)s has ended.") % {"name": ending.organisation}
    for claim in rows.select_related("request__campaign"):
        actions.give_back(claim.request, reason=reason, by=ending.by)


def connect() -> None:
    DEPENDENTS.extend(
        [
            Dependents(
                name=gettext_lazy("Requests not settled"),
                icon="heart-handshake",
                rows=lambda: NeedRequest.objects.standing().running(),
                field="organisation",
                passes=gettext_lazy("are those of the successor"),
                closes=gettext_lazy("are settled first, or need a successor"),
                pass_on=_ask_on,
            ),
            Dependents(
                name=gettext_lazy("Requests claimed"),
                icon="heart-handshake",
                rows=lambda: Claim.objects.open().select_related("request"),
                field="organisation",
                passes=gettext_lazy("are carried out by the successor"),
                closes=gettext_lazy("are given back, to be claimed again"),
                pass_on=_claim_on,
                close=_give_back,
                label=lambda claim: str(claim.request),
            ),
        ]
    )
