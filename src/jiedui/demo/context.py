"""What the loading of one demonstration carries along: the writer, the dice, the calendar."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from random import Random

from jiedui.campaigns.models import Campaign
from jiedui.campaigns.playbook import Playbook
from jiedui.demo.declaration import Amount, Demonstration
from jiedui.demo.names import Names
from jiedui.demo.writing import Writer
from jiedui.places.models import Place

WORKING_SECONDS = 12 * 3600


@dataclass
class Context:
    """`scale` is the share of the published numbers; `prefix` begins every number of a register."""

    declared: Demonstration
    playbook: Playbook
    writer: Writer
    rng: Random
    campaign: Campaign
    top: Place
    today: date
    scale: float
    prefix: str
    names: Names = field(init=False)

    def __post_init__(self) -> None:
        self.names = Names(self.rng)

    @property
    def starts(self) -> date:
        return self.campaign.starts

    def scaled(self, published: int, *, least: int = 1) -> int:
        """This many at the chosen scale, but never fewer than `least`."""
        return max(least, round(published * self.scale))

    def each(self, amount: Amount) -> int:
        """What there is of one record, where the amount is no total."""
        if amount.choices:
            return self.rng.choice(amount.choices)
        return self.rng.randint(amount.fewest, amount.most)

    def day_between(self, first: date, last: date) -> date:
        return first + timedelta(days=self.rng.randint(0, max(0, (last - first).days)))

    def moment(self, day: date) -> datetime:
        """A moment of the working day in China, in UTC."""
        return _day_begins(day) + timedelta(seconds=int(self.rng.random() * WORKING_SECONDS))

    def record_id(self, moment: datetime) -> str:
        """A UUIDv7 as 32 hexadecimal digits: it sorts by the moment, the rest is drawn."""
        milliseconds = int(moment.timestamp() * 1000) + int(self.rng.random() * 1000)
        tail = self.rng.getrandbits(74)
        high, low = (tail >> 2) & 0xFFF, (tail >> 14) & (1 << 60) - 1
        return f"{milliseconds:012x}7{high:03x}{'89ab'[tail & 3]}{low:015x}"

    def portions(self, total: int, parts: int, *, least: int = 1) -> list[int]:
        """`total` in so many uneven whole portions, each at least `least` as far as it goes."""
        if parts == 0:
            return []
        weights = [self.rng.uniform(0.6, 1.6) for _ in range(parts)]
        least = min(least, total // parts)
        spare, all_weights = total - least * parts, sum(weights)
        shares = [least + int(spare * weight / all_weights) for weight in weights]
        for index in range(total - sum(shares)):
            shares[index % parts] += 1
        return shares


@lru_cache(maxsize=8192)
def _day_begins(day: date) -> datetime:
    """Eight o'clock in China, which is midnight in UTC."""
    return datetime.combine(day, time(), UTC)
