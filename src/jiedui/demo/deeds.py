"""What branches, teams and stairwell heads did, and the diary it is written into."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from jiedui.demo.crews import Keeping
from jiedui.demo.dates import usually_working
from jiedui.demo.members import Roll
from jiedui.demo.scene import Org, Scene
from jiedui.demo.texts import TEXTS
from jiedui.fieldwork.models import Activity, Attendance, Output
from jiedui.places.models import Place

ACTIVITY = (
    "id campaign kind day minutes organisation team place household pair task members_counted "
    "cadres_counted public_counted note more recorded_at recorded_by"
)


@dataclass(slots=True, kw_only=True)
class Deed:
    """One activity: people by name (`named`) or by number (`members`), never both."""

    kind: str
    day: date
    org: Org
    place: Place
    members: int = 0
    cadres: int = 0
    public: int = 0
    named: int = 0
    minutes: int = 60
    note: str = ""
    team: int | None = None
    household: int | None = None
    pair: int | None = None
    task: int | None = None
    helper: int | None = None
    more: dict[str, Any] = field(default_factory=dict)
    outputs: dict[str, int] = field(default_factory=dict)


@dataclass
class Diary:
    """Collects deeds and writes them, in order of days."""

    scene: Scene
    roll: Roll
    deeds: list[Deed] = field(default_factory=list)

    def add(self, **facts: Any) -> None:
        self.deeds.append(Deed(**facts))

    def write(self) -> None:
        scene = self.scene
        units = {output.key: output.unit.zh for output in scene.playbook.outputs}
        rows, people, outputs = [], [], []
        for deed in sorted(self.deeds, key=lambda deed: deed.day):
            moment = scene.moment(deed.day)
            identity = scene.record_id(moment)
            rows.append(
                (
                    identity,
                    scene.campaign.pk,
                    deed.kind,
                    deed.day,
                    deed.minutes,
                    deed.org.id,
                    deed.team,
                    deed.place.pk,
                    deed.household,
                    deed.pair,
                    deed.task,
                    deed.members,
                    deed.cadres,
                    deed.public,
                    deed.note,
                    deed.more,
                    moment,
                    deed.org.name,
                )
            )
            people += [(identity, member) for member in self._people(deed)]
            outputs += [(identity, key, n, units[key]) for key, n in deed.outputs.items() if n]
        scene.writer.write(Activity, rows, columns=ACTIVITY)
        scene.writer.write(Attendance, people, columns="activity member")
        scene.writer.write(Output, outputs, columns="activity kind quantity unit")

    def _people(self, deed: Deed) -> list[int]:
        if deed.helper:
            return [deed.helper]
        likely = [one.id for one in self.roll.by_org[deed.org.id] if not one.ended]
        if len(likely) < deed.named:
            likely = [one.id for one in self.roll.serving]
        return self.scene.rng.sample(likely, k=deed.named) if deed.named else []


def portions(scene: Scene, total: int, parts: int, *, least: int = 1) -> list[int]:
    """`total` in so many uneven whole portions, each at least `least`."""
    weights = [scene.rng.uniform(0.6, 1.6) for _ in range(parts)]
    spare = max(0, total - least * parts)
    shares = [least + int(spare * weight / sum(weights)) for weight in weights]
    for index in range(total - sum(shares)):
        shares[index % parts] += 1
    return shares


ROUND_NOTES: Sequence[str] = TEXTS["streets"]["rounds"]


def rounds(diary: Diary, keepings: Sequence[Keeping], *, share: float) -> None:
    """Heads walk their stairwells every month; nearly all in the last thirty days as well."""
    scene = diary.scene
    rng, first = scene.rng, scene.campaign.starts + timedelta(days=62)
    months = max(1, (scene.today - first).days // 30)
    for one in keepings:
        for back in range(months):
            if rng.random() < (0.92 if back == 0 else share):
                day = scene.today - timedelta(days=30 * back + rng.randint(0, 28))
                words = rng.choice(ROUND_NOTES) if rng.random() < 0.2 else ""
                assert one.member is not None
                diary.add(
                    kind="stairwell_round", day=day, org=one.org, place=one.place, pair=one.pair,
                    helper=one.member.id, minutes=20, note=words,
                    more={"clean": rng.random() < 0.9},
                )  # fmt: skip


def cleanings(diary: Diary, keepings: Sequence[Keeping], days: Sequence[date]) -> None:
    """Branches clean their zones on theme days; the public that joined is counted apart."""
    rng = diary.scene.rng
    for day in days:
        for one in keepings:
            if rng.random() < 0.55:
                diary.add(
                    kind="zone_cleaning", day=day, org=one.org, place=one.place, pair=one.pair,
                    members=rng.randint(5, 18), public=rng.choice((0, 0, 3, 6, 12)), minutes=90,
                    outputs={"rubbish": rng.randint(0, 2)},
                )  # fmt: skip


def spread_days(scene: Scene, first: date, last: date, count: int) -> list[date]:
    """So many days between two, in order, mostly working days and never after today."""
    last = min(last, scene.today)
    days = [scene.day_between(min(first, last), last) for _ in range(count)]
    return sorted(min(usually_working(day, draw=scene.rng.random()), last) for day in days)
