"""Goods and cash that organisations bring to villages, in the playbook's units and values."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from jiedui.campaigns.playbook.giving import Good
from jiedui.campaigns.playbook.windows import windows_between
from jiedui.demo.context import Context
from jiedui.demo.declaration import GoodsGiven
from jiedui.demo.records import OrganisationRow
from jiedui.demo.registers import Host, Registers
from jiedui.ledger.models import Gift
from jiedui.places.models import Place

COLUMNS = (
    "id campaign day kind item quantity unit value_fen valuation_source giver place occasion "
    "confirmed_on confirmed_by confirmed_how recorded_at recorded_by"
)
GUIDE = "村（社区）引导员"


@dataclass(frozen=True, slots=True)
class GoodsRow:
    day: date
    giver: OrganisationRow
    place: Place
    good: Good | None
    quantity: int
    value_fen: int
    occasion: str = ""


def goods_given(context: Context, registers: Registers) -> list[GoodsRow]:
    """All that is declared, in portions for each giver."""
    return [row for one in context.declared.goods_given for row in _given(context, registers, one)]


def write_goods(context: Context, rows: Iterable[GoodsRow]) -> None:
    """Signed for on the day where the playbook asks for a receipt."""
    rules = context.playbook.gifts
    has_receipt = rules is None or rules.receipt != "none"
    made = []
    for row in sorted(rows, key=lambda one: one.day):
        moment, good = context.moment(row.day), row.good
        receipt = (row.day, GUIDE, "signature") if has_receipt else (None, "", "")
        made.append(
            (
                context.record_id(moment), context.campaign.pk, row.day,
                "goods" if good else "cash", good.name.zh if good else "", row.quantity,
                good.unit.zh if good else "", row.value_fen,
                good.source.zh if good and good.source else "", row.giver.id, row.place.pk,
                row.occasion, *receipt, moment, row.giver.name,
            )
        )  # fmt: skip
    context.writer.write(Gift, made, columns=COLUMNS)


def _given(context: Context, registers: Registers, declared: GoodsGiven) -> list[GoodsRow]:
    hosts = registers.hosts(declared.by)
    count = context.scaled(declared.givers, least=min(2, declared.givers))
    givers = [context.rng.choice(hosts) for _turn in range(count)]
    if count <= len(hosts):
        givers = context.rng.sample(hosts, k=count)
    days, rows = [_day(context, declared) for _giver in givers], list[GoodsRow]()
    places = [_place(context, registers, declared, host) for host in givers]
    goods = {one.key: one for one in context.playbook.goods}
    for key, amount in declared.goods.items():
        numbers = [context.each(amount) for _giver in givers]
        if amount.total is not None:
            numbers = context.portions(context.scaled(amount.total, least=count), count)
        rows += [
            GoodsRow(
                day, host.organisation, place, goods[key], number,
                number * (goods[key].value_fen or 0), declared.occasion,
            )
            for day, host, place, number in zip(days, givers, places, numbers, strict=True)
            if number
        ]  # fmt: skip
    if declared.yuan:
        yuan = context.portions(context.scaled(declared.yuan, least=count), count)
        rows += _cash(declared, days, givers, places, yuan)
    return rows


def _cash(
    declared: GoodsGiven,
    days: Sequence[date],
    givers: Sequence[Host],
    places: Sequence[Place],
    yuan: Sequence[int],
) -> list[GoodsRow]:
    return [
        GoodsRow(day, host.organisation, place, None, 0, number * 100, declared.occasion)
        for day, host, place, number in zip(days, givers, places, yuan, strict=True)
    ]


def _day(context: Context, declared: GoodsGiven) -> date:
    """In the last window declared, else anywhere in the campaign."""
    if declared.window:
        spans = windows_between(
            context.playbook, declared.window, since=context.starts, until=context.today
        )
        if spans:
            first = max(spans[-1].starts, context.starts)
            return context.day_between(first, min(spans[-1].ends, context.today))
    return context.day_between(context.starts, context.today)


def _place(context: Context, registers: Registers, declared: GoodsGiven, host: Host) -> Place:
    """The village paired with the giver, else where the giver belongs."""
    for pair in registers.pairs.get(declared.pairing or "", ()):
        if pair.organisation is host.organisation and pair.place:
            return pair.place
    return host.place or context.top
