"""Warnings that need a whole row or several rows (reference R11, the rules one file can decide).

A rule applies only when the list has all columns it needs: a list gets no warning about columns
it does not have.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from jiedui.imports.tables.rows import Mistake, Parsed, Row
from jiedui.imports.values import identities
from jiedui.imports.values.dates import agrees

_MOST_POST_AGE = 70
_MOST_INCOME_WHEN_LISTED = Decimal(20_000)
_LEAST_WAGE = Decimal(100)
_SHORT_HELP_MONTHS, _SHORT_MONTHS = 2, 6
_SOURCES = ("wage_income", "business_income", "property_income", "transfer_income")
_LIFTED = ("lifted", "lifted_other")
Said = Mapping[str, Any]  # what a row says, by field


@dataclass(frozen=True)
class Finding:
    """A warning about one row, at one of its fields."""

    field: str
    message: str
    mend: str


@dataclass(frozen=True)
class Rule:
    """A check of one row, applied where the list has all columns in `needs`."""

    needs: tuple[str, ...]
    find: Callable[[Said, date], Finding | None]


def check(parsed: Parsed, *, today: date) -> None:
    """Add every warning to the mistakes of what was read."""
    for rows in _by_sheet(parsed).values():
        present = rows[0].values.keys()
        for rule in RULES:
            if all(key in present for key in rule.needs):
                _apply_rule(parsed, rule, rows, today=today)
        if "identity" in present:
            _identities(parsed, rows)
    _shared_identities(parsed)
    _shared_codes(parsed)


def _by_sheet(parsed: Parsed) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in parsed.rows:
        found[row.sheet].append(row)
    return found


def _apply_rule(parsed: Parsed, rule: Rule, rows: list[Row], *, today: date) -> None:
    for row in rows:
        if found := rule.find(row.values, today):
            _warn(parsed, row, found)


def _warn(parsed: Parsed, row: Row, found: Finding) -> None:
    column = parsed.column(row.sheet, found.field)
    parsed.mistakes.append(
        Mistake(row.sheet, row.number, column, found.field, found.message, found.mend, "warning")
    )


def _identities(parsed: Parsed, rows: list[Row]) -> None:
    """Birth and gender against the number, where both are given."""
    for row in rows:
        number = row.values.get("identity")
        if not number:
            continue
        for found in _disagreements(row.values, str(number)):
            _warn(parsed, row, found)


def _disagreements(values: Said, number: str) -> Iterator[Finding]:
    born, gender = values.get("birth"), values.get("gender")
    in_number = identities.birth(number)
    if born and in_number and not agrees(born, in_number):
        yield Finding(
            "birth",
            _("The date of birth is not the one in the identity number (%(date)s).")
            % {"date": in_number.isoformat()},
            _("Compare with the identity card or the household booklet."),
        )
    if gender in ("male", "female") and identities.gender(number) not in ("", gender):
        yield Finding(
            "gender",
            _("The gender is not the one in the identity number."),
            _("Compare with the identity card or the household booklet."),
        )


def _shared_identities(parsed: Parsed) -> None:
    """R11.1: one identity number, two entries."""
    seen: dict[object, list[Row]] = defaultdict(list)
    for row in parsed.rows:
        if number := row.values.get("identity"):
            seen[str(number)[:18]].append(row)
    for rows in seen.values():
        for row in rows[1:]:
            _warn(parsed, row, _shared_identity(row, rows[0]))


def _shared_identity(row: Row, first: Row) -> Finding:
    home, other = (r.values.get("household_code") for r in (row, first))
    place = {"place": _place(first, row)}
    if home and other and home != other:
        message = _("The same identity number stands in another household (%(place)s).") % place
    else:
        message = _("The same identity number stands twice (%(place)s).") % place
    return Finding(
        "identity", message, _("Correct the number, or delete the entry that is double.")
    )


def _place(first: Row, row: Row) -> str:
    where = _("row %(row)d") % {"row": first.number}
    return where if first.sheet == row.sheet else f"{first.sheet}, {where}"


def _shared_codes(parsed: Parsed) -> None:
    """Two heads under one household number."""
    if parsed.kind != "households":
        return
    seen: dict[object, Row] = {}
    for row in parsed.rows:
        code = row.values.get("household_code")
        if not code or row.values.get("relation") not in (None, "head"):
            continue
        first = seen.setdefault(code, row)
        if first is not row:
            message = _("This household number has another head (%(place)s).")
            _warn(parsed, row, Finding(
                "household_code",
                message % {"place": _place(first, row)},
                _("Give each household its own number, or delete the entry that is double."),
            ))  # fmt: skip


def _months(since: date, until: date) -> int:
    return (until.year - since.year) * 12 + until.month - since.month


def _age(values: Said, today: date) -> int | None:
    born = values.get("birth") or identities.birth(values.get("identity") or "")
    if not born:
        return None
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _monitored_without_date(values: Said, _today: date) -> Finding | None:
    if not values["monitored_kind"] or values["risk_since"] or values.get("since"):
        return None
    return Finding(
        "risk_since",
        _("A monitored household needs the date its risk was found."),
        _("Write the month, e.g. 202603."),
    )


def _monitored_without_income(values: Said, _today: date) -> Finding | None:
    if not values["monitored_kind"] or values["income_per_head"] is not None:
        return None
    return Finding(
        "income_per_head",
        _("A monitored household needs its income per person."),
        _("Write the yearly net income per person in yuan."),
    )


def _risk_kind_missing(values: Said, _today: date) -> Finding | None:
    if values["monitored_kind"] or not values["risk_since"]:
        return None
    return Finding(
        "monitored_kind",
        _("The date of a risk is given, but not its kind."),
        _("Choose the kind of monitored household."),
    )


def _short_risk(values: Said, _today: date) -> Finding | None:
    since, ended = values["risk_since"], values["risk_ended_on"]
    if not since or not ended:
        return None
    mend = _("Check both dates.")
    if ended < since:
        return Finding("risk_ended_on", _("The risk ended before it was found."), mend)
    months = _months(since, ended)
    if values.get("risk_end") == "helped" and months < _SHORT_HELP_MONTHS:
        message = _("The risk was ended through help within two months.")
        return Finding("risk_ended_on", message, mend)
    if months < _SHORT_MONTHS:
        return Finding("risk_ended_on", _("The risk ended within six months."), mend)
    return None


def _high_income(values: Said, _today: date) -> Finding | None:
    income = values["income_per_head"]
    if not values["monitored_kind"] or income is None or income <= _MOST_INCOME_WHEN_LISTED:
        return None
    return Finding(
        "income_per_head",
        _("A monitored household has more than 20,000 yuan per person."),
        _("Check the amount: yuan a year, per person."),
    )


def _low_wage(values: Said, _today: date) -> Finding | None:
    wage = values["wage_income"]
    if wage is None or not 0 < wage < _LEAST_WAGE:
        return None
    return Finding(
        "wage_income",
        _("Wages between 0 and 100 yuan a year are unlikely."),
        _("Check the unit: was it written in 万元?"),
    )


def _wrong_total(values: Said, _today: date) -> Finding | None:
    """R9: the net income is the sum of its four sources less the costs of business."""
    sources = [values[key] for key in _SOURCES]
    if values["income"] is None or None in sources:
        return None
    total = sum(sources) - (values.get("business_cost") or 0)
    if abs(total - values["income"]) <= 1:
        return None
    return Finding(
        "income",
        _("The net income is not the sum of its sources (%(total)s).") % {"total": total},
        _("Check the amounts: wages, business, property and transfers, less business costs."),
    )


def _wrong_share(values: Said, _today: date) -> Finding | None:
    income, share, size = values["income"], values["income_per_head"], values["size"]
    if None in (income, share, size) or abs(income / size - share) <= 1:
        return None
    return Finding(
        "income_per_head",
        _("The income per person is not the household's divided by its people."),
        _("Check the two amounts and the number of people."),
    )


def _old_post(values: Said, today: date) -> Finding | None:
    age = _age(values, today) if values["public_post"] else None
    if age is None or age < _MOST_POST_AGE:
        return None
    return Finding(
        "public_post",
        _("A person of %(age)d holds a public-welfare post.") % {"age": age},
        _("Check the age and the post."),
    )


def _working_pupil(values: Said, _today: date) -> Finding | None:
    at_school = values["schooling"] not in (None, "no", "college", "bachelor", "graduate")
    if not at_school or not values["work_months"]:
        return None
    return Finding(
        "work_months", _("A school child is said to work away."), _("Check both columns.")
    )


def _unsafe_water(values: Said, _today: date) -> Finding | None:
    if values["kind"] not in _LIFTED or values["safe_water"] is not False:
        return None
    if values.get("monitored_kind"):
        return None
    return Finding(
        "safe_water",
        _("A household lifted out of poverty has no safe water and is not monitored."),
        _("Check the water, or list the household as monitored."),
    )


def _unknown_state(key: str) -> Callable[[Said, date], Finding | None]:
    def find(values: Said, _today: date) -> Finding | None:
        if values[key] is not None or (
            values["kind"] not in _LIFTED and not values["monitored_kind"]
        ):
            return None
        if values.get("relation") not in (None, "head"):
            return None
        return Finding(key, _("The state of water and housing is not given."), _("Write 是 or 否."))

    return find


RULES = (
    Rule(("monitored_kind", "risk_since"), _monitored_without_date),
    Rule(("monitored_kind", "income_per_head"), _monitored_without_income),
    Rule(("monitored_kind", "risk_since"), _risk_kind_missing),
    Rule(("risk_since", "risk_ended_on"), _short_risk),
    Rule(("monitored_kind", "income_per_head"), _high_income),
    Rule(("wage_income",), _low_wage),
    Rule(("income", *_SOURCES), _wrong_total),
    Rule(("income", "income_per_head", "size"), _wrong_share),
    Rule(("public_post",), _old_post),
    Rule(("schooling", "work_months"), _working_pupil),
    Rule(("kind", "safe_water"), _unsafe_water),
    Rule(("kind", "monitored_kind", "safe_water"), _unknown_state("safe_water")),
    Rule(("kind", "monitored_kind", "dangerous_house"), _unknown_state("dangerous_house")),
)
