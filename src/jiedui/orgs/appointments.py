"""Who may do what: appointments given and ended, by somebody else and in the open.

Three separate keepers (三员分立, GB/T 22239): who runs the machine, who works with the registers
and who audits are never the same account.
"""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from jiedui.accounts.models import User
from jiedui.accounts.roles import PERMISSIONS, Role
from jiedui.core import audit
from jiedui.core.models import AuditEntry
from jiedui.core.refusals import Refused
from jiedui.core.trees import TreeNode
from jiedui.orgs.models import Appointment, Member, Organisation
from jiedui.orgs.scopes import of
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
    by: Any,
) -> Appointment:
    """Give a role over a subtree of organisations, of places, or both. Raises `Refused`."""
    _refuse_oneself(user, by)
    _refuse_nowhere(role, organisation, place)
    _refuse_together(user, role)
    _refuse_beyond(role, organisation, place, by)
    _refuse_own_making(user, role, by)
    known = Appointment.objects.filter(user=user, role=role, ended=None)
    if known.filter(organisation=organisation, place=place).exists():
        raise Refused(_("%(user)s has this appointment already.") % {"user": user})
    row = Appointment.objects.create(
        user=user, role=role, organisation=organisation, place=place, since=since
    )
    audit.record("appointment.given", user, by=by, role=role, where=row.where)
    return row


@transaction.atomic
def end(appointment: Appointment, *, on: date, by: Any) -> None:
    """The appointment ends; what was done under it stays."""
    _refuse_oneself(appointment.user, by)
    _refuse_beyond(appointment.role, appointment.organisation, appointment.place, by)
    if not Appointment.objects.filter(pk=appointment.pk, ended=None).update(ended=on):
        raise Refused(_("This appointment has ended already."))
    where = appointment.where
    audit.record("appointment.ended", appointment.user, by=by, role=appointment.role, where=where)


@transaction.atomic
def tie(user: User, member: Member | None, *, by: Any) -> None:
    """Say which member of the register signs in with this account; None unties."""
    _refuse_oneself(user, by)
    if member and member.user_id not in (None, user.pk):
        raise Refused(_("%(name)s has another account already.") % {"name": member.name})
    Member.objects.filter(user=user).update(user=None)
    if member:
        Member.objects.filter(pk=member.pk).update(user=user)
    audit.record("account.tied", user, by=by, member=member.pk if member else None)


def _refuse_oneself(user: User, by: Any) -> None:
    if by is not None and user.pk == by.pk:
        raise Refused(_("Nobody appoints themself: ask another administrator."))


def _refuse_nowhere(role: str, organisation: Any, place: Any) -> None:
    if role in NEEDS_ORGANISATION and not organisation:
        raise Refused(_("Say for which organisation."))
    if role in NEEDS_PLACE and not place:
        raise Refused(_("Say for which place."))
    if role not in NEEDS_NEITHER and not (organisation or place):
        raise Refused(_("Say for which organisation or place."))


def _refuse_together(user: User, role: str) -> None:
    """Administrators and auditors hold nothing else, and nobody else becomes one of them."""
    held = {*Appointment.objects.filter(user=user, ended=None).values_list("role", flat=True)}
    held |= {str(Role.ADMINISTRATOR)} if user.is_superuser else set()
    others = held - {role}
    if others and (role in APART or others & set(APART)):
        raise Refused(
            _("Who runs the system, who works with it and who audits it have separate accounts.")
        )


def _refuse_beyond(role: str, organisation: Any, place: Any, by: Any) -> None:
    """An administrator appoints anywhere; an office only workers below its own roots."""
    if by is None or by.may("users.change"):
        return
    if role in APART:
        raise Refused(_("Only the system administrator gives this role."))
    grants = of(by).grants
    if not _reaches([g.organisation for g in grants], organisation) or not _reaches(
        [g.place for g in grants], place
    ):
        raise Refused(_("This lies outside what you answer for."))


def _refuse_own_making(user: User, role: str, by: Any) -> None:
    """Nobody makes their own second pair of eyes: whoever gave out the password knows it."""
    decides = PERMISSIONS[role] & {"pair.approve", "bulletin.freeze", "checks.record"}
    if by is None or by.may("users.change") or not decides:
        return
    made = AuditEntry.objects.filter(
        kind=user._meta.label_lower, subject=str(user.pk), actor_id=by.pk
    )
    if made.filter(action__in=("account.opened", "account.password_reset")).exists():
        raise Refused(
            _("You gave out the password of this account: the administrator gives it this role.")
        )


def _reaches(roots: list[str | None], node: TreeNode | None) -> bool:
    if node is None:
        return True
    return any(root is not None and node.path.startswith(root) for root in roots)
