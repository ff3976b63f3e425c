"""Funds: money comes in from the staff, goes out as gifts, and never more than there is."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

from jiedui.demo.context import Context
from jiedui.demo.declaration import Donation, Funds
from jiedui.demo.goods import GoodsRow
from jiedui.demo.records import OrganisationRow
from jiedui.demo.registers import Registers
from jiedui.demo.visit_gifts import GiftRow
from jiedui.ledger.models import Fund, FundEntry
from jiedui.places.models import Place

LEAST_HOLDERS = 3  # units with a fund of their own, however small the scale
FIRST_GIFT = timedelta(days=15)  # nothing is paid before
USUAL_NAMES = {"office": "爱心基金", "unit": "帮扶基金"}


@dataclass
class FundRow:
    """A fund in the making; movements are put in order of days before they are written."""

    id: int
    organisation: OrganisationRow
    name: str
    since: date
    moves: list[tuple[date, int, str, str, str | None]] = field(default_factory=list)

    def take_in(self, day: date, fen: int, donor: str, note: str = "") -> None:
        self.moves.append((day, fen, donor, note, None))

    def pay_out(self, gift: GiftRow) -> None:
        self.moves.append((gift.visit.day, -gift.value_fen, "", "", gift.id))
        gift.fund = self.id


class FundMaker:
    """A fund of the office, those of some units, and the ones whose donations were published."""

    def __init__(self, context: Context, registers: Registers, declared: Funds) -> None:
        self.context, self.declared = context, declared
        self.titles = USUAL_NAMES | {f.held_by: f.name.zh for f in context.playbook.funds}
        self.office = self._open(registers.organisations.root, name=self.titles["office"])
        counties = [one for one in registers.organisations.of("unit") if one.place]
        self.units = counties or registers.organisations.of("unit")
        count = max(LEAST_HOLDERS, round(len(self.units) * declared.units))
        holders = context.rng.sample(self.units, k=min(len(self.units), count))
        funds = [self._open(one, name=f"{one.name}{self.titles['unit']}") for one in holders]
        published = len(declared.donations)
        self.published = list(zip(funds, declared.donations, strict=False))
        self.others = funds[published:]
        self.all = [self.office, *funds]

    def _open(self, organisation: OrganisationRow, *, name: str) -> FundRow:
        length = (self.context.today - self.context.starts).days
        days = self.context.rng.randint(min(40, length // 4), min(300, length // 2))
        first = self.context.writer.first_id(Fund, rows=1)
        return FundRow(first, organisation, name, self.context.starts + timedelta(days=days))

    def pay(self, gifts: Sequence[GiftRow]) -> None:
        """Funds pay for part of the steady help in cash of their own units; the office for some."""
        steady = defaultdict(list)
        for gift in gifts:
            if gift.is_steady and not gift.good:
                steady[gift.visit.pair.helper.unit.id].append(gift)
        for fund in self.others:
            self._earn_and_spend(fund, steady[fund.organisation.id], share=self.declared.pays)
        holders = {fund.organisation.id for fund in self.all}
        without = [unit for unit in self.units if unit.id not in holders]
        others = [gift for unit in without for gift in steady[unit.id]]
        self._earn_and_spend(self.office, others, share=self.declared.office_pays)
        for fund, donation in self.published:
            self._donate(fund, donation)

    def _donate(self, fund: FundRow, donation: Donation) -> None:
        for turn in range(donation.times):
            day = fund.since + timedelta(days=9 + 365 * turn)
            fen = donation.yuan * 100 // donation.times
            if turn == 0:
                fen += donation.yuan * 100 % donation.times
            fund.take_in(min(day, self.context.today), fen, fund.organisation.name, donation.note)

    def _earn_and_spend(self, fund: FundRow, gifts: Sequence[GiftRow], *, share: Fraction) -> None:
        """Every outgoing is preceded by enough money, given by the unit's own people."""
        rng = self.context.rng
        late = [one for one in gifts if one.visit.day > fund.since + FIRST_GIFT]
        step = max(1, round(1 / share)) if share else len(late) + 1
        chosen = sorted(late, key=lambda one: one.visit.day)[::step]
        balance = rng.randint(3, 20) * 100_000
        fund.take_in(fund.since, balance, fund.organisation.name, "启动资金")
        for gift in chosen:
            if gift.value_fen > balance:
                fresh = -(-gift.value_fen // 500_000) * 500_000 + rng.randint(1, 6) * 100_000
                day = gift.visit.day - timedelta(days=rng.randint(1, 9))
                fund.take_in(max(day, fund.since), fresh, fund.organisation.name, "干部自愿捐款")
                balance += fresh
            fund.pay_out(gift)
            balance -= gift.value_fen

    def goods(self, village: Place) -> list[GoodsRow]:
        """The goods that the units of published donations gave to a village."""
        goods = {one.key: one for one in self.context.playbook.goods}
        return [
            GoodsRow(
                fund.since + timedelta(days=12), fund.organisation, village, goods[key], quantity,
                quantity * (goods[key].value_fen or 0), donation.occasion,
            )
            for fund, donation in self.published
            for key, quantity in donation.goods.items()
        ]  # fmt: skip

    def write(self) -> None:
        """Funds with their balance, and the entries, each with the balance after it."""
        funds, entries = [], []
        for fund in self.all:
            balance = 0
            for day, fen, donor, note, gift in sorted(fund.moves, key=lambda m: (m[0], -m[1])):
                balance += fen
                organisation = fund.organisation.id if donor else None
                entries.append((fund.id, day, fen, balance, organisation, donor, gift, note))
            funds.append(
                (
                    fund.id, self.context.campaign.pk, fund.organisation.id, fund.name, balance,
                    fund.since,
                )
            )  # fmt: skip
        writer = self.context.writer
        writer.write(Fund, funds, columns="id campaign organisation name balance_fen since")
        columns = "fund day amount_fen balance_fen donor donor_name gift note"
        writer.write(FundEntry, entries, columns=columns)
