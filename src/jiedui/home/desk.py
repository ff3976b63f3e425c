"""Whose desk it is: the user, the campaign one works in, today, and what one may reach."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch
from django.utils import timezone
from django.utils.http import urlencode

from jiedui.accounts.roles import Role
from jiedui.campaigns.current import campaign_of
from jiedui.campaigns.models import Campaign
from jiedui.core.doors import may
from jiedui.core.pages import link
from jiedui.fieldwork.rhythm import Due, dues, running
from jiedui.figures.actions import last_change
from jiedui.orgs.models import Organisation
from jiedui.orgs.scopes import Grant, of
from jiedui.pairing.models import Pair
from jiedui.places.models import Place

# The order in which roles take over the desk of somebody who holds several.
ROLES = (
    Role.OFFICE, Role.LIAISON, Role.VILLAGE_OFFICER, Role.SUPERVISOR, Role.LEADER,
    Role.HELPER, Role.AUDITOR, Role.ADMINISTRATOR,
)  # fmt: skip


@dataclass
class Desk:
    user: Any
    campaign: Campaign | None
    today: date

    def may(self, *permissions: str) -> bool:
        return may(self.user, *permissions)

    @cached_property
    def member(self) -> int | None:
        return of(self.user).member

    @cached_property
    def visits(self) -> list[tuple[Pair, Due | None]]:
        """The user's own pairs, each with what falls due next."""
        if not self.member:
            return []
        rows = (
            Pair.objects.current()
            .filter(member=self.member)
            .select_related(
                "campaign", "household", "place", "partner_member", "partner_organisation"
            )
        )
        found = dues(rows, today=self.today)
        return [(pair, found[pair.pk]) for pair in rows]

    @cached_property
    def last_change(self) -> int | None:
        """The newest change of a record, whoever made it."""
        return last_change()

    @cached_property
    def has_rhythms(self) -> bool:
        """Whether the campaign asks for visits now."""
        return self.campaign is not None and bool(running(self.campaign, today=self.today))

    @cached_property
    def calls_on_households(self) -> bool:
        """Whether these visits are to households."""
        if self.campaign is None:
            return False
        playbook = self.campaign.playbook
        visited = {one.pairing for one in running(self.campaign, today=self.today)}
        return any(one.helped == "household" for one in playbook.pairings if one.key in visited)

    @cached_property
    def role(self) -> str:
        """The one this desk is laid out for; "" when nobody has appointed the user."""
        held = of(self.user).roles | self.user.roles
        return next((role for role in ROLES if role in held), "")

    @cached_property
    def root(self) -> "Root":
        """What figures are narrowed to; neither for whoever reads the whole campaign."""
        grant = next((g for g in of(self.user).grants if g.role == self.role), None)
        if grant is None or self.campaign is None:
            return Root()
        return _root(grant, self.campaign)


@dataclass(frozen=True)
class Root:
    organisation: Organisation | None = None
    place: Place | None = None

    @property
    def name(self) -> str:
        return str(self.organisation or self.place or "")

    @property
    def query(self) -> dict[str, str]:
        """As pages of figures understand it."""
        if self.organisation:
            return {"organisation": self.organisation.path}
        return {"place": self.place.path} if self.place else {}


def _root(grant: Grant, campaign: Campaign) -> Root:
    if grant.organisation is not None and not campaign.organisation.path.startswith(
        grant.organisation
    ):
        return Root(organisation=Organisation.objects.filter(path=grant.organisation).first())
    is_by_place = grant.organisation is None and grant.place is not None
    if is_by_place and not campaign.place.path.startswith(str(grant.place)):
        return Root(place=Place.objects.filter(path=grant.place).first())
    return Root()


def desk_of(request: HttpRequest) -> Desk:
    return Desk(request.user, campaign_of(request), timezone.localdate())


def href(name: str, *args: Any, **query: Any) -> str:
    """The address of a page with a query; "" when this installation has no such page."""
    try:
        address = link(name, *args)
    except NoReverseMatch:
        return ""
    return f"{address}?{urlencode(query)}" if query else address
