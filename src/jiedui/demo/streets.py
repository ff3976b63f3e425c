"""Places below a village: estates with buildings and stairwells, responsibility zones, posts."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from jiedui.demo.ground import short
from jiedui.demo.people import spelled
from jiedui.demo.scene import Scene
from jiedui.demo.texts import TEXTS
from jiedui.places.models import OWN_STEP, Place

COLUMNS = "id parent path code name level kind pinyin initials since lon lat"
ESTATES: Sequence[str] = TEXTS["streets"]["estates"]
ZONES: Sequence[str] = TEXTS["streets"]["zones"]
POSTS: Sequence[str] = TEXTS["streets"]["posts"]


@dataclass
class Streets:
    """Grows places below villages; `stairwells`, `zones` and `posts` are what gets a keeper."""

    scene: Scene
    stairwells: list[Place] = field(default_factory=list)
    zones: list[Place] = field(default_factory=list)
    posts: list[Place] = field(default_factory=list)
    _rows: list[tuple[object, ...]] = field(default_factory=list)
    _children: dict[str, int] = field(default_factory=dict)

    def estate(self, community: Place, name: str, *, buildings: int) -> None:
        estate = self._add(community, f"{name}小区", "estate")
        for number in range(1, buildings + 1):
            building = self._add(estate, f"{number}号楼", "building")
            for stairwell in range(1, self.scene.rng.randint(2, 4) + 1):
                title = f"{name}小区{number}号楼{stairwell}单元"
                self.stairwells.append(self._add(building, title, "stairwell", kind="stairwell"))

    def zone(self, village: Place, name: str) -> None:
        place = self._add(village, f"{short(village)}{name}", "zone", kind="zone")
        self.zones.append(place)

    def post(self, village: Place, name: str) -> None:
        place = self._add(village, f"{short(village)}{name}", "post", kind="service_point")
        self.posts.append(place)

    def _add(self, parent: Place, name: str, level: str, *, kind: str = "") -> Place:
        number = self._children[parent.path] = self._children.get(parent.path, 0) + 1
        path = f"{parent.path}{number:0{OWN_STEP}d}"
        first = self.scene.writer.first_id(Place, rows=1)
        place = Place(
            id=first, parent=parent, path=path, code=path, name=name, level=level, kind=kind
        )
        self._rows.append(
            (
                first,
                parent.pk,
                path,
                path,
                name,
                level,
                kind,
                *spelled(name, is_person=False),
                self.scene.campaign.starts,
                None,
                None,
            )
        )
        return place

    def write(self) -> None:
        self.scene.writer.write(Place, self._rows, columns=COLUMNS)


def build(scene: Scene, villages: Sequence[Place], *, zones: int, posts: int) -> Streets:
    """Estates in every community; so many zones and posts, spread over all villages."""
    streets, rng = Streets(scene), scene.rng
    communities = [one for one in villages if one.kind == "community"]
    for community in communities[: scene.share(len(communities), least=2)]:
        names = rng.sample(ESTATES, k=scene.share(3, least=1))
        for name in names:
            streets.estate(community, name, buildings=scene.share(rng.randint(10, 16), least=2))
    for number in range(zones):
        streets.zone(villages[number % len(villages)], ZONES[number // len(villages) % len(ZONES)])
    for number in range(posts):
        streets.post(villages[number % len(villages)], POSTS[number // len(villages) % len(POSTS)])
    streets.write()
    return streets
