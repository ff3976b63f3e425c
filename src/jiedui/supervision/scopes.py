"""Who sees issues and measures: the organisation they belong to, and who supervises the place."""

from django.db.models import QuerySet

from jiedui.core.doors import may
from jiedui.core.models import allow, allow_change, need
from jiedui.core.users import User
from jiedui.supervision.models import Issue, Measure


def connect() -> None:
    for model in (Issue, Measure):
        need(model, read="registers.read", change="issues.change")
        allow(model, lambda scope: scope.organisations("organisation__path"))
        allow(model, lambda scope: scope.own("owner"))
        allow_change(model, lambda scope: scope.organisations("organisation__path"))
    allow(Issue, lambda scope: scope.places("place__path"))
    allow_change(Issue, lambda scope: scope.places("place__path"))


def changeable(user: User) -> QuerySet[Issue]:
    """Issues the user may decide about: narrower than those to be looked at."""
    return Issue.objects.changeable_by(user)


def may_change(row: Issue | Measure, user: User) -> bool:
    return may(user, "issues.change", on=row)
