"""Members of branches: ranks, posts and who has left since the campaign began."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from jiedui.demo.people import spelled, telephone
from jiedui.demo.scene import Org, Scene, Serving
from jiedui.orgs.models import Member

COLUMNS = (
    "id number name organisation rank post is_leader gender political joined skills phone place "
    "pinyin initials since ended end_reason"
)
# Ranks of the register by the kind of unit, with their weights per hundred; the first of a unit is
# its head. Together about eight in a hundred are leaders (一把手工程).
RANKS = {
    "top": (("bureau_deputy", 12), ("division_deputy", 20), ("section_chief", 30), ("staff", 38)),
    "city": (("division_deputy", 8), ("section_chief", 22), ("section_deputy", 30), ("staff", 40)),
    "county": (
        ("division_deputy", 5),
        ("section_chief", 22),
        ("section_deputy", 33),
        ("staff", 40),
    ),
    "district": (("section_deputy", 12), ("staff", 58), ("unranked", 30)),
    "village": (("staff", 10), ("unranked", 90)),
}
HEADS = {
    "top": "bureau_deputy", "city": "division_chief", "county": "division_deputy",
    "village": "unranked",
    "district": "section_chief",
}  # fmt: skip
REASONS = (("retired", 6), ("transferred", 5), ("died", 1))


@dataclass
class Roll:
    """Who serves, by branch; and who has left, to be followed by somebody of the same branch."""

    serving: list[Serving] = field(default_factory=list)
    left: list[Serving] = field(default_factory=list)
    by_org: dict[int, list[Serving]] = field(default_factory=lambda: defaultdict(list))
    reasons: dict[int, str] = field(default_factory=dict)  # of those who left, by member id


@dataclass
class Seat:
    """A branch with room for members; `tier` decides their ranks."""

    org: Org
    unit: Org
    tier: str
    is_first: bool  # the unit's head sits here
    weight: float


@dataclass
class Register:
    scene: Scene
    roll: Roll = field(default_factory=Roll)
    rows: list[tuple[object, ...]] = field(default_factory=list)

    def fill(self, seats: Sequence[Seat], *, serving: int, left: int) -> Roll:
        """Spread so many members over the branches, each with at least one, and write them."""
        weights = [seat.weight for seat in seats]
        extra = max(0, serving - len(seats))
        more = self.scene.rng.choices(range(len(seats)), weights, k=extra)
        counts = [1] * len(seats)
        for index in more:
            counts[index] += 1
        for seat, count in zip(seats, counts, strict=True):
            for number in range(count):
                self._add(seat, is_head=number == 0 and seat.is_first, is_secretary=number == 0)
        for seat in self.scene.rng.choices(seats, weights, k=left):
            self._add(seat, is_left=True)
        self.scene.writer.write(Member, self.rows, columns=COLUMNS)
        return self.roll

    def _add(
        self,
        seat: Seat,
        *,
        is_head: bool = False,
        is_secretary: bool = False,
        is_left: bool = False,
    ) -> None:
        scene, rng = self.scene, self.scene.rng
        rank = HEADS[seat.tier] if is_head else self._rank(seat.tier)
        gender = "male" if rng.random() < 0.62 else "female"
        born = scene.today.year - rng.randint(26, 59)
        ended, reason = self._end(is_left)
        member = Serving(
            id=scene.writer.first_id(Member, rows=1),
            name=scene.names.full(gender=gender, born=born),
            org=seat.org,
            unit=seat.unit,
            rank=rank,
            is_leader=rank in self.leading,
            is_head=is_head,
            since=self._since(ended),
            ended=ended,
        )
        (self.roll.left if ended else self.roll.serving).append(member)
        self.roll.by_org[seat.org.id].append(member)
        if ended:
            self.roll.reasons[member.id] = reason
        joined = date(min(born + rng.randint(20, 38), scene.today.year - 6), rng.randint(1, 12), 1)
        post = "单位主要负责人" if is_head else "党支部书记" if is_secretary else ""
        place = seat.org.place and seat.org.place.pk
        self.rows.append(
            (
                member.id,
                f"{scene.prefix}M{len(self.rows) + 1:05d}",
                member.name,
                seat.org.id,
                rank,
                post,
                member.is_leader,
                gender,
                "member",
                joined,
                [],
                telephone(10**6 + member.id),
                place,
                *spelled(member.name),
                member.since,
                ended,
                reason,
            )
        )

    def _rank(self, tier: str) -> str:
        table = RANKS[tier]
        return self.scene.rng.choices([r for r, _ in table], [w for _, w in table])[0]

    @property
    def leading(self) -> tuple[str, ...]:
        """Ranks of the register that the playbook calls leaders."""
        return tuple(
            grade for rank in self.scene.playbook.ranks if rank.leader for grade in rank.grades
        )

    def _end(self, is_left: bool) -> tuple[date | None, str]:
        if not is_left:
            return None, ""
        first = self.scene.campaign.starts + timedelta(days=150)
        reasons = [reason for reason, _ in REASONS], [weight for _, weight in REASONS]
        last = self.scene.today - timedelta(days=45)
        return self.scene.day_between(first, last), self.scene.rng.choices(*reasons)[0]

    def _since(self, ended: date | None) -> date:
        """Most were there when the campaign began; one in eight came later."""
        starts = self.scene.campaign.starts
        if ended or self.scene.rng.random() > 0.12:
            return starts - timedelta(days=self.scene.rng.randint(30, 3000))
        return self.scene.day_between(starts, self.scene.today - timedelta(days=400))
