"""Visits and activities lie inside the days of their pair, people, team, organisation and place.

Whoever writes one down holds these rows first, in the order organisation, household, team, members,
pair, place: whoever ends one of them at the same moment waits, or is waited for.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from django.db.models import Model, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiedui.core.inside import INSIDE, Inside
from jiedui.core.locking import held, hold
from jiedui.core.refusals import Refused
from jiedui.core.texts import day_text
from jiedui.fieldwork.models import Activity, Attendance
from jiedui.households.models import Household
from jiedui.orgs.inside import of_the_present
from jiedui.orgs.membership import check_standing
from jiedui.orgs.models import FormerMembership, Member, Organisation, Team
from jiedui.pairing.models import Pair
from jiedui.places.models import Place


def hold_pair(pair: Pair, members: Iterable[Member]) -> tuple[Pair, list[Member]]:
    """The pair as it is now with all that bounds a visit of it, and the members, for ourselves."""
    own = [pair.member] if pair.member else []
    rows: list[Model] = [held(pair.organisation)]
    if pair.household:
        rows.append(held(pair.household))
    people = hold_members([*members, *own])
    now = held(pair)
    for row in (*rows, *people):
        name = row._meta.model_name
        if getattr(now, f"{name}_id") == row.pk:  # else the pair was moved on the moment before
            setattr(now, str(name), row)
    return now, [one for one in people if one in members]


def hold_members(members: Iterable[Member]) -> list[Member]:
    """Each of them once, as they are now; raises `Refused` when one was removed meanwhile."""
    keys = {one.pk for one in members}
    found = list(hold(Member.objects.filter(pk__in=keys)).order_by("pk")) if keys else []
    if len(found) < len(keys):
        raise Refused(_("One of these members has left already."))
    return found


def check_pair(pair: Pair, day: date) -> None:
    """Raises `Refused` when the pair had not begun on this day, or was over."""
    if day < pair.since:
        raise Refused(
            _("This pair began on %(since)s; a visit cannot be earlier.")
            % {"since": day_text(pair.since)}
        )
    last = min((one for one in (pair.ended, pair.overlap_until) if one), default=None)
    if last and day > last:
        raise Refused(
            _("This pair ended on %(ended)s; its successor records later visits.")
            % {"ended": day_text(last)}
        )
    left = pair.household.ended if pair.household else None
    if left and day > left:
        raise Refused(_("This household left the register on %(day)s.") % {"day": day_text(left)})


def check_place(place: Place, day: date) -> None:
    """Raises `Refused` when the place was no more on this day."""
    now = held(place)
    if now.ended and day > now.ended:
        raise Refused(
            _("%(name)s ended on %(day)s; nothing new is written down for it.")
            % {"name": now.name, "day": day_text(now.ended)}
        )


def check_organisation(organisation: Organisation, team: Team | None, day: date) -> None:
    """Raises `Refused` when the organisation or its team was not there on this day."""
    check_standing(organisation, on=day)
    team = held(team) if team else None
    if team and team.since and day < team.since:
        raise Refused(
            _("%(name)s was formed on %(day)s; nothing earlier is written down for it.")
            % {"name": team.name, "day": day_text(team.since)}
        )
    if team and team.ended and day > team.ended:
        raise Refused(
            _("%(name)s ended on %(day)s; nothing new is written down for it.")
            % {"name": team.name, "day": day_text(team.ended)}
        )


def check_members(present: Sequence[Member], day: date) -> None:
    """Raises `Refused` when somebody did not serve on this day: not yet, not any more."""
    if gone := next((one for one in present if one.ended and one.ended < day), None):
        raise Refused(
            _("%(name)s left on %(day)s and cannot have been there.")
            % {"name": gone.name, "day": day_text(gone.ended)}
        )
    early = [one for one in present if one.since and one.since > day]
    before = _serving_before(early, day) if early else ()
    if new := next((one for one in early if one.pk not in before), None):
        raise Refused(
            _("%(name)s came on %(day)s and cannot have been there before.")
            % {"name": new.name, "day": day_text(new.since)}
        )


def _serving_before(members: Sequence[Member], day: date) -> Collection[int]:
    """Who of these served on a day before their present time began."""
    began = Q(since=None) | Q(since__lte=day)
    rows = FormerMembership.objects.filter(began, member__in=members, ended__gte=day)
    return set(rows.values_list("member", flat=True))


def _activities() -> QuerySet[Activity]:
    return Activity.objects.standing()


def _attended() -> QuerySet[Attendance]:
    return Attendance.objects.filter(activity__voided_on=None)


def _visits(owner: type[Model], path: str, *, ends: Promise) -> Inside:
    return Inside(owner=owner, path=path, days=("day",), rows=_activities, ends=ends)


_TOOK_PART = gettext_lazy(
    "There is a visit or activity of this member on %(day)s; they cannot leave before that day. If"
    " that record is wrong, correct it or take it out first."
)


def connect() -> None:
    INSIDE.extend(
        [
            _visits(
                Pair,
                "pair",
                ends=gettext_lazy(
                    "There is a visit of %(day)s in this pair; it cannot end before that day. If"
                    " the visit is wrong, correct it or take it out first."
                ),
            ),
            _visits(
                Household,
                "household",
                ends=gettext_lazy(
                    "There is a visit of %(day)s to this household; it cannot leave the register"
                    " before that day. If the visit is wrong, correct it or take it out first."
                ),
            ),
            _visits(
                Place,
                "place",
                ends=gettext_lazy(
                    "There is a visit or activity of %(day)s in this place; it cannot end before"
                    " that day. If that record is wrong, correct it or take it out first."
                ),
            ),
            Inside(
                owner=Member,
                path="member",
                days=("activity__day",),
                rows=_attended,
                ends=_TOOK_PART,
            ),
            Inside(
                owner=Member,
                path="member",
                days=("activity__day",),
                rows=lambda: of_the_present(_attended(), member="member", day="activity__day"),
                begins=gettext_lazy(
                    "There is a visit or activity of this member on %(day)s; they cannot have come"
                    " after that day."
                ),
            ),
            *(_of_a_host(owner, path) for owner, path in _HOSTS),
        ]
    )


_HOSTS: tuple[tuple[type[Model], str], ...] = ((Organisation, "organisation"), (Team, "team"))


def _of_a_host(owner: type[Model], path: str) -> Inside:
    return Inside(
        owner=owner,
        path=path,
        days=("day",),
        rows=_activities,
        ends=gettext_lazy(
            "There is a visit or activity of %(day)s written down for it; it cannot end before"
            " that day. If that record is wrong, correct it or take it out first."
        ),
        begins=gettext_lazy(
            "There is a visit or activity of %(day)s written down for it; it cannot begin after"
            " that day."
        ),
    )
