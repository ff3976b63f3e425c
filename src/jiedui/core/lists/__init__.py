"""Every register's list page: one declarative class, one template. See docs/developers/pages.md."""

from jiedui.core.lists.columns import Badge, Column
from jiedui.core.lists.filters import Choice, DateRange, Filter, Search, Tree, YesNo
from jiedui.core.lists.joined import joined
from jiedui.core.lists.listing import LISTINGS, Action, Addition, Empty, Listing
from jiedui.core.lists.selection import RowsAction
from jiedui.core.lists.views import listing_view

__all__ = [
    "LISTINGS",
    "Action",
    "Addition",
    "Badge",
    "Choice",
    "Column",
    "DateRange",
    "Empty",
    "Filter",
    "Listing",
    "RowsAction",
    "Search",
    "Tree",
    "YesNo",
    "joined",
    "listing_view",
]
