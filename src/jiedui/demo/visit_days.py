"""When households are visited: at festivals, in seasons and between, day by day over the years."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from jiedui.campaigns.playbook import calendar
from jiedui.campaigns.playbook.windows import windows_between
from jiedui.demo.context import Context
from jiedui.demo.dates import usually_working
from jiedui.demo.declaration import Visits
from jiedui.demo.records import HouseholdRow

MOST_TIMES = 1_000
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class VisitDay:
    """A visit to be made: kind of activity, day, household, and what the note will speak of."""

    kind: str
    day: date
    household: HouseholdRow
    occasion: str


@dataclass(frozen=True)
class Occasion:
    kind: str
    name: str  # regular, festival, farm
    starts: date
    ends: date
    share: float  # of the households visited, before the whole is fitted to the wanted number
    leaders_first_days: int = 0


class VisitDays:
    """All visits of a campaign; `fitted` draws about as many as wanted."""

    def __init__(
        self, context: Context, households: Sequence[HouseholdRow], *, declared: Visits
    ) -> None:
        self.context, self.households, self.declared = context, households, declared
        self.rural = [one for one in households if one.is_rural]
        self.rhythms = [one for one in context.playbook.rhythms if one.pairing == declared.pairing]

    def fitted(self, wanted: int) -> list[VisitDay]:
        """About so many, at least those that keep the rhythm just now."""
        occasions = list(self._occasions())
        recent = list(self._recent())
        factor = self._factor(occasions, max(0, wanted - len(recent)))
        days = [day for one in occasions for day in self._at(one, factor)]
        return days + recent

    def _occasions(self) -> Iterator[Occasion]:
        playbook, starts, today = self.context.playbook, self.context.starts, self.context.today
        for rhythm in self.rhythms:
            often = float(self.declared.rhythms.get(rhythm.key, 0))
            if rhythm.window is None:
                yield from self._regular(rhythm, often)
                continue
            name = _occasion(playbook.window(rhythm.window))
            for span in windows_between(playbook, rhythm.window, since=starts, until=today):
                if self._in_phase(rhythm, span.starts):
                    yield Occasion(
                        rhythm.activity,
                        name,
                        max(span.starts, starts),
                        min(span.ends, today),
                        often * self._growth(span.ends),
                        rhythm.leaders_first_days,
                    )

    def _regular(self, rhythm: calendar.Rhythm, often: float) -> Iterator[Occasion]:
        length = timedelta(days=30 * (rhythm.every_months or 1))
        day = self.context.starts + timedelta(days=30)
        while day < self.context.today:
            last = min(day + length - ONE_DAY, self.context.today)
            yield Occasion(rhythm.activity, "regular", day, last, often * self._growth(last))
            day += length

    def _in_phase(self, rhythm: calendar.Rhythm, day: date) -> bool:
        phases = [one for one in self.context.playbook.phases if one.key in rhythm.phases]
        return not phases or any(one.starts <= day <= one.ends for one in phases)

    def _growth(self, day: date) -> float:
        years = self.declared.years
        if not years:
            return 1.0
        years_ago = (self.context.today - day).days // 365
        return float(years[max(0, len(years) - 1 - years_ago)])

    def _pool(self, one: Occasion) -> Sequence[HouseholdRow]:
        return self.rural if one.name == "farm" else self.households

    def _factor(self, occasions: Sequence[Occasion], wanted: int) -> float:
        """By which every share is raised, so that these are wanted; no share is above one."""
        low, high = 0.0, float(MOST_TIMES)
        for _step in range(50):
            middle = (low + high) / 2
            expected = sum(min(1.0, one.share * middle) * len(self._pool(one)) for one in occasions)
            low, high = (middle, high) if expected < wanted else (low, middle)
        return high

    def _at(self, one: Occasion, factor: float) -> Iterator[VisitDay]:
        """Draw the households of one occasion, and a day for each."""
        random, triangular = self.context.rng.random, self.context.rng.triangular
        share, length, today = one.share * factor, (one.ends - one.starts).days, self.context.today
        days = [one.starts + timedelta(days=offset) for offset in range(length + 1)]
        leaders = min(length, one.leaders_first_days)
        for household in self._pool(one):
            if random() >= share:
                continue
            # Before a festival most come in its last days; leaders come first.
            if leaders and household.is_hardest:
                offset = int(random() * (leaders + 1))
            elif one.name == "festival":
                offset = round(length * triangular(0, 1, 0.8))
            else:
                offset = int(random() * (length + 1))
            day = usually_working(days[offset], draw=random())
            if (household.ended is None or day <= household.ended) and day <= today:
                yield VisitDay(one.kind, day, household, one.name)

    def _recent(self) -> Iterator[VisitDay]:
        """Nearly every household has been seen within the rhythm; the rest is due."""
        rhythm = next((one for one in self.rhythms if one.every_months), None)
        if rhythm is None:
            return
        rng, today = self.context.rng, self.context.today
        within = 30 * (rhythm.every_months or 1) - 1
        for household in self.households:
            if household.ended is None and rng.random() < self.declared.recent:
                day = usually_working(
                    today - timedelta(days=rng.randint(1, within)), draw=rng.random()
                )
                yield VisitDay(rhythm.activity, min(day, today), household, "regular")


def _occasion(window: calendar.Window) -> str:
    if isinstance(window, calendar.FarmWindow):
        return "farm"
    return "festival" if isinstance(window, calendar.FestivalWindow) else "regular"
