"""Who sees requests: where they are asked, who asked, who has claimed; the board without names.

`visible_to` is for those who may know who asked. The board shows everybody of the campaign who may
claim no more than its kind, its place and the public wording.
"""

from collections import Counter
from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, When

from jiedui.accounts.roles import Role
from jiedui.campaigns.current import is_open_to
from jiedui.campaigns.models import Campaign, all_campaigns
from jiedui.campaigns.playbook.needs import NeedKind
from jiedui.core.models import NOTHING, allow, allow_change, need
from jiedui.core.trees import below
from jiedui.core.users import User
from jiedui.households.models import Household
from jiedui.needs.models import Claim, NeedRequest
from jiedui.orgs.models import Member, Organisation, Team, TeamMember
from jiedui.orgs.scopes import Scope, of
from jiedui.places.models import Place

ASK, CHECK, DISPATCH, CLAIM = "needs.ask", "needs.check", "needs.dispatch", "needs.claim"
KEEPERS = (Role.OFFICE, Role.VILLAGE_OFFICER)  # of the requests of a place
UNITS = (Role.LIAISON,)


def connect() -> None:
    need(NeedRequest, read="registers.read", change=CHECK)
    allow(NeedRequest, lambda scope: scope.places("place__path"))
    allow(NeedRequest, lambda scope: scope.organisations("organisation__path"))
    allow(NeedRequest, _claimed)
    allow_change(NeedRequest, lambda scope: scope.places("place__path", KEEPERS))


def _own_claims(scope: Scope) -> QuerySet[Claim]:
    """Claims of the member who signs in, of the teams the member is in, of the unit."""
    either = scope.organisations("organisation__path", UNITS)
    if scope.member:
        teams = TeamMember.objects.filter(member=scope.member, ended=None).values("team")
        either |= Q(member=scope.member) | Q(team__in=teams)
    return Claim.objects.filter(either)


def _claimed(scope: Scope) -> Q:
    """What they have claimed, and what they have seen through to the end."""
    if scope.member is None and not scope.roles & set(UNITS):
        return NOTHING
    kept = _own_claims(scope).filter(Q(ended=None) | Q(ending=Claim.Ending.SETTLED))
    return Q(pk__in=kept.order_by().values("request"))


def claimed_by(user: User) -> QuerySet[Any]:
    """Requests that the user, or the user's unit, has claimed and still holds."""
    scope = of(user).holding(CLAIM)
    if scope.is_empty:
        return NeedRequest.objects.none()
    held = _own_claims(scope).filter(ended=None)
    return NeedRequest.objects.filter(pk__in=held.order_by().values("request"), voided_on=None)


def may_know(user: User, row: NeedRequest) -> bool:
    """Whether the user may read what is confidential of it: who keeps it there, or does it now."""
    keeps = NeedRequest.objects.filter(pk=row.pk).changeable_by(user, permission=CHECK)
    return keeps.exists() or claimed_by(user).filter(pk=row.pk).exists()


def board(user: User) -> QuerySet[Any]:
    """What one may claim: published in a campaign in whose area the user acts; `fits` is 1 where
    its kind meets what the user's unit is good at, else 0.
    """
    own = strengths(user)
    campaigns = NOTHING
    # Never met, but a condition: sorted by a bare number, PostgreSQL looks for that column.
    suits = Q(campaign__isnull=True)
    for campaign in all_campaigns():
        if campaign.playbook.needs and is_open_to(campaign, user):
            kinds = [kind.key for kind in campaign.playbook.needs if own & {*kind.meets}]
            campaigns |= Q(campaign=campaign)
            suits |= Q(campaign=campaign, kind__in=kinds)
    rows: QuerySet[Any] = NeedRequest.objects.on_board().filter(campaigns)
    fits = Case(When(suits, then=1), default=0, output_field=IntegerField())
    return rows.annotate(fits=fits)


def strengths(user: User) -> set[str]:
    """What the user's own unit is good at."""
    scope = of(user).holding(CLAIM)
    paths = {*scope.organisation_roots(UNITS)}
    if scope.member:
        paths.update(
            Member.objects.filter(pk=scope.member).values_list("organisation__path", flat=True)
        )
    cuts = {cut for path in paths for cut in Organisation.cuts(path)}
    found = Organisation.objects.filter(path__in=cuts).values_list("strengths", flat=True)
    return {one for strengths in found for one in strengths}


def households(user: User) -> QuerySet[Any]:
    """For whom the user may ask: households on the register of the own places."""
    rows: QuerySet[Any] = Household.objects.visible_to(user, permission=ASK)
    return rows.filter(of(user).holding(ASK).places("place__path", KEEPERS), ended=None)


def places(user: User) -> QuerySet[Any]:
    """Places that the user may ask for."""
    return Place.objects.standing().filter(of(user).holding(ASK).places("path", KEEPERS))


def organisations(user: User) -> QuerySet[Any]:
    """Organisations that the user may ask for."""
    rows: QuerySet[Any] = Organisation.objects.changeable_by(user, permission=ASK)
    return rows.filter(ended=None)


def claimers(user: User, kind: NeedKind) -> dict[str, QuerySet[Any]]:
    """Whom the user may claim a request of this kind for, by sort of claimer."""
    found: dict[str, QuerySet[Any]] = {
        "organisation": Organisation.objects.changeable_by(user, permission=CLAIM),
        "team": Team.objects.visible_to(user, permission=CLAIM),
        "member": Member.objects.visible_to(user, permission=CLAIM),
    }
    return {name: found[name].filter(ended=None) for name in kind.claimed_by}


def dispatched(user: User, campaign: Campaign, kind: NeedKind) -> dict[str, QuerySet[Any]]:
    """Whom the user may send to a request of this kind: anybody who takes part."""
    root = campaign.organisation.path
    found: dict[str, QuerySet[Any]] = {
        "organisation": Organisation.objects.filter(below(root)),
        "team": Team.objects.visible_to(user, permission=DISPATCH),
        "member": Member.objects.visible_to(user, permission=DISPATCH),
    }
    return {name: found[name].filter(ended=None) for name in kind.claimed_by}


def suited(campaign: Campaign, kind: NeedKind) -> list[Organisation]:
    """Units whose strengths meet this kind, those with the fewest open claims first."""
    units = Organisation.objects.standing().filter(below(campaign.organisation.path), kind="unit")
    busy = Claim.objects.open().order_by().values_list("organisation__path", flat=True)
    held = Counter(path[: len(cut)] for path in busy for cut in Organisation.cuts(path))
    meeting = [one for one in units if {*one.strengths} & {*kind.meets}]
    return sorted(meeting, key=lambda one: (held[one.path], one.path))
