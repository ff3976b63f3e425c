"""The organisations of a campaign: areas, units, branches and party groups, from the top down."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Max
from django.utils.translation import gettext as _

from jiedui.core.refusals import Refused
from jiedui.demo.context import Context
from jiedui.demo.declaration import OrganisationGroup
from jiedui.demo.names import spelled
from jiedui.demo.places import spoken_name
from jiedui.demo.records import OrganisationRow
from jiedui.orgs.models import STEP, Organisation
from jiedui.places.models import Level, Place

COLUMNS = (
    "id parent path number name kind unit_kind affiliation classes place strengths pinyin "
    "initials since"
)
PARTY_GROUPS = ("第一党小组", "第二党小组", "第三党小组")
NUMERALS = "一二三四五六七八九十"


# What a unit belongs to, by the last words of the name of its area.
AFFILIATIONS = {
    "街道": "subdistrict", "镇": "town", "乡": "township", "区": "district", "县": "county",
    "市": "prefecture",
}  # fmt: skip


def affiliation_to(area: Place) -> str:
    """The level (隶属关系) of a unit of this area; "" where the name does not tell."""
    found = (key for word, key in AFFILIATIONS.items() if area.name.endswith(word))
    return next(found, "")


@dataclass
class Seats:
    """A branch with room for members."""

    branch: OrganisationRow
    unit: OrganisationRow
    ranks: str
    weight: int
    is_first: bool  # the head of the unit sits here


@dataclass
class Organisations:
    """The tree, with the room for members in it; `villages` have a branch of their own."""

    root: OrganisationRow
    all: list[OrganisationRow] = field(default_factory=list)
    seats: list[Seats] = field(default_factory=list)
    villages: list[Place] = field(default_factory=list)

    def of(self, kind: str) -> list[OrganisationRow]:
        """Those of a kind of the playbook, or of one `[[organisations]]`."""
        return [one for one in self.all if kind in (one.kind, one.group)]

    def unit_of(self, organisation: OrganisationRow) -> OrganisationRow:
        """The unit an organisation is part of; itself, where it is one."""
        units = (one for one in self.of("unit") if organisation.is_below(one.path))
        return next(units, organisation)


def write_organisations(
    context: Context, root: OrganisationRow, places: Sequence[Place]
) -> Organisations:
    """As many as the scale asks for, of every county; written in one go."""
    tree = _Tree(context, Organisations(root))
    for group in context.declared.organisations:
        for area in _areas(context, group, places):
            tree.grow(group, area, places)
    tree.add_branches()
    context.writer.write(Organisation, tree.rows, columns=COLUMNS)
    return tree.made


def free_root_path() -> str:
    """The path after the last tree, so that campaigns of other places stand side by side."""
    top = Organisation.objects.filter(parent=None).aggregate(top=Max("path"))["top"] or "0"
    return f"{int(top) + 1:0{STEP}d}"


def _areas(context: Context, group: OrganisationGroup, places: Sequence[Place]) -> list[Place]:
    """The places that have such organisations, at this scale."""
    if group.for_each == "campaign":
        return [context.top]
    found = [one for one in places if one.level == group.for_each]
    found = [one for one in found if not group.place_kinds or one.kind in group.place_kinds]
    if group.for_each == "county":
        return found
    inhabited = {one.path[:9] for one in places if one.level == Level.VILLAGE}
    towns = [one for one in found if one.path in inhabited]
    counties = {one.path[:6] for one in towns}
    return _spread(towns, context.scaled(len(towns), least=len(counties)))


def _spread(towns: Sequence[Place], count: int) -> list[Place]:
    """So many towns, from every county in turn."""
    by_county: dict[str, list[Place]] = defaultdict(list)
    for town in towns:
        by_county[town.path[:6]].append(town)
    turns = [(turn, town) for county in by_county.values() for turn, town in enumerate(county)]
    turns.sort(key=lambda pair: pair[0])
    return sorted((town for _turn, town in turns[:count]), key=lambda town: town.path)


class _Tree:
    def __init__(self, context: Context, made: Organisations) -> None:
        self.context, self.made = context, made
        self.rows: list[tuple[object, ...]] = []
        self.units: list[tuple[OrganisationRow, OrganisationGroup]] = []
        self.wanted = context.declared.registers.branches
        if self.wanted:
            self.wanted = context.scaled(self.wanted, least=min(16, self.wanted))
        self.branches = 0
        self.headed: set[int] = set()  # units whose head has a seat

    def grow(self, group: OrganisationGroup, area: Place, places: Iterable[Place]) -> None:
        """The organisations of one group in one place, with their branches."""
        parent = self._parent(area)
        for name, unit_kind, strengths in self._names(group):
            full = str(group.name).format(area=area.name, name=name)
            organisation = self._add(
                parent,
                full,
                kind=group.kind,
                place=None if area is self.context.top else area,
                unit_kind=unit_kind if group.kind == "unit" else "",
                affiliation=affiliation_to(area) if group.kind == "unit" else "",
                strengths=strengths,
                group=group.key,
            )
            if group.kind == "unit":
                self.units.append((organisation, group))
                self._own_branches(organisation, group)
                self._village_branches(organisation, group, area, places)

    def _parent(self, area: Place) -> OrganisationRow:
        """The area organisation of this place or of one around it; else the top."""
        around = [
            one
            for one in self.made.all
            if one.kind == "area" and one.place and area.path.startswith(one.place.path)
        ]
        return around[-1] if around else self.made.root

    def _names(self, group: OrganisationGroup) -> list[tuple[str, str, tuple[str, ...]]]:
        """Name, kind of unit, and what it is good at."""
        lines = list(group.names) or [""]
        least = 4 if group.for_each == "campaign" else 2
        wanted = group.most or len(lines)
        count = min(wanted, self.context.scaled(wanted, least=min(least, wanted)))
        found = []
        for line in lines[:: max(1, len(lines) // count)][:count]:
            name, unit_kind, strengths = (*line.split("|"), "", "")[:3]
            found.append((name, unit_kind or group.unit_kind, tuple(strengths.split())))
        return found

    def _own_branches(self, unit: OrganisationRow, group: OrganisationGroup) -> None:
        names = group.branch_names
        count = group.branches.total or self.context.each(group.branches)
        for name in names[: min(count, len(names))]:
            self._branch(unit, group, f"{self._stem(unit, group)}{name}")

    def _stem(self, unit: OrganisationRow, group: OrganisationGroup) -> str:
        area = unit.place.name if unit.place else self.context.top.name
        return str(group.branch_stem).format(unit=unit.name, area=area, name=unit.name)

    def _village_branches(
        self, unit: OrganisationRow, group: OrganisationGroup, area: Place, places: Iterable[Place]
    ) -> None:
        if not group.village_branch:
            return
        below = [p for p in places if p.level == Level.VILLAGE and p.path.startswith(area.path)]
        # Fewer than all: one village of a town, until the scale asks for more of them.
        least = min(len(below), 1) if self.context.scale < 1 else len(below)
        for village in below[: self.context.scaled(len(below), least=least)]:
            if self.wanted and self.branches >= self.wanted:
                return
            name = str(group.village_branch).format(
                area=spoken_name(village), name="", unit=unit.name
            )
            self._branch(unit, group, name, village=village)
            self.made.villages.append(village)

    def _branch(
        self,
        unit: OrganisationRow,
        group: OrganisationGroup,
        name: str,
        *,
        village: Place | None = None,
    ) -> None:
        branch = self._add(unit, name, kind="branch", place=village or unit.place)
        self.branches += 1
        ranks = group.village_ranks if village else group.ranks
        weight = group.village_weight if village else group.weight
        is_first = not village and unit.id not in self.headed
        self.headed |= {unit.id} if is_first else set()
        self.made.seats.append(Seats(branch, unit, ranks, weight, is_first))
        if not village and group.groups and self.context.rng.random() < group.groups_share:
            for title in PARTY_GROUPS[: group.groups]:
                self._add(branch, title, kind="group", place=branch.place)

    def add_branches(self) -> None:
        """Further branches of the units in turn, until there are as many as declared."""
        if self.wanted and self.branches > self.wanted and self.context.scale == 1:
            known = {"wanted": self.wanted, "there": self.branches}
            problem = _("%(wanted)s branches were declared, but the units bring along %(there)s.")
            raise Refused(problem % known)
        turn = 0
        while self.branches < self.wanted:
            unit, group = self.units[turn % len(self.units)]
            number = turn // len(self.units)
            ordinal = NUMERALS[number] if number < len(NUMERALS) else str(number + 1)
            self._branch(unit, group, f"{self._stem(unit, group)}第{ordinal}党支部")
            turn += 1

    def _add(
        self,
        parent: OrganisationRow,
        name: str,
        *,
        kind: str,
        place: Place | None = None,
        unit_kind: str = "",
        affiliation: str = "",
        strengths: tuple[str, ...] = (),
        group: str = "",
    ) -> OrganisationRow:
        parent.children += 1
        path = f"{parent.path}{parent.children:0{STEP}d}"
        first = self.context.writer.first_id(Organisation, rows=1)
        made = OrganisationRow(first, path, name, kind, place, group)
        self.rows.append(
            (
                made.id, parent.id, path, f"{self.context.prefix}{path[STEP:]}", name, kind,
                unit_kind, affiliation, [], place and place.pk, list(strengths),
                *spelled(name, is_person=False), self.context.starts,
            )
        )  # fmt: skip
        self.made.all.append(made)
        return made
