"""What households need and have needed, and what they lived on in the last years."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from jiedui.demo.context import Context
from jiedui.demo.records import HouseholdRow
from jiedui.demo.texts import TEXTS

# What a cause usually asks for, with the words of those who wrote it down.
BY_CAUSE = {
    "illness": ("health", "living", "money"),
    "disability": ("disability", "care", "living"),
    "old_age": ("care", "company", "goods"),
    "schooling": ("schooling", "job"),
    "labour": ("farm_work", "care"),
    "job": ("job", "skill"),
    "skill": ("skill", "business"),
    "capital": ("money", "business"),
    "housing": ("housing", "facility"),
    "accident": ("emergency", "health"),
    "other": ("errand", "goods"),
}
WORDS: Mapping[str, Sequence[str]] = TEXTS["needs"]["words"]


def needs_of(context: Context, household: HouseholdRow) -> list[tuple[object, ...]]:
    """One to four needs over the years; most of the older ones have been met."""
    rng = context.rng
    likely = BY_CAUSE.get(household.cause, BY_CAUSE["other"])
    kinds = {rng.choice(likely), *rng.sample(list(WORDS), k=rng.choice((0, 0, 1, 1, 2)))}
    first, last = max(household.since, context.starts), household.ended or context.today
    rows: list[tuple[object, ...]] = []
    for kind in sorted(kinds):
        since = context.day_between(min(first, last), last)
        met = since + timedelta(days=rng.randint(20, 500))
        is_met = met <= last and rng.random() < 0.9
        urgency = rng.choices((1, 2, 3), (6, 3, 1))[0]
        text = rng.choice(WORDS[kind])
        rows.append(
            (household.id, kind, text, urgency, since, met if is_met else None, household.ended)
        )
    return rows


def incomes_of(context: Context, household: HouseholdRow) -> list[tuple[object, ...]]:
    """The last three years of every fourth household, in fen."""
    rng = context.rng
    if rng.random() > 0.25 or household.ended:
        return []
    able = sum(one.labour in ("ordinary", "skilled") for one in household.people)
    wage = able * rng.randint(6_000, 18_000)
    crops = rng.randint(2_000, 9_000) if household.is_rural else 0
    transfer = len(household.people) * rng.randint(3_600, 6_800)
    rows: list[tuple[object, ...]] = []
    for age in (3, 2, 1):
        growth = 1.06 ** (3 - age) * rng.uniform(0.95, 1.05)
        amounts = (wage, crops, crops * 0.45, rng.randint(0, 600), transfer)
        year = context.today.year - age
        rows.append((household.id, year, *(round(yuan * growth) * 100 for yuan in amounts)))
    return rows
