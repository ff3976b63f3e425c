"""A fund day by day: its balance at the end of each, which is never below zero."""

from datetime import date
from decimal import Decimal

from django.db.models import F, QuerySet, Sum, Window
from django.utils.translation import gettext as _

from jiedui.core.refusals import Refused
from jiedui.core.texts import day_text
from jiedui.ledger.models import Fund, FundEntry


def by_day(fund: Fund) -> QuerySet[FundEntry]:
    """The entries in the order of their days, each with the balance after it (`day_balance_fen`).

    An entry written down later, for an earlier day, stands where its day is; of one day, what came
    in stands before what went out.
    """
    order = (F("day").asc(), F("amount_fen").desc(), F("pk").asc())
    running = Window(Sum("amount_fen"), order_by=order)
    return FundEntry.objects.filter(fund=fund).annotate(day_balance_fen=running).order_by(*order)


def check(fund: Fund, *, day: date) -> None:
    """Refuse when the fund is below zero at the end of this day, or of a later one.

    Call inside the transaction that has written the movement: the fund's row is locked by then, so
    that nobody else moves its money meanwhile.
    """
    if day < fund.since:
        raise Refused(
            _("The fund “%(fund)s” was opened on %(day)s; nothing goes in or out before that.")
            % {"fund": fund.name, "day": day_text(fund.since)}
        )
    rows = FundEntry.objects.filter(fund=fund).order_by()
    balance = rows.filter(day__lt=day).aggregate(fen=Sum("amount_fen"))["fen"] or 0
    later = rows.filter(day__gte=day).values("day").annotate(fen=Sum("amount_fen"))
    for one in later.order_by("day"):
        balance += one["fen"]
        if balance < 0:
            raise Refused(_short(fund, one["day"], -balance, moved_on=day))


def _short(fund: Fund, day: date, fen: int, *, moved_on: date) -> str:
    facts = {
        "fund": fund.name, "day": day_text(day), "asked": day_text(moved_on),
        "yuan": f"{Decimal(fen) / 100:,.2f}",
    }  # fmt: skip
    if day == moved_on:
        text = _("On %(day)s the fund “%(fund)s” had %(yuan)s yuan too little for this: the money"
                 " came later. Look at its statement by day.")  # fmt: skip
    else:
        text = _("With this on %(asked)s the fund “%(fund)s” would be short of %(yuan)s yuan on"
                 " %(day)s, when it had been given out. Look at its statement by day.")  # fmt: skip
    return text % facts
