"""Which columns of household lists go where in the registers of households, people and needs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from jiedui.core.codes import HOUSEHOLD_KIND
from jiedui.engines import words
from jiedui.households import actions, rules
from jiedui.households.models import Household, Income, Need, Person
from jiedui.imports.columns.declarations import kept_in
from jiedui.imports.columns.household_fields import HOUSEHOLD_FIELDS
from jiedui.imports.columns.person_fields import NEED_FIELDS, PERSON_FIELDS
from jiedui.imports.matching.drafts import Part, read
from jiedui.imports.tables.rows import Row
from jiedui.imports.values.dates import precision

_SURVEYED = 10  # the first month of the next survey


HOUSEHOLD = Part(
    "household",
    Household,
    kept_in("household", HOUSEHOLD_FIELDS),
    make=actions.register_many,
    amend=actions.amend_many,
    rules=rules.of_household,
    noun="household",
)
# Of a household that only its people are listed of.
SIZE = Part(
    "household",
    Household,
    {},
    make=actions.register_many,
    amend=actions.amend_many,
    rules=rules.of_household,
    noun="household",
)
# One row per person in a list of households: a telephone is the household's unless it says so.
PERSON_OF_HOUSEHOLD = Part(
    "person",
    Person,
    kept_in("person", HOUSEHOLD_FIELDS),
    make=actions.add_people,
    amend=actions.amend_people,
    rules=rules.of_person,
    noun="person",
    links=("household_id",),
)
PERSON = Part(
    "person",
    Person,
    kept_in("person", PERSON_FIELDS),
    make=actions.add_people,
    amend=actions.amend_people,
    rules=rules.of_person,
    noun="person",
    links=("household_id",),
)
INCOME = Part(
    "income",
    Income,
    kept_in("income", HOUSEHOLD_FIELDS),
    make=actions.write_incomes,
    amend=actions.amend_incomes,
    rules=rules.of_income,
    noun="income",
    links=("household_id",),
)
NEED = Part(
    "need",
    Need,
    kept_in("need", NEED_FIELDS),
    make=actions.add_needs,
    amend=actions.amend_needs,
    rules=rules.of_need,
    noun="need",
)

# Columns that say something of the person, not of the household.
PERSONAL = tuple(key for key in PERSON_OF_HOUSEHOLD.fields if key not in ("name", "relation"))


def income_values(row: Row) -> dict[str, int]:
    """The sources of income a row tells, in fen."""
    amounts = {name: row.values.get(key) for key, name in INCOME.fields.items()}
    return {name: int(yuan * 100) for name, yuan in amounts.items() if isinstance(yuan, Decimal)}


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


def kind_in(titles: Iterable[str]) -> str:
    """The kind of household a title names (低保户名单), "" when it names none or several."""
    return _kind_in(tuple(titles))


@lru_cache(maxsize=64)  # asked for every row of a sheet
def _kind_in(titles: tuple[str, ...]) -> str:
    for title in map(words.comparable, titles):
        named = {
            text: code.key
            for code in HOUSEHOLD_KIND
            for text in map(words.comparable, (code.zh, *code.aliases))
            if len(text) > 1 and text in title
        }
        # Of 低保 in 低保边缘户 only the longer word is meant.
        whole = [one for one in named if not any(one in other != one for other in named)]
        if kinds := {named[one] for one in whole} - {"other_hardship"}:
            return kinds.pop() if len(kinds) == 1 else ""
    return ""
