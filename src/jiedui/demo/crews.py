"""Teams, and who keeps which stairwell, zone and service point."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from jiedui.demo.members import Roll
from jiedui.demo.people import spelled
from jiedui.demo.scene import Org, Scene, Serving
from jiedui.demo.streets import Streets
from jiedui.orgs.models import Team, TeamMember
from jiedui.pairing.models import Pair
from jiedui.places.models import Place

PAIR = "id campaign kind member organisation team place since ended end_reason"
TEAM = "id number name kind organisation place pinyin initials since"


@dataclass(slots=True, eq=False)
class Crew:
    id: int
    name: str
    kind: str
    org: Org
    place: Place


@dataclass(slots=True, eq=False)
class Keeping:
    """A place and who keeps it; `member` for stairwells, `org` always, `crew` for points."""

    pair: int
    place: Place
    org: Org
    member: Serving | None = None
    crew: Crew | None = None


@dataclass
class Crews:
    scene: Scene
    roll: Roll
    branches: Sequence[Org]
    crews: list[Crew] = field(default_factory=list)
    stairwells: list[Keeping] = field(default_factory=list)
    zones: list[Keeping] = field(default_factory=list)
    points: list[Keeping] = field(default_factory=list)

    def found(self, kind: str, name: str, *, count: int) -> None:
        """So many teams of one kind, of as many branches, with a head and some members."""
        scene = self.scene
        rows, places = [], []
        step = max(1, len(self.branches) // count)
        for number in range(count):
            branch = self.branches[number * step % len(self.branches)]
            first = scene.writer.first_id(Team, rows=1)
            title = f"{branch.name.removesuffix('党支部')}{name}"
            place = branch.place or scene.campaign.place
            since = scene.day_between(scene.campaign.starts, scene.campaign.starts + timedelta(40))
            crew = Crew(first, title, kind, branch, place)
            self.crews.append(crew)
            prefix = f"{scene.prefix}T{first:04d}"
            rows.append(
                (
                    first,
                    prefix,
                    title,
                    kind,
                    branch.id,
                    place.pk,
                    *spelled(title, is_person=False),
                    since,
                )
            )
            people = [one for one in self.roll.by_org[branch.id] if not one.ended]
            chosen = scene.rng.sample(people, k=min(len(people), scene.rng.randint(6, 14)))
            places += [(first, one.id, i == 0, since) for i, one in enumerate(chosen)]
        scene.writer.write(Team, rows, columns=TEAM)
        scene.writer.write(TeamMember, places, columns="team member is_head since")

    def keep(self, streets: Streets, *, empty: int) -> None:
        """Heads for all stairwells but a few, branches for zones, teams for points."""
        scene = self.scene
        pairings = {one.helper: one.key for one in scene.playbook.pairings if one.helped == "place"}
        rows: list[tuple[object, ...]] = []
        without = set(scene.rng.sample(range(len(streets.stairwells)), k=empty))
        heads = self._heads(streets.stairwells)
        for number, (place, head) in enumerate(zip(streets.stairwells, heads, strict=True)):
            keeping = Keeping(self._id(), place, head.org, member=head)
            ended = scene.today - timedelta(days=2 + number % 20) if number in without else None
            if ended is None:
                self.stairwells.append(keeping)
            rows.append(self._row(keeping, pairings["member"], ended))
        for number, place in enumerate(streets.zones):
            self.zones.append(
                Keeping(self._id(), place, self.branches[number % len(self.branches)])
            )
        for number, place in enumerate(streets.posts):
            crew = self.crews[number % len(self.crews)]
            self.points.append(Keeping(self._id(), place, crew.org, crew=crew))
        rows += [self._row(one, pairings["organisation"], None) for one in self.zones]
        rows += [self._row(one, pairings["team"], None) for one in self.points]
        scene.writer.write(Pair, rows, columns=PAIR)

    def _heads(self, stairwells: Sequence[Place]) -> list[Serving]:
        """Two neighbouring stairwells a head, from branches of the same town where there are."""
        by_town: dict[str, list[Serving]] = {}
        for one in self.roll.serving:
            town = one.org.place.path[:9] if one.org.place else ""
            by_town.setdefault(town, []).append(one)
        used: dict[str, int] = {}
        heads = []
        for place in stairwells:
            town = place.path[:9] if by_town.get(place.path[:9]) else next(iter(by_town))
            turn = used[town] = used.get(town, -1) + 1
            heads.append(by_town[town][turn // 2 % len(by_town[town])])
        return heads

    def _id(self) -> int:
        return self.scene.writer.first_id(Pair, rows=1)

    def _row(self, one: Keeping, kind: str, ended: object) -> tuple[object, ...]:
        scene = self.scene
        since = scene.day_between(scene.campaign.starts, scene.campaign.starts + timedelta(60))
        return (
            one.pair,
            scene.campaign.pk,
            kind,
            one.member and one.member.id,
            one.org.id,
            one.crew and one.crew.id,
            one.place.pk,
            since,
            ended,
            "transferred" if ended else "",
        )
