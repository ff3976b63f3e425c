"""Who may do what: appointments given and ended, by somebody else and in the open.

Three separate keepers (三员分立, GB/T 22239): who runs the machine, who works with the registers
and who audits are never the same account.
"""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from jiedui.accounts import actions as accounts
from jiedui.accounts.models import User
from jiedui.accounts.roles import PERMISSIONS, Role
from jiedui.core import audit
from jiedui.core.doors import may
from jiedui.core.locking import held, hold
from jiedui.core.refusals import Refused, unless_taken
from jiedui.core.trees import TreeNode
from jiedui.core.users import User as Actor
from jiedui.orgs import persons
from jiedui.orgs.models import Appointment, Member, Organisation
from jiedui.orgs.scopes import Grant, of
from jiedui.places.models import Place

APART = (str(Role.ADMINISTRATOR), str(Role.AUDITOR))
NEEDS_ORGANISATION = (str(Role.LIAISON),)
NEEDS_PLACE = (str(Role.VILLAGE_OFFICER),)
NEEDS_NEITHER = (str(Role.ADMINISTRATOR), str(Role.HELPER))


@transaction.atomic
def appoint(
    user: User,
    *,
    role: str,
    organisation: Organisation | None,
    place: Place | None,
    since: date,
    by: Actor | None,
) -> Appointment:
    """Give a role over a subtree of organisations, of places, or both. Raises `Refused`."""
    _refuse_oneself(user, by)
    _refuse_nowhere(role, organisation, place)
    _refuse_together(persons.same_as(user), role=role, also=user)
    _refuse_beyond(user, role, organisation, place, by)
    _refuse_own_making(user, role, by)
    _refuse_ended(organisation, place)
    known = Appointment.objects.filter(user=user, role=role, ended=None)
    if known.filter(organisation=organisation, place=place).exists():
        raise Refused(_("%(user)s has this appointment already.") % {"user": user})
    with unless_taken():
        row = Appointment.objects.create(
            user=user, role=role, organisation=organisation, place=place, since=since
        )
    audit.record("appointment.given", user, by=by, role=role, where=row.where)
    return row


def _refuse_ended(organisation: Organisation | None, place: Place | None) -> None:
    """Both are held, so that neither ends meanwhile."""
    ended = [
        row.name
        for row in (organisation and held(organisation), place and held(place))
        if row and row.ended
    ]
    if ended:
        raise Refused(_("%(name)s has ended.") % {"name": ended[0]})


@transaction.atomic
def end(appointment: Appointment, *, on: date, by: Actor | None) -> None:
    """The appointment ends; what was done under it stays."""
    _refuse_oneself(appointment.user, by)
    where = (appointment.organisation, appointment.place)
    _refuse_beyond(appointment.user, appointment.role, *where, by)
    if not Appointment.objects.filter(pk=appointment.pk, ended=None).update(ended=on):
        raise Refused(_("This appointment has ended already."))
    audit.record(
        "appointment.ended",
        appointment.user,
        by=by,
        role=appointment.role,
        where=appointment.where,
    )


@transaction.atomic
def tie(user: User, member: Member | None, *, by: Actor | None) -> None:
    """Say which member of the register signs in with this account; None unties."""
    _refuse_oneself(user, by)
    if by is not None and member and persons.same_as(by).is_one_of((), {member.pk}):
        raise Refused(_("Nobody ties an account to themself: ask another administrator."))
    if member and member.user_id not in (None, user.pk):
        raise Refused(_("%(name)s has another account already.") % {"name": member.name})
    if member:
        _refuse_together(persons.owner_of({user.pk}, {member.pk}))
    Member.objects.filter(user=user).update(user=None)
    if member:
        Member.objects.filter(pk=member.pk).update(user=user)
        accounts.rename(user, member.name, by=by)
    audit.record("account.tied", user, by=by, member=member.pk if member else None)


def _refuse_oneself(user: User, by: Actor | None) -> None:
    """Neither one's own account nor another one of the same person."""
    if by is not None and persons.same_as(by).is_one_of({user.pk}):
        raise Refused(_("Nobody appoints themself: ask another administrator."))


def _refuse_nowhere(role: str, organisation: Any, place: Any) -> None:
    if role in NEEDS_ORGANISATION and not organisation:
        raise Refused(_("Say for which organisation."))
    if role in NEEDS_PLACE and not place:
        raise Refused(_("Say for which place."))
    if role not in NEEDS_NEITHER and not (organisation or place):
        raise Refused(_("Say for which organisation or place."))


def check_let_in(user: User) -> None:
    """Raises `Refused` when the person would hold, with this account open, what is kept apart."""
    _refuse_together(persons.same_as(user), also=user)


def _refuse_together(person: persons.Person, *, role: str = "", also: User | None = None) -> None:
    """Administrators and auditors hold nothing else, under none of their accounts, and nobody
    else becomes one of them; `role` is the one that the person is to get. Accounts that are closed
    do not count, except the one that is concerned (`also`).

    All of them are held: of two that are opened or appointed at once, the second sees the first.
    """
    accounts = hold(User.objects.filter(pk__in=person.accounts)).order_by("pk").in_bulk()
    counting = [one for one in accounts.values() if one.is_active or one == also]
    rows = Appointment.objects.filter(user__in=counting, ended=None)
    roles = {*rows.values_list("role", flat=True)}
    roles |= {str(Role.ADMINISTRATOR)} if any(u.is_superuser for u in accounts.values()) else set()
    roles |= {role} if role else set()
    if len(roles) > 1 and roles & set(APART):
        raise Refused(
            _("Who runs the system, who works with it and who audits it have separate accounts.")
        )


def _refuse_beyond(user: User, role: str, organisation: Any, place: Any, by: Actor | None) -> None:
    """An administrator appoints anywhere; an office only workers below its own roots."""
    if by is None or may(by, "users.change"):
        return
    if role in APART:
        raise Refused(_("Only the system administrator gives this role."))
    is_nowhere = organisation is None and place is None
    if not _lies_within(by, organisation, place) or (is_nowhere and not _answers_for(by, user)):
        raise Refused(_("This lies outside what you answer for."))


def known_to(by: Actor) -> QuerySet[User]:
    """Accounts that somebody who appoints may look at: administrators all; an office those of its
    own area, and those that nobody has appointed yet.
    """
    accounts = User.objects.all()
    if may(by, "users.change"):
        return accounts
    scope = of(by).holding("appointments.change")
    held = Appointment.objects.filter(
        scope.organisations("organisation__path") | scope.places("place__path")
    )
    own = Member.objects.changeable_by(by, permission="appointments.change")
    is_free = Q(appointments=None, member=None)
    mine = Q(pk__in=held.values("user")) | Q(pk__in=own.order_by().values("user")) | Q(pk=by.pk)
    return accounts.filter(mine | is_free).distinct()


def answers_for(by: Actor | None, appointment: Appointment) -> bool:
    """Whether all that an appointment reaches lies within one area where `by` appoints."""
    return _lies_within(by, appointment.organisation, appointment.place)


def _lies_within(by: Actor | None, organisation: Any, place: Any) -> bool:
    parts = of(by).holding("appointments.change").parts() if by else []
    return any(_reaches(part.grants[0], organisation, place) for part in parts)


def _answers_for(by: Actor | None, user: User) -> bool:
    """Whether the member who signs in with the account is one the appointer answers for."""
    own = Member.objects.changeable_by(by, permission="appointments.change")
    return bool(own.filter(user=user).exists())


def _refuse_own_making(user: User, role: str, by: Actor | None) -> None:
    """Nobody makes their own second pair of eyes: whoever gave out the password knows it."""
    decides = PERMISSIONS[role] & {"pair.approve", "bulletin.freeze", "checks.record"}
    if by is None or may(by, "users.change") or not decides:
        return
    if persons.behind(user).is_one_of({by.pk}):
        raise Refused(
            _("You gave out the password of this account: the administrator gives it this role.")
        )


def _reaches(grant: Grant, organisation: TreeNode | None, place: TreeNode | None) -> bool:
    pairs = ((grant.organisation, organisation), (grant.place, place))
    return all(
        node is None or (root is not None and node.path.startswith(root)) for root, node in pairs
    )
