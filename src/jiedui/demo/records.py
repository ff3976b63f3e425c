"""What is kept of a record while the others are generated: its key and what they depend on."""

from dataclasses import dataclass, field
from datetime import date

from jiedui.demo.persons import Relative
from jiedui.places.models import Place


@dataclass(slots=True, eq=False)
class OrganisationRow:
    id: int
    path: str
    name: str
    kind: str
    place: Place | None
    group: str = ""  # the key of its [[organisations]]
    children: int = 0
    brand: tuple[str, str] | None = None  # its name and what is done

    def is_below(self, path: str) -> bool:
        return self.path.startswith(path)


@dataclass(slots=True, eq=False)
class MemberRow:
    """`rank` is that of the member register, by which the playbook gives loads."""

    id: int
    name: str
    organisation: OrganisationRow
    unit: OrganisationRow
    rank: str
    is_leader: bool
    is_head: bool  # of the whole unit (一把手)
    since: date
    ended: date | None = None
    end_reason: str = ""

    def serves_on(self, day: date) -> bool:
        return self.since <= day and (self.ended is None or day <= self.ended)


@dataclass(slots=True, eq=False)
class TeamRow:
    id: int
    kind: str
    organisation: OrganisationRow
    place: Place


@dataclass(slots=True, eq=False)
class PairRow:
    """Who answers for whom from when to when: a member or team, or else the organisation itself."""

    id: int
    organisation: OrganisationRow
    since: date
    member: MemberRow | None = None
    team: TeamRow | None = None
    place: Place | None = None
    partner_member: MemberRow | None = None
    partner_organisation: OrganisationRow | None = None
    role: str = "first"
    ended: date | None = None
    end_reason: str = ""
    overlap_until: date | None = None
    previous: int | None = None

    @property
    def helper(self) -> MemberRow:
        """The member of a pair that has one."""
        assert self.member is not None
        return self.member

    def covers(self, day: date) -> bool:
        return self.since <= day and (self.ended is None or day <= self.ended)


@dataclass(slots=True, eq=False)
class HouseholdRow:
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
    pairs: list[PairRow] = field(default_factory=list)
    visited: date | None = None

    @property
    def is_rural(self) -> bool:
        return self.place.kind == "village"

    def pairs_on(self, day: date) -> list[PairRow]:
        return [pair for pair in self.pairs if pair.covers(day)]
