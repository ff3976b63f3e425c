"""Frozen bulletins are for everybody who reads bulletins; drafts for those who make them."""

from django.db.models import Q

from jiedui.accounts.roles import Role
from jiedui.core.models import allow, allow_change, need
from jiedui.orgs.scopes import Scope
from jiedui.reports.models import Bulletin

MAKERS = (Role.OFFICE, Role.LEADER, Role.AUDITOR)


def _drafts(scope: Scope) -> Q:
    return scope.organisations("campaign__organisation__path", MAKERS) | scope.places(
        "campaign__place__path", MAKERS
    )


def connect() -> None:
    need(Bulletin, read="bulletin.read", change="bulletin.write")
    allow(Bulletin, lambda scope: Q(state=Bulletin.State.FROZEN) | _drafts(scope))
    allow_change(Bulletin, _drafts)
