"""Low-income households, the people in them, what they need and what they live on."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from jiedui.core import crypto
from jiedui.demo.family import Relative, family
from jiedui.demo.ground import short
from jiedui.demo.people import identity_number, spelled, telephone
from jiedui.demo.scene import Scene, Serving
from jiedui.demo.wants import incomes_of, needs_of
from jiedui.households.models import Household, Income, Need, Person
from jiedui.places.models import Place

HOUSEHOLD = (
    "id number head place size kind cause other_causes tags difficulty is_hardest phone address "
    "coordinates more consent_on consent_medium pinyin initials since ended end_reason"
)
PERSON = (
    "id household number name relation gender born identity identity_digest ethnic education "
    "schooling labour health disability phone pinyin initials since ended"
)
HARDEST_SHARE = 0.1
# Few are given a number at all: no national number is asked for anywhere.
NUMBERED = 0.01


@dataclass(slots=True, eq=False)
class Link:
    """A pair in the making: who answers for the household from when to when."""

    id: int
    helper: Serving
    since: date
    role: str = "first"
    ended: date | None = None
    reason: str = ""
    overlap_until: date | None = None
    previous: int | None = None

    def covers(self, day: date) -> bool:
        return self.since <= day and (self.ended is None or day <= self.ended)


@dataclass(slots=True, eq=False)
class Home:
    id: int
    head: str
    place: Place
    kind: str
    cause: str
    difficulty: int
    people: list[Relative]
    since: date
    ended: date | None
    is_hardest: bool = False
    links: list[Link] = field(default_factory=list)
    visited: date | None = None

    @property
    def is_rural(self) -> bool:
        return self.place.kind == "village"

    def helpers_on(self, day: date) -> list[Link]:
        return [link for link in self.links if link.covers(day)]


def settle(
    scene: Scene, villages: Sequence[Place], *, kinds: Sequence[str], standing: int, gone: int
) -> list[Home]:
    """Households in these villages: so many on the register today, so many that have left it."""
    rng = scene.rng
    weights = [rng.gammavariate(3, 1) for _ in villages]
    spare = rng.choices(villages, weights, k=max(0, standing + gone - len(villages)))
    places = sorted([*villages, *spare][: standing + gone], key=lambda place: place.path)
    leaving = set(rng.sample(range(len(places)), gone))
    first = scene.writer.first_id(Household, rows=len(places))
    homes = [
        _home(scene, first + i, place, kinds, is_gone=i in leaving)
        for i, place in enumerate(places)
    ]
    on_register = sorted((h for h in homes if not h.ended), key=lambda h: -h.difficulty)
    for home in on_register[: max(1, round(standing * HARDEST_SHARE))]:
        home.is_hardest = True
    _write(scene, homes)
    return homes


def _home(scene: Scene, number: int, place: Place, kinds: Sequence[str], *, is_gone: bool) -> Home:
    rng = scene.rng
    people, cause, hardship = family(rng, scene.names, today=scene.today)
    starts, today = scene.campaign.starts, scene.today
    is_early = rng.random() < 0.9
    since = starts - timedelta(days=rng.randint(30, 2000))
    if not is_early:
        since = scene.day_between(starts, today - timedelta(days=200))
    ended = None
    if is_gone:
        ended = scene.day_between(max(since, starts) + timedelta(days=90), today)
    weights = [5 if kind == "allowance" else 2 if "allowance" in kind else 1 for kind in kinds]
    return Home(
        id=number,
        head=people[0].name,
        place=place,
        kind=rng.choices(kinds, weights)[0],
        cause=cause,
        difficulty=min(100, max(5, round(hardship + rng.gauss(0, 9)))),
        people=people,
        since=since,
        ended=min(ended, today) if ended else None,
    )


def _write(scene: Scene, homes: Sequence[Home]) -> None:
    writer = scene.writer
    numbers = [f"{scene.prefix}H{i:05d}" for i in range(1, len(homes) + 1)]
    writer.write(
        Household,
        [_row(scene, home, number) for home, number in zip(homes, numbers, strict=True)],
        columns=HOUSEHOLD,
    )
    people = [
        _person(scene, home, relative, f"{number}-{i:02d}")
        for home, number in zip(homes, numbers, strict=True)
        for i, relative in enumerate(home.people, start=1)
    ]
    writer.write(Person, people, columns=PERSON)
    needs = [row for home in homes for row in needs_of(scene, home)]
    writer.write(Need, needs, columns="household kind text urgency since met_on ended")
    incomes = [row for home in homes for row in incomes_of(scene, home)]
    columns = "household year wage_fen business_fen business_cost_fen property_fen transfer_fen"
    writer.write(Income, incomes, columns=columns)


def _row(scene: Scene, home: Home, number: str) -> tuple[object, ...]:
    rng = scene.rng
    consented = rng.random() < 0.15
    since = max(home.since, scene.campaign.starts)
    has_phone = rng.random() < 0.9
    return (
        home.id,
        number,
        home.head,
        home.place.pk,
        len(home.people),
        home.kind,
        home.cause,
        _other_causes(home),
        _tags(home),
        home.difficulty,
        home.is_hardest,
        telephone(20000000 + home.id) if has_phone else "",
        _address(scene, home),
        _coordinates(scene, home),
        {},
        since + timedelta(days=60) if consented else None,
        "paper" if consented else "",
        *spelled(home.head),
        home.since,
        home.ended,
        "household_left" if home.ended else "",
    )


def _other_causes(home: Home) -> list[str]:
    found = {one.trouble for one in home.people if one.trouble and one.trouble != home.cause}
    return sorted(found)


def _tags(home: Home) -> list[str]:
    tags = [tag for one in home.people for tag in one.tags]
    if len(home.people) == 1 and home.people[0].age >= 60:
        tags.append("alone")
    return sorted(set(tags))


def _address(scene: Scene, home: Home) -> str:
    rng = scene.rng
    if home.is_rural:
        return f"{short(home.place)}{rng.randint(1, 9)}组{rng.randint(1, 80)}号"
    building, stairwell = rng.randint(1, 40), rng.randint(1, 5)
    return (
        f"{home.place.name}{building}号楼{stairwell}单元{rng.randint(1, 6)}0{rng.randint(1, 2)}室"
    )


def _coordinates(scene: Scene, home: Home) -> str:
    """Somewhere in the village, within a kilometre; nothing where that is not known."""
    if home.place.lon is None or home.place.lat is None:
        return ""
    lon = home.place.lon + scene.rng.gauss(0, 0.006)
    lat = home.place.lat + scene.rng.gauss(0, 0.005)
    return f"{lon:.5f},{lat:.5f}"


def _person(scene: Scene, home: Home, one: Relative, number: str) -> tuple[object, ...]:
    identity = ""
    since = max(home.since, one.born)
    if scene.rng.random() < NUMBERED:
        serial = 2 * scene.rng.randint(0, 498) + (1 if one.gender == "male" else 2)
        province = home.place.path[:2]
        identity = identity_number(province=province, born=one.born, serial=serial)
    return (
        scene.writer.first_id(Person, rows=1),
        home.id,
        number,
        one.name,
        one.relation,
        one.gender,
        one.born,
        identity,
        crypto.digest(identity),
        one.ethnic,
        one.education,
        one.schooling,
        one.labour,
        one.health,
        one.disability,
        "",
        *spelled(one.name),
        since,
        home.ended and max(home.ended, since),
    )
