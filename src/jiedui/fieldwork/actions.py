"""Recording what was done. Web, phone, import and API all come through here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import uuid_utils.compat as uuid7
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from jiedui.campaigns.models import Campaign, Task
from jiedui.campaigns.playbook import work
from jiedui.core import audit, readings, submissions, voiding
from jiedui.core.doors import may
from jiedui.core.refusals import Refused
from jiedui.core.submissions import Sent
from jiedui.core.texts import day_text
from jiedui.core.users import User
from jiedui.fieldwork import former_content, inside
from jiedui.fieldwork.former_content import FormerContent
from jiedui.fieldwork.models import Activity, Attendance, Output
from jiedui.handover import actions as handover
from jiedui.ledger import actions as ledger
from jiedui.ledger.models import Gift
from jiedui.orgs.models import Member, Organisation, Team
from jiedui.pairing.models import Pair
from jiedui.places.models import Place
from jiedui.questionnaires import answers


@dataclass(frozen=True)
class Done:
    """What somebody says was done. Quantities are in the unit the playbook gives each output."""

    kind: str
    day: date
    members: Sequence[Member] = ()
    members_counted: int = 0
    cadres_counted: int = 0
    public_counted: int = 0
    minutes: int | None = None
    topics: Sequence[str] = ()
    note: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    outputs: Mapping[str, Decimal] = field(default_factory=dict)
    task: Task | None = None
    id: UUID | None = None  # made by the client; recording it twice changes nothing


@transaction.atomic
@audit.gathered()
def visit(
    pair: Pair,
    done: Done,
    *,
    by: User | None,
    gifts: Sequence[ledger.Given] = (),
    corrects: Activity | None = None,
) -> Activity:
    """Record a visit of a pair's helper; who, where and for whom come from the pair.

    What was brought along is recorded in the same transaction: both or neither. A visit that
    `corrects` another takes it out; what was brought along stays as it is.
    Raises `Refused` when the pair was not running on that day.
    """
    return _once(
        done,
        [pair, gifts, corrects],
        by=by,
        work=lambda: _visit(pair, done, by=by, gifts=gifts, corrects=corrects),
    )


def _once(
    done: Done, beside: list[Any], *, by: User | None, work: Callable[[], Activity]
) -> Activity:
    """Under a number that was used before, the record made then, if all of it was the same."""
    if done.id is None:
        return work()
    sent = Sent.by_action(done.id, kind="activity", content=[done, beside])
    return submissions.once(
        sent, by=by, work=work, again=lambda row: Activity.objects.get(pk=row.pk)
    )


def _visit(
    pair: Pair,
    done: Done,
    *,
    by: User | None,
    gifts: Sequence[ledger.Given],
    corrects: Activity | None,
) -> Activity:
    kind = _kind(pair.campaign, done.kind)
    brought = gifts or (corrects and gifts_of(corrects).exists())
    stays = corrects and former_content.of(corrects, kind) != FormerContent()
    if not (_has_content(pair, done) or brought or stays):
        raise Refused(
            _("Say what the visit was about: tick a subject, write a note, or what came of it.")
        )
    if kind.visits == "none" or (kind.pairing and kind.pairing != pair.kind):
        raise Refused(_("“%(kind)s” is not a visit of this pair.") % {"kind": kind.name})
    now, members = inside.hold_pair(pair, _visitors(pair, kind, done))
    if corrects is None or corrects.day != done.day:
        inside.check_pair(now, done.day)
    row = _write(
        done,
        campaign=pair.campaign,
        organisation=now.organisation_on(done.day),
        place=_place_of(pair),
        members=members,
        pair=pair,
        corrects=corrects,
        by=by,
    )
    if gifts:
        _bring(pair, row, gifts, by=by)
    if kind.is_call:
        handover.visited(pair, on=done.day, by=by)
    return row


def _has_content(pair: Pair, done: Done) -> bool:
    """Whether there is more to a visit than that somebody claims it."""
    details = (done.note.strip(), done.topics, done.minutes, done.fields, done.public_counted)
    company = [member for member in done.members if member.pk != pair.member_id]
    return any(details) or any(done.outputs.values()) or bool(company) or done.task is not None


def _visitors(pair: Pair, kind: work.Activity, done: Done) -> Sequence[Member]:
    """The helper comes by name unless others are named, or only a number is wanted."""
    if done.members or done.members_counted or kind.members in ("counts", "none"):
        return done.members
    return [pair.member] if pair.member else []


def _bring(pair: Pair, row: Activity, gifts: Sequence[ledger.Given], *, by: User | None) -> None:
    ledger.give_all(
        pair.campaign,
        gifts,
        id=row.pk,
        giver=row.organisation,
        member=pair.member,
        household=pair.household,
        place=None if pair.household else row.place,
        by=by,
    )


@transaction.atomic
@audit.gathered()
def activity(
    campaign: Campaign,
    done: Done,
    *,
    organisation: Organisation,
    place: Place,
    by: User | None,
    team: Team | None = None,
    corrects: Activity | None = None,
) -> Activity:
    """Record a group activity or a service, its people by name or by count.

    One that `corrects` another takes it out.
    """

    def work() -> Activity:
        if corrects is None or _moved(corrects, done, organisation, team):
            day = min(done.day, timezone.localdate())
            inside.check_organisation(organisation, team, day)
        return _write(
            done,
            campaign=campaign,
            organisation=organisation,
            place=place,
            members=inside.hold_members(done.members),
            team=team,
            corrects=corrects,
            by=by,
        )

    return _once(done, [campaign, organisation, place, team, corrects], by=by, work=work)


@transaction.atomic
def void(activity: Activity, *, reason: str, by: User | None, with_gifts: bool = False) -> None:
    """Take a wrong record out of every figure; it stays readable, with the reason.

    `with_gifts` takes out what was recorded as brought along, too.
    """
    kept = voiding.void(activity, reason=reason)
    audit.record("activity.voided", activity, by=by, reason=kept)
    if with_gifts:
        for gift in gifts_of(activity):
            ledger.void(gift, reason=reason, by=by)


@transaction.atomic
def take_back(activity: Activity, *, by: User | None) -> None:
    """Undo what was just written down: it is taken out, and what it corrected stands again."""
    void(activity, reason=_("Taken back at once"), by=by, with_gifts=activity.corrects is None)
    if before := activity.corrects:
        # What stands again can be corrected again: the place in its stead is free.
        Activity.objects.filter(pk=activity.pk).update(corrects=None)
        Activity.objects.filter(pk=before.pk).update(voided_on=None, void_reason="")
        audit.record("activity.restored", before, by=by)
    if activity.pair and handover.unvisited(activity.pair, since=activity.recorded_at, by=by):
        _visited_before(activity.pair, by=by)


def _visited_before(pair: Pair, *, by: User | None) -> None:
    """What another visit that stands would have ended, ends with that one."""
    rows = Activity.objects.standing().filter(pair=pair).order_by("day")
    first = next((row for row in rows.select_related("campaign") if row.is_call), None)
    if first:
        handover.visited(pair, on=first.day, by=by)


@transaction.atomic
def read_private(activity: Activity, *, by: User | None) -> dict[str, Any]:
    """Answers kept encrypted, for whoever's role needs them; that they were read is recorded."""
    if not may(by, "sensitive.read", on=activity):
        raise Refused(_("Your role does not include reading these details."))
    with readings.unseen():  # the entry names each answer
        answers_kept = activity.private_answers
    audit.read(activity, answers_kept, by=by)
    return answers_kept


def stand_in(activity: Activity) -> Activity | None:
    """The record that stands in place of one that was corrected, once or several times."""
    later: Activity | None = activity
    while later and later.voided_on:
        later = Activity.objects.filter(corrects=later).first()
    return later


def gifts_of(visit: Activity) -> QuerySet[Gift]:
    """What was brought along on this visit, or on those it corrects; what was taken out not."""
    return Gift.objects.standing().filter(pk__in=gift_numbers(visit))


def gift_numbers(visit: Activity) -> list[UUID]:
    """The numbers that gifts brought along on this visit have, if there were any.

    With those that correct them: few, one after the other.
    """
    most = len(visit.campaign.playbook.goods) + 1
    found = [ledger.numbered(number, line) for number in _numbers_of(visit) for line in range(most)]
    later = found
    while later:
        later = list(Gift.objects.filter(corrects__in=later).values_list("pk", flat=True))
        found = [*found, *later]
    return found


def _numbers_of(visit: Activity) -> list[UUID]:
    """Its own number, and those of the records it stands in for: few, one after the other."""
    found, before = [visit.pk], visit.corrects
    while before:
        found.append(before.pk)
        before = before.corrects
    return found


def _place_of(pair: Pair) -> Place:
    receiver = pair.household.place if pair.household else pair.place
    return receiver or pair.organisation.place or pair.campaign.place


def _write(
    done: Done,
    *,
    campaign: Campaign,
    organisation: Organisation,
    place: Place,
    members: Sequence[Member],
    by: User | None,
    pair: Pair | None = None,
    team: Team | None = None,
    corrects: Activity | None = None,
) -> Activity:
    kind = _kind(campaign, done.kind)
    _check(campaign, kind, done, members)
    _check_days(done, place, members, corrects)
    if corrects:
        void(corrects, reason=_("Corrected"), by=by)
    stays = former_content.of(corrects, kind) if corrects else FormerContent()
    values = answers.read(kind.fields, done.fields, before=former_content.answered(corrects))
    if stays.members and not (members or done.members_counted):
        members = stays.members
    row = Activity(
        id=done.id or uuid7.uuid7(),
        campaign=campaign,
        kind=done.kind,
        day=done.day,
        minutes=done.minutes,
        organisation=organisation,
        team=team,
        place=place,
        household=pair.household if pair else None,
        pair=pair,
        task=done.task,
        members_counted=done.members_counted or stays.members_counted,
        cadres_counted=done.cadres_counted or stays.cadres_counted,
        public_counted=done.public_counted or stays.public_counted,
        note=done.note.strip(),
        topics=[*done.topics, *stays.topics],
        more={**answers.part(kind.fields, values, private=False), **stays.answers},
        private=answers.sealed(
            {**answers.part(kind.fields, values, private=True), **stays.private}
        ),
        corrects=corrects,
        recorded_at=timezone.now(),
        recorded_by=audit.signed(by),
    )
    if Activity.objects.filter(pk=row.pk).exists():
        raise Refused(_("This form has been saved already, with other content. Open a new one."))
    row.save(force_insert=True)
    unique = {member.pk: member for member in members}.values()
    Attendance.objects.bulk_create(Attendance(activity=row, member=m) for m in unique)
    units = {output.key: output.unit.zh for output in campaign.playbook.outputs}
    Output.objects.bulk_create(
        Output(activity=row, kind=key, quantity=quantity, unit=units[key])
        for key, quantity in done.outputs.items()
        if quantity
    )
    Output.objects.bulk_create(
        Output(activity=row, kind=one.kind, quantity=one.quantity, unit=one.unit)
        for one in stays.outputs
    )
    audit.record("activity.recorded", row, by=by, activity_kind=done.kind, day=done.day)
    return row


def _kind(campaign: Campaign, key: str) -> work.Activity:
    for kind in campaign.playbook.activities:
        if kind.key == key:
            return kind
    raise Refused(_("This campaign has no activity called %(key)s.") % {"key": key})


def _check(campaign: Campaign, kind: work.Activity, done: Done, members: Sequence[Member]) -> None:
    if done.day > timezone.localdate():
        raise Refused(_("The day lies in the future; record it once it has been done."))
    if done.day < campaign.starts:
        raise Refused(
            _("The campaign began on %(day)s; the day must not be earlier.")
            % {"day": day_text(campaign.starts)}
        )
    if members and done.members_counted:
        raise Refused(_("Give the members by name or by number, not both: they would count twice."))
    if kind.members == "names" and not members:
        raise Refused(_("Name at least one member who took part."))
    if kind.members == "none" and (members or done.members_counted):
        raise Refused(_("This kind of activity does not write members down."))
    if kind.members == "counts" and members:
        raise Refused(_("This kind of activity counts its members without names."))
    if kind.public == "none" and done.public_counted:
        raise Refused(_("This kind of activity does not count the public."))
    if done.cadres_counted > max(done.members_counted, len(members)):
        raise Refused(_("There cannot be more cadres than members."))
    if unknown := set(done.topics) - set(kind.topics):
        raise Refused(
            _("“%(topics)s” is not a topic of this kind of activity.")
            % {"topics": ", ".join(sorted(unknown))}
        )
    if done.task and done.task.campaign_id != campaign.pk:
        raise Refused(_("This task belongs to another campaign."))
    if unknown := set(done.outputs) - set(kind.outputs):
        raise Refused(
            _("“%(outputs)s” does not belong to this kind of activity.")
            % {"outputs": ", ".join(sorted(unknown))}
        )
    if any(quantity < 0 for quantity in done.outputs.values()):
        raise Refused(_("A quantity cannot be less than zero."))


def _moved(corrects: Activity, done: Done, organisation: Organisation, team: Team | None) -> bool:
    """Whether a correction says another day or host; what an old record says may stay."""
    host = (corrects.day, corrects.organisation_id, corrects.team_id)
    return host != (done.day, organisation.pk, team.pk if team else None)


def _check_days(
    done: Done, place: Place, members: Sequence[Member], corrects: Activity | None
) -> None:
    """Who was there served on that day; of a correction only what it changes is asked."""
    same_day = corrects is not None and corrects.day == done.day
    known = set(corrects.attended) if corrects and same_day else set()
    inside.check_members([one for one in members if one not in known], done.day)
    if corrects is None or not same_day or corrects.place_id != place.pk:
        inside.check_place(place, done.day)
