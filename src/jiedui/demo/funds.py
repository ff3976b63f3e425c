"""Funds: money comes in from the staff, goes out as gifts, and never more than there is."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from jiedui.campaigns.playbook.giving import Good
from jiedui.demo.presents import COLUMNS as GIFT
from jiedui.demo.presents import GUIDE, Present
from jiedui.demo.scene import Org, Scene
from jiedui.ledger.models import Fund, FundEntry, Gift
from jiedui.places.models import Place

# Published of one unit: 52,000 yuan in cash and goods of 14,000; of another, a fund of 27,000.
DONATED_YUAN, SMALL_FUND_YUAN = 52_000, 27_000
UNIT_SHARE = 0.4  # of the units have a fund
PAID_FROM_FUND = 0.25  # of the steady help of such a unit


@dataclass
class Purse:
    """A fund in the making; movements are put in order of days before they are written."""

    id: int
    org: Org
    name: str
    since: date
    moves: list[tuple[date, int, str, str, str | None]] = field(default_factory=list)

    def take_in(self, day: date, fen: int, donor: str, note: str = "") -> None:
        self.moves.append((day, fen, donor, note, None))

    def pay_out(self, present: Present) -> None:
        self.moves.append((present.visit.day, -present.value_fen, "", "", present.id))


class Purses:
    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.all: list[Purse] = []

    def open(self, org: Org, *, name: str) -> Purse:
        since = self.scene.campaign.starts + timedelta(days=self.scene.rng.randint(40, 300))
        first = self.scene.writer.first_id(Fund, rows=1)
        self.all.append(Purse(first, org, name, since))
        return self.all[-1]

    def fill(self, units: Sequence[Org], office: Org, presents: Iterable[Present]) -> None:
        """A fund of the office, those of some units, and the two that were published."""
        rng, titles = self.scene.rng, {f.held_by: f.name.zh for f in self.scene.playbook.funds}
        city = self.open(office, name=titles.get("office", "爱心基金"))
        names = titles.get("unit", "帮扶基金")
        holders = rng.sample(units, k=max(3, round(len(units) * UNIT_SHARE)))
        for unit in holders:
            self.open(unit, name=f"{unit.name}{names}")
        published, small = self.all[1], self.all[2]
        steady = defaultdict(list)
        for present in presents:
            if present.is_steady and present.kind == "cash":
                steady[present.visit.link.helper.unit.id].append(present)
        for purse in self.all[3:]:
            self._earn_and_spend(purse, steady[purse.org.id], share=PAID_FROM_FUND)
        others = [p for unit in units if unit not in holders for p in steady[unit.id]]
        self._earn_and_spend(city, others, share=0.1)
        day = published.since + timedelta(days=9)
        published.take_in(day, DONATED_YUAN * 100, published.org.name, "全体干部职工捐款")
        for turn in range(3):
            day = small.since + timedelta(days=20 + 365 * turn)
            small.take_in(day, SMALL_FUND_YUAN // 3 * 100, small.org.name, "党费补助和干部自愿捐款")

    def _earn_and_spend(self, purse: Purse, presents: Sequence[Present], *, share: float) -> None:
        """Every outgoing is preceded by enough money, given by the unit's own people."""
        rng = self.scene.rng
        late = [p for p in presents if p.visit.day > purse.since + timedelta(days=15)]
        chosen = sorted(late, key=lambda p: p.visit.day)[:: max(1, round(1 / share))]
        balance = rng.randint(3, 20) * 100_000
        purse.take_in(purse.since, balance, purse.org.name, "启动资金")
        for present in chosen:
            if present.value_fen > balance:
                fresh = -(-present.value_fen // 500_000) * 500_000 + rng.randint(1, 6) * 100_000
                day = present.visit.day - timedelta(days=rng.randint(1, 9))
                purse.take_in(max(day, purse.since), fresh, purse.org.name, "干部自愿捐款")
                balance += fresh
            purse.pay_out(present)
            present.fund = purse.id
            balance -= present.value_fen

    def write(self) -> None:
        """Funds with their balance, and the entries, each with the balance after it."""
        funds, entries = [], []
        for purse in self.all:
            balance = 0
            for day, fen, donor, note, gift in sorted(purse.moves, key=lambda m: (m[0], -m[1])):
                balance += fen
                org = purse.org.id if donor else None
                entries.append((purse.id, day, fen, balance, org, donor, gift, note))
            funds.append(
                (purse.id, self.scene.campaign.pk, purse.org.id, purse.name, balance, purse.since)
            )
        writer = self.scene.writer
        writer.write(Fund, funds, columns="id campaign organisation name balance_fen since")
        columns = "fund day amount_fen balance_fen donor donor_name gift note"
        writer.write(FundEntry, entries, columns=columns)

    def _published(self) -> list[tuple[Good, int]]:
        """A hundred each of oil and flour, which come to 14,000 yuan at the playbook's values."""
        return [(good, 100) for good in self.scene.playbook.goods if good.key in ("oil", "flour")]

    def goods_fen(self) -> int:
        """What the goods of that unit are worth."""
        return sum((good.value_fen or 0) * quantity for good, quantity in self._published())

    def published_goods(self, village: Place) -> None:
        """The goods of the unit whose 52,000 yuan were published: worth 14,000 yuan together."""
        giver, scene = self.all[1].org, self.scene
        day = self.all[1].since + timedelta(days=12)
        rows = []
        for good, quantity in self._published():
            moment = scene.moment(day)
            rows.append(
                (
                    scene.record_id(moment),
                    scene.campaign.pk,
                    day,
                    "goods",
                    good.name.zh,
                    Decimal(quantity),
                    good.unit.zh,
                    quantity * (good.value_fen or 0),
                    good.source.zh if good.source else "",
                    False,
                    giver.id,
                    None,
                    None,
                    None,
                    village.pk,
                    "入冬送暖",
                    day,
                    GUIDE,
                    "signature",
                    "",
                    moment,
                    giver.name,
                )
            )
        scene.writer.write(Gift, rows, columns=GIFT)
