"""Members go to another organisation, or come back after they left; where they were is kept."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from jiedui.core import audit, bulk, changes
from jiedui.core.changes import Change
from jiedui.core.jobs import daily
from jiedui.core.locking import held, hold
from jiedui.core.refusals import Refused
from jiedui.core.texts import day_text
from jiedui.core.users import User
from jiedui.orgs.models import FormerMembership, Member, Organisation, Team, TeamMember

# What goes along with members and teams that move is known to apps above (their pairs); they say
# here what they do, inside the same transaction, so that nobody moves behind the families' back.
Carriers = Sequence[Member] | Sequence[Team]
Follow = Callable[[Carriers, Organisation, Any], None]
FOLLOWING: list[Follow] = []
# What a member who comes back had left open when they left: it ended on that day.
Close = Callable[[Member, Any], None]
CLOSING: list[Close] = []


@transaction.atomic
@audit.gathered()
def move(members: Iterable[Member], *, to: Organisation, on: date, by: User | None) -> int:
    """Members serve another organisation from this day on; rows that refer to them go along.

    Who is there already stays. Returns how many moved. Raises `Refused`, and nobody has moved,
    when one of them has left, or was elsewhere until a later day.
    """
    check_home(to, on=on)
    keys = [one.pk for one in members]
    going = [one for one in _locked(keys) if one.organisation_id != to.pk]
    former = _stints(going)
    for one in going:
        _check_day(one, on, former.get(one.pk))
    _keep(going, former, last=on - timedelta(days=1))
    entries = [_moved(one, to, on) for one in going]
    Member.objects.filter(pk__in=[one.pk for one in going]).update(organisation=to)
    audit.record_many(entries, by=by)
    for follow in FOLLOWING:
        follow(going, to, by)
    return len(going)


def _locked(keys: list[int]) -> list[Member]:
    rows = hold(Member.objects.serving().filter(pk__in=keys)).order_by("pk")
    found = list(rows)
    if len(found) != len(set(keys)):
        raise Refused(_("One of these members has left already."))
    return found


def _stints(members: Sequence[Member]) -> dict[int, date]:
    """The last day of the newest former membership of each of these members."""
    rows = FormerMembership.objects.filter(member__in=members).order_by()
    return dict(rows.values_list("member").annotate(last=Max("ended")))


def _check_day(member: Member, on: date, last: date | None) -> None:
    began = first_day(member, last)
    if began and on < began:
        raise Refused(
            _("%(name)s has been in %(organisation)s since %(day)s; the day must not be earlier.")
            % {"name": member.name, "organisation": member.organisation, "day": day_text(began)}
        )


def first_day(member: Member, last: date | None) -> date | None:
    """Since when a member serves where they are now; `last` ended the time before."""
    before = last + timedelta(days=1) if last else None
    return max((day for day in (before, member.since) if day), default=None)


def _keep(members: Sequence[Member], former: dict[int, date], *, last: date, **more: Any) -> None:
    """Write down the time that ends; one that did not last a day leaves no trace of its own."""
    rows = []
    for one in members:
        since = first_day(one, former.get(one.pk))
        if since is None or since <= last:
            home = one.organisation_id
            rows.append(
                FormerMembership(member=one, organisation_id=home, since=since, ended=last, **more)
            )
    bulk.create(rows)


def _moved(member: Member, to: Organisation, on: date) -> audit.Entry:
    return audit.Entry(
        action="member.moved",
        kind="orgs.member",
        subject=str(member.pk),
        before={"organisation": member.organisation_id},
        after={"organisation": to.pk},
        facts={"day": on},
    )


def check_home(organisation: Organisation, *, on: date) -> None:
    """Raises `Refused` when nobody can begin to serve there on this day.

    It is held until the transaction ends, so that it does not end meanwhile.
    """
    row = held(organisation)
    if row.ended:
        raise Refused(_("%(name)s has ended.") % {"name": row.name})
    _check_stands(row, on=on)


def check_standing(organisation: Organisation, *, on: date) -> None:
    """Raises `Refused` when an organisation was not there on this day, or the day is to come.

    It is held until the transaction ends, so that it does not end meanwhile.
    """
    row = held(organisation)
    _check_stands(row, on=on)
    if row.since and on < row.since:
        raise Refused(
            _("%(name)s was founded on %(day)s; nothing earlier is written down for it.")
            % {"name": row.name, "day": day_text(row.since)}
        )


def _check_stands(organisation: Organisation, *, on: date) -> None:
    if organisation.ended and on > organisation.ended:
        raise Refused(
            _("%(name)s ended on %(day)s; nothing new is written down for it.")
            % {"name": organisation.name, "day": day_text(organisation.ended)}
        )
    if on > timezone.localdate():
        raise Refused(_("This day lies in the future."))


@transaction.atomic
@audit.gathered()
def come_back(
    member: Member, *, to: Organisation, since: date, values: dict[str, Any], by: User | None
) -> Member:
    """Who left serves again from this day on; the time before stays readable with its dates.

    `values` are the model's other fields as they are now. Raises `Refused` for who has not left.
    """
    check_home(to, on=since)
    row = held(member)
    if row.ended is None:
        raise Refused(_("%(name)s has not left.") % {"name": row.name})
    if since <= row.ended:
        raise Refused(
            _("%(name)s left on %(day)s; who comes back begins on a later day.")
            % {"name": row.name, "day": day_text(row.ended)}
        )
    left, reason = row.ended, row.end_reason
    end_seats(by=by, member=row)
    for close in CLOSING:
        close(row, by)
    _keep([row], _stints([row]), last=left, reason=reason)
    for name, value in values.items():
        setattr(row, name, value)
    row.organisation, row.since, row.ended, row.end_reason = to, since, None, ""
    changes.raise_version(row)
    row.save()
    audit.record("member.returned", row, by=by, left=left, reason=reason, day=since)
    return row


@transaction.atomic
def end_seats(*, by: User | None, **whose: Any) -> None:
    """Whoever has left has no seat in a team any more, from the day they left."""
    left = TeamMember.objects.filter(ended=None, member__ended__isnull=False, **whose)
    keys = list(left.order_by("pk").values_list("pk", flat=True))
    open_seats = hold(TeamMember.objects.filter(pk__in=keys, ended=None)).order_by("pk")
    leavers = Member.objects.filter(team_places__in=keys, ended__isnull=False)
    ended = dict(leavers.values_list("pk", "ended"))  # who came back this moment keeps the seat
    seats = [(o, max(o.since, ended[o.member_id])) for o in open_seats if o.member_id in ended]
    bulk.update(TeamMember, ["ended", "is_head"], ([day, False, one.pk] for one, day in seats))
    audit.record_many((_parted(one, day) for one, day in seats), by=by)


def _parted(seat: TeamMember, day: date) -> audit.Entry:
    facts = {"member": seat.member_id, "day": day}
    return audit.Entry("team.parted", "orgs.team", str(seat.team_id), {}, {}, facts)


@daily
def end_seats_of_leavers(today: date) -> None:
    """Also of those whom a list said to have left."""
    end_seats(by=None)


@transaction.atomic
@audit.gathered()
def move_team(team: Team, *, to: Organisation, by: User | None) -> None:
    """A team belongs to another organisation from now on; what it answers for goes along."""
    check_home(to, on=timezone.localdate())
    standing = Team.objects.filter(pk=team.pk, ended=None)
    if not standing.update(organisation=to):
        raise Refused(_("%(name)s has ended already.") % {"name": team.name})
    before = {"organisation": team.organisation_id}
    audit.record("team.moved", team, by=by, before=before, after={"organisation": to.pk})
    for follow in FOLLOWING:
        follow([team], to, by)


def carry(found: Sequence[Change], *, by: User | None, is_undo: bool) -> list[Change]:
    """Rows that refer to members who move, leave or serve again are changed along with them.

    Returns the changes of the members that are still to be written.
    """
    rest: list[Change] = []
    moving: dict[int, list[Change]] = defaultdict(list)
    for one in found:
        if is_undo and one.fills("ended"):
            rest.append(_without_return(one))
            continue
        if one.after.get("ended", "") is None:
            one = _still_there(one, by=by) if is_undo else _back_again(one, by=by)
        if "organisation_id" in one.after:
            moving[one.after["organisation_id"]].append(one)
        else:
            rest.append(one)
    for to, some in moving.items():
        rest += _carried(some, to, by=by)
    return [one for one in rest if one.after]


def _carried(some: Sequence[Change], to: int, *, by: User | None) -> list[Change]:
    serving = Member.objects.serving().filter(pk__in=[one.key for one in some])
    moved = set(serving.values_list("pk", flat=True))
    organisation = Organisation.objects.get(pk=to)
    move(serving, to=organisation, on=timezone.localdate(), by=by)
    return [one.without("organisation_id") if one.key in moved else one for one in some]


def _back_again(one: Change, *, by: User | None) -> Change:
    member = Member.objects.get(pk=one.key)
    home = one.after.get("organisation_id", member.organisation_id)
    since = one.after.get("since")
    if since is None:
        raise Refused(_("Say since when %(name)s serves again.") % {"name": member.name})
    come_back(member, to=Organisation.objects.get(pk=home), since=since, values={}, by=by)
    return one.without("organisation_id", "since", "ended")


def _still_there(one: Change, *, by: User | None) -> Change:
    """Who did not leave after all serves again before anything else is taken back."""
    row = Member.objects.get(pk=one.key)
    Member.objects.filter(pk=row.pk).update(ended=None)
    audit.record("member.stayed", row, by=by, before={"ended": row.ended})
    return one.without("ended")


def _without_return(one: Change) -> Change:
    """A return that is taken back leaves no time before it: that is again the last one."""
    known = FormerMembership.objects.filter(member=one.key, ended=one.after["ended"]).last()
    if known is None:
        return one
    Member.objects.filter(pk=one.key).update(end_reason=known.reason)
    known.delete()
    return one.without()


def carry_teams(found: Sequence[Change], *, by: User | None) -> list[Change]:
    """Teams that move take along what they answer for; returns what is still to be written."""
    going = {
        one.key: one.after["organisation_id"] for one in found if "organisation_id" in one.after
    }
    teams = Team.objects.active().in_bulk(going)
    homes = Organisation.objects.in_bulk(set(going.values()))
    for key, team in teams.items():
        move_team(team, to=homes[going[key]], by=by)
    rest = [one.without("organisation_id") if one.key in teams else one for one in found]
    return [one for one in rest if one.after]


def organisation_on(member: Member, day: date) -> int | None:
    """Where a member served on a day that lies behind; None when it is where they serve now."""
    rows = FormerMembership.objects.filter(member=member, ended__gte=day).order_by("ended")
    found: int | None = rows.values_list("organisation", flat=True).first()
    return found
