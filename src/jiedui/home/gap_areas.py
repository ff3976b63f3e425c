"""Areas and units by their gap: overdue visits of every 100 households, the widest gap first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from jiedui.campaigns.playbook.declare import Text
from jiedui.campaigns.playbook.publishing import Figure, Filter
from jiedui.figures.models import Snapshot
from jiedui.figures.parts import Part, parts
from jiedui.home.desk import Desk, href

SHOWN = 8
BELOW = {"province": "city", "city": "county", "county": "town", "town": "village"}
_OVERDUE = Filter(column="overdue", words=(True,))
_STANDING = Filter(column="ended", empty=True)


def _counting(key: str, over: str, *where: Filter) -> Figure:
    return Figure(
        key=key, name=Text(key, key), unit=Text("", ""), counts="households", over=over, where=where
    )


HOUSEHOLDS = (
    _counting("gap.households", "households", _STANDING, _OVERDUE),
    _counting("gap.households_all", "households", _STANDING),
)
PAIRS = (
    _counting("gap.pairs", "pairs", _STANDING, _OVERDUE),
    _counting("gap.pairs_all", "pairs", _STANDING),
)


@dataclass(frozen=True)
class Line:
    name: str
    overdue: int
    share: float  # of 100
    url: str


@dataclass(frozen=True)
class Table:
    key: str
    title: str
    unit: str
    lines: Sequence[Line]
    more: int  # areas with a smaller gap that are not shown

    @property
    def widest(self) -> float:
        return max(line.share for line in self.lines)


def tables(desk: Desk, snapshot: Snapshot) -> list[Table]:
    """Places below the desk's own, and its units or branches; none where no visit is asked for."""
    if not desk.has_rhythms or desk.role == "helper":
        return []
    scope = {"organisation": desk.root.organisation, "place": desk.root.place}
    found = [_by_place(desk, snapshot, scope), _by_organisation(desk, snapshot, scope)]
    return [one for one in found if one and one.lines]


def _by_place(desk: Desk, snapshot: Snapshot, scope: dict[str, Any]) -> Table | None:
    root = desk.root.place or snapshot.campaign.place
    if desk.root.organisation or root.level not in BELOW:
        return None
    are_homes = desk.calls_on_households
    unit = _("households") if are_homes else _("pairs")
    late, every = (
        parts(snapshot, one, by=BELOW[root.level], **scope)
        for one in (HOUSEHOLDS if are_homes else PAIRS)
    )
    name = "households:list" if are_homes else "pairing:list"
    return _table("places", _("Overdue visits by area"), unit, late, every, name)


def _by_organisation(desk: Desk, snapshot: Snapshot, scope: dict[str, Any]) -> Table | None:
    if desk.root.place:
        return None
    root = desk.root.organisation
    by = "branch" if root and root.kind == "unit" else "unit"
    late, every = (parts(snapshot, one, by=by, **scope) for one in PAIRS)
    title = _("Overdue visits by branch") if by == "branch" else _("Overdue visits by unit")
    return _table("units", title, _("pairs"), late, every, "pairing:list")


def _table(
    key: str, title: str, unit: str, late: Sequence[Part], every: Sequence[Part], name: str
) -> Table:
    whole = {part.path: int(part.value.value or 0) for part in every}
    open_ones = [part for part in late if part.param and part.value.value and whole[part.path]]
    open_ones.sort(key=lambda part: (-_share(part, whole), part.name))
    lines = [
        Line(
            part.name,
            int(part.value.value or 0),
            round(_share(part, whole), 1),
            href(name, overdue=1, **{part.param: part.path}),
        )
        for part in open_ones[:SHOWN]
    ]
    return Table(key, title, unit, lines, len(open_ones) - len(lines))


def _share(part: Part, whole: Mapping[str, int]) -> float:
    return 100 * float(part.value.value or 0) / whole[part.path]
