"""Who sees and writes plans, who leads a campaign, who acts for an organisation."""

from typing import Any

from django.db.models import Q

from jiedui.campaigns.models import Campaign, Plan, all_campaigns
from jiedui.core.models import allow, need
from jiedui.core.users import User
from jiedui.orgs.models import Member, Organisation
from jiedui.orgs.scopes import Grant, Scope, of


def connect() -> None:
    need(Plan, read="registers.read", change="plan.change")
    allow(Plan, lambda scope: scope.organisations("organisation__path"))
    allow(Plan, lambda scope: Q(organisation__in=_own(scope)))


def plans_of(user: User, *, permission: str = "") -> Q:
    """Organisations whose plan the user may see, written or not."""
    scope = of(user).holding(permission or "registers.read")
    return scope.organisations("path") | Q(pk__in=_own(scope))


def _own(scope: Scope) -> Any:
    """The user's own branch and what it belongs to: a helper may read what is planned there."""
    members = Member.objects.filter(pk=scope.member or 0)
    path = members.values_list("organisation__path", flat=True).first()
    return Organisation.objects.filter(path__in=Organisation.cuts(path or "")).values("pk")


def may_write_plan(organisation: Organisation, user: User) -> bool:
    """Liaisons of the unit, and the office for units below it."""
    return may_act_for(organisation, user, "plan.change", "campaign.change")


def may_lead(campaign: Campaign, user: User) -> bool:
    """The office of the campaign's own area changes it; other offices only read."""
    return may_act_for(campaign.organisation, user, "campaign.change")


def covers(campaign: Campaign, user: User, permission: str) -> bool:
    """Whether the user holds this permission over all of a campaign, by organisation or place."""
    own = [(campaign.organisation.path, g.organisation) for g in _held(user, permission)]
    own += [(campaign.place.path, g.place) for g in _held(user, permission)]
    return any(root is not None and path.startswith(root) for path, root in own)


def _held(user: User, permission: str) -> tuple[Grant, ...]:
    return of(user).holding(permission).grants


def may_act_for(organisation: Organisation, user: User, *permissions: str) -> bool:
    """Whether the organisation lies at or below one where the user holds such a permission."""
    return any(
        grant.organisation is not None and organisation.path.startswith(grant.organisation)
        for grant in of(user).holding(*permissions).grants
    )


def team_kinds() -> dict[str, str]:
    """Kinds of teams of every campaign here; the first to use a key names it."""
    names: dict[str, str] = {}
    for campaign in all_campaigns():
        for kind in campaign.playbook.team_kinds:
            names.setdefault(kind.key, str(kind.name))
    return names
