"""The registers of a demonstration, as they grow, and who of them hosts what is done."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from jiedui.demo.declaration import BRANDS
from jiedui.demo.members import Members
from jiedui.demo.organisations import Organisations
from jiedui.demo.records import HouseholdRow, MemberRow, OrganisationRow, PairRow, TeamRow
from jiedui.places.models import OFFICIAL_CUTS, Level, Place

LENGTH = dict(zip(Level.values, OFFICIAL_CUTS, strict=False))  # of the path of an official level


@dataclass(frozen=True)
class Host:
    """Who holds an activity: an organisation, or a team of one."""

    organisation: OrganisationRow
    team: TeamRow | None = None

    @property
    def place(self) -> Place | None:
        return self.team.place if self.team else self.organisation.place


@dataclass
class Registers:
    organisations: Organisations
    members: Members
    places: Sequence[Place]  # of the area tree
    own_places: Sequence[Place] = ()
    teams: Sequence[TeamRow] = ()
    households: Sequence[HouseholdRow] = ()
    pairs: dict[str, list[PairRow]] = field(default_factory=dict)  # of no household, by kind

    @property
    def branches(self) -> list[OrganisationRow]:
        return self.organisations.of("branch")

    def head_of(self, organisation: OrganisationRow) -> MemberRow | None:
        """The first member of an organisation or of those below it, as its person in charge."""
        for one in (organisation, *self.organisations.all):
            if one.is_below(organisation.path) and self.members.by_organisation.get(one.id):
                return self.members.by_organisation[one.id][0]
        return None

    def hosts(self, keys: Iterable[str]) -> list[Host]:
        """Organisations and teams of these kinds or groups, and those with brands."""
        found: list[Host] = []
        for key in keys:
            if key == BRANDS:
                found += [Host(one) for one in self.organisations.all if one.brand]
            found += [Host(one) for one in self.organisations.of(key)]
            found += [Host(one.organisation, one) for one in self.teams if one.kind == key]
        return found
