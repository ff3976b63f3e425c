"""Changes of households, people and needs. Nothing is overwritten that has a history."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from jiedui.core import audit, changes, crypto
from jiedui.core.doors import may
from jiedui.core.refusals import Refused
from jiedui.engines import words
from jiedui.households.models import Household, Income, Need, Person


def _spoken(name: str) -> dict[str, str]:
    return {"pinyin": words.pinyin(name)[:80], "initials": words.initials(name)[:20]}


@transaction.atomic
def register(values: dict[str, Any], *, by: Any) -> Household:
    """A household comes on the register. Raises `Refused` when its number is taken."""
    if Household.objects.filter(number=values["number"]).exists():
        raise Refused(_("A household with the number %(n)s exists.") % {"n": values["number"]})
    household = Household.objects.create(**values, **_spoken(values["head"]))
    audit.record("household.registered", household, by=by, place=household.place_id)
    return household


@transaction.atomic
def amend(household: Household, values: dict[str, Any], *, version: int, by: Any) -> None:
    """Change a household; `version` is the one the writer started from.

    Raises `Refused` when somebody changed it meanwhile: nothing is overwritten silently.
    """
    number = values.get("number", "")
    if number and Household.objects.filter(number=number).exclude(pk=household.pk).exists():
        raise Refused(_("A household with the number %(n)s exists.") % {"n": number})
    if version != household.version:
        raise changes.Stale
    spoken = _spoken(values["head"]) if "head" in values else {}
    changes.apply(household, values | spoken, action="household.amended", by=by)


@transaction.atomic
def strike(household: Household, *, on: date, reason: str, by: Any) -> None:
    """The household leaves the register (moved away, no longer poor, died out)."""
    if on < household.since:
        raise Refused(_("It came on the register on %(day)s.") % {"day": household.since})
    if (
        not Household.objects.on_register()
        .filter(pk=household.pk)
        .update(ended=on, end_reason=reason)
    ):
        raise Refused(_("This household has left the register already."))
    audit.record("household.struck", household, by=by, reason=reason, day=on)


def _identity_digest(identity: str, *, by: Any, besides: int = 0) -> str:
    """The digest of an identity number; `Refused` when somebody of the own area has it.

    Of people elsewhere the answer tells nothing, not even that they are there: whoever reads both
    registers finds them in the list of people (`?double=yes`).
    """
    digest: str = crypto.digest(identity)
    rows = Person.objects.filter(identity_digest=digest, ended=None).exclude(pk=besides)
    rows = rows if by is None else rows.visible_to(by)
    if digest and (same := rows.first()):
        raise Refused(_("This identity number belongs to %(name)s already.") % {"name": same.name})
    return digest


def free_person_number(household: Household) -> str:
    """The household's number with the lowest counter that nobody has had, whoever else left."""
    start = f"{household.number[:26]}-"  # a person's number has 30 characters
    taken = set(Person.objects.filter(number__startswith=start).values_list("number", flat=True))
    count = 1
    while f"{start}{count:02d}" in taken:
        count += 1
    return f"{start}{count:02d}"


def _person_number(household: Household, number: str) -> str:
    if not number:
        # Of two who add a person at once, the second waits here and sees the first one's number.
        Household.objects.select_for_update().get(pk=household.pk)
        return free_person_number(household)
    if same := Person.objects.filter(number=number).first():
        raise Refused(_("%(name)s has the number %(n)s.") % {"name": same.name, "n": number})
    return number


@transaction.atomic
def add_person(household: Household, values: dict[str, Any], *, by: Any) -> Person:
    values = dict(values)
    digest = _identity_digest(values.get("identity", ""), by=by)
    number = _person_number(household, values.pop("number", ""))
    person = Person.objects.create(
        household=household,
        number=number,
        identity_digest=digest,
        **_spoken(values["name"]),
        **values,
    )
    audit.record("person.added", person, by=by, household=household.pk)
    return person


@transaction.atomic
def amend_person(person: Person, values: dict[str, Any], *, by: Any) -> None:
    """Change what is known of a person; an empty identity number keeps the one there is."""
    derived: dict[str, Any] = _spoken(values["name"]) if "name" in values else {}
    if identity := values.pop("identity", ""):
        digest = _identity_digest(identity, by=by, besides=person.pk)
        derived |= {"identity": identity, "identity_digest": digest}
    changes.apply(person, values | derived, action="person.amended", by=by)


@transaction.atomic
def leave(person: Person, *, on: date, by: Any) -> None:
    """The person no longer lives in the household: married, moved away or died."""
    if on < person.since:
        raise Refused(_("%(name)s came on %(day)s.") % {"name": person.name, "day": person.since})
    if not Person.objects.filter(pk=person.pk, ended=None).update(ended=on):
        raise Refused(_("%(name)s has left the household already.") % {"name": person.name})
    audit.record("person.left", person, by=by, household=person.household_id, day=on)


@transaction.atomic
def earn(household: Household, year: int, values: dict[str, int], *, by: Any) -> Income:
    """Write a year's income down, in fen by source; a second time corrects the first."""
    row, is_new = Income.objects.get_or_create(household=household, year=year, defaults=values)
    if is_new:
        audit.record("income.written", household, by=by, year=year, after=values)
    else:
        changes.apply(row, values, action="income.amended", by=by)
    return row


@transaction.atomic
def add_need(household: Household, values: dict[str, Any], *, by: Any) -> Need:
    need = Need.objects.create(household=household, **values)
    audit.record("need.added", need, by=by, need=need.kind, household=household.pk)
    return need


@transaction.atomic
def meet(need: Need, *, on: date, by: Any) -> None:
    """The need has been met."""
    if on < need.since:
        raise Refused(_("The need was written down on %(day)s.") % {"day": need.since})
    if not Need.objects.open().filter(pk=need.pk).update(met_on=on):
        raise Refused(_("This need has been met or dropped already."))
    audit.record("need.met", need, by=by, day=on)


@transaction.atomic
def drop(need: Need, *, on: date, by: Any) -> None:
    """The need is no longer there, without having been met by anybody."""
    if not Need.objects.open().filter(pk=need.pk).update(ended=on):
        raise Refused(_("This need has been met or dropped already."))
    audit.record("need.dropped", need, by=by, day=on)


def read_sensitive(household: Household, *, by: Any, fields: list[str]) -> dict[str, str]:
    """Open masked details on purpose: which, by whom and when goes into the audit chain.

    Raises `Refused` when the reader's role does not need them.
    """
    if not may(by, "sensitive.read", on=household):
        raise Refused(_("Your role does not include reading these details."))
    audit.read(household, fields, by=by)
    return {name: getattr(household, name) for name in fields}
