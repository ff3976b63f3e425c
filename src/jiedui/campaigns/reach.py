"""Rows of a campaign a user may see, asked in the way the database answers fastest.

Whoever may see all organisations or all places of a campaign sees all its rows: one comparison of
the campaign, where two joins with ranges of paths would read every row. Other grants keep theirs.
"""

from collections.abc import Callable
from dataclasses import replace

from django.db.models import Q

from jiedui.campaigns.models import all_campaigns
from jiedui.orgs.scopes import BY_ORGANISATION, BY_PLACE, Grant, Scope


def within(scope: Scope, rest: Callable[[Scope], Q]) -> Q:
    """Rows with a campaign that a scope reaches; `rest` says which ones of the campaigns that it
    does not reach as a whole, for the grants that are left.
    """
    if not scope.grants:
        return Q(pk__in=[])
    roots = {one.pk: (one.organisation.path, one.place.path) for one in all_campaigns()}
    whole = [pk for pk, root in roots.items() if any(_covers(g, root) for g in scope.grants)]
    left = [root for pk, root in roots.items() if pk not in whole]
    grants = tuple(g for g in scope.grants if any(_meets(g, root) for root in left))
    seen = Q(campaign=whole[0]) if len(whole) == 1 else Q(campaign__in=whole)
    if not grants:
        return seen
    left_over = rest(replace(scope, grants=grants))
    return seen | left_over if whole else left_over


Root = tuple[str, str]  # paths of a campaign's organisation and place


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
