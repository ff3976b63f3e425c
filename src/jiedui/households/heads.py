"""The head of a household is one fact: its own text and the person who is its head say the same."""

from django.utils.translation import gettext as _

from jiedui.core import changes
from jiedui.core.refusals import Refused
from jiedui.core.users import User
from jiedui.households.models import Household, Person

HEAD = "head"


def head_of(household: Household) -> Person | None:
    return Person.objects.filter(household=household, relation=HEAD, ended=None).first()


def is_head(person: Person) -> bool:
    """Whether the household stands under this person's name."""
    if person.relation == HEAD:
        return True
    known = head_of(person.household)
    return known is None and person.name == person.household.head


def name_head(
    household: Household, person: Person, *, by: User | None, former_relation: str = "other"
) -> None:
    """This person is the head from now on; one who was before gets this relation to them."""
    before = head_of(household)
    if before and before.pk != person.pk:
        changes.apply(before, {"relation": former_relation}, action="person.amended", by=by)
    changes.apply(person, {"relation": HEAD}, action="person.amended", by=by)
    _write(household, person.name, by=by)


def _write(household: Household, name: str, *, by: User | None) -> None:
    changes.apply(household, {"head": name}, action="household.head_named", by=by)


def follow_household(household: Household, *, former: str, by: User | None) -> None:
    """After the household's text changed: who is meant by it is the head, under this name.

    `former` is the text before, which may have meant somebody whose relation does not say head.
    """
    living = Person.objects.filter(household=household, ended=None)
    person = head_of(household) or living.filter(name=former).first()
    if person is None or person.name == household.head:
        return
    other = living.exclude(pk=person.pk).filter(name=household.head).first()
    if other:
        name_head(household, other, by=by)
        return
    changes.apply(person, {"name": household.head}, action="person.amended", by=by)


def follow_person(person: Person, *, was_head: bool, by: User | None) -> None:
    """After a person's name changed: the household of which they are head bears it as well."""
    if (was_head or person.relation == HEAD) and person.ended is None:
        _write(person.household, person.name, by=by)


def check(household: Household, *, name: str, relation: str, besides: Person | None = None) -> None:
    """Raises `Refused` when saving this would make two heads, none, or one of another name."""
    known = head_of(household)
    if besides and known and known.pk == besides.pk:
        if relation != HEAD:
            raise Refused(_("%(name)s is the head. Say on the page of the household who is the"
                            " next one.") % {"name": known.name})  # fmt: skip
        return
    is_meant = besides is not None and is_head(besides)
    if relation != HEAD:
        if known is None and name == household.head and not is_meant:
            raise Refused(_("The household stands under the name of %(head)s. Write them down as"
                            " its head first.") % {"head": household.head})  # fmt: skip
        return
    if known:
        raise Refused(_("%(name)s is the head of this household. Say on its page who is the next"
                        " one.") % {"name": known.name})  # fmt: skip
    if name != household.head and not is_meant:
        text = _(
            "The household stands under the name of %(head)s. Write that name, or change the head"
            " of the household first."
        )
        raise Refused(text % {"head": household.head})
