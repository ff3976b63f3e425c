"""What becomes of its funds when an organisation ends: one with money in it needs a successor."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from jiedui.core import changes, inside
from jiedui.core.texts import yuan_text
from jiedui.ledger.models import Fund
from jiedui.orgs.ending import DEPENDENTS, Dependents, Ending


def _label(fund: Fund) -> str:
    return f"{fund.name} {yuan_text(fund.balance_fen)}"


def _pass_on(ending: Ending, rows: QuerySet[Fund]) -> None:
    for fund in rows:
        heir = {"organisation": ending.heir}
        changes.apply(fund, heir, action="fund.passed_on", by=ending.by)


def _close(ending: Ending, rows: QuerySet[Fund]) -> None:
    """Empty funds are closed; one with money in it stays, and keeps the organisation."""
    empty = list(rows.filter(balance_fen=0))
    days = inside.not_before(Fund, {fund.pk: max(ending.on, fund.since) for fund in empty})
    for fund in empty:
        changes.apply(fund, {"ended": days[fund.pk]}, action="fund.closed", by=ending.by)


def connect() -> None:
    DEPENDENTS.append(
        Dependents(
            name=gettext_lazy("Funds"),
            icon="coin",
            rows=lambda: Fund.objects.filter(ended=None),
            field="organisation",
            passes=gettext_lazy("are held by the successor"),
            closes=gettext_lazy("are closed when empty; one with money in it needs a successor"),
            pass_on=_pass_on,
            close=_close,
            label=_label,
        )
    )
