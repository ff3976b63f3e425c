"""Changes of households, people and needs. Nothing is overwritten that has a history."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jiedui.core import audit, changes, crypto, inside, records
from jiedui.core.changes import Change, Stale, Values, by_column
from jiedui.core.doors import may
from jiedui.core.faults import refuse, to_come
from jiedui.core.locking import held, hold
from jiedui.core.numbering import Numbers, known_by
from jiedui.core.refusals import Refused, unless_taken
from jiedui.core.texts import day_text
from jiedui.core.users import User
from jiedui.households import rules
from jiedui.households.heads import (
    HEAD,
    check,
    follow_household,
    follow_person,
    is_head,
    name_head,
)
from jiedui.households.models import Household, Income, Need, Person
from jiedui.places.models import Place

# Apps above add functions for rows that refer to a household (its pairs), called when it is struck
# off, and when that is undone.
Struck = Callable[..., Any]
STRUCK: list[Struck] = []
RESTORED: list[Struck] = []


@transaction.atomic
def register(values: dict[str, Any], *, by: User | None) -> Household:
    """A household comes on the register. Raises `Refused` when its number is taken, and where the
    place is no more.
    """
    _check_number(values["number"], by=by)
    with unless_taken():
        [key] = register_many([by_column(Household, values)], by=by)
    return Household.objects.get(pk=key)


@transaction.atomic
def register_many(rows: Sequence[Values], *, by: User | None) -> list[int]:
    """Households come on the register; returns their keys. `rows` are values by column.

    Raises `Refused` for a day that cannot be, and where a place is no more.
    """
    _check_places({row["place_id"] for row in rows})
    return records.create_many(
        Household, rows, rules=rules.of_household, action="household.registered", by=by
    )


@transaction.atomic
def amend(household: Household, values: dict[str, Any], *, version: int, by: User | None) -> None:
    """Change a household; `version` is the one the writer started from.

    Raises `Refused` when somebody changed it meanwhile: nothing is overwritten silently.
    """
    number = values.get("number", "")
    if number:
        _check_number(number, by=by, besides=household.pk)
    if version != household.version:
        raise Stale
    former = household.head
    records.amend(household, values, through=amend_many, by=by)
    follow_household(household, former=former, by=by)


@transaction.atomic
def amend_many(found: Sequence[Change], *, by: User | None, is_undo: bool = False) -> None:
    """Households change. Who is head of each is for the caller to keep.

    Raises `Stale`, `Refused` for a day that cannot be, and where a place is no more.
    """
    places = {one.after["place_id"] for one in found if "place_id" in one.after}
    if places and not is_undo:
        changes.hold_unchanged(Household, found)  # in the order of visits and lists
        _check_places(places)
    records.amend_many(
        Household,
        found,
        rules=rules.of_household,
        action="household.amended",
        by=by,
        is_undo=is_undo,
    )


@transaction.atomic
@audit.gathered()
def strike(household: Household, *, on: date, reason: str, by: User | None) -> None:
    """The household leaves the register, and nobody answers for it any longer."""
    household = held(household)
    refuse(to_come({"on": on}, "on"))
    if on < household.since:
        raise Refused(_("It came on the register on %(day)s.") % {"day": day_text(household.since)})
    inside.check_ends(Household, {household.pk: on}, by=by)
    standing = Household.objects.on_register().filter(pk=household.pk)
    if not standing.update(ended=on, end_reason=reason):
        raise Refused(_("This household has left the register already."))
    audit.record("household.struck", household, by=by, reason=reason, day=on)
    for follow in STRUCK:
        follow(household, on=on, reason=reason, by=by)


@transaction.atomic
@audit.gathered()
def restore(household: Household, *, reason: str, by: User | None, with_pairs: bool = True) -> None:
    """Take back that a household was struck off; its helpers answer for it again, if wanted."""
    row = held(household)
    if row.ended is None:
        raise Refused(_("This household is on the register."))
    if not reason.strip():
        raise Refused(_("Say why it comes back."))
    _check_places({row.place_id})
    left, why = row.ended, row.end_reason
    Household.objects.filter(pk=row.pk).update(ended=None, end_reason="")
    audit.record("household.restored", row, by=by, left=left, struck_for=why, reason=reason.strip())
    for follow in RESTORED if with_pairs else ():
        follow(row, on=left, reason=why, by=by)


def _check_places(keys: Iterable[int]) -> None:
    """Nobody begins to live in a place that is no more; they are held, so that they stay."""
    places = hold(Place.objects.filter(pk__in=keys)).order_by("pk")
    for name, ended in places.values_list("name", "ended"):
        if ended:
            raise Refused(_("%(place)s is no more.") % {"place": name})


def _check_number(number: str, *, by: User | None, besides: int = 0) -> None:
    """Raises `Refused` when another household has this number."""
    if known_by(Household.objects.exclude(pk=besides), number, by=by):
        raise Refused(_("A household with the number %(n)s exists.") % {"n": number})


def _check_identity(identity: str, *, by: User | None, besides: int = 0) -> None:
    """Raises `Refused` when somebody of the own area has this identity number.

    Of people elsewhere the answer tells nothing, not even that they are there: whoever reads both
    registers finds them in the list of people (`?double=yes`).
    """
    digest = crypto.digest(identity)
    rows: Any = Person.objects.filter(identity_digest=digest, ended=None).exclude(pk=besides)
    rows = rows if by is None else rows.visible_to(by)
    if digest and (same := rows.first()):
        raise Refused(_("This identity number belongs to %(name)s already.") % {"name": same.name})


def _free_person_number(household: Household) -> str:
    """The household's number with the lowest counter that nobody has had, whoever else left."""
    alike = Person.objects.filter(number__startswith=household.number[:20])
    taken = set(alike.values_list("number", flat=True))
    return Numbers(taken).next(household.number, digits=2)


def _person_number(household: Household, number: str, *, by: User | None) -> str:
    if not number:
        return _free_person_number(household)
    if same := known_by(Person.objects.all(), number, by=by):
        raise Refused(_("%(name)s has the number %(n)s.") % {"name": same.name, "n": number})
    return number


@transaction.atomic
def add_person(household: Household, values: dict[str, Any], *, by: User | None) -> Person:
    """Somebody of the household is written down; its size is never less than who is known."""
    values = dict(values)
    # Of two who add a person at once, the second waits here and sees the first one's number.
    home = _locked(household)
    check(home, name=values["name"], relation=values.get("relation", ""))
    _check_identity(values.get("identity", ""), by=by)
    number = _person_number(home, values.pop("number", ""), by=by)
    with unless_taken():
        [key] = add_people([{**values, "household_id": home.pk, "number": number}], by=by)
    _resize(home, at_least=home.size, by=by)
    return Person.objects.get(pk=key)


@transaction.atomic
def add_people(rows: Sequence[Values], *, by: User | None) -> list[int]:
    """People of households are written down; returns their keys. `rows` are values by column.

    Who is head, and how many a household has, is for the caller to keep. Raises `Refused` for a
    day that cannot be, and where a household has left the register.
    """
    _check_homes(row["household_id"] for row in rows)
    return records.create_many(Person, rows, rules=rules.of_person, action="person.added", by=by)


def _locked(household: Household) -> Household:
    home = held(household)
    _check_listed(home.ended)
    return home


def _check_homes(keys: Iterable[int]) -> None:
    """They are held, so that none of them leaves the register meanwhile."""
    homes = hold(Household.objects.filter(pk__in=set(keys))).order_by("pk")
    for ended in homes.values_list("ended", flat=True):
        _check_listed(ended)


def _check_listed(ended: date | None) -> None:
    if ended:
        raise Refused(_("This household is no longer on the register."))


def _resize(household: Household, *, at_least: int, by: User | None) -> None:
    living = Person.objects.filter(household=household, ended=None).count()
    size = max(at_least, living, 1)
    records.amend(household, {"size": size}, through=amend_many, by=by)


def left_in(place: Place) -> str:
    """How many households are on the register in a place, "" for none."""
    count = Household.objects.on_register().filter(place=place).count()
    return ngettext("%(n)d household", "%(n)d households", count) % {"n": count} if count else ""


@transaction.atomic
def amend_person(person: Person, values: dict[str, Any], *, by: User | None) -> None:
    """Change what is known of a person; an empty identity number keeps the one there is."""
    values = dict(values)
    if person.ended is None:
        name, relation = values.get("name", person.name), values.get("relation", person.relation)
        check(person.household, name=name, relation=relation, besides=person)
    if values.get("identity"):
        _check_identity(values["identity"], by=by, besides=person.pk)
    else:
        values.pop("identity", None)
    was_head = is_head(person)
    records.amend(person, values, through=amend_people, by=by)
    follow_person(person, was_head=was_head, by=by)


@transaction.atomic
def amend_people(found: Sequence[Change], *, by: User | None, is_undo: bool = False) -> None:
    """People of households change. Who is head, and the sizes, are for the caller to keep.

    Raises `Stale`, `Refused` for a day that cannot be, and for a household off the register.
    """
    if not is_undo:
        _check_homes(one.after["household_id"] for one in found if "household_id" in one.after)
    records.check_many(Person, found, rules=rules.of_person, by=by, is_undo=is_undo)
    # A household has one head: who is it no more goes first.
    gives_up = [one for one in found if _gives_up(one)]
    changes.write_many(Person, gives_up, action=_audit_action, by=by)
    taking = [one for one in found if not _gives_up(one)]
    changes.write_many(Person, taking, action=_audit_action, by=by)


def _gives_up(change: Change) -> bool:
    return change.after.get("relation", HEAD) != HEAD or change.fills("ended")


def _audit_action(change: Change) -> str:
    return "person.left" if change.fills("ended") else "person.amended"


@transaction.atomic
def leave(
    person: Person, *, on: date, by: User | None, reason: str = "", next_head: Person | None = None
) -> None:
    """The person no longer lives in the household: married, moved away or died.

    Where the head goes, `next_head` is who is head from then on; the size follows.
    """
    home, person = _locked(person.household), held(person)
    refuse(to_come({"on": on}, "on"))
    if on < person.since:
        raise Refused(
            _("%(name)s came on %(day)s.") % {"name": person.name, "day": day_text(person.since)}
        )
    was_head = is_head(person)
    others = Person.objects.filter(household=home, ended=None).exclude(pk=person.pk)
    if was_head:
        _check_next(person, next_head, others)
    present = Person.objects.filter(pk=person.pk, ended=None)
    if not present.update(ended=on, end_reason=reason):
        raise Refused(_("%(name)s has left the household already.") % {"name": person.name})
    audit.record("person.left", person, by=by, household=home.pk, day=on, reason=reason)
    if was_head and next_head:
        name_head(home, others.get(pk=next_head.pk), by=by)
    _resize(home, at_least=home.size - 1, by=by)


def _check_next(person: Person, next_head: Person | None, others: Any) -> None:
    if not others.exists():
        raise Refused(
            _("With %(name)s nobody is left in this household. Write down who lives there first,"
              " or take the household off the register.") % {"name": person.name}
        )  # fmt: skip
    if next_head is None or not others.filter(pk=next_head.pk).exists():
        raise Refused(_("Say who of the household is its head from then on."))


@transaction.atomic
def change_head(
    household: Household, person: Person, *, former_relation: str, by: User | None
) -> None:
    """Another person of the household is its head; who was before stays in it."""
    home = _locked(household)
    living = Person.objects.filter(household=home, ended=None, pk=person.pk).first()
    if living is None:
        raise Refused(_("Say who of the household is its head from then on."))
    if former_relation == HEAD:
        raise Refused(_("A household has one head."))
    name_head(home, living, by=by, former_relation=former_relation)


@transaction.atomic
def earn(
    household: Household,
    year: int,
    values: dict[str, int],
    *,
    by: User | None,
    version: int | None = None,
) -> Income:
    """Write a year's income down, in fen by source; a second time corrects the first.

    `version` is that of the year's record the writer saw, 0 where there was none.
    """
    refuse(rules.of_income({"year": year}))
    row = Income.objects.filter(household=household, year=year).first()
    if version is not None and version != (row.version if row else 0):
        raise Stale
    if row:
        records.amend(row, values, through=amend_incomes, by=by)
        return row
    with unless_taken():
        [key] = write_incomes([{**values, "household_id": household.pk, "year": year}], by=by)
    return Income.objects.get(pk=key)


@transaction.atomic
def write_incomes(rows: Sequence[Values], *, by: User | None) -> list[int]:
    """Incomes of years of which none was known; returns their keys. `rows` are values by column."""
    return records.create_many(Income, rows, rules=rules.of_income, action="income.written", by=by)


@transaction.atomic
def amend_incomes(found: Sequence[Change], *, by: User | None, is_undo: bool = False) -> None:
    """Incomes of years change. Raises `Stale`."""
    records.amend_many(
        Income, found, rules=rules.of_income, action="income.amended", by=by, is_undo=is_undo
    )


@transaction.atomic
def add_need(household: Household, values: dict[str, Any], *, by: User | None) -> Need:
    [key] = add_needs([{**values, "household_id": household.pk}], by=by)
    return Need.objects.get(pk=key)


@transaction.atomic
def add_needs(rows: Sequence[Values], *, by: User | None) -> list[int]:
    """Needs of households are written down; returns their keys. `rows` are values by column.

    Raises `Refused` for a day that cannot be, and where a household has left the register.
    """
    _check_homes(row["household_id"] for row in rows)
    return records.create_many(Need, rows, rules=rules.of_need, action="need.added", by=by)


@transaction.atomic
def amend_needs(found: Sequence[Change], *, by: User | None, is_undo: bool = False) -> None:
    """Needs change, or are met. Raises `Stale`, and `Refused` for a day that cannot be."""
    records.amend_many(
        Need, found, rules=rules.of_need, action=_audit_action_of_need, by=by, is_undo=is_undo
    )


def _audit_action_of_need(change: Change) -> str:
    return "need.met" if change.fills("met_on") else "need.amended"


@transaction.atomic
def meet(need: Need, *, on: date, by: User | None) -> None:
    """The need has been met."""
    _check_over(need, on)
    if not Need.objects.open().filter(pk=need.pk).update(met_on=on):
        raise Refused(_("This need has been met or dropped already."))
    audit.record("need.met", need, by=by, day=on)


@transaction.atomic
def drop(need: Need, *, on: date, by: User | None) -> None:
    """The need is no longer there, without having been met by anybody."""
    _check_over(need, on)
    if not Need.objects.open().filter(pk=need.pk).update(ended=on):
        raise Refused(_("This need has been met or dropped already."))
    audit.record("need.dropped", need, by=by, day=on)


def _check_over(need: Need, on: date) -> None:
    refuse(to_come({"on": on}, "on"))
    if on < need.since:
        raise Refused(_("The need was written down on %(day)s.") % {"day": day_text(need.since)})
    left = held(need.household).ended
    if left and on > left:
        raise Refused(_("This household left the register on %(day)s.") % {"day": day_text(left)})


def read_sensitive(household: Household, *, by: User | None, fields: list[str]) -> dict[str, str]:
    """Open masked details on purpose: which, by whom and when goes into the audit chain.

    Raises `Refused` when the reader's role does not need them.
    """
    if not may(by, "sensitive.read", on=household):
        raise Refused(_("Your role does not include reading these details."))
    audit.read(household, fields, by=by)
    return {name: getattr(household, name) for name in fields}
