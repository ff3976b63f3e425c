"""Who sees proposals: the office, leaders and auditors of a campaign, and whoever asked for one."""

from django.db.models import Q

from jiedui.accounts.roles import Role
from jiedui.core.models import allow, need
from jiedui.orgs.scopes import Scope
from jiedui.proposals.models import Proposal

REVIEWING = (Role.OFFICE, Role.LEADER, Role.AUDITOR)


def _proposals(scope: Scope) -> Q:
    """The office, leaders and auditors see those of their campaigns, everybody else their own.

    Nobody approves a proposal for having asked for it: that takes an area of its own.
    """
    seen = scope.organisations("campaign__organisation__path", REVIEWING)
    seen |= scope.places("campaign__place__path", REVIEWING)
    return seen if "pair.approve" in scope.permissions else seen | Q(rules__by=scope.user.pk)


def connect() -> None:
    need(Proposal, read="proposals.read", change="pair.propose")
    allow(Proposal, _proposals)
