"""What the loading of one demonstration carries along: the writer, the dice, the calendar."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from django.db.models import Max

from jiedui.campaigns.models import Campaign
from jiedui.campaigns.playbook import Playbook
from jiedui.core.texts import is_chinese
from jiedui.demo.people import Names, spelled
from jiedui.demo.writing import Writer
from jiedui.orgs.models import STEP, Organisation
from jiedui.places.models import Place

__all__ = ["Org", "Scene", "Serving", "Tree", "is_chinese"]
BEIJING_TO_UTC = timedelta(hours=8)


@dataclass
class Scene:
    """`scale` is the share of the published figures; `prefix` begins every number."""

    writer: Writer
    rng: Random
    campaign: Campaign
    today: date
    scale: float
    prefix: str
    names: Names = field(init=False)

    def __post_init__(self) -> None:
        self.names = Names(self.rng)

    @property
    def playbook(self) -> Playbook:
        return self.campaign.playbook

    def share(self, published: int, *, least: int = 1) -> int:
        """This many at the chosen scale, but never fewer than `least`."""
        return max(least, round(published * self.scale))

    def day_between(self, first: date, last: date) -> date:
        return first + timedelta(days=self.rng.randint(0, max(0, (last - first).days)))

    def moment(self, day: date) -> datetime:
        """A moment of the working day in China, in UTC."""
        seconds = self.rng.randint(8 * 3600, 20 * 3600)
        return datetime.combine(day, time(), UTC) - BEIJING_TO_UTC + timedelta(seconds=seconds)

    def record_id(self, moment: datetime) -> str:
        """A UUIDv7 as 32 hexadecimal digits: it sorts by the moment, the rest is drawn."""
        milliseconds = int(moment.timestamp() * 1000) + self.rng.randint(0, 999)
        tail = self.rng.getrandbits(74)
        high, low = (tail >> 2) & 0xFFF, (tail >> 14) & (1 << 60) - 1
        return f"{milliseconds:012x}7{high:03x}{'89ab'[tail & 3]}{low:015x}"


@dataclass(slots=True, eq=False)
class Org:
    id: int
    path: str
    name: str
    kind: str
    place: Place | None
    children: int = 0

    def is_below(self, path: str) -> bool:
        return self.path.startswith(path)


@dataclass(slots=True, eq=False)
class Serving:
    """A member, with the rank the playbook gives loads by."""

    id: int
    name: str
    org: Org
    unit: Org
    rank: str
    is_leader: bool
    is_head: bool  # of the whole unit (一把手)
    since: date
    ended: date | None = None


class Tree:
    """An organisation tree growing; written in one go when it is complete."""

    COLUMNS = "id parent path number name kind unit_kind place strengths pinyin initials since"

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.rows: list[tuple[object, ...]] = []
        self.all: list[Org] = []

    def add(
        self,
        parent: Org,
        name: str,
        *,
        kind: str,
        place: Place | None = None,
        unit_kind: str = "",
        strengths: tuple[str, ...] = (),
    ) -> Org:
        parent.children += 1
        path = f"{parent.path}{parent.children:0{STEP}d}"
        place = place or parent.place
        first = self.scene.writer.first_id(Organisation, rows=1)
        org = Org(first, path, name, kind, place)
        number = f"{self.scene.prefix}{path[STEP:]}"
        since = self.scene.campaign.starts
        self.rows.append(
            (
                org.id,
                parent.id,
                path,
                number,
                name,
                kind,
                unit_kind,
                place and place.pk,
                list(strengths),
                *spelled(name, is_person=False),
                since,
            )
        )
        self.all.append(org)
        return org

    def of(self, kind: str) -> Iterator[Org]:
        return (org for org in self.all if org.kind == kind)

    def write(self) -> None:
        self.scene.writer.write(Organisation, self.rows, columns=self.COLUMNS)


def free_root_path() -> str:
    """The path after the last tree, so that campaigns of other places stand side by side."""
    top = Organisation.objects.filter(parent=None).aggregate(top=Max("path"))["top"] or "0"
    return f"{int(top) + 1:0{STEP}d}"
