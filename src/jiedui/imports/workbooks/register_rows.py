"""The records of a register read back as rows of the list they could have come in.

Keys are sorted first and records fetched by key, a few at a time: no query stays open between two
steps, and memory does not grow with the register.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from jiedui.core.changes import MORE
from jiedui.core.fields import EncryptedText
from jiedui.core.users import User
from jiedui.households.models import Household, Income, Need, Person
from jiedui.imports.columns.declarations import Schema
from jiedui.imports.columns.schemas import SCHEMAS
from jiedui.imports.matching.drafts import Part
from jiedui.imports.matching.household_parts import (
    HOUSEHOLD,
    INCOME,
    NEED,
    PERSON,
    PERSON_OF_HOUSEHOLD,
)
from jiedui.imports.matching.members import MEMBER
from jiedui.imports.matching.organisations import ORGANISATION
from jiedui.imports.matching.people import URGENCY
from jiedui.imports.matching.teams import TEAM
from jiedui.imports.models import Kind
from jiedui.orgs.models import Member, Organisation, Team, TeamMember, named_team_kinds
from jiedui.places.actions import OWN_LEVELS
from jiedui.places.models import Level, Place

Cells = dict[str, Any]
ReportProgress = Callable[[int, int], None]  # records done, and of how many
STEP = 500  # records fetched at a time
PATHS_PER_QUERY = 900  # paths in one query
_CHAIN = (Level.GRID, Level.ESTATE, Level.BUILDING, Level.STAIRWELL)
_URGENCY = {number: key for key, number in URGENCY.items()}


def silent(_done: int, _total: int) -> None:
    """Reports to nobody."""


def count(kind: str, *, by: User | None) -> int:
    """How many records of a register the user may take away."""
    return KINDS[kind].records(by).count()


def rows_of(kind: str, *, by: User | None, report: ReportProgress = silent) -> Iterator[Cells]:
    """All rows of a register the user may take away, in order."""
    register, known = KINDS[kind], Known(by)
    keys = list(register.records(by).values_list("pk", flat=True))
    for start in range(0, len(keys), STEP):
        report(start, len(keys))
        yield from register.read(keys[start : start + STEP], known)
    report(len(keys), len(keys))


@dataclass
class Known:
    """What rows of many steps have in common: who takes them away, names of places asked once."""

    by: User | None
    names: dict[str, str] = field(default_factory=dict)
    own: dict[str, Any] = field(default_factory=dict)  # places of the area itself, by path
    team_kinds: dict[str, Any] = field(default_factory=named_team_kinds)

    def learn(self, places: Iterable[str]) -> None:
        """Names of counties, townships and villages of these paths."""
        cuts = {path[:n] for path in places for n in (6, 9, 12)} - self.names.keys()
        for part in _parts(cuts):
            found = Place.objects.filter(path__in=part).values_list("path", "name")
            self.names |= dict.fromkeys(part, "") | dict(found)

    def learn_own(self, places: Iterable[str]) -> None:
        """Estates, buildings and the like that lie above these paths."""
        cuts = {cut for path in places for cut in Place.cuts(path)} - self.own.keys()
        for part in _parts(cuts):
            found = _own_places(self.by).filter(path__in=part)
            self.own |= dict.fromkeys(part) | {row.path: row for row in found}

    def where(self, place: Place) -> Cells:
        path, names = place.path, self.names
        cells = {"county": names.get(path[:6], ""), "township": names.get(path[:9], "")}
        return cells | {"village": names.get(path[:12], "")}


def _parts(keys: Iterable[Any]) -> Iterator[list[Any]]:
    every = sorted(keys)
    return (
        every[start : start + PATHS_PER_QUERY] for start in range(0, len(every), PATHS_PER_QUERY)
    )


def _fetched(rows: QuerySet[Any], keys: Sequence[int]) -> list[Any]:
    """These records in this order; those that are gone meanwhile are left."""
    found = rows.in_bulk(list(keys))
    return [found[key] for key in keys if key in found and found[key].ended is None]


def _read(part: Part, schema: Schema, row: Any) -> Cells:
    """The cells of one record, without sensitive ones and without keys of other tables."""
    cells: Cells = {}
    for key, name in part.fields.items():
        if key not in schema.by_key or name.endswith("_id"):
            continue
        if name.startswith(MORE):
            value = row.more.get(name.removeprefix(MORE))
        elif isinstance(row._meta.get_field(name), EncryptedText):
            continue
        else:
            value = getattr(row, name)
        if value not in (None, "", []):
            cells[key] = value
    return cells


def _seen(model: Any, by: User | None) -> QuerySet[Any]:
    rows = model.objects.all()
    rows = rows if by is None else rows.visible_to(by, permission="registers.export")
    found: QuerySet[Any] = rows.filter(ended=None)
    return found


def _households(keys: Sequence[int], known: Known) -> Iterator[Cells]:
    """In the national order: a row per person; a household without people gets one row."""
    schema = SCHEMAS[Kind.HOUSEHOLDS]
    homes = _fetched(Household.objects.select_related("place"), keys)
    known.learn(home.place.path for home in homes)
    people: dict[int, list[Person]] = {}
    for person in _seen(Person, known.by).filter(household__in=keys).order_by("number"):
        people.setdefault(person.household_id, []).append(person)
    incomes = _incomes(keys)
    for home in homes:
        where = known.where(home.place)
        cells = _read(HOUSEHOLD, schema, home) | where | incomes.get(home.pk, {})
        family = people.get(home.pk, [])
        head = next((p for p in family if p.relation == "head"), None)
        first = _person(head, schema) if head else {"relation": "head"}
        yield first | cells | {"relation": "head"}
        for person in family:
            if person is not head:
                yield where | {"household_code": home.number} | _person(person, schema)


def _incomes(households: Sequence[int]) -> dict[int, Cells]:
    """Household → its last year's income by source, in yuan."""
    found: dict[int, Cells] = {}
    for row in Income.objects.filter(household__in=households).order_by("year"):
        sources = {key: getattr(row, name) for key, name in INCOME.fields.items()}
        year = sources.pop("income_year")
        found[row.household_id] = {"income_year": year} | {
            key: f"{Decimal(fen) / 100:.2f}" for key, fen in sources.items()
        }
    return found


def _person(person: Person, schema: Schema) -> Cells:
    return {"relation": "other"} | _read(PERSON_OF_HOUSEHOLD, schema, person)


def _people(keys: Sequence[int], known: Known) -> Iterator[Cells]:
    schema = SCHEMAS[Kind.PEOPLE]
    rows = _fetched(Person.objects.select_related("household__place"), keys)
    known.learn(row.household.place.path for row in rows)
    for row in rows:
        home = row.household
        cells = _read(PERSON, schema, row) | known.where(home.place)
        yield cells | {"household_code": home.number, "head": home.head}


def _needs(keys: Sequence[int], known: Known) -> Iterator[Cells]:
    schema = SCHEMAS[Kind.NEEDS]
    rows = _fetched(Need.objects.select_related("household__place"), keys)
    known.learn(row.household.place.path for row in rows)
    for row in rows:
        where = known.where(row.household.place)
        cells = _read(NEED, schema, row) | {k: v for k, v in where.items() if k in schema.by_key}
        cells |= {"household_code": row.household.number, "head": row.household.head}
        yield cells | {"urgency": _URGENCY[row.urgency]}


def _organisations(keys: Sequence[int], _known: Known) -> Iterator[Cells]:
    schema = SCHEMAS[Kind.ORGANISATIONS]
    for row in _fetched(Organisation.objects.select_related("parent", "place"), keys):
        cells = _read(ORGANISATION, schema, row) | {"parent": _organisation(row.parent)}
        yield cells | ({"place": row.place.code} if row.place else {})


def _organisation(org: Organisation | None) -> str:
    return (org.number or org.name) if org else ""


def _line(org: Any) -> str:
    """Its number, else its name behind the one above it, to tell two 机关党支部 apart."""
    return org.number or (f"{org.parent.name}>{org.name}" if org.parent else org.name)


def _members(keys: Sequence[int], _known: Known) -> Iterator[Cells]:
    schema = SCHEMAS[Kind.MEMBERS]
    for row in _fetched(Member.objects.select_related("organisation__parent", "also_at"), keys):
        cells = _read(MEMBER, schema, row) | {"organisation": _line(row.organisation)}
        yield cells | {"community": _organisation(row.also_at)}


def _teams(keys: Sequence[int], known: Known) -> Iterator[Cells]:
    seats, kinds = _seats(keys), known.team_kinds
    for row in _fetched(Team.objects.select_related("organisation__parent", "place"), keys):
        cells = _read(TEAM, SCHEMAS[Kind.TEAMS], row) | seats.get(row.pk, {})
        cells |= {"kind": kinds.get(row.kind, row.kind), "organisation": _line(row.organisation)}
        yield cells | ({"place": row.place.code} if row.place else {})


def _seats(teams: Sequence[int]) -> dict[int, Cells]:
    """Team → its head and its members by number."""
    found: dict[int, Cells] = {}
    rows = TeamMember.objects.filter(team__in=teams, ended=None, member__ended=None)
    in_order = rows.order_by("member__number")
    for team, number, is_head in in_order.values_list("team", "member__number", "is_head"):
        cells = found.setdefault(team, {})
        if is_head:
            cells["leader"] = number
        else:
            cells.setdefault("members", []).append(number)
    return found


def _own_places(by: User | None) -> QuerySet[Place]:
    return _seen(Place, by).filter(level__in=OWN_LEVELS)


def _places(keys: Sequence[int], known: Known) -> Iterator[Cells]:
    rows = _fetched(Place.objects.all(), keys)
    known.learn(row.path for row in rows)
    known.learn_own(row.path for row in rows)
    for row in rows:
        cells = known.where(row) | {"code": row.code}
        for above in filter(None, map(known.own.get, Place.cuts(row.path)[:-1])):
            if above.level in _CHAIN:
                cells[above.level] = above.name
        lowest = row.level if row.level in _CHAIN else "name"
        yield cells | {lowest: row.name} | ({"kind": row.level} if lowest == "name" else {})


@dataclass(frozen=True)
class Register:
    """Which records the user may take away, in order, and what some of them say, by their keys."""

    records: Callable[[Any], QuerySet[Any]]
    read: Callable[[Sequence[int], Known], Iterator[Cells]]


KINDS = {
    Kind.HOUSEHOLDS.value: Register(
        lambda by: _seen(Household, by).order_by("place__path", "number"), _households
    ),
    Kind.PEOPLE.value: Register(
        lambda by: _seen(Person, by).filter(household__ended=None).order_by("number"), _people
    ),
    Kind.NEEDS.value: Register(lambda by: _seen(Need, by).order_by("pk"), _needs),
    Kind.ORGANISATIONS.value: Register(
        lambda by: _seen(Organisation, by).exclude(kind=Organisation.Kind.AREA).order_by("path"),
        _organisations,
    ),
    Kind.MEMBERS.value: Register(lambda by: _seen(Member, by).order_by("number"), _members),
    Kind.TEAMS.value: Register(lambda by: _seen(Team, by).order_by("number"), _teams),
    Kind.PLACES.value: Register(lambda by: _own_places(by).order_by("path"), _places),
}
