"""The board: what may be claimed, what fits the reader's unit first, without any name."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from jiedui.campaigns.models import give_campaigns
from jiedui.core.lists import (
    Action,
    Badge,
    Choice,
    Column,
    Empty,
    Listing,
    Search,
    Tree,
    YesNo,
    listing_view,
)
from jiedui.core.users import User
from jiedui.needs import scopes, words
from jiedui.needs.models import NeedRequest
from jiedui.places.models import Place


def fits(row: Any) -> Badge | None:
    return (
        Badge(gettext_lazy("among its strengths"), "green", "heart-handshake") if row.fits else None
    )


class Board(Listing[NeedRequest]):
    key = "need_board"
    url = "needs:board"
    title = gettext_lazy("Requests to be claimed")
    icon = "inbox"
    model = NeedRequest
    permission = "registers.read"
    order = ("-fits", "-urgency", "due", "-id")
    more = (Action(gettext_lazy("List"), "needs:list", "registers.read", "list-details"),)
    action = Action(gettext_lazy("New request"), "needs:kinds", scopes.ASK)
    card = ("kind", "place", "due", "fits")
    columns = (
        Column("text", gettext_lazy("What is asked for"), value="public_text", link=True),
        Column("kind", gettext_lazy("Kind"), value=words.kind_name, sort="kind"),
        Column("place", gettext_lazy("Place"), value="place.full_name", sort="place__path"),
        Column(
            "urgency",
            gettext_lazy("Urgency"),
            kind="badge",
            value=words.urgency_badge,
            sort="urgency",
        ),
        Column("asked_on", gettext_lazy("Asked on"), kind="day", sort="asked_on"),
        Column("due", gettext_lazy("To be claimed by"), kind="due", sort="due"),
        Column("fits", gettext_lazy("Strengths"), kind="badge", value=fits, sort="fits"),
    )
    filters = (
        Search("public_text", "place__name", hint=gettext_lazy("Wording or place")),
        Choice("kind", gettext_lazy("Kind"), words.all_kinds),
        YesNo(
            "fits",
            gettext_lazy("Fits your unit"),
            by=lambda rows, yes: rows.filter(fits=int(yes)),
        ),
        Tree("place", gettext_lazy("Place"), Place),
    )
    empty = Empty(
        "inbox",
        gettext_lazy("Nothing waits to be claimed"),
        gettext_lazy("What is asked for and checked stands here until somebody takes it on."),
        "needs:list",
        gettext_lazy("List"),
        "registers.read",
    )

    def rows(self, user: User) -> QuerySet[NeedRequest]:
        return scopes.board(user)

    def found(self, keys: list[Any]) -> QuerySet[NeedRequest]:
        return self.still_seen(keys)

    def dress(self, rows: QuerySet[NeedRequest]) -> QuerySet[NeedRequest]:
        return rows.select_related("place__parent__parent")

    def complete(self, rows: list[Any]) -> None:
        give_campaigns(rows)


board = listing_view(Board)
