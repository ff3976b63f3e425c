"""Requests: asked, checked, claimed or dispatched, done, confirmed by who asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import uuid_utils.compat as uuid7
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiedui.campaigns.models import Campaign
from jiedui.campaigns.playbook import by_key
from jiedui.campaigns.playbook.needs import NeedKind
from jiedui.core import audit, changes, submissions, voiding
from jiedui.core.locking import held
from jiedui.core.refusals import Refused
from jiedui.core.submissions import Sent
from jiedui.core.users import User
from jiedui.engines import seasons
from jiedui.households import actions as households
from jiedui.households.models import Household, Need
from jiedui.needs.models import CONDITIONS, Claim, NeedRequest, State
from jiedui.needs.wording import check_public
from jiedui.orgs import persons
from jiedui.orgs.membership import check_home
from jiedui.orgs.models import Member, Organisation, Team
from jiedui.places.models import Place

Claimer = Member | Team | Organisation


@dataclass(frozen=True)
class Asked:
    """What somebody asks for, on this day; of a household, an organisation, or the place itself."""

    kind: str
    public_text: str
    day: date
    household: Household | None = None
    organisation: Organisation | None = None
    place: Place | None = None  # that of the household where there is one
    need: Need | None = None
    detail: str = ""
    urgency: int = 1
    id: UUID | None = None  # made by the client; asking twice changes nothing


@transaction.atomic
@audit.gathered()
def ask(campaign: Campaign, asked: Asked, *, by: User | None) -> NeedRequest:
    """Write down what is asked for; it waits for a check.

    Raises `Refused` for a kind the playbook does not have, for who cannot ask for it, and for a
    public wording that says whose it is.
    """
    if asked.id is None:
        return _ask(campaign, asked, by=by)
    sent = Sent.by_action(asked.id, kind="need_request", content=[campaign, asked])
    return submissions.once(
        sent,
        by=by,
        work=lambda: _ask(campaign, asked, by=by),
        again=lambda row: NeedRequest.objects.get(pk=row.pk),
    )


def _ask(campaign: Campaign, asked: Asked, *, by: User | None) -> NeedRequest:
    kind = by_key(campaign.playbook.needs).get(asked.kind)
    if kind is None:
        raise Refused(_("The playbook has no requests “%(key)s”.") % {"key": asked.kind[:40]})
    if asked.day > timezone.localdate():
        raise Refused(_("The day lies in the future."))
    place = _home_of(kind, asked)
    text = asked.public_text.strip()
    if not text:
        raise Refused(_("Say what is asked for."))
    check_public(text, asked.household)
    row = NeedRequest(
        id=asked.id or uuid7.uuid7(),
        campaign=campaign,
        kind=kind.key,
        place=place,
        household=asked.household,
        organisation=asked.organisation,
        need=asked.need,
        public_text=text,
        detail=asked.detail.strip(),
        urgency=asked.urgency,
        asked_on=asked.day,
        due=_due(asked.day, kind.check_days),
        recorded_at=timezone.now(),
        recorded_by=audit.signed(by),
    )
    if NeedRequest.objects.filter(pk=row.pk).exists():
        raise Refused(_("This form has been saved already, with other content. Open a new one."))
    row.save(force_insert=True)
    audit.record("needrequest.asked", row, by=by, kind=kind.key, day=asked.day)
    return row


def _home_of(kind: NeedKind, asked: Asked) -> Place:
    """The place of a request; raises `Refused` where this kind is not for who asks."""
    if asked.household:
        asker, household = "household", held(asked.household)
        if household.ended:
            raise Refused(_("This household is no longer on the register."))
        place: Place | None = household.place
    elif asked.organisation:
        asker = "organisation"
        check_home(asked.organisation, on=asked.day)
        place = asked.place or asked.organisation.unit.place
    else:
        asker, place = "place", asked.place
    if asker not in kind.asked_for:
        names = {"name": kind.name, "asker": ASKERS[asker]}
        raise Refused(_("“%(name)s” cannot be asked for by %(asker)s.") % names)
    if place is None or place.ended:
        raise Refused(_("Say at which place it is asked for."))
    if asked.need and asked.need.household_id != (asked.household and asked.household.pk):
        raise Refused(_("This need is of another household."))
    return place


ASKERS = {
    "household": gettext_lazy("a household"),
    "organisation": gettext_lazy("an organisation"),
    "place": gettext_lazy("a place"),
}


def _due(day: date, days: int) -> date:
    return seasons.due_on(day, days=days, working=True)


def kind_of(row: NeedRequest) -> NeedKind:
    """Its kind in the playbook; raises `Refused` where the playbook has it no more."""
    kind = row.asked
    if kind is None:
        raise Refused(_("The playbook has no requests “%(key)s”.") % {"key": row.kind})
    return kind


def _step(row: NeedRequest, *states: State, told: str, **values: Any) -> None:
    """Write the facts of a step; raises `Refused` with the sentence where it is past already.

    Of two at the same moment one finds the row, the other does not.
    """
    condition = CONDITIONS[states[0]]
    for state in states[1:]:
        condition |= CONDITIONS[state]
    same = NeedRequest.objects.filter(condition, pk=row.pk, voided_on=None)
    if not same.update(**values):
        raise Refused(told)
    row.refresh_from_db()


@transaction.atomic
@audit.gathered()
def check(
    row: NeedRequest, *, is_public: bool, by: User | None, public_text: str | None = None
) -> None:
    """It is as asked for, and may be claimed: on the board, or only by being dispatched."""
    kind = kind_of(row)
    today = timezone.localdate()
    text = (row.public_text if public_text is None else public_text).strip()
    check_public(text, row.household)
    _step(
        row,
        State.ASKED,
        told=_("This request has been checked already."),
        checked_on=today,
        is_public=is_public and kind.public,
        public_text=text,
        due=_due(today, kind.claim_days),
    )
    audit.record("needrequest.checked", row, by=by, is_public=row.is_public)


@transaction.atomic
@audit.gathered()
def decline(row: NeedRequest, *, reason: str, by: User | None) -> None:
    """It is not taken up, or no longer asked for; whoever has claimed it is free of it."""
    reason = reason.strip()
    if not reason:
        raise Refused(_("Say why it is turned down; the reason stays with it."))
    today = timezone.localdate()
    _step(
        row,
        State.ASKED, State.OPEN, State.CLAIMED,
        told=_("This request is past being turned down."),
        declined_on=today,
        decline_reason=reason,
        due=None,
    )  # fmt: skip
    _end_claim(row, Claim.Ending.WITHDRAWN, reason=reason)
    audit.record("needrequest.declined", row, by=by, reason=reason)


def _end_claim(row: NeedRequest, ending: Claim.Ending, *, reason: str = "") -> int:
    ended = {"ended": timezone.localdate(), "ending": ending, "reason": reason}
    return row.claims.filter(ended=None).update(**ended)


@transaction.atomic
@audit.gathered()
def claim(
    row: NeedRequest, claimer: Claimer, *, by: User | None, is_dispatched: bool = False
) -> Claim:
    """Somebody takes it on, or is sent to it.

    Raises `Refused` where somebody was quicker, for claimers this kind does not know and for one
    who has left.
    """
    kind = kind_of(row)
    today = timezone.localdate()
    columns = _columns(claimer)
    named = next(name for name in ("member", "team", "organisation") if name in columns)
    if named not in kind.claimed_by:
        raise Refused(_("“%(name)s” is not claimed by such.") % {"name": kind.name})
    if held(claimer).ended:
        raise Refused(_("%(name)s has ended.") % {"name": claimer})
    if not is_dispatched and not row.is_public:
        raise Refused(_("This request is not on the board; the office sends somebody to it."))
    _step(
        row,
        State.OPEN,
        told=_("This request has just been claimed by somebody else, or is not open any more."),
        claimed_on=today,
        due=_due(today, kind.doing_days),
    )
    made = Claim.objects.create(
        request=row,
        **columns,
        is_dispatched=is_dispatched,
        since=today,
        by_id=getattr(by, "pk", None),
    )
    action = "needrequest.dispatched" if is_dispatched else "needrequest.claimed"
    facts: dict[str, Any] = {named: claimer.pk}
    audit.record(action, row, by=by, **facts)
    return made


def _columns(claimer: Claimer) -> dict[str, Any]:
    """Who it is, as a claim has it; the first key says of which sort."""
    if isinstance(claimer, Member):
        return {"member": claimer, "organisation": claimer.organisation}
    if isinstance(claimer, Team):
        return {"team": claimer, "organisation": claimer.organisation}
    return {"organisation": claimer}


@transaction.atomic
@audit.gathered()
def give_back(row: NeedRequest, *, reason: str, by: User | None) -> None:
    """Whoever has claimed it cannot do it after all: it may be claimed again."""
    reason = reason.strip()
    if not reason:
        raise Refused(_("Say why it is given back; the reason stays with it."))
    kind = kind_of(row)
    _step(
        row,
        State.CLAIMED,
        told=_("Only what is being done can be given back."),
        claimed_on=None,
        due=_due(timezone.localdate(), kind.claim_days),
    )
    _end_claim(row, Claim.Ending.GIVEN_BACK, reason=reason)
    audit.record("needrequest.given_back", row, by=by, reason=reason)


@transaction.atomic
@audit.gathered()
def finish(row: NeedRequest, *, on: date, text: str, by: User | None) -> None:
    """It is done, say those who did it; now who asked is asked."""
    if not text.strip():
        raise Refused(_("Say what was done."))
    row.refresh_from_db()
    if on > timezone.localdate() or (row.claimed_on and on < row.claimed_on):
        raise Refused(_("The day must lie between the claim and today."))
    kind = kind_of(row)
    _step(
        row,
        State.CLAIMED,
        told=_("Only what is being done can be finished."),
        done_on=on,
        done_text=text.strip(),
        done_by=by,
        due=_due(timezone.localdate(), kind.confirm_days),
    )
    audit.record("needrequest.done", row, by=by, day=on, reason=row.done_text)


def did_it(row: NeedRequest, user: User | None) -> bool:
    """Whether the user, under whatever account, did it or is among those who claimed it."""
    if user is None:
        return False
    found = row.claims.filter(ended=None).select_related("team").first()
    members = {found.member_id} if found else set()
    if found and found.team:
        members |= {*found.team.places_in.filter(ended=None).values_list("member", flat=True)}
    claimed_by = found.by_id if found and not found.is_dispatched else None
    return persons.behind(user).is_one_of({row.done_by_id, claimed_by}, members)


@transaction.atomic
@audit.gathered()
def confirm(
    row: NeedRequest, *, by: User | None, rating: int | None = None, text: str = ""
) -> None:
    """Who asked says that it was done, and how well (1 to 5), to somebody who did not do it."""
    row.refresh_from_db()
    if did_it(row, by):
        raise Refused(_("Whoever did it cannot confirm it; somebody else asks who asked for it."))
    kind = kind_of(row)
    if kind.rating and rating not in range(1, 6):
        raise Refused(_("Ask how well it was done, and write down 1 to 5."))
    today = timezone.localdate()
    _step(
        row,
        State.DONE,
        told=_("Only what was reported as done can be confirmed."),
        confirmed_on=today,
        confirmed_by=by,
        rating=rating if kind.rating else None,
        rating_text=text.strip(),
        due=None,
    )
    _end_claim(row, Claim.Ending.SETTLED)
    audit.record("needrequest.confirmed", row, by=by, rating=row.rating)
    if row.need and _is_open(row.need):
        households.meet(row.need, on=today, by=by)


def _is_open(need: Need) -> bool:
    return need.met_on is None and need.ended is None and need.household.ended is None


@transaction.atomic
@audit.gathered()
def send_back(row: NeedRequest, *, reason: str, by: User | None) -> None:
    """Who asked says that it was not done: those who claimed it go on with it."""
    if not reason.strip():
        raise Refused(_("Say what is still missing."))
    kind = kind_of(row)
    row.refresh_from_db()
    _step(
        row,
        State.DONE,
        told=_("Only what was reported as done can be sent back."),
        done_on=None,
        done_text="",
        done_by=None,
        due=_due(timezone.localdate(), kind.doing_days),
        times_returned=row.times_returned + 1,
    )
    audit.record("needrequest.sent_back", row, by=by, reason=reason.strip())


@transaction.atomic
@audit.gathered()
def amend(row: NeedRequest, values: Mapping[str, Any], *, by: User | None) -> None:
    """Put the wording, the detail or the urgency right, until somebody has claimed it.

    Raises `Stale` when somebody changed it since it was read.
    """
    if row.voided_on or row.state not in (State.ASKED, State.OPEN):
        raise Refused(_("Only what nobody has claimed yet can be worded otherwise."))
    if "public_text" in values:
        check_public(values["public_text"], row.household)
    changes.apply(row, values, action="needrequest.amended", by=by)


@transaction.atomic
@audit.gathered()
def void(row: NeedRequest, *, reason: str, by: User | None) -> None:
    """Take a wrong record out of every figure; it stays readable, with the reason."""
    reason = voiding.void(row, reason=reason)
    _end_claim(row, Claim.Ending.WITHDRAWN, reason=reason)
    audit.record("needrequest.voided", row, by=by, reason=reason)
