"""What units are good at, and which villages they are tied to; looked up along the line."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from jiedui.campaigns.models import Campaign
from jiedui.orgs.models import Organisation
from jiedui.pairing.models import Pair

FEW = 2000  # paths asked for one by one; beyond that the whole table is read


@dataclass
class Units:
    """Organisations of a campaign by path."""

    kind: dict[str, str] = field(default_factory=dict)
    name: dict[str, str] = field(default_factory=dict)
    own_strengths: dict[str, list[str]] = field(default_factory=dict)
    own_place: dict[str, str] = field(default_factory=dict)
    # place key -> paths of the units tied to it
    ties: dict[int, set[str]] = field(default_factory=dict)
    # Found already: thousands of helpers are of some hundred branches.
    _units: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, campaign: Campaign, *, paths: Iterable[str]) -> "Units":
        cuts = {cut for path in paths for cut in Organisation.cuts(path)}
        tied = _ties(campaign)
        cuts |= {cut for one in tied.values() for path in one for cut in Organisation.cuts(path)}
        rows = Organisation.objects.order_by()
        rows = rows.filter(path__in=cuts) if len(cuts) < FEW else rows
        found = cls()
        for path, kind, name, strengths, place in rows.values_list(
            "path", "kind", "name", "strengths", "place__path"
        ):
            found.kind[path], found.name[path] = kind, name
            if strengths:
                found.own_strengths[path] = strengths
            if place:
                found.own_place[path] = place
        found.ties = {place: {found.unit(path) for path in one} for place, one in tied.items()}
        return found

    def unit(self, path: str) -> str:
        """The path of the unit an organisation belongs to: the nearest one above, else itself."""
        if path not in self._units:
            line = reversed(Organisation.cuts(path))
            self._units[path] = next((cut for cut in line if self.kind.get(cut) == "unit"), path)
        return self._units[path]

    def unit_name(self, path: str) -> str:
        """The unit's name before that of a branch; many branches are called 机关党支部."""
        unit = self.unit(path)
        return self.name.get(unit, "") if unit != path else ""

    def strengths(self, path: str) -> list[str]:
        """Kinds of need (NEED_KIND) the organisation, or the nearest one above, is good at."""
        line = reversed(Organisation.cuts(path))
        return next((self.own_strengths[cut] for cut in line if cut in self.own_strengths), [])

    def place(self, path: str) -> str:
        """The place path of the organisation or of the nearest one above; "" when none."""
        line = reversed(Organisation.cuts(path))
        return next((self.own_place[cut] for cut in line if cut in self.own_place), "")

    def is_tied(self, path: str, place: int) -> bool | None:
        """Whether the organisation's unit answers for the place; None when no unit does."""
        tied = self.ties.get(place)
        return self.unit(path) in tied if tied else None


def _ties(campaign: Campaign) -> dict[int, set[str]]:
    """Open pairs of organisations with places (包村): the organisation paths by place."""
    kinds = [
        p.key for p in campaign.playbook.pairings if p.helper == "organisation" and p.place_level
    ]
    found: dict[int, set[str]] = defaultdict(set)
    rows = Pair.objects.current().filter(campaign=campaign, kind__in=kinds, place__isnull=False)
    for place, path in rows.order_by().values_list("place", "organisation__path"):
        found[place].add(path)
    return found
