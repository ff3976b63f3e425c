"""Changes of organisations, members and teams. Nothing is overwritten that has a history."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from jiedui.accounts import actions as accounts
from jiedui.core import audit, changes, crypto
from jiedui.core.refusals import Refused
from jiedui.engines import words
from jiedui.orgs.models import STEP, Member, Organisation, Team, TeamMember


def _spoken(name: str, *, is_person: bool) -> dict[str, str]:
    return {
        "pinyin": words.pinyin(name, is_person=is_person),
        "initials": words.initials(name, is_person=is_person),
    }


def next_path(parent: Organisation | None) -> str:
    """The path of a new child (or root): one past the last brother's."""
    last = Organisation.objects.filter(parent=parent).order_by("-path").first()
    number = int(last.path[-STEP:]) + 1 if last else 1
    if number >= 10**STEP:
        raise Refused(_("No more than 9999 organisations fit directly below one."))
    return f"{parent.path if parent else ''}{number:0{STEP}d}"


def _free(number: str, *, among: Any, by: Any, besides: int | None = None) -> None:
    """Raises `Refused` when another row has this number; names it to those who may see it."""
    if not number or (taken := among.filter(number=number).exclude(pk=besides).first()) is None:
        return
    if by is None or among.visible_to(by).filter(pk=taken.pk).exists():
        raise Refused(_("%(name)s has the number %(n)s.") % {"name": taken.name, "n": number})
    raise Refused(_("The number %(n)s cannot be given here; choose another.") % {"n": number})


@transaction.atomic
def found(parent: Organisation | None, values: dict[str, Any], *, by: Any) -> Organisation:
    """A new organisation below another one, with the model's fields as values."""
    if parent and parent.ended:
        raise Refused(_("%(name)s has ended.") % {"name": parent.name})
    _free(values.get("number", ""), among=Organisation.objects, by=by)
    organisation: Organisation = Organisation.objects.create(
        parent=parent,
        path=next_path(parent),
        **values,
        **_spoken(values["name"], is_person=False),
    )
    audit.record("organisation.founded", organisation, by=by, name=organisation.name)
    return organisation


@transaction.atomic
def amend(organisation: Organisation, values: dict[str, Any], *, by: Any) -> None:
    _free(values.get("number", ""), among=Organisation.objects, by=by, besides=organisation.pk)
    spoken = _spoken(values["name"], is_person=False) if "name" in values else {}
    changes.apply(organisation, values | spoken, action="organisation.amended", by=by)


@transaction.atomic
def dissolve(organisation: Organisation, *, on: date, by: Any) -> None:
    """The organisation is no more. Its members and parts must have gone elsewhere first."""
    if Organisation.objects.standing().filter(parent=organisation).exists():
        raise Refused(_("Dissolve the organisations below it first."))
    if Member.objects.serving().filter(organisation=organisation).exists():
        raise Refused(_("It still has members; move them to another organisation first."))
    if not Organisation.objects.standing().filter(pk=organisation.pk).update(ended=on):
        raise Refused(_("%(name)s has ended already.") % {"name": organisation.name})
    audit.record("organisation.dissolved", organisation, by=by, day=on)


@transaction.atomic
def enrol(values: dict[str, Any], *, by: Any) -> Member:
    """A new member. Raises `Refused` for a number or identity number that is taken."""
    digest = crypto.digest(values.get("identity", ""))
    known: Any = Member.objects.filter(identity_digest=digest)
    known = known if by is None else known.visible_to(by)
    if digest and (same := known.first()):
        raise Refused(_("%(name)s has this identity number already.") % {"name": same.name})
    _free(values["number"], among=Member.objects, by=by)
    member = Member.objects.create(
        **values, identity_digest=digest, **_spoken(values["name"], is_person=True)
    )
    audit.record("member.enrolled", member, by=by, organisation=member.organisation_id)
    return member


@transaction.atomic
def amend_member(member: Member, values: dict[str, Any], *, by: Any) -> None:
    _free(values.get("number", ""), among=Member.objects, by=by, besides=member.pk)
    derived: dict[str, Any] = {}
    if "name" in values:
        derived |= _spoken(values["name"], is_person=True)
    if "identity" in values:
        derived["identity_digest"] = crypto.digest(values["identity"])
    changes.apply(member, values | derived, action="member.amended", by=by)
    if member.user and "name" in values:
        accounts.rename(member.user, member.name, by=by)


@transaction.atomic
def leave(member: Member, *, on: date, reason: str, by: Any) -> None:
    """The member retires, is transferred or dies; pairs are handed over in the pairing app."""
    if member.since and on < member.since:
        raise Refused(_("The member joined on %(day)s.") % {"day": member.since})
    if not Member.objects.serving().filter(pk=member.pk).update(ended=on, end_reason=reason):
        raise Refused(_("This member has left already."))
    audit.record("member.left", member, by=by, reason=reason, day=on)


@transaction.atomic
def move(members: Iterable[Member], *, to: Organisation, by: Any) -> int:
    """Members go to another organisation; who is there already stays. Returns how many moved."""
    if to.ended:
        raise Refused(_("%(name)s has ended.") % {"name": to.name})
    values = {"organisation": to}
    return sum(changes.apply(one, values, action="member.moved", by=by) for one in members)


@transaction.atomic
def form_team(values: dict[str, Any], *, by: Any) -> Team:
    """A new team; its number must be free."""
    _free(values["number"], among=Team.objects, by=by)
    team = Team.objects.create(**values, **_spoken(values["name"], is_person=False))
    audit.record("team.formed", team, by=by, name=team.name)
    return team


@transaction.atomic
def join(team: Team, member: Member, *, on: date, by: Any, is_head: bool = False) -> None:
    if team.ended or member.ended:
        raise Refused(_("The team and the member must both be active."))
    if TeamMember.objects.filter(team=team, member=member, ended=None).exists():
        raise Refused(_("%(name)s is in this team already.") % {"name": member.name})
    TeamMember.objects.create(team=team, member=member, since=on, is_head=is_head)
    audit.record("team.joined", team, by=by, member=member.pk)


@transaction.atomic
def amend_team(team: Team, values: dict[str, Any], *, by: Any) -> None:
    _free(values.get("number", ""), among=Team.objects, by=by, besides=team.pk)
    spoken = _spoken(values["name"], is_person=False) if "name" in values else {}
    changes.apply(team, values | spoken, action="team.amended", by=by)


@transaction.atomic
def lead(place: TeamMember, *, by: Any) -> None:
    """This member becomes the one head of the team."""
    places = TeamMember.objects.filter(team=place.team, ended=None)
    if not places.filter(pk=place.pk).exists():
        raise Refused(_("%(name)s has left the team already.") % {"name": place.member.name})
    places.update(is_head=False)
    places.filter(pk=place.pk).update(is_head=True)
    audit.record("team.led", place.team, by=by, member=place.member_id)


@transaction.atomic
def part(place: TeamMember, *, on: date, by: Any) -> None:
    """The member leaves the team; that they were in it stays readable."""
    open_places = TeamMember.objects.filter(pk=place.pk, ended=None)
    if not open_places.update(ended=max(on, place.since), is_head=False):
        raise Refused(_("%(name)s has left the team already.") % {"name": place.member.name})
    audit.record("team.parted", place.team, by=by, member=place.member_id, day=on)


@transaction.atomic
def disband(team: Team, *, on: date, by: Any) -> None:
    """The team is no more, and nobody is in it any longer."""
    if team.since and on < team.since:
        raise Refused(_("It was formed on %(day)s.") % {"day": team.since})
    if not Team.objects.filter(pk=team.pk, ended=None).update(ended=on):
        raise Refused(_("%(name)s has ended already.") % {"name": team.name})
    TeamMember.objects.filter(team=team, ended=None).update(ended=on)
    audit.record("team.disbanded", team, by=by, day=on)
