"""Frozen bulletins are for everybody who reads bulletins; drafts for those who make them."""

from typing import Any

from django.db.models import Q

from jiedui.accounts.roles import Role
from jiedui.core.models import allow
from jiedui.orgs.scopes import of
from jiedui.reports.models import Bulletin

MAKERS = (Role.OFFICE, Role.LEADER, Role.AUDITOR)


def _visible(user: Any) -> Q:
    if not user.may("bulletin.read"):
        return Q(pk__in=[])
    return Q(state=Bulletin.State.FROZEN) | of(user).organisations(
        "campaign__organisation__path", MAKERS
    )


def connect() -> None:
    allow(Bulletin, _visible)
