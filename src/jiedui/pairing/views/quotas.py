"""Organisations and their quotas: who has fewer partners than the playbook asks for."""

from functools import cached_property
from typing import Any

from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy, pgettext_lazy

from jiedui.campaigns.current import running_campaign
from jiedui.campaigns.models import Campaign
from jiedui.campaigns.playbook.pairs import Pairing
from jiedui.core.lists import Badge, Choice, Column, Empty, Listing, Search, Tree, listing_view
from jiedui.core.users import User
from jiedui.orgs.models import Organisation
from jiedui.orgs.scopes import of
from jiedui.pairing.quotas import Quotas
from jiedui.pairing.views.shared import InCampaign, chosen_kind

STATES = (
    ("below", gettext_lazy("below the quota")),
    ("reached", gettext_lazy("reached")),
    ("over", gettext_lazy("over the most")),
)


def with_quotas(campaign: Campaign) -> list[Pairing]:
    """The kinds of pair that set quotas for organisations."""
    return [one for one in campaign.playbook.pairings if one.quotas]


def by_standing(rows: QuerySet[Any], value: Any) -> QuerySet[Any]:
    if value == "over":
        return rows.filter(carried__gt=F("most"))
    return rows.filter(missing__gt=0) if value == "below" else rows.filter(missing=0)


def badge(row: Any) -> Badge:
    if row.missing:
        text = gettext_lazy("%(missing)d missing") % {"missing": row.missing}
        return Badge(text, "red" if not row.carried else "amber", "alert-circle")
    if row.most is not None and row.carried > row.most:
        return Badge(gettext_lazy("over the most"), "amber", "alert-triangle")
    return Badge(gettext_lazy("reached"), "green", "circle-check")


class QuotaList(InCampaign, Listing[Organisation]):
    key = "quotas"
    title = gettext_lazy("Quotas of organisations")
    icon = "target"
    model = Organisation
    permission = "registers.read"
    order = ("-missing", "path")
    template = "pairing/quotas.html"
    card = ("carried", "fewest", "state")
    columns = (
        Column("name", pgettext_lazy("of a thing", "Name"), sort="pinyin", link=True),
        Column(
            "parent", pgettext_lazy("organisation", "Belongs to"), value="parent.name", sort="path"
        ),
        Column("kind", gettext_lazy("Kind"), value="get_kind_display", sort=("kind", "path")),
        Column("serving", gettext_lazy("Members"), kind="count"),
        Column("carried", gettext_lazy("Pairs now"), kind="count", sort="carried"),
        Column("fewest", gettext_lazy("At least"), kind="count", sort="fewest"),
        Column("most", gettext_lazy("At most"), kind="count", sort="most"),
        Column("state", gettext_lazy("State"), kind="badge", value=badge, sort="-missing"),
    )
    filters = (
        Search("name", "pinyin", "initials", "number"),
        Choice("state", gettext_lazy("State"), STATES, by=by_standing),
        Tree("below", pgettext_lazy("organisation", "Belongs to"), Organisation, path="path"),
    )
    empty = Empty(
        "target",
        gettext_lazy("No organisation has a quota here"),
        gettext_lazy("The playbook sets quotas for kinds of organisations that do not exist yet."),
    )

    @cached_property
    def quotas(self) -> Quotas:
        assert self.campaign is not None and self.pairing is not None
        return Quotas(self.campaign, self.pairing)

    @property
    def own(self) -> QuerySet[Organisation]:
        """Of these organisations those below the user's: everybody reads the names of all."""
        scope = of(self.user).holding(self.needed_permission or "registers.read")
        return self.quotas.organisations().filter(scope.organisations("path"))

    def rows(self, user: User) -> QuerySet[Organisation]:
        if self.campaign is None or self.pairing is None:
            return Organisation.objects.none()
        return self.quotas.standing(self.own)

    def found(self, keys: list[Any]) -> QuerySet[Organisation]:
        return self.still_seen(keys)

    def dress(self, rows: QuerySet[Organisation]) -> QuerySet[Organisation]:
        return rows.select_related("parent")

    def complete(self, rows: list[Any]) -> None:
        """Members of an organisation are those of all below it."""
        serving = self.quotas.serving()
        for row in rows:
            row.serving = serving[row.path]

    def extra(self) -> dict[str, Any]:
        assert self.campaign is not None and self.pairing is not None
        seen = set(self.own.values_list("pk", flat=True))
        bounded = [one for one in self.quotas.bounded if one.pk in seen]
        found = with_quotas(self.campaign)
        return {
            "pairing": self.pairing,
            "kinds": found if len(found) > 1 else [],
            "organisations": len(bounded),
            "below": sum(one.missing > 0 for one in bounded),
            "missing": sum(one.missing for one in bounded),
        }


_quotas = listing_view(QuotaList)


def quotas(request: HttpRequest) -> HttpResponse:
    campaign = running_campaign(request)
    pairing = chosen_kind(request, with_quotas(campaign))
    if pairing is None:
        return render(request, "pairing/no_kind.html", {"title": QuotaList.title})
    return _quotas(request, campaign=campaign.pk, kind=pairing.key)
