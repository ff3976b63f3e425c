"""What the registers hold, as a list that can be corrected and sent in again.

Sensitive columns (telephone, address, identity number, health) are left out: an empty cell says
nothing, so sending the file back does not touch them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import IO, Any

from django.db.models import QuerySet
from django.utils.translation import get_language

from jiedui.core import audit
from jiedui.core.fields import EncryptedText
from jiedui.households.models import Household, Need, Person
from jiedui.imports.book_orgs import MEMBER, ORGANISATION
from jiedui.imports.book_people import URGENCY
from jiedui.imports.columns import Field, Schema
from jiedui.imports.drafts import MORE, Part
from jiedui.imports.household_parts import HOUSEHOLD, NEED, PERSON, PERSON_OF_HOUSEHOLD
from jiedui.imports.models import Kind
from jiedui.imports.schemas import SCHEMAS
from jiedui.orgs.models import Member, Organisation
from jiedui.places.models import Place

Cells = dict[str, Any]
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
                page.write_string(number, column, text)
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
    rows = model.objects.all() if by is None else model.objects.visible_to(by)
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
    for home in homes:
        cells = _read(HOUSEHOLD, schema, home) | _where(home.place, names)
        family = people.get(home.pk, [])
        head = next((p for p in family if p.relation == "head"), None)
        first = _person(head, schema) if head else {"relation": "head"}
        yield first | cells | {"relation": "head"}
        for person in family:
            if person is not head:
                place = _where(home.place, names)
                yield place | {"household_code": home.number} | _person(person, schema)


def _person(person: Person, schema: Schema) -> Cells:
    return {"relation": "other"} | _read(PERSON_OF_HOUSEHOLD, schema, person)


def _people(by: Any) -> Iterator[Cells]:
    schema = SCHEMAS[Kind.PEOPLE]
    known = _seen(Person, by).select_related("household__place").order_by("number")
    rows = list(known.filter(household__ended=None))
    names = _names({row.household.place.path for row in rows})
    for row in rows:
        cells = {"relation": "other"} | _read(PERSON, schema, row)
        home = row.household
        cells |= _where(home.place, names) | {"household_code": home.number, "head": home.head}
        yield cells


def _needs(by: Any) -> Iterator[Cells]:
    schema = SCHEMAS[Kind.NEEDS]
    rows = list(_seen(Need, by).select_related("household__place").exclude(text="").order_by("pk"))
    names = _names({row.household.place.path for row in rows})
    for row in rows:
        where = _where(row.household.place, names)
        cells = _read(NEED, schema, row) | {k: v for k, v in where.items() if k in schema.by_key}
        cells |= {"household_code": row.household.number, "head": row.household.head}
        yield cells | {"urgency": _URGENCY[row.urgency]}


def _organisations(by: Any) -> Iterator[Cells]:
    schema = SCHEMAS[Kind.ORGANISATIONS]
    rows = _seen(Organisation, by).select_related("parent").order_by("path")
    for row in rows.exclude(kind=Organisation.Kind.AREA):
        yield _read(ORGANISATION, schema, row) | {"parent": _organisation(row.parent)}


def _organisation(org: Organisation | None) -> str:
    return (org.number or org.name) if org else ""


def _members(by: Any) -> Iterator[Cells]:
    schema = SCHEMAS[Kind.MEMBERS]
    rows = _seen(Member, by).select_related("organisation__parent", "also_at").order_by("number")
    for row in rows:
        org = row.organisation
        line = f"{org.parent.name}>{org.name}" if org.parent else org.name
        cells = _read(MEMBER, schema, row) | {"organisation": org.number or line}
        yield cells | {"community": _organisation(row.also_at)}


KINDS = {
    Kind.HOUSEHOLDS.value: _households,
    Kind.PEOPLE.value: _people,
    Kind.NEEDS.value: _needs,
    Kind.ORGANISATIONS.value: _organisations,
    Kind.MEMBERS.value: _members,
}
