"""Who sees issues and measures: the organisation they belong to, and who supervises the place."""

from typing import Any

from django.db.models import Q, QuerySet

from jiedui.accounts.roles import Role
from jiedui.core.doors import may
from jiedui.core.models import allow
from jiedui.orgs.scopes import of
from jiedui.supervision.models import Issue, Measure


def connect() -> None:
    for model in (Issue, Measure):
        allow(model, lambda u: of(u).organisations("organisation__path"))
        allow(model, lambda u: Q(owner=of(u).member or 0))
    allow(Issue, lambda u: of(u).places("place__path"))


CHANGING = (Role.OFFICE, Role.LIAISON, Role.SUPERVISOR)
CHANGING_PLACES = (Role.OFFICE, Role.VILLAGE_OFFICER, Role.SUPERVISOR)


def _within(user: Any) -> Q:
    return of(user).organisations("organisation__path", CHANGING)


def changeable(user: Any) -> QuerySet[Issue]:
    """Issues the user may decide about: narrower than those to be looked at."""
    if not may(user, "issues.change"):
        return Issue.objects.none()
    return Issue.objects.filter(_within(user) | of(user).places("place__path", CHANGING_PLACES))


def may_change(row: Issue | Measure, user: Any) -> bool:
    if isinstance(row, Issue):
        return changeable(user).filter(pk=row.pk).exists()
    return may(user, "issues.change") and Measure.objects.filter(_within(user), pk=row.pk).exists()
