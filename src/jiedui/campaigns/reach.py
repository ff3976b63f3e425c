"""Rows of a campaign a user may see, asked in the way the database answers fastest.

Whoever may see all organisations or all places of a campaign sees all its rows: one comparison of
the campaign, where two joins with ranges of paths would read every row. Other grants keep theirs.
"""

from dataclasses import replace

from django.db.models import Q

from jiedui.campaigns.models import Campaign
from jiedui.core.users import User
from jiedui.orgs.scopes import BY_ORGANISATION, BY_PLACE, Grant, Scope


def within(scope: Scope, *, organisation: str, place: str) -> Q:
    """Rows with a campaign, an organisation path and a place path (fields named) of a scope."""
    if not scope.grants:
        return Q(pk__in=[])
    roots = _roots(scope.user)
    whole = [pk for pk, root in roots.items() if any(_covers(g, root) for g in scope.grants)]
    left = [root for pk, root in roots.items() if pk not in whole]
    grants = tuple(g for g in scope.grants if any(_meets(g, root) for root in left))
    rest = replace(scope, grants=grants)
    seen = Q(campaign=whole[0]) if len(whole) == 1 else Q(campaign__in=whole)
    if not grants:
        return seen
    return seen | rest.organisations(organisation) | rest.places(place)


Root = tuple[str, str]  # paths of a campaign's organisation and place


def _roots(user: User) -> dict[int, Root]:
    """The roots of every campaign, read once a request."""
    if not hasattr(user, "_jiedui_roots"):
        rows = Campaign.objects.values_list("pk", "organisation__path", "place__path")
        found = {pk: (organisation, place) for pk, organisation, place in rows}
        user._jiedui_roots = found  # type: ignore[attr-defined]
    roots: dict[int, Root] = user._jiedui_roots  # type: ignore[attr-defined]
    return roots


def _covers(grant: Grant, root: Root) -> bool:
    organisation, place = root
    by_organisation = grant.role in BY_ORGANISATION and grant.organisation is not None
    by_place = grant.role in BY_PLACE and grant.place is not None
    return (by_organisation and organisation.startswith(grant.organisation or "")) or (
        by_place and place.startswith(grant.place or "")
    )


def _meets(grant: Grant, root: Root) -> bool:
    """Whether some row below the root may lie below the grant."""
    pairs = zip((grant.organisation, grant.place), root, strict=True)
    return any(
        path is not None and (path.startswith(top) or top.startswith(path)) for path, top in pairs
    )
