"""Who may look at which figures: wholes belong to everybody who reads figures, depths to their own.

Figures of the whole campaign and by county or unit are what bulletins publish. To look further
down, into one area or organisation, it must lie within the user's own appointment.
"""

from dataclasses import dataclass

from django.db.models import Q

from jiedui.campaigns.models import Campaign
from jiedui.core.trees import below
from jiedui.core.users import User
from jiedui.orgs.models import Organisation
from jiedui.orgs.scopes import Grant, of
from jiedui.places.models import Place

# Beyond this many choices a list can no longer be looked through.
MOST = 1000


@dataclass(frozen=True)
class Reach:
    """The subtrees a user may look into; the empty path is the whole tree."""

    organisations: tuple[str, ...]
    places: tuple[str, ...]

    def has_organisation(self, path: str) -> bool:
        return any(path.startswith(root) for root in self.organisations)

    def has_place(self, path: str) -> bool:
        return any(path.startswith(root) for root in self.places)

    @property
    def is_nothing(self) -> bool:
        return not (self.organisations or self.places)


def reach(user: User, campaign: Campaign, *, permission: str = "figures.read") -> Reach:
    """What of a campaign the user may look into; nothing when the campaign is none of theirs."""
    held = of(user).holding(permission).grants
    grants = [grant for grant in held if _touches(grant, campaign)]
    whole = any(_covers(grant.organisation, campaign.organisation.path) for grant in grants)
    if whole:  # who reads the whole organisation reads its whole area
        return Reach((campaign.organisation.path,), (campaign.place.path,))
    organisations = {g.organisation for g in grants if g.organisation is not None}
    places = {g.place for g in grants if g.place is not None}
    return Reach(tuple(sorted(organisations)), tuple(sorted(places)))


def _covers(root: str | None, path: str) -> bool:
    return root is not None and path.startswith(root)


def _touches(grant: Grant, campaign: Campaign) -> bool:
    pairs = (
        (grant.organisation, campaign.organisation.path),
        (grant.place, campaign.place.path),
    )
    return any(
        own is not None and (own.startswith(root) or root.startswith(own)) for own, root in pairs
    )


def organisations(campaign: Campaign, own: Reach) -> list[tuple[str, str]]:
    """Areas and units the user may choose: (path, name)."""
    rows = Organisation.objects.filter(
        _any(own.organisations), below(campaign.organisation.path), kind__in=("area", "unit")
    ).exclude(path=campaign.organisation.path)
    return list(rows.values_list("path", "name")[:MOST])


def places(campaign: Campaign, own: Reach) -> list[tuple[str, str]]:
    """Counties and towns the user may choose, and the village where that is all."""
    rows = Place.objects.filter(_any(own.places), below(campaign.place.path))
    rows = rows.filter(Q(level__in=("city", "county", "town")) | Q(path__in=own.places))
    return list(rows.exclude(path=campaign.place.path).values_list("path", "name")[:MOST])


def _any(roots: tuple[str, ...]) -> Q:
    either = Q(pk__in=[])
    for root in roots:
        either |= below(root)
    return either
