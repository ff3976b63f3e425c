"""Who sees activities: the hosting unit, the place, and whoever took part.

Who may record or take out is narrower than who may look: `recordable`, `hosts`, `changeable`.
"""

from typing import Any

from django.db.models import Q, QuerySet

from jiedui.accounts.roles import Role
from jiedui.campaigns.reach import visible
from jiedui.core.models import allow
from jiedui.core.trees import below
from jiedui.fieldwork.models import Activity, Attendance
from jiedui.orgs.models import Member, Organisation, Team
from jiedui.orgs.scopes import of
from jiedui.pairing.models import Pair
from jiedui.places.models import Place

UNITS = (Role.OFFICE, Role.LIAISON)
AREAS = (Role.OFFICE, Role.VILLAGE_OFFICER)


def connect() -> None:
    allow(Activity, lambda u: visible(u, organisation="organisation__path", place="place__path"))
    allow(Activity, _attended)


def _attended(user: Any) -> Q | bool:
    member = of(user).member
    if not member:
        return False
    return Q(pk__in=Attendance.objects.filter(member=member).values("activity"))


def recordable(user: Any) -> QuerySet[Pair]:
    """Pairs the user may record visits of: a helper the own, a liaison those of the unit's
    members, the office and a village officer those in their area.
    """
    scope = of(user)
    return Pair.objects.filter(
        Q(member=scope.member or 0)
        | scope.organisations("organisation__path", UNITS)
        | scope.places("household__place__path", AREAS)
        | scope.places("place__path", AREAS)
    )


def hosts(user: Any) -> QuerySet[Organisation]:
    """Organisations whose activities the user may record: below one's unit, or in one's village."""
    scope = of(user)
    standing: QuerySet[Organisation] = Organisation.objects.standing()
    return standing.filter(scope.organisations("path", UNITS) | scope.places("place__path", AREAS))


def activity_places(user: Any) -> QuerySet[Place]:
    """Where such an activity may have been: anywhere for a unit, in the village for its officer."""
    standing: QuerySet[Place] = Place.objects.standing()
    scope = of(user)
    return standing if scope.roles & set(UNITS) else standing.filter(scope.places("path", AREAS))


def nameable(user: Any) -> QuerySet[Member]:
    """Members the user may name in a group activity: those the user sees, still serving."""
    return Member.objects.visible_to(user).filter(ended=None)


def companions(pair: Pair) -> QuerySet[Member]:
    """Who may come along on a visit: other members of the unit the helper belongs to."""
    unit = pair.organisation
    line = list(unit.line())
    root = next((one for one in line if one.kind == Organisation.Kind.UNIT), unit)
    rows = Member.objects.serving().filter(below(root.path, field="organisation__path"))
    return rows.exclude(pk=pair.member_id or 0)


def teams(user: Any) -> QuerySet[Team]:
    return Team.objects.visible_to(user).filter(ended=None)


def changeable(user: Any) -> QuerySet[Activity]:
    """Activities the user may take out: those the user might have recorded."""
    scope = of(user)
    mine = Q(pair__member=scope.member or 0) | scope.organisations("organisation__path", UNITS)
    return Activity.objects.visible_to(user).filter(mine | scope.places("place__path", AREAS))
