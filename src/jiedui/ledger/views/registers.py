"""The list of gifts: also the frame of the receipt sheet and of goods by unit and place."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiedui.campaigns.models import all_campaigns
from jiedui.core.lists import (
    Action,
    Badge,
    Choice,
    Column,
    DateRange,
    Empty,
    Filter,
    Listing,
    Search,
    Tree,
    YesNo,
    joined,
    listing_view,
)
from jiedui.core.typed import searched
from jiedui.ledger import names
from jiedui.ledger.models import Gift
from jiedui.orgs.models import Organisation
from jiedui.places.models import Place

TAKEN_OUT = Badge(_("taken out"), "grey", "ban")
CONFIRMED = Badge(_("received"), "green", "check")
WAITING = Badge(_("receipt missing"), "amber", "clock")


def state(gift: Gift) -> Badge:
    """Whether the gift stands, and whether its receipt has come."""
    if gift.voided_on:
        return TAKEN_OUT
    return CONFIRMED if gift.confirmed_on else WAITING


class Goods(Filter):
    """`?item=`: goods by name, with the names joined to it; any other name is taken as well."""

    def read(self, params: QueryDict) -> Any:
        return searched(params.get(self.key, ""), most=40) or None

    @property
    def choices(self) -> Iterable[tuple[str, str]]:
        books = [campaign.playbook for campaign in all_campaigns()]
        return list(dict.fromkeys((g.name.zh, str(g.name)) for b in books for g in b.goods))

    def narrow(self, rows: QuerySet[Any], value: Any) -> QuerySet[Any]:
        return rows.filter(item__in=names.written(value))


class Gifts(Listing[Gift]):
    key = "gifts"
    url = "ledger:gifts"
    title = _("Gifts")
    icon = "gift"
    model = Gift
    selectable = True
    permission = "registers.read"
    order = ("-day", "-id")
    action = Action(_("Record a gift"), "ledger:new", "gift.record")
    card = ("receiver", "value", "state")
    columns = (
        Column("what", _("What was given"), link=True, panel=True),
        Column("quantity", _("Quantity"), value=lambda g: quantity(g), kind="count"),
        Column("unit", pgettext_lazy("measure", "Unit")),
        Column(
            "value", _("Worth"), value="value_fen", kind="yuan", unit=_("yuan"), sort="value_fen"
        ),
        Column("giver", _("Given by"), sort="giver__path"),
        Column("receiver", _("Receiver"), value=lambda g: g.household.head if g.household else ""),
        Column("place", _("Place"), value="place.name", sort="place__path"),
        Column("day", _("Day"), kind="day", sort="day"),
        Column("state", _("State"), value=state, kind="badge"),
        Column("fund", _("Fund"), shown=False),
        Column("steady", _("Steady help"), value="is_steady", kind="yes_no", shown=False),
        Column("occasion", _("Occasion"), shown=False),
        Column("source", _("Value from"), value="valuation_source", shown=False),
        Column("recorded_by", _("Recorded by"), shown=False),
    )
    filters = (
        Search(
            "household__head",
            "household__pinyin__istartswith",
            "household__initials__istartswith",
            few={"item": "campaign", "occasion": "campaign"},
            hint=_("Household, goods, occasion"),
        ),
        Choice("kind", _("Cash or goods"), Gift.Kind.choices),
        Goods("item", _("Goods")),
        DateRange("day", _("Day")),
        Tree("place", _("Place"), Place, path="place__path"),
        Tree("giver", _("Given by"), Organisation, path="giver__path"),
        YesNo("confirmed", _("Received"), by=lambda r, yes: r.filter(confirmed_on__isnull=not yes)),
        YesNo("is_steady", _("Steady help")),
        YesNo("voided", _("Taken out"), by=lambda r, yes: r.filter(voided_on__isnull=not yes)),
    )
    empty = Empty(
        "gift",
        _("No gift has been written down"),
        _("Cash and goods appear here with their value and receipt."),
        "ledger:new",
        _("Record a gift"),
        "gift.record",
    )

    def dress(self, rows: QuerySet[Gift]) -> QuerySet[Gift]:
        names = ("name",)
        return joined(rows, household=("head",), place=names, giver=names, fund=names)

    @property
    def print_link(self) -> str:
        """On paper the list is the receipt sheet (慰问物资发放表) with room for signatures."""
        query = self.link().partition("?")[2]
        return reverse("ledger:sheet") + (f"?{query}" if query else "")


def quantity(gift: Gift) -> Any:
    return gift.quantity if gift.is_goods else None


gifts = listing_view(Gifts)
