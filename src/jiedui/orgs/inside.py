"""What lies inside the days of organisations and teams: their parts, members, teams and seats."""

from typing import Any

from django.db.models import Exists, Model, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from jiedui.core.inside import INSIDE, Inside
from jiedui.orgs.models import FormerMembership, Member, Organisation, Team, TeamMember


def of_the_present(rows: QuerySet[Any], *, member: str, day: str) -> QuerySet[Any]:
    """Without what a member did in a time before: there, they were elsewhere or came back since."""
    before = FormerMembership.objects.filter(member=OuterRef(member), ended__gte=OuterRef(day))
    return rows.exclude(Exists(before))


def _seats_of_the_present() -> QuerySet[Any]:
    """Without seats that ended before a member came back, also those nobody took back in time."""
    came_back = FormerMembership.objects.filter(member=OuterRef("member"))
    return TeamMember.objects.exclude(Exists(came_back), ended__isnull=False)


def _organisation(path: str, days: tuple[str, ...], model: type[Model]) -> Inside:
    return Inside(
        owner=Organisation,
        path=path,
        days=days,
        rows=lambda: model._default_manager.all(),
        ends=_(
            "A part, team or member of this organisation came or ended on %(day)s; it cannot end"
            " before that day."
        ),
    )


def connect() -> None:
    INSIDE.extend(
        [
            _organisation("parent", ("since", "ended"), Organisation),
            _organisation("organisation", ("since", "ended"), Team),
            _organisation("organisation", ("since", "ended"), Member),
            _organisation("organisation", ("since", "ended"), FormerMembership),
            Inside(
                owner=Team,
                path="team",
                days=("since", "ended"),
                rows=lambda: TeamMember.objects.all(),
                ends=_(
                    "Somebody joined or left this team on %(day)s; it cannot end before that day."
                ),
                begins=_("Somebody joined this team on %(day)s; it cannot begin after that day."),
            ),
            Inside(
                owner=Member,
                path="member",
                days=("since",),
                rows=lambda: of_the_present(_seats_of_the_present(), member="member", day="since"),
                begins=_(
                    "This member joined a team on %(day)s; they cannot have come after that day."
                ),
            ),
        ]
    )
