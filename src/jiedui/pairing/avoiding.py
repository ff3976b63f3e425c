"""Avoidance (回避): declared by a helper, decided by somebody else; the helper gets a notice."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiedui.core import audit
from jiedui.core.doors import may
from jiedui.core.refusals import Refused, unless_taken
from jiedui.core.users import User
from jiedui.households.models import Household
from jiedui.notices.actions import Written, writer
from jiedui.notices.models import Notice
from jiedui.orgs import persons
from jiedui.orgs.models import Member
from jiedui.pairing.models import Avoidance, Pair
from jiedui.pairing.scopes import is_own

KIND = "pairing.avoidance_decided"
State = Avoidance.State


@transaction.atomic
def declare(member: Member, *, household: Household, reason: str, by: User | None) -> Avoidance:
    """Say that a helper is to avoid a household; until somebody decides, nothing changes."""
    if not reason.strip():
        raise Refused(_("Say why: a near relative, a debt, a dispute."))
    if Avoidance.objects.filter(member=member, household=household).exists():
        raise Refused(_("This has been declared already."))
    with unless_taken():
        avoidance: Avoidance = Avoidance.objects.create(
            member=member,
            household=household,
            reason=reason.strip(),
            declared_on=timezone.localdate(),
        )
    audit.record("avoidance.declared", avoidance, by=by, member=member.pk, household=household.pk)
    return avoidance


@transaction.atomic
def decide(avoidance: Avoidance, *, accept: bool, by: User | None) -> None:
    """A reviewer decides; nobody decides on what they declared for themselves."""
    if by is not None and not may_decide(avoidance, by=by):
        raise Refused(_("Somebody else decides on what you declared."))
    state = State.ACCEPTED if accept else State.REJECTED
    waiting = Avoidance.objects.filter(pk=avoidance.pk, state=State.DECLARED)
    if not waiting.update(state=state):
        raise Refused(_("This has been decided already."))
    if avoidance.member.user_id:
        Notice.objects.create(to_id=avoidance.member.user_id, kind=KIND, subject=str(avoidance.pk))
    audit.record("avoidance.decided", avoidance, by=by, state=state.value)


def may_decide(avoidance: Avoidance, *, by: User | None) -> bool:
    """Nobody decides on what they declared for themselves, under whatever account."""
    return not persons.behind(by).is_one_of((), {avoidance.member_id})


@writer(KIND)
def _write(notices: Sequence[Notice]) -> dict[int, Written]:
    rows = Avoidance.objects.filter(pk__in={int(one.subject) for one in notices})
    known = {str(one.pk): one for one in rows.select_related("household")}
    return {
        one.pk: Written(_sentence(known[one.subject])) for one in notices if one.subject in known
    }


def _sentence(avoidance: Avoidance) -> str:
    facts = {"head": avoidance.household.head}
    if avoidance.state == State.ACCEPTED:
        return _("Your avoidance of %(head)s is accepted: the pair passes on to somebody else, and"
                 " you are not paired again.") % facts  # fmt: skip
    return _("Your avoidance of %(head)s is not accepted: you may go on helping.") % facts


def may_declare(user: User, pair: Pair) -> bool:
    """Say that helper and household are to avoid each other: the helper, or who changes pairs."""
    if pair.ended or pair.member_id is None or pair.household_id is None:
        return False
    if not (is_own(user, pair) or may(user, "pair.change", on=pair)):
        return False
    return not Avoidance.objects.filter(member=pair.member_id, household=pair.household_id).exists()
