"""Changes of organisations, members and teams. Nothing is overwritten that has a history."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jiedui.accounts import actions as accounts
from jiedui.core import audit, bulk, changes, crypto, inside, records
from jiedui.core.changes import Change, Values, by_column
from jiedui.core.faults import refuse, to_come
from jiedui.core.locking import held, hold
from jiedui.core.numbering import known_by
from jiedui.core.refusals import Refused, unless_taken
from jiedui.core.texts import day_text
from jiedui.core.users import User
from jiedui.engines import words
from jiedui.orgs import membership, rules
from jiedui.orgs.models import Member, Organisation, Team, TeamMember
from jiedui.places.models import Place


def left_in(place: Place) -> str:
    """How many organisations and teams are in a place, "" for none."""
    orgs = Organisation.objects.standing().filter(place=place).count()
    teams = Team.objects.active().filter(place=place).count()
    counts = [
        orgs and ngettext("%(n)d organisation", "%(n)d organisations", orgs) % {"n": orgs},
        teams and ngettext("%(n)d team", "%(n)d teams", teams) % {"n": teams},
    ]
    return "、".join(one for one in counts if one)


def _free(number: str, *, among: Any, by: User | None, besides: int | None = None) -> None:
    """Raises `Refused` when another row has this number; names it to those who may see it."""
    if number and (taken := known_by(among.exclude(pk=besides), number, by=by)):
        raise Refused(_("%(name)s has the number %(n)s.") % {"name": taken.name, "n": number})


@transaction.atomic
def found(parent: Organisation | None, values: dict[str, Any], *, by: User | None) -> Organisation:
    """A new organisation below another one, with the model's fields as values."""
    _free(values.get("number", ""), among=Organisation.objects, by=by)
    row = by_column(Organisation, {**values, "parent": parent})
    with unless_taken():
        [key] = found_many([row], by=by)
    organisation: Organisation = Organisation.objects.get(pk=key)
    return organisation


@transaction.atomic
def found_many(rows: Sequence[Values], *, by: User | None) -> list[int]:
    """New organisations below others; returns their keys. `rows` are values by column.

    Raises `Refused` for a day that cannot be, and below an organisation that has ended.
    """
    _check_standing((row.get("parent_id"), row.get("ended")) for row in rows)
    return records.create_many(
        Organisation, rows, rules=rules.of_organisation, action="organisation.founded", by=by
    )


def _check_standing(ends: Iterable[tuple[int | None, date | None]]) -> None:
    """Nothing begins below an organisation that has ended, unless it had ended by then itself.

    `ends` are the organisation and the own end of each new record. These are held, so they stay.
    """
    found: dict[int, list[date | None]] = {}
    for key, end in ends:
        if key is not None:
            found.setdefault(key, []).append(end)
    for row in hold(Organisation.objects.filter(pk__in=found)).order_by("pk"):
        if row.ended and any(end is None or end > row.ended for end in found[row.pk]):
            raise Refused(_("%(name)s has ended.") % {"name": row.name})


@transaction.atomic
def amend(organisation: Organisation, values: dict[str, Any], *, by: User | None) -> None:
    _free(values.get("number", ""), among=Organisation.objects, by=by, besides=organisation.pk)
    records.amend(organisation, values, through=amend_many, by=by)


@transaction.atomic
def amend_many(found: Sequence[Change], *, by: User | None, is_undo: bool = False) -> None:
    """Organisations change. The caller makes sure that no open row refers to those that end.

    Raises `Stale`, and `Refused` for a day that cannot be.
    """
    records.amend_many(
        Organisation,
        found,
        rules=rules.of_organisation,
        action=lambda one: f"organisation.{'dissolved' if one.fills('ended') else 'amended'}",
        by=by,
        is_undo=is_undo,
    )


@transaction.atomic
def enrol(values: dict[str, Any], *, by: User | None) -> Member:
    """A new member, or one who left and comes back under the same number or identity number.

    Raises `Refused` for a number or identity number that somebody else has.
    """
    digest = crypto.digest(values.get("identity", ""))
    membership.check_home(values["organisation"], on=values.get("since") or timezone.localdate())
    if known := _known(values, digest, by=by):
        return _welcome_back(known, values, by=by)
    with unless_taken():
        [key] = enrol_many([by_column(Member, values)], by=by)
    return Member.objects.get(pk=key)


@transaction.atomic
def enrol_many(rows: Sequence[Values], *, by: User | None) -> list[int]:
    """New members, of whom none was here before; returns their keys. `rows` are values by column.

    Raises `Refused` for a day that cannot be, and for an organisation that has ended.
    """
    _check_standing((row["organisation_id"], row.get("ended")) for row in rows)
    return records.create_many(Member, rows, rules=rules.of_member, action="member.enrolled", by=by)


def _known(values: dict[str, Any], digest: str, *, by: User | None) -> Member | None:
    """Who left and is this person; `Refused` when somebody else has one of the two numbers."""
    identity = Q(identity_digest=digest) if digest else Q(pk__in=[])
    seen = Member.objects.all() if by is None else Member.objects.visible_to(by)
    rows = list(seen.filter(identity | Q(number=values["number"])))
    if not rows:
        _free(values["number"], among=Member.objects, by=by)
        return None
    if len(rows) > 1:
        raise Refused(_("These numbers belong to members on the register already."))
    known = rows[0]
    name = words.fold_name(known.name) == words.fold_name(values["name"])
    is_other = digest and known.identity_digest and known.identity_digest != digest
    if known.ended and name and not is_other and _is_own(known, by):
        return known
    if digest and known.identity_digest == digest:
        raise Refused(_("%(name)s has this identity number already.") % {"name": known.name})
    _free(values["number"], among=Member.objects, by=by)
    return None


def _is_own(member: Member, by: User | None) -> bool:
    return by is None or Member.objects.changeable_by(by).filter(pk=member.pk).exists()


def _welcome_back(known: Member, values: dict[str, Any], *, by: User | None) -> Member:
    # Where nothing is said of the identity number, what is kept stays.
    fresh = {k: v for k, v in values.items() if k != "identity" or v}
    to, since = fresh.pop("organisation"), fresh.pop("since", None)
    if since is None:
        raise Refused(_("%(name)s left on %(day)s; say since when they serve again.")
                      % {"name": known.name, "day": day_text(known.ended)})  # fmt: skip
    return membership.come_back(known, to=to, since=since, values=fresh, by=by)


@transaction.atomic
def amend_member(member: Member, values: dict[str, Any], *, by: User | None) -> None:
    """Change what is known of a member; to another organisation they go by `membership.move`."""
    if values.get("organisation", member.organisation) != member.organisation:
        raise Refused(_("To another organisation a member moves: what hangs on them goes along."))
    _free(values.get("number", ""), among=Member.objects, by=by, besides=member.pk)
    records.amend(member, values, through=amend_members, by=by)


@transaction.atomic
@audit.gathered()
def amend_members(found: Sequence[Change], *, by: User | None, is_undo: bool = False) -> None:
    """Members change: they move with the rows that refer to them, or serve again with the time
    before kept; and their accounts bear their names. Seats of those who leave are for the caller
    to end.

    Raises `Stale`, and `Refused` for a day that cannot be and for an organisation that has ended.
    """
    records.check_many(Member, found, rules=rules.of_member, by=by, is_undo=is_undo)
    rest = membership.carry(found, by=by, is_undo=is_undo)
    changes.write_many(Member, rest, action=_audit_action, by=by)
    named = {one.key: one for one in found if "name" in one.after}
    for row in Member.objects.filter(pk__in=named, user__isnull=False).select_related("user"):
        one = named[row.pk]
        # An account that was renamed since keeps its name when the register's is taken back.
        if not is_undo or row.user.display_name == one.before["name"]:
            accounts.rename(row.user, one.after["name"], by=by)


def _audit_action(change: Change) -> str:
    return "member.left" if change.fills("ended") else "member.amended"


@transaction.atomic
def leave(
    member: Member, *, on: date, reason: str, by: User | None, today: date | None = None
) -> None:
    """The member retires, is transferred or dies; pairs are handed over in the pairing app.

    `today` is the day that nightly work is done for, where that is another.
    """
    leave_together([member], on=on, reason=reason, by=by, today=today)


@transaction.atomic
def leave_together(
    members: Sequence[Member],
    *,
    on: date,
    reason: str,
    by: User | None,
    today: date | None = None,
) -> None:
    """The same of several on one day, with the queries of one; all of them leave or nobody does."""
    if on > (today or timezone.localdate()):
        raise Refused(_("This day lies in the future."))
    if late := next((one for one in members if one.since and on < one.since), None):
        raise Refused(_("The member joined on %(day)s.") % {"day": day_text(late.since)})
    keys = {one.pk for one in members}
    # Whoever writes down what they did waits, or was there before.
    list(hold(Member.objects.filter(pk__in=keys)).order_by("pk").values_list("pk"))
    inside.check_ends(Member, dict.fromkeys(keys, on), by=by)
    serving = Member.objects.serving().filter(pk__in=keys)
    if serving.update(ended=on, end_reason=reason) < len(keys):
        if len(keys) == 1:
            raise Refused(_("This member has left already."))
        raise Refused(_("One of these members has left already."))
    membership.end_seats(by=by, member__in=keys)
    facts = {"reason": reason, "day": on}
    entries = [
        audit.Entry("member.left", "orgs.member", str(key), {}, {}, facts) for key in sorted(keys)
    ]
    audit.record_many(entries, by=by)


@transaction.atomic
def stay(member: Member, *, by: User | None) -> None:
    """Take back that a member left just now, with the seats in teams that ended with it."""
    row = Member.objects.exclude(ended=None).get(pk=member.pk)
    Member.objects.filter(pk=row.pk).update(ended=None, end_reason="")
    seats = TeamMember.objects.filter(member=row, ended=row.ended, team__ended=None)
    seats.update(ended=None)
    before = {"ended": row.ended, "end_reason": row.end_reason}
    audit.record("member.stayed", row, by=by, before=before)


@transaction.atomic
def form_team(values: dict[str, Any], *, by: User | None) -> Team:
    """A new team; its number must be free."""
    membership.check_home(values["organisation"], on=values.get("since") or timezone.localdate())
    _free(values["number"], among=Team.objects, by=by)
    with unless_taken():
        [key] = form_teams([by_column(Team, values)], by=by)
    return Team.objects.get(pk=key)


@transaction.atomic
def form_teams(rows: Sequence[Values], *, by: User | None) -> list[int]:
    """New teams; returns their keys. `rows` are values by column.

    Raises `Refused` for a day that cannot be, and for an organisation that has ended.
    """
    _check_standing((row["organisation_id"], row.get("ended")) for row in rows)
    return records.create_many(Team, rows, rules=rules.of_organisation, action="team.formed", by=by)


@transaction.atomic
def join(team: Team, member: Member, *, on: date, by: User | None, is_head: bool = False) -> None:
    seats = TeamMember.objects.filter(team=held(team), ended=None)
    if seats.filter(member=member).exists():
        raise Refused(_("%(name)s is in this team already.") % {"name": member.name})
    if is_head:
        seats.update(is_head=False)
    row = {"team_id": team.pk, "member_id": member.pk, "since": on, "is_head": is_head}
    with unless_taken():
        seat_many([row], by=by)


@transaction.atomic
def seat_many(rows: Sequence[Values], *, by: User | None) -> list[int]:
    """Members join teams; returns the keys of their seats. `rows` are values by column.

    Raises `Refused` for a day that cannot be, and where a team or a member has ended.
    """
    for row in rows:
        refuse(rules.of_organisation(row))
    teams = _held_by_key(Team, [row["team_id"] for row in rows])
    members = _held_by_key(Member, [row["member_id"] for row in rows])
    for row in rows:
        _check_seat(teams[row["team_id"]], members[row["member_id"]], row["since"])
    keys = bulk.make(TeamMember, rows)
    audit.record_many(
        (
            audit.Entry("team.joined", "orgs.team", str(row["team_id"]), {}, {},
                        {"member": row["member_id"]})
            for row in rows
        ),
        by=by,
    )  # fmt: skip
    return keys


def _held_by_key(model: type[Team | Member], keys: list[int]) -> dict[int, Any]:
    return {row.pk: row for row in hold(model._default_manager.filter(pk__in=keys)).order_by("pk")}


def _check_seat(team: Team, member: Member, on: date) -> None:
    if team.ended or member.ended:
        raise Refused(_("The team and the member must both be active."))
    began = max((day for day in (team.since, member.since) if day), default=on)
    if on < began:
        raise Refused(_("Both are there only since %(day)s.") % {"day": day_text(began)})


@transaction.atomic
def amend_team(team: Team, values: dict[str, Any], *, by: User | None) -> None:
    """Change a team; to another organisation it takes along what it answers for."""
    _free(values.get("number", ""), among=Team.objects, by=by, besides=team.pk)
    records.amend(team, values, through=amend_teams, by=by)


@transaction.atomic
@audit.gathered()
def amend_teams(found: Sequence[Change], *, by: User | None, is_undo: bool = False) -> None:
    """Teams change; to another organisation they take along what they answer for.

    Who is in one that ends is for the caller to end. Raises `Stale`, and `Refused` as for members.
    """
    records.check_many(Team, found, rules=rules.of_organisation, by=by, is_undo=is_undo)
    rest = membership.carry_teams(found, by=by)
    changes.write_many(Team, rest, action=_audit_action_of_team, by=by)


def _audit_action_of_team(change: Change) -> str:
    return "team.disbanded" if change.fills("ended") else "team.amended"


@transaction.atomic
def amend_seats(found: Sequence[Change], *, by: User | None, is_undo: bool = False) -> None:
    """Who is in a team leads it, or leaves it. Raises `Stale`, and `Refused` for a wrong day."""
    records.check_many(TeamMember, found, rules=rules.of_organisation, by=by, is_undo=is_undo)
    # A team has one head: who is it no more goes first.
    takes = [one for one in found if one.after.get("is_head")]
    changes.put_many(TeamMember, [one for one in found if one not in takes])
    changes.put_many(TeamMember, takes)
    seats = TeamMember.objects.in_bulk([one.key for one in found])
    audit.record_many((_of_the_team(one, seats[one.key]) for one in found), by=by)


def _of_the_team(change: Change, seat: TeamMember) -> audit.Entry:
    """The chain says of the team who leads it, who left it, and what else became of a seat."""
    team, member = str(seat.team_id), {"member": seat.member_id}
    for name, action in (("ended", "team.parted"), ("is_head", "team.led")):
        if change.fills(name):
            return audit.Entry(action, "orgs.team", team, {}, {}, member)
    before, after = dict(change.before), dict(change.after)
    return audit.Entry("team.seat_amended", "orgs.team", team, before, after, member)


@transaction.atomic
def lead(place: TeamMember, *, by: User | None) -> None:
    """This member becomes the one head of the team."""
    places = TeamMember.objects.filter(team=place.team, ended=None)
    if not places.filter(pk=place.pk).exists():
        raise Refused(_("%(name)s has left the team already.") % {"name": place.member.name})
    places.update(is_head=False)
    with unless_taken():
        places.filter(pk=place.pk).update(is_head=True)
    audit.record("team.led", place.team, by=by, member=place.member_id)


@transaction.atomic
def part(place: TeamMember, *, on: date, by: User | None) -> None:
    """The member leaves the team; that they were in it stays readable."""
    refuse(to_come({"on": on}, "on"))
    if on < place.since:
        raise Refused(_("%(name)s joined on %(day)s; it cannot end before.")
                      % {"name": place.member.name, "day": day_text(place.since)})  # fmt: skip
    open_places = TeamMember.objects.filter(pk=place.pk, ended=None)
    if not open_places.update(ended=on, is_head=False):
        raise Refused(_("%(name)s has left the team already.") % {"name": place.member.name})
    audit.record("team.parted", place.team, by=by, member=place.member_id, day=on)


@transaction.atomic
def disband(team: Team, *, on: date, by: User | None) -> None:
    """The team is no more, and nobody is in it any longer."""
    refuse(to_come({"on": on}, "on"))
    team = held(team)
    if team.since and on < team.since:
        raise Refused(_("It was formed on %(day)s.") % {"day": day_text(team.since)})
    inside.check_ends(Team, {team.pk: on}, by=by)
    if not Team.objects.filter(pk=team.pk, ended=None).update(ended=on):
        raise Refused(_("%(name)s has ended already.") % {"name": team.name})
    TeamMember.objects.filter(team=team, ended=None).update(ended=on)
    audit.record("team.disbanded", team, by=by, day=on)
