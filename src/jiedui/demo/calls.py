"""When households are called on: festival, season and ordinary days over the years, day by day."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from jiedui.campaigns.playbook import calendar
from jiedui.campaigns.playbook.windows import windows_between
from jiedui.demo.dates import usually_working
from jiedui.demo.homes import Home
from jiedui.demo.scene import Scene

# How often one household is called on in a window of this kind, in the campaign's last year.
OFTEN = {
    "spring_festival": 0.95,
    "mid_autumn": 0.75,
    "dragon_boat": 0.6,
    "farm": 0.16,
    "regular": 0.3,
}
# Calls grew over the years: the share of the last year's in each year before it.
GROWTH = (0.42, 0.46, 0.52, 0.6, 0.72, 1.0, 1.0)
RECENTLY = 0.93  # share of households seen within the rhythm of the playbook just now


@dataclass(frozen=True, slots=True)
class Call:
    """A call to be made: kind of activity, day, household, and what the note will speak of."""

    kind: str
    day: date
    home: Home
    occasion: str


@dataclass(frozen=True)
class Occasion:
    kind: str
    name: str  # regular, festival, farm
    starts: date
    ends: date
    share: float  # of the households called on, before the whole is fitted to the wanted number
    leaders_first_days: int = 0


class Calls:
    """All calls of a campaign; `fitted` draws about as many as wanted."""

    def __init__(self, scene: Scene, homes: Sequence[Home], *, pairing: str) -> None:
        self.scene, self.homes, self.pairing = scene, homes, pairing
        self.rural = [home for home in homes if home.is_rural]

    def fitted(self, wanted: int) -> list[Call]:
        """About so many calls, at least those that keep the rhythm just now."""
        occasions = list(self._occasions())
        recent = list(self._recent())
        expected = sum(self._size(one) for one in occasions)
        factor = max(0, wanted - len(recent)) / expected
        calls = [call for one in occasions for call in self._at(one, factor)]
        return calls + recent

    def _occasions(self) -> Iterator[Occasion]:
        playbook, starts, today = self.scene.playbook, self.scene.campaign.starts, self.scene.today
        for rhythm in playbook.rhythms:
            if rhythm.pairing != self.pairing:
                continue
            if rhythm.window is None:
                yield from self._quarters(rhythm)
                continue
            window = playbook.window(rhythm.window)
            name = "farm" if isinstance(window, calendar.FarmWindow) else "festival"
            often = OFTEN.get(rhythm.window, OFTEN.get(name, 0.4))
            for span in windows_between(playbook, rhythm.window, since=starts, until=today):
                if self._in_phase(rhythm, span.starts):
                    share = often * self._growth(span.ends)
                    yield Occasion(
                        rhythm.activity,
                        name,
                        max(span.starts, starts),
                        min(span.ends, today),
                        share,
                        rhythm.leaders_first_days,
                    )

    def _quarters(self, rhythm: calendar.Rhythm) -> Iterator[Occasion]:
        day = self.scene.campaign.starts + timedelta(days=30)
        while day < self.scene.today:
            last = min(day + timedelta(days=90), self.scene.today)
            yield Occasion(
                rhythm.activity, "regular", day, last, OFTEN["regular"] * self._growth(last)
            )
            day += timedelta(days=91)

    def _in_phase(self, rhythm: calendar.Rhythm, day: date) -> bool:
        phases = [one for one in self.scene.playbook.phases if one.key in rhythm.phases]
        return not phases or any(one.starts <= day <= one.ends for one in phases)

    def _growth(self, day: date) -> float:
        years_ago = (self.scene.today - day).days // 365
        return GROWTH[max(0, 5 - years_ago)]

    def _size(self, one: Occasion) -> float:
        return one.share * len(self.rural if one.name == "farm" else self.homes)

    def _at(self, one: Occasion, factor: float) -> Iterator[Call]:
        """Draw the households of one occasion, and a day for each."""
        rng = self.scene.rng
        pool = self.rural if one.name == "farm" else self.homes
        share, length = one.share * factor, (one.ends - one.starts).days
        for home in pool:
            if rng.random() >= share:
                continue
            # Before a festival most come in its last days; leaders come first.
            if one.leaders_first_days and home.is_hardest:
                offset = rng.randint(0, min(length, one.leaders_first_days))
            elif one.name == "festival":
                offset = round(length * rng.triangular(0, 1, 0.8))
            else:
                offset = rng.randint(0, length)
            day = usually_working(one.starts + timedelta(days=offset), draw=rng.random())
            if (home.ended is None or day <= home.ended) and day <= self.scene.today:
                yield Call(one.kind, day, home, one.name)

    def _recent(self) -> Iterator[Call]:
        """Nearly every household has been seen within the rhythm; the rest is due."""
        rhythms = [r for r in self.scene.playbook.rhythms if r.every_months]
        rhythm = next((r for r in rhythms if r.pairing == self.pairing), None)
        if rhythm is None:
            return
        rng, today = self.scene.rng, self.scene.today
        within = 30 * (rhythm.every_months or 1) - 1
        for home in self.homes:
            if home.ended is None and rng.random() < RECENTLY:
                day = usually_working(
                    today - timedelta(days=rng.randint(1, within)), draw=rng.random()
                )
                yield Call(rhythm.activity, min(day, today), home, "regular")
