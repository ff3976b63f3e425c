"""Cash and goods brought along on visits, and help that goes on, fitted to what was published."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from jiedui.campaigns.playbook.giving import Good
from jiedui.demo.scene import Scene
from jiedui.demo.visits import Visit
from jiedui.ledger.models import Gift

COLUMNS = (
    "id campaign day kind item quantity unit value_fen valuation_source is_steady giver member "
    "fund household place occasion confirmed_on confirmed_by confirmed_how witness recorded_at "
    "recorded_by"
)
STEADY_SHARE = 0.34  # of all value: schooling, treatment, house repair, a start in farming
CONFIRMED = 0.96
GUIDE = "村（社区）引导员"
CASH = ((200, 30), (300, 26), (500, 28), (800, 8), (1000, 8))
STEADY_CASH = ((1000, 14), (2000, 24), (3000, 24), (5000, 22), (8000, 10), (10000, 6))
# How much of a kind of goods is brought at once; other kinds come as one piece.
AMOUNTS = {
    "rice": (20, 40, 50, 100),
    "seed": (30, 50, 80),
    "flour": (1, 2),
    "oil": (1, 2),
    "coal": (1, 1, 2),
}
STEADY_GOODS = ("seed", "wheelchair", "coal")


@dataclass(slots=True)
class Present:
    """A gift in the making; `value_fen` is cash, or goods at the value of the playbook."""

    visit: Visit
    kind: str
    value_fen: int
    item: str = ""
    quantity: Decimal = Decimal(0)
    is_steady: bool = False
    fund: int | None = None
    id: str = ""


@dataclass
class Giving:
    """Draws presents for visits until the wanted value is reached."""

    scene: Scene
    occasions: dict[str, str]  # what a gift of this occasion is called
    presents: list[Present] = field(default_factory=list)
    goods: dict[str, Good] = field(init=False)

    def __post_init__(self) -> None:
        self.goods = {good.key: good for good in self.scene.playbook.goods if good.value_fen}

    def give(
        self,
        visits: Sequence[Visit],
        *,
        total_fen: int,
        festival_fen: int,
        festival: tuple[date, date],
    ) -> list[Present]:
        """Presents worth `total_fen` in all, of which `festival_fen` within the festival days."""
        likely = [v for v in visits if v.kind not in ("household_plan", "handover_visit")]
        order = self.scene.rng.sample(likely, k=len(likely))
        first, last = festival
        inside = [visit for visit in order if first <= visit.day <= last]
        outside = [visit for visit in order if not first <= visit.day <= last]
        self._fill(inside, festival_fen, steady=0.1)
        self._fill(outside, total_fen - festival_fen, steady=STEADY_SHARE)
        return self.presents

    def _fill(self, visits: Sequence[Visit], wanted_fen: int, *, steady: float) -> None:
        """Go round the visits, steady help first, until the value is reached."""
        left = wanted_fen
        for_steady = [v for v in visits if v.occasion == "regular"] or list(visits)
        left -= self._round(for_steady, round(wanted_fen * steady), is_steady=True)
        while left > 0:
            given = self._round(visits, left, is_steady=False)
            if not given:
                raise RuntimeError("No visit to bring a present along.")
            left -= given

    def _round(self, visits: Sequence[Visit], wanted_fen: int, *, is_steady: bool) -> int:
        """One present for each visit until the value is reached; the last one fits exactly."""
        given = 0
        for visit in visits:
            if given >= wanted_fen:
                break
            present = self._present(visit, is_steady)
            if given + present.value_fen > wanted_fen:
                present = Present(visit, "cash", wanted_fen - given, is_steady=is_steady)
            self.presents.append(present)
            given += present.value_fen
        return given

    def _present(self, visit: Visit, is_steady: bool) -> Present:
        rng = self.scene.rng
        if is_steady:
            if rng.random() < 0.12:
                return self._goods(visit, rng.choice(STEADY_GOODS), is_steady=True)
            return Present(visit, "cash", _drawn(rng, STEADY_CASH) * 100, is_steady=True)
        if rng.random() < 0.62:
            return Present(visit, "cash", _drawn(rng, CASH) * 100)
        brought = [key for key in self.goods if key not in STEADY_GOODS]
        return self._goods(visit, rng.choice(brought))

    def _goods(self, visit: Visit, key: str, *, is_steady: bool = False) -> Present:
        good = self.goods.get(key) or next(iter(self.goods.values()))
        quantity = self.scene.rng.choice(AMOUNTS.get(good.key, (1,)))
        value = quantity * (good.value_fen or 0)
        return Present(visit, "goods", value, good.key, Decimal(quantity), is_steady)

    def write(self, pay: Callable[[], None]) -> None:
        """Number the presents, let funds `pay` for some of them, and write them all."""
        for present in self.presents:
            present.id = self.scene.record_id(self.scene.moment(present.visit.day))
        self.presents.sort(key=lambda present: present.id)
        pay()
        self.scene.writer.write(Gift, list(self._rows()), columns=COLUMNS)

    def _rows(self) -> Iterator[tuple[object, ...]]:
        campaign = self.scene.campaign.pk
        for one in self.presents:
            good = self.goods.get(one.item)
            helper, home = one.visit.link.helper, one.visit.home
            yield (
                (
                    one.id,
                    campaign,
                    one.visit.day,
                    one.kind,
                    good.name.zh if good else "",
                    one.quantity,
                    good.unit.zh if good else "",
                    one.value_fen,
                    self._source(good),
                    one.is_steady,
                    helper.org.id,
                    helper.id,
                    one.fund,
                    home.id,
                    home.place.pk,
                    self.occasions.get(one.visit.occasion, ""),
                    *self._receipt(one),
                    self.scene.moment(one.visit.day),
                    helper.name,
                )
            )

    def _source(self, good: Good | None) -> str:
        return good.source.zh if good and good.source else ""

    def _receipt(self, one: Present) -> tuple[date | None, str, str, str]:
        """Most have signed, some spoke before a witness; the newest are not confirmed yet."""
        rng, today = self.scene.rng, self.scene.today
        day = one.visit.day + timedelta(days=rng.choice((0, 0, 0, 1, 2, 4)))
        if day > today or rng.random() > (CONFIRMED if (today - day).days > 20 else 0.6):
            return None, "", "", ""
        how = rng.choices(("signature", "fingerprint", "oral"), (80, 12, 8))[0]
        return day, one.visit.home.head, how, GUIDE if how == "oral" else ""


def _drawn(rng: Random, table: tuple[tuple[int, int], ...]) -> int:
    return rng.choices([value for value, _ in table], [weight for _, weight in table])[0]
