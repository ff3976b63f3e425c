"""Rows ticked in a list and what is done with them; every row is asked for again on the server."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jiedui.core.doors import DIGITS, may
from jiedui.core.refusals import Refused
from jiedui.core.texts import count_text

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from jiedui.core.lists.listing import Listing

MOST = 1_000  # rows ticked one by one; "all that match" has no limit of its own
Do = Callable[[HttpRequest, "Listing", QuerySet[Any]], HttpResponse]


@dataclass(frozen=True)
class RowsAction:
    """What is done with the ticked rows, by those who hold the permission ("" is everybody).

    `do` gets only rows on which the user holds it. `takes_away`: the answer is a file or paper.
    """

    key: str
    label: "StrOrPromise"
    do: Do
    permission: str = ""
    icon: str = "check"
    confirm: "StrOrPromise" = ""
    takes_away: bool = False


def answer(request: HttpRequest, listing: "Listing") -> HttpResponse:
    """Do with the ticked rows what was asked; whatever is left out of them is said."""
    offered = {one.key: one for one in type(listing).offered_actions()}
    action = offered.get(request.POST.get("act", ""))
    if action is None:
        raise Refused(_("Choose what is to be done with the ticked rows."))
    if action not in listing.rows_actions:
        raise PermissionDenied
    ticked = listing.ticked(request.POST.getlist("row"), is_all="all" in request.POST)
    wanted = ticked.filtered.count() if ticked.only is None else len(ticked.only)
    permission = ticked.export_permission if action.takes_away else action.permission
    rows = _allowed(ticked, permission)
    _say_left_out(request, wanted - rows.count())
    return action.do(request, ticked, rows)


def _allowed(listing: "Listing", permission: str) -> QuerySet[Any]:
    """Of the ticked rows those on which the user holds the permission."""
    rows = listing.filtered
    if not permission:
        return rows
    held = listing.model._default_manager.permitted(listing.user, permission)
    return rows.filter(pk__in=held.order_by().values("pk"))


def _say_left_out(request: HttpRequest, count: int) -> None:
    if count < 1:
        return
    text = ngettext(
        "%(n)s ticked row was left out: it is gone, or this is not yours to do with it.",
        "%(n)s ticked rows were left out: they are gone, or this is not yours to do with them.",
        count,
    )
    messages.warning(request, text % {"n": count_text(count)})


def keys_of(model: type[Model], texts: Iterable[str]) -> list[Any]:
    """The keys of ticked rows; raises `Refused` for none, for too many, and for what is no key."""
    read = list(dict.fromkeys(texts))
    if not read:
        raise Refused(_("Tick at least one row."))
    if len(read) > MOST:
        raise Refused(
            _("At most %(most)s rows can be ticked one by one; filter the list and take all.")
            % {"most": count_text(MOST)}
        )
    return [_key(model, text) for text in read]


def _key(model: type[Model], text: str) -> Any:
    try:
        if len(text) > 2 * DIGITS or (text.isdecimal() and len(text) > DIGITS):
            raise ValidationError(text)
        return model._meta.pk.to_python(text)
    except ValidationError as unfit:
        raise Refused(_("A ticked row is none of this list. Load the page again.")) from unfit


class Selecting:
    """The part of a listing that knows of ticked rows."""

    selectable: ClassVar[bool] = False
    acts: ClassVar[tuple[RowsAction, ...]] = ()
    # Paper and workbooks are made by the view of all lists (views.py), which fills this in.
    taking_away: ClassVar[tuple[RowsAction, ...]] = ()
    only: list[Any] | None = None  # keys of the ticked rows, once something is done with them

    @classmethod
    def offered_actions(cls) -> tuple[RowsAction, ...]:
        return (*cls.acts, *cls.taking_away) if cls.selectable else ()

    @cached_property
    def rows_actions(self: Any) -> list[RowsAction]:
        """What this user may do with ticked rows."""
        return [
            one
            for one in self.offered_actions()
            if (self.may_export if one.takes_away else True)
            and (not one.permission or may(self.user, one.permission))
        ]

    def ticked(self: Any, texts: Iterable[str], *, is_all: bool) -> Any:
        """This list with only the ticked rows, or with all that its filters leave."""
        found = self.same()
        if not is_all:
            found.only = keys_of(self.model, texts)
        return found
