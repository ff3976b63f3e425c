"""Cash and goods brought along on visits, and help that goes on, fitted to what was published."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import accumulate

from django.utils.translation import gettext as _

from jiedui.campaigns.playbook.giving import Good
from jiedui.campaigns.playbook.windows import windows_between
from jiedui.core.refusals import Refused
from jiedui.demo.context import Context
from jiedui.demo.declaration import Amount, VisitGifts
from jiedui.demo.visits import VisitRow
from jiedui.ledger.models import Gift

COLUMNS = (
    "id campaign day kind item quantity unit value_fen valuation_source is_steady giver member "
    "fund household place occasion confirmed_on confirmed_by confirmed_how witness recorded_at "
    "recorded_by"
)
CONFIRMED = 0.96
CONFIRMED_LATELY = 0.6
STEADY_AT_FESTIVAL = 0.1
STEADY_IN_GOODS = 0.12
GUIDE = "村（社区）引导员"
RECEIPT_DAYS = tuple(timedelta(days=days) for days in (0, 0, 0, 1, 2, 4))
WITHOUT_GIFTS = ("task", "handover")  # occasions


@dataclass(slots=True, eq=False)
class GiftRow:
    """A gift in the making; `value_fen` is cash, or goods at the value of the playbook."""

    visit: VisitRow
    value_fen: int
    good: Good | None = None
    quantity: int = 0
    is_steady: bool = False
    fund: int | None = None
    id: str = ""


@dataclass
class VisitGiftMaker:
    """Draws gifts for visits until the declared value is reached."""

    context: Context
    declared: VisitGifts
    gifts: list[GiftRow] = field(default_factory=list)
    goods: Mapping[str, Good] = field(init=False)

    def __post_init__(self) -> None:
        self.goods = {one.key: one for one in self.context.playbook.goods if one.value_fen}
        self.goods_share = float(self.declared.goods_share)
        self.cash = _table(self.declared.cash)
        self.steady_cash = _table(self.declared.steady_cash)

    def make(self, visits: Sequence[VisitRow], *, other_fen: int) -> list[GiftRow]:
        """Worth what is declared, less what is given otherwise; part of it at the festival."""
        festival = self.declared.festival
        festival_fen = self.context.scaled(festival.yuan) * 100 if festival else 0
        total_fen = self.context.scaled(self.declared.yuan) * 100 - other_fen
        total_fen = max(total_fen, 2 * festival_fen)
        likely = [one for one in visits if one.occasion not in WITHOUT_GIFTS]
        order = self.context.rng.sample(likely, k=len(likely))
        first, last = self._last_over(festival.window) if festival else (date.max, date.min)
        inside = [one for one in order if first <= one.day <= last]
        outside = [one for one in order if not first <= one.day <= last]
        self._fill(inside, festival_fen, steady=STEADY_AT_FESTIVAL)
        self._fill(outside, total_fen - festival_fen, steady=float(self.declared.steady))
        return self.gifts

    def _last_over(self, window: str) -> tuple[date, date]:
        """The last window of this kind that is over, as the playbook's figure counts it."""
        playbook, context = self.context.playbook, self.context
        for figure in playbook.figures:
            for one in figure.where if figure.over == "gifts" else ():
                if isinstance(one.low, date) and isinstance(one.high, date):
                    return one.low, one.high
        spans = windows_between(playbook, window, since=context.starts, until=context.today)
        over = [span for span in spans if span.ends < context.today]
        return (over[-1].starts, over[-1].ends) if over else (date.max, date.min)

    def _fill(self, visits: Sequence[VisitRow], wanted_fen: int, *, steady: float) -> None:
        """Go round the visits, steady help first, until the value is reached."""
        left = wanted_fen
        for_steady = [one for one in visits if one.occasion == "regular"] or list(visits)
        left -= self._round(for_steady, round(wanted_fen * steady), is_steady=True)
        while left > 0:
            given = self._round(visits, left, is_steady=False)
            if not given:
                raise Refused(_("There is no visit to bring a gift along on."))
            left -= given

    def _round(self, visits: Sequence[VisitRow], wanted_fen: int, *, is_steady: bool) -> int:
        """One gift for each visit until the value is reached; the last one fits exactly."""
        given, draw = 0, self._steady if is_steady else self._relief
        for visit in visits:
            if given >= wanted_fen:
                break
            gift = draw(visit)
            if given + gift.value_fen > wanted_fen:
                gift = GiftRow(visit, wanted_fen - given, is_steady=is_steady)
            self.gifts.append(gift)
            given += gift.value_fen
        return given

    def _steady(self, visit: VisitRow) -> GiftRow:
        rng = self.context.rng
        if self.declared.steady_goods and rng.random() < STEADY_IN_GOODS:
            return self._goods(visit, self.declared.steady_goods, is_steady=True)
        return GiftRow(visit, self._cash(self.steady_cash), is_steady=True)

    def _relief(self, visit: VisitRow) -> GiftRow:
        rng = self.context.rng
        if self.declared.goods and rng.random() < self.goods_share:
            return self._goods(visit, self.declared.goods)
        return GiftRow(visit, self._cash(self.cash))

    def _cash(self, table: tuple[list[int], list[int]]) -> int:
        values, often = table
        return self.context.rng.choices(values, cum_weights=often)[0] * 100

    def _goods(
        self, visit: VisitRow, amounts: Mapping[str, Amount], *, is_steady: bool = False
    ) -> GiftRow:
        key = self.context.rng.choice(list(amounts))
        good, quantity = self.goods[key], max(1, self.context.each(amounts[key]))
        return GiftRow(visit, quantity * (good.value_fen or 0), good, quantity, is_steady)

    def write(self, pay: Callable[[], None]) -> None:
        """Number the gifts, let funds `pay` for some of them, and write them all."""
        for gift in self.gifts:
            gift.id = self.context.record_id(self.context.moment(gift.visit.day))
        self.gifts.sort(key=lambda gift: gift.id)
        pay()
        self.context.writer.write(Gift, list(self._rows()), columns=COLUMNS)

    def _rows(self) -> Iterator[tuple[object, ...]]:
        campaign, occasions = self.context.campaign.pk, self.declared.occasions
        for one in self.gifts:
            good, visit = one.good, one.visit
            helper, household = visit.pair.helper, visit.household
            yield (
                one.id, campaign, visit.day, "goods" if good else "cash",
                good.name.zh if good else "", one.quantity, good.unit.zh if good else "",
                one.value_fen, good.source.zh if good and good.source else "", one.is_steady,
                helper.organisation.id, helper.id, one.fund, household.id, household.place.pk,
                occasions.get(visit.occasion, ""), *self._receipt(one), visit.moment, helper.name,
            )  # fmt: skip

    def _receipt(self, one: GiftRow) -> tuple[date | None, str, str, str]:
        """Most have signed, some spoke before a witness; the newest are not confirmed yet."""
        rng, today = self.context.rng, self.context.today
        day = one.visit.day + RECEIPT_DAYS[int(rng.random() * len(RECEIPT_DAYS))]
        likely = CONFIRMED if (today - day).days > 20 else CONFIRMED_LATELY
        if day > today or rng.random() > likely:
            return None, "", "", ""
        draw = rng.random()
        how = "signature" if draw < 0.8 else "fingerprint" if draw < 0.92 else "oral"
        return day, one.visit.household.head, how, GUIDE if how == "oral" else ""


def _table(shares: Mapping[str, int]) -> tuple[list[int], list[int]]:
    """Yuan, and how often each is given, added up."""
    shares = shares or {"200": 1, "300": 1, "500": 1}
    return [int(yuan) for yuan in shares], list(accumulate(shares.values()))
