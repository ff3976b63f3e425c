"""Who sees and writes plans, who leads a campaign, who acts for an organisation."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from jiedui.accounts.roles import Role
from jiedui.campaigns.models import Campaign, Plan
from jiedui.core.doors import may
from jiedui.core.models import allow
from jiedui.orgs.models import Member, Organisation
from jiedui.orgs.scopes import of

WRITING = (Role.OFFICE, Role.LIAISON)
LEADING = (Role.OFFICE,)


def connect() -> None:
    allow(Plan, lambda u: of(u).organisations("organisation__path"))
    allow(Plan, lambda u: Q(organisation__in=_own(u)))


def plans_of(user: Any) -> Q:
    """Organisations whose plan the user may see, written or not."""
    return of(user).organisations("path") | Q(pk__in=_own(user))


def _own(user: Any) -> Any:
    """The user's own branch and what it belongs to: a helper may read what is planned there."""
    members = Member.objects.filter(pk=of(user).member or 0)
    path = members.values_list("organisation__path", flat=True).first()
    return Organisation.objects.filter(path__in=Organisation.cuts(path or "")).values("pk")


def may_write_plan(organisation: Organisation, user: Any) -> bool:
    """Liaisons of the unit, and the office for units below it."""
    return may(user, "plan.change", "campaign.change") and may_act_for(organisation, user, WRITING)


def may_lead(campaign: Campaign, user: Any) -> bool:
    """The office of the campaign's own area changes it; other offices only read."""
    return may(user, "campaign.change") and may_act_for(campaign.organisation, user)


def may_act_for(organisation: Organisation, user: Any, roles: Iterable[str] = LEADING) -> bool:
    """Whether the organisation lies at or below one the user holds such a role over."""
    return any(
        grant.role in roles
        and grant.organisation is not None
        and organisation.path.startswith(grant.organisation)
        for grant in of(user).grants
    )


def team_kinds() -> dict[str, str]:
    """Kinds of teams of every campaign here; the first to use a key names it."""
    names: dict[str, str] = {}
    for campaign in Campaign.objects.all():
        for kind in campaign.playbook.team_kinds:
            names.setdefault(kind.key, str(kind.name))
    return names
