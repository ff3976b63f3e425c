"""Who sees projects and keeps them: the organisation that answers, and who reads by place."""

from typing import Any

from django.db.models import QuerySet

from jiedui.accounts.roles import Role
from jiedui.campaigns.models import Campaign
from jiedui.campaigns.playbook.projects import ProjectKind
from jiedui.core.models import allow, allow_change, need
from jiedui.core.trees import below
from jiedui.core.users import User
from jiedui.orgs.models import Organisation
from jiedui.places.models import Place
from jiedui.projects.models import Project

CHANGE = "projects.change"


def connect() -> None:
    need(Project, read="registers.read", change=CHANGE)
    allow(Project, lambda scope: scope.organisations("organisation__path"))
    allow(Project, lambda scope: scope.places("place__path"))
    allow_change(Project, lambda scope: scope.organisations("organisation__path"))
    allow_change(Project, lambda scope: scope.places("place__path", roles=(Role.OFFICE,)))


def owners(user: User) -> QuerySet[Any]:
    """The organisations that this user may let answer for a project."""
    found: QuerySet[Any] = Organisation.objects.changeable_by(user, permission=CHANGE)
    return found.filter(ended=None)


def places(campaign: Campaign, kind: ProjectKind | None) -> QuerySet[Place]:
    """Where a project of this kind may lie: places are public, names and all."""
    found = Place.objects.standing().filter(below(campaign.place.path))
    if kind and kind.place_level:
        found = found.filter(level=kind.place_level)
    if kind and kind.place_kinds:
        found = found.filter(kind__in=kind.place_kinds)
    return found
