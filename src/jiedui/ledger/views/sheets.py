"""What the filtered gifts add up to: the receipt sheet on paper, goods by unit and place."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import Substr
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from jiedui.core import audit, readings
from jiedui.core.codes import HOUSEHOLD_KIND
from jiedui.core.doors import may, needs
from jiedui.core.lists import DateRange, Listing, Tree
from jiedui.core.lists.export import watermark
from jiedui.core.lists.views import pick
from jiedui.core.paper import PRINTED, on_paper
from jiedui.core.texts import masked_number
from jiedui.core.users import User
from jiedui.households.models import Person
from jiedui.ledger import names
from jiedui.ledger.models import Gift
from jiedui.ledger.views.registers import Gifts
from jiedui.orgs.models import Organisation
from jiedui.places.models import Place

TOWN_DIGITS = 9  # a township's path (R2)
SHOWN = ("household", "place", "giver", "fund", "member")


@needs("registers.export")
def sheet(request: HttpRequest) -> HttpResponse:
    """慰问物资发放表 (R14): the filtered gifts that stand, with a column for signatures."""
    path = reverse("ledger:gifts")
    listing = Gifts(request.user, params=request.GET, path=path).taken_away()
    rows = listing.filtered.filter(voided_on=None).order_by("place__path", "household", "day", "pk")
    # Keys first: sorting all gifts with what they show would take half a minute.
    keys = list(rows.values_list("pk", flat=True)[:PRINTED])
    found = {gift.pk: gift for gift in Gift.objects.filter(pk__in=keys).select_related(*SHOWN)}
    gifts = [found[key] for key in keys if key in found]
    sums = rows.aggregate(value=Sum("value_fen"), lines=Count("pk"))
    cash = rows.filter(kind=Gift.Kind.CASH).aggregate(value=Sum("value_fen"))["value"] or 0
    numbers = _numbers(request.user, gifts)
    context = {
        "list": listing,
        "lines": [(gift, numbers.get(gift.household_id, ""), _kind(gift)) for gift in gifts],
        "total": sums["value"] or 0,
        "cash": cash,
        "goods": (sums["value"] or 0) - cash,
        "cut": sums["lines"] > PRINTED,
        "count": sums["lines"],
        "printed": PRINTED,
        "watermark": watermark(listing),
    }
    return on_paper(
        request, "ledger/sheet.html", context,
        of="gift_sheet", rows=len(gifts), filters=listing.filter_facts,
    )  # fmt: skip


def _kind(gift: Gift) -> str:
    return HOUSEHOLD_KIND.zh(gift.household.kind) if gift.household else ""


def _numbers(user: User, gifts: list[Gift]) -> dict[int | None, str]:
    """Masked identity numbers of the heads, for whom may read them; the reading is recorded."""
    households = {gift.household_id for gift in gifts if gift.household_id}
    if not households or not may(user, "identity.read"):
        return {}
    heads = Person.objects.visible_to(user, permission="identity.read").filter(
        household__in=households, relation="head", ended=None
    )
    with readings.unseen():  # one entry names all of them
        numbers: dict[int | None, str] = {
            head.household_id: masked_number(head.identity) for head in heads
        }
    audit.record("gifts.sheet_read", by=user, households=sorted(numbers), fields=["identity"])
    return numbers


class GoodsSummary(Listing[Gift]):
    """The filters of this page; its rows are goods that stand."""

    key = "goods"
    model = Gift
    columns = ()
    title = _("Goods by unit and place")
    icon = "package"
    filters = (
        DateRange("day", _("Day")),
        Tree("place", _("Place"), Place, path="place__path"),
        Tree("giver", _("Given by"), Organisation, path="giver__path"),
    )

    def rows(self, user: User) -> QuerySet[Gift]:
        return self.seen(Gift.objects.filter(kind=Gift.Kind.GOODS, voided_on=None))


@dataclass(frozen=True)
class Line:
    item: str
    unit: str
    quantity: Decimal
    value_fen: int
    households: int
    href: str


@dataclass(frozen=True)
class Town:
    """A township and what came to it, each kind of goods in its own unit."""

    name: str
    lines: Sequence[Line]

    @property
    def value_fen(self) -> int:
        return sum(line.value_fen for line in self.lines)


@needs("registers.read")
def goods(request: HttpRequest) -> HttpResponse:
    listing = GoodsSummary(request.user, params=request.GET, path=request.path)
    if "pick" in request.GET:
        return pick(request, listing)
    known = [name for one in listing.filters for name in one.params]
    facts = {name: value for name in known if (value := listing.params.get(name, ""))}
    facts |= {"kind": "goods", "voided": "0"}
    rows = listing.filtered.annotate(good=names.as_counted())
    by_item = [_line(row, facts) for row in _sums(rows, "good", "unit")]
    context = {
        "list": listing,
        "by_item": by_item,
        "by_town": _by_town(rows, facts),
        "total": sum(line.value_fen for line in by_item),
    }
    is_part = request.headers.get("HX-Target") == "listing"
    return render(request, "ledger/_goods.html" if is_part else "ledger/goods.html", context)


def _sums(rows: QuerySet[Any], *by: str) -> QuerySet[Any, dict[str, Any]]:
    return (
        rows.order_by()
        .values(*by)
        .annotate(
            quantity=Sum("quantity"),
            value_fen=Sum("value_fen"),
            households=Count("household", distinct=True),
        )
        .order_by(*by)
    )


def _by_town(goods: QuerySet[Gift], facts: dict[str, str]) -> list[Town]:
    rows = goods.annotate(town=Substr("place__path", 1, TOWN_DIGITS))
    found = groupby(_sums(rows, "town", "good", "unit"), key=itemgetter("town"))
    lines = {town: [_line(row, facts | {"place": town}) for row in rows] for town, rows in found}
    names = dict(Place.objects.filter(path__in=lines).values_list("path", "name"))
    return [Town(names.get(path, path), of_town) for path, of_town in lines.items()]


def _line(row: dict[str, Any], facts: dict[str, str]) -> Line:
    query = urlencode(facts | {"item": row["good"]})
    return Line(
        row["good"],
        row["unit"],
        row["quantity"],
        row["value_fen"],
        row["households"],
        f"{reverse('ledger:gifts')}?{query}",
    )
