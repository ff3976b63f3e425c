"""Saved views of a list: each user keeps filters and order under names of their own.

Words that were searched for are not kept: they are names of people more often than not, and would
outlive the records they found.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiedui.core.doors import number
from jiedui.core.lists.filters import ALL, Search
from jiedui.core.models import SavedView
from jiedui.core.refusals import Refused

if TYPE_CHECKING:
    from jiedui.core.lists.listing import Listing

MOST = 20  # views of one list and user: more are not found at a glance
QUERY = 1000  # characters, as its column holds them
SAVE, DROP = "save_view", "drop_view"


class NameForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name of the view"), max_length=40)


@dataclass(frozen=True)
class View:
    """A saved view as the list offers it."""

    pk: int
    name: str
    href: str
    is_current: bool


def offered(listing: "Listing[Any]") -> dict[str, Any]:
    """What the template of a list needs: the views of its user, and what would be saved now."""
    rows = SavedView.objects.filter(owner_id=listing.user.pk, listing=listing.key)
    now = query_of(listing)
    views = [
        View(row.pk, row.name, f"{listing.path}?{row.query}", row.query == now) for row in rows
    ]
    return {
        "views": views,
        "to_save": now,
        "view_is_searched": any(one.key in listing.values for one in _searches(listing)),
        "view_form": NameForm(),
    }


def query_of(listing: "Listing[Any]") -> str:
    """Filters in use and order, as an address has them; "" where both are as usual."""
    params = QueryDict(mutable=True)
    filters = [one for one in listing.filters if one not in _searches(listing)]
    kept = [name for one in filters if one.key in listing.values for name in one.params]
    kept += [one.key for one in filters if listing.params.get(one.key) == ALL]
    kept += ["sort"] if listing.sorting[0] else []
    for name in kept:
        if value := listing.params.get(name, ""):
            params[name] = value
    return params.urlencode()


def is_sent(request: HttpRequest) -> bool:
    """Whether a form of the saved views was sent to the list."""
    return request.method == "POST" and (SAVE in request.POST or DROP in request.POST)


def answer(request: HttpRequest, listing: "Listing[Any]") -> HttpResponse:
    """Save the list as it stands under a name, or drop a view; then the list again."""
    if DROP in request.POST:
        _drop(request, listing)
    else:
        _save(request, listing)
    return redirect(listing.here)


def _save(request: HttpRequest, listing: "Listing[Any]") -> None:
    form, query = NameForm(request.POST), query_of(listing)
    if not form.is_valid():
        raise Refused(" ".join(map(str, form.errors["name"])))
    if not query:
        raise Refused(_("Set a filter or an order first; then there is a view to save."))
    if len(query) > QUERY:
        raise Refused(_("These filters are too long to be saved."))
    own = SavedView.objects.filter(owner_id=listing.user.pk, listing=listing.key)
    name = form.cleaned_data["name"]
    if own.exclude(name=name).count() >= MOST:
        raise Refused(_("There are %(most)d views already; remove one first.") % {"most": MOST})
    _view, is_new = SavedView.objects.update_or_create(
        owner_id=listing.user.pk, listing=listing.key, name=name, defaults={"query": query}
    )
    text = _("The view “%(name)s” is saved.") if is_new else _("The view “%(name)s” is replaced.")
    messages.success(request, text % {"name": name})


def _drop(request: HttpRequest, listing: "Listing[Any]") -> None:
    own = SavedView.objects.filter(owner_id=listing.user.pk, listing=listing.key)
    view = own.filter(pk=number(request.POST[DROP]) or 0).first()
    if view is None or not own.filter(pk=view.pk).delete()[0]:
        raise Refused(_("This view was removed already."))
    messages.success(request, _("The view “%(name)s” is removed.") % {"name": view.name})


def _searches(listing: "Listing[Any]") -> list[Search]:
    return [one for one in listing.filters if isinstance(one, Search)]
