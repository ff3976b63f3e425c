"""Households on the register and those that left it, their people, needs and incomes."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from jiedui.core import crypto
from jiedui.demo.context import Context
from jiedui.demo.names import identity_number, spelled, telephone
from jiedui.demo.needs import incomes_of, needs_of
from jiedui.demo.persons import Relative, family
from jiedui.demo.places import spoken_name
from jiedui.demo.records import HouseholdRow
from jiedui.households.models import Household, Income, Need, Person
from jiedui.places.models import Place

HOUSEHOLD = (
    "id number head place size kind cause other_causes tags difficulty is_hardest phone address "
    "coordinates more consent_on consent_medium pinyin initials since ended end_reason"
)
PERSON = (
    "id household number name relation gender born identity identity_digest ethnic education "
    "schooling labour health disability phone pinyin initials since ended"
)
# Few are given a number at all: no national number is asked for anywhere.
NUMBERED = 0.01


def write_households(context: Context, villages: Sequence[Place]) -> list[HouseholdRow]:
    """As many as declared in these villages: on the register today, and those that have left."""
    declared, rng = context.declared.registers, context.rng
    if not declared.households or not villages:
        return []
    # Somebody to hand over and to be called on, however small the scale.
    standing = context.scaled(declared.households, least=min(12, declared.households))
    gone = context.scaled(declared.households_left, least=1) if declared.households_left else 0
    weights = [rng.gammavariate(3, 1) for _ in villages]
    spare = rng.choices(villages, weights, k=max(0, standing + gone - len(villages)))
    places = sorted([*villages, *spare][: standing + gone], key=lambda place: place.path)
    leaving = set(rng.sample(range(len(places)), gone))
    first = context.writer.first_id(Household, rows=len(places))
    kinds = _kinds(context)
    households = [
        _household(context, first + i, place, kinds, is_gone=i in leaving)
        for i, place in enumerate(places)
    ]
    on_register = sorted((one for one in households if not one.ended), key=lambda h: -h.difficulty)
    for one in on_register[: max(1, round(standing * context.declared.households.hardest))]:
        one.is_hardest = True
    _write(context, households)
    return households


def _kinds(context: Context) -> Mapping[str, int]:
    """Kinds of household and how often: as declared, else those the main pairs are for."""
    if context.declared.households.kinds:
        return context.declared.households.kinds
    helped = [kind for one in context.playbook.pairings for kind in one.helped_kinds]
    usual = {kind: 5 if kind == "allowance" else 2 if "allowance" in kind else 1 for kind in helped}
    return usual or {"allowance": 5, "other_hardship": 1}


def _household(
    context: Context, number: int, place: Place, kinds: Mapping[str, int], *, is_gone: bool
) -> HouseholdRow:
    rng = context.rng
    people, cause, hardship = family(rng, context.names, today=context.today)
    starts, today = context.starts, context.today
    is_early = rng.random() < 0.9
    since = starts - timedelta(days=rng.randint(30, 2000))
    if not is_early:
        since = context.day_between(starts, today - timedelta(days=200))
    ended = None
    if is_gone:
        ended = context.day_between(max(since, starts) + timedelta(days=90), today)
    return HouseholdRow(
        id=number,
        head=people[0].name,
        place=place,
        kind=rng.choices(list(kinds), list(kinds.values()))[0],
        cause=cause,
        difficulty=min(100, max(5, round(hardship + rng.gauss(0, 9)))),
        people=people,
        since=since,
        ended=min(ended, today) if ended else None,
    )


def _write(context: Context, households: Sequence[HouseholdRow]) -> None:
    writer = context.writer
    numbers = [f"{context.prefix}H{i:05d}" for i in range(1, len(households) + 1)]
    writer.write(
        Household,
        [
            _row(context, household, number)
            for household, number in zip(households, numbers, strict=True)
        ],
        columns=HOUSEHOLD,
    )
    people = [
        _person(context, household, relative, f"{number}-{i:02d}")
        for household, number in zip(households, numbers, strict=True)
        for i, relative in enumerate(household.people, start=1)
    ]
    writer.write(Person, people, columns=PERSON)
    needs = [row for household in households for row in needs_of(context, household)]
    writer.write(Need, needs, columns="household kind text urgency since met_on ended")
    incomes = [row for household in households for row in incomes_of(context, household)]
    columns = "household year wage_fen business_fen business_cost_fen property_fen transfer_fen"
    writer.write(Income, incomes, columns=columns)


def _row(context: Context, household: HouseholdRow, number: str) -> tuple[object, ...]:
    rng = context.rng
    consented = rng.random() < 0.15
    since = max(household.since, context.starts)
    has_phone = rng.random() < 0.9
    return (
        household.id,
        number,
        household.head,
        household.place.pk,
        len(household.people),
        household.kind,
        household.cause,
        _other_causes(household),
        _tags(household),
        household.difficulty,
        household.is_hardest,
        telephone(20000000 + household.id) if has_phone else "",
        _address(context, household),
        _coordinates(context, household),
        {},
        since + timedelta(days=60) if consented else None,
        "paper" if consented else "",
        *spelled(household.head),
        household.since,
        household.ended,
        "household_left" if household.ended else "",
    )


def _other_causes(household: HouseholdRow) -> list[str]:
    found = {
        one.trouble for one in household.people if one.trouble and one.trouble != household.cause
    }
    return sorted(found)


def _tags(household: HouseholdRow) -> list[str]:
    tags = [tag for one in household.people for tag in one.tags]
    if len(household.people) == 1 and household.people[0].age >= 60:
        tags.append("alone")
    return sorted(set(tags))


def _address(context: Context, household: HouseholdRow) -> str:
    rng = context.rng
    if household.is_rural:
        return f"{spoken_name(household.place)}{rng.randint(1, 9)}组{rng.randint(1, 80)}号"
    building, stairwell = rng.randint(1, 40), rng.randint(1, 5)
    door = f"{rng.randint(1, 6)}0{rng.randint(1, 2)}"
    return f"{household.place.name}{building}号楼{stairwell}单元{door}室"


def _coordinates(context: Context, household: HouseholdRow) -> str:
    """Somewhere in the village, within a kilometre; nothing where that is not known."""
    if household.place.lon is None or household.place.lat is None:
        return ""
    lon = household.place.lon + context.rng.gauss(0, 0.006)
    lat = household.place.lat + context.rng.gauss(0, 0.005)
    return f"{lon:.5f},{lat:.5f}"


def _person(
    context: Context, household: HouseholdRow, one: Relative, number: str
) -> tuple[object, ...]:
    identity = ""
    since = max(household.since, one.born)
    if context.rng.random() < NUMBERED:
        serial = 2 * context.rng.randint(0, 498) + (1 if one.gender == "male" else 2)
        province = household.place.path[:2]
        identity = identity_number(province=province, born=one.born, serial=serial)
    return (
        context.writer.first_id(Person, rows=1),
        household.id,
        number,
        one.name,
        one.relation,
        one.gender,
        one.born,
        identity,
        crypto.digest(identity),
        one.ethnic,
        one.education,
        one.schooling,
        one.labour,
        one.health,
        one.disability,
        "",
        *spelled(one.name),
        since,
        household.ended and max(household.ended, since),
    )
