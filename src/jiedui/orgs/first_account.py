"""An empty installation becomes somebody's: first account, root organisation, area."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiedui.accounts import actions as accounts
from jiedui.accounts import setup
from jiedui.accounts.models import User
from jiedui.accounts.roles import Role
from jiedui.core import audit
from jiedui.core.locking import hold
from jiedui.core.models import Installation
from jiedui.core.picks import Pick
from jiedui.core.refusals import Refused
from jiedui.core.users import User as Actor
from jiedui.orgs import actions, appointments
from jiedui.orgs.models import Organisation
from jiedui.orgs.picks import ORGANISATION
from jiedui.orgs.welcoming import Slip
from jiedui.places import actions as places
from jiedui.places import atlas
from jiedui.places.models import Place
from jiedui.places.picks import PLACE


@dataclass(frozen=True)
class Opened:
    """`administrator` has signed in never; its first password is shown once."""

    office: User
    administrator: User | None = None
    password: str = ""


@transaction.atomic
def open_house(
    username: str,
    *,
    display_name: str,
    password: str,
    organisation: str,
    place_code: str,
    administrator: str = "",
    administrator_name: str = "",
) -> Opened:
    """The office's first account over a new root organisation and an area of the national tree.

    Of two at once, one is told that somebody was faster. Raises `Refused`.
    """
    _first_come()
    office = setup.create(username, display_name=display_name, password=password)
    place = area(place_code, by=office)
    root = found_root(organisation, place, by=office)
    _appoint(office, Role.OFFICE, root, place)
    audit.record("installation.set_up", office, by=office, organisation=root.name, place=place.code)
    opened = Opened(office)
    if administrator:
        # Another person keeps the machine: whoever sets it up only hands their slip on.
        with audit.through("setup"):
            keeper, first = accounts.open_account(
                administrator, display_name=administrator_name, by=office
            )
        _appoint(keeper, Role.ADMINISTRATOR, None, None)
        opened = Opened(office, keeper, first)
    transaction.on_commit(setup.spend)
    return opened


@transaction.atomic
def add_account(
    username: str, *, role: str, name: str = "", place: str = "", organisation: str = ""
) -> Slip:
    """An account from the command line; place and root organisation may be new with it.

    The root organisation is founded when there is none at all. Raises `Refused`.
    """
    if role not in Role.values:
        raise Refused(_("There are these roles: %(roles)s.") % {"roles": ", ".join(Role.values)})
    if User.objects.filter(username=username).exists():
        raise Refused(_("The user name %(name)s is taken; choose another.") % {"name": username})
    where = _place(place) if place else None
    lead = _organisation(organisation, where) if organisation else None
    account, password = accounts.open_account(username, display_name=name or username, by=None)
    _appoint(account, Role(role), lead, where)
    transaction.on_commit(setup.spend)
    return Slip(account, password)


def _place(text: str) -> Place:
    if text.isdecimal() and (known := atlas.find(text)):
        return area(known.code, by=None)
    found: Place = _found(PLACE, Place.objects.standing(), text)
    return found


def _organisation(text: str, place: Place | None) -> Organisation:
    if not Organisation.objects.exists():
        return found_root(text, place, by=None)
    found: Organisation = _found(ORGANISATION, Organisation.objects.standing(), text)
    return found


def _found(pick: Pick, rows: Any, text: str) -> Any:
    try:
        return pick.find(rows, text)
    except ValidationError as problem:
        raise Refused(" ".join(problem.messages)) from problem


def area(code: str, *, by: Actor | None) -> Place:
    """The place of this national code, brought in with all below it when it is not here yet."""
    places.bring_in(code, by=by)
    found: Place = Place.objects.get(code=code)
    return found


def found_root(name: str, place: Place | None, *, by: Actor | None) -> Organisation:
    """The organisation all others will stand below."""
    values = {"name": name.strip(), "kind": Organisation.Kind.AREA, "place": place}
    return actions.found(None, values, by=by)


def _first_come() -> None:
    """The one row of the installation is the lock; PostgreSQL lets the second wait here."""
    Installation.objects.get_or_create(pk=1)
    hold(Installation.objects.all()).get(pk=1)
    if not setup.is_empty():
        raise Refused(_("Somebody has set this installation up already."))


def _appoint(user: User, role: Role, root: Organisation | None, place: Place | None) -> None:
    today = timezone.localdate()
    # By nobody: there is no second person yet who could appoint the first.
    appointments.appoint(user, role=role, organisation=root, place=place, since=today, by=None)
