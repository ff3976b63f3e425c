"""Which columns of household lists go where in the registers of households, people and needs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from jiedui.core import crypto
from jiedui.engines import words
from jiedui.households.models import Household, Income, Need, Person
from jiedui.imports.dates import precision
from jiedui.imports.drafts import MORE, Part, read
from jiedui.imports.rows import Row

_SURVEYED = 10  # the first month of the next survey


def _more(names: str) -> dict[str, str]:
    return {name: f"{MORE}{name}" for name in names.split()}


def _spoken(name: str) -> dict[str, Any]:
    return {"pinyin": words.pinyin(name)[:80], "initials": words.initials(name)[:20]}


def _household(values: dict[str, Any]) -> dict[str, Any]:
    return _spoken(values["head"]) if "head" in values else {}


def _person(values: dict[str, Any]) -> dict[str, Any]:
    derived: dict[str, Any] = {}
    if "name" in values:
        derived |= _spoken(values["name"])
    if "identity" in values:
        derived["identity_digest"] = crypto.digest(values["identity"])
    return derived


HOUSEHOLD = Part(
    "household",
    Household,
    {
        "household_code": "number",
        "name": "head",
        "village": "place_id",
        "size": "size",
        "kind": "kind",
        "monitored_kind": "monitored",
        "cause": "cause",
        "other_causes": "other_causes",
        "circumstances": "tags",
        "phone": "phone",
        "address": "address",
        "since": "since",
        **_more(
            "data_date hamlet dangerous_house safe_water income_per_head income "
            "risk_ended risk_since risk_ended_on risk_end allowance allowance_amount public_post "
            "helper helper_unit helper_rank paired_since note"
        ),
    },
    _household,
    made="household.registered",
    amended="household.amended",
)

_PERSON = {
    "person_code": "number",
    "name": "name",
    "relation": "relation",
    "gender": "gender",
    "birth": "born",
    "identity": "identity",
    "ethnic": "ethnic",
    "education": "education",
    "schooling": "schooling",
    "labour": "labour",
    "health": "health",
    "disability_class": "disability",
    "work_months": "work_months",
}

# One row per person in a list of households: a telephone is the household's unless it says so.
PERSON_OF_HOUSEHOLD = Part(
    "person",
    Person,
    {
        **_PERSON,
        "person_phone": "phone",
        "person_since": "since",
        **_more("serious_illness_insurance"),
    },
    _person,
    made="person.added",
    amended="person.amended",
    links=("household_id",),
)
PERSON = Part(
    "person",
    Person,
    {
        **_PERSON,
        "phone": "phone",
        "since": "since",
        "ended": "ended",
        "household_code": "household_id",
        **_more(
            "marital political occupation skills work_place work_wage benefits public_post "
            "serious_illness_insurance note"
        ),
    },
    _person,
    made="person.added",
    amended="person.amended",
    links=("household_id",),
)
INCOME = Part(
    "income",
    Income,
    {
        "income_year": "year",
        "wage_income": "wage_fen",
        "business_income": "business_fen",
        "business_cost": "business_cost_fen",
        "property_income": "property_fen",
        "transfer_income": "transfer_fen",
    },
    lambda _values: {},
    made="income.written",
    amended="income.amended",
    links=("household_id",),
)
NEED = Part(
    "need",
    Need,
    {
        "household_code": "household_id",
        "kind": "kind",
        "title": "text",
        "urgency": "urgency",
        "raised_on": "since",
        "met_on": "met_on",
        **_more("amount due claimed_by result note"),
    },
    lambda _values: {},
    made="need.added",
    amended="need.amended",
)

# Columns that say something of the person, not of the household.
PERSONAL = tuple(key for key in PERSON_OF_HOUSEHOLD.fields if key not in ("name", "relation"))


def income_values(row: Row) -> dict[str, int]:
    """The sources of income a row tells, in fen."""
    told = {name: row.values.get(key) for key, name in INCOME.fields.items()}
    return {name: int(yuan * 100) for name, yuan in told.items() if isinstance(yuan, Decimal)}


def income_year(row: Row) -> int | None:
    """The year an income belongs to.

    The national yearly survey closes at the end of September: a list dated later tells the year
    it is dated in, an earlier one the year before.
    """
    if isinstance(year := row.values.get("income_year"), int):
        return year
    if isinstance(day := row.values.get("data_date"), date):
        return day.year if day.month >= _SURVEYED or precision(day) == "year" else day.year - 1
    return None


def person_values(part: Part, row: Row) -> dict[str, Any]:
    """The values of a person; kind and level of a disability are kept together: `limb 2`."""
    values = read(part, row)
    if kind := row.values.get("disability_class"):
        values["disability"] = f"{kind} {row.values.get('disability_level') or ''}".strip()
    return values
