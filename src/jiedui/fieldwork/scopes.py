"""Who sees activities: the hosting unit, the place, and whoever took part.

Who may record or take out is narrower than who may look: `recordable`, `hosts`, `changeable`.
"""

from typing import Any

from django.db.models import Q, QuerySet

from jiedui.campaigns.reach import within
from jiedui.core.models import allow, allow_change, need
from jiedui.core.trees import below
from jiedui.core.users import User
from jiedui.fieldwork.models import Activity, Attendance
from jiedui.orgs.models import Member, Organisation, Team
from jiedui.orgs.scopes import BY_ORGANISATION, Scope, of
from jiedui.pairing.models import Pair
from jiedui.places.models import Place


def connect() -> None:
    need(Activity, read="registers.read", change="visit.record")
    allow(Activity, lambda scope: within(scope, _hosted))
    allow(Activity, _attended)
    allow_change(Activity, lambda scope: scope.own("pair__member"))
    allow_change(Activity, lambda scope: scope.organisations("organisation__path"))
    allow_change(Activity, lambda scope: scope.places("place__path"))


def _hosted(scope: Scope) -> Q:
    """By organisations of the scope, or in its places."""
    return scope.organisations("organisation__path") | scope.places("place__path")


def _attended(scope: Scope) -> Q | bool:
    if not scope.member:
        return False
    return Q(pk__in=Attendance.objects.filter(member=scope.member).values("activity"))


def recordable(user: User) -> QuerySet[Pair]:
    """Pairs the user may record visits of: a helper the own, a liaison those of the unit's
    members, the office and a village officer those in their area.
    """
    return Pair.objects.changeable_by(user, permission="visit.record")


def hosts(user: User) -> QuerySet[Organisation]:
    """Organisations whose activities the user may record: below one's unit, or in one's village."""
    rows: Any = Organisation.objects.standing()
    found: QuerySet[Organisation] = rows.changeable_by(user, permission="activity.record")
    return found


def planning(user: User) -> QuerySet[Organisation]:
    """Organisations in whose name the user adds tasks and reports them as done."""
    rows: Any = Organisation.objects.standing()
    leading = rows.changeable_by(user, permission="campaign.change")
    found: QuerySet[Organisation] = leading | rows.changeable_by(user, permission="plan.change")
    return found


def activity_places(user: User) -> QuerySet[Place]:
    """Where such an activity may have been: anywhere for a unit, in the village for its officer."""
    standing: QuerySet[Place] = Place.objects.standing()
    scope = of(user).holding("activity.record")
    is_unit = any(g.organisation is not None and g.role in BY_ORGANISATION for g in scope.grants)
    return standing if is_unit else standing.filter(scope.places("path"))


def may_host(
    user: User, organisation: Organisation, place: Place, *, corrects: Activity | None = None
) -> bool:
    """Whether one appointment alone lets the user record what this one did at this place.

    What stands in the record it corrects may stay, for an appointment that may change that record.
    """
    chosen: list[tuple[Any, Any]] = [(hosts, organisation), (activity_places, place)]
    if corrects:
        standing = (corrects.organisation, corrects.place)
        chosen = [(rows, row) for rows, row in chosen if row not in standing]
    return any(
        (corrects is None or changeable(part).filter(pk=corrects.pk).exists())
        and all(rows(part).filter(pk=row.pk).exists() for rows, row in chosen)
        for part in of(user).parts()
    )


def nameable(user: User) -> QuerySet[Member]:
    """Members the user may name in a group activity: those the user sees, still serving."""
    return Member.objects.visible_to(user, permission="activity.record").filter(ended=None)


def companions(pair: Pair) -> QuerySet[Member]:
    """Who may come along on a visit: other members of the unit the helper belongs to."""
    unit = pair.organisation
    line = list(unit.line())
    root = next((one for one in line if one.kind == Organisation.Kind.UNIT), unit)
    rows = Member.objects.serving().filter(below(root.path, field="organisation__path"))
    return rows.exclude(pk=pair.member_id or 0)


def teams(user: User) -> QuerySet[Team]:
    return Team.objects.visible_to(user, permission="activity.record").filter(ended=None)


def changeable(user: User) -> QuerySet[Activity]:
    """Activities the user may take out: those the user might have recorded."""
    return Activity.objects.changeable_by(user)
