"""Accounts for members of the register: opened, tied and appointed in one step.

An office does this for those who work in the field. Whoever leads, checks or audits gets the
account from the system administrator: nobody makes their own second pair of eyes.
"""

from collections.abc import Iterable
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiedui.accounts import actions as accounts
from jiedui.accounts.models import User
from jiedui.accounts.roles import Role
from jiedui.core.doors import may
from jiedui.core.refusals import Refused
from jiedui.core.users import User as Actor
from jiedui.engines import words
from jiedui.orgs import appointments
from jiedui.orgs.models import Appointment, Member, Organisation
from jiedui.places.models import Place

FIELD_ROLES = (Role.HELPER, Role.LIAISON, Role.VILLAGE_OFFICER)
AT_ONCE = 60  # accounts in one request: hashing a password takes its time on purpose


class Slip(NamedTuple):
    """What is handed over on paper; the password is shown once."""

    account: User
    password: str


@transaction.atomic
def welcome(
    member: Member,
    username: str,
    *,
    role: str,
    by: Actor | None,
    organisation: Organisation | None = None,
    place: Place | None = None,
) -> Slip:
    """Open an account for a member and appoint it. Raises `Refused`."""
    if member.ended:
        raise Refused(_("%(name)s has left already.") % {"name": member.name})
    if member.user_id:
        raise Refused(_("%(name)s has an account already.") % {"name": member.name})
    if role not in FIELD_ROLES and not may(by, "users.change"):
        raise Refused(_("Only the system administrator gives this role."))
    if User.objects.filter(username=username).exists():
        raise Refused(_("The user name %(name)s is taken; choose another.") % {"name": username})
    account, password = accounts.open_account(username, display_name=member.name, by=by)
    appointments.tie(account, member, by=by)
    appointments.appoint(
        account,
        role=role,
        organisation=organisation,
        place=place,
        since=timezone.localdate(),
        by=by,
    )
    return Slip(account, password)


@transaction.atomic
def welcome_helpers(members: Iterable[Member], *, by: Actor | None) -> list[Slip]:
    """Accounts for many helpers at once; who has one already is left as is. Raises `Refused`."""
    lacking = [one for one in members if one.user_id is None and one.ended is None]
    if not lacking:
        raise Refused(_("All of them have accounts already."))
    if len(lacking) > AT_ONCE:
        raise Refused(
            _("No more than %(n)d accounts at once: choose a smaller organisation.")
            % {"n": AT_ONCE}
        )
    names = usernames(lacking)
    return [
        welcome(one, name, role=Role.HELPER, by=by)
        for one, name in zip(lacking, names, strict=True)
    ]


def usernames(members: Iterable[Member]) -> list[str]:
    """A free user name for each: the name in pinyin, with a number where it is taken."""
    taken: set[str] = set()
    found = []
    for member in members:
        stem = "".join(c for c in words.pinyin(member.name, is_person=True) if c.isalnum())
        stem = (stem or f"m{member.pk}")[:40]
        names = User.objects.filter(username__startswith=stem).values_list("username", flat=True)
        known = taken | set(names)
        name = next(n for n in _numbered(stem) if n not in known)
        taken.add(name)
        found.append(name)
    return found


def _numbered(stem: str) -> Iterable[str]:
    yield stem
    number = 2
    while True:
        yield f"{stem}{number}"
        number += 1


def may_reset(account: User, *, by: Actor | None) -> bool:
    """Administrators for everybody; an office for those it may welcome and whom it answers for,
    wherever they are appointed: the new password opens every area of the account.
    """
    if account == by:
        return False  # one's own is changed in the own settings, with the old one
    if may(by, "users.change"):
        return True
    member = (
        Member.objects.changeable_by(by, permission="appointments.change")
        .filter(user=account)
        .exists()
    )
    rows = Appointment.objects.filter(user=account, ended=None)
    held = list(rows.select_related("organisation", "place"))
    is_field = all(one.role in FIELD_ROLES for one in held) and not account.is_superuser
    is_own = member and all(appointments.answers_for(by, one) for one in held)
    return bool(may(by, "appointments.change") and is_own and is_field)
