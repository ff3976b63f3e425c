"""What the registers hold, as a list that can be corrected and sent in again.

Sensitive columns (telephone, address, identity number, health) are left out: an empty cell says
nothing, so sending the file back does not touch them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import IO, Any

from django.db.models import QuerySet
from django.utils.translation import get_language

from jiedui.core import audit
from jiedui.core.fields import EncryptedText
from jiedui.core.lists.export import harmless
from jiedui.households.models import Household, Income, Need, Person
from jiedui.imports.book_members import MEMBER
from jiedui.imports.book_orgs import ORGANISATION
from jiedui.imports.book_people import URGENCY
from jiedui.imports.book_teams import TEAM
from jiedui.imports.columns import MORE, Field, Schema
from jiedui.imports.drafts import Part
from jiedui.imports.household_parts import HOUSEHOLD, INCOME, NEED, PERSON, PERSON_OF_HOUSEHOLD
from jiedui.imports.models import Kind
from jiedui.imports.schemas import SCHEMAS
from jiedui.orgs.models import Member, Organisation, Team, TeamMember, named_team_kinds
from jiedui.places.actions import OWN_LEVELS
from jiedui.places.models import Level, Place

Cells = dict[str, Any]
_CHAIN = (Level.GRID, Level.ESTATE, Level.BUILDING, Level.STAIRWELL)
_URGENCY = {number: key for key, number in URGENCY.items()}


def write(kind: str, out: IO[bytes], *, by: Any) -> int:
    """Write all rows of a kind the user may see as .xlsx; returns how many. Recorded."""
    import xlsxwriter

    schema = SCHEMAS[kind]
    rows = list(KINDS[kind](by))
    keys = [f.key for f in schema.fields if any(f.key in row for row in rows) or f.required]
    book = xlsxwriter.Workbook(out, {"strings_to_formulas": False, "strings_to_urls": False})
    page = book.add_worksheet(schema.sheet)
    head = book.add_format({"bold": True, "bottom": 1})
    for column, key in enumerate(keys):
        page.set_column(column, column, 14)
        page.write_string(0, column, schema.by_key[key].title, head)
    for number, row in enumerate(rows, 1):
        for column, key in enumerate(keys):
            if text := _cell(schema.by_key[key], row.get(key)):
                page.write_string(number, column, harmless(text))
    page.freeze_panes(1, 0)
    book.close()
    audit.record("register.exported", by=by, listing=f"import.{kind}", rows=len(rows), columns=keys)
    return len(rows)


def _cell(field: Field, value: Any) -> str:
    if value in (None, "", []):
        return ""
    is_chinese = (get_language() or "").startswith("zh")
    if isinstance(value, bool):
        return ("是" if value else "否") if is_chinese else ("Yes" if value else "No")
    if field.choices is not None:
        keys = value if isinstance(value, list) else [value]
        return "、".join(str(field.choices.zh(str(key))) for key in keys)
    if isinstance(value, list):
        return "、".join(map(str, value))
    return value.isoformat() if isinstance(value, date) else str(value)


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


def _seen(model: Any, by: Any) -> QuerySet[Any]:
    rows = model.objects.all()
    rows = rows if by is None else rows.visible_to(by, permission="registers.export")
    found: QuerySet[Any] = rows.filter(ended=None)
    return found


def _where(place: Place, names: dict[str, str]) -> Cells:
    path = place.path
    cells = {"county": names.get(path[:6], ""), "township": names.get(path[:9], "")}
    return cells | {"village": names.get(path[:12], "")}


def _names(paths: Iterable[str]) -> dict[str, str]:
    cuts = {path[:n] for path in paths for n in (6, 9, 12)}
    rows = Place.objects.filter(path__in=cuts) if len(cuts) < 900 else Place.objects.all()
    return dict(rows.values_list("path", "name"))


def _households(by: Any) -> Iterator[Cells]:
    """In the national order: a row per person; a household without people gets one row."""
    schema = SCHEMAS[Kind.HOUSEHOLDS]
    homes = list(_seen(Household, by).select_related("place").order_by("place__path", "number"))
    names = _names({home.place.path for home in homes})
    people: dict[int, list[Person]] = {}
    for person in _seen(Person, by).order_by("number"):
        people.setdefault(person.household_id, []).append(person)
    incomes = _incomes()
    for home in homes:
        cells = _read(HOUSEHOLD, schema, home) | _where(home.place, names)
        cells |= incomes.get(home.pk, {})
        family = people.get(home.pk, [])
        head = next((p for p in family if p.relation == "head"), None)
        first = _person(head, schema) if head else {"relation": "head"}
        yield first | cells | {"relation": "head"}
        for person in family:
            if person is not head:
                place = _where(home.place, names)
                yield place | {"household_code": home.number} | _person(person, schema)


def _incomes() -> dict[int, Cells]:
    """Household → its last year's income by source, in yuan."""
    found: dict[int, Cells] = {}
    for row in Income.objects.order_by("year"):
        said = {key: getattr(row, name) for key, name in INCOME.fields.items()}
        year = said.pop("income_year")
        found[row.household_id] = {"income_year": year} | {
            key: f"{Decimal(fen) / 100:.2f}" for key, fen in said.items()
        }
    return found


def _person(person: Person, schema: Schema) -> Cells:
    return {"relation": "other"} | _read(PERSON_OF_HOUSEHOLD, schema, person)


def _people(by: Any) -> Iterator[Cells]:
    schema = SCHEMAS[Kind.PEOPLE]
    known = _seen(Person, by).select_related("household__place").order_by("number")
    rows = list(known.filter(household__ended=None))
    names = _names({row.household.place.path for row in rows})
    for row in rows:
        cells = _read(PERSON, schema, row)
        home = row.household
        cells |= _where(home.place, names) | {"household_code": home.number, "head": home.head}
        yield cells


def _needs(by: Any) -> Iterator[Cells]:
    schema = SCHEMAS[Kind.NEEDS]
    rows = list(_seen(Need, by).select_related("household__place").order_by("pk"))
    names = _names({row.household.place.path for row in rows})
    for row in rows:
        where = _where(row.household.place, names)
        cells = _read(NEED, schema, row) | {k: v for k, v in where.items() if k in schema.by_key}
        cells |= {"household_code": row.household.number, "head": row.household.head}
        yield cells | {"urgency": _URGENCY[row.urgency]}


def _organisations(by: Any) -> Iterator[Cells]:
    schema = SCHEMAS[Kind.ORGANISATIONS]
    rows = _seen(Organisation, by).select_related("parent", "place").order_by("path")
    for row in rows.exclude(kind=Organisation.Kind.AREA):
        cells = _read(ORGANISATION, schema, row) | {"parent": _organisation(row.parent)}
        yield cells | ({"place": row.place.code} if row.place else {})


def _organisation(org: Organisation | None) -> str:
    return (org.number or org.name) if org else ""


def _line(org: Any) -> str:
    """Its number, else its name behind the one above it, to tell two 机关党支部 apart."""
    return org.number or (f"{org.parent.name}>{org.name}" if org.parent else org.name)


def _members(by: Any) -> Iterator[Cells]:
    schema = SCHEMAS[Kind.MEMBERS]
    rows = _seen(Member, by).select_related("organisation__parent", "also_at").order_by("number")
    for row in rows:
        org = row.organisation
        cells = _read(MEMBER, schema, row) | {"organisation": _line(org)}
        yield cells | {"community": _organisation(row.also_at)}


def _teams(by: Any) -> Iterator[Cells]:
    rows = _seen(Team, by).select_related("organisation", "place").order_by("number")
    kinds, seats = named_team_kinds(), _seats()
    for row in rows:
        cells = _read(TEAM, SCHEMAS[Kind.TEAMS], row) | seats.get(row.pk, {})
        cells |= {"kind": kinds.get(row.kind, row.kind), "organisation": _line(row.organisation)}
        yield cells | ({"place": row.place.code} if row.place else {})


def _seats() -> dict[int, Cells]:
    """Team → its head and its members by number."""
    found: dict[int, Cells] = {}
    rows = TeamMember.objects.filter(ended=None, member__ended=None).order_by("member__number")
    for team, number, is_head in rows.values_list("team", "member__number", "is_head"):
        cells = found.setdefault(team, {})
        if is_head:
            cells["leader"] = number
        else:
            cells.setdefault("members", []).append(number)
    return found


def _places(by: Any) -> Iterator[Cells]:
    rows = list(_seen(Place, by).filter(level__in=OWN_LEVELS).order_by("path"))
    names = _names(row.path for row in rows)
    own = {row.path: row for row in rows}
    for row in rows:
        cells = _where(row, names) | {"code": row.code}
        for above in filter(None, map(own.get, Place.cuts(row.path)[:-1])):
            if above.level in _CHAIN:
                cells[above.level] = above.name
        lowest = row.level if row.level in _CHAIN else "name"
        yield cells | {lowest: row.name} | ({"kind": row.level} if lowest == "name" else {})


KINDS = {
    Kind.HOUSEHOLDS.value: _households,
    Kind.PEOPLE.value: _people,
    Kind.NEEDS.value: _needs,
    Kind.ORGANISATIONS.value: _organisations,
    Kind.MEMBERS.value: _members,
    Kind.TEAMS.value: _teams,
    Kind.PLACES.value: _places,
}
