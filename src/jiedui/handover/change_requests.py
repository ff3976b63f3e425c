"""A helper asks to be released, a family asks for another helper; somebody else decides."""

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from jiedui.campaigns.models import Campaign
from jiedui.campaigns.playbook.pairs import Pairing
from jiedui.core import audit
from jiedui.core.doors import may
from jiedui.core.refusals import Refused
from jiedui.core.users import User
from jiedui.handover.models import ChangeRequest
from jiedui.notices.actions import Written, writer
from jiedui.notices.models import Notice
from jiedui.orgs import persons
from jiedui.pairing.models import Pair
from jiedui.pairing.scopes import is_own

KIND = "pairing.wish_decided"

# A request still waits while its pair runs and is not being handed over.
WAITING = Q(state=ChangeRequest.State.WAITING, pair__ended=None, pair__overlap_until=None)


def reasons(campaign: Campaign, pairing: Pairing, side: str) -> list[tuple[str, Any]]:
    """The playbook's reasons of that side; all of the pair where it names none.

    A family may also say what the office would say of the help, but not that it needs nobody.
    """
    known = [
        one for one in campaign.playbook.change_reasons
        if not pairing.reasons or one.key in pairing.reasons
    ]  # fmt: skip
    sides = (ChangeRequest.Side.FAMILY, "office") if side == ChangeRequest.Side.FAMILY else (side,)
    mine = [one for one in known if one.side in sides and one.needs_successor] or known
    return [(one.key, one.name) for one in mine]


@transaction.atomic
def ask(pair: Pair, *, side: str, reason: str, text: str, by: User | None) -> ChangeRequest:
    """Ask for a change; the pair stays as it is until it is handed over."""
    if pair.ended or pair.overlap_until:
        raise Refused(_("This pair has ended or is being handed over already."))
    if not text.strip():
        raise Refused(_("Say in a few words what is the matter."))
    try:
        with transaction.atomic():
            change_request: ChangeRequest = ChangeRequest.objects.create(
                pair=pair,
                side=side,
                reason=reason,
                text=text.strip(),
                asked_on=timezone.localdate(),
                asked_by_id=by.pk if by else None,
            )
    except IntegrityError as error:
        raise Refused(_("This has been asked already and waits for a decision.")) from error
    # Without the text: the chain is read by more people than those who decide.
    # Keys stored in the audit chain and in notices still say "wish".
    audit.record("wish.asked", change_request, by=by, pair=pair.pk, side=side, reason=reason)
    return change_request


@transaction.atomic
def decide(change_request: ChangeRequest, *, grant: bool, answer: str, by: User | None) -> None:
    """A second person decides; what is granted leads to a hand-over, what is not has a reason."""
    if not may_decide(change_request, by=by):
        raise Refused(_("Somebody else decides on what you asked for."))
    if not grant and not answer.strip():
        raise Refused(_("Say why it is not granted; the answer is told to whoever asked."))
    state = ChangeRequest.State.GRANTED if grant else ChangeRequest.State.REFUSED
    waiting = ChangeRequest.objects.filter(WAITING, pk=change_request.pk)
    if not ChangeRequest.objects.filter(
        pk__in=waiting.values("pk"), state=ChangeRequest.State.WAITING
    ).update(
        state=state,
        answer=answer.strip(),
        decided_on=timezone.localdate(),
        decided_by=by,
    ):
        raise Refused(_("This has been decided already, or the pair has passed on."))
    if change_request.asked_by_id:
        Notice.objects.create(
            to_id=change_request.asked_by_id, kind=KIND, subject=str(change_request.pk)
        )
    audit.record("wish.decided", change_request, by=by, state=state.value)


def may_decide(change_request: ChangeRequest, *, by: User | None) -> bool:
    """Nobody decides on what they asked for, nor on a pair of their own, under any account."""
    if by is None:
        return True
    return not persons.behind(by).is_one_of(
        {change_request.asked_by_id}, {change_request.pair.member_id}
    )


@writer(KIND)
def _write(notices: Sequence[Notice]) -> dict[int, Written]:
    rows = ChangeRequest.objects.filter(pk__in={int(one.subject) for one in notices})
    known = {str(one.pk): one for one in rows.select_related("pair__household", "pair__place")}
    return {
        one.pk: Written(_sentence(known[one.subject]), known[one.subject].get_absolute_url())
        for one in notices
        if one.subject in known
    }


def _sentence(change_request: ChangeRequest) -> str:
    partner = (
        change_request.pair.household.head
        if change_request.pair.household
        else str(change_request.pair.partner)
    )
    facts = {
        "partner": partner,
        "state": change_request.get_state_display(),
        "answer": change_request.answer,
    }
    return (_("Your request for a change, %(partner)s: %(state)s. %(answer)s") % facts).strip()


def sides_of(user: User, pair: Pair) -> list[str]:
    """For whom the user may ask: the helper for oneself, village and office for the family."""
    if pair.ended or pair.overlap_until or pair.member_id is None:
        return []
    found = []
    if is_own(user, pair) or may(user, "pair.change", on=pair):
        found.append(ChangeRequest.Side.HELPER.value)
    if pair.household and may(user, "registers.change", on=pair.household):
        found.append(ChangeRequest.Side.FAMILY.value)
    return found


def open_sides(user: User, pair: Pair) -> list[str]:
    """Sides the user may ask for that have not been asked for already."""
    waiting = set(
        pair.change_requests.filter(state=ChangeRequest.State.WAITING).values_list(
            "side", flat=True
        )
    )
    return [side for side in sides_of(user, pair) if side not in waiting]
