"""The list of pairs and the page of one."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiedui.campaigns.current import running_campaign
from jiedui.campaigns.models import all_campaigns, give_campaigns
from jiedui.core.lists import (
    Action,
    Badge,
    Choice,
    Column,
    DateRange,
    Empty,
    Listing,
    Search,
    Tree,
    joined,
    listing_view,
)
from jiedui.core.trees import below
from jiedui.core.users import User
from jiedui.orgs.models import Organisation
from jiedui.pairing import levels
from jiedui.pairing.models import Pair
from jiedui.pairing.views.shared import InCampaign
from jiedui.places.models import Place

OPEN = Badge(gettext_lazy("in force"), "green", "circle-check")
HANDING = Badge(gettext_lazy("handing over"), "amber", "arrows-exchange")
LEFT = Badge(gettext_lazy("helper has left"), "red", "alert-triangle")
ENDED = Badge(gettext_lazy("ended"), "grey", "circle-x")
STATES = (
    ("open", gettext_lazy("in force")),
    ("handing", gettext_lazy("handing over")),
    ("left", gettext_lazy("helper has left")),
    ("ended", gettext_lazy("ended")),
)
QUOTAS = Action(
    gettext_lazy("Quotas of organisations"), "pairing:quotas", "registers.read", "target"
)
LEVELS = Action(gettext_lazy("Two levels of pairs"), "pairing:levels", "registers.read", "sitemap")


def state(pair: Pair) -> Badge:
    if pair.ended:
        return ENDED
    if pair.helper.ended:
        return LEFT
    return HANDING if pair.overlap_until else OPEN


def role(pair: Pair) -> Any:
    return _("second") if pair.role == "second" else _("first")


def _kinds() -> list[tuple[str, Any]]:
    books = [campaign.playbook for campaign in all_campaigns()]
    return list({p.key: (p.key, p.name) for playbook in books for p in playbook.pairings}.values())


def _in_state(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    if value == "ended":
        return rows.filter(ended__isnull=False)
    # Looked up row by row: the few pairs of a unit are not looked for among all that are current.
    current = Exists(rows.model.objects.current().filter(pk=OuterRef("pk")))
    if value == "left":
        return rows.filter(~current, ended=None)
    return rows.filter(current, overlap_until__isnull=value == "open")


class BelowPlace(Tree):
    """A household of the place, or the place itself or one below it."""

    def narrow(self, rows: QuerySet[Any], value: Any) -> QuerySet[Any]:
        if isinstance(value, str):  # what was typed is no place
            return rows.none()
        households = below(value.path, field="household__place__path")
        return rows.filter(households | below(value.path, field="place__path"))


class Pairs(InCampaign, Listing[Pair]):
    key = "pairs"
    url = "pairing:list"
    title = gettext_lazy("Pairs")
    icon = "heart-handshake"
    model = Pair
    selectable = True
    permission = "registers.read"
    order = ("-since", "-pk")
    more = (LEVELS, QUOTAS)
    columns = (
        Column(
            "partner",
            gettext_lazy("For"),
            value=lambda p: p.household.head if p.household else str(p.partner or ""),
            sort="household__pinyin",
            link=True,
        ),
        Column("number", gettext_lazy("Household number"), value="household.number", shown=False),
        Column(
            "village",
            gettext_lazy("Village"),
            value=lambda p: p.household.place.name if p.household else _above(p.place),
            sort="household__place__path",
        ),
        Column("helper", gettext_lazy("Helper"), sort="member__pinyin"),
        Column(
            "organisation",
            gettext_lazy("Organisation"),
            value="organisation.name",
            sort="organisation__path",
        ),
        Column("kind", gettext_lazy("Kind of pair"), value=lambda p: str(p.kind_name), shown=False),
        Column("role", gettext_lazy("First or second"), value=role, sort="role", shown=False),
        Column("since", gettext_lazy("Since"), kind="day", sort="since"),
        Column("ended", gettext_lazy("Until"), kind="day", sort="ended"),
        Column("state", gettext_lazy("State"), kind="badge", value=state),
    )
    filters = (
        Search(
            "household__head",
            "household__pinyin",
            "household__initials",
            "household__number",
            "member__name",
            "member__pinyin",
            "member__initials",
            "place__name",
            "team__name",
        ),
        Choice("kind", gettext_lazy("Kind of pair"), _kinds),
        Choice("state", gettext_lazy("State"), STATES, by=_in_state),
        Choice(
            "role",
            gettext_lazy("First or second"),
            (("first", gettext_lazy("first helper")), ("second", gettext_lazy("second helper"))),
        ),
        BelowPlace("place", gettext_lazy("Place"), Place),
        Tree("organisation", gettext_lazy("Organisation"), Organisation),
        DateRange("since", gettext_lazy("Since")),
    )
    empty = Empty("heart-handshake", gettext_lazy("No pairs yet"))

    @property
    def actions(self) -> list[Action]:
        """Levels are compared, and quotas looked at, only where the playbook has them."""
        campaign = self.campaign
        idle = set()
        if campaign is None or not levels.kinds_inside_units(campaign):
            idle.add(LEVELS)
        if campaign is None or not any(one.quotas for one in campaign.playbook.pairings):
            idle.add(QUOTAS)
        return [one for one in super().actions if one not in idle]

    def rows(self, user: User) -> QuerySet[Pair]:
        rows: QuerySet[Pair] = super().rows(user)
        return rows.filter(campaign=self.kwargs["campaign"]) if self.kwargs else rows

    def dress(self, rows: QuerySet[Pair]) -> QuerySet[Pair]:
        names, helper = ("name",), ("name", "ended")
        return joined(
            rows,
            household=("head", "number"),
            household__place=names,
            place=names,
            place__parent=names,
            member=helper,
            team=helper,
            organisation=helper,
            partner_member=names,
            partner_organisation=names,
        )

    def complete(self, rows: list[Pair]) -> None:
        give_campaigns(rows)


def _above(place: Place | None) -> str:
    return str(place.parent) if place and place.parent else ""


_pairs = listing_view(Pairs)


def pairs(request: HttpRequest) -> HttpResponse:
    return _pairs(request, campaign=running_campaign(request).pk)
